"""What Ultralytics found on a picture, as plain numbers, whatever the task.

A thing is `{"class_id", "class", "confidence", "box": [left, top, right, bottom], "shape",
"measures"}`: box and form in pixels of the picture, the form as `components.data.drawn_shape`
tells it, and what can be measured on it: `area` in square pixels, `length` and `width` (sides of
the smallest turned box around it) in pixels, and `angle`, degrees from lying flat, clockwise,
-90 up to 90.
"""

import math
from typing import Any

from components.data.drawn_shape import DrawnShape, flat, visibility

MOST_CLASSES = 5  # guesses for a whole picture

Thing = dict[str, Any]


def things(result: Any) -> list[Thing]:
    """Everything a `Results` of Ultralytics holds, the surest first.

    Args:
        result: Of one picture, of any of the five tasks.
    """
    if result.probs is not None:
        return _guesses(result)
    found = result.obb if result.obb is not None else result.boxes
    if found is None:
        return []
    rows = zip(found.cls.tolist(), found.conf.tolist(), found.xyxy.tolist(), strict=True)
    made = [
        _thing(result, number, sure, box, *_form(result, index))
        for index, (number, sure, box) in enumerate(rows)
    ]
    return sorted(made, key=lambda thing: -float(thing["confidence"]))


def outlined(outline: Any) -> tuple[DrawnShape, dict[str, float]]:
    """An outline's form and measures.

    Args:
        outline: Shape (N, 2), pixels; fewer than three points make no form.
    """
    import cv2
    import numpy as np

    ring = np.asarray(outline, dtype=np.float32).reshape(-1, 2)
    if len(ring) < 3:
        return None, {}
    x, y = ring[:, 0].astype(float), ring[:, 1].astype(float)
    area = abs(float((x * np.roll(y, -1) - np.roll(x, -1) * y).sum())) / 2  # shoelace formula
    _, (first, second), turn = cv2.minAreaRect(ring)
    return ["polygon", flat(ring.tolist())], {"area": round(area, 1), **_sides(first, second, turn)}


def turned(corners: Any, width: float, height: float, radians: float) -> tuple[DrawnShape, Thing]:
    """A turned box's form and measures, from its corners (4, 2) and its sides in pixels."""
    form: DrawnShape = ["rotated", flat(corners.tolist())]
    measures = {"area": round(width * height, 1)}
    return form, {**measures, **_sides(width, height, math.degrees(radians))}


def _thing(
    result: Any, number: float, sure: float, box: list[float], form: DrawnShape, measures: Thing
) -> Thing:
    return {
        "class_id": int(number), "class": str(result.names[int(number)]), "confidence": float(sure),
        "box": [float(edge) for edge in box], "shape": form, "measures": measures,
    }  # fmt: skip


def _form(result: Any, index: int) -> tuple[DrawnShape, Thing]:
    if result.obb is not None:
        width, height, turn = (float(value) for value in result.obb.xywhr[index][2:])
        return turned(result.obb.xyxyxyxy[index], width, height, turn)
    if result.masks is not None:
        return outlined(result.masks.xy[index])
    if result.keypoints is not None and result.keypoints.data.shape[-1] >= 2:
        return _pointed(result.keypoints.data[index].tolist()), {}
    return None, {}


def _pointed(points: list[list[float]]) -> DrawnShape:
    return ["keypoints", flat(
        (*point[:2], visibility(point[2]) if len(point) > 2 else 2) for point in points
    )]  # fmt: skip


def _guesses(result: Any) -> list[Thing]:
    height, width = result.orig_shape
    sure = result.probs.data.tolist()
    return [
        _thing(result, number, sure[number], [0.0, 0.0, float(width), float(height)], ["whole"], {})
        for number in result.probs.top5[:MOST_CLASSES]
    ]


def _sides(first: float, second: float, degrees: float) -> dict[str, float]:
    """The longer side is the length, and it is the one whose angle is told."""
    length, width = max(first, second), min(first, second)
    angle = degrees if first >= second else degrees + 90.0
    angle = (angle + 90.0) % 180.0 - 90.0
    return {"length": round(length, 1), "width": round(width, 1), "angle": round(angle, 1)}
