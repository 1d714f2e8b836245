"""A handful of label files, read to tell whether a set is YOLO's and what its rows hold."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from components.data.formats import yolo_rows
from components.data.formats.class_names import NameList
from components.data.formats.texts import read_text
from components.data.unpack import Entry
from components.errors import LabelError

_SAMPLE = 300  # files read to recognise the format; reading all of 10,000 twice costs seconds
_ROWS = 50  # of each: a file of thousands says no more about its columns
_FLOWN_OVER = 8  # whole numbers in a row of VisDrone
_ENOUGH = 0.5  # share of filled sample files that must hold label rows


@dataclass(slots=True)
class Sample:
    """What a handful of label files holds."""

    yolo: int = 0
    other: int = 0
    empty: int = 0
    rows: list[list[float]] = field(default_factory=list)
    widths: Counter[int] = field(default_factory=Counter)


def spread(numbers: Sequence[int]) -> Sequence[int]:
    """Some of them, evenly."""
    return numbers[:: max(1, len(numbers) // _SAMPLE)]


def look(files: Iterable[Entry]) -> Sample:
    """Read a sample."""
    sample = Sample()
    for entry in files:
        try:
            lines = read_text(entry.path, entry.name).splitlines()[:_ROWS]
        except LabelError:
            sample.other += 1
            continue
        rows = [parts for line in lines if (parts := yolo_rows.split_row(line))]
        good = [row for row in rows if _is_typical(row)]
        if not rows:
            sample.empty += 1
        elif len(good) * 2 > len(rows) or any(map(_has_class, good)):
            sample.yolo += 1
        else:
            sample.other += 1
        sample.widths.update(len(row) for row in good)
        values = [yolo_rows.numbers(row[1:]) for row in good]
        sample.rows += [row for row in values if row is not None]
    return sample


def _is_typical(row: list[str]) -> bool:
    """Whether a row can only be YOLO's: KITTI's begin with a name, too, and hold pixels."""
    if len(row) == _FLOWN_OVER and all(part.lstrip("-").isdecimal() for part in row):
        return False  # VisDrone's
    if not yolo_rows.is_row(row):
        return False
    if _has_class(row):
        return True
    values = yolo_rows.numbers(row[1:]) or []
    return len(values) <= 5 and all(-1 < value < 2 for value in values)


def _has_class(row: list[str]) -> bool:
    return yolo_rows.class_number(row[0]) is not None


def is_yolo(sample: Sample, lists: list[NameList]) -> bool:
    """Whether the files are YOLO's labels; of empty ones alone a list of names tells it."""
    if sample.yolo + sample.other == 0:  # only empty files: backgrounds, if something says YOLO
        return bool(lists)
    return sample.yolo >= _ENOUGH * (sample.yolo + sample.other)
