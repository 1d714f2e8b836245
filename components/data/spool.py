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
        self._places = array("q")
        weakref.finalize(self, self._file.close)

    def __len__(self) -> int:
        return len(self._places)

    def add(self, value: Any) -> int:
        """Keep a value; returns its number."""
        self._file.seek(0, 2)
        self._places.append(self._file.tell())
        marshal.dump(value, self._file)
        return len(self._places) - 1

    def __getitem__(self, number: int) -> Any:
        self._file.seek(self._places[number])
        return marshal.load(self._file)  # nobody else can have written it
