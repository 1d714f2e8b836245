"""Who waits for a device: places, expected starts, and the way to change the order."""

import streamlit as st

from components.planning.forecast import forecast
from components.runs import hands, line, live
from components.runs.store import Run
from components.runs.training import lane_of
from components.ui.page import deed
from components.ui.time_ahead import past_runs, work_of
from components.ui.words import count, plain, roughly
from components.web.background import supervisor
from components.workspace import Workspace


def waiting_line(run: Run) -> None:
    """The line that the run stands in or that stands behind it; nothing when nobody waits."""
    workspace, lane = Workspace.current(), lane_of(run.plan.device)
    runs = line.waiting(workspace, lane)
    if not runs:
        return
    first = line.at_work(workspace, lane)
    left = _left_s(first) if first else 0.0
    with st.expander(
        f"{count(len(runs), 'run waits', 'runs wait')} in line", icon=":material/queue:",
        expanded=any(other.slug == run.slug for other in runs),
    ):  # fmt: skip
        for place, waiting in enumerate(runs, 1):
            _row(workspace, waiting, place, left)
            left = None if left is None else _after(workspace, waiting, left)


def _row(workspace: Workspace, run: Run, place: int, left: float | None) -> None:
    begins = "when the one before it is done" if left is None else f"in {roughly(left)}"
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f"**{place}.** {plain(run.title)} · begins {begins}", width="stretch")
        st.button(
            "Earlier", icon=":material/arrow_upward:", key=f"up.{run.slug}", disabled=place == 1,
            on_click=deed, args=(line.move_up, workspace, run),
        )  # fmt: skip
        if st.button("Take out", icon=":material/close:", key=f"out.{run.slug}"):
            hands.stop_and_keep(run)
            supervisor().wake()
            st.rerun()


def _left_s(run: Run) -> float | None:
    """Seconds until the run that is going on is done; None while that is not known."""
    left = live.snapshot(run.folder)["now"].get("left_s")
    return None if left is None else float(left)


def _after(workspace: Workspace, run: Run, begins: float) -> float | None:
    told = forecast(run.plan, work_of(workspace, run), past_runs(workspace, run.plan.device))
    return None if told is None else begins + told.seconds
