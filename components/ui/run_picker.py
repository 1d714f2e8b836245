"""Pickers that give a run itself: the one to watch, or one whose model can be used."""

import streamlit as st

from components.runs.store import Run, RunStore
from components.ui.page import nothing_yet
from components.ui.pickers import PLAN_PAGE, choose, pick_run
from components.workspace import Workspace


def current_run() -> Run:
    """The run that the user chose; without any run the page ends with a sentence."""
    slug = pick_run()
    return RunStore(Workspace.current()).get(slug)


def current_model() -> Run:
    """A run that left a model; without any the page ends with a sentence."""
    runs = {r.slug: r for r in RunStore(Workspace.current()).all() if r.best_weights.exists()}
    if not runs:
        nothing_yet(
            "There is **no finished model yet**. A run leaves one after its first round.",
            PLAN_PAGE, "Plan a run", ":material/tune:",
        )  # fmt: skip
        st.stop()
    return runs[choose("Model", {slug: run.title for slug, run in runs.items()}, "run")]
