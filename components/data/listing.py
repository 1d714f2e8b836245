"""Lists that do not fill the memory: the first are at hand, and long ones lie on the disk.

A set has hundreds of thousands of files, and a record of each takes 250 bytes and more. Here they
are kept in blocks in a file without a name, of which the last used are at hand; most go through a
list in its order, so that is cheap.
"""

import heapq
import marshal
import tempfile
import weakref
from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import Any, Generic, TypeVar, overload

from components.data.unpack import Entry, suffix_of

T = TypeVar("T")

AT_HAND = 4_000  # things kept as they are: 1 MB of entries, and most sets have fewer
_BLOCK = 200  # things read at once
_OPEN_BLOCKS = 8  # blocks at hand: pictures and labels are asked for in turn
_RUN = 4_000  # things put in order at once; whole blocks


class Listing(Sequence[T], Generic[T]):
    """A list that is only added to. What comes out equals what went in, and may be a copy.

    Its file has no name, so nothing is left of it however the process ends.
    """

    def __init__(
        self,
        things: Iterable[T] = (),
        pack: Callable[[T], Any] = lambda thing: thing,
        unpack: Callable[[Any], T] = lambda packed: packed,
        kind: Callable[[T], str] = lambda _: "",
    ) -> None:
        """Begin with some things.

        Args:
            things: The first.
            pack: A thing as plain values (numbers, texts, tuples).
            unpack: The thing again.
            kind: What `of_kind` tells things apart by.
        """
        self._pack, self._unpack, self._kind = pack, unpack, kind
        self._tail: list[T] = []  # the last, or all while they are few
        self._most = max(AT_HAND, 1)  # of them
        self._file: Any = None
        self._places = array("q", [0])  # where each block begins, and at last where the next will
        self._kinds: list[frozenset[str]] = []  # of each block
        self._tail_kinds: list[str] = []  # each format asks for its endings: looked up once
        self._open: dict[int, list[T]] = {}
        self.extend(things)

    def append(self, thing: T) -> None:
        """One more at the end."""
        self._tail.append(thing)
        if len(self._tail) >= self._most:
            self._put_away()

    def extend(self, things: Iterable[T]) -> None:
        """More at the end."""
        for thing in things:
            self.append(thing)

    def _put_away(self) -> None:
        if self._file is None:
            self._file = tempfile.TemporaryFile()  # noqa: SIM115 - lives as long as the list
            weakref.finalize(self, self._file.close)
            self._most = _BLOCK
        self._tail_kinds.clear()
        while len(self._tail) >= _BLOCK:
            block = self._tail[:_BLOCK]
            del self._tail[:_BLOCK]
            data = marshal.dumps([self._pack(thing) for thing in block])
            self._file.seek(self._places[-1])
            self._file.write(data)
            self._places.append(self._places[-1] + len(data))
            self._kinds.append(frozenset(map(self._kind, block)))

    def _read(self, block: int) -> list[T]:
        """A block's things, from the file."""
        self._file.seek(self._places[block])
        data = self._file.read(self._places[block + 1] - self._places[block])
        return [self._unpack(packed) for packed in marshal.loads(data)]  # nobody else wrote it

    def _block(self, number: int) -> list[T]:
        found = self._open.pop(number, None)
        if found is None:
            found = self._read(number)
            if len(self._open) >= _OPEN_BLOCKS:
                del self._open[next(iter(self._open))]
        self._open[number] = found  # at the end: the one used last goes last
        return found

    def __len__(self) -> int:
        return len(self._kinds) * _BLOCK + len(self._tail)

    @overload
    def __getitem__(self, number: int) -> T: ...
    @overload
    def __getitem__(self, number: slice) -> list[T]: ...
    def __getitem__(self, number: int | slice) -> T | list[T]:
        """One by its number, from the end when negative; or a list of some."""
        if isinstance(number, slice):
            return [self[each] for each in range(*number.indices(len(self)))]
        if number < 0:
            number += len(self)
        block, place = divmod(number, _BLOCK)
        if 0 <= block < len(self._kinds):
            return self._block(block)[place]
        if number < 0:
            raise IndexError(number)
        return self._tail[number - len(self._kinds) * _BLOCK]

    def __iter__(self) -> Iterator[T]:
        """All in order, with those that are added meanwhile."""
        return self.span(0, None)

    def span(self, start: int, end: int | None) -> Iterator[T]:
        """Those from number `start` up to `end`; None for all."""
        number = start
        while number < (len(self) if end is None else min(end, len(self))):
            block, away = number // _BLOCK, len(self._kinds)
            at_once = (
                self._read(block)[number % _BLOCK :]
                if block < away
                else self._tail[number - away * _BLOCK :]  # a copy: more may be added meanwhile
            )
            room = len(at_once) if end is None else end - number
            yield from islice(at_once, room)
            number += len(at_once)

    def of_kind(self, kinds: Sequence[str]) -> Iterator[T]:
        """Those of some kinds, in order; blocks without any are not opened."""
        wanted = frozenset(kinds)
        for block, there in enumerate(self._kinds):
            if there <= wanted:
                yield from self._read(block)
            elif not wanted.isdisjoint(there):
                yield from (one for one in self._read(block) if self._kind(one) in wanted)
        known, tail = self._tail_kinds, self._tail
        known += map(self._kind, islice(tail, len(known), None))
        yield from [one for one, kind in zip(tail, known, strict=False) if kind in wanted]

    def in_order(self, key: Callable[[T], Any]) -> "Listing[T]":
        """The same things, sorted; those of one key stay in their order."""
        made = Listing[T]((), self._pack, self._unpack, self._kind)
        if not self._kinds:
            made.extend(sorted(self._tail, key=key))
            return made
        runs, things = Listing[T]((), self._pack, self._unpack), iter(self)
        while run := sorted(islice(things, _RUN), key=key):
            runs.extend(run)
        starts = range(0, len(runs), _RUN)
        made.extend(heapq.merge(*(runs.span(n, n + _RUN) for n in starts), key=key))
        return made


def entries(found: Iterable[Entry] = ()) -> Listing[Entry]:
    """A list of files; their kinds are their endings, in small letters."""
    return Listing(
        found,
        lambda entry: entry.packed,
        Entry.of,
        lambda entry: suffix_of(entry.name),
    )


def of_ending(found: Sequence[Entry], *endings: str) -> Iterator[Entry]:
    """Files with one of these endings (".json"), in order."""
    if isinstance(found, Listing):
        return found.of_kind(endings)
    return (entry for entry in found if suffix_of(entry.name) in endings)
