"""Dealing pictures into train, val and test so that every class gets its share of each.

Iterative stratification: the rarest class is dealt first, each of its pictures to the part that
still lacks most of it; then the next rarest, among what is left. Afterwards two mends: every class
reaches train, and val where that does not take it away from train.

Source: Sechidis, Tsoumakas and Vlahavas, "On the stratification of multi-label data", ECML PKDD
2011. The mends are our own.
"""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import repeat

Shares = tuple[float, float, float]  # of train, val, test; each 0 to 1, together 1

TRAIN, VAL, TEST = range(3)


@dataclass(frozen=True, slots=True)
class Item:
    """What must stay together: one picture, or a group of several.

    Attributes:
        classes: Kinds of things to be shared fairly, as numbers from 0.
        weight: How many pictures it is.
        part: Where it already lies (0, 1, 2) and stays; None when it is to be dealt.
        shown: For each of the classes how many of the pictures show it; all of them, if empty.
    """

    classes: tuple[int, ...]
    weight: int = 1
    part: int | None = None
    shown: tuple[int, ...] = ()

    def amounts(self) -> Iterator[tuple[int, int]]:
        """Each class with how many of the pictures show it."""
        return zip(self.classes, self.shown or repeat(self.weight), strict=False)


@dataclass(slots=True)
class _Table:
    """The state of a deal: who lies where, and what each part still lacks."""

    items: Sequence[Item]
    shares: Shares
    parts: list[int | None]
    held: list[list[int]]  # class to pictures in train, val, test
    lacks: list[list[float]]  # class to pictures that train, val, test should still get
    room: list[float]  # pictures that train, val, test should still get
    free: list[int] = field(default_factory=list)

    def put(self, index: int, part: int, sign: int = 1) -> None:
        """Lay an item into a part (or take it away, with `sign=-1`)."""
        weight = sign * self.items[index].weight
        self.parts[index] = part if sign > 0 else None
        self.room[part] -= weight
        for kind, shown in self.items[index].amounts():
            self.held[kind][part] += sign * shown
            self.lacks[kind][part] -= sign * shown

    def move(self, index: int, part: int) -> None:
        """Take an item out of its part and lay it into another."""
        self.put(index, self._part(index), sign=-1)
        self.put(index, part)

    def last_of(self, index: int, part: int, classes: int) -> int:
        """How many of the first `classes` kinds would leave `part` with this item."""
        item = self.items[index]
        return sum(
            self.held[kind][part] == shown
            for kind, shown in item.amounts()
            if kind < classes and self.parts[index] == part
        )

    def _part(self, index: int) -> int:
        part = self.parts[index]
        assert part is not None  # only what lies somewhere is ever moved
        return part


def deal(items: Sequence[Item], shares: Shares, seed: int, must_reach: int) -> list[int]:
    """Deal the items.

    Args:
        items: What is to be dealt, and what already lies somewhere.
        shares: Of train, val and test.
        seed: Of the dice; the same items, shares and seed give the same parts.
        must_reach: The first so many classes shall reach train, and val where possible. Later
            ones (pictures without labels, say) are only shared fairly.

    Returns:
        Part of every item: 0, 1 or 2.
    """
    table = _laid_out(items, shares)
    dice = random.Random(seed)
    table.free = [index for index, part in enumerate(table.parts) if part is None]
    dice.shuffle(table.free)
    # Large groups first, as long as there is room for them; the small ones even it out.
    table.free.sort(key=lambda index: -items[index].weight)
    _deal_rarest_first(table)
    if shares[TRAIN] > 0:
        _let_every_class_reach_train(table, must_reach)
        if shares[VAL] > 0:
            _let_every_class_reach_val(table, must_reach)
    return [part or 0 for part in table.parts]


def _laid_out(items: Sequence[Item], shares: Shares) -> _Table:
    totals = [0] * (1 + max((kind for item in items for kind in item.classes), default=-1))
    for item in items:
        for kind, shown in item.amounts():
            totals[kind] += shown
    everything = sum(item.weight for item in items)
    table = _Table(
        items,
        shares,
        parts=[None] * len(items),
        held=[[0, 0, 0] for _ in totals],
        lacks=[[share * total for share in shares] for total in totals],
        room=[share * everything for share in shares],
    )
    for index, item in enumerate(items):
        if item.part is not None:
            table.put(index, item.part)
    return table


def _deal_rarest_first(table: _Table) -> None:
    waiting: list[set[int]] = [set() for _ in table.held]
    order = {index: place for place, index in enumerate(table.free)}
    for index in table.free:
        for kind in table.items[index].classes:
            waiting[kind].add(index)
    open_parts = [part for part, share in enumerate(table.shares) if share > 0]
    while kinds := [kind for kind, indices in enumerate(waiting) if indices]:
        kind = min(kinds, key=lambda kind: len(waiting[kind]))
        for index in sorted(waiting[kind], key=order.__getitem__):
            # What lacks most of this class; between equals, of everything.
            needs = ((table.lacks[kind][part], table.room[part], -part) for part in open_parts)
            table.put(index, -max(needs)[2])
            for other in table.items[index].classes:
                waiting[other].discard(index)
    for index in (index for index in table.free if table.parts[index] is None):
        table.put(index, max(open_parts, key=lambda part: table.room[part]))


def _let_every_class_reach_train(table: _Table, classes: int) -> None:
    for kind in _rarest_first(table, classes):
        if table.held[kind][TRAIN]:
            continue
        candidates = [i for i in table.free if kind in table.items[i].classes]
        if candidates:
            least_missed = min(candidates, key=lambda i: table.last_of(i, VAL, classes))
            table.move(least_missed, TRAIN)


def _let_every_class_reach_val(table: _Table, classes: int) -> None:
    for kind in _rarest_first(table, classes):
        if not table.held[kind][VAL]:
            _fill_val(table, [i for i in table.free if kind in table.items[i].classes], classes)
    if not any(part == VAL for part in table.parts):
        _fill_val(table, table.free, classes)


def _fill_val(table: _Table, candidates: list[int], classes: int) -> None:
    """Move one of the candidates to val, if no class loses its last picture in train by that."""
    spare = [i for i in candidates if not table.last_of(i, TRAIN, classes)]
    spare = [i for i in spare if table.parts[i] != TRAIN or _count(table, TRAIN) > 1]
    if spare:
        table.move(min(spare, key=lambda i: table.room[table.parts[i] or 0]), VAL)


def _count(table: _Table, part: int) -> int:
    return sum(lies_in == part for lies_in in table.parts)


def _rarest_first(table: _Table, classes: int) -> list[int]:
    return sorted(range(min(classes, len(table.held))), key=lambda kind: sum(table.held[kind]))
