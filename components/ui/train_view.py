"""A run as it happens: live charts, what the model sees, the settings really used, the log."""

import streamlit as st

from components.augment.catalogue import EFFECTS
from components.jobs.events import State
from components.jobs.job import log_tail
from components.planning.arguments import differences
from components.planning.knobs import KNOBS
from components.runs.store import Run
from components.runs.training import start
from components.tasks import TASKS
from components.ui.findings_list import findings_list
from components.ui.page import trouble
from components.ui.parts.eyes import eyes
from components.ui.parts.live_charts import live_charts
from components.ui.tables import table
from components.web.background import supervisor
from components.workspace import Workspace


def train_view(run: Run) -> None:
    """Everything about one run. It reads the run's folder and nothing else.

    So two tabs, a reload and a restart of the app all show the same.
    """
    _controls(run)
    task = TASKS[run.plan.task]
    live_charts(run.slug, task, over=run.state.is_over, key=f"live.{run.slug}")
    if run.progress.history:
        st.subheader("What the model sees while it learns")
        st.caption(
            "Four pictures it never trains on, with the boxes it draws after each round. They "
            "should come to fit better and better."
        )
        eyes(run.slug, over=run.state.is_over, key=f"eyes.{run.slug}")
    _settings(run)
    _log(run)


def _controls(run: Run) -> None:
    """One button for what most people want next, and the words for how the run stands."""
    match run.state:
        case State.WAITING | State.RUNNING:
            asked = (run.folder / "ask" / "stop").exists()
            if st.button(
                "Stopping after the current batch…" if asked else "Stop and keep what was learned",
                icon=":material/stop_circle:", disabled=asked, key=f"stop.{run.slug}",
                help="Ends after the current batch, checks the model once more and keeps it.",
            ):  # fmt: skip
                run.ask_to_stop()
                supervisor().wake()
                st.rerun()
        case State.FINISHED | State.STOPPED if run.best_weights.exists():
            if st.button(
                "See how good it became", type="primary", icon=":material/insights:", key="results"
            ):
                st.switch_page("pages/use/results.py", query_params={"run": run.slug})
        case _:
            _again(run)


def _again(run: Run) -> None:
    """The run ended without a model: say why, and offer the next click."""
    if run.progress.trouble is not None:
        trouble(run.progress.trouble.what, run.progress.trouble.fix)
    else:
        st.info("This run was stopped before its first round was over, so there is no model yet.")
    with st.container(horizontal=True, vertical_alignment="center"):
        if st.button("Start it again", type="primary", icon=":material/replay:"):
            again = start(Workspace.current(), run.plan)
            supervisor().wake()
            st.switch_page("pages/make/train.py", query_params={"run": again.slug})
        st.page_link(
            "pages/make/plan.py", label="Change the plan first", icon=":material/tune:",
            query_params={"dataset": run.plan.dataset},
        )  # fmt: skip
        if run.best_weights.exists():
            st.page_link(
                "pages/use/try_it.py", label="Try what it had learned",
                icon=":material/image_search:", query_params={"run": run.slug},
            )  # fmt: skip


def _settings(run: Run) -> None:
    """What the trainer said it uses, beside what was planned."""
    used = run.progress.told.get("settings")
    with st.expander("What the trainer really uses", icon=":material/fact_check:"):
        if not used:
            st.caption("The trainer tells its settings as soon as it is up.")
            return
        st.caption("Read back from the trainer after it was built, not from the plan.")
        findings_list(differences(run.plan, used))
        model = run.progress.told.get("model", {})
        rows = [(setting_label(name), str(value)) for name, value in {**model, **used}.items()]
        with st.container(height=380, border=False):
            table(("Setting", "Value"), rows, "Settings read back from the trainer")


def setting_label(name: str) -> str:
    """A knob's own words where there are some, else the trainer's name."""
    if name in KNOBS:
        return KNOBS[name].label
    effect = EFFECTS.get(name.removeprefix("augment."))
    return effect.label if effect else name.replace("expert.", "").replace("_", " ")


def _log(run: Run) -> None:
    with st.expander("Log", icon=":material/article:", key="log", on_change="rerun") as box:
        if box.open:
            st.button("Read again", icon=":material/refresh:", key="log.again")
            st.code(log_tail(run.folder) or "Nothing printed yet.", language=None, height=360)
