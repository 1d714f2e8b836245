"""Beside the picture of the network: what freezing saves here, and when it is known to pay."""

import streamlit as st

from components.planning import drafts
from components.planning.advice_on_freezing import BLOOD_CELLS
from components.planning.dry_run import expect, freezing_share
from components.planning.freezing import BaseKind
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


def freeze_cost(now: Drafting, frozen: int) -> None:
    """Time of a round and memory against no freezing; said to be unknown where not measured.

    Args:
        now: The draft.
        frozen: The freeze depth that the slider shows.
    """
    drafted = drafts.plan_of(now.draft, now.dataset.slug, now.dataset.task)
    plan = drafted.with_values({"frozen_layers": frozen})
    trial = trial_for(now, plan)
    if trial is None or not trial.steps:
        st.caption(":material/timer_off: What freezing saves here is not measured yet: try the "
                   "plan below.")  # fmt: skip
    else:
        counts = {"train": now.summary.train, "val": now.summary.val}
        free = expect(plan.with_values({"frozen_layers": 0}), trial, **counts)
        told = expect(plan, trial, **counts)
        is_timed = {0, frozen} <= set(trial.steps)
        step = freezing_share(trial, frozen)[0] / freezing_share(trial, 0)[0]
        st.caption(
            f":material/timer: A round takes **{duration(told.epoch_s)}** instead of "
            f"{duration(free.epoch_s)}, memory {size(told.memory_bytes)} instead of "
            f"{size(free.memory_bytes)}. A batch takes {step:.0%} of the time without freezing "
            f"({'timed' if is_timed else 'on a line between depths that were timed'} in the dry "
            f"run at {plain(', '.join(map(str, sorted(trial.steps))))} layers)."
            if frozen
            else f":material/timer: A round takes **{duration(free.epoch_s)}** and "
            f"{size(free.memory_bytes)} with nothing frozen (timed in the dry run)."
        )
    with st.popover("When freezing pays", icon=":material/info:"):
        st.markdown(PAYS[now.base_kind])
        st.caption(f"Based on: {BLOOD_CELLS}; memory counted tensor by tensor in the dry run.")
