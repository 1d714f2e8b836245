"""What the split comes to: pictures and labels in each part, class by class."""

import streamlit as st

from components.data.split import PARTS
from components.tasks import TASKS
from components.ui.data_facts import Stand, classes_of, parts_of
from components.ui.tables import Cell, download_csv, table
from components.ui.words import count

_COLUMNS = ("Class", "Learn from (train)", "Check with (val)", "Test at the end (test)")
MOST_ROWS = 60  # the CSV has them all


def split_table(at: Stand) -> None:
    """A row per class with its labels in each part; the first row counts the pictures."""
    sorts = at.dataset.task == "classify"
    many = "pictures of a class" if sorts else TASKS[at.dataset.task].label_words.many
    parts = parts_of(at)
    rows = _rows(at)
    st.markdown("**What training gets as it is now**")
    table(_COLUMNS, rows[: MOST_ROWS + 1], "Labels of each class in each part of the split")
    left = len(rows) - MOST_ROWS - 1
    note = f" {count(left, 'more class', 'more classes')} in the CSV." if left > 0 else ""
    outside = parts["none"].pictures
    if outside:
        note += f" {count(outside, 'labelled picture')} in no part yet."
    st.caption(
        f"The first row counts pictures, the others {many}. Pictures that are not labelled or put "
        f"aside do not count.{note}"
    )
    download_csv(_COLUMNS, lambda: rows, f"{at.dataset.slug}-split.csv", key="split.csv")


def _rows(at: Stand) -> list[tuple[Cell, ...]]:
    parts = [parts_of(at)[part] for part in PARTS]
    rows: list[tuple[Cell, ...]] = [("Pictures", *(part.pictures for part in parts))]
    for each in classes_of(at):
        rows.append((each.name, *(part.class_boxes.get(each.id, 0) for part in parts)))
    return rows
