"""Ultralytics' NDJSON: a line for the set, then a line per picture, labels as fractions."""

import json
from collections.abc import Iterator
from typing import Any

from components.data.formats.description import Description, RawLabel
from components.data.formats.drawn import numbers_of, paired
from components.data.formats.page import Page
from components.data.formats.page_remarks import row_lost
from components.data.formats.pages import describe
from components.data.formats.shapes import around, outlined
from components.data.formats.sheet import OneFile, Sheet
from components.data.listing import of_ending
from components.data.matching import PictureIndex
from components.data.names import split_of_word
from components.data.problems import count, warn
from components.data.records import Corners, Problem
from components.data.scan import Finds
from components.data.unpack import Entry

NAME = "Ultralytics NDJSON"
SUFFIXES = (".ndjson", ".jsonl", ".manifest")
_MOST_CLASSES = 1_000_000
MOST_LINE = 64_000_000  # characters of one picture's line; our own choice


def find(finds: Finds, index: PictureIndex, told: list[Problem]) -> Description | None:
    """The NDJSON files among what was found, or None when there are none."""
    sheets: list[Sheet] = []
    classes: dict[str, None] = {}
    problems: list[Problem] = []
    for entry in of_ending(finds.texts, *SUFFIXES):
        if is_ours(entry):
            names = _Names()
            sheets.append(_read(entry, names, problems))
            classes.update(dict.fromkeys(names.by_number.values()))
    sheets = [sheet for sheet in sheets if sheet.pages]
    if not sheets:
        told += problems
        return None
    why = (
        f"{count(len(sheets), 'file')} such as {sheets[0].name} "
        f"{'has' if len(sheets) == 1 else 'have'} a line per picture as Ultralytics writes them."
    )
    made = describe(NAME, why, classes, sheets, index, problems)
    filled = [page for sheet in sheets for page in sheet.pages if page.things]
    if filled and all(map(_is_sorting, filled)):
        made.task = "classify"
    return made


def _is_sorting(page: Page) -> bool:
    return all(shape == "whole" for shape, _, _ in page.outlines.values()) and (
        len(page.outlines) == page.things
    )


class _Names:
    """Class names by number, and how many values a keypoint has."""

    def __init__(self) -> None:
        self.by_number: dict[int, str] = {}
        self.step = 0

    def take(self, head: dict[str, Any]) -> None:
        given = head.get("class_names")
        pairs = given.items() if isinstance(given, dict) else enumerate(_list(given))
        for key, name in pairs:
            if isinstance(key, int) or (key.isascii() and key.isdigit() and len(key) < 10):
                self.by_number[int(key)] = str(name)
        self.by_number = dict(sorted(self.by_number.items()))
        shape = _list(head.get("kpt_shape"))
        self.step = shape[1] if len(shape) > 1 and shape[1] in (2, 3) else 0


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def is_ours(entry: Entry) -> bool:
    """Whether the first lines are those of such a file; Labelbox and others write NDJSON too."""
    return any(
        line.get("type") in ("dataset", "image") and ("class_names" in line or "file" in line)
        for _, line in zip(range(3), lines_of(entry), strict=False)
        if line is not None
    )


def lines_of(entry: Entry) -> Iterator[dict[str, Any] | None]:
    """The lines as mappings; None for one that is none."""
    try:
        with entry.path.open(encoding="utf-8-sig", errors="replace") as file:
            while text := file.readline(MOST_LINE):
                if not text.strip():
                    continue
                try:
                    line = json.loads(text)
                except (ValueError, RecursionError):
                    line = None
                yield line if isinstance(line, dict) else None
    except OSError:
        yield None


def _read(entry: Entry, names: _Names, problems: list[Problem]) -> Sheet:
    made = OneFile(entry.name, "fraction")
    broken = 0
    for line in lines_of(entry):
        if line is None:
            broken += 1
        elif line.get("type") == "dataset":
            names.take(line)
        elif isinstance(line.get("file"), str):
            page = made.page(line["file"])
            split = line.get("split")
            page.split = split_of_word(split) if isinstance(split, str) else page.split
            _labels(page, line, names, made.sheet.name)
    if broken:
        problems.append(warn(
            "row_unreadable", entry.name,
            f"{count(broken, 'line')} of {entry.name} {'is' if broken == 1 else 'are'} not "
            "written as JSON.", "They are left out.",
        ))  # fmt: skip
    return made.sheet


def _labels(page: Page, line: dict[str, Any], names: _Names, source: str) -> None:
    given = line.get("annotations")
    page.is_certain = isinstance(given, dict)
    for kind, rows in given.items() if isinstance(given, dict) else ():
        if kind == _CLASSES:
            _sort(page, _list(rows), names, source)
        elif kind not in _SHAPES and rows:
            page.lose(row_lost(
                source, f"The {kind} of {line['file']} in {source} are of a kind unknown here"
            ))  # fmt: skip
        if kind not in _SHAPES:
            continue
        for number, row in enumerate(_list(rows), start=1):
            label = _label(kind, numbers_of(row, 5), names)
            if label is None:
                page.lose(row_lost(
                    source, f"Row {number} of {kind} of {line['file']} in {source} is not a "
                    "class and its place",
                ))  # fmt: skip
            else:
                page.add(label)


def _sort(page: Page, numbers: list[Any], names: _Names, source: str) -> None:
    """The classes of the picture as a whole."""
    page.is_certain = False  # no class is none yet, not "nothing to be found"
    for number in numbers:
        if type(number) is int and 0 <= number < _MOST_CLASSES:
            name = names.by_number.setdefault(number, f"class {number}")
            page.add(RawLabel(name, _WHOLE, "whole"))
        else:
            page.lose(row_lost(source, f"A class of {page.names[0]} in {source} is no number"))


_SHAPES = ("boxes", "segments", "obb", "pose")
_CLASSES = "classification"  # bare class numbers, for the picture as a whole
_WHOLE = (0.0, 0.0, 1.0, 1.0)


def _label(kind: str, row: tuple[float, ...] | None, names: _Names) -> RawLabel | None:
    if row is None or not row[0].is_integer() or row[0] < 0:
        return None
    number, rest = int(row[0]), row[1:]
    name = names.by_number.setdefault(number, f"class {number}")
    if kind == "boxes":
        return RawLabel(name, _box(rest))
    if kind == "pose":
        return RawLabel(name, _box(rest), "keypoints", _keypoints(rest[4:], names.step))
    points = paired(rest)
    if kind == "obb":
        return RawLabel(name, around(points), "rotated", points) if len(points) == 4 else None
    return outlined(name, points) if len(points) >= 3 else None


def _box(place: tuple[float, ...]) -> Corners:
    x, y, width, height = place[:4]
    return x - width / 2, y - height / 2, x + width / 2, y + height / 2


def _keypoints(flat: tuple[float, ...], step: int) -> tuple[tuple[float, ...], ...]:
    step = step or (3 if len(flat) % 3 == 0 else 2)
    return tuple(tuple(flat[n : n + step]) for n in range(0, len(flat) - step + 1, step))
