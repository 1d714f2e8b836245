"""One line of a YOLO label file, and what its columns mean.

    class x y w h                     a box: centre and size, fractions of the picture
    class x y w h confidence          a box as a model wrote it
    class x1 y1 x2 y2 x3 y3 ...       an outline (polygon); with four corners also a turned box
    class x y w h px py [v] ...       a box and its keypoints

Source: Ultralytics' dataset formats (detect, segment, pose, obb).
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from components.data.formats.description import RawLabel
from components.data.formats.yolo_angles import angle_unit
from components.data.records import Corners

CORNER_COLUMNS = 8
MOST_LINE = 2_000_000  # characters: an outline of 100,000 points; our own choice
# "0 0,3 0,5 0,2 0,2", as a spreadsheet of many countries writes it.
_DECIMAL_COMMAS = re.compile(r"\d+(?:[\s;]+-?\d*,\d+){4,}")
# Boxes of another kind are told by those that would lead out of the picture; rules of thumb.
_FRACTIONS_TO = 1.02  # numbers above are pixels
_LEADS_OUT = 0.05  # of the picture, or 5 pixels
_MANY = 0.3  # share of the boxes
_KEYPOINT_EVIDENCE = 0.9  # share of rows that must look like keypoints; rule of thumb


@dataclass(frozen=True, slots=True)
class Layout:
    """What long rows hold in this set.

    Attributes:
        points: Keypoints per thing; 0 when long rows are outlines.
        values: Values per keypoint, 2 or 3.
        corners: What four corners are: "rotated" for a turned box, "polygon" for an outline.
        angle: What a fifth number is: an angle in "radians" or "degrees"; "" for a confidence.
        are_two_corners: Whether four numbers are left, top, right, bottom, against the format.
    """

    points: int = 0
    values: int = 0
    corners: str = "rotated"
    angle: str = ""
    are_two_corners: bool = False

    @property
    def columns(self) -> int:
        """Numbers behind the class."""
        return 4 + self.points * self.values


def split_row(line: str) -> list[str]:
    """The columns of a line; commas and semicolons count as blanks.

    Of a line that is too long for a label only the beginning is given, as one column.
    """
    if len(line) > MOST_LINE:
        return [line[:20]]
    if "," in line and _DECIMAL_COMMAS.fullmatch(line.strip()):
        line = line.replace(",", ".")
    if "," in line or ";" in line:
        line = line.replace(",", " ").replace(";", " ")
    return line.split()


def numbers(parts: Sequence[str]) -> list[float] | None:
    """The parts as numbers, or None when one is not."""
    try:
        return [float(part) for part in parts]
    except ValueError:
        return None


def class_number(text: str) -> int | None:
    """The class at the head of a row: "3" or "3.0"; None when it is no whole number."""
    try:
        value = float(text)
    except ValueError:
        return None
    return int(value) if value.is_integer() and abs(value) < 1e9 else None


def is_row(parts: Sequence[str]) -> bool:
    """Whether a line could be a label: a class and four or more numbers."""
    return len(parts) >= 5 and numbers(parts[1:]) is not None


def understand(
    values: Sequence[float], layout: Layout
) -> tuple[Corners, str, tuple[tuple[float, ...], ...]] | None:
    """Box, shape and points of the numbers behind the class, in fractions; None when impossible."""
    count = len(values)
    if count == 5 and layout.angle:
        return from_centre(values), "rotated", (tuple(values),)  # `yolo_angles.turn` goes on
    if count in (4, 5):
        x1, y1, x2, y2 = values[:4]
        return (x1, y1, x2, y2) if layout.are_two_corners else from_centre(values), "box", ()
    if layout.points and count in (layout.columns, layout.columns + 1):
        return from_centre(values), "keypoints", in_groups(values[4:], layout.values, layout.points)
    if count == CORNER_COLUMNS + 1:
        values, count = values[:-1], count - 1  # a turned box with its confidence
    if count < 6 or count % 2:
        return None
    points = in_groups(values, 2, count // 2)
    return around(points), layout.corners if count == CORNER_COLUMNS else "polygon", points


def from_centre(values: Sequence[float]) -> Corners:
    """Centre and size as left, top, right, bottom."""
    x, y, w, h = values[:4]
    return x - w / 2, y - h / 2, x + w / 2, y + h / 2


def in_groups(values: Sequence[float], size: int, count: int) -> tuple[tuple[float, ...], ...]:
    """The first `count` groups of `size` values."""
    return tuple(tuple(values[n * size : (n + 1) * size]) for n in range(count))


def around(points: Sequence[Sequence[float]]) -> Corners:
    """The box around points."""
    xs = [point[0] for point in points]
    ys = [point[1] for point in points]
    return min(xs), min(ys), max(xs), max(ys)


def guess_layout(rows: Sequence[Sequence[float]], task: str = "") -> Layout:
    """What long rows are, where no data.yaml says so.

    Outlines differ in length from thing to thing; keypoints never do, and lie in their box.

    Args:
        rows: The numbers behind the class of a sample of rows.
        task: What a data.yaml, a folder's name or the person says they are for: "obb", "segment",
            or "points" for boxes with two points each; may be empty.
    """
    long_rows = [row for row in rows if len(row) >= 6]
    corners = guess_corners(long_rows, task)
    if task == "points":
        return Layout(2, 2)
    return _guess_points(long_rows, task) or Layout(
        corners=corners, angle=angle_unit(rows, task),
        are_two_corners=are_two_corners([row for row in rows if len(row) == 4]),
    )  # fmt: skip


def are_two_corners(rows: Sequence[Sequence[float]]) -> bool:
    """Whether four numbers can only be two corners: as centre and size many would lead out.

    Args:
        rows: The numbers of boxes, fractions or pixels; few tell nothing.
    """
    unit = 1.0 if max((max(row) for row in rows), default=0.0) <= _FRACTIONS_TO else 100.0
    out = sum(min(from_centre(row)[:2]) < -_LEADS_OUT * unit for row in rows)
    if out < 2 or out < _MANY * len(rows):
        return False
    return all(0 <= row[0] < row[2] and 0 <= row[1] < row[3] for row in rows)


def _guess_points(long_rows: Sequence[Sequence[float]], task: str) -> Layout | None:
    """A layout of keypoints, when the rows are no outlines."""
    lengths = Counter(len(row) for row in long_rows)
    if len(lengths) != 1 or len(long_rows) < 2 or _is_sure(long_rows, task):
        return None
    (length,) = lengths
    for values in (3, 2):
        points, rest = divmod(length - 4, values)
        if rest or not points:
            continue
        fitting = sum(_are_keypoints(row, points, values) for row in long_rows)
        if fitting >= _KEYPOINT_EVIDENCE * len(long_rows):
            return Layout(points, values)
    return None


def guess_corners(long_rows: Sequence[Sequence[float]], task: str) -> str:
    """What four corners are: the task says it, else other outlines or their right angles do.

    A rectangle stays a parallelogram when its sides are told as fractions of the picture's, so
    right angles can be seen without knowing the picture.
    """
    if task in ("obb", "segment"):
        return "rotated" if task == "obb" else "polygon"
    fours = [row for row in long_rows if len(row) in (CORNER_COLUMNS, CORNER_COLUMNS + 1)]
    if len(fours) < len(long_rows):
        return "polygon"
    return "rotated" if sum(map(_is_parallelogram, fours)) >= 0.8 * len(fours) else "polygon"


def _is_sure(long_rows: Sequence[Sequence[float]], task: str) -> bool:
    """Whether long rows cannot be keypoints, which have no right angles."""
    if task in ("obb", "segment"):
        return True
    fours = [row for row in long_rows if len(row) == CORNER_COLUMNS]
    return sum(map(_is_parallelogram, fours)) >= _KEYPOINT_EVIDENCE * len(long_rows)


def _is_parallelogram(row: Sequence[float]) -> bool:
    size = max(max(row[:8:2]) - min(row[:8:2]), max(row[1:8:2]) - min(row[1:8:2]))
    off_x, off_y = row[0] + row[4] - row[2] - row[6], row[1] + row[5] - row[3] - row[7]
    return size > 0 and max(abs(off_x), abs(off_y)) <= 0.02 * size + 1e-3


def _are_keypoints(row: Sequence[float], points: int, values: int) -> bool:
    left, top, right, bottom = from_centre(row)
    if not (row[2] > 0 and row[3] > 0 and left > -0.05 and top > -0.05):
        return False
    if right > 1.05 or bottom > 1.05:
        return False
    slack_x, slack_y = 0.1 * row[2] + 0.01, 0.1 * row[3] + 0.01
    for point in in_groups(row[4:], values, points):
        if values == 3 and point[2] not in (0.0, 1.0, 2.0):
            return False
        if (values == 3 and point[2] == 0) or point[0] == point[1] == 0:
            continue
        inside = left - slack_x <= point[0] <= right + slack_x
        if not (inside and top - slack_y <= point[1] <= bottom + slack_y):
            return False
    return True


def label(name: str, values: Sequence[float], layout: Layout) -> RawLabel | None:
    """The label that the numbers behind a class describe, or None."""
    understood = understand(values, layout)
    return None if understood is None else RawLabel(name, *understood)
