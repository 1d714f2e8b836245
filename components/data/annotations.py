"""What the trainer of each task is told of a picture's labels, and the way back.

One row per label, places as fractions of the picture, as Ultralytics' NDJSON has them:

    detect    boxes           class  x y w h
    segment   segments        class  x1 y1 x2 y2 ...
    pose      pose            class  x y w h  x1 y1 v1  x2 y2 v2 ...
    obb       obb             class  x1 y1 x2 y2 x3 y3 x4 y4
    classify  classification  class

A label of another shape is turned into what the task learns from only where nothing is made up: a
box around anything drawn, the smallest turned rectangle around an outline. Otherwise there is no
row, and a word why. What a row cannot hold (the outline of a thing that is learned as a box, the
part of a box beyond the edge) goes beside it, so that the labels come back as they were.

Source: Ultralytics 8.4, `data/converter.py` and `data/utils.py` (`verify_image_label`).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from components.data import rings
from components.data.records import Corners
from components.data.rows import StoredLabel
from components.data.writers.numbers import centred

EXACT_PX = 0.005  # what is nearer than this is the same
DIGITS = 7  # of a fraction: a hundredth of a pixel in a picture 100,000 pixels wide
DIGITS_PX = 4

Row = list[float]
Extra = dict[str, Any]  # shape, box and points of a label where its row does not tell them
Annotations = dict[str, Any]

KINDS = {
    "detect": "boxes", "segment": "segments", "pose": "pose", "obb": "obb",
    "classify": "classification",
}  # fmt: skip
SHAPES = {"boxes": "box", "segments": "polygon", "pose": "keypoints", "obb": "rotated"}

NO_OUTLINE = "a label has no outline"
NO_KEYPOINTS = "a label has no keypoints"
OTHER_COUNT = "a label has another number of keypoints"
NO_TURNED_BOX = "a label is neither a box nor an outline"
FOR_ALL = "its label is for the picture as a whole"
DRAWN = "a label is drawn on it, but it needs one class as a whole"
SEVERAL = "it has several classes"
NO_CLASS = "it has no class"
OUTSIDE = "an outline lies outside of it"


@dataclass(frozen=True, slots=True)
class Told:
    """A picture's labels as they stand in a manifest.

    Attributes:
        rows: What the trainer reads, under the task's name for it; {} for an empty picture.
        extras: What the rows do not tell, one for each row or None; () when they tell all.
    """

    rows: Annotations
    extras: tuple[Extra | None, ...] = ()


def tell(
    task: str, labels: Sequence[StoredLabel], width: int, height: int, keypoints: int = 0
) -> Told | str:
    """What a trainer is told of a picture.

    Args:
        task: A `tasks.TASKS` key.
        labels: In pixels.
        width: Of the picture, pixels.
        height: Of the picture, pixels.
        keypoints: How many every thing has; for the task "pose".

    Returns:
        Or, when the picture has to be left out, why: one of the words above.
    """
    if task == "classify":
        return _one_class(labels, width, height)
    rows: list[Row] = []
    extras: list[Extra | None] = []
    for label in labels:
        row = row_of(task, label, width, height, keypoints)
        if isinstance(row, str):
            return row
        rows.append([row[0], *(round(value, DIGITS) for value in row[1:])])
        extras.append(_extra(task, label, rows[-1], width, height))
    told = {KINDS[task]: rows} if rows else {}
    return Told(told, tuple(extras) if any(extras) else ())


def row_of(
    task: str, label: StoredLabel, width: int, height: int, keypoints: int = 0, *, cut: bool = True
) -> Row | str:
    """The row of one label, not rounded; or why there is none.

    Args:
        task: A `tasks.TASKS` key.
        label: In pixels.
        width: Of the picture, pixels.
        height: Of the picture, pixels.
        keypoints: How many every thing has; for the task "pose".
        cut: Whether boxes and outlines end at the edge of the picture, as the trainer wants them.
    """
    if label.shape == "whole":
        return FOR_ALL
    match task:
        case "segment":
            return _outline(label, width, height, cut)
        case "pose":
            return _posed(label, width, height, keypoints, cut)
        case "obb":
            return _turned(label, width, height, cut)
    return _boxed(label, width, height, cut)


def labels_of(
    annotations: Annotations, extras: Sequence[Extra | None], width: int, height: int
) -> Iterator[StoredLabel]:
    """The labels that `tell` was given, in pixels, to a hundredth of one."""
    for kind, rows in annotations.items():
        if kind == "classification":
            rows = [[rows[0]]]  # Ultralytics has one class here, not rows
        for number, row in enumerate(rows):
            label = _label(kind, row, width, height)
            extra = extras[number] if extras else None
            yield _with(label, extra) if extra else label


def _one_class(labels: Sequence[StoredLabel], width: int, height: int) -> Told | str:
    classes = {label.class_id for label in labels}
    if any(label.shape != "whole" for label in labels):
        return DRAWN
    if len(classes) != 1:
        return SEVERAL if classes else NO_CLASS
    extra = _differing(labels[0], _label("classification", [labels[0].class_id], width, height))
    return Told({"classification": [labels[0].class_id]}, (extra,) if extra else ())


def _boxed(label: StoredLabel, width: int, height: int, cut: bool) -> Row:
    box = _inside(label.box, width, height) if cut else label.box
    return [label.class_id, *centred(box, width, height)]


def _outline(label: StoredLabel, width: int, height: int, cut: bool) -> Row | str:
    if label.shape != "polygon" or len(label.points) < 3:
        return NO_OUTLINE
    ring = [(point[0], point[1]) for point in label.points]
    if cut and not _is_inside(ring, width, height):
        ring = rings.cut(ring, width, height)
    return _flat(label.class_id, ring, width, height) if ring else OUTSIDE


def _posed(label: StoredLabel, width: int, height: int, keypoints: int, cut: bool) -> Row | str:
    if label.shape != "keypoints":
        return NO_KEYPOINTS
    if len(label.points) != keypoints:
        return OTHER_COUNT
    row = _boxed(label, width, height, cut)
    for x, y, *rest in label.points:
        visibility = rest[0] if rest else 2.0 if x or y else 0.0
        # One point beyond the edge, and the trainer drops the whole picture.
        is_there = visibility > 0 and 0 <= x <= width and 0 <= y <= height
        row += [x / width, y / height, visibility] if is_there else [0.0, 0.0, 0.0]
    return row


def _turned(label: StoredLabel, width: int, height: int, cut: bool) -> Row | str:
    match label.shape, len(label.points):
        case "box", _:
            ring = _corners(label.box)
        case "rotated", 4:
            ring = [(point[0], point[1]) for point in label.points]
        case "polygon" | "rotated", count if count >= 3:
            ring = rings.smallest_rectangle([(point[0], point[1]) for point in label.points])
        case _:
            return NO_TURNED_BOX
    if cut and not _is_taken(ring, width, height):
        within = rings.cut(ring, width, height)
        if not within:
            return OUTSIDE
        ring = rings.smallest_rectangle(within)
        if not _is_taken(ring, width, height):
            ring = _corners(_around(within))
    return _flat(label.class_id, ring, width, height)


def _corners(box: Corners) -> rings.Ring:
    left, top, right, bottom = box
    return [(left, top), (right, top), (right, bottom), (left, bottom)]


def _around(ring: Sequence[Sequence[float]]) -> Corners:
    xs, ys = [point[0] for point in ring], [point[1] for point in ring]
    return min(xs), min(ys), max(xs), max(ys)


def _is_taken(ring: rings.Ring, width: int, height: int) -> bool:
    """Whether the trainer takes a turned box: one that is too far outside costs it the picture."""
    left, top, right, bottom = _around(ring)
    return (
        0 <= left + right <= 2 * width and right - left <= width
        and 0 <= top + bottom <= 2 * height and bottom - top <= height
    )  # fmt: skip


def _flat(class_id: int, ring: rings.Ring, width: int, height: int) -> Row:
    return [class_id, *(value for x, y in ring for value in (x / width, y / height))]


def _inside(box: Corners, width: int, height: int) -> Corners:
    left, top, right, bottom = box
    return (
        min(max(left, 0.0), width), min(max(top, 0.0), height),
        min(max(right, 0.0), width), min(max(bottom, 0.0), height),
    )  # fmt: skip


def _is_inside(ring: rings.Ring, width: int, height: int) -> bool:
    return all(0 <= x <= width and 0 <= y <= height for x, y in ring)


def _label(kind: str, row: Row, width: int, height: int) -> StoredLabel:
    """What a row alone tells."""
    number, values = int(row[0]), row[1:]
    if kind == "classification":
        return StoredLabel(number, (0.0, 0.0, float(width), float(height)), "whole", ())
    if kind in ("boxes", "pose"):
        x, y, w, h = values[:4]
        left, top = (x - w / 2) * width, (y - h / 2) * height
        points = tuple(
            (values[n] * width, values[n + 1] * height, values[n + 2])
            for n in range(4, len(values), 3)
        )
        return StoredLabel(number, (left, top, left + w * width, top + h * height),
                           SHAPES[kind], points)  # fmt: skip
    ring = tuple((values[n] * width, values[n + 1] * height) for n in range(0, len(values), 2))
    return StoredLabel(number, _around(ring), SHAPES[kind], ring)


def _extra(task: str, label: StoredLabel, row: Row, width: int, height: int) -> Extra | None:
    left, top, right, bottom = label.box
    if task == "detect" and label.shape == "box" and (
        left >= 0 and top >= 0 and right <= width and bottom <= height
    ):  # fmt: skip
        return None  # by far the most frequent, a million of them in a large set
    return _differing(label, _label(KINDS[task], row, width, height))


def _differing(label: StoredLabel, told: StoredLabel) -> Extra | None:
    """What of a label is not in what was told of it."""
    extra: Extra = {}
    if label.shape != told.shape:
        extra["shape"] = str(label.shape)
    if not near(label.box, told.box):
        extra["box"] = [round(value, DIGITS_PX) for value in label.box]
    if not same_points(label.points, told.points):
        extra["points"] = [[round(value, DIGITS_PX) for value in each] for each in label.points]
    return extra or None


def _with(told: StoredLabel, extra: Extra) -> StoredLabel:
    left, top, right, bottom = extra.get("box", told.box)
    points = extra.get("points", told.points)
    return StoredLabel(
        told.class_id, (left, top, right, bottom), extra.get("shape", told.shape),
        tuple(tuple(point) for point in points),
    )  # fmt: skip


def near(one: Sequence[float], other: Sequence[float], px: float = EXACT_PX) -> bool:
    """Whether numbers are the same but for rounding."""
    return len(one) == len(other) and all(abs(a - b) <= px for a, b in zip(one, other, strict=True))


def same_points(
    one: Sequence[Sequence[float]], other: Sequence[Sequence[float]], px: float = EXACT_PX
) -> bool:
    """Whether two lists of points are the same but for rounding."""
    return len(one) == len(other) and all(near(a, b, px) for a, b in zip(one, other, strict=True))
