"""From an annotation of COCO to a label: box, outline, mask and keypoints agree or the best wins.

The outline is believed before the box where both are there and lie apart: tools that move or
scale a set often forget one of the two, and mostly the box.
"""

from array import array

import numpy as np

from components.data.formats.coco_file import CocoThing
from components.data.formats.description import RawLabel
from components.data.formats.outlines import in_parts
from components.data.formats.run_lengths import coco_label, size_checked
from components.data.formats.shapes import MOST_POINTS, outlined
from components.data.records import Corners
from components.errors import LabelError

Outline = tuple[Corners, tuple[tuple[float, ...], ...]]
_CORNERS = 4  # of a turned box


def label_of(thing: CocoThing, name: str) -> RawLabel | None:
    """The label that an annotation describes, or None when it says nowhere.

    Raises:
        LabelError: All it has is a mask, and that cannot be read.
    """
    outline = _outline(thing, name)
    box = None
    if thing.box:
        left, top, width, height = thing.box
        box = (left, top, left + width, top + height)
    if outline is not None and (box is None or not _agree(box, outline[0])):
        box = outline[0]
    if thing.keypoints is not None and any(thing.keypoints):
        return _with_keypoints(name, thing.keypoints, box)
    if box is None:
        return None
    if thing.shape == "whole":
        return RawLabel(name, box, "whole")
    if thing.shape == "rotated" and outline is not None and len(outline[1]) == _CORNERS:
        return RawLabel(name, box, "rotated", outline[1])
    if outline is None or len(outline[1]) < 3:
        return RawLabel(name, box, "polygon" if thing.polygons and outline is None else "box")
    return RawLabel(name, box, "polygon", outline[1])


def _outline(thing: CocoThing, name: str) -> Outline | None:
    """The outline with the box around all its parts; None when there is none to be read."""
    if thing.polygons:
        return _around(thing.polygons), _joined(thing.polygons)
    if thing.mask is None:
        return None
    try:
        width, height = size_checked(thing.mask.width, thing.mask.height)
        label = coco_label(name, thing.mask.counts, width, height)
    except LabelError:
        if thing.box:
            return None
        raise
    return None if label is None else (label.box, label.points)


def _joined(polygons: tuple["array[float]", ...]) -> tuple[tuple[float, ...], ...]:
    """The parts as one closed line; () for more points than anybody draws."""
    if sum(map(len, polygons)) > 2 * 5 * MOST_POINTS:
        return ()
    if len(polygons) == 1:
        flat = polygons[0]
        points = [(flat[n], flat[n + 1]) for n in range(0, len(flat), 2)]
        return outlined("", points).points
    return in_parts([np.asarray(flat, dtype=np.float64).reshape(-1, 2) for flat in polygons])


def _around(rings: tuple["array[float]", ...]) -> Corners:
    xs = [x for ring in rings for x in ring[0::2]]
    ys = [y for ring in rings for y in ring[1::2]]
    return min(xs), min(ys), max(xs), max(ys)


def _with_keypoints(name: str, flat: "array[float]", box: Corners | None) -> RawLabel | None:
    points = tuple(tuple(flat[n : n + 3]) for n in range(0, len(flat), 3))[:MOST_POINTS]
    if box is None:
        seen = [point for point in points if point[2] > 0]
        if len(seen) < 2:
            return None
        xs, ys = [point[0] for point in seen], [point[1] for point in seen]
        box = (min(xs), min(ys), max(xs), max(ys))
    return RawLabel(name, box, "keypoints", points)


def _agree(a: Corners, b: Corners) -> bool:
    """Whether two boxes share at least half of what they cover together."""
    width = min(a[2], b[2]) - max(a[0], b[0])
    height = min(a[3], b[3]) - max(a[1], b[1])
    if width <= 0 or height <= 0:
        return False
    shared = width * height
    area = (a[2] - a[0]) * (a[3] - a[1]) + (b[2] - b[0]) * (b[3] - b[1]) - shared
    return shared >= 0.5 * area
