"""Try: a new picture in, what the model sees out, with the confidence under the person's hand."""

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
from components.ui.run_points import points_of
from components.ui.tables import download_csv, table
from components.ui.try_example import example
from components.ui.words import number, plain
from components.web.uploads import find
from components.workspace import Workspace

FLOOR = 0.05  # below it answers are noise; the slider works on what is above
START = 0.25  # Ultralytics' own default for predictions
COLUMNS = ("Picture", "Class", "Confidence", "Left", "Top", "Right", "Bottom")
MEASURED = {"length": "Length", "width": "Width", "area": "Area", "angle": "Angle (degrees)"}
MOST_ROWS = 200


def try_view(run: Run) -> None:
    """Drop a picture, see what the model finds."""
    st.caption(f"Model: **{plain(run.title)}**. {TASKS[run.plan.task].help}")
    sent = upload_box(
        "Drop one or more pictures here", key="try", accept=PICTURES, folder=False, keep=True,
        hint="They stay on this computer. The first answer takes some seconds, since the model "
        "has to be loaded once.",
    )  # fmt: skip
    example(run, key="try", is_first=sent is None)
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
    workspace = Workspace.current()
    classes = counts_of(workspace.datasets / run.plan.dataset, run.plan.version)["classes"]
    if run.plan.task == "classify":
        shown = found["boxes"]
    else:
        confidence = st.slider(
            "How sure must the model be? (confidence)", FLOOR, 0.95, START, 0.05, key="confidence",
            help="Higher: fewer false alarms, more misses. Lower: the other way round.",
            bind="query-params",
        )  # fmt: skip
        shown = [box for box in found["boxes"] if box["confidence"] >= confidence]
    scheme = points_of(run)
    left, right = st.columns([3, 1], gap="large")
    with left:
        picture_view(
            f"/tailor/try/{address}", width=found["width"], height=found["height"], name=name,
            boxes=[[box["class_id"], box["confidence"], *box["box"]] for box in shown],
            shapes=[box["shape"] for box in shown], classes=classes, key=f"seen.{address}",
            skeleton=scheme.skeleton if scheme else (), points=scheme.names if scheme else (),
        )  # fmt: skip
    with right:
        if run.plan.task == "classify":
            table(("Class", "How sure"), _guesses(shown), "What the picture may show")
        else:
            st.metric("Things found", number(len(shown)), border=True)
            if shown:
                table(("Class", "Found"), _counts(shown), "Things found of each class")
        st.caption(f"It took {found['seconds']:.2f} s on this computer.")
    rows = _measures(name, shown)
    columns, lines = rows or (COLUMNS, _rows(name, shown))
    download_csv(columns, lambda: lines, f"{Path(name).stem}.csv", key="try.csv")
    if not shown:
        st.info(
            "The model finds nothing it is so sure of. Move the slider to the left, or train "
            "longer and with more pictures like this one."
        )


def _measures(
    name: str, shown: list[dict[str, Any]]
) -> tuple[tuple[str, ...], list[tuple[str | float, ...]]] | None:
    """How large the things are, in pixels or millimetres; None where nothing can be measured."""
    if not any(box["measures"] for box in shown):
        return None
    with st.container(border=True):
        st.markdown("**Measurements**")
        scale = st.number_input(
            "Pixels per millimetre (leave 0 for pixels)", min_value=0.0, value=0.0, step=1.0,
            key="try.scale", bind="query-params", width=320,
            help="Photograph a ruler from the same distance and count the pixels of one "
            "millimetre. Then lengths are told in mm and areas in mm².",
        )  # fmt: skip
        unit, per = ("mm", scale) if scale else ("px", 1.0)
        heads = tuple(
            words if key == "angle" else f"{words} ({unit}{'²' if key == 'area' else ''})"
            for key, words in MEASURED.items()
        )
        lines = [
            (box["class"], round(box["confidence"], 3), *(
                _scaled(key, box["measures"].get(key), per) for key in MEASURED))
            for box in shown
        ]  # fmt: skip
        table(("Class", "How sure", *heads), lines[:MOST_ROWS], "Measurements of the things found")
        st.caption(
            "Length and width are the sides of the smallest turned box around a thing; the angle "
            "is how far its long side is turned from lying flat, clockwise."
        )
    return (*COLUMNS, *heads), [
        (*row, *line[2:]) for row, line in zip(_rows(name, shown), lines, strict=True)
    ]


def _scaled(key: str, value: float | None, per_mm: float) -> float | None:
    if value is None or key == "angle":
        return value
    return round(value / (per_mm**2 if key == "area" else per_mm), 3)


def _guesses(shown: list[dict[str, Any]]) -> list[tuple[str, str]]:
    return [(str(guess["class"]), f"{guess['confidence']:.0%}") for guess in shown]


def _counts(boxes: list[dict[str, Any]]) -> list[tuple[str, int]]:
    names = [str(box["class"]) for box in boxes]
    return sorted(((name, names.count(name)) for name in set(names)), key=lambda row: -row[1])


def _rows(name: str, boxes: list[dict[str, Any]]) -> list[tuple[str | float, ...]]:
    return [(name, box["class"], box["confidence"], *box["box"]) for box in boxes]
