"""A training loads nothing that it does not use: no table library, no plotting.

Reason: Ultralytics reads its own results.csv with polars (0.3 s to import) and looks for a font of
plots by matplotlib (0.2 s): of two cores with AVX512-BF16. Check: the table is read to the same
numbers, and a plot looks for its font by itself. What is left of a start is PyTorch: 1.0 s, and
another 1.0 s for its compiler, which torchvision imports.
"""

import csv
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any


class QuickStart:
    """Put in front of Ultralytics' trainer.

    Attributes:
        levers: Those that are wanted; where "starting" is not, it loads as Ultralytics does.
    """

    levers: frozenset[str]

    def __init__(self, *given: Any, **named: Any) -> None:
        """As Ultralytics', without a font."""
        with _no_font():
            super().__init__(*given, **named)

    def _do_train(self) -> None:
        """The last validation opens the data set once more."""
        with _no_font() if "starting" in self.levers else nullcontext():
            super()._do_train()  # type: ignore[misc]

    def read_results_csv(self) -> dict[str, list[Any]]:
        """Gain: as above."""
        mine: Any = self
        if "starting" not in self.levers:
            usual: dict[str, list[Any]] = super().read_results_csv()  # type: ignore[misc]
            return usual
        return columns(Path(mine.csv))


def columns(file: Path) -> dict[str, list[Any]]:
    """A table of numbers by its columns; nothing where there is none yet.

    Args:
        file: CSV with one line of names. A column is of whole numbers when all of it is.
    """
    try:
        with file.open(newline="", encoding="utf-8") as opened:
            names, *rows = csv.reader(opened)
        return {name: _numbers(column) for name, *column in zip(names, *rows, strict=True)}
    except (OSError, ValueError):
        return {}


def _numbers(column: list[str]) -> list[Any]:
    try:
        return [int(value) if value else None for value in column]
    except ValueError:
        return [float(value) if value else None for value in column]


@contextmanager
def _no_font() -> Iterator[None]:
    """Inside, no font is looked for when a data set is opened."""
    from ultralytics.data import utils

    theirs = getattr(utils, "check_font")  # noqa: B009 - not a name of theirs to use
    setattr(utils, "check_font", lambda *_: None)  # noqa: B010
    try:
        yield
    finally:
        setattr(utils, "check_font", theirs)  # noqa: B010
