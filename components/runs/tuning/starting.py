"""A training loads nothing that it does not use: no compiler, no table library, no plotting.

Reason: Ultralytics turns PyTorch's compiler to repeatable results, which imports it (1.0 s and
90 MB), reads its own results.csv with polars (0.3 s), and looks for a font of plots by matplotlib
(0.2 s): of two cores with AVX512-BF16. Check: where the plan compiles, the compiler is told;
the table is read to the same numbers, and no plot is drawn before its font is looked for again.
"""

import csv
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any


class QuickStart:
    """Put in front of Ultralytics' trainer."""

    def __init__(self, *given: Any, **named: Any) -> None:
        """As Ultralytics', without the compiler and the font."""
        with _light(compiles=bool((named.get("overrides") or {}).get("compile"))):
            super().__init__(*given, **named)

    def train(self) -> None:
        """At the end repeatable results are switched off, which asks for the compiler again."""
        mine: Any = self
        with _light(compiles=bool(mine.args.compile)):
            super().train()  # type: ignore[misc]

    def read_results_csv(self) -> dict[str, list[Any]]:
        """Gain: as above."""
        mine: Any = self
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
def _light(*, compiles: bool) -> Iterator[None]:
    """Inside, repeatable results are asked of PyTorch itself, and no font is looked for."""
    import torch
    from ultralytics.data import utils

    theirs, font = torch.use_deterministic_algorithms, getattr(utils, "check_font")  # noqa: B009

    def ours(mode: bool, *, warn_only: bool = False) -> None:
        torch._C._set_deterministic_algorithms(mode, warn_only=warn_only)

    if not compiles:
        torch.use_deterministic_algorithms = ours
    setattr(utils, "check_font", lambda *_: None)  # noqa: B010 - not a name of theirs to change
    try:
        yield
    finally:
        torch.use_deterministic_algorithms = theirs
        setattr(utils, "check_font", font)  # noqa: B010
