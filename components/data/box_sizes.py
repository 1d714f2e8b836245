"""Boxes of a size that no other of their class has: often a slip of the hand, or a wrong class."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from components.data import schema
from components.data.finding_rows import mend_by
from components.data.store import Dataset
from components.data.wording import listed, some
from components.findings import Finding, Severity

FEW_TO_COMPARE = 30  # boxes of a class; below it nothing is unusual. Rule of thumb
SPREADS = 5.0  # times the usual spread (median deviation, scaled to a normal one's)
LEAST_RATIO = 3.0  # times as large or small as the usual side
MOST_SHARE = 0.01  # of a class: what happens more often is the nature of the thing
_TO_NORMAL = 1.4826

SIZES = "with a box of an unusual size"


@dataclass(frozen=True, slots=True)
class _Unusual:
    """The boxes of a class that are far from the others."""

    class_name: str
    boxes: int
    ratio: float
    is_large: bool
    ids: tuple[int, ...]


def boxes_have_usual_sizes(dataset: Dataset) -> list[Finding]:
    """Single boxes that are far larger or smaller than all others of their class."""
    return [_finding(each, _names(dataset, each.ids)) for each in _unusual(dataset)]


def unusual_pictures(dataset: Dataset) -> list[int]:
    """Ids of the pictures with such a box."""
    return sorted({number for each in _unusual(dataset) for number in each.ids})


def _unusual(dataset: Dataset) -> Iterator[_Unusual]:
    pictures, classes, areas = _areas(dataset)
    for each in dataset.classes():
        mine = classes == each.id
        if mine.sum() < FEW_TO_COMPARE:
            continue
        # Sides of 1/10,000 of the picture stand for what has no size at all.
        sides = np.log(np.sqrt(np.maximum(areas[mine], 1e-8)))
        middle = float(np.median(sides))
        spread = _TO_NORMAL * float(np.median(np.abs(sides - middle)))
        far = np.abs(sides - middle) > max(np.log(LEAST_RATIO), SPREADS * spread)
        if 0 < far.sum() <= max(1, MOST_SHARE * len(sides)):
            ids = tuple(sorted({int(picture) for picture in pictures[mine][far]}))
            ratio = float(np.exp(np.abs(sides - middle)[far].max()))
            large = bool((sides - middle)[far].max() > 0)
            yield _Unusual(each.name, int(far.sum()), ratio, large, ids)


def _areas(dataset: Dataset) -> tuple[NDArray[Any], NDArray[Any], NDArray[Any]]:
    """Picture, class and area of every box, as a fraction of the picture's; 20 bytes a box."""
    kind = np.dtype([("picture", np.int64), ("class", np.int32), ("area", np.float64)])
    with schema.reading(dataset.folder) as db:
        found = np.fromiter(db.execute(
            "SELECT picture_id, class_id, (box_right - box_left) * (box_bottom - box_top) / width "
            "/ height FROM labels CROSS JOIN pictures ON pictures.id = picture_id "
            "WHERE state != 'ignored'"
        ), dtype=kind)  # fmt: skip
    return found["picture"], found["class"], found["area"]


def _finding(found: _Unusual, names: list[str]) -> Finding:
    how = "large" if found.is_large else "small"
    title = (
        f"{some(found.boxes, 'box')} of “{found.class_name}” "
        f"{'is' if found.boxes == 1 else 'are'} {found.ratio:.0f} times as {how} as the others: "
        f"{listed(names)}"
    )
    return Finding(
        Severity.NOTE, title,
        "Look at it, and mend the class or the box where it is a slip.",
        tuple(names), "A few wrong labels in a small data set already cost accuracy.",
        mend_by("put_shown_aside", kind=SIZES), kind=SIZES,
    )  # fmt: skip


def _names(dataset: Dataset, ids: Sequence[int]) -> list[str]:
    query = "SELECT name FROM json_each(?) JOIN pictures ON pictures.id = value ORDER BY key"
    with schema.reading(dataset.folder) as db:
        return [name for (name,) in db.execute(query, (json.dumps(list(ids)),))]
