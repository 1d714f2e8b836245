"""How long the planned run will take, as one line with its source."""

import streamlit as st

from components.data.versions import counts_of
from components.errors import AppError
from components.models.weights import row_behind
from components.planning.dry_run import machine_words
from components.planning.forecast import PastRun, Work, forecast, units
from components.planning.freezing import known
from components.planning.plan import TrainingPlan
from components.runs.foretold import PAST_RUNS, RULE, Foretold
from components.runs.store import Run, RunStore
from components.ui.foreseen import foretold_by, trial_for
from components.ui.plan_draft import Drafting
from components.ui.words import about, duration, plain, roughly
from components.workspace import Workspace

MOST_RUNS = 10  # older ones say little about today's computer


def time_ahead(now: Drafting, plan: TrainingPlan, told: Foretold | None) -> None:
    """Say how long it will take, with a range and where the figure comes from.

    Args:
        now: The draft.
        plan: The plan.
        told: What `foretold` told of it.
    """
    device = now.machine.device(plan.device)
    if told is None:
        st.caption(
            f":material/schedule: How long it takes on {device.label} is known after a try or the "
            "first run there."
        )
        return
    st.markdown(
        f":material/schedule: Will take **{about(told.seconds)}** on {device.label} "
        f"({_range(told)}). :small[Judged by {plain(told.source)}.]"
    )


def _range(told: Foretold) -> str:
    """In round numbers, unless these are the same at both ends."""
    low, high = roughly(told.low), roughly(told.high)
    return f"{low} to {high}" if low != high else f"{duration(told.low)} to {duration(told.high)}"


def foretold(now: Drafting, plan: TrainingPlan) -> Foretold | None:
    """What the plan will take, by the best there is: a dry run, past runs, or a rule."""
    trial = trial_for(now, plan)
    if trial is not None:
        return foretold_by(now, plan, trial)
    device = now.machine.device(plan.device)
    decided = plan.with_values({"device": device.key})
    past = past_runs(now.workspace, device.key)
    told = forecast(decided, _work(now.workspace, plan, now.summary.train, now.summary.val), past)
    if told is None:
        return None
    words = machine_words(now.machine, device.key)
    how = PAST_RUNS if past else RULE
    return Foretold(told.seconds, told.low, told.high, how, told.source, words)


def past_runs(workspace: Workspace, device: str) -> list[PastRun]:
    """What finished runs on the device took, the newest first."""
    found: list[PastRun] = []
    for run in RunStore(workspace).all():
        seconds = float(run.progress.told.get("time", {}).get("seconds", 0.0))
        if run.plan.device == device and seconds and len(found) < MOST_RUNS:
            found.append(_past(workspace, run, seconds))
    return [run for run in found if run.units > 0]


def work_of(workspace: Workspace, run: Run) -> Work:
    """The work behind a run; none when its data set is gone."""
    try:
        counts = counts_of(workspace.datasets / run.plan.dataset, run.plan.version)
    except (AppError, OSError):
        return Work(0, 0, 0.0)
    return _work(workspace, run.plan, counts["train"], counts["val"])


def _past(workspace: Workspace, run: Run, seconds: float) -> PastRun:
    """A run that was stopped or ended early counts with the epochs it had."""
    whole = units(run.plan, work_of(workspace, run))
    return PastRun(whole * len(run.progress.history) / run.plan.epochs, seconds)


def _work(workspace: Workspace, plan: TrainingPlan, train: int, val: int) -> Work:
    row = row_behind(workspace, plan.base)
    layers = known(row.key if row else plan.base) or []
    return Work(train, val, row.gflops if row else 0.0, len(layers))
