"""What the buttons of findings about data say and do, on whichever page they stand."""

from dataclasses import replace

import streamlit as st

from components.data.fixes import label_of, mend
from components.data.store import Dataset
from components.findings import Finding, Severity
from components.planning.drafts import answer, change
from components.ui.page import go_there

DATA, AUGMENT = "pages/make/data.py", "pages/make/augment.py"
FOLDED = "data.health.folded"  # the kind of pictures for which the findings were folded up
ASKED = "data.gallery.asked"  # whether the next run brings the pictures onto the screen
EDIT = "data.edit"  # which dialog the next run of the Data page opens
Changes = dict[str, float | int | str | bool]

# The boxes that narrow down the pictures, each with what it says when it says nothing.
_FILTERS: dict[str, str | None] = {
    "class": None, "part": None, "state": None, "problem": None, "name": "", "found": None,
}  # fmt: skip
_EDITS = {"classes": "Rename, merge or leave out classes …", "folder": "The folder is elsewhere …"}


def with_a_look(finding: Finding) -> Finding:
    """The finding with a button more that shows the pictures it is about."""
    if not finding.kind:
        return finding
    look: tuple[tuple[str, float | int | str | bool], ...] = (("show", finding.kind),)
    offers = [each for each in (finding.apply, *finding.also, look) if each]
    return replace(finding, apply=offers[0], also=tuple(offers[1:]))


def label(finding: Finding) -> str:
    """What the button says: what happens to the data, or to the plan of the next training."""
    if said := label_of(finding):
        return said
    match dict(finding.apply):
        case {"show": _}:
            return "Show these pictures"
        case {"go": _}:
            return "Bring in labels or pictures"
        case {"open": "augment"}:
            return "Answer it"
        case {"edit": str(which)}:
            return _EDITS[which]
        case {"matters": _}:
            return "Never mirror pictures"
        case {"image_size_px": size}:
            return f"Train at {size} px"
        case _:
            return "Set it in the plan"


def act(dataset: Dataset, changes: Changes) -> None:
    """Do what a button offers.

    Args:
        dataset: The data set that the finding is about.
        changes: The finding's `apply`, or one of `also`.

    Raises:
        AppError: It cannot be done.
    """
    st.session_state.pop(FOLDED, None)
    match changes:
        case {"fix": _}:
            offered = Finding(Severity.NOTE, "This", "Look at it.", apply=tuple(changes.items()))
            mend(dataset, offered)
        case {"show": str(kind)}:
            show(kind)
        case {"go": str(view)}:
            go_there(DATA, {"dataset": dataset.slug, "view": view, "into": dataset.slug})
        case {"open": "augment"}:
            go_there(AUGMENT, {"dataset": dataset.slug})
        case {"edit": str(which)}:
            st.session_state[EDIT] = which
        case {"matters": str(question)}:
            answer(dataset.folder, question, True)
        case _:
            change(dataset.folder, changes)


def show(kind: str) -> None:
    """Narrow the pictures of the Data page down to those that a finding is about."""
    for key, nothing in _FILTERS.items():
        st.session_state[key] = kind if key == "found" else nothing
    st.session_state[FOLDED] = kind  # the pictures stand below the findings
    st.session_state[ASKED] = True
    for key, choice in (("view", "look"), ("show", "pictures")):  # from wherever on the Data page
        st.session_state[key] = choice
        st.query_params[key] = choice
