"""Try: a new picture in, the model's boxes out, with the confidence under the person's hand."""

from pathlib import Path
from typing import Any

import streamlit as st

from components.data.versions import counts_of
from components.jobs import warm
from components.runs.store import Run
from components.tasks import TASKS
from components.ui.page import trouble
from components.ui.parts.picture_view import picture_view
from components.ui.parts.upload_box import PICTURES, upload_box
from components.ui.tables import download_csv, table
from components.ui.words import number, plain
from components.web.uploads import find
from components.workspace import Workspace

FLOOR = 0.05  # below it answers are noise; the slider works on what is above
START = 0.25  # Ultralytics' own default for predictions
COLUMNS = ("Picture", "Class", "Confidence", "Left", "Top", "Right", "Bottom")


def try_view(run: Run) -> None:
    """Drop a picture, see what the model finds."""
    st.caption(f"Model: **{plain(run.title)}**. {TASKS[run.plan.task].help}")
    sent = upload_box(
        "Drop one or more pictures here", key="try", accept=PICTURES, folder=False, keep=True,
        hint="They stay on this computer. The first answer takes some seconds, since the model "
        "has to be loaded once.",
    )  # fmt: skip
    if sent is None:
        return
    batch = find(Workspace.current(), sent["batch"])
    if batch is None or not batch.files:
        trouble(
            "The picture is no longer in the workspace.", "Drop it into the box above once more."
        )
        return
    chosen = 0
    if len(batch.files) > 1:
        names = [file.name for file in batch.files]
        chosen = st.selectbox(
            "Picture", range(len(names)), format_func=lambda i: names[i],
            key=f"try.{sent['batch']}",
        )  # fmt: skip
    with st.spinner("The model looks at the picture …", show_time=True):
        found = _predict(
            (str(run.best_weights), run.best_weights.stat().st_mtime_ns),
            str(batch.path(chosen)), run.plan.image_size_px,
        )  # fmt: skip
    _show(run, f"{sent['batch']}/{chosen}", batch.files[chosen].name, found)


@st.cache_data(max_entries=50, show_spinner=False)
def _predict(weights: tuple[str, int], picture: str, image_size_px: int) -> dict[str, Any]:
    """Everything above the floor, once per picture and model; the slider only hides."""
    found: dict[str, Any] = warm.shared().call(
        "components.models.prediction:predict",
        weights=weights[0], picture=picture, confidence=FLOOR, image_size_px=image_size_px,
    )  # fmt: skip
    return found


def _show(run: Run, address: str, name: str, found: dict[str, Any]) -> None:
    classes = counts_of(
        Workspace.current().datasets / run.plan.dataset, run.plan.version
    )["classes"]  # fmt: skip
    confidence = st.slider(
        "How sure must the model be? (confidence)", FLOOR, 0.95, START, 0.05, key="confidence",
        help="Higher: fewer false alarms, more misses. Lower: the other way round.",
        bind="query-params",
    )  # fmt: skip
    shown = [box for box in found["boxes"] if box["confidence"] >= confidence]
    left, right = st.columns([3, 1], gap="large")
    with left:
        picture_view(
            f"/tailor/try/{address}", width=found["width"], height=found["height"], name=name,
            boxes=[[box["class_id"], box["confidence"], *box["box"]] for box in shown],
            classes=classes, key=f"seen.{address}",
        )  # fmt: skip
    with right:
        st.metric("Things found", number(len(shown)), border=True)
        if shown:
            table(("Class", "Found"), _counts(shown), "Things found of each class")
        st.caption(f"It took {found['seconds']:.2f} s on this computer.")
        download_csv(COLUMNS, lambda: _rows(name, shown), f"{Path(name).stem}.csv", key="try.csv")
    if not shown:
        st.info(
            "The model finds nothing it is so sure of. Move the slider to the left, or train "
            "longer and with more pictures like this one."
        )


def _counts(boxes: list[dict[str, Any]]) -> list[tuple[str, int]]:
    names = [str(box["class"]) for box in boxes]
    return sorted(((name, names.count(name)) for name in set(names)), key=lambda row: -row[1])


def _rows(name: str, boxes: list[dict[str, Any]]) -> list[tuple[str | float, ...]]:
    return [(name, box["class"], box["confidence"], *box["box"]) for box in boxes]
