"""Hands on a run: stop, pause, go on, train longer, throw away, run again with changes."""

import streamlit as st

from components.data.store import find
from components.jobs.events import State
from components.jobs.worker import was_asked_to_pause, was_asked_to_stop
from components.planning import drafts
from components.planning.knobs import KNOBS
from components.runs import hands, live
from components.runs.store import Run
from components.runs.training import start
from components.ui.full_plan import full_plan
from components.ui.page import deed, go_on, go_there, landing, trouble
from components.ui.words import roughly
from components.web.background import supervisor
from components.workspace import Workspace

TRAIN, PLAN = "pages/make/train.py", "pages/make/plan.py"
PAUSES = {"After this round": False, "Now (this round is lost)": True}
MOST_MORE = 1000


def run_hands(run: Run) -> None:
    """The buttons that fit how the run stands; the one most people want next is the main one."""
    if not run.state.is_over:
        _while_it_goes(run)
        return
    if run.progress.trouble is not None:
        trouble(run.progress.trouble.what, run.progress.trouble.fix)
    if has_model(run):
        go_on("See how good it became", "pages/use/results.py", {"run": run.slug})
    with st.container(horizontal=True, vertical_alignment="center"):
        _onward(run)
        if hands.can_train_more(run):
            _more(run)
        _again_with_changes(run)
        if has_model(run):
            full_plan(run)
        if run.best_weights.exists() and not has_model(run):
            st.page_link(
                "pages/use/try_it.py", label="Try what it has learned so far",
                icon=":material/image_search:", query_params={"run": run.slug},
            )  # fmt: skip
        _throw_away(run)


def has_model(run: Run) -> bool:
    """Whether it came to an end and left a model that was judged."""
    return run.state in (State.FINISHED, State.STOPPED) and run.best_weights.exists()


def is_stalled(run: Run) -> bool:
    """Whether it is at work, nothing has moved for too long, and nobody ended it yet."""
    is_ending = was_asked_to_stop(run.folder) or was_asked_to_pause(run.folder, now=True)
    return not is_ending and live.stalled_s(live.needle_of(run.progress, run.folder)) > 0


def _onward(run: Run) -> None:
    """Go on where it was, or begin anew where nothing was learned and nothing is kept."""
    if not hands.can_resume(run):
        if run.state is State.STOPPED and not has_model(run):
            _anew(run)
        return
    done, planned = len(run.progress.history), run.plan.epochs
    is_main = run.state in (State.PAUSED, State.INTERRUPTED)
    if st.button(
        "Resume" if done else "Start it again", key=f"resume.{run.slug}",
        type="primary" if is_main else "secondary", icon=":material/play_arrow:",
        help=f"Goes on after round {done} of {planned}, as if nothing had happened."
        if done else "From the beginning; nothing was learned yet.",
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
    if is_stalled(run):
        _stalled(run)
    with st.container(horizontal=True, vertical_alignment="center"):
        if run.state is State.WAITING and not run.progress.history:
            _take_out(run)
        else:
            _stop(run)
            if run.plan.trainer == "tuned":
                _pause(run)
        _throw_away(run)


def _stalled(run: Run) -> None:
    """What a person can do about a run that says nothing any more."""
    still = live.stalled_s(live.needle_of(run.progress, run.folder))
    way = (
        "Pause it now and then resume it: at most the round in progress is lost."
        if run.plan.trainer == "tuned"
        else "Stop it: what was learned is kept."
    )
    st.warning(
        f"**Nothing has moved for {roughly(still)}.**  \nThe end of the log below may say why; "
        f"other programs may also keep the computer busy. {way}",
        icon=":material/hourglass_disabled:",
    )


def _stop(run: Run) -> None:
    stops = was_asked_to_stop(run.folder)
    if st.button(
        "Stopping, the model is kept …" if stops else "Stop and keep what was learned",
        icon=":material/stop_circle:", disabled=stops, key=f"stop.{run.slug}",
        help="Ends after the current batch, checks the model once more and keeps it.",
    ):  # fmt: skip
        hands.stop_and_keep(run)
        _heard()


def _take_out(run: Run) -> None:
    """Of the line; there is nothing to keep yet."""
    stops = was_asked_to_stop(run.folder)
    if st.button(
        "Stopping …" if stops else "Take it out of the line", icon=":material/close:",
        disabled=stops, key=f"stop.{run.slug}", help="It can be started again later.",
    ):  # fmt: skip
        hands.stop_and_keep(run)
        _heard()


def _pause(run: Run) -> None:
    """A pause that waits for the round's end can still be made one at once."""
    stops, at_once = was_asked_to_stop(run.folder), was_asked_to_pause(run.folder, now=True)
    pauses = at_once or was_asked_to_pause(run.folder, now=False)
    ways = [way for way, now in PAUSES.items() if now or not pauses]
    chosen = st.menu_button(
        "Pausing now …" if at_once else "Pausing after this round" if pauses else "Pause",
        ways, key=f"pause.{run.slug}.{len(ways)}", icon=":material/pause:",
        disabled=at_once or stops, help="Frees the device; the run goes on later where it was.",
    )  # fmt: skip
    if chosen is not None:
        hands.pause(run, now=PAUSES[chosen])
        _heard()


def _more(run: Run) -> None:
    with st.popover("Train longer", icon=":material/add:", key=f"more.{run.slug}"):
        more = int(
            st.number_input(
                "How many more rounds (epochs)", 1, MOST_MORE,
                min(max(5, run.plan.epochs // 2), MOST_MORE),
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
    is_main = run.state is State.FAILED  # as it was planned, it would fail again
    st.button(
        "Run again with changes", icon=":material/tune:", key=f"again.{run.slug}",
        type="primary" if is_main else "secondary", on_click=deed, args=(_fill_the_plan, run),
        help="Opens the plan, filled as this run was.",
    )  # fmt: skip


def _fill_the_plan(run: Run) -> None:
    folder = find(Workspace.current(), run.plan.dataset).folder  # says so when it is gone
    values = {name: getattr(run.plan, name) for name in KNOBS}
    drafts.change(folder, {**values, "base": run.plan.base, "expert": dict(run.plan.expert)})
    drafts.change_recipe(folder, run.plan.recipe)
    go_there(PLAN, {"dataset": run.plan.dataset})


def _throw_away(run: Run) -> None:
    if st.button("Throw away", icon=":material/delete:", key=f"away.{run.slug}", type="tertiary"):
        _sure(run)


@st.dialog("Throw this run away?", icon=":material/delete:")
def _sure(run: Run) -> None:
    """Asked a second time, with what is lost."""
    st.markdown(
        "The run ends at once, and its model and curves are deleted. Your pictures stay. This "
        "cannot be undone."
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
