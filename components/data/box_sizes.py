"""Boxes of a size that no other of their class has: often a slip of the hand, or a wrong class."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

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
    table = dataset.box_table()
    for each in dataset.classes():
        mine = table[table["class_id"] == each.id]
        if len(mine) < FEW_TO_COMPARE:
            continue
        # Sides of 1/10,000 of the picture stand for what has no size at all.
        sides = np.log(np.sqrt(np.maximum(mine["w"] * mine["h"], 1e-8)))
        middle = float(np.median(sides))
        spread = _TO_NORMAL * float(np.median(np.abs(sides - middle)))
        far = np.abs(sides - middle) > max(np.log(LEAST_RATIO), SPREADS * spread)
        if 0 < far.sum() <= max(1, MOST_SHARE * len(mine)):
            ids = tuple(sorted({int(picture) for picture in mine["picture_id"][far]}))
            ratio = float(np.exp(np.abs(sides - middle)[far].max()))
            large = bool((sides - middle)[far].max() > 0)
            yield _Unusual(each.name, int(far.sum()), ratio, large, ids)


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
    with schema.reading(dataset.folder) as db:
        told = db.execute("SELECT id, name FROM pictures").fetchall()
    known = dict(told)
    return [str(known[each]) for each in ids]
