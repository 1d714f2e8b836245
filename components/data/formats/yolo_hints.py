"""What long label rows of a YOLO set are for, where a data.yaml or a folder's name says it."""

import re
from collections import Counter
from collections.abc import Container, Sequence

from components.data.formats.class_names import NameList
from components.data.formats.yolo_angles import about_six_columns
from components.data.formats.yolo_rows import CORNER_COLUMNS, Layout
from components.data.matching import PictureIndex
from components.data.names import folded, key_of
from components.data.problems import count, warn
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


def about_columns(
    widths: Counter[int], rows: Sequence[Sequence[float]], lists: Sequence[NameList],
    guessed: Layout,
) -> list[Problem]:  # fmt: skip
    """What is told of how the rows of a sample are read.

    Args:
        widths: Columns, the class among them, to how many rows have so many.
        rows: The numbers behind the class of each row.
        lists: Class names, some with keypoints.
        guessed: How long rows are read.
    """
    problems = _about_eight_numbers(widths, lists, guessed)
    if guessed.points and not problems and not any(one.keypoints[0] for one in lists):
        problems.append(warn(
            "points_guessed", "", "No file says what the long label lines are; all are equally "
            "long, and in each the points lie in the box.",
            f"They are read as boxes with {count(guessed.points, 'point')} (keypoints) each; write "
            "“task: segment” into data.yaml if they are outlines.",
        ))  # fmt: skip
    if widths.get(6):
        problems.append(about_six_columns(rows, guessed.angle))
    if guessed.are_two_corners:
        problems.append(warn(
            "two_corners", "", "Label lines do not hold the middle and the size of boxes: read so, "
            "many would lead out of their pictures.",
            "They are read as left, top, right, bottom; look at some pictures to see that they "
            "fit.",
        ))  # fmt: skip
    if not lists:
        problems.append(warn(
            "no_class_names", "", "No file says what the classes are called.",
            'They are called "class 0", "class 1" and so on; you can rename them here.',
        ))  # fmt: skip
    return problems


def about_namesakes(labelled: Container[int], index: PictureIndex) -> list[Problem]:
    """Pictures without labels whose names differ from a labelled one's in the ending alone.

    Args:
        labelled: Numbers of the pictures that have a label file.
        index: All pictures.
    """
    lonely = [
        picture.name for number, picture in enumerate(index.pictures)
        if number not in labelled
        and any(other in labelled for other in index.by_key.get(key_of(picture.name)))
    ]  # fmt: skip
    if not lonely:
        return []
    return [warn(
        "label_of_two", lonely[0],
        f"{count(len(lonely), 'picture')} such as {lonely[0]} "
        f"{'is' if len(lonely) == 1 else 'are'} called like another picture but for its ending, "
        "and there is one label file for both.",
        "The other has its labels; this one counts as unlabelled.",
    )]  # fmt: skip


def _about_eight_numbers(
    widths: Counter[int], lists: Sequence[NameList], guessed: Layout
) -> list[Problem]:
    """How rows with eight numbers are read, where no longer ones tell what they are."""
    columns = CORNER_COLUMNS + 1
    if {width for width in widths if width > 6} != {columns}:
        return []
    read_as = "turned boxes" if guessed.corners == "rotated" else "outlines of four corners"
    if guessed.points or any(one.keypoints[0] for one in lists):
        read_as = "boxes with two points each"
    return [warn(
        EIGHT, "", "Label lines have eight numbers behind the class: a turned box, an "
        "outline of four corners or a box with two points.",
        f"They are read as {read_as}; say so above if that is wrong.",
    )]  # fmt: skip
