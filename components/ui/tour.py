"""The guided tour on the screen: a box under the heading that says what is to be seen here."""

from dataclasses import replace

import streamlit as st

from components.data.demo import open_demo
from components.models.bases import ready_base
from components.planning import drafts
from components.planning.presets import start_values
from components.ui.tour_steps import (
    Step,
    TourState,
    is_about_demo,
    keep,
    stops,
    tour_state,
)
from components.workspace import Workspace


def begin_tour(workspace: Workspace, task: str = "detect") -> None:
    """Open a task's demo at the tour's first stop; the demo is drawn if it is not there."""
    with st.spinner("Drawing the pictures. This takes a few seconds.", show_time=True):
        slug = open_demo(workspace, task)
    # What can be used at once: nobody is to fetch anything before the first result.
    drafts.begin(workspace.datasets / slug, ready_base(workspace, task), start_values(task))
    keep(workspace, TourState("going", "Data", task))
    first = stops(workspace)[0]
    st.switch_page(first.file, query_params=first.choices)


def tour(heading: str) -> None:
    """Say what is to be seen on this page, while the tour is going on; else nothing.

    Args:
        heading: The page's.
    """
    workspace = Workspace.current()
    state = tour_state(workspace)
    address = {name: str(st.query_params[name]) for name in st.query_params}
    every = stops(workspace) if state.stand == "going" else []
    number = next((i for i, step in enumerate(every) if step.page == heading), None)
    if number is None or not is_about_demo(workspace, address, state.slug):
        return
    step = every[number]
    keep(workspace, replace(state, page=heading))
    with st.container(border=True, key="tour"):
        st.markdown(
            f":material/explore: **Tour, {number + 1} of {len(every)}: {step.title}.** {step.words}"
        )
        with st.container(horizontal=True):
            if step.label and st.button(
                step.label, key="tour.next", icon=":material/arrow_forward:", icon_position="right"
            ):
                _go_on(workspace, step, every[number + 1] if number + 1 < len(every) else None)
            if step.does != "end" and st.button(
                "Leave the tour", key="tour.leave", type="tertiary",
                help="You can take it up again on Home.",
            ):  # fmt: skip
                keep(workspace, replace(state, stand="left", page=heading))
                st.rerun()


def take_up(workspace: Workspace) -> None:
    """On Home: a button back to where the tour was left, when there is such a place."""
    state = tour_state(workspace)
    step = next((each for each in stops(workspace) if each.page == state.page), None)
    is_open = state.stand in ("going", "left") and (workspace.datasets / state.slug).is_dir()
    if (
        is_open
        and step is not None
        and st.button(
            f"Take up the tour again: {step.title.lower()}", key="tour.again", width="stretch"
        )
    ):
        keep(workspace, replace(state, stand="going"))
        st.switch_page(step.file, query_params=step.choices)


def _go_on(workspace: Workspace, step: Step, following: Step | None) -> None:
    state = tour_state(workspace)
    if step.does == "end" or following is None:
        keep(workspace, replace(state, stand="over", page=step.page))
        st.rerun()
        return
    if step.does == "quick":
        from components.ui.plan_draft import drafting  # it knows the page's frame, which knows us

        folder = workspace.datasets / state.slug
        drafts.apply_preset(folder, "quick", drafting(state.slug).situation)
    st.switch_page(following.file, query_params=following.choices)
