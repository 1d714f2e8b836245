"""What the fixes do to outlines, turned boxes and named points. `fixes` is the table of buttons.

The box of a label follows its shape. Pictures that are put aside are left as they are.
"""

import json
import sqlite3
from collections.abc import Callable, Iterator

from components.data import rings, schema, seen_shapes, untangling
from components.data.mending import count_labels
from components.data.rings import Ring
from components.data.store import Dataset
from components.data.writing import recount
from components.findings import Finding

Points = list[list[float]]
Mend = Callable[[Points], Points | None]  # None leaves a label as it is

_LABELS = (
    "SELECT labels.id, points, width, height FROM labels "
    "JOIN pictures ON pictures.id = picture_id WHERE shape = ? AND state = 'labelled'"
)


def untangle_outlines(dataset: Dataset, _: Finding) -> None:
    """Take outlines apart where they cross themselves, and keep what they enclose."""

    def mended(points: Points) -> Points | None:
        if not seen_shapes.crosses_itself(points):
            return None
        made = [list(point) for point in untangling.untangled(_ring(points))]
        return None if seen_shapes.crosses_itself(made) else made

    _reshape(dataset, "polygon", mended)


def fill_holes(dataset: Dataset, _: Finding) -> None:
    """Leave the holes out of outlines."""

    def mended(points: Points) -> Points | None:
        ring = _ring(points)
        return [list(point) for point in untangling.filled(ring)] if rings.holes(ring) else None

    _reshape(dataset, "polygon", mended)


def square_turned_boxes(dataset: Dataset, _: Finding) -> None:
    """Make turned boxes the smallest turned rectangles around their corners."""

    def mended(points: Points) -> Points | None:
        if seen_shapes.is_rectangle(points):
            return None
        return [list(point) for point in rings.smallest_rectangle(_ring(points))]

    _reshape(dataset, "rotated", mended)


def drop_flat_outlines(dataset: Dataset, _: Finding) -> None:
    """Delete outlines that enclose nothing."""
    with schema.changing(dataset.folder) as db:
        flat = [number for number, points, *_ in _labels(db, "polygon")
                if seen_shapes.encloses_nothing(points)]  # fmt: skip
        among = "id IN (SELECT value FROM json_each(?))"
        db.execute(f"DELETE FROM labels WHERE {among}", (json.dumps(flat),))
        count_labels(db)


def hide_points_outside(dataset: Dataset, _: Finding) -> None:
    """Mark points that lie outside of their picture as not there."""
    with schema.changing(dataset.folder) as db:
        for number, points, width, height in list(_labels(db, "keypoints")):
            made = [
                [*point[:2], 0.0] if seen_shapes.leaves([point], width, height) else point
                for point in points
            ]
            if made != points:
                db.execute(
                    "UPDATE labels SET points = ? WHERE id = ?", (json.dumps(made), number)
                )  # fmt: skip
        recount(db)


def _reshape(dataset: Dataset, shape: str, mended: Mend) -> None:
    """Give labels of a shape other points; their boxes follow."""
    with schema.changing(dataset.folder) as db:
        for number, points, *_ in list(_labels(db, shape)):
            made = mended(points)
            if made is None:
                continue
            xs, ys = [point[0] for point in made], [point[1] for point in made]
            db.execute(
                "UPDATE labels SET points = ?, box_left = ?, box_top = ?, box_right = ?, "
                "box_bottom = ? WHERE id = ?",
                (json.dumps(made), min(xs), min(ys), max(xs), max(ys), number),
            )
        recount(db)


def _labels(db: sqlite3.Connection, shape: str) -> Iterator[tuple[int, Points, int, int]]:
    for number, points, width, height in db.execute(_LABELS, (shape,)):
        yield number, json.loads(points or "[]"), width, height


def _ring(points: Points) -> Ring:
    return [(point[0], point[1]) for point in points]
