"""The plan on paper: the same in Python, and its settings as a file, out and in."""

import streamlit as st

from components.data import versions
from components.errors import AppError
from components.models.weights import resolve
from components.planning import drafts
from components.planning.plan import TrainingPlan
from components.planning.python_code import same_command, same_in_python
from components.planning.settings_file import from_yaml, to_yaml
from components.ui.page import trouble
from components.ui.plan_draft import Drafting
from components.ui.words import plain

_TAKEN = "settings.taken"  # how many files were: each asks for the next in a box of its own


def plan_papers(now: Drafting, plan: TrainingPlan) -> None:
    """Folded away: Python, command line, settings file."""
    with st.expander(
        "The same in Python", icon=":material/code:", key="python", on_change="rerun"
    ) as box:
        if box.open:
            _python(now, plan)
    with st.expander(
        "Settings as a file (YAML)", icon=":material/description:", key="yaml", on_change="rerun"
    ) as box:
        if box.open:
            _file(now, plan)


def _python(now: Drafting, plan: TrainingPlan) -> None:
    """Code that trains as the plan says, with plain Ultralytics and without Tailor."""
    with st.spinner("Laying the pictures out as Ultralytics reads them …", show_time=True):
        version = versions.freeze(now.dataset)
        data_yaml = versions.materialise(now.dataset.folder, version)
    try:
        base = resolve(now.workspace, plan.base)
    except AppError:
        base = plan.base  # not here: Ultralytics would fetch it
    facts = {"data_yaml": data_yaml, "base_path": base, "project": now.workspace.root / "python"}
    st.caption("Runs with plain Ultralytics, without Tailor.")
    st.code(same_in_python(plan, **facts), language="python")
    st.caption("As a command:")
    st.code(same_command(plan, **facts), language="bash", wrap_lines=True)


def _file(now: Drafting, plan: TrainingPlan) -> None:
    """Settings out and in."""
    st.download_button(
        "Save these settings", lambda: to_yaml(plan), f"{now.dataset.slug}-settings.yaml",
        "application/yaml", key="settings.out", icon=":material/download:", on_click="ignore",
    )  # fmt: skip
    given = st.file_uploader(
        "Use settings from a file (Tailor's, or Ultralytics' args.yaml)", ("yaml", "yml"),
        key=now.key(f"settings.in.{st.session_state.get(_TAKEN, 0)}"),
    )  # fmt: skip
    if given is not None and st.button("Use these settings", key="settings.use"):
        _take(now, given.getvalue())


def _take(now: Drafting, text: bytes) -> None:
    try:
        read = from_yaml(text)
        drafts.change(now.dataset.folder, read.values)
        if read.recipe is not None:
            drafts.change_recipe(now.dataset.folder, read.recipe)
    except AppError as error:
        trouble(error.what, error.fix)
        return
    st.session_state[_TAKEN] = st.session_state.get(_TAKEN, 0) + 1
    for sentence in read.told:
        st.warning(plain(sentence))
    if not read.told:
        st.rerun()
    st.button("Go on", key="settings.go")
