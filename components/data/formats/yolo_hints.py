"""What long label rows of a YOLO set are for, where a data.yaml or a folder's name says it."""

import re
from collections import Counter
from collections.abc import Sequence

from components.data.formats.class_names import NameList
from components.data.formats.yolo_rows import CORNER_COLUMNS, Layout
from components.data.names import folded
from components.data.problems import note
from components.data.records import Problem

_TASKS = ("obb", "segment", "pose")
EIGHT = "eight_numbers"  # the code of the problem that asks what eight numbers are
# What the person may say that they are, as `import_job.Order.prefer` has it, and how they are read.
ANSWERS = {
    "YOLO: turned boxes": "turned boxes",
    "YOLO: outlines of four corners": "outlines of four corners",
    "YOLO: boxes with two points each": "boxes with two points each",
}
_TASK_OF = dict(zip(ANSWERS, ("obb", "segment", "points"), strict=True))


def task_of(file: str, lists: Sequence[NameList], answer: str = "") -> str:
    """The task that the person, a data.yaml or the folder of a label file names; else nothing."""
    for line in answer.splitlines():
        if line in _TASK_OF:
            return _TASK_OF[line]
    for one in lists:
        said = next((value for key, value in one.settings if key == "task"), "")
        if said in _TASKS:
            return str(said)
    folder = folded(file.rpartition("/")[0])
    words = set(re.split(r"[^a-z]+", folder))
    if "obb" in words:
        return "obb"
    return "segment" if words & {"seg", "segment", "segmentation"} else ""


def about_eight_numbers(
    widths: Counter[int], lists: Sequence[NameList], guessed: Layout
) -> list[Problem]:
    """How rows with eight numbers are read, where no longer ones tell what they are.

    Args:
        widths: Columns, the class among them, to how many rows of the sample have so many.
        lists: Class names, some with keypoints.
        guessed: How long rows are read.
    """
    columns = CORNER_COLUMNS + 1
    if {width for width in widths if width > 6} != {columns} or widths[columns] < 2:
        return []
    read_as = "turned boxes" if guessed.corners == "rotated" else "outlines of four corners"
    if guessed.points or any(one.keypoints[0] for one in lists):
        read_as = "boxes with two points each"
    return [note(
        EIGHT, "", "Label lines have eight numbers behind the class: a turned box, an "
        "outline of four corners or a box with two points.",
        f"They are read as {read_as}; say so above if that is wrong.",
    )]  # fmt: skip
