"""A data set in figures. They are computed only while they are looked at."""

from functools import lru_cache

import streamlit as st

from components.charts import dataset as figures
from components.charts.figure import Figure
from components.tasks import TASKS
from components.ui.data_facts import Stand, boxes_of, classes_of, summary_of
from components.ui.parts.still_chart import still_chart
from components.ui.tables import download_csv


def charts(at: Stand) -> None:
    """Boxes per class, box sizes, boxes per picture, where boxes lie; with a word on each."""
    if not summary_of(at).boxes:
        st.info(
            "There are no labels to draw a chart of. Bring in the label files together with the "
            "pictures.", icon=":material/bar_chart:",
        )  # fmt: skip
        return
    charts = _drawn(at)
    for pair in (charts[:2], charts[2:]):
        columns = st.columns(2, gap="medium") if pair else []
        for column, (title, meaning, figure) in zip(columns, pair, strict=False):
            with column, st.container(border=True, height="stretch"):
                st.markdown(f"**{title}**")
                st.caption(meaning)
                still_chart(figure, title, key=f"chart.{title}")
    download_csv(
        ["class", "labels", "pictures"],
        lambda: [(each.name, each.boxes, each.pictures) for each in classes_of(at)],
        f"{at.dataset.slug}-classes.csv", key="data.classes.csv", label="Classes as CSV",
    )  # fmt: skip


@lru_cache(maxsize=4)
def _drawn(at: Stand) -> list[tuple[str, str, Figure]]:
    """Title, meaning and figure of each chart."""
    classes = [(each.name, each.boxes) for each in classes_of(at)]
    words = TASKS[at.dataset.task].label_words
    sorts = at.dataset.task == "classify"
    how_often = (
        "How often each class was marked",
        "A model learns a class from its examples: some hundred are comfortable, below ten "
        "are hardly enough (rule of thumb).",
        figures.boxes_per_class(classes, "pictures" if sorts else words.many),
    )
    if sorts:  # a class of the whole picture has no place and no size
        return [how_often]
    return [
        how_often,
        (
            "How crowded the pictures are",
            "New pictures should be about as crowded as those the model learned from.",
            figures.boxes_per_picture(boxes_of(at), summary_of(at).empty, words.many),
        ),
        (
            "How large things are",
            "Tiny things need a larger picture size in the plan: they vanish when a picture is "
            "made small.",
            figures.box_sizes(boxes_of(at), words.many),
        ),
        (
            "Where things lie",
            "The stronger the colour, the more often. If things always lie in one place, the model "
            "may count on it.",
            figures.where_boxes_lie(boxes_of(at), words.many),
        ),
    ]
