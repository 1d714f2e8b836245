"""Pictures whose labels need no cleaning, told quickly: nearly all pictures of nearly all sets."""

import re
from collections.abc import Callable, Sequence
from functools import lru_cache

from components.data.formats.description import RawLabel
from components.data.pictures import PictureFacts
from components.data.records import Label

LEAST_SIDE_PX = 0.1  # thinner boxes cannot be seen by anybody; our own choice
LONGEST_NAME = 200
_BLANKS = re.compile(r"[\s\x00-\x1f\x7f]+")
_made: Callable[..., Label] = tuple.__new__  # a named tuple in half the time


def plain_boxes(
    labels: list[RawLabel], scale: tuple[float, float], facts: PictureFacts
) -> Sequence[Label] | None:
    """All labels of a picture in its pixels, if none of them has to be cleaned; else None.

    That is: upright boxes within the picture, of a class with a tidy name, none there twice.
    """
    (x, y), width, height = scale, facts.width, facts.height
    made = labels if x == y == 1 else [_times(label, x, y) for label in labels]
    lefts, names = set(), set()
    for name, (left, top, right, bottom), shape, points in made:
        if not (
            0 <= left <= right - LEAST_SIDE_PX and right <= width
            and 0 <= top <= bottom - LEAST_SIDE_PX and bottom <= height
            and shape == "box" and not points
        ):  # fmt: skip
            return None
        lefts.add(int(left * 1000 + 0.5))
        names.add(name)
    if any(not name or len(name) > LONGEST_NAME or _tidied(name) != name for name in names):
        return None
    if len(lefts) < len(made):  # else no two begin at the same place, so none is there twice
        keys = {(name, *(int(side * 1000 + 0.5) for side in box)) for name, box, _, _ in made}
        if len(keys) < len(made):
            return None
    return made


def _times(label: RawLabel, x: float, y: float) -> Label:
    name, (left, top, right, bottom), shape, points = label
    return _made(Label, (name, (left * x, top * y, right * x, bottom * y), shape, points))


def tidy_class(name: str) -> str:
    """A class name as plain text on one line. What it holds beyond that is the screen's care."""
    if len(name) <= LONGEST_NAME:  # every label of a set asks, and there are few names
        return _tidied(name)
    return _BLANKS.sub(" ", name).strip()[:LONGEST_NAME]


@lru_cache(maxsize=4096)
def _tidied(name: str) -> str:
    return _BLANKS.sub(" ", name).strip()
