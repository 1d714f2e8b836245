"""Tables of masks as run lengths: a row per thing, "start length start length ...", as contests
on Kaggle give them out.

Pixels are counted from 1 and mostly down the columns; some tables count along the rows, which no
file says. It shows: from one line of a thing to the next, runs begin nearly one line later.
"""

import re
from array import array
from collections import Counter
from dataclasses import dataclass, field
from functools import partial

import numpy as np

from components.data.formats.description import Description
from components.data.formats.page import Page
from components.data.formats.page_remarks import NAMELESS, nameless, row_lost
from components.data.formats.pages import describe
from components.data.formats.run_lengths import runs_labels, size_checked
from components.data.formats.sheet import Sheet
from components.data.formats.table_boxes import remarks_on_absent
from components.data.formats.table_columns import CLASS_NAMES, picture_column
from components.data.formats.tables import Table, is_number, tables
from components.data.listing import Listing
from components.data.matching import PictureIndex
from components.data.names import alphabetical
from components.data.numbered import Numbering
from components.data.pictures import probe
from components.data.problems import count, warn
from components.data.records import Problem
from components.data.scan import Finds
from components.errors import LabelError, PictureError

NAME = "CSV table of run lengths"
_RUNS = re.compile(r"\s*\d+ \d+(?: \d+ \d+)*\s*")
_NONE = ("", "-1", "nan", "none", "1 0")
_JOINED = re.compile(r"(.+\.(?:jpe?g|png|tiff?|bmp|webp))_(.+)", re.IGNORECASE)
_MOST_ABSENT = 100
_MOST_LOOKED_AT = 60  # rows and pictures, to tell in which direction runs go
_CLASSES = (*CLASS_NAMES, "celltype", "classid", "attributeid", "imagelabel")


@dataclass(slots=True)
class _Runs:
    """The rows of one table, those of a picture found again by their numbers."""

    table: Table
    file: int
    label: int | None
    runs: int
    size: tuple[int, int] | None
    index: PictureIndex
    rows: Listing[tuple[str, str]] = field(default_factory=Listing)
    rows_of: list["array[int]"] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    sizes: list[tuple[float, float] | None] = field(default_factory=list)
    absent: dict[str, None] = field(default_factory=dict)
    classes: Counter[str] = field(default_factory=Counter)
    is_down: bool = True
    is_sure: bool = False
    has_things: bool = False  # a class comes several times on a picture: each row is one thing


def find(finds: Finds, index: PictureIndex, told: list[Problem]) -> Description | None:
    """The tables of run lengths among what was found, or None when there are none."""
    sheets: list[Sheet] = []
    made: list[_Runs] = []
    problems: list[Problem] = []
    for table in tables(finds):
        one = _columns(table, index)
        if one is None:
            continue
        try:
            _collect(one)
        except LabelError as error:
            told.append(warn("table_broken", table.entry.name, error.what,
                             "What stands before is read."))  # fmt: skip
        if not one.names:
            continue
        _tell_direction(one)
        made.append(one)
        sheets.append(_sheet(one))
        problems += [*remarks_on_absent(table.entry.name, one.absent), _about_direction(one)]
        if not one.has_things:
            problems.append(_about_areas(one))
        if one.classes[NAMELESS]:
            problems.append(nameless(table.entry.name, one.classes[NAMELESS]))
    if not made:
        return None
    why = (
        f"{count(len(made), 'table')} such as {made[0].table.entry.name} "
        f"{'has' if len(made) == 1 else 'have'} a row per thing with its pixels as run lengths."
    )
    classes = {name for one in made for name in one.classes}
    return describe(NAME, why, alphabetical(classes), sheets,
                    index, problems)  # fmt: skip


def _columns(table: Table, index: PictureIndex) -> _Runs | None:
    width = max((len(row) for row in table.sample), default=0)
    rows = [row for row in table.sample if len(row) == width]
    if width < 2 or not rows:
        return None
    runs = next((n for n in range(width) if _are_runs([row[n] for row in rows])), None)
    if runs is None:
        return None
    others = [tuple("" if n == runs else _JOINED.sub(r"\1", cell) for n, cell in enumerate(row))
              for row in rows]  # fmt: skip
    file = picture_column(others, width, index)
    if file is None or file == runs:
        return None
    at = {key: n for n, key in reversed(list(enumerate(table.keys)))}
    label = next((at[key] for key in _CLASSES if key in at and at[key] != runs), None)
    if label == file and not all(_JOINED.fullmatch(row[file]) for row in rows):
        label = next((at[key] for key in _CLASSES if key in at and at[key] not in (runs, file)),
                     None)  # fmt: skip
    if label is None and all(_JOINED.fullmatch(row[file]) for row in rows):
        label = file
    size = (at["width"], at["height"]) if {"width", "height"} <= at.keys() else None
    return _Runs(table, file, label, runs, size, index)


def _are_runs(cells: list[str]) -> bool:
    """Whether a column holds pairs of start and length, or nothing, and long ones among them."""
    filled = [cell for cell in cells if cell.strip().lower() not in _NONE]
    return (
        bool(filled) and all(_RUNS.fullmatch(cell) for cell in filled)
        and max(cell.strip().count(" ") for cell in filled) >= 3
    )  # fmt: skip


def _collect(one: _Runs) -> None:
    """All rows, by picture."""
    numbers = Numbering()
    for row in one.table.rows():
        if len(row) <= max(one.file, one.runs, one.label or 0):
            continue
        joined = _JOINED.fullmatch(row[one.file].strip())
        reference = joined[1] if joined else row[one.file].strip()
        if not reference or not one.index.knows(reference):
            if reference and len(one.absent) < _MOST_ABSENT:
                one.absent.setdefault(reference)
            continue
        number = numbers.number(reference)
        if number == len(one.names):
            one.names.append(reference)
            one.rows_of.append(array("q"))
            one.sizes.append(_size(one, row))
        if (runs := row[one.runs].strip()).lower() in _NONE:
            continue
        name = _class(one, row, joined)
        one.classes[name] += 1
        one.has_things = one.has_things or any(one.rows[n][0] == name for n in one.rows_of[number])
        one.rows_of[number].append(len(one.rows))
        one.rows.append((name, runs))


def _class(one: _Runs, row: list[str], joined: re.Match[str] | None) -> str:
    if one.label is None:
        return NAMELESS
    name = joined[2] if joined and one.label == one.file else row[one.label].strip()
    bare = name.removesuffix(".0")
    return f"class {bare}" if bare.isascii() and bare.isdigit() else name or NAMELESS


def _size(one: _Runs, row: list[str]) -> tuple[float, float] | None:
    if one.size is None or not all(n < len(row) and is_number(row[n]) for n in one.size):
        return None
    width, height = (float(row[n].replace(",", ".")) for n in one.size)
    return width, height


def _measured(one: _Runs, number: int) -> tuple[float, float] | None:
    """Width and height of a picture as told, or else as it is."""
    if one.sizes[number] is None:
        folder = one.table.entry.name.rpartition("/")[0]
        picture = one.index.find(one.names[number], folder)
        if picture is not None:
            entry = one.index.pictures[picture]
            try:
                facts = probe(entry.path, entry.name)
            except PictureError:
                return None
            return facts.width, facts.height
    return one.sizes[number]


def _tell_direction(one: _Runs) -> None:
    """Find out whether runs go down the columns or along the rows."""
    down = along = 0
    filled = [n for n, rows in enumerate(one.rows_of) if rows][:_MOST_LOOKED_AT]
    for number in filled:
        size = _measured(one, number)
        if size is None or size[0] == size[1]:
            continue
        for row in one.rows_of[number][:_MOST_LOOKED_AT]:
            starts = np.array(one.rows[row][1].split()[0::2][:2000], dtype=np.float64)
            steps = np.diff(starts)
            down += int((abs(steps - size[1]) <= 0.1 * size[1]).sum())
            along += int((abs(steps - size[0]) <= 0.1 * size[0]).sum())
    one.is_sure = down != along
    one.is_down = down >= along


def _about_direction(one: _Runs) -> Problem:
    read = "down the columns" if one.is_down else "along the rows"
    sure = "as their steps show" if one.is_sure else "as most contests count"
    return warn(
        "run_direction", one.table.entry.name,
        f"{one.table.entry.name} does not say in which direction its run lengths count pixels.",
        f"They are read {read}, {sure}; look at some pictures to see that the outlines fit.",
    )  # fmt: skip


def _about_areas(one: _Runs) -> Problem:
    return warn(
        "blobs_as_things", one.table.entry.name,
        f"{one.table.entry.name} has one row for each class on a picture, not for each thing.",
        "Each connected area is taken as one thing; things that touch come in as one.",
    )  # fmt: skip


def _sheet(one: _Runs) -> Sheet:
    sheet = Sheet(one.table.entry.name)
    for number, name in enumerate(one.names):
        bare = Page((name,), size=one.sizes[number], things=len(one.rows_of[number]))
        sheet.add(bare, again=partial(_page, one, number))
    return sheet


def _page(one: _Runs, number: int) -> Page:
    """One picture's things, their runs drawn."""
    page = Page((one.names[number],), size=_measured(one, number))
    for row in one.rows_of[number]:
        name, runs = one.rows[row]
        try:
            if page.size is None:
                raise LabelError("The picture's size is not known.", "Check the picture.")
            size = size_checked(*page.size)
            pairs = [int(number[:12]) for number in runs.split()]
            for label in runs_labels(
                name, pairs, size, is_down=one.is_down, apart=not one.has_things
            ):
                page.add(label)
        except LabelError as error:
            page.lose(row_lost(
                one.table.entry.name, f"A mask of {one.names[number]} in {one.table.entry.name} "
                f"cannot be read: {error.what.removesuffix('.')}",
            ))  # fmt: skip
    return page
