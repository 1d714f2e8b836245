"""Closed lines: cut at the picture's edge, boxed as tightly as possible, taken apart at bridges.

Points are (x, y); units do not matter.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Point = tuple[float, float]
Ring = list[Point]


def cut(ring: Sequence[Point], width: float, height: float) -> Ring:
    """The part of a closed line that lies in a picture; [] when nothing of it does.

    Parts that the edge separates stay joined along the edge, which adds no area.
    Source: Sutherland and Hodgman, "Reentrant polygon clipping", 1974.
    """
    kept: Ring = list(ring)
    for axis, sign, limit in ((0, 1.0, 0.0), (0, -1.0, -width), (1, 1.0, 0.0), (1, -1.0, -height)):
        kept = _half(kept, axis, sign, limit)
    return kept if len(kept) >= 3 else []


def _half(ring: Ring, axis: int, sign: float, limit: float) -> Ring:
    """What lies where `sign * coordinate >= limit`."""
    kept: Ring = []
    for before, point in zip([*ring[-1:], *ring[:-1]], ring, strict=True):
        here, there = sign * point[axis] - limit, sign * before[axis] - limit
        if (here < 0) != (there < 0):
            share = there / (there - here)
            kept.append((
                before[0] + share * (point[0] - before[0]),
                before[1] + share * (point[1] - before[1]),
            ))  # fmt: skip
        if here >= 0:
            kept.append(point)
    return kept


def smallest_rectangle(points: Sequence[Point]) -> Ring:
    """Four corners, clockwise on the screen, of the turned rectangle of least area around points.

    One of its sides lies on an edge of the points' convex hull, so each edge is tried.
    Source: Freeman and Shapira, "Determining the minimum-area encasing rectangle", 1975.
    """
    hull = _hull(np.asarray(points, dtype=np.float64))
    sides = np.roll(hull, -1, axis=0) - hull
    lengths = np.hypot(sides[:, 0], sides[:, 1])
    along = sides[lengths > 0] / lengths[lengths > 0, None]
    if not len(along):
        return [(float(hull[0, 0]), float(hull[0, 1]))] * 4
    across = along[:, ::-1] * [-1.0, 1.0]  # a quarter turn clockwise, as y grows downwards
    u, v = hull @ along.T, hull @ across.T  # (points, edges)
    best = int(((u.max(0) - u.min(0)) * (v.max(0) - v.min(0))).argmin())
    low_u, high_u = u[:, best].min(), u[:, best].max()
    low_v, high_v = v[:, best].min(), v[:, best].max()
    turned = np.array([[low_u, low_v], [high_u, low_v], [high_u, high_v], [low_u, high_v]])
    corners = turned @ np.stack([along[best], across[best]])
    return [(float(x), float(y)) for x, y in corners]


def _hull(points: NDArray[np.float64]) -> NDArray[np.float64]:
    """The convex hull by Andrew's monotone chain, 1979."""
    order = sorted(set(map(tuple, points.tolist())))

    def chain(ordered: Sequence[Point]) -> Ring:
        kept: Ring = []
        for x, y in ordered:
            while len(kept) > 1 and _turn(kept[-2], kept[-1], (x, y)) <= 0:
                kept.pop()
            kept.append((x, y))
        return kept[:-1]

    corners = chain(order) + chain(order[::-1])
    return np.array(corners or order[:1], dtype=np.float64)


def _turn(a: Point, b: Point, c: Point) -> float:
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])


def area(ring: Sequence[Point]) -> float:
    """Signed, by the shoelace formula: positive when it runs clockwise on the screen."""
    return sum(
        before[0] * point[1] - point[0] * before[1]
        for before, point in zip([*ring[-1:], *ring[:-1]], ring, strict=True)
    ) / 2  # fmt: skip


def holes(ring: Sequence[Point]) -> int:
    """How many holes an outline has that was joined from several lines by bridges without width."""
    if len(set(ring)) == len(ring):
        return 0  # no point twice: no bridge
    loops = [loop for loop in _loops(ring) if len(loop) > 2]
    areas = sorted((area(loop) for loop in loops), key=abs, reverse=True)
    return sum(each * areas[0] < 0 for each in areas[1:])


def _loops(ring: Sequence[Point]) -> list[Ring]:
    """The simple closed lines that a line consists of which meets itself in points."""
    loops: list[Ring] = []
    path: Ring = []
    place: dict[Point, int] = {}
    for point in ring:
        if point in place:
            start = place[point]
            loops.append(path[start:])
            for gone in path[start + 1 :]:
                del place[gone]
            del path[start + 1 :]
        else:
            place[point] = len(path)
            path.append(point)
    return [*loops, path]
