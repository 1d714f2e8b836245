"""The classes of a reading: give them other names, merge them, or leave some out."""

from collections import Counter
from collections.abc import Sequence

import streamlit as st

from components.data.report import ClassCount
from components.ui.words import count, listed, plain, shorten

PER_PAGE = 20  # each row is two widgets
NAME_LENGTH = 100


def class_editor(
    classes: Sequence[ClassCount], *, key: str, there: Sequence[str] = ()
) -> dict[str, str | None]:
    """A row for each class: its name, how often it occurs, and whether it is kept.

    Args:
        classes: As the report has them.
        key: Prefix of the widgets' keys.
        there: Classes of the data set that these are added to; whoever has one's name joins it.

    Returns:
        Old name to new name; None for a class that is left out. Equal new names mean merging.
    """
    if not classes:
        return {}
    pages = -(-len(classes) // PER_PAGE)
    page = max(1, min(int(st.session_state.get(f"{key}.page") or 1), pages))
    st.markdown("**Classes: the kinds of things that are marked**")
    st.caption("Correct a name here. Two classes with the same name become one. Take the tick away "
               "to leave a class out.")  # fmt: skip
    if there:
        st.caption(f"The data set has {plain(listed(list(there)))} already. To count a class as "
                   "one of these, give it the same name.")  # fmt: skip
    known = set(there)
    for place in range((page - 1) * PER_PAGE, min(page * PER_PAGE, len(classes))):
        _row(place, classes[place], key, known)
    if pages > 1:
        st.pagination(pages, key=f"{key}.page", persist_state="session")
    chosen = {each.name: _chosen(place, each.name, key) for place, each in enumerate(classes)}
    _say_what_changes(chosen)
    return chosen


def _row(place: int, row: ClassCount, key: str, known: set[str]) -> None:
    name = row.name
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        kept = st.checkbox(
            f"Keep {plain(name, 40)}", True, key=f"{key}.keep.{place}",
            label_visibility="collapsed", persist_state="session",
        )  # fmt: skip
        st.text_input(
            f"Name of {plain(name, 40)}", name, max_chars=max(NAME_LENGTH, len(name)),
            key=f"{key}.name.{place}", label_visibility="collapsed", disabled=not kept,
            persist_state="session", width=280,
        )  # fmt: skip
        words = f"{count(row.boxes, 'label')} on {count(row.pictures, 'picture')}"
        if known and (meant := _chosen(place, name, key)):
            words += " · joins the class there" if meant in known else " · a new class"
        st.caption(words, width="content")


def _chosen(place: int, name: str, key: str) -> str | None:
    """What the row says; rows of other pages, which were not drawn, say what they said last."""
    if not st.session_state.get(f"{key}.keep.{place}", True):
        return None
    return " ".join((st.session_state.get(f"{key}.name.{place}") or name).split()) or name


def _say_what_changes(chosen: dict[str, str | None]) -> None:
    merged = [name for name, times in Counter(filter(None, chosen.values())).items() if times > 1]
    for name in merged:
        old = [f"“{plain(before, 40)}”" for before, after in chosen.items() if after == name]
        st.info(f"{listed(old)} become one class: **{plain(name, 40)}**.",
                icon=":material/merge:")  # fmt: skip
    dropped = [shorten(name, 40) for name, after in chosen.items() if after is None]
    if dropped:
        st.info(f"Left out with all their labels: {plain(listed(dropped))}. A picture that shows "
                "nothing else then counts as empty on purpose.",
                icon=":material/backspace:")  # fmt: skip
