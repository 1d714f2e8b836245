"""Taking a data set or a version of it away as a zip that other tools read."""

from html import escape

import streamlit as st

from components.data.exporting import ExportView, cancel_export, exports_of, start_export
from components.data.writers.registry import WRITERS
from components.jobs.events import State
from components.ui.data_facts import Stand
from components.ui.page import deed, trouble
from components.ui.parts.progress_watch import progress_watch
from components.ui.words import ago, plain, size
from components.workspace import Workspace

NOW = "The data set as it is now"


def export_panel(at: Stand, versions: dict[str, str]) -> None:
    """Choose what and how, start it, follow it, fetch it.

    Args:
        at: The data set.
        versions: Hash of each version to what it is called.
    """
    workspace = Workspace.current()
    with st.expander("Take it away (export)", icon=":material/archive:"):
        what = {"": NOW, **versions}
        with st.container(horizontal=True, vertical_alignment="bottom"):
            version = st.selectbox("What", list(what), format_func=lambda key: what[key],
                                   key="export.what")  # fmt: skip
            form = st.selectbox("Format", list(WRITERS), key="export.form",
                                format_func=lambda key: WRITERS[key].label)  # fmt: skip
            st.button("Pack a zip", key="export.start", icon=":material/archive:", on_click=deed,
                      args=(start_export, workspace, at.dataset.slug, form, version))  # fmt: skip
        st.caption(WRITERS[form].help)
        for view in exports_of(workspace, at.dataset.slug)[:5]:
            _one(workspace, view, what)


def _one(workspace: Workspace, view: ExportView, what: dict[str, str]) -> None:
    title = f"{WRITERS[view.order.form].label}: {what.get(view.order.version, 'a version')}"
    match view.state:
        case State.FINISHED if view.file is not None:
            _ready(view, title)
        case State.WAITING | State.RUNNING:
            st.markdown(f"**{plain(title)}**")
            progress_watch(f"/tailor/export/{view.id}/state", str(view.state),
                           key=f"export.watch.{view.id}")  # fmt: skip
            st.button("Stop", key=f"export.stop.{view.id}", on_click=deed,
                      args=(cancel_export, workspace.cache / view.id))  # fmt: skip
        case State.STOPPED:
            return
        case _:
            what_happened, fix = view.trouble or (
                f"The export {view.order.file_name} was interrupted.", "Pack it again."
            )  # fmt: skip
            trouble(what_happened, fix)


def _ready(view: ExportView, title: str) -> None:
    assert view.file is not None
    facts = view.file.stat()
    # Streamlit's own download button would hold the whole zip in memory.
    st.html(
        f'<a href="/tailor/export/{view.id}" download target="_self">'
        f"{escape(view.file.name)}</a> ({size(facts.st_size)}, {ago(facts.st_mtime)})"
    )
    for note in view.notes:
        st.caption(f"{plain(title)}. {plain(note)}")
