"""The Data page as a whole: bring pictures in, look at them, split them, go back in time."""

import streamlit as st

from components.data.store import DatasetCard, list_datasets
from components.ui.data_facts import Stand, stand
from components.ui.data_look import look
from components.ui.data_manage import manage, manage_damaged
from components.ui.data_versions import versions_view
from components.ui.import_view import bring_in
from components.ui.pickers import choose_view, pick_dataset
from components.ui.split_view import split_view
from components.workspace import Workspace

VIEWS = {
    "bring-in": ":material/upload: Bring in",
    "look": ":material/photo_library: Look",
    "split": ":material/splitscreen_right: Split",
    "versions": ":material/history: Versions",
}


def data_view() -> None:
    """Everything below the heading."""
    workspace = Workspace.current()
    cards = list_datasets(workspace)
    chosen = choose_view("Step", VIEWS, "view", default="look" if cards else "bring-in")
    if chosen == "bring-in":
        bring_in(workspace)
        return
    at = _pick(workspace, cards)
    if at is None:
        return
    match chosen:
        case "look":
            look(at)
        case "versions":
            versions_view(at)
        case _:
            split_view(at)


def _pick(workspace: Workspace, cards: list[DatasetCard]) -> Stand | None:
    """The picker, and beside it what can be done to the data set as a whole.

    Returns:
        None when it cannot be opened, which is said, with a way to be rid of it.
    """
    with st.container(horizontal=True, vertical_alignment="bottom"):
        slug = pick_dataset()
        card = next(card for card in cards if card.slug == slug)
        if not card.trouble:
            at = stand(workspace, card)
            manage(workspace, at)
            return at
    manage_damaged(workspace, card)
    return None
