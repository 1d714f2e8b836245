"""A data set as a whole: give it another name, or throw it away, even one that is damaged."""

import streamlit as st

from components.data.store import Dataset, DatasetCard, delete, rename
from components.jobs.events import State
from components.runs.store import Run, RunStore
from components.ui.data_crops import crops_button
from components.ui.data_edit import edit_classes
from components.ui.data_facts import Stand, classes_of, summary_of
from components.ui.folding_menu import fold, folding_menu
from components.ui.page import deed, trouble
from components.ui.words import count, listed, plain
from components.workspace import Workspace

NAME_LENGTH = 80
MENU = "data.menu"


def manage(workspace: Workspace, at: Stand) -> None:
    """A small menu: rename, delete."""
    with folding_menu("", key=MENU, icon=":material/more_horiz:",
                      help="Rename, change classes, make crops, or delete."):  # fmt: skip
        with st.form(f"data.rename.{at.dataset.slug}", border=False):
            name = st.text_input("Name", at.dataset.name, max_chars=NAME_LENGTH)
            if st.form_submit_button("Rename", icon=":material/edit:") and name and name.strip():
                rename(at.dataset, name.strip())
                st.rerun()
        if classes_of(at) and st.button("Classes …", key="data.classes", icon=":material/category:",
                                        on_click=fold, args=(MENU,),
                                        help="Rename, merge or leave out classes."):  # fmt: skip
            edit_classes(at)
        crops_button(at, MENU)
        if st.button("Delete this data set …", key="data.delete", icon=":material/delete:",
                     on_click=fold, args=(MENU,)):  # fmt: skip
            _confirm(workspace, at)


def manage_damaged(workspace: Workspace, card: DatasetCard) -> None:
    """A data set that cannot be opened: what is wrong with it, what is left, and a way out."""
    dataset = Dataset(workspace.datasets / card.slug, card.name, card.task)
    pictures = sum(path.is_file() for path in (dataset.folder / "images").rglob("*"))
    trouble(card.trouble, "Put a backup of the folder in its place, or delete the data set here "
            "and bring its pictures in again.")  # fmt: skip
    st.markdown(
        f"{count(pictures, 'picture')} still {'lies' if pictures == 1 else 'lie'} in it. Its "
        "folder is"
    )
    st.code(str(dataset.folder), language=None)
    if runs := runs_of(workspace, card.slug):
        st.markdown(f"{count(len(runs), 'run')} learned from it. Their models stay and work.")
    sure = st.checkbox("I do not need these pictures, or have them elsewhere",
                       key=f"data.damaged.sure.{card.slug}")  # fmt: skip
    if st.button("Delete this data set", key="data.damaged.delete", icon=":material/delete:",
                 disabled=not sure, on_click=deed, args=(_throw_away, dataset)):  # fmt: skip
        st.rerun()


def runs_of(workspace: Workspace, slug: str) -> list[Run]:
    """Runs that learned or learn from the data set, newest first."""
    return [run for run in RunStore(workspace).all() if run.plan.dataset == slug]


@st.dialog("Delete this data set?", icon=":material/delete:")
def _confirm(workspace: Workspace, at: Stand) -> None:
    runs = runs_of(workspace, at.dataset.slug)
    learning = [run for run in runs if run.state in (State.RUNNING, State.WAITING)]
    st.markdown(
        f"**{plain(at.dataset.name)}** with {count(summary_of(at).pictures, 'picture')} and all "
        "its labels leaves Tailor for good. Files outside Tailor, such as the folder or zip it "
        "came from, stay where they are."
    )
    if runs:
        st.markdown(f"{count(len(runs), 'run')} learned from it. Their models stay and work.")
    if learning:
        names = listed([f"“{plain(run.title)}”" for run in learning])
        st.warning(f"{names} still needs its pictures. Stop that run first, or wait for its end.")
    if st.button(
        "Delete for good", key="data.delete.yes", type="primary", disabled=bool(learning),
        on_click=deed, args=(_delete, at),
    ):  # fmt: skip
        st.rerun()
    if st.button("Keep it", key="data.delete.no"):
        st.rerun()


def _delete(at: Stand) -> None:
    _throw_away(at.dataset)


def _throw_away(dataset: Dataset) -> None:
    delete(dataset)
    st.query_params.clear()  # the address would ask for what is no more
