"""The seed's example on Home: five lines of Python, and the same with the mouse."""

import streamlit as st

from components.jobs.events import State
from components.jobs.job import ask
from components.models.seed_example import (
    BASE,
    EPOCHS,
    FIVE_LINES,
    IMAGE_SIZE_PX,
    ExampleView,
    example_state,
    start_example,
)
from components.ui.home_next import PLAN
from components.ui.page import landing, trouble
from components.ui.words import about
from components.workspace import Workspace

_LOOK_EVERY_S = 1.0


def seed_card(workspace: Workspace) -> None:
    """What the example is, its five lines, and the button that begins, follows or opens it."""
    st.markdown("#### :material/code: The classic example")
    with st.container(height="stretch"):
        st.markdown(
            f"The classic first training: `{BASE}`, a small ready model, learns from eight "
            f"photographs (`coco8.yaml`) for {EPOCHS} rounds (epochs) at {IMAGE_SIZE_PX} pixels. "
            "Needs the network once, for about 6 MB."
        )
        with st.expander("The same in Python"):
            st.code(FIVE_LINES, language="python")
    is_going = _is_going(example_state(workspace))
    st.fragment(_deed, run_every=_LOOK_EVERY_S if is_going else None)(workspace, was_going=is_going)


def _is_going(view: ExampleView) -> bool:
    return view.state is not None and not view.state.is_over


def _deed(workspace: Workspace, *, was_going: bool) -> None:
    view = example_state(workspace)
    if was_going and not _is_going(view):
        st.rerun()  # once more as a whole: the clock stops
    if _is_going(view):
        _progress(workspace, view)
    elif view.dataset:
        if st.button("Open the example", key="home.seed.open", width="stretch"):
            st.switch_page(PLAN, query_params={"dataset": view.dataset})
    else:
        if view.trouble and view.state is State.FAILED:
            trouble(*view.trouble)
        label = "Fetch the example" if view.state is None else "Try again"
        if st.button(label, key="home.seed", width="stretch"):
            with landing():
                start_example(workspace)
                st.rerun()


def _progress(workspace: Workspace, view: ExampleView) -> None:
    done, total = view.needle.get("done") or 0, view.needle.get("total") or 0
    left = view.needle.get("left_s")
    begun = "Looking for the network …" if view.state is State.RUNNING else "Waiting for its turn …"
    words = str(view.needle.get("phase") or begun)
    st.progress(min(1.0, done / total) if total else 0.0,
                f"{words}, {about(left)} left at this pace" if left else words)  # fmt: skip
    if st.button("Cancel", key="home.seed.cancel", width="stretch"):
        ask(workspace.cache / "seed-example", "stop")
