"""Label Studio's vectors: closed lines, some of whose parts are Bézier curves.

A point that is drawn as a curve has two handles: the first pulls the part that leads to it, the
second the one that leaves it. Source: `VectorShape` in Label Studio's editor.
"""

import math
from collections.abc import Mapping
from typing import Any

from components.data.formats.drawn import Points, points_of

_NEAR = 0.02  # pixels between a curve and the corners that stand for it; our own choice
_MOST_CORNERS = 500  # of one curve; our own choice
_PULL = 0.3  # how far along a handle lies where only the other end of a part has one
_Place = tuple[float, ...]


def outline_of(given: Any, scale: tuple[float, float]) -> Points:
    """A vector's line, its curves as many short straight parts; empty when it cannot be read.

    Args:
        given: `vertices` as they stand in the file, or plain points.
        scale: What a unit of theirs is in pixels, across and down.
    """
    rows = _in_order(given)
    places = [_scaled(place, scale) for place in points_of(rows)]
    if not any(isinstance(row, dict) and row.get("isBezier") for row in rows):
        return tuple(places)
    made: list[_Place] = []
    for number, place in enumerate(places):
        following = (number + 1) % len(places)
        leaves = _handle(rows[number], "controlPoint2", scale)
        arrives = _handle(rows[following], "controlPoint1", scale)
        made.append(place)
        if leaves or arrives:
            made += _between(place, leaves, arrives, places[following])
    return tuple(made)


def _in_order(given: Any) -> list[Any]:
    """The points one after the other; each names the one before it, where they do not stand so."""
    rows = given if isinstance(given, list) else []
    if not all(isinstance(row, dict) and isinstance(row.get("id"), str) for row in rows):
        return rows
    after = {str(row.get("prevPointId")): row for row in rows}
    known = {row["id"] for row in rows}
    at = next((row for row in rows if str(row.get("prevPointId")) not in known), None)
    made: list[Any] = []
    while at is not None and len(made) < len(rows):
        made.append(at)
        at = after.get(at["id"])
    return made if len(made) == len(rows) else rows


def _scaled(place: _Place, scale: tuple[float, float]) -> _Place:
    return place[0] * scale[0], place[1] * scale[1]


def _handle(row: Mapping[str, Any], key: str, scale: tuple[float, float]) -> _Place | None:
    """A handle of a point; None where the line has a corner there."""
    if not isinstance(row, Mapping) or not row.get("isBezier"):
        return None
    places = points_of([row.get(key)])
    return _scaled(places[0], scale) if places and all(map(math.isfinite, places[0])) else None


def _between(a: _Place, leaves: _Place | None, arrives: _Place | None, b: _Place) -> list[_Place]:
    """Corners along a curve, without its ends."""
    leaves, arrives = leaves or _along(a, b), arrives or _along(b, a)
    bend = max(
        math.hypot(*(p - 2 * q + r for p, q, r in zip(*three, strict=True)))
        for three in ((a, leaves, arrives), (leaves, arrives, b))
    )
    if not math.isfinite(bend):
        return []
    parts = min(math.ceil(math.sqrt(0.75 * bend / _NEAR)), _MOST_CORNERS)
    return [_at(n / parts, a, leaves, arrives, b) for n in range(1, parts)]


def _along(a: _Place, b: _Place) -> _Place:
    return tuple(p + (q - p) * _PULL for p, q in zip(a, b, strict=True))


def _at(t: float, *four: _Place) -> _Place:
    """A place on a cubic Bézier curve."""
    u = 1 - t
    weights = (u**3, 3 * u * u * t, 3 * u * t * t, t**3)
    return tuple(sum(w * p[axis] for w, p in zip(weights, four, strict=True)) for axis in (0, 1))
