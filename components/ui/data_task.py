"""What the model shall learn: asked wherever the labels of a data set can teach several things."""

import streamlit as st

from components.data.kinds import Offer, set_task
from components.tasks import TASKS
from components.ui.data_facts import Stand, offers_of
from components.ui.page import deed


def task_choice(at: Stand) -> None:
    """Say what the labels teach a model; where there is a choice, let the person take it.

    The labels stay as they came, and runs keep the version they were started with, so changing
    one's mind costs nothing.
    """
    offers = offers_of(at)
    task = at.dataset.task
    if len(offers) < 2:
        if offers and task != "detect":
            st.caption(f"The model will learn: **{TASKS[task].label}**. {TASKS[task].help}")
        return
    keys = [offer.task for offer in offers]
    key = f"data.task.{at.dataset.slug}"
    if task in keys and st.session_state.get(key) != task:
        st.session_state[key] = task
    with st.container(border=True):
        st.radio(
            "What shall the model learn?", keys, index=None,
            format_func=lambda each: TASKS[each].label, captions=[_words(one) for one in offers],
            key=key, on_change=_change, args=(at, key),
            help="Your labels stay as they are; the choice only says what training takes of them. "
            "You can change it at any time.",
        )  # fmt: skip


def _change(at: Stand, key: str) -> None:
    chosen = st.session_state.get(key)
    if chosen:
        deed(set_task, at.dataset, chosen)


def _words(offer: Offer) -> str:
    """What such a model does; where it takes less than there is, what is lost."""
    lost = f"{offer.words[:1].upper()}{offer.words[1:]}." if offer.words else ""
    return lost or TASKS[offer.task].help
