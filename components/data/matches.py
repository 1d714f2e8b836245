"""Which reference got which picture, and which of them lie where one would not look first."""

from array import array
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import accumulate

from components.data.names import folded
from components.data.numbered import NumberMap, NumberSet


@dataclass(slots=True)
class Matches:
    """Outcome, by position in what was given.

    Attributes:
        picture_of: Reference number to picture number, the references in order.
        missing: References without a picture.
        ambiguous: References that could mean several pictures.
        far: Pictures that lie further off than others from the file that speaks of them.
    """

    picture_of: NumberMap = field(default_factory=NumberMap)
    missing: "array[int]" = field(default_factory=lambda: array("I"))
    ambiguous: "array[int]" = field(default_factory=lambda: array("I"))
    far: NumberSet = field(default_factory=NumberSet)


class Places:
    """References by the folder that they are from and the folder of their picture."""

    def __init__(self, folders: Iterable[str]) -> None:
        """Begin with none.

        Args:
            folders: Those that hold pictures.
        """
        self._folders = folders
        self._numbers: dict[tuple[str, int], array[int]] = {}

    def add(self, near: str, home: int, number: int) -> None:
        """One more, by the number of its picture's folder."""
        if near:
            self._numbers.setdefault((near, home), array("I")).append(number)

    def far(self, shared: Callable[[str, int], int]) -> Iterator[int]:
        """References whose picture lies further off than others do, which may be none of theirs.

        Args:
            shared: How many folders a path and a reference's picture have in common.
        """
        above = {start for folder in self._folders for start in _starts(folded(folder))}
        for (near, _), numbers in self._numbers.items():
            nearest = sum(start in above for start in _starts(folded(near)))
            if shared(near, numbers[0]) < nearest:
                yield from numbers


def _starts(folder: str) -> Iterable[str]:
    """A folder and all those above it."""
    return accumulate(folder.split("/"), "{}/{}".format) if folder else ()
