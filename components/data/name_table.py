"""Names to the numbers of the pictures that are called so."""

from array import array
from bisect import bisect_left
from collections.abc import Iterable

_AT_HAND = 4_000  # names kept as they are; of more, 12 bytes of each


class NameTable:
    """Names to numbers; nearly always there is one of a name.

    Of many names only a fingerprint of 8 bytes is kept, and the number. That two names of a
    million share one happens in one set of 30 millions: less often than a disk lies.
    """

    def __init__(self, rows: Iterable[tuple[str, int]], count: int) -> None:
        """Fill it.

        Args:
            rows: Names with their numbers, which go upwards.
            count: How many there are, about.
        """
        self._of: dict[str, int | list[int]] = {}  # all, or those that came later
        self._prints, self._numbers = array("q"), array("i")
        if count <= _AT_HAND:
            for name, number in rows:
                self.add(name, number)
        else:
            self._fill(rows)

    def _fill(self, rows: Iterable[tuple[str, int]]) -> None:
        import numpy as np  # only long lists need it

        prints, numbers = array("q"), array("i")
        for name, number in rows:
            prints.append(hash(name))
            numbers.append(number)
        order = np.frombuffer(prints, dtype=np.int64).argsort(kind="stable")
        self._prints.frombytes(np.frombuffer(prints, dtype=np.int64)[order].tobytes())
        self._numbers.frombytes(np.frombuffer(numbers, dtype=np.int32)[order].tobytes())

    def add(self, name: str, number: int) -> None:
        """One more picture of this name."""
        there = self._of.setdefault(name, number)
        if isinstance(there, list):
            there.append(number)
        elif there != number:
            self._of[name] = [there, number]

    def get(self, name: str) -> list[int]:
        """The pictures of this name, in order of their numbers."""
        there = self._of.get(name)
        late = [] if there is None else there if isinstance(there, list) else [there]
        return late if not self._prints else self._early(name) + late

    def _early(self, name: str) -> list[int]:
        print_, found = hash(name), list[int]()
        place = bisect_left(self._prints, print_)
        while place < len(self._prints) and self._prints[place] == print_:
            if not found or found[-1] != self._numbers[place]:
                found.append(self._numbers[place])
            place += 1
        return found

    def __contains__(self, name: str) -> bool:
        return name in self._of or bool(self._prints and self._early(name))
