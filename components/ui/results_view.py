"""How good a run's model became: the headline in words, per class, curves, labels beside."""

from typing import Any

import streamlit as st

from components.charts.results import confusion, curve, per_class
from components.data.store import find
from components.errors import DatasetError
from components.runs.evaluation import read
from components.runs.store import Run
from components.tasks import TASKS, Metric
from components.ui.page import landing, nothing_yet
from components.ui.parts.picture_view import picture_view
from components.ui.parts.still_chart import still_chart
from components.ui.tables import table
from components.ui.words import RUN_STATE_WORDS, number, plain, size
from components.workspace import Workspace

PARTS = ("Overview", "Per class", "Curves", "Mix-ups", "Pictures")
SAMPLES_A_PAGE = 4
CROWD = 25  # boxes; with more, names would cover the picture, so only colours speak


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
    part = st.segmented_control(
        "Part", PARTS, default=PARTS[0], required=True, key="part", bind="query-params",
        label_visibility="collapsed",
    )  # fmt: skip
    match part:
        case "Per class":
            _per_class(facts)
        case "Curves":
            _curves(facts)
        case "Mix-ups":
            _mix_ups(facts)
        case "Pictures":
            _pictures(run, facts)
        case _:
            _overview(run, facts)


def _headline(run: Run, facts: dict[str, Any]) -> None:
    task = TASKS[run.plan.task]
    columns = st.columns(len(task.metrics[:4]))
    for column, metric in zip(columns, task.metrics, strict=False):
        value = facts["metrics"].get(metric.key)
        words, _, term = metric.label.partition(" (")
        with column.container(border=True, height="stretch", gap=None):
            st.metric(words, "–" if value is None else f"{value:.2f}", help=metric.help)
            st.caption(term.removesuffix(")"))
    interval = facts.get("interval")
    if interval:
        st.caption(
            f"With {number(interval['pictures'])} validation pictures the true overall quality "
            f"lies probably between **{interval['low']:.2f}** and **{interval['high']:.2f}**. "
            f"{interval['how']}"
        )


def verdict(metric: Metric, value: float) -> str:
    """What a headline score means, in a sentence. The steps are a rule of thumb of ours."""
    if value >= 0.7:
        return f"{metric.label} is {value:.2f}: very good. Try it on new pictures."
    if value >= 0.5:
        return f"{metric.label} is {value:.2f}: good enough for many uses. Try it on new pictures."
    if value >= 0.25:
        return (
            f"{metric.label} is {value:.2f}: it finds many things, but not exactly. More rounds, "
            "a larger picture size or more labelled pictures usually help."
        )
    return (
        f"{metric.label} is {value:.2f}: not useful yet. Look at the labels first, then train "
        "longer; with very few validation pictures the score may also be chance."
    )


def _overview(run: Run, facts: dict[str, Any]) -> None:
    headline = TASKS[run.plan.task].headline
    value = facts["metrics"].get(headline.key)
    if value is not None:
        st.markdown(f"**In words.** {verdict(headline, value)}")
    history = run.progress.history
    if history:
        best = max(history, key=lambda m: m.metrics.get(headline.key, 0.0))
        st.markdown(
            f"**How it went.** {len(history)} rounds (epochs) were trained; the best was round "
            f"{best.epoch}. These results are those of the best."
        )
    st.markdown(
        f"**The model.** Started from *{plain(run.plan.base)}*, learned from the data set "
        f"*{plain(_name_of(run.plan.dataset))}*; "
        f"the weights take {size(facts.get('weights_bytes', 0))}."
    )
    st.caption(
        "All scores come from validation pictures, which the model never trained on. Choosing "
        "the best round by the same pictures makes them a little too kind."
    )


def _name_of(slug: str) -> str:
    """What the data set is called; the folder's name when it is gone."""
    try:
        return find(Workspace.current(), slug).name
    except DatasetError:
        return slug


def _per_class(facts: dict[str, Any]) -> None:
    rows = facts["per_class"]
    still_chart(per_class(rows), "Quality of each class; the table below tells the same",
                key="chart.class")  # fmt: skip
    table(
        ("Class", "Pictures", "Things", "Overall (mAP50-95)", "Found (mAP50)", "Precision",
         "Recall"),
        [
            (row["class"], row["pictures"], row["boxes"], row["map50_95"], row["map50"],
             # who never answers is never wrong: Ultralytics calls that a precision of 1
             row["precision"] if row["recall"] else None, row["recall"])
            for row in rows
        ],
        "Quality of each class on the validation pictures",
    )  # fmt: skip
    st.caption("A class with fewer than about 20 things in validation has a very rough score.")


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


def _mix_ups(facts: dict[str, Any]) -> None:
    st.markdown(
        "What the model took for what (**confusion matrix**). The diagonal is right; the last "
        "row and column are things it missed and things it saw where nothing is."
    )
    matrix = facts["confusion"]
    still_chart(
        confusion(matrix["labels"], matrix["matrix"]),
        "What the model took for what (confusion matrix)", key="chart.confusion",
    )  # fmt: skip


def _pictures(run: Run, facts: dict[str, Any]) -> None:
    """Labels on the left, what the model says on the right."""
    samples = facts["samples"]
    if not samples:
        st.info("There are no validation pictures to show.")
        return
    pages = -(-len(samples) // SAMPLES_A_PAGE)
    first = (st.pagination(pages, key="samples") - 1) * SAMPLES_A_PAGE if pages > 1 else 0
    names = [row["class"] for row in facts["per_class"]]
    confidence = st.slider(
        "How sure must the model be? (confidence)", 0.05, 0.95,
        min(0.95, max(0.05, facts.get("best_confidence") or 0.25)), 0.05, key="confidence",
        help="It begins where this model balances misses and false alarms best.",
    )  # fmt: skip
    for sample in samples[first : first + SAMPLES_A_PAGE]:
        address = f"/tailor/picture/{run.plan.dataset}/{sample['picture']}?size=900"
        is_crowded = max(len(sample["truth"]), len(sample["predicted"])) > CROWD
        common = {
            "width": sample["width"], "height": sample["height"], "classes": names,
            "names": not is_crowded,
        }  # fmt: skip
        left, right = st.columns(2)
        with left:
            st.markdown("**As labelled**")
            picture_view(address, boxes=sample["truth"], key=f"t{sample['picture']}", **common)
        with right:
            st.markdown("**What the model says**")
            sure = [box for box in sample["predicted"] if box[1] >= confidence]
            picture_view(address, boxes=sure, key=f"p{sample['picture']}", **common)


def _next_steps(run: Run, facts: dict[str, Any]) -> None:
    with st.container(horizontal=True):
        if st.button("Try it on a new picture", type="primary", icon=":material/photo_camera:"):
            st.switch_page("pages/use/try_it.py", query_params={"run": run.slug})
        st.link_button(
            f"Download the model ({size(facts.get('weights_bytes', 0))})",
            f"/tailor/download/{run.slug}/best", icon=":material/download:",
            help="The weights file (.pt) for Ultralytics. It is licensed AGPL-3.0, like "
            "Ultralytics itself, unless you hold an Enterprise licence from them.",
        )  # fmt: skip
        st.link_button(
            "The plan (JSON)", f"/tailor/download/{run.slug}/plan", icon=":material/description:"
        )
