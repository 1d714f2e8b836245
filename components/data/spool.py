"""What is met in one pass and wanted in another, kept on the disk between the two."""

import marshal
import tempfile
import weakref
from array import array
from collections.abc import Iterator
from typing import Any

AT_HAND = 1_000  # values kept as they are; most sets have fewer
OPEN_WEIGHT = 20_000  # of what `Grouped` holds at once: 6 MB of plain labels
_NONE = -1


class Spool:
    """A list of plain values (numbers, texts, bytes, tuples, lists).

    Beyond the first ones, each takes 8 bytes of memory. The file has no name, so nothing is left
    of it however the process ends.
    """

    def __init__(self, at_hand: int = AT_HAND) -> None:
        """Begin; `at_hand` is how many values are kept as they are."""
        self._at_hand = at_hand
        self._first: list[Any] = []
        self._file: Any = None
        self._places = array("q", [0])  # where each begins, and at last where the next will
        self._is_at_end = True

    def __len__(self) -> int:
        return len(self._first) + len(self._places) - 1

    def add(self, value: Any) -> int:
        """Keep a value; returns its number."""
        if len(self._first) < self._at_hand:
            self._first.append(value)
            return len(self._first) - 1
        if self._file is None:
            self._file = tempfile.TemporaryFile()  # noqa: SIM115 - lives as long as the list
            weakref.finalize(self, self._file.close)
        if not self._is_at_end:
            self._file.seek(self._places[-1])
            self._is_at_end = True
        data = marshal.dumps(value)
        self._file.write(data)
        self._places.append(self._places[-1] + len(data))
        return len(self) - 1

    def __iter__(self) -> Iterator[Any]:
        yield from self._first
        for number in range(len(self._first), len(self)):
            yield self[number]

    def __getitem__(self, number: int) -> Any:
        if number < len(self._first):
            return self._first[number]
        number -= len(self._first)
        self._is_at_end = False
        self._file.seek(self._places[number])
        length = self._places[number + 1] - self._places[number]
        return marshal.loads(self._file.read(length))  # nobody else can have written it


class Grouped:
    """Plain values by the number of what they belong to; they may come in any order.

    What comes is held until it is much, and then put away in one piece for each number. So labels
    that stand beside one another, as they mostly do, are one piece, and the others a few.
    """

    def __init__(self) -> None:
        self._open: dict[int, list[Any]] = {}
        self._weight = 0
        self._pieces = Spool()
        self._last = array("i")  # of each number, the piece that was put away last
        self._before = array("i")  # of each piece, the one of the same number before it

    def extend(self, number: int, values: list[Any], weight: int) -> None:
        """More values; `weight` says how many plain labels they take the room of."""
        there = self._open.get(number)
        self._open[number] = values if there is None else there + values
        self._weight += weight
        if self._weight >= OPEN_WEIGHT:
            self._put_away()

    def _put_away(self) -> None:
        missing = max(self._open) + 1 - len(self._last)
        if missing > 0:
            self._last.extend(array("i", [_NONE]) * missing)
        for number, values in self._open.items():
            self._before.append(self._last[number])
            self._last[number] = self._pieces.add(values)
        self._open = {}
        self._weight = 0

    def __getitem__(self, number: int) -> list[Any]:
        """The values of a number, in the order in which they came; none is fine."""
        values = self._open.get(number, [])
        piece = self._last[number] if number < len(self._last) else _NONE
        while piece != _NONE:
            values = self._pieces[piece] + values
            piece = self._before[piece]
        return values
