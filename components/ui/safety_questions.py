"""Before pictures are flipped or turned: one question each, with the person's own picture."""

import streamlit as st

from components.augment.catalogue import effects_for
from components.augment.recipe import Recipe
from components.augment.safety import QUESTIONS, SafetyQuestion, open_questions
from components.planning import drafts
from components.ui.plan_draft import Drafting

ANSWERS = ("It matters", "It does not matter")


def safety_questions(now: Drafting, recipe: Recipe) -> None:
    """Ask about every effect of the recipe that could teach the model something false.

    An answer is kept with the data set. Who has said that it matters can still change their mind,
    though nothing of the kind is in the recipe any more.
    """
    for question, effect in _asked(now, recipe).items():
        with st.container(border=True):
            _ask(now, QUESTIONS[question], effect)


def _asked(now: Drafting, recipe: Recipe) -> dict[str, str]:
    """The questions to show, each with the effect that its example is drawn with."""
    asked: dict[str, str] = {}
    for effect, question in open_questions(recipe):
        asked.setdefault(question.key, effect)
    for row in effects_for(now.dataset.task):
        if row.asks in now.draft.matters:
            asked.setdefault(str(row.asks), row.key)
    return asked


def _ask(now: Drafting, question: SafetyQuestion, effect: str) -> None:
    st.markdown(f"**{question.question}**")
    st.html(_before_and_after(now.dataset.slug, effect))
    known = now.draft.answers.get(question.key)
    shown = None if known is None else ANSWERS[0 if known else 1]
    chosen = st.segmented_control(
        question.question, ANSWERS, help=question.help, label_visibility="collapsed",
        key=now.shows(f"asks.{question.key}", shown),
    )  # fmt: skip
    matters = None if chosen is None else chosen == ANSWERS[0]
    if matters is not None and matters != known:
        drafts.answer(now.dataset.folder, question.key, matters)
        st.rerun()
    st.caption(question.if_yes if known else question.if_no)
    if known is None:
        st.caption("Nobody has answered this for your pictures yet.")


def _before_and_after(slug: str, effect: str) -> str:
    """The same picture twice: as it is, and under this effect alone."""
    style = "border-radius:8px;width:132px;height:132px;object-fit:cover;background:#8882"
    plain, changed = (f"/tailor/effect/{slug}/{name}" for name in ("plain", effect))
    return (
        '<div style="display:flex;gap:10px;align-items:center">'
        f'<img src="{plain}" alt="your picture" style="{style}">→'
        f'<img src="{changed}" alt="your picture, changed" style="{style}"></div>'
    )
