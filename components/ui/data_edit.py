"""Dialogs that a finding opens: the classes of a data set, and where its folder is now."""

import streamlit as st

from components.data import class_hands, relocating
from components.data.report import ClassCount
from components.ui.data_facts import Stand, classes_of
from components.ui.finding_deeds import EDIT
from components.ui.import_classes import class_editor
from components.ui.import_new import given_path
from components.ui.page import deed, landing
from components.ui.words import plain


def edits(at: Stand) -> None:
    """Open the dialog that was asked for, if one was."""
    match st.session_state.pop(EDIT, None):
        case "classes":
            edit_classes(at)
        case "folder":
            _find_folder(at)


@st.dialog("The classes of this data set", width="large", icon=":material/category:")
def edit_classes(at: Stand) -> None:
    """Rename, merge and leave out classes; nothing happens before the button is pressed."""
    with landing():
        rows = [ClassCount(each.name, each.boxes, each.pictures) for each in classes_of(at)]
        # A data set that has changed has other rows: they must not take over what was typed.
        chosen = class_editor(rows, key=f"data.classes.{at.dataset.slug}.{at.revision}")
        st.caption("It can be taken back with “Undo” on this page.")
        if st.button(
            "Change the classes", key="data.classes.go", type="primary",
            disabled=all(new == old for old, new in chosen.items()),
            on_click=deed, args=(class_hands.change_classes, at.dataset, chosen),
        ):  # fmt: skip
            st.rerun()


@st.dialog("Where is the folder now?", icon=":material/folder_open:")
def _find_folder(at: Stand) -> None:
    with landing():
        st.markdown("The pictures lay in")
        st.code(relocating.lost_folder(at.dataset) or "(they are all there again)", language=None)
        st.caption(
            "If they are on a disk of their own, plug it in and press “Look again”. If the folder "
            "was moved or renamed, write where it is now."
        )
        path = st.text_input(
            "Path of the folder", key="data.folder.path", placeholder="As the file manager shows it"
        )
        with st.container(horizontal=True):
            if st.button("Look there", key="data.folder.go", type="primary",
                         icon=":material/search:"):  # fmt: skip
                found = relocating.relocate(at.dataset, given_path(path or ""))
                st.toast(plain(f"{found:,} pictures were found there."))
                st.rerun()
            if st.button("Look again", key="data.folder.again", icon=":material/refresh:"):
                relocating.look_again(at.dataset)
                st.rerun()
