"""Say what is known about many pictures at once: empty on purpose, put aside, and back again."""

from dataclasses import dataclass, replace

import streamlit as st

from components.data.records import PictureState
from components.data.store import PictureFilter
from components.ui.data_facts import Stand, ids_of
from components.ui.folding_menu import fold, folding_menu
from components.ui.page import deed
from components.ui.words import count

MENU = "data.change.menu"


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that can be said about pictures.

    Attributes:
        label: What the button says.
        help: What it means for training.
        of: States that it applies to.
        to: The state afterwards; LABELLED means "as their labels say".
    """

    label: str
    help: str
    of: tuple[PictureState, ...]
    to: PictureState


CHANGES = (
    Change("Nothing to find on it (empty on purpose)",
           "The model learns from it that here is nothing to find.",
           (PictureState.UNLABELLED,), PictureState.EMPTY),
    Change("Nobody has looked yet (not labelled)",
           "It is left out of training until it is labelled.",
           (PictureState.EMPTY,), PictureState.UNLABELLED),
    Change("Put aside",
           "It stays here, but no training uses it. Its labels are kept.",
           (PictureState.LABELLED, PictureState.UNLABELLED, PictureState.EMPTY),
           PictureState.IGNORED),
    Change("Take back in", "It counts again, with the labels it had.",
           (PictureState.IGNORED,), PictureState.LABELLED),
)  # fmt: skip


def change_states(at: Stand, wanted: PictureFilter, shown: int) -> None:
    """A menu of what can be said about all pictures that are shown.

    Args:
        at: The data set.
        wanted: Which pictures are shown.
        shown: How many they are.
    """
    with folding_menu("Change all shown", key=MENU, icon=":material/checklist:",
                      disabled=not shown):  # fmt: skip
        st.caption("Choose the pictures with the boxes above, then say what is true of them.")
        for number, change in enumerate(CHANGES):
            ids = fitting(at, wanted, change)
            if ids and st.button(
                f"{change.label}: {count(len(ids), 'picture')}", help=change.help,
                key=f"data.change.{number}", width="stretch", on_click=fold, args=(MENU,),
            ):  # fmt: skip
                _confirm(at, ids, change)


def fitting(at: Stand, wanted: PictureFilter, change: Change) -> list[int]:
    """Those of the pictures shown that the change applies to."""
    states = [state for state in change.of if wanted.state in (None, state)]
    return [i for state in states for i in ids_of(at, replace(wanted, state=state))]


def set_states(at: Stand, ids: list[int], change: Change) -> None:
    """Do it. Pictures that are taken back in get the state their labels speak for."""
    if change.to is not PictureState.LABELLED:
        at.dataset.set_state(ids, change.to)
        return
    rows = at.dataset.rows(ids)
    labelled = [row.id for row in rows if row.boxes]
    at.dataset.set_state(labelled, PictureState.LABELLED)
    at.dataset.set_state([row.id for row in rows if not row.boxes], PictureState.UNLABELLED)


@st.dialog("Change these pictures?", icon=":material/checklist:")
def _confirm(at: Stand, ids: list[int], change: Change) -> None:
    st.markdown(f"**{change.label}**: {count(len(ids), 'picture')}. {change.help}")
    with st.container(horizontal=True):
        if st.button("Change them", key="data.change.yes", type="primary",
                     on_click=deed, args=(set_states, at, ids, change)):  # fmt: skip
            st.rerun()
        if st.button("Leave as they are", key="data.change.no"):
            st.rerun()
