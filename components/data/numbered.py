"""What is known of pictures by their numbers, in a few bytes each.

A set of Python's own takes 60 bytes for a number and a dictionary 100 and more; there are hundreds
of thousands of pictures.
"""

from array import array
from collections.abc import Iterable, Iterator, MutableMapping, MutableSet

from components.data.records import Split

_NOBODY = -1
_SPLITS: tuple[Split | None, ...] = (None, "train", "val", "test")
_CODES = {split: code for code, split in enumerate(_SPLITS)}
_EMPTY = 0  # of a place in a table of fingerprints


class NumberSet(MutableSet[int]):
    """A set of numbers from 0, a byte each; goes upwards when it is gone through."""

    def __init__(self, numbers: Iterable[int] = ()) -> None:
        self._is_in = bytearray()
        self._count = 0
        for number in numbers:
            self.add(number)

    def __contains__(self, number: object) -> bool:
        return (
            isinstance(number, int)
            and 0 <= number < len(self._is_in)
            and self._is_in[number] == 1
        )  # fmt: skip

    def __iter__(self) -> Iterator[int]:
        place = self._is_in.find(1)
        while place >= 0:
            yield place
            place = self._is_in.find(1, place + 1)

    def __len__(self) -> int:
        return self._count

    def __hash__(self) -> int:
        return id(self)

    def add(self, value: int) -> None:
        """Put a number in."""
        if value >= len(self._is_in):
            self._is_in.extend(bytes(value + 1 - len(self._is_in)))
        self._count += 1 - self._is_in[value]
        self._is_in[value] = 1

    def discard(self, value: int) -> None:
        """Take a number out, if it is in."""
        if value in self:
            self._is_in[value] = 0
            self._count -= 1


class NumberMap(MutableMapping[int, int]):
    """Numbers from 0 to numbers from 0, four bytes each; goes upwards when it is gone through."""

    def __init__(self) -> None:
        self._of = array("i")
        self._count = 0

    def __getitem__(self, number: int) -> int:
        found = self._of[number] if 0 <= number < len(self._of) else _NOBODY
        if found == _NOBODY:
            raise KeyError(number)
        return found

    def __setitem__(self, number: int, value: int) -> None:
        of = self._of
        if number == len(of):  # mostly they come in order
            of.append(value)
            self._count += 1
            return
        if number > len(of):
            of.extend(array("i", [_NOBODY]) * (number + 1 - len(of)))
        self._count += of[number] == _NOBODY
        of[number] = value

    def __delitem__(self, number: int) -> None:
        self[number]
        self._of[number] = _NOBODY
        self._count -= 1

    def __contains__(self, number: object) -> bool:
        return (
            isinstance(number, int)
            and 0 <= number < len(self._of)
            and self._of[number] != _NOBODY
        )  # fmt: skip

    def __iter__(self) -> Iterator[int]:
        return (number for number, value in enumerate(self._of) if value != _NOBODY)

    def __len__(self) -> int:
        return self._count

    def pairs(self) -> Iterator[tuple[int, int]]:
        """Numbers with what they lead to, in a quarter of the time that `items` takes."""
        return (pair for pair in enumerate(self._of) if pair[1] != _NOBODY)


class SplitOf(MutableMapping[int, Split]):
    """Picture numbers to parts of the split, a byte each; goes upwards when it is gone through."""

    def __init__(self) -> None:
        self._codes = bytearray()

    def __getitem__(self, number: int) -> Split:
        split = _SPLITS[self._codes[number]] if 0 <= number < len(self._codes) else None
        if split is None:
            raise KeyError(number)
        return split

    def __setitem__(self, number: int, split: Split) -> None:
        if number >= len(self._codes):
            self._codes.extend(bytes(number + 1 - len(self._codes)))
        self._codes[number] = _CODES[split]

    def __delitem__(self, number: int) -> None:
        self[number]
        self._codes[number] = 0

    def __iter__(self) -> Iterator[int]:
        return (number for number, code in enumerate(self._codes) if code)

    def __len__(self) -> int:
        return len(self._codes) - self._codes.count(0)


class Fingerprints:
    """Which texts were met, by 8 bytes of each: 16 to 32 bytes a text, however long it is.

    Two texts of one fingerprint are met once in many millions of millions; ask only where that
    does no harm.
    """

    def __init__(self) -> None:
        self._table = array("q", bytes(8 * 1024))
        self._count = 0

    def __contains__(self, text: str) -> bool:
        return self._table[self._place(hash(text) or 1)] != _EMPTY

    def __len__(self) -> int:
        return self._count

    def add(self, text: str) -> None:
        """Remember a text."""
        print_ = hash(text) or 1
        place = self._place(print_)
        if self._table[place] != _EMPTY:
            return
        self._table[place] = print_
        self._count += 1
        if self._count * 2 > len(self._table):
            self._grow()

    def _place(self, print_: int) -> int:
        """Where it is, or where it would go: the next free one from where it belongs."""
        mask = len(self._table) - 1
        place = print_ & mask
        while self._table[place] not in (_EMPTY, print_):
            place = (place + 1) & mask
        return place

    def _grow(self) -> None:
        old = self._table
        self._table = array("q", bytes(16 * len(old)))
        for print_ in old:
            if print_ != _EMPTY:
                self._table[self._place(print_)] = print_


class Numbering(Fingerprints):
    """Texts to numbers from 0, in the order in which they were first met; 24 to 48 bytes a text."""

    def __init__(self) -> None:
        super().__init__()
        self._numbers = array("i", bytes(4 * len(self._table)))

    def number(self, text: str) -> int:
        """The text's number; the next free one when it was not met before."""
        print_, table = hash(text) or 1, self._table
        mask = len(table) - 1
        place = print_ & mask
        while (there := table[place]) != _EMPTY:  # as `_place` does
            if there == print_:
                return self._numbers[place]
            place = (place + 1) & mask
        found = self._numbers[place] = self._count
        table[place] = print_
        self._count += 1
        if self._count * 2 > len(self._table):
            self._grow()
        return found

    def _grow(self) -> None:
        old, numbers = self._table, self._numbers
        self._table = array("q", bytes(16 * len(old)))
        self._numbers = array("i", bytes(8 * len(old)))
        for print_, number in zip(old, numbers, strict=True):
            if print_ != _EMPTY:
                place = self._place(print_)
                self._table[place], self._numbers[place] = print_, number
