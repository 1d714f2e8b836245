"""After a quick look: the way on to the full plan, from what the run has learned."""

import streamlit as st

from components.data.store import Dataset, find
from components.errors import DatasetError
from components.models.weights import admit, learned_from
from components.planning import drafts
from components.planning.freezing import BaseKind
from components.planning.machine import machine
from components.planning.presets import PRESETS, Situation, fuller
from components.runs.store import Run
from components.workspace import Workspace

PLAN = "pages/make/plan.py"


def full_plan(run: Run) -> None:
    """The button, where the run was short of a full one and its data set is still there."""
    try:
        dataset = find(Workspace.current(), run.plan.dataset)
    except DatasetError:
        return
    situation = _situation(run, dataset)
    preset = fuller(run.plan.epochs, run.plan.image_size_px, situation)
    if not preset or dataset.task != run.plan.task:
        return
    if st.button(
        "Go on to the full plan", key=f"full.{run.slug}", icon=":material/moving:",
        help=f"Opens the plan with “{PRESETS[preset].label}” set: more rounds and larger pictures, "
        "starting from what this run has learned.",
    ):  # fmt: skip
        with st.spinner("Taking over what was learned …"):
            _fill(run, dataset, preset, situation)
        st.switch_page(PLAN, query_params={"dataset": dataset.slug})


def _situation(run: Run, dataset: Dataset) -> Situation:
    """As the plan will be: the run's own weights are its base."""
    device = machine(Workspace.current()).device(run.plan.device)
    return Situation(
        pictures=dataset.summary().train, device_kind=device.kind, base_kind=BaseKind.GIVEN,
        task=dataset.task,
    )  # fmt: skip


def _fill(run: Run, dataset: Dataset, preset: str, situation: Situation) -> None:
    workspace = Workspace.current()
    base = admit(
        workspace, run.best_weights,
        f"What the run “{run.title}” has learned from this data set. Do not deal its pictures "
        "anew: the model would be checked on some that it learned from.",
        run.plan.task, name=f"{run.slug}.pt",
        learned=(*learned_from(workspace, run.plan.base), (run.plan.dataset, run.plan.version)),
    )  # fmt: skip
    drafts.change(dataset.folder, {"base": base})
    drafts.apply_preset(dataset.folder, preset, situation)
