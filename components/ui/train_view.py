"""A run as it happens: live charts, what the model sees, the settings really used, the log."""

import streamlit as st

from components.augment.catalogue import EFFECTS
from components.jobs.events import State
from components.jobs.job import log_tail
from components.planning.arguments import differences
from components.planning.knobs import KNOBS
from components.runs import live
from components.runs.store import Run
from components.tasks import TASKS
from components.ui.computing_line import computing_line
from components.ui.findings_list import findings_list
from components.ui.foretold_line import foretold_line
from components.ui.parts.eyes import eyes
from components.ui.parts.live_charts import live_charts
from components.ui.run_hands import is_stalled, run_hands
from components.ui.run_points import points_of
from components.ui.tables import table
from components.ui.waiting_line import waiting_line


def train_view(run: Run) -> None:
    """Everything about one run. It reads the run's folder and nothing else.

    So two tabs, a reload and a restart of the app all show the same.
    """
    # First: what changes while the page is drawn makes the charts ask for another drawing.
    drawn_for = live.standing(run.progress, run.folder)
    run_hands(run)
    waiting_line(run)
    live_charts(
        run.slug, TASKS[run.plan.task], standing=drawn_for, key=f"live.{run.slug}"
    )  # fmt: skip
    if run.progress.history:
        st.subheader("What the model sees while it learns")
        many = TASKS[run.plan.task].label_words.many
        drawn = "its best guess" if run.plan.task == "classify" else f"the {many} it draws"
        st.caption(
            f"Some of the pictures it never trains on, with {drawn} after each round. It should "
            "come to fit better and better."
        )
        scheme = points_of(run)
        eyes(run.slug, over=run.state.is_over, key=f"eyes.{run.slug}",
             skeleton=scheme.skeleton if scheme else ())  # fmt: skip
    foretold_line(run)
    computing_line(run)
    _settings(run)
    _log(run)


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
        rows = [(setting_label(name), as_told(value)) for name, value in {**model, **used}.items()]
        with st.container(height=380, border=False):
            table(("Setting", "Value"), rows, "Settings read back from the trainer")


def as_told(value: object) -> str:
    """A setting's value; a number without the digits that only computing with it made."""
    return f"{value:.9g}" if isinstance(value, float) else str(value)


def setting_label(name: str) -> str:
    """A knob's own words where there are some, else the trainer's name."""
    if name in KNOBS:
        return KNOBS[name].label
    effect = EFFECTS.get(name.removeprefix("augment."))
    return effect.label if effect else name.replace("expert.", "").replace("_", " ")


def _log(run: Run) -> None:
    """What the worker printed; open where somebody will want to read it."""
    is_needed = run.state in (State.FAILED, State.INTERRUPTED) or is_stalled(run)
    with st.expander(
        "Log", icon=":material/article:", key=f"log.{run.slug}.{is_needed}", on_change="rerun",
        expanded=is_needed,
    ) as box:  # fmt: skip
        if box.open:
            st.button("Read again", icon=":material/refresh:", key="log.again")
            st.code(log_tail(run.folder) or "Nothing printed yet.", language=None, height=360)
