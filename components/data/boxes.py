"""Boxes: one layout for the whole app, and the sums we do with it.

Inside, N boxes are a float64 array of shape (N, 4) holding (left, top, right, bottom) in pixels,
with the origin at the picture's top-left corner, after EXIF orientation.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from components.data.records import Corners

Boxes = NDArray[np.float64]  # shape (N, 4): left, top, right, bottom; pixels


def overlap(a: Boxes, b: Boxes) -> Boxes:
    """How much every box of `a` overlaps every box of `b`: intersection over union.

    Args:
        a: Boxes, shape (N, 4), pixels.
        b: Boxes, shape (M, 4), pixels.

    Returns:
        Shape (N, M), from 0 (apart) to 1 (identical); 0 where both boxes have no area.

    Source:
        Everingham et al., "The PASCAL Visual Object Classes (VOC) Challenge", IJCV 88 (2010).
    """
    top_left = np.maximum(a[:, None, :2], b[None, :, :2])
    bottom_right = np.minimum(a[:, None, 2:], b[None, :, 2:])
    shared: Boxes = (bottom_right - top_left).clip(min=0).prod(axis=2)
    union = areas(a)[:, None] + areas(b)[None, :] - shared
    result = np.zeros_like(shared)
    np.divide(shared, union, out=result, where=union > 0)
    return result


def areas(boxes: Boxes) -> NDArray[np.float64]:
    """Shape (N,), square pixels."""
    size = boxes[:, 2:] - boxes[:, :2]
    return np.asarray(size[:, 0] * size[:, 1], dtype=np.float64)


def to_fractions(box: Corners, width: float, height: float) -> Corners:
    """A box in pixels as YOLO writes it: centre x, centre y, width, height, 0 to 1."""
    left, top, right, bottom = box
    return (
        (left + right) / 2 / width, (top + bottom) / 2 / height,
        (right - left) / width, (bottom - top) / height,
    )  # fmt: skip


def turn_point(point: Sequence[float], orientation: int, width: float, height: float) -> tuple[
    float, ...
]:  # fmt: skip
    """A point of the stored picture as it lies once EXIF orientation is applied.

    Args:
        point: x, y and whatever follows (a keypoint's visibility), pixels.
        orientation: EXIF orientation, 1 to 8.
        width: Of the picture as stored, before turning.
        height: Of the picture as stored, before turning.

    Source:
        CIPA DC-008 (Exif 2.32), tag 274.
    """
    x, y, *rest = point
    turned = {
        2: (width - x, y), 3: (width - x, height - y), 4: (x, height - y), 5: (y, x),
        6: (height - y, x), 7: (height - y, width - x), 8: (y, width - x),
    }.get(orientation, (x, y))  # fmt: skip
    return (*turned, *rest)


def turn_box(box: Corners, orientation: int, width: float, height: float) -> Corners:
    """A box of the stored picture as it lies once EXIF orientation is applied."""
    x1, y1 = turn_point(box[:2], orientation, width, height)
    x2, y2 = turn_point(box[2:], orientation, width, height)
    return min(x1, x2), min(y1, y2), max(x1, x2), max(y1, y2)
