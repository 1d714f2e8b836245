"""Who waits for a device: places, expected starts, and the way to change the order."""

import streamlit as st

from components.jobs.events import State
from components.jobs.worker import was_asked_to_stop
from components.planning.forecast import forecast
from components.runs import hands, line, live
from components.runs.store import Run
from components.runs.training import lane_of
from components.ui.page import landing
from components.ui.time_ahead import past_runs, work_of
from components.ui.words import about, count, plain
from components.web.background import supervisor
from components.workspace import Workspace

_EVERY_S = 2.0  # while this run waits; others may come, go and pass it
_SELDOM_S = 6.0  # while it is at work


def waiting_line(run: Run) -> None:
    """The line that the run stands in or that stands behind it; nothing when nobody waits."""
    if not run.state.is_over:
        every = _EVERY_S if run.state is State.WAITING else _SELDOM_S
        st.fragment(_line, run_every=every)(run)


def _line(run: Run) -> None:
    workspace, lane = Workspace.current(), lane_of(run.plan.device)
    runs = [one for one in line.waiting(workspace, lane) if not was_asked_to_stop(one.folder)]
    if not runs:
        return
    with st.expander(
        _title(run, runs), icon=":material/queue:", key=f"line.{run.slug}",
        expanded=any(other.slug == run.slug for other in runs),
    ), landing():  # fmt: skip
        left = _at_work(line.at_work(workspace, lane))
        for place, waiting in enumerate(runs, 1):
            _row(workspace, waiting, place, left)
            left = None if left is None else _after(workspace, waiting, left)
        st.caption(
            "Judged by the pace of the run at work, and for those in line by finished runs on this "
            "computer or, before the first, by a measurement on two processor cores."
        )


def _title(run: Run, runs: list[Run]) -> str:
    waits = count(len(runs), "run waits", "runs wait")
    for place, other in enumerate(runs, 1):
        if other.slug == run.slug:
            before = count(place, "run") if place > 1 else "the run at work"
            return f"Place {place} of {len(runs)} in line: begins after {before}"
    return f"{waits} in line behind what is at work"


def _at_work(run: Run | None) -> float | None:
    """Say what has the device; seconds until it is done, None while that is not known."""
    if run is None:
        return 0.0
    needle = live.needle_of(run.progress, run.folder)
    left = None if live.stalled_s(needle) else needle.get("left_s")
    ends = (
        "how long it still takes is not known yet" if left is None else f"{about(float(left))} left"
    )
    st.markdown(f":material/play_arrow: **Now** {plain(run.title)} · {ends}")
    return None if left is None else float(left)


def _row(workspace: Workspace, run: Run, place: int, left: float | None) -> None:
    begins = "when the one before it is done" if left is None else f"in {about(left)}"
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f"**{place}.** {plain(run.title)} · begins {begins}", width="stretch")
        if st.button(
            "Earlier", icon=":material/arrow_upward:", key=f"up.{run.slug}", disabled=place == 1,
            help="Let it pass the run in front of it.",
        ):  # fmt: skip
            line.move_up(workspace, run)
            st.rerun()
        if st.button("Take out", icon=":material/close:", key=f"out.{run.slug}"):
            hands.stop_and_keep(run)
            supervisor().wake()
            st.rerun()


def _after(workspace: Workspace, run: Run, begins: float) -> float | None:
    told = forecast(run.plan, work_of(workspace, run), past_runs(workspace, run.plan.device))
    return None if told is None else begins + told.seconds
