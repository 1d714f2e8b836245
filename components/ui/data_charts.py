"""A data set in figures. They are computed only while they are looked at."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import streamlit as st

from components.charts import dataset as figures
from components.ui.data_facts import Stand, boxes_of, classes_of, summary_of
from components.ui.tables import download_csv

if TYPE_CHECKING:
    import plotly.graph_objects as go

    _Chart = tuple[str, str, Callable[[], go.Figure]]

_CONFIG = {"displaylogo": False, "modeBarButtonsToRemove": ["select2d", "lasso2d"]}


def charts(at: Stand) -> None:
    """Boxes per class, box sizes, boxes per picture, where boxes lie; with a word on each."""
    if not summary_of(at).boxes:
        st.info(
            "There are no boxes to draw a chart of. Bring in the label files together with the "
            "pictures.", icon=":material/bar_chart:",
        )  # fmt: skip
        return
    for pair in (_how_many(at), _how_large(at)):
        for column, (title, meaning, draw) in zip(st.columns(2, gap="medium"), pair, strict=True):
            with column, st.container(border=True, height="stretch"):
                _chart(title, meaning, draw)
    download_csv(
        ["class", "boxes", "pictures"],
        lambda: [(each.name, each.boxes, each.pictures) for each in classes_of(at)],
        f"{at.dataset.slug}-classes.csv", key="data.classes.csv", label="Classes as CSV",
    )  # fmt: skip


def _how_many(at: Stand) -> "tuple[_Chart, _Chart]":
    return (
        (
            "How often each class was marked",
            "A model learns a class from its examples: some hundred are comfortable, below ten "
            "are hardly enough (rule of thumb).",
            lambda: figures.boxes_per_class([(each.name, each.boxes) for each in classes_of(at)]),
        ),
        (
            "How crowded the pictures are",
            "New pictures should be about as crowded as those the model learned from.",
            lambda: figures.boxes_per_picture(boxes_of(at), summary_of(at).empty),
        ),
    )


def _how_large(at: Stand) -> "tuple[_Chart, _Chart]":
    return (
        (
            "How large things are",
            "Tiny things need a larger picture size in the plan: they vanish when a picture is "
            "made small.",
            lambda: figures.box_sizes(boxes_of(at)),
        ),
        (
            "Where things lie",
            "Darker means more often. If things always lie in one place, the model may count on "
            "it.",
            lambda: figures.where_boxes_lie(boxes_of(at)),
        ),
    )


def _chart(title: str, meaning: str, draw: "Callable[[], go.Figure]") -> None:
    st.markdown(f"**{title}**")
    st.caption(meaning)
    st.plotly_chart(draw(), config=_CONFIG, alt=title)
