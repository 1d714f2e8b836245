"""Tables that sort whole pictures: a class per row, or a column of 0 and 1 for each class.

Asked after all readers of boxes. A picture with several classes has a label of each: models that
sort pictures know one class only, so this is told.
"""

import re
from collections import Counter
from dataclasses import dataclass, field, replace

from components.data.formats.description import Description, RawLabel
from components.data.formats.mask_classes import is_class_file
from components.data.formats.number_names import NumberNames, are_numbers, bare, named_column
from components.data.formats.page_remarks import several_classes
from components.data.formats.pages import describe
from components.data.formats.sheet import OneFile
from components.data.formats.table_boxes import remarks_on_absent
from components.data.formats.table_columns import (
    CLASS_NAMES,
    columns_of,
    picture_column,
    split_column,
)
from components.data.formats.tables import Table, is_number, tables
from components.data.matching import PictureIndex
from components.data.names import alphabetical, split_of_word
from components.data.problems import count, warn
from components.data.records import Problem
from components.data.scan import Finds
from components.errors import LabelError

NAME = "CSV table of classes"
_WHOLE = (0.0, 0.0, 1.0, 1.0)
_TICKED = {"1", "1.0", "true", "yes", "x"}
_BLANK = {"", "0", "0.0", "false", "no"}
_MOST_ABSENT = 100
_MOSTLY = 0.8  # of the parts of joined classes that stand alone in other rows; our own choice
_BARE = re.compile(r"class \d+")
_RUNS = re.compile(r"\s*\d+(?: \d+){5,}")


@dataclass(frozen=True, slots=True)
class _Columns:
    """Where the picture's name stands, and its class or the classes' own columns."""

    file: int
    label: int | None
    ticks: tuple[tuple[int, str], ...] = ()
    split: int | None = None
    marks: str = ""  # what parts several classes in one cell
    names: dict[str, str] = field(default_factory=dict)  # of classes that are numbers


def find(finds: Finds, index: PictureIndex, told: list[Problem]) -> Description | None:
    """The tables of classes among what was found, or None when there are none."""
    made: list[OneFile] = []
    problems: list[Problem] = []
    several = 0
    example = ""
    names = NumberNames(finds)
    known = [(table, _columns(table, index)) for table in tables(finds)]
    # What a large table is, a small one with the same header is too.
    alike = {table.keys: columns for table, columns in known if columns and table.keys}
    for table, own in known:
        columns = own or alike.get(table.keys)
        if columns is None or columns_of(table, index) is not None:
            continue
        columns = replace(columns, names=names.of(table, columns.label))
        sheet, absent = OneFile(table.entry.name, "fraction"), dict[str, None]()
        try:
            several += _read(table, columns, index, sheet, absent)
        except LabelError as error:
            told.append(warn("table_broken", table.entry.name, error.what,
                             "What stands before is read."))  # fmt: skip
        if sheet.sheet.pages:
            example = example or table.entry.name
            made.append(sheet)
            problems += remarks_on_absent(table.entry.name, absent)
    if not made:
        return None
    problems += several_classes(several, example)
    classes = {name for one in made for page in one.sheet.pages for name in page.classes}
    # Of a table that another one goes before; where it does not, they turn up while reading.
    classes = {name for name in classes if not _BARE.fullmatch(name)} or classes
    why = (
        f"{count(len(made), 'table')} such as {example} "
        f"{'names' if len(made) == 1 else 'name'} pictures and their classes."
    )
    described = describe(
        NAME, why, alphabetical(classes),
        [one.sheet for one in made], index, problems,
    )  # fmt: skip
    described.task = "classify"
    return described


def _columns(table: Table, index: PictureIndex) -> _Columns | None:
    width = max((len(row) for row in table.sample), default=0)
    rows = [row for row in table.sample if len(row) == width]
    file = picture_column(rows, width, index) if rows else None
    if file is None or (is_class_file(table.entry.name) and width < 2):
        return None
    if any(_RUNS.match(cell) for row in rows for cell in row):
        return None  # masks as run lengths: the classes are of parts of the picture
    keys = table.header if table.keys else ()
    split = next((n for n, key in enumerate(table.keys) if key in ("split", "subset", "set")), None)
    if split is None and not table.keys:
        split = split_column(rows, width)
    others = [n for n in range(width) if n not in (file, split)]
    ticks = [n for n in others if all(row[n].strip().lower() in _TICKED | _BLANK for row in rows)]
    if keys and len(ticks) >= 2 and len(ticks) >= len(others) - 1 and _some_ticked(rows, ticks):
        return _Columns(file, None, tuple((n, keys[n].strip()) for n in ticks), split)
    called = [n for key in CLASS_NAMES for n, own in enumerate(table.keys)
              if own == key and n in others]  # fmt: skip
    label = next(iter(called), others[0] if len(others) == 1 else None)
    if label is not None and (column := named_column(rows, label, called)) is not None:
        label = column
    if label is None or not _are_classes([row[label].strip() for row in rows]):
        return None
    return _Columns(file, label, (), split, _parting([row[label].strip() for row in rows]))


def _parting(cells: list[str]) -> str:
    """What parts classes where a cell holds several: a mark whose parts stand alone elsewhere."""
    known = {cell for cell in cells if cell}
    for mark in ";|, ":
        joined = [[part.strip() for part in cell.split(mark)] for cell in known if mark in cell]
        if joined and all(len(parts) == len({*parts} - {""}) for parts in joined):
            alone = sum(part in known for parts in joined for part in parts)
            if alone >= _MOSTLY * sum(map(len, joined)):
                return mark
    return ""


def _some_ticked(rows: list[tuple[str, ...]], ticks: list[int]) -> bool:
    return any(row[n].strip().lower() in _TICKED for row in rows for n in ticks)


def _are_classes(cells: list[str]) -> bool:
    """Whether cells are names of classes: short, and few against their number."""
    named = [cell for cell in cells if cell]
    different = Counter(named)
    is_json = any(cell[0] in "[{" and cell[-1] in "]}" for cell in different)
    is_measured = all(is_number(cell) and "." in cell for cell in different)
    return (
        bool(named) and not is_json and not is_measured and max(map(len, named)) <= 80
        and len(different) * 2 <= len(named) + 2
    )  # fmt: skip


def _read(
    table: Table, columns: _Columns, index: PictureIndex, made: OneFile, absent: dict[str, None]
) -> int:
    """All rows; returns how many pictures have several classes."""
    for row in table.rows():
        reference = row[columns.file].strip() if len(row) > columns.file else ""
        if not reference:
            continue
        if not (made.has(reference) or index.knows(reference)):
            if len(absent) < _MOST_ABSENT:
                absent.setdefault(reference)
            continue
        page = made.page(reference)
        page.is_certain = False
        if columns.split is not None and len(row) > columns.split:
            page.split = split_of_word(row[columns.split].strip()) or page.split
        for name in _classes(row, columns):
            if name not in page.classes:
                page.add(RawLabel(name, _WHOLE, "whole"))
    return sum(len(page.classes) > 1 for page in made.sheet.pages)


def _classes(row: list[str], columns: _Columns) -> list[str]:
    if columns.label is not None:
        name = bare(row[columns.label].strip()) if len(row) > columns.label else ""
        if columns.marks and columns.marks in name:
            return [part.strip() for part in name.split(columns.marks) if part.strip()]
        plain = f"class {name}" if name and are_numbers([name]) else name
        return [columns.names.get(name, plain)] if name else []
    return [name for n, name in columns.ticks
            if name and len(row) > n and row[n].strip().lower() in _TICKED]  # fmt: skip
