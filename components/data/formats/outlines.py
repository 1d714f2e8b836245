"""From pixels to outlines: what masks and brush strokes become.

A thing of several parts, or with holes, becomes one closed line: the parts are joined by bridges
without width, so that nothing of its area is lost or added. The box is that of the pixels' outer
edges; the outline runs through the middle of the pixels at the edge, which gives the same pixels
back when it is filled.
"""

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from components.data.formats.description import RawLabel
from components.data.formats.shapes import MOST_POINTS, outlined

MOST_PIXELS = 200_000_000  # of one mask: what has to be held at once, a byte each
_MOST_FINE = 16_000_000  # pixels of one thing; larger ones are outlined coarser. Our own choice
_MOST_EDGES = 250_000  # finding outlines takes the square of it. Our own choice
MOST_PARTS = 40  # of one thing; more is noise. Our own choice
_MOST_JOINED = 100  # parts that were drawn as lines; our own choice
_LOOKED_AT, _DRAWN_AT = 256, 4_000  # pixels along a side of parts that overlap; our own choice
_FARTHEST = 1e9  # pixels from the corner; nothing that lies there is on a picture
_MOST_TRIED = 50  # corners of a line that may be a hole. Our own choice
LEAST_PART = 0.002  # of the largest part; smaller ones are specks of a brush. Our own choice

Mask = NDArray[np.uint8]  # shape (H, W), 0 outside
Ring = NDArray[np.float64]  # shape (N, 2), x and y


def label_of_mask(name: str, mask: Mask, offset: tuple[int, int] = (0, 0)) -> RawLabel | None:
    """The label, in pixels, that a mask draws; None when it is empty.

    Args:
        name: Its class.
        mask: Shape (H, W), anything but 0 belongs to the thing.
        offset: Where the mask's left top corner lies in the picture.
    """
    filled = np.ascontiguousarray(mask != 0)
    rows, columns = np.flatnonzero(filled.any(axis=1)), np.flatnonzero(filled.any(axis=0))
    if not len(rows):
        return None
    top, bottom, left, right = rows[0], rows[-1] + 1, columns[0], columns[-1] + 1
    part = filled[top:bottom, left:right].astype(np.uint8)
    x, y = offset[0] + int(left), offset[1] + int(top)
    step = math.ceil(math.sqrt(part.size / _MOST_FINE))
    while _edges(part[::step, ::step]) > _MOST_EDGES:
        step *= 2
    ring = joined(_rings(part[::step, ::step])) * step + np.array([x + 0.5, y + 0.5])
    box = (float(x), float(y), float(x + right - left), float(y + bottom - top))
    if len(ring) < 3:
        return RawLabel(name, box)
    label = outlined(name, ring.tolist())
    return RawLabel(name, box, label.shape, label.points)


def _edges(mask: Mask) -> int:
    """How often rows go in or out; noise has a hundred times as many as things have."""
    return int(np.count_nonzero(mask[:, 1:] != mask[:, :-1]))


def _rings(mask: Mask) -> list[Ring]:
    """Outlines of the parts and of their holes, without specks, the largest first."""
    import cv2  # only in workers, and only for masks

    found, _ = cv2.findContours(np.ascontiguousarray(mask), cv2.RETR_CCOMP, cv2.CHAIN_APPROX_SIMPLE)
    if not found:  # a coarse look can miss all of a thin thing
        return [np.zeros((1, 2))]
    areas = [cv2.contourArea(ring) + len(ring) / 2 for ring in found]
    order = sorted(range(len(found)), key=lambda number: -areas[number])
    kept = [n for n in order[:MOST_PARTS] if areas[n] >= LEAST_PART * areas[order[0]]]
    return [found[number].reshape(-1, 2).astype(np.float64) for number in kept]


def joined(rings: Sequence[Ring]) -> Ring:
    """Closed lines as one, the later ones joined where they are nearest.

    Args:
        rings: The largest first; holes run the other way round than what they are in.
    """
    whole, *others = rings
    for ring in others:
        if len(whole) + len(ring) > MOST_POINTS:
            break
        at, start = _nearest(whole, ring)
        there_and_back = np.concatenate([ring[start:], ring[: start + 1], whole[at : at + 1]])
        whole = np.concatenate([whole[: at + 1], there_and_back, whole[at + 1 :]])
    return whole


def in_parts(rings: Sequence[Ring]) -> tuple[tuple[float, ...], ...]:
    """The points of one closed line around all parts of a thing; () when none can be drawn.

    A part that lies in another adds nothing, and parts that overlap are drawn as one: what is
    within a line twice would count as a hole.
    """
    kept: list[Ring] = []
    for ring in one_way_round([ring for ring in rings if np.isfinite(ring).all()])[:_MOST_JOINED]:
        if not any(_lies_in(ring, other) for other in kept):
            kept.append(ring)
    near = _near_each_other(kept)
    if near and _overlap([kept[n] for n in near]):
        apart = [ring for n, ring in enumerate(kept) if n not in near]
        kept = [*_drawn_as_one([kept[n] for n in near]), *apart]
    return outlined("", joined(kept).tolist()).points if kept else ()


def _near_each_other(rings: Sequence[Ring]) -> list[int]:
    """Which parts have a box that overlaps that of another."""
    if len(rings) < 2:
        return []
    low, high = (np.array([end(ring, axis=0) for ring in rings]) for end in (np.min, np.max))
    if np.abs([low, high]).max() > _FARTHEST:
        return []
    meet = ((low[:, None] < high[None]) & (high[:, None] > low[None])).all(axis=2)
    return [int(n) for n in np.flatnonzero(meet.sum(axis=1) > 1)]  # each meets itself


def _overlap(rings: Sequence[Ring]) -> bool:
    """Whether some parts share more than a border, by a look at a small drawing of each."""
    import cv2  # only in workers, and only for masks

    times = sum(_drawing([ring], rings, _LOOKED_AT).astype(np.uint8) for ring in rings)
    shared = np.asarray(times > 1, dtype=np.uint8)
    return bool(cv2.erode(shared, np.ones((3, 3), np.uint8)).any())


def _drawn_as_one(rings: Sequence[Ring]) -> list[Ring]:
    origin, scale = _frame(rings, _DRAWN_AT)
    drawn = [ring / scale + origin for ring in _rings(_drawing(rings, rings, _DRAWN_AT))]
    return drawn if area(drawn[0]) >= 0 else [ring[::-1] for ring in drawn]


def _drawing(some: Sequence[Ring], rings: Sequence[Ring], side: int) -> Mask:
    """Some of the rings filled, in a frame around all, so many pixels along its longer side."""
    import cv2  # only in workers, and only for masks

    origin, scale = _frame(rings, side)
    canvas = np.zeros((side + 1, side + 1), np.uint8)
    for ring in some:
        cv2.fillPoly(canvas, [np.round((ring - origin) * scale).astype(np.int32)], 1)
    return canvas


def _frame(rings: Sequence[Ring], side: int) -> tuple[Ring, float]:
    """Left and top of all rings, and the scale at which they fill a square."""
    every = np.concatenate(rings)
    origin = every.min(axis=0)
    return origin, side / max(float((every.max(axis=0) - origin).max()), 1e-9)


def _lies_in(inner: Ring, outer: Ring) -> bool:
    is_near = (inner.min(axis=0) >= outer.min(axis=0)) & (inner.max(axis=0) <= outer.max(axis=0))
    return bool(is_near.all()) and _holds(outer, inner)


def _nearest(a: Ring, b: Ring) -> tuple[int, int]:
    """Which point of `a` and which of `b` lie closest; of long lines a sample is looked at."""
    step_a, step_b = max(1, len(a) // 1000), max(1, len(b) // 1000)
    gaps = a[::step_a, None, :] - b[None, ::step_b, :]
    nearest = int((gaps**2).sum(axis=2).argmin())
    row, column = divmod(nearest, gaps.shape[1])
    return row * step_a, column * step_b


def area(ring: Ring) -> float:
    """Signed, by the shoelace formula: positive when it runs clockwise on the screen."""
    x, y = ring[:, 0], ring[:, 1]
    return float((x * np.roll(y, -1) - np.roll(x, -1) * y).sum() / 2)


def closed(name: str, rings: Sequence[Sequence[Sequence[float]]]) -> RawLabel | None:
    """One thing of several closed lines, holes among them; None when no line is whole.

    A line that lies in another one is a hole.
    """
    known = [np.asarray(ring, dtype=np.float64)[:, :2] for ring in rings if len(ring) >= 3]
    finite = [ring for ring in known if (abs(ring) < _FARTHEST).all()]
    if not finite:
        return None
    first, *others = one_way_round(finite)
    turned = [ring[::-1] if _holds(first, ring) else ring for ring in others[:MOST_PARTS]]
    return outlined(name, joined([first, *turned]).tolist())


def _holds(outer: Ring, inner: Ring) -> bool:
    """Whether the corners of `inner` lie in `outer`, by counting edges to their right."""
    some = inner[:: max(1, len(inner) // _MOST_TRIED)]
    x, y = some[:, 0, None], some[:, 1, None]
    x1, y1 = outer[:, 0], outer[:, 1]
    x2, y2 = np.roll(x1, -1), np.roll(y1, -1)
    with np.errstate(divide="ignore", invalid="ignore"):
        crosses = ((y1 > y) != (y2 > y)) & (x < (x2 - x1) * (y - y1) / (y2 - y1) + x1)
    return bool((crosses.sum(axis=1) % 2 == 1).all())


def one_way_round(rings: Sequence[Ring]) -> list[Ring]:
    """Parts of a thing, the largest first, all running the same way, so that none is a hole."""
    order = sorted(rings, key=lambda ring: -abs(area(ring)))
    return [ring if area(ring) >= 0 else ring[::-1] for ring in order]
