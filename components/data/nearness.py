"""How alike is alike: which pairs of the background check count as nearly the same picture.

The check keeps every pair up to `alike.MOST_DIFFERENCE` grey levels. Where a camera never moves,
that chains everything together and nothing could be dealt; then the limit can be set lower, for
this data set alone.
"""

import sqlite3
from collections import Counter
from collections.abc import Iterable, Mapping, Sized

from components.data import schema
from components.data.alike import MOST_DIFFERENCE
from components.data.store import Dataset

# Grey levels, for `dividing_difference`.
_STRICTER = (8.0, 6.0, 5.0, 4.0, 3.0, 2.0, 1.5, 1.0, 0.5, 0.0)
# Pairs that count as nearly the same, in SQL over the table `alike`.
NEAR = "difference <= coalesce((SELECT most_difference FROM dataset), 1e9)"


def largest_chain(names: Iterable[int], near: Iterable[tuple[int, int]]) -> int:
    """How many pictures the longest chain of near-duplicates has."""
    return max(Counter(joined(names, [], near).values()).values(), default=0)


def most_in_chain(names: Sized) -> float:
    """How many pictures a chain may have that can still be dealt."""
    return max(2, len(names) / 2)


def most_difference(dataset: Dataset) -> float:
    """How far pictures may be apart that still stay together, grey levels."""
    with schema.reading(dataset.folder) as db:
        found = db.execute("SELECT most_difference FROM dataset").fetchone()[0]
    return MOST_DIFFERENCE if found is None else float(found)


def set_most_difference(dataset: Dataset, grey_levels: float) -> None:
    """Say how far pictures may be apart that still stay together.

    Args:
        dataset: The data set.
        grey_levels: From 0, where only pictures of equal pixels stay together, to
            `MOST_DIFFERENCE`, beyond which nothing was looked for.
    """
    kept = min(max(grey_levels, 0.0), MOST_DIFFERENCE)
    with schema.changing(dataset.folder) as db:
        db.execute("UPDATE dataset SET most_difference = ?, revision = revision + 1", (kept,))


def dividing_difference(db: sqlite3.Connection) -> float | None:
    """The largest difference at which no chain of near-duplicates holds more than half of all.

    Returns:
        None where even pictures of equal pixels do.
    """
    names = dict(db.execute("SELECT id, name FROM pictures WHERE state != 'ignored'"))
    pairs = [
        row for row in db.execute("SELECT first_id, second_id, difference FROM alike")
        if row[0] in names and row[1] in names
    ]  # fmt: skip
    for step in _STRICTER:
        near = [(one, other) for one, other, difference in pairs if difference <= step]
        if largest_chain(names, near) <= most_in_chain(names):
            return step
    return None


def joined(
    names: Iterable[int], keys: Iterable[Mapping[int, str]], pairs: Iterable[tuple[int, int]]
) -> dict[int, int]:
    """Union-find: everybody's group is named after its first picture."""
    parent = {picture_id: picture_id for picture_id in names}

    def root(picture_id: int) -> int:
        while (above := parent[picture_id]) != picture_id:
            parent[picture_id] = picture_id = parent[above]
        return picture_id

    def join(one: int, other: int) -> None:
        low, high = sorted((root(one), root(other)))
        parent[high] = low

    for mapping in keys:
        first: dict[str, int] = {}
        for picture_id, key in mapping.items():
            if picture_id in parent:
                join(first.setdefault(key, picture_id), picture_id)
    for one, other in pairs:
        join(one, other)
    return {picture_id: root(picture_id) for picture_id in parent}
