"""What is met in one pass and wanted in another, kept on the disk between the two."""

import marshal
import tempfile
import weakref
from array import array
from typing import Any


class Spool:
    """A list of plain values (numbers, texts, tuples, lists) that takes 8 bytes of memory each.

    Its file has no name, so nothing is left of it however the process ends.
    """

    def __init__(self) -> None:
        self._file = tempfile.TemporaryFile()  # noqa: SIM115 - lives as long as the list
        self._places = array("q", [0])  # where each begins, and at last where the next will
        weakref.finalize(self, self._file.close)

    def __len__(self) -> int:
        return len(self._places) - 1

    def add(self, value: Any) -> int:
        """Keep a value; returns its number."""
        data = marshal.dumps(value)
        self._file.seek(self._places[-1])
        self._file.write(data)
        self._places.append(self._places[-1] + len(data))
        return len(self._places) - 2

    def __getitem__(self, number: int) -> Any:
        self._file.seek(self._places[number])
        length = self._places[number + 1] - self._places[number]
        return marshal.loads(self._file.read(length))  # nobody else can have written it
