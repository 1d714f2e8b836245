"""Try the plan for twenty seconds: the button, its progress, and what was found out."""

import time

import streamlit as st

from components.planning.dry_run import PREFIX, Expectation, Trial
from components.planning.largest import largest_batch, largest_size_px
from components.planning.plan import TrainingPlan
from components.runs import trying_out
from components.runs.room import forecast_bytes
from components.ui.attempts import Attempt, begin, going_on, say_failed, watch
from components.ui.foreseen import by_trial, trial_for
from components.ui.plan_draft import Drafting
from components.ui.words import ago, count, duration, listed, number, plain, roughly, size

_NAMES = 5
_KIND = Attempt(
    "trial", PREFIX, trying_out.start_trial, trying_out.folder_of,
    "Waits until the device is free",
)  # fmt: skip


def trial_panel(now: Drafting, plan: TrainingPlan, missing: str) -> None:
    """The button that tries the plan, or the try that goes on; below it what was measured.

    Args:
        now: The draft.
        plan: The plan it makes.
        missing: Why nothing can be tried now; "" when it can.
    """
    at_work = going_on(_KIND, now)
    if at_work is not None:
        watch(_KIND, at_work)
        return
    trial = trial_for(now, plan)
    with st.container(horizontal=True, vertical_alignment="center"):
        is_exact = trial is not None and not by_trial(now, plan, trial)[0].derived
        st.button(
            "Try it again" if is_exact else "Try it for 20 seconds", key="trial.start",
            icon=":material/timer:", disabled=bool(missing), on_click=begin,
            args=(_KIND, now, plan), kwargs={"again": is_exact},
            help=missing or "Trains a few batches on your own pictures and throws them away. "
            "Then time and memory are measured, not guessed. It waits while another run is on.",
        )  # fmt: skip
        if trial is None:
            st.caption("Not tried yet: the time above is judged from afar.", width="content")
    say_failed(_KIND, now)
    if trial is not None:
        _result(now, plan, trial)


def _result(now: Drafting, plan: TrainingPlan, trial: Trial) -> None:
    expected, corrected_by = by_trial(now, plan, trial)
    disk = forecast_bytes(now.workspace, plan.base)
    columns = st.columns(4)
    measured = "measured" if not expected.derived else "derived"
    for column, label, value in zip(
        columns, ("Whole run", "One round (epoch)", "Memory at most", "Disk at most"),
        (roughly(expected.seconds), duration(expected.epoch_s), size(expected.memory_bytes),
         size(disk)), strict=True,
    ):  # fmt: skip
        column.metric(label, value, border=True)
    if trial.left_out:
        them = "it" if len(trial.left_out) == 1 else "them"
        st.warning(
            f"The trainer cannot read {count(len(trial.left_out), 'picture')} and would leave "
            f"{them} out: {plain(listed(trial.left_out, _NAMES))}. Replace {them} on the Data "
            "page.",
            icon=":material/broken_image:",
        )
    if expected.memory_bytes > trial.memory_total_bytes:
        st.warning(
            f"That is more memory than there is ({size(trial.memory_total_bytes)}). Choose a "
            "smaller batch or picture size.", icon=":material/memory:",
        )  # fmt: skip
    with st.popover(f"Where these come from ({measured})", icon=":material/info:"):
        st.markdown("\n".join(f"- {line}" for line in _sources(trial, expected, corrected_by)))


def _sources(trial: Trial, expected: Expectation, corrected_by: int) -> list[str]:
    """Every figure's origin, a line each."""
    spread = 100 * trial.batch_error_s / trial.batch_s
    lines = [
        f"Tried {ago(trial.at, time.time())} on {plain(trial.machine)}: "
        f"{number(trial.batches)} batches of {trial.batch} at {trial.image_size_px} px, "
        f"{trial.batch_s:.2g} s each (± {spread:.0f} %), the try took {duration(trial.took_s)}.",
        f"Time: start {duration(trial.startup_s)}, then each round all batches and "
        f"{1000 * trial.check_s:.0f} ms for each validation picture; no early end counted on. "
        f"Range: {duration(expected.low)} to {duration(expected.high)}.",
        "Memory: the most that was in use "
        + ("on the card." if trial.resting_bytes else "by the process that trains."),
        "Disk: worked out from the number of parameters; see the weights that a run keeps.",
    ]
    lines += [f"Derived, not measured: {plain(step)}." for step in expected.derived]
    if corrected_by:
        lines.append(
            f"Corrected by how {count(corrected_by, 'earlier forecast')} turned out on this "
            "computer."
        )
    holder = "the card" if trial.resting_bytes else "the computer's memory"
    if most := largest_batch(trial):
        lines.append(
            f"Worked out from the peak: {holder} should take a batch of {most} at "
            f"{trial.image_size_px} px, or {largest_size_px(trial)} px with a batch of "
            f"{trial.batch}."
        )
    return lines
