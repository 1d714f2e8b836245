"""Outlines, turned boxes and keypoints as labels, and the box that holds each.

Units do not matter here: pixels or fractions go in and the same come out.
"""

import math
from collections.abc import Sequence

from components.data.formats.description import RawLabel
from components.data.records import Corners

MOST_POINTS = 20_000  # of one outline; nobody draws more, and no picture has room for more
Points = Sequence[Sequence[float]]


def around(points: Points) -> Corners:
    """The box around points; there must be one at least."""
    xs = [point[0] for point in points]
    ys = [point[1] for point in points]
    return min(xs), min(ys), max(xs), max(ys)


def outlined(name: str, points: Points) -> RawLabel:
    """A polygon with the box around it; an outline of more than `MOST_POINTS` is thinned out."""
    kept = points[:: math.ceil(len(points) / MOST_POINTS)] if points else points
    shape = "polygon" if len(kept) >= 3 else "box"
    flat = tuple((point[0], point[1]) for point in kept) if shape == "polygon" else ()
    return RawLabel(name, around(points), shape, flat)


def pointed(name: str, points: Points, box: Corners | None = None) -> RawLabel | None:
    """Keypoints (x, y, visibility); without a box, the one around those that are there.

    Returns:
        None when there is neither a box nor two points to draw one around.
    """
    there = [point for point in points if len(point) < 3 or point[2] > 0]
    if box is None and len(there) < 2:
        return None
    kept = tuple(tuple(point) for point in points[:MOST_POINTS])
    return RawLabel(name, box or around(there), "keypoints", kept)


def moved(label: RawLabel, right: float, down: float) -> RawLabel:
    """The label, so much further to the right and down."""
    x1, y1, x2, y2 = label.box
    points = tuple((point[0] + right, point[1] + down, *point[2:]) for point in label.points)
    box = (x1 + right, y1 + down, x2 + right, y2 + down)
    return RawLabel(label.class_name, box, label.shape, points)


def turned(name: str, corner: tuple[float, float], size: tuple[float, float], degrees: float,
           about: tuple[float, float]) -> RawLabel:  # fmt: skip
    """A box turned clockwise, as its four corners and the upright box around them.

    Args:
        name: Its class.
        corner: Left and top before it was turned; x to the right, y down, in square units.
        size: Width and height before it was turned.
        degrees: How far it was turned; a box that was not stays a plain one.
        about: The point that stayed where it was.
    """
    left, top, width, height = *corner, *size
    corners = ((left, top), (left + width, top), (left + width, top + height), (left, top + height))
    if not math.isfinite(degrees) or degrees % 360 == 0:
        return RawLabel(name, (left, top, left + width, top + height))
    cos, sin = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    x0, y0 = about
    points = tuple(
        (x0 + (x - x0) * cos - (y - y0) * sin, y0 + (x - x0) * sin + (y - y0) * cos)
        for x, y in corners
    )
    return RawLabel(name, around(points), "rotated", points)


def four_corners(name: str, box: Corners, degrees: float) -> RawLabel:
    """A box turned clockwise around its middle; one that lies straight has its corners as well."""
    left, top, right, bottom = box
    about = (left + right) / 2, (top + bottom) / 2
    made = turned(name, (left, top), (right - left, bottom - top), degrees, about)
    corners = made.points or ((left, top), (right, top), (right, bottom), (left, bottom))
    return RawLabel(name, made.box, "rotated", corners)


def ellipse(name: str, centre: tuple[float, float], radii: tuple[float, float],
            degrees: float, corners: int = 36) -> RawLabel:  # fmt: skip
    """An ellipse as a polygon of so many corners, in the units of `turned`."""
    cos, sin = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    points = []
    for n in range(corners):
        angle = math.tau * n / corners
        x, y = radii[0] * math.cos(angle), radii[1] * math.sin(angle)
        points.append((centre[0] + x * cos - y * sin, centre[1] + x * sin + y * cos))
    return outlined(name, points)
