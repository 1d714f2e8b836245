"""Turned boxes told by a centre, a size and an angle, as some tools write them into YOLO's rows.

Ultralytics itself has four corners. A sixth column may be a model's confidence, the number of a
track or an angle, and no file says which: a confidence lies between 0 and 1, a track has a whole
number, and what is left is an angle.
"""

import math
from collections.abc import Sequence

from components.data.formats.description import RawLabel, RawPicture
from components.data.formats.shapes import turned
from components.data.problems import note, warn
from components.data.records import Problem

_RADIANS = 2 * math.pi + 0.01  # the largest angle; above, it is degrees
_COLUMNS = 5  # numbers behind the class


def angle_unit(rows: Sequence[Sequence[float]], task: str) -> str:
    """In what the fifth numbers are angles: "radians" or "degrees"; "" when they are none.

    Args:
        rows: The numbers behind the class of a sample of rows.
        task: What a data.yaml, a folder's name or the person says the rows are for.
    """
    fifth = [row[4] for row in rows if len(row) == _COLUMNS]
    if not fifth:
        return ""
    is_confidence = all(-0.001 <= value <= 1.001 for value in fifth)
    is_number = all(value.is_integer() and value >= 0 for value in fifth)
    if task != "obb" and (is_confidence or is_number):
        return ""
    return "radians" if max(map(abs, fifth)) <= _RADIANS else "degrees"


def about_six_columns(rows: Sequence[Sequence[float]], unit: str) -> Problem:
    """How the sixth column is read."""
    if unit:
        return warn(
            "angle_column", "", "Label lines have a sixth number that goes beyond 1: the angle of "
            "a turned box.", f"It is read in {unit}, clockwise, around the middle of the box; look "
            "at some pictures to see that the boxes fit.",
        )  # fmt: skip
    if any(row[4] > 1.001 for row in rows if len(row) == _COLUMNS):
        return warn(
            "sixth_column", "", "Some label lines have a sixth number that is no confidence: the "
            "number of a track, or an angle in whole degrees.", "The boxes are used as they are "
            "and that number is left out; write “task: obb” into data.yaml if it is an angle.",
        )  # fmt: skip
    return note(
        "confidence_column", "", "Some label lines have a sixth number, a model's confidence.",
        "The boxes are used and that number is left out.",
    )  # fmt: skip


def turn(raw: RawPicture, size: tuple[int, int] | None, unit: str) -> None:
    """Give turned boxes their corners; until now they hold their five numbers.

    Args:
        raw: The picture's labels, in fractions; those of other shapes stay.
        size: Of the picture, pixels: an angle means nothing in fractions. None: not to be read.
        unit: "radians" or "degrees".
    """
    raw.labels = [
        _turned(label, size, unit) if label.shape == "rotated" and len(label.points) == 1 else label
        for label in raw.labels
    ]


def _turned(label: RawLabel, size: tuple[int, int] | None, unit: str) -> RawLabel:
    if size is None:
        return RawLabel(label.class_name, label.box)
    x, y, w, h, angle = label.points[0]
    width, height = size
    degrees = math.degrees(angle) if unit == "radians" else angle
    across, down, middle = w * width, h * height, (x * width, y * height)
    corner = (middle[0] - across / 2, middle[1] - down / 2)
    made = turned(label.class_name, corner, (across, down), degrees, middle)
    left, top, right, bottom = made.box
    return made._replace(
        box=(left / width, top / height, right / width, bottom / height),
        points=tuple((px / width, py / height) for px, py in made.points),
    )
