"""Bring in: files or a folder become a data set, with a report before anything is kept."""

import time

import streamlit as st

from components.data.import_job import ImportView, read_order
from components.data.importing import import_state, open_imports
from components.data.store import list_datasets
from components.ui.import_missing import ask_again
from components.ui.import_new import BEGUN, new_import
from components.ui.import_report import cancel_button, report
from components.ui.page import go_there, trouble
from components.ui.parts.progress_watch import progress_watch
from components.ui.pickers import choose
from components.ui.words import plain
from components.workspace import Workspace, is_slug

DATA = "pages/make/data.py"
_PHASES = {
    "reading": "being read",
    "ready": "read, waits for you",
    "writing": "being brought in",
    "failed": "not brought in, see why",
    "stopped": "stopped",
}


def bring_in(workspace: Workspace) -> None:
    """What is being brought in already comes first; a reload or a second tab finds it here."""
    waiting = {view.id: view for view in open_imports(workspace)}
    done = _just_done(workspace, waiting)
    if done is not None:
        _arrived(workspace, done)
    if not waiting:
        new_import(workspace)
        return
    sent = st.container()  # stands first for who comes from a finding that wants more
    with st.container(border=True):
        _one(workspace, _pick(waiting))
    into = st.query_params.get("into", "")
    is_sent = into and all(read_order(workspace.imports / each).into != into for each in waiting)
    with (
        sent if is_sent else st.container(),
        st.expander("Bring in something else", bool(is_sent), icon=":material/add:"),
    ):
        new_import(workspace)


def _just_done(workspace: Workspace, waiting: dict[str, ImportView]) -> ImportView | None:
    """The import that the address speaks of, when it has become a data set."""
    asked = st.query_params.get("import", "")
    folder = workspace.imports / asked
    if asked in waiting or not is_slug(asked) or not folder.is_dir():
        if asked and asked not in waiting:
            del st.query_params["import"]
        return None
    view = import_state(folder)
    return view if view.phase == "done" and view.dataset else None


def _pick(waiting: dict[str, ImportView]) -> ImportView:
    if len(waiting) == 1:
        (only,) = waiting.values()
        st.query_params["import"] = only.id
        return only
    if (begun := st.session_state.pop(BEGUN, "")) in waiting:
        st.session_state["import"] = begun
    # No phase in these: the browser loses its choice when the words of an option change.
    names = {key: f"{view.name}, begun at {_begun_at(key)}" for key, view in waiting.items()}
    chosen = waiting[choose("Being brought in", names, "import")]
    told = [f"{plain(view.name, 40)} is {_PHASES[view.phase]}"
            for view in waiting.values() if view is not chosen]  # fmt: skip
    st.caption(f"The others: {'; '.join(told)}.")
    return chosen


def _begun_at(key: str) -> str:
    """The time that stands in the name of an import's folder."""
    seconds = int(key.partition("-")[0], 16)
    return time.strftime("%H:%M:%S", time.localtime(seconds))


def _arrived(workspace: Workspace, view: ImportView) -> None:
    into = read_order(workspace.imports / view.id).into
    where = "is here"
    if card := next((each for each in list_datasets(workspace) if each.slug == into), None):
        where = f"was added to **{plain(card.name, 60)}**"
    words = f":green[:material/check_circle:] **{plain(view.name)}** {where}."
    with st.container(border=True, horizontal=True, vertical_alignment="center"):
        st.markdown(f"{words} {' '.join(map(plain, view.said))}", width="stretch")
        # Remembered at once: where another import waits, the next run speaks of that one.
        st.button("Look at the pictures", key="import.look", type="primary", on_click=go_there,
                  args=(DATA, {"dataset": view.dataset or "", "view": "look"}))  # fmt: skip


def _one(workspace: Workspace, view: ImportView) -> None:
    folder = workspace.imports / view.id
    match view.phase:
        case "ready":
            report(folder, view)
        case "reading" | "writing":
            verb = "Reading" if view.phase == "reading" else "Bringing in"
            st.markdown(f"**{verb} “{plain(view.name, 60)}”**")
            progress_watch(f"/tailor/import/{view.id}", view.phase, key=f"import.watch.{view.id}")
            st.caption("You may go to other pages meanwhile; this goes on and is found here again.")
            cancel_button(view, folder, "Cancel")
        case _:
            what, fix = view.trouble or (
                f"Bringing in “{view.name}” was stopped.", "Choose the files again."
            )  # fmt: skip
            st.markdown(f"**“{plain(view.name, 60)}” was not brought in**")
            trouble(what, fix)
            if view.summary is not None:  # it was read well, and can be tried once more
                report(folder, view)
                return
            ask_again(workspace, folder, view)
            cancel_button(view, folder, "Put it away and choose again")
