"""Reading a large JSON file element by element, so that its size does not become memory's.

A label file of half a gigabyte takes several gigabytes as Python objects. Here one element of a
top-level list is there at a time.
"""

import codecs
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson

from components.errors import LabelError

_BLOCK = 1 << 17  # what lies in the processor's own memory is read in two thirds of the time
_FIRST_BLOCK = 1 << 14  # enough to tell whose file it is, as nearly all who ask want to know
MOST_ELEMENT = 256_000_000  # characters of one element: what has to be held at once
MOST_LISTS = 3_000_000  # lists and mappings inside one element; our own choice
_LARGE = 8_000_000  # characters from which on they are counted
_SPACE = re.compile(r"[ \t\n\r]*")
_LAST_OF_LIST = re.compile(r"\}[ \t\n\r]*\]")
_BETWEEN = re.compile(r"\}[ \t\n\r]*,[ \t\n\r]*$")
# A whole number of more than 64 bits, which the quick reader rounds: ids would be mixed up.
_TOO_LONG = re.compile(r":\s*(?:-[0-9]{19}|[0-9]{20})")
_MOST_TRIED = 50  # places at which a list may be cut; nearly always the first is one


class _Tape:
    """Text of a file, read as far as needed."""

    def __init__(self, path: Path, name: str) -> None:
        self._file = path.open("rb")
        head = self._file.read(4)
        self._file.seek(0)
        is_wide = head[:2] in (b"\xff\xfe", b"\xfe\xff")
        decoder = codecs.getincrementaldecoder("utf-16" if is_wide else "utf-8-sig")
        self._decoder = decoder("replace")
        self._name = name
        self.text = ""
        self.at = 0
        self.is_over = False

    def close(self) -> None:
        self._file.close()

    def more(self) -> bool:
        """Read on; what was passed is forgotten. False at the end."""
        if self.is_over:
            return False
        if len(self.text) - self.at > MOST_ELEMENT:
            raise self.broken()
        most = max(_BLOCK, len(self.text) - self.at) if self._file.tell() else _FIRST_BLOCK
        block = self._file.read(most)
        self.is_over = not block
        self.text = self.text[self.at :] + self._decoder.decode(block, final=not block)
        self.at = 0
        return not self.is_over

    def peek(self) -> str:
        """The next character that is not a blank; empty at the end."""
        while True:
            match = _SPACE.match(self.text, self.at)
            self.at = match.end() if match else self.at
            if self.at < len(self.text):
                return self.text[self.at]
            if not self.more():
                return ""

    def take(self, expected: str) -> None:
        if self.peek() != expected:
            raise self.broken()
        self.at += 1

    def value(self) -> Any:
        """The next value, whole."""
        self.peek()
        while True:
            if len(self.text) - self.at > _LARGE:
                self._demand_few_lists()
            try:
                value, end = _DECODER.raw_decode(self.text, self.at)
            except RecursionError as error:
                raise self.broken() from error
            except ValueError as error:
                if not self.more():
                    raise self.broken() from error
                continue
            if end == len(self.text) and self.more():
                continue  # a number may go on in the next block
            self.at = end
            return value

    def several(self) -> list[Any] | None:
        """The mappings that come next in a list, as many as are at hand; None if it cannot be told.

        What ends with a mapping and is valid between brackets is whole: a cut inside of one, or
        inside of a text, would leave something open.
        """
        if self.peek() != "{" or len(self.text) - self.at > _LARGE:
            return None
        if (end := self._end_of_some()) is None:
            return None
        if _TOO_LONG.search(self.text, self.at, end):
            return None
        try:
            values: list[Any] = orjson.loads(f"[{self.text[self.at : end]}]")
        except ValueError:  # a list in a list, NaN, or broken: one by one it will be seen
            return None
        self.at = end
        return values

    def _end_of_some(self) -> int | None:
        """Where a mapping of the list that is at hand ends, the last one if possible."""
        while True:
            last = _LAST_OF_LIST.search(self.text, self.at)
            if last is not None:
                return last.start() + 1
            start = len(self.text)
            for _ in range(_MOST_TRIED):
                start = self.text.rfind("{", self.at + 1, start)
                if start < 0:
                    break
                window = max(self.at, start - 200)
                if between := _BETWEEN.search(self.text[window:start]):
                    return window + between.start() + 1
            if len(self.text) - self.at > 2 * _BLOCK or not self.more():
                return None

    def _demand_few_lists(self) -> None:
        """As Python objects, a list takes many times the room that it takes as text."""
        lists = self.text.count("[", self.at) + self.text.count("{", self.at)
        if lists > MOST_LISTS:
            raise LabelError(
                f"{self._name} holds a label of more than {MOST_LISTS:,} points.",
                "Simplify the outline and export it again.",
            )

    def broken(self) -> LabelError:
        return LabelError(
            f"{self._name} is not whole: it is not written as JSON to its end.",
            "Export it again.",
        )


_DECODER = json.JSONDecoder()


def elements(
    path: Path, name: str, opened: frozenset[str] = frozenset()
) -> Iterator[tuple[str, Any]]:
    """The file's parts: for a mapping each key with its value, lists element by element.

    A top-level list is told under the key "". An empty list yields (key, None) once, so that it
    can be told from a missing one.

    Args:
        path: The file.
        name: The file as the user knows it.
        opened: Keys whose mapping is told value by value as well, under that key.

    Raises:
        LabelError: It cannot be opened or is not whole JSON; what came before was yielded.
    """
    for key, values in batches(path, name, opened):
        for value in values:
            yield key, value


def batches(
    path: Path, name: str, opened: frozenset[str] = frozenset()
) -> Iterator[tuple[str, list[Any]]]:
    """The same as `elements`, as many at once as are at hand: much quicker for long lists.

    Raises:
        LabelError: As `elements`.
    """
    try:
        tape = _Tape(path, name)
    except OSError as error:
        raise LabelError(
            f"{name} cannot be opened ({error.strerror}).", "Check the file and add it again."
        ) from error
    try:
        if tape.peek() == "[":
            yield from _list(tape, "")
            return
        yield from _mapping(tape, opened)
    finally:
        tape.close()


def _mapping(
    tape: _Tape, opened: frozenset[str], key_above: str | None = None
) -> Iterator[tuple[str, list[Any]]]:
    tape.take("{")
    if tape.peek() == "}":
        tape.take("}")
        return
    while True:
        own = str(tape.value())
        tape.take(":")
        if key_above is not None:
            yield key_above, [tape.value()]
        elif tape.peek() == "[":
            yield from _list(tape, own)
        elif tape.peek() == "{" and own in opened:
            yield from _mapping(tape, opened, own)
        else:
            yield own, [tape.value()]
        if tape.peek() != ",":
            tape.take("}")
            return
        tape.take(",")


def _list(tape: _Tape, key: str) -> Iterator[tuple[str, list[Any]]]:
    tape.take("[")
    if tape.peek() == "]":
        tape.take("]")
        yield key, [None]
        return
    are_plain = True
    while True:
        many = tape.several() if are_plain else None
        if many is None:
            are_plain, many = False, [tape.value()]
        yield key, many
        if tape.peek() != ",":
            tape.take("]")
            return
        tape.take(",")
