"""Beside the picture of the network: what freezing saves here, and when it is known to pay."""

import streamlit as st

from components.planning.advice_on_freezing import BLOOD_CELLS
from components.planning.dry_run import Trial, expect, freezing_share
from components.planning.freezing import BaseKind
from components.planning.plan import TrainingPlan
from components.ui.foreseen import trial_for
from components.ui.plan_draft import Drafting
from components.ui.words import duration, plain, size

# Each is a measurement that advice rests on, too.
PAYS = {
    BaseKind.PHOTOGRAPHS: "Weights that have seen photographs: 11 layers frozen took 188 s and "
    "gave mAP50-95 0.594; none took 277 s and gave 0.619; 23 gave 0.418.",
    BaseKind.DRAWN: "Weights that have only seen drawn shapes: 10 layers frozen gave mAP50-95 "
    "0.440, none 0.532. Freezing does not pay here.",
    BaseKind.GIVEN: "Freezing cost 0.025 mAP50-95 from weights that had seen photographs, 0.092 "
    "from weights that had not. It pays where your weights know pictures like these.",
    BaseKind.SCRATCH: "A model that has learned nothing has nothing to keep. Freezing never pays "
    "here.",
}


def freeze_cost(now: Drafting, plan: TrainingPlan) -> None:
    """Time of a round and memory against no freezing; said to be unknown where not measured."""
    trial = trial_for(now, plan)
    if trial is None or not trial.steps:
        st.caption(":material/timer_off: What freezing saves here is not measured yet: try the "
                   "plan below.")  # fmt: skip
    else:
        st.caption(f":material/timer: {_saved(now, plan, trial)}")
    with st.popover("When freezing pays", icon=":material/info:"):
        st.markdown(PAYS[now.base_kind])
        st.caption(f"Based on: {BLOOD_CELLS}; memory counted tensor by tensor in the dry run.")


def _saved(now: Drafting, plan: TrainingPlan, trial: Trial) -> str:
    """What a round takes, against nothing frozen, and how that is known."""
    counts = {"train": now.summary.train, "val": now.summary.val}
    frozen = plan.frozen_layers
    free = expect(plan.with_values({"frozen_layers": 0}), trial, **counts)
    if not frozen:
        return (
            f"A round takes **{_exactly(free.epoch_s)}** and {size(free.memory_bytes)} with "
            "nothing frozen (timed in the dry run)."
        )
    told = expect(plan, trial, **counts)
    step = freezing_share(trial, frozen)[0] / freezing_share(trial, 0)[0]
    depths = plain(", ".join(map(str, sorted(trial.steps))))
    is_timed = {0, frozen} <= set(trial.steps)
    how = "timed" if is_timed else "on a line between depths that were timed"
    return (
        f"A round takes {_against(_exactly(told.epoch_s), _exactly(free.epoch_s))}, memory "
        f"{_against(size(told.memory_bytes), size(free.memory_bytes))}. A batch takes {step:.0%} "
        f"of the time without freezing ({how} in the dry run at {depths} layers)."
    )


def _against(told: str, free: str) -> str:
    return f"**{told}** instead of {free}" if told != free else f"**{told}** as without freezing"


def _exactly(seconds: float) -> str:
    """Rounds of a few seconds differ by tenths."""
    return f"{seconds:.1f} seconds" if 1 <= seconds < 10 else duration(seconds)
