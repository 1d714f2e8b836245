"""Pages of any number: those used last are at hand, the others lie on the disk."""

import marshal
from array import array
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any

from components.data.formats.page import Page
from components.data.spool import Spool
from components.data.unpack import Entry

MOST_OPEN = 1_000  # pages at hand
MOST_LABELS = 50_000  # on these; 5 MB
_LOOK_EVERY = 64  # pages between two counts of their labels
_PLAIN = (str, int, float, bytes, bool, tuple, list, type(None))


class PageBook(Sequence[Page]):
    """A list of pages. One that was asked for may be changed while it is among the last hundreds.

    A page that was changed is written anew when it leaves the memory.
    """

    def __init__(self) -> None:
        self._open: dict[int, tuple[Page, int]] = {}  # with a fingerprint of what lies on the disk
        self._kept = Spool()
        self._place = array("i")  # of each page, its last record
        self._since = 0

    def add(self, page: Page) -> None:
        """One more at the end."""
        self._place.append(-1)
        self._hold(len(self._place) - 1, page, 0)

    def __len__(self) -> int:
        return len(self._place)

    def __getitem__(self, number: Any) -> Any:
        found = self._open.pop(number, None)
        if found is not None:
            self._open[number] = found  # at the end: the one used last goes last
            return found[0]
        if not 0 <= number < len(self._place):
            raise IndexError(number)
        packed = self._kept[self._place[number]]
        page = Page.of(packed)
        self._hold(number, page, _print_of(packed))
        return page

    def __setitem__(self, number: int, page: Page) -> None:
        self[number]
        self._open[number] = (page, 0)

    def __iter__(self) -> Iterator[Page]:
        return (self[number] for number in range(len(self._place)))

    def _hold(self, number: int, page: Page, print_: int) -> None:
        self._open[number] = (page, print_)
        self._since += 1
        if self._since < _LOOK_EVERY and len(self._open) <= MOST_OPEN:
            return
        self._since = 0
        labels = sum(len(page.classes) for page, _ in self._open.values())
        if len(self._open) > MOST_OPEN or (labels > MOST_LABELS and len(self._open) > 2):
            for oldest in list(self._open)[: max(1, len(self._open) // 2)]:
                self._put_away(oldest)

    def _put_away(self, number: int) -> None:
        page, print_ = self._open.pop(number)
        packed = page.packed()
        if _print_of(packed) != print_:
            self._place[number] = self._kept.add(packed)


def _print_of(packed: tuple[Any, ...]) -> int:
    """A fingerprint; in version 2, equal values are always the same bytes."""
    return hash(marshal.dumps(packed, 2))


class Calls:
    """Calls to be made later, one for each of very many things: what they share is kept once."""

    def __init__(self) -> None:
        self._kept = Spool()
        self._shared: list[Any] = []
        self._number: dict[int, int] = {}

    def __len__(self) -> int:
        return len(self._kept)

    def add(self, call: "partial[Page]") -> None:
        """One more; its files and plain values go to the disk, the rest is held."""
        named = {name: self._pack(value) for name, value in call.keywords.items()}
        self._kept.add((self._share(call.func), list(map(self._pack, call.args)), named))

    def __getitem__(self, number: int) -> Callable[[], Page]:
        function, given, named = self._kept[number]
        arguments = map(self._unpack, given)
        return partial(
            self._shared[function],
            *arguments, **{name: self._unpack(value) for name, value in named.items()},
        )  # fmt: skip

    def _pack(self, value: Any) -> tuple[str, Any]:
        if isinstance(value, Entry):
            return "entry", value.packed
        return ("plain", value) if isinstance(value, _PLAIN) else ("shared", self._share(value))

    def _unpack(self, packed: tuple[str, Any]) -> Any:
        kind, value = packed
        if kind == "entry":
            return Entry.of(value)
        return self._shared[value] if kind == "shared" else value

    def _share(self, value: Any) -> int:
        number = self._number.setdefault(id(value), len(self._shared))
        if number == len(self._shared):
            self._shared.append(value)
        return number
