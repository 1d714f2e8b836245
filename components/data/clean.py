"""One cleaning step for all formats: from labels as written to labels that can be trained.

Each thing that is changed or left out becomes a problem row; the rest of the picture goes on.
Ultralytics would leave out the whole picture for one bad row, with no more than a log line.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from components.data.boxes import turn_box, turn_point
from components.data.formats.description import RawLabel, RawPicture
from components.data.pictures import PictureFacts
from components.data.plain_boxes import LEAST_SIDE_PX, plain_boxes, tidy_class
from components.data.problems import note, warn
from components.data.records import Corners, Label, Problem

FAR_OUTSIDE = 2.0  # a fraction above this is a pixel count; our own choice
ROUNDING = 0.01  # a box may stick out by this share of the picture by rounding; no word about it
_SEEN = (0, 1, 2)  # a point is not there, hidden, seen: COCO's numbers


@dataclass(frozen=True, slots=True)
class Scale:
    """How a picture's labels become pixels of the upright picture: turned first, then scaled."""

    x: float
    y: float
    orientation: int = 1
    width: float = 0.0  # of the labels' picture in their own unit, before turning
    height: float = 0.0


_AS_IT_IS = Scale(1.0, 1.0)


def clean(raw: RawPicture, facts: PictureFacts, name: str, told: list[Problem]) -> Sequence[Label]:
    """The labels that can be trained, in pixels of the upright picture.

    Args:
        raw: What the description says.
        facts: The picture it is about.
        name: The picture, as the user knows it.
        told: Problems are added here.
    """
    raw = _in_its_unit(raw, facts, name, told)
    scale = _scale(raw, facts, name, told)
    if scale.orientation == 1:
        plain = plain_boxes(raw.labels, (scale.x, scale.y), facts)
        if plain is not None:
            return plain
    labels: list[Label] = []
    seen: set[tuple[object, ...]] = set()
    made: Label | None
    width, height = facts.width, facts.height
    x, y, is_upright = scale.x, scale.y, scale.orientation == 1
    for number, label in enumerate(raw.labels, start=1):
        class_name, (left, top, right, bottom), shape, points = label
        left, top, right, bottom = left * x, top * y, right * x, bottom * y
        # Nearly all are plain boxes within the picture; for them this is all there is to do.
        if (
            0 <= left <= right - LEAST_SIDE_PX and right <= width
            and 0 <= top <= bottom - LEAST_SIDE_PX and bottom <= height
            and shape == "box" and not points and is_upright and (tidy := tidy_class(class_name))
        ):  # fmt: skip
            made = Label(tidy, (left, top, right, bottom))
        else:
            made = _one(label, raw, scale, facts, _Where(name, number, told))
            if made is None:
                continue
            tidy, (left, top, right, bottom), _, points = made
        key = (tidy, int(left * 1000 + 0.5), int(top * 1000 + 0.5), int(right * 1000 + 0.5),
               int(bottom * 1000 + 0.5), points)  # fmt: skip
        if key in seen:
            told.append(note("box_twice", name, f"Box {number} of {name} is there twice.",
                             "One of the two is kept."))  # fmt: skip
            continue
        seen.add(key)
        labels.append(made)
    return labels


def _in_its_unit(
    raw: RawPicture, facts: PictureFacts, name: str, told: list[Problem]
) -> RawPicture:
    """The labels with the unit they plainly are in, where the format would have another."""
    if not raw.labels:
        return raw
    if raw.unit == "fraction":
        if max(raw.labels[0].box) <= FAR_OUTSIDE or not _fit_in_pixels(raw, facts):
            return raw
        told.append(warn(
            "labels_in_pixels", name,
            f"The boxes of {name} are written in pixels, where {raw.file} should have fractions "
            "of the picture.", "They are read as pixels.",
        ))  # fmt: skip
        return replace(raw, unit="pixels", size=None)
    if max(raw.labels[0].box) > 1 or not _are_fractions(raw):
        return raw
    told.append(warn(
        "labels_in_fractions", name,
        f"The boxes of {name} are all smaller than one pixel.",
        "They are read as fractions of the picture.",
    ))  # fmt: skip
    return replace(raw, unit="fraction", size=None)


def _fit_in_pixels(raw: RawPicture, facts: PictureFacts) -> bool:
    return all(
        -1 <= left < left + 1 <= right <= facts.width + 1
        and -1 <= top < top + 1 <= bottom <= facts.height + 1
        for left, top, right, bottom in (label.box for label in raw.labels)
    )


def _are_fractions(raw: RawPicture) -> bool:
    values = [value for label in raw.labels for value in label.box]
    return all(0 <= value <= 1 for value in values) and any(0 < value < 1 for value in values)


@dataclass(frozen=True, slots=True)
class _Where:
    """Whom a problem is about."""

    name: str
    number: int
    told: list[Problem]

    def left_out(self, code: str, what: str) -> None:
        self.told.append(
            warn(code, self.name, f"Box {self.number} of {self.name} {what}.", "It is left out.")
        )

    def mended(self, code: str, what: str, done: str) -> None:
        self.told.append(note(code, self.name, f"Box {self.number} of {self.name} {what}.", done))


def _scale(raw: RawPicture, facts: PictureFacts, name: str, told: list[Problem]) -> Scale:
    width, height = float(facts.width), float(facts.height)
    if raw.unit == "fraction" and not (raw.size and _lies_across(raw.size, facts)):
        return Scale(width, height)
    if raw.size is None or raw.size == (width, height):
        return _AS_IT_IS
    stated = f"{raw.size[0]:g} × {raw.size[1]:g}"
    if raw.unit == "fraction" or (
        facts.orientation >= 5 and _alike(raw.size, (height, width))
    ):  # fmt: skip
        told.append(note(
            "labels_unturned", name,
            f"{name} is turned by its EXIF mark, and its labels were drawn on it unturned.",
            "The boxes are turned with the picture.",
        ))  # fmt: skip
        if raw.unit == "fraction":
            return Scale(width, height, facts.orientation, 1.0, 1.0)
        return Scale(1.0, 1.0, facts.orientation, height, width)
    is_swapped = _alike(raw.size, (height, width)) and width != height  # a slip of many tools
    if is_swapped and _fits(raw, (width, height)):
        told.append(note(
            "size_differs", name,
            f"{raw.file} says that {name} has {stated} pixels; it has {facts.width} × "
            f"{facts.height}.", "The boxes are taken as they are, as they fit the picture.",
        ))  # fmt: skip
        return _AS_IT_IS
    if not _fits(raw, raw.size):
        told.append(note(
            "size_differs", name,
            f"{raw.file} says that {name} has {stated} pixels; it has {facts.width} × "
            f"{facts.height}.", "The boxes are taken as they are, as they do not fit that size.",
        ))  # fmt: skip
        return Scale(1.0, 1.0)
    told.append(note(
        "size_differs", name,
        f"{raw.file} says that {name} has {stated} pixels; it has {facts.width} × "
        f"{facts.height}.", "The boxes are scaled to the picture.",
    ))  # fmt: skip
    return Scale(width / raw.size[0], height / raw.size[1])


def _lies_across(size: tuple[float, float], facts: PictureFacts) -> bool:
    """Whether labels of this size, of whatever scale, fit the picture before it was turned only."""
    as_it_is, turned = size[0] * facts.height, size[0] * facts.width
    return (
        facts.orientation >= 5 and abs(turned - size[1] * facts.height) <= 0.01 * turned
        and abs(as_it_is - size[1] * facts.width) > 0.01 * as_it_is
    )  # fmt: skip


def _alike(a: tuple[float, float], b: tuple[float, float]) -> bool:
    return abs(a[0] - b[0]) <= 1 and abs(a[1] - b[1]) <= 1


def _fits(raw: RawPicture, size: tuple[float, float]) -> bool:
    """Whether the boxes lie within the stated size (else the size is what is wrong)."""
    return all(
        label.box[2] <= size[0] * 1.02 + 1 and label.box[3] <= size[1] * 1.02 + 1
        for label in raw.labels
    )


def _one(
    label: RawLabel, raw: RawPicture, scale: Scale, facts: PictureFacts, where: _Where
) -> Label | None:
    name = tidy_class(label.class_name)
    if not name:
        where.left_out("class_nameless", "has no class name")
        return None
    if not all(math.isfinite(value) for value in label.box):
        where.left_out("box_not_a_number", "has a side that is not a number")
        return None
    if raw.unit == "fraction" and max(abs(value) for value in label.box) > FAR_OUTSIDE:
        worst = max(label.box, key=abs)
        where.left_out(
            "box_not_a_fraction",
            f"reaches to {worst:g} times the picture's size; YOLO counts from 0 to 1, not pixels",
        )
        return None
    box = _inside(_in_pixels(_right_way(label.box, where), scale), facts, where)
    if box is None:
        return None
    if label.shape == "polygon" and not label.points:
        where.mended("outline_too_long", "has an outline of far too many points",
                     "The box around it is kept, without the outline.")  # fmt: skip
        return Label(name, box)
    points = _points(label, scale, where)
    is_lost = bool(label.points) and not points
    return Label(name, box, "box" if is_lost else label.shape, points)


def _right_way(box: Corners, where: _Where) -> Corners:
    left, top, right, bottom = box
    if left <= right and top <= bottom:
        return box
    where.mended("box_turned_round", "has its corners the wrong way round", "They are swapped.")
    return min(left, right), min(top, bottom), max(left, right), max(top, bottom)


def _in_pixels(box: Corners, scale: Scale) -> Corners:
    if scale.orientation != 1:
        box = turn_box(box, scale.orientation, scale.width, scale.height)
    return box[0] * scale.x, box[1] * scale.y, box[2] * scale.x, box[3] * scale.y


def _points(label: RawLabel, scale: Scale, where: _Where) -> tuple[tuple[float, ...], ...]:
    """The points in pixels; empty when one of them is not a number."""
    points = label.points
    if not all(math.isfinite(value) for point in points for value in point):
        where.mended("points_not_numbers", "has points that are not numbers",
                     "The box is kept, without them.")  # fmt: skip
        return ()
    if label.shape == "keypoints" and any(len(p) > 2 and p[2] not in _SEEN for p in points):
        where.mended("visibility_odd", "has points whose visibility is not 0, 1 or 2",
                     "Those above 0 count as seen, the others as not there.")  # fmt: skip
        points = tuple(
            p if len(p) < 3 or p[2] in _SEEN else (*p[:2], 2.0 if p[2] > 0 else 0.0) for p in points
        )
    if scale.orientation != 1:
        points = tuple(
            turn_point(point, scale.orientation, scale.width, scale.height) for point in points
        )
    return tuple((p[0] * scale.x, p[1] * scale.y, *p[2:]) for p in points)


def _inside(box: Corners, facts: PictureFacts, where: _Where) -> Corners | None:
    """The part of the box that lies in the picture; None when nothing to train on is left."""
    width, height = float(facts.width), float(facts.height)
    if box[2] - box[0] < LEAST_SIDE_PX or box[3] - box[1] < LEAST_SIDE_PX:
        where.left_out("box_without_size", "has no width or no height")
        return None
    left, top = min(max(box[0], 0.0), width), min(max(box[1], 0.0), height)
    right, bottom = min(max(box[2], 0.0), width), min(max(box[3], 0.0), height)
    if right - left < LEAST_SIDE_PX or bottom - top < LEAST_SIDE_PX:
        where.left_out("box_outside", "lies outside the picture")
        return None
    out_x = max(-box[0], box[2] - width) / width
    out_y = max(-box[1], box[3] - height) / height
    if max(out_x, out_y) > ROUNDING:
        where.mended("box_sticks_out", "sticks out of the picture",
                     "The part inside is kept.")  # fmt: skip
    return left, top, right, bottom
