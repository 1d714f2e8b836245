"""Shapes as labelling tools draw them, turned into a box and an outline."""

import base64
import binascii
import io
import math
import zlib
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from components.data.records import Corners
from components.errors import LabelError

Points = tuple[tuple[float, ...], ...]
Mask = NDArray[np.bool_]  # shape (height, width)

MOST_MASK_PIXELS = 100_000_000  # larger than any photograph; our own choice
MOST_EDGES = 100_000  # a longer rim is noise, not an outline: the box is kept alone
MOST_POINTS = 100_000  # of one outline; our own choice
_ROUND = 48  # corners of a drawn circle; its area is then right to 0.3 %


def number_of(value: object) -> float:
    """A number as JSON or a table has it; NaN when it is none."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return math.nan
    try:
        return float(value)
    except (ValueError, OverflowError):
        return math.nan


def points_of(values: object) -> Points:
    """A list of [x, y] as points; empty when one of them is none.

    Raises:
        LabelError: There are more than anybody draws.
    """
    if not isinstance(values, list):
        return ()
    demand_few(len(values))
    points = []
    for value in values:
        if not isinstance(value, list | tuple) or len(value) < 2:
            return ()
        x, y = number_of(value[0]), number_of(value[1])
        if math.isnan(x) or math.isnan(y):
            return ()
        points.append((x, y))
    return tuple(points)


def demand_few(points: int) -> None:
    """Refuse outlines that only a machine can have made, to fill the memory.

    Raises:
        LabelError: There are more than `MOST_POINTS`.
    """
    if points > MOST_POINTS:
        raise LabelError(
            f"has an outline of {points:,} points, more than {MOST_POINTS:,}",
            "Simplify the outline.",
        )


def around(points: Sequence[Sequence[float]]) -> Corners:
    """The box around points."""
    xs, ys = [p[0] for p in points], [p[1] for p in points]
    return min(xs), min(ys), max(xs), max(ys)


def ellipse(x: float, y: float, rx: float, ry: float, turned: float = 0.0) -> tuple[
    Corners, Points
]:  # fmt: skip
    """Box and outline of an ellipse about (x, y), turned by an angle in radians."""
    rx, ry = abs(rx), abs(ry)
    cos, sin = math.cos(turned), math.sin(turned)
    half_width, half_height = math.hypot(rx * cos, ry * sin), math.hypot(rx * sin, ry * cos)
    angles = [2 * math.pi * n / _ROUND for n in range(_ROUND)]
    outline = tuple(
        (
            x + rx * math.cos(a) * cos - ry * math.sin(a) * sin,
            y + rx * math.cos(a) * sin + ry * math.sin(a) * cos,
        )
        for a in angles
    )
    return (x - half_width, y - half_height, x + half_width, y + half_height), outline


def mask_of_text(text: object, *, is_packed: bool) -> Mask:
    """A mask drawn as a picture and written as base64.

    Args:
        text: The base64.
        is_packed: Whether the picture is packed by zlib once more, as Supervisely does.

    Raises:
        LabelError: It is no picture, or one too large; `what` goes on after a name.
    """
    from PIL import Image

    if not isinstance(text, str):
        raise LabelError("has no mask", "Export it again.")
    try:
        data = base64.b64decode(text)
        if is_packed:
            unpacking = zlib.decompressobj()
            data = unpacking.decompress(data, MOST_MASK_PIXELS)
        with Image.open(io.BytesIO(data), formats=("PNG", "JPEG", "BMP", "TIFF", "WEBP")) as image:
            if image.width * image.height > MOST_MASK_PIXELS:
                raise LabelError("has a mask larger than any picture", "Export it again.")
            return _painted(np.asarray(image if image.mode != "P" else image.convert("RGBA")))
    except (binascii.Error, zlib.error, OSError, ValueError, SyntaxError, EOFError,
            Image.DecompressionBombError, Image.DecompressionBombWarning) as error:  # fmt: skip
        raise LabelError("has a mask that is not whole", "Export it again.") from error


def _painted(pixels: NDArray[Any]) -> Mask:
    """Where something is painted: opaque where there is an alpha channel, else not black."""
    if pixels.ndim == 3 and pixels.shape[2] in (2, 4):
        alpha = pixels[..., -1] > 0
        return np.asarray(alpha if not alpha.all() else (pixels[..., :-1] > 0).any(axis=2))
    return np.asarray((pixels > 0).any(axis=2) if pixels.ndim == 3 else pixels > 0)


def rim(mask: Mask, left: float = 0.0, top: float = 0.0) -> tuple[Corners, Points] | None:
    """Box and outline of a mask whose corner lies at (left, top); None when it is blank.

    The box is around all parts; the outline is that of the largest one, along the rim of its
    pixels, thinned by less than a pixel. A mask too noisy for an outline has none.
    """
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    if not len(rows):
        return None
    x1, y1, x2, y2 = columns[0], rows[0], columns[-1] + 1, rows[-1] + 1
    box = (left + float(x1), top + float(y1), left + float(x2), top + float(y2))
    loop = _largest_loop(mask[y1:y2, x1:x2])
    kept = _thinned(loop) if len(loop) >= 3 else []
    return box, tuple((box[0] + x, box[1] + y) for x, y in kept)


def _largest_loop(mask: Mask) -> list[tuple[int, int]]:
    """Corners of the loop with the largest area; clockwise on the screen."""
    onward = _edges(mask)
    best: list[tuple[int, int]] = []
    best_area = 0
    while onward:
        loop = _one_loop(onward)
        area = _area(loop)
        if area > best_area:
            best, best_area = loop, area
    return best


def _edges(mask: Mask) -> dict[tuple[int, int], list[tuple[int, int]]]:
    """Each pixel side between painted and not, as a step with the painted pixel on its right."""
    inside = np.pad(mask, 1).astype(np.int8)
    down, right = np.diff(inside, axis=0)[:, 1:-1], np.diff(inside, axis=1)[1:-1]
    if np.count_nonzero(down) + np.count_nonzero(right) > MOST_EDGES:
        return {}
    onward: dict[tuple[int, int], list[tuple[int, int]]] = {}
    for steps, way, start, end in (
        (down, 1, (0, 0), (1, 0)), (down, -1, (1, 0), (0, 0)),
        (right, 1, (0, 1), (0, 0)), (right, -1, (0, 0), (0, 1)),
    ):  # fmt: skip
        for y, x in np.argwhere(steps == way).tolist():
            onward.setdefault((x + start[0], y + start[1]), []).append((x + end[0], y + end[1]))
    return onward


def _one_loop(onward: dict[tuple[int, int], list[tuple[int, int]]]) -> list[tuple[int, int]]:
    """Take one loop out of the steps; where two pixels touch by a corner, they stay together."""
    first = at = next(iter(onward))
    loop = []
    before = (0, 0)
    while at in onward:
        ends = onward[at]
        turned = [end for end in ends if (end[0] - at[0], end[1] - at[1]) != before]
        end = turned[0] if turned else ends[0]
        ends.remove(end)
        if not ends:
            del onward[at]
        step = (end[0] - at[0], end[1] - at[1])
        if step != before:
            loop.append(at)
        before, at = step, end
        if at == first:
            break
    return loop


def _area(loop: list[tuple[int, int]]) -> int:
    """Twice the area inside; negative for a hole."""
    pairs = zip(loop, loop[1:] + loop[:1], strict=True)
    return sum(a[0] * b[1] - b[0] * a[1] for a, b in pairs)


def _thinned(loop: list[tuple[int, int]], allowed: float = 0.75) -> list[tuple[int, int]]:
    """Corners without those that lie within 3/4 pixel of a straight line (Douglas-Peucker)."""
    xy = np.array([*loop, loop[0]], dtype=np.float64)
    keep = np.zeros(len(xy), dtype=bool)
    middle = int(np.argmax(np.hypot(*(xy - xy[0]).T)))
    keep[[0, middle]] = True
    waiting = [(0, middle), (middle, len(xy) - 1)]
    while waiting:
        a, b = waiting.pop()
        if b - a < 2:
            continue
        far = _distances(xy[a : b + 1])
        at = a + 1 + int(np.argmax(far))
        if far[at - a - 1] > allowed:
            keep[at] = True
            waiting += [(a, at), (at, b)]
    kept = [corner for corner, is_kept in zip(loop, keep, strict=False) if is_kept]
    return kept if len(kept) >= 3 else loop


def _distances(xy: NDArray[np.float64]) -> NDArray[np.float64]:
    """How far the points between the two ends lie from the line through both."""
    along = xy[-1] - xy[0]
    length = float(np.hypot(*along))
    away = xy[1:-1] - xy[0]
    if length == 0:
        return np.asarray(np.hypot(away[:, 0], away[:, 1]))
    return np.asarray(np.abs(away[:, 0] * along[1] - away[:, 1] * along[0]) / length)
