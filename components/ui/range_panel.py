"""The learning-rate range test: its button, its progress, its curve, and the rate it suggests."""

import streamlit as st

from components.charts.plan import rate_sweep
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
from components.runs import sweeping
from components.ui.attempts import Attempt, begin, going_on, say_failed, watch
from components.ui.page import deed
from components.ui.parts.still_chart import still_chart
from components.ui.plan_draft import Drafting, first_needs
from components.ui.words import ago, count, duration, listed, plain

NOT_HERE = (Availability.FETCHABLE, Availability.MISSING)
_TITLE = "Find a rate by a test (range test)"
_KIND = Attempt(
    "range", PREFIX, sweeping.start_range_test, sweeping.folder_of,
    "The range test waits until the device is free", tells_left=True, unfolds=True,
)  # fmt: skip


def range_panel(now: Drafting, plan: TrainingPlan) -> None:
    """Below the slider: folded away until somebody asks, or until there is something to show."""
    at_work = going_on(_KIND, now)
    if at_work is not None:
        watch(_KIND, at_work)
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
        say_failed(_KIND, now)


def _offer(now: Drafting, plan: TrainingPlan, *, again: bool) -> None:
    missing = _missing(now, plan)
    st.button(
        "Test again" if again else "Test the rate for a minute", key="range.start",
        icon=":material/troubleshoot:", disabled=bool(missing), help=missing or None,
        on_click=begin, args=(_KIND, now, plan), kwargs={"again": again},
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
