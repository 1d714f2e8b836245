"""The learning-rate range test: its button, its progress, its curve, and the rate it suggests."""

import json
from pathlib import Path

import streamlit as st

from components.charts.plan import rate_sweep
from components.errors import AppError
from components.jobs.job import log_tail
from components.models.bases import Availability, available
from components.planning import drafts
from components.planning.dry_run import weights_mark
from components.planning.plan import TrainingPlan
from components.planning.range_test import (
    PREFIX,
    SOURCE,
    RangeTest,
    Suggestion,
    fitting,
    range_tests,
    suggest,
    unlike,
)
from components.runs import sweeping, trying_out
from components.runs.store import PLAN_FILE
from components.ui.page import deed, landing, trouble
from components.ui.parts.still_chart import still_chart
from components.ui.plan_draft import Drafting, first_needs
from components.ui.words import about, ago, count, duration, listed, plain
from components.web.background import supervisor

NOT_HERE = (Availability.FETCHABLE, Availability.MISSING)
_TITLE = "Find a rate by a test (range test)"


def range_panel(now: Drafting, plan: TrainingPlan) -> None:
    """Below the slider: folded away until somebody asks, or until there is something to show."""
    going_on = _going_on(now)
    if going_on is not None:
        st.fragment(_progress, run_every=1.0)(going_on)
        return
    test = fitting(range_tests(now.workspace), plan, weights_mark(now.workspace, plan.base))
    said = suggest(test) if test is not None else None
    title = f"Range test: {said.rate:g} suggested" if said and said.rate else _TITLE
    with st.expander(title, icon=":material/troubleshoot:", key="range", on_change="rerun") as box:
        if not box.open:
            return
        if test is not None and said is not None:
            _result(now, plan, test, said)
        _offer(now, plan, again=test is not None)
        _say_failed(now)


def _offer(now: Drafting, plan: TrainingPlan, *, again: bool) -> None:
    missing = _missing(now, plan)
    st.button(
        "Test again" if again else "Test the rate for a minute", key="range.start",
        icon=":material/troubleshoot:", disabled=bool(missing), help=missing or None,
        on_click=_start, args=(now, plan, again),
    )  # fmt: skip
    st.caption(
        missing
        or "Learns from your own pictures while the steps grow from batch to batch, until "
        "it gets worse; then throws away what it learned. About a minute, cancel at any time; a "
        "training that is started ends it."
    )


def _missing(now: Drafting, plan: TrainingPlan) -> str:
    if first_needs(now) is not None:
        return "Your data set is not ready to be learned from yet."
    if available(now.workspace, plan.base) in NOT_HERE:
        return "The base model is not on this computer yet: fetch it or drop it in above."
    return ""


def _start(now: Drafting, plan: TrainingPlan, again: bool) -> None:
    key = now.key("range")
    try:
        if again:
            decided = trying_out.decided(now.workspace, plan)
            trying_out.forget(sweeping.folder_of(now.workspace, decided))
        st.session_state[key] = str(sweeping.start_range_test(now.workspace, plan))
        supervisor().wake()
    except AppError as error:
        st.session_state[key] = json.dumps([error.what, error.fix])


def _going_on(now: Drafting) -> Path | None:
    """The data set's range test that waits or runs, whoever started it."""
    for path in now.workspace.cache.glob(f"{PREFIX}*/{PLAN_FILE}"):
        is_mine = trying_out.dataset_of(path.parent) == now.dataset.slug
        if is_mine and trying_out.trial_view(path.parent).is_going_on:
            return path.parent
    return None


def _progress(folder: Path) -> None:
    with landing():
        view = trying_out.trial_view(folder)
        if not view.is_going_on:
            st.session_state["range"] = True  # unfolded: there is something to see now
            st.rerun()
        phase = view.needle.get("phase", "The range test waits until the device is free")
        total, left_s = view.needle.get("total") or 0, view.needle.get("left_s")
        words = f"{phase} …" + (f" {about(left_s)} left at this pace" if left_s else "")
        left, right = st.columns([4, 1], vertical_alignment="center")
        left.progress(min(view.needle["done"] / total, 1.0) if total else 0.0, words)
        right.button("Cancel", key="range.cancel", on_click=trying_out.cancel, args=(folder,))


def _say_failed(now: Drafting) -> None:
    """Why the test that was started here came to nothing."""
    kept = st.session_state.get(now.key("range"))
    if not kept:
        return
    if kept.startswith("["):
        trouble(*json.loads(kept))
        return
    view = trying_out.trial_view(Path(kept))
    if view.trouble:
        trouble(*view.trouble)
        st.code(log_tail(Path(kept), most=4_000), language=None)


def _result(now: Drafting, plan: TrainingPlan, test: RangeTest, said: Suggestion) -> None:
    still_chart(
        rate_sweep(
            test.rates, test.losses, said.smoothed, suggested=said.rate, lowest=said.lowest
        ),
        f"Loss over the learning rate, from {test.rates[0]:g} to {test.rates[-1]:.2g}. {said.why}",
        key="range.chart",
    )  # fmt: skip
    st.markdown(plain(said.why))
    apart = unlike(plan, test)
    if apart:
        st.caption(f":material/info: The plan has changed since: {plain(listed(apart))}.")
    with st.container(horizontal=True, vertical_alignment="center"):
        if said.rate:
            is_set = plan.learning_rate == said.rate
            st.button(
                f"Use this rate ({said.rate:g})", key="range.use", type="secondary",
                icon=":material/check:", disabled=is_set, on_click=deed,
                help="The plan has it already." if is_set else None,
                args=(
                    drafts.change, now.dataset.folder,
                    {"learning_rate": said.rate, "optimizer": test.optimizer},
                ),
            )  # fmt: skip
        with st.popover("Where this comes from", icon=":material/info:"):
            st.markdown("\n".join(f"- {line}" for line in _sources(test)))


def _sources(test: RangeTest) -> list[str]:
    lines = [
        f"Tested {ago(test.at)} with {plain(test.optimizer)}: "
        f"{count(len(test.losses), 'batch', 'batches')} of "
        f"{count(test.batch, 'picture')} at {test.image_size_px} px in {duration(test.took_s)}.",
        "Dots: the loss of each batch. Line: the same without the luck of the pictures. The "
        "suggestion is a tenth of the rate at which the loss is lowest, for there it is already "
        "about to get worse.",
        f"The method: {plain(SOURCE)}.",
        "Each batch made a step of its own, without the gentle start: a plan that adds up several "
        "batches for a step (nominal batch) bears the same rate or a little more.",
    ]
    if test.planned_batch and test.batch < test.planned_batch:
        lines.append(
            f"Batches of {test.planned_batch} were too slow for a minute, so smaller ones were "
            "used; larger ones bear the same rate or a little more."
        )
    if test.is_cut:
        lines.append("It was ended early, because the loss ran away.")
    return lines
