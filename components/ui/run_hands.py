"""Hands on a run: stop, pause, go on, train longer, throw away, run again with changes."""

import streamlit as st

from components.data.store import find
from components.jobs.events import State
from components.planning import drafts
from components.planning.knobs import KNOBS
from components.runs import hands
from components.runs.store import Run
from components.runs.training import start
from components.ui.page import deed, go_on, landing, trouble
from components.web.background import supervisor
from components.workspace import Workspace

TRAIN, PLAN = "pages/make/train.py", "pages/make/plan.py"
PAUSES = {"After this round": False, "Now (this round is lost)": True}
MOST_MORE = 1000


def run_hands(run: Run) -> None:
    """The buttons that fit how the run stands; the one most people want next is the main one."""
    if run.progress.trouble is not None:
        trouble(run.progress.trouble.what, run.progress.trouble.fix)
    if not run.state.is_over:
        _while_it_goes(run)
        return
    if has_model(run):
        go_on("See how good it became", "pages/use/results.py", {"run": run.slug})
    elif run.state is State.STOPPED:
        st.info("This run was stopped before its first round was over, so there is no model yet.")
    with st.container(horizontal=True, vertical_alignment="center"):
        _onward(run)
        if hands.can_train_more(run):
            _more(run)
        _again_with_changes(run)
        if run.best_weights.exists() and not has_model(run):
            st.page_link(
                "pages/use/try_it.py", label="Try what it has learned so far",
                icon=":material/image_search:", query_params={"run": run.slug},
            )  # fmt: skip
        _throw_away(run)


def has_model(run: Run) -> bool:
    """Whether it came to an end and left a model that was judged."""
    return run.state in (State.FINISHED, State.STOPPED) and run.best_weights.exists()


def _onward(run: Run) -> None:
    """Go on where it was, or begin anew where nothing was learned and nothing is kept."""
    if not hands.can_resume(run):
        if run.state is State.STOPPED and not has_model(run):
            _anew(run)
        return
    is_main = run.state is not State.STOPPED
    if st.button(
        "Go on" if run.progress.history else "Start it again", key=f"resume.{run.slug}",
        type="primary" if is_main else "secondary", icon=":material/play_arrow:",
        help="From the last whole checkpoint.",
    ):  # fmt: skip
        hands.resume(Workspace.current(), run)
        _heard()


def _anew(run: Run) -> None:
    """The same plan, as a new run."""
    if st.button("Start it again", type="primary", icon=":material/replay:", key="anew"):
        again = start(Workspace.current(), run.plan)
        supervisor().wake()
        st.switch_page(TRAIN, query_params={"run": again.slug})


def _while_it_goes(run: Run) -> None:
    asked = {path.name for path in (run.folder / "ask").glob("*")}
    with st.container(horizontal=True, vertical_alignment="center"):
        stops = "stop" in asked
        if st.button(
            "Stopping after the current batch …" if stops else "Stop and keep what was learned",
            icon=":material/stop_circle:", disabled=stops, key=f"stop.{run.slug}",
            help="Ends after the current batch, checks the model once more and keeps it.",
        ):  # fmt: skip
            hands.stop_and_keep(run)
            _heard()
        if run.plan.trainer == "tuned":
            pauses = bool({"pause", "pause-now"} & asked)
            chosen = st.menu_button(
                "Pausing …" if pauses else "Pause", list(PAUSES), key=f"pause.{run.slug}",
                icon=":material/pause:", disabled=pauses or stops,
                help="Frees the device; the run goes on later where it was.",
            )  # fmt: skip
            if chosen is not None:
                hands.pause(run, now=PAUSES[chosen])
                _heard()
        _throw_away(run)


def _more(run: Run) -> None:
    with st.popover("Train longer", icon=":material/add:", key=f"more.{run.slug}"):
        more = int(
            st.number_input(
                "How many more rounds (epochs)", 1, MOST_MORE, max(5, run.plan.epochs // 2),
                key=f"more.{run.slug}.epochs",
            )
        )  # fmt: skip
        with landing():
            st.caption(hands.about_more(run, more))
            if st.button("Train on", type="primary", key=f"more.{run.slug}.go"):
                hands.train_more(Workspace.current(), run, more)
                _heard()


def _again_with_changes(run: Run) -> None:
    """The plan page, filled as this run was."""
    if st.button(
        "Run again with changes", icon=":material/tune:", key=f"again.{run.slug}",
        help="Opens the plan, filled as this run was.",
    ):  # fmt: skip
        folder = find(Workspace.current(), run.plan.dataset).folder  # says so when it is gone
        values = {name: getattr(run.plan, name) for name in KNOBS}
        drafts.change(folder, {**values, "base": run.plan.base, "expert": dict(run.plan.expert)})
        drafts.change_recipe(folder, run.plan.recipe)
        st.switch_page(PLAN, query_params={"dataset": run.plan.dataset})


def _throw_away(run: Run) -> None:
    if st.button("Throw away", icon=":material/delete:", key=f"away.{run.slug}", type="tertiary"):
        _sure(run)


@st.dialog("Throw this run away?", icon=":material/delete:")
def _sure(run: Run) -> None:
    """Asked a second time, with what is lost."""
    st.markdown(
        "The run ends at once, and its model, curves and pictures are deleted. This cannot be "
        "undone."
    )
    with st.container(horizontal=True):
        if st.button(
            "Yes, throw it away", type="primary", key="away.yes",
            on_click=deed, args=(hands.throw_away, Workspace.current(), run.slug),
        ):  # fmt: skip
            st.switch_page(TRAIN, query_params={})
        if st.button("No, keep it", key="away.no"):
            st.rerun()


def _heard() -> None:
    supervisor().wake()
    st.rerun()
