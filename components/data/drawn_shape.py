"""How the form of a label, or of a prediction, travels to the page that draws it.

Beside every box goes its form: None for a plain box, else

```
["polygon", [x, y, x, y, ...]]                an outline, closed
["rotated", [x, y, ... four corners]]         a turned box; its first side is its front
["keypoints", [x, y, visibility, ...]]        0 not there, 1 hidden, 2 seen
["whole"]                                     the class of the picture as a whole
```

with numbers in pixels of the picture, rounded to a tenth.
"""

import math
from collections.abc import Iterable, Sequence
from typing import Any

from components.tasks import TASKS, LabelShape

DrawnShape = list[Any] | None
SEEN = 2.0  # visibility of a keypoint whose format tells none
# Ultralytics draws keypoints from 0.25 on; from one half on they are more likely there than not.
POINT_HINTED, POINT_SEEN = 0.25, 0.5
THUMBNAIL_POINTS = 64  # of one outline; more cannot be seen on a thumbnail


def drawn_shape(
    shape: str, points: Sequence[Sequence[float]], task: str, most_points: int = 0
) -> DrawnShape:
    """The form of a label as the trainer of this task takes it.

    Args:
        shape: A `LabelShape` value, what the label was drawn as.
        points: Of the label; see `records.Label`.
        task: A `TASKS` key; a polygon in a data set for detection is drawn as its box.
        most_points: Thin an outline to about so many; 0 keeps all.
    """
    wanted = TASKS[task].label_shape
    if wanted is LabelShape.WHOLE:
        return ["whole"]
    if shape != wanted or not points:
        return None
    if wanted is LabelShape.KEYPOINTS:
        return ["keypoints", flat((*p[:2], p[2] if len(p) > 2 else SEEN) for p in points)]
    step = math.ceil(len(points) / most_points) if most_points else 1
    return [str(wanted), flat(point[:2] for point in points[::step])]


def visibility(confidence: float) -> int:
    """0 not there, 1 hinted at, 2 seen: what a keypoint's confidence (0 to 1) means."""
    return 2 if confidence >= POINT_SEEN else 1 if confidence >= POINT_HINTED else 0


def flat(points: Iterable[Sequence[float]]) -> list[float]:
    """The numbers of points in one row, rounded to a tenth of a pixel."""
    return [round(float(number), 1) for point in points for number in point]
