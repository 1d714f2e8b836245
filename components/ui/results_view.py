"""How good a run's model became: the headline in words, per class, curves, labels beside."""

from typing import Any

import streamlit as st

from components.charts.results import confusion, curve, per_class
from components.data.store import find
from components.errors import DatasetError
from components.runs.evaluation import read
from components.runs.store import Run
from components.tasks import TASKS, Metric
from components.ui.computing_line import computing_line
from components.ui.foretold_line import foretold_line
from components.ui.full_plan import full_plan
from components.ui.page import go_there, landing, nothing_yet
from components.ui.parts.still_chart import still_chart
from components.ui.results_pictures import pictures
from components.ui.results_verdict import verdict, verdict_of_sorting
from components.ui.tables import table
from components.ui.words import RUN_STATE_WORDS, count, number, plain, size
from components.workspace import Workspace

PARTS = ("Overview", "Per class", "Curves", "Mix-ups", "Pictures")


def results_view(run: Run) -> None:
    """Everything that is known about the run's model; without a result, where to see why."""
    facts = read(run)
    if facts is None:
        nothing_yet(
            f"**{plain(run.title)}** has no results: {RUN_STATE_WORDS[run.state].split(',')[0]}. "
            "They come when a run has ended and its model was checked.",
            "pages/make/train.py", "See how it stands", ":material/monitoring:",
            {"run": run.slug},
        )  # fmt: skip
        return
    _headline(run, facts)
    _next_steps(run, facts)
    _parts(run, facts)


@st.fragment
def _parts(run: Run, facts: dict[str, Any]) -> None:
    """One part at a time; who looks at another does not wait for the rest of the page."""
    with landing():
        _part(run, facts)


def _part(run: Run, facts: dict[str, Any]) -> None:
    parts = [name for name in PARTS if name != "Curves" or facts["curves"]]
    if st.session_state.get("part") not in parts:  # another run had it
        st.session_state.pop("part", None)
    part = st.segmented_control(
        "Part", parts, default=PARTS[0], required=True, key="part", bind="query-params",
        label_visibility="collapsed",
    )  # fmt: skip
    match part:
        case "Per class":
            _per_class(run, facts)
        case "Curves":
            _curves(facts)
        case "Mix-ups":
            _mix_ups(run, facts)
        case "Pictures":
            pictures(run, facts)
        case _:
            _overview(run, facts)


def _headline(run: Run, facts: dict[str, Any]) -> None:
    task = TASKS[run.plan.task]
    columns = st.columns(len(task.metrics[:4]))
    for column, metric in zip(columns, task.metrics, strict=False):
        value = facts["metrics"].get(metric.key)
        words = metric.label.partition(" (")[0]
        with column.container(border=True, height="stretch", gap=None):
            st.metric(words, "–" if value is None else f"{value:.2f}", help=metric.help)
            st.caption(_term(metric))
    interval = facts.get("interval")
    if interval:
        st.caption(
            f"With {number(interval['pictures'])} validation pictures the true overall quality "
            f"lies probably between **{interval['low']:.2f}** and **{interval['high']:.2f}**. "
            f"{interval['how']}"
        )


def _overview(run: Run, facts: dict[str, Any]) -> None:
    headline = TASKS[run.plan.task].headline
    value = facts["metrics"].get(headline.key)
    if value is not None:
        st.markdown(f"**In words.** {_verdict(run, facts, value)}")
    history = run.progress.history
    if history:
        likely = max(history, key=lambda m: m.metrics.get(headline.key, 0.0))
        best = int(run.progress.told.get("best", {}).get("epoch", likely.epoch))
        st.markdown(
            f"**How it went.** {count(len(history), 'round')} (epochs) "
            f"{'was' if len(history) == 1 else 'were'} trained; the best was round {best}. These "
            "results are those of the best."
        )
    foretold_line(run)
    computing_line(run)
    st.markdown(
        f"**The model.** Started from *{plain(run.plan.base)}*, learned from the data set "
        f"*{plain(_name_of(run.plan.dataset))}*; "
        f"the weights take {size(facts.get('weights_bytes', 0))}."
    )
    st.caption(
        "All scores come from validation pictures, which the model never trained on. Choosing "
        "the best round by the same pictures makes them a little too kind."
    )


def _verdict(run: Run, facts: dict[str, Any], value: float) -> str:
    headline = TASKS[run.plan.task].headline
    if run.plan.task == "classify":
        return verdict_of_sorting(headline, value, len(facts["per_class"]))
    return verdict(headline, value)


def _name_of(slug: str) -> str:
    """What the data set is called; the folder's name when it is gone."""
    try:
        return find(Workspace.current(), slug).name
    except DatasetError:
        return slug


def _per_class(run: Run, facts: dict[str, Any]) -> None:
    rows = facts["per_class"]
    if run.plan.task == "classify":
        _per_class_of_pictures(rows, facts["confusion"]["matrix"])
        return
    still_chart(per_class(rows), "Quality of each class; the table below tells the same",
                key="chart.class")  # fmt: skip
    terms = [_term(metric) for metric in TASKS[run.plan.task].metrics[:2]]
    table(
        ("Class", "Pictures", "Things", f"Overall ({terms[0]})", f"Found ({terms[1]})",
         "Precision", "Recall"),
        [
            (row["class"], row["pictures"], row["boxes"], row["map50_95"], row["map50"],
             # who never answers is never wrong: Ultralytics calls that a precision of 1
             row["precision"] if row["recall"] else None, row["recall"])
            for row in rows
        ],
        "Quality of each class on the validation pictures",
    )  # fmt: skip
    st.caption("A class with fewer than about 20 things in validation has a very rough score.")
    if facts.get("per_point"):
        _per_point(facts["per_point"])


def _per_point(rows: list[dict[str, Any]]) -> None:
    """How far each named point is off, for a model that finds points."""
    st.markdown("**Each point** – how far the model puts it from where it was labelled.")
    table(
        ("Point", "Off by (% of the thing's size)", "Measured on"),
        [
            (row["point"], None if row["error"] is None else round(100 * row["error"], 1),
             row["things"])
            for row in rows
        ],
        "How far each point is off on the validation pictures",
    )  # fmt: skip
    st.caption(
        "On things that were found (their boxes overlap by half or more); the size of a thing is "
        "the square root of its box's area."
    )


def _per_class_of_pictures(rows: list[dict[str, Any]], matrix: list[list[int]]) -> None:
    """Right and wrong per class, for a model that sorts pictures."""
    lines = []
    for place, row in enumerate(rows):
        right = matrix[place][place]
        wrong = row["pictures"] - right
        lines.append((row["class"], row["pictures"], right, wrong, row["recall"],
                      row["precision"] if right else None))  # fmt: skip
    table(
        ("Class", "Pictures", "Right", "Taken for another", "Recognised (recall)",
         "Right when it says so (precision)"),
        lines, "How often each class was recognised on the validation pictures",
    )  # fmt: skip
    st.caption("A class with fewer than about 20 pictures in validation has a very rough score.")


def _term(metric: Metric) -> str:
    """`Overall quality (mask mAP50-95)` becomes `mask mAP50-95`."""
    return metric.label.partition(" (")[2].removesuffix(")")


CURVES = {
    "pr": ("Recall: share of things found", "Precision: share of answers that are right",
           "The further a line stays in the top right corner, the better."),
    "f1": ("Confidence at which answers count", "Balance of both (F1)",
           "The highest point shows the confidence that balances misses and false alarms best."),
}  # fmt: skip


def _curves(facts: dict[str, Any]) -> None:
    for name, (x_title, y_title, words) in CURVES.items():
        data = facts["curves"].get(name)
        if data:
            st.markdown(f"**{y_title}** – {words}")
            still_chart(
                curve(data["x"], data["series"], x_title, y_title), f"{y_title} over {x_title}",
                key=f"chart.{name}",
            )  # fmt: skip


def _mix_ups(run: Run, facts: dict[str, Any]) -> None:
    rest = "the last row and column are things it missed and things it saw where nothing is."
    if run.plan.task == "classify":
        rest = "everything beside it is a picture that was taken for another class."
    st.markdown(
        f"What the model took for what (**confusion matrix**). The diagonal is right; {rest}"
    )
    matrix = facts["confusion"]
    still_chart(
        confusion(matrix["labels"], matrix["matrix"]),
        "What the model took for what (confusion matrix)", key="chart.confusion",
    )  # fmt: skip


def _next_steps(run: Run, facts: dict[str, Any]) -> None:
    with st.container(horizontal=True):
        st.button(
            "Try it on a new picture", type="primary", icon=":material/photo_camera:",
            on_click=go_there, args=("pages/use/try_it.py", {"run": run.slug}),
        )  # fmt: skip
        full_plan(run)
        st.link_button(
            f"Download the model ({size(facts.get('weights_bytes', 0))})",
            f"/tailor/download/{run.slug}/best", icon=":material/download:",
            help="The weights file (.pt) for Ultralytics. It is licensed AGPL-3.0, like "
            "Ultralytics itself, unless you hold an Enterprise licence from them.",
        )  # fmt: skip
        st.link_button(
            "The plan (JSON)", f"/tailor/download/{run.slug}/plan", icon=":material/description:"
        )
