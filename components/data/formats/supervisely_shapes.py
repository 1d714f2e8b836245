"""One object of Supervisely as a label, by its geometry.

Source: the geometries of Supervisely's own library.
"""

import math
from typing import Any

import numpy as np

from components.data.formats.description import RawLabel
from components.data.formats.drawn import (
    Points,
    mask_of_text,
    number_of,
    numbers_of,
    points_of,
)
from components.data.formats.outlines import joined, label_of_mask
from components.data.formats.shapes import around, four_corners, outlined, pointed
from components.errors import LabelError

Orders = dict[str, dict[str, str]]  # class to the nodes of its skeleton, by key, with their names
_BARE_PNG = "iVBOR"  # how base64 of a PNG begins that is not packed once more


def label_of(name: str, kind: str, thing: dict[str, Any], orders: Orders) -> RawLabel | None:
    """The label that an object is, or None when it cannot be read.

    Raises:
        LabelError: Its mask cannot be read.
    """
    if kind in ("bitmap", "alpha_mask"):
        return _bitmap(name, thing.get("bitmap", thing.get(kind)))
    if kind == "graph":
        return _graph(name, thing.get("nodes"), orders.get(name, {}))
    given = thing.get("points")
    outside = points_of(given.get("exterior") if isinstance(given, dict) else given)
    if not outside or not all(map(math.isfinite, around(outside))):
        return None
    if kind == "rectangle":
        return RawLabel(name, around(outside)) if len(outside) >= 2 else None
    if kind == "oriented_bbox":
        return _turned(name, outside, thing.get("angle"))
    if len(outside) < 3:
        return None
    holes = given.get("interior") if isinstance(given, dict) else None
    made = outlined(name, _with_holes(outside, holes if isinstance(holes, list) else []))
    return RawLabel(name, around(outside), made.shape, made.points)


def _turned(name: str, ends: Points, angle: Any) -> RawLabel | None:
    """A box before it was turned about its middle, and how far: clockwise, in radians."""
    degrees = math.degrees(number_of(0 if angle is None else angle))
    if len(ends) != 2 or not math.isfinite(degrees):
        return None
    return four_corners(name, around(ends), degrees)


def _with_holes(outside: Points, holes: list[Any]) -> Points:
    """One line around the thing and its holes; a hole is told from a part by its direction."""
    inside = [made for hole in holes if len(made := points_of(hole)) >= 3]
    if not inside:
        return outside
    rings = [_directed(outside, is_hole=False)]
    rings += [_directed(hole, is_hole=True) for hole in inside]
    return tuple((float(x), float(y)) for x, y in joined(rings))


def _directed(points: Points, *, is_hole: bool) -> Any:
    ring = np.array(points, dtype=np.float64)
    x, y = ring[:, 0], ring[:, 1]
    runs_clockwise = float((x * np.roll(y, -1) - np.roll(x, -1) * y).sum()) >= 0
    return ring[::-1] if runs_clockwise == is_hole else ring


def _bitmap(name: str, given: Any) -> RawLabel | None:
    origin = numbers_of(given.get("origin"), 2) if isinstance(given, dict) else None
    if origin is None or not all(map(math.isfinite, origin)):
        return None
    data = given.get("data")
    mask = mask_of_text(data, is_packed=not str(data).startswith(_BARE_PNG))
    made = label_of_mask(name, mask, (round(origin[0]), round(origin[1])))
    if made is None:
        raise LabelError("has a mask on which nothing is painted", "Draw it again.")
    return made


def _graph(name: str, nodes: Any, order: dict[str, str]) -> RawLabel | None:
    """Keypoints: nodes with a place each, some of them marked as hidden, some not there.

    Files name nodes in any order; that of meta.json counts.
    """
    if not isinstance(nodes, dict):
        return None
    points = []
    is_known = bool(order) and nodes.keys() <= order.keys()
    for key in order if is_known else nodes:
        if key not in nodes:
            points.append((0.0, 0.0, 0.0))
            continue
        node = nodes[key]
        place = numbers_of(node.get("loc"), 2) if isinstance(node, dict) else None
        if place is None:
            return None
        points.append((place[0], place[1], 1.0 if node.get("disabled") else 2.0))
    return pointed(name, points)
