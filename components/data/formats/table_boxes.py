"""Boxes in a table, a row each: what TensorFlow, Roboflow and Open Images have in common."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from components.data.formats.description import RawLabel
from components.data.formats.drawn import number_of, paired
from components.data.formats.number_names import bare
from components.data.formats.page import Page
from components.data.formats.page_remarks import NAMELESS, nameless, row_lost
from components.data.formats.shapes import around
from components.data.formats.sheet import OneFile, Sheet
from components.data.formats.table_columns import Columns, numbers_in, places_in
from components.data.formats.tables import Table
from components.data.matching import PictureIndex
from components.data.names import split_of_word
from components.data.problems import count, note, warn
from components.data.records import Corners, Problem
from components.errors import LabelError

_NONE = ("", "no_box", "none", "nan", "null")
_MOST_NAMED = 100  # absent pictures that are told one by one


@dataclass(slots=True)
class TableBoxes:
    """The boxes of one table.

    Attributes:
        sheet: A page for each picture that may be there.
        absent: Names of pictures that are not there, the first of them.
        skipped: Rows of all pictures that are not there.
        groups: Boxes around several things.
        highest: Largest coordinate; up to 1, all are fractions.
    """

    rows: OneFile
    absent: dict[str, None] = field(default_factory=dict)
    skipped: int = 0
    nameless_rows: int = 0
    groups: int = 0
    highest: float = 0.0
    has_fraction: bool = False
    trouble: LabelError | None = None

    @property
    def sheet(self) -> Sheet:
        """Its pages."""
        return self.rows.sheet


def read_table(
    table: Table, columns: Columns, index: PictureIndex, names: Mapping[str, str]
) -> TableBoxes:
    """All rows of a table.

    Args:
        table: The file.
        columns: Where things stand in it.
        index: Rows of pictures that are nowhere in it are counted, not kept.
        names: What class codes mean; those not in it mean themselves.
    """
    made = TableBoxes(OneFile(table.entry.name))
    has_commas = table.delimiter != ","
    try:
        for number, row in enumerate(table.rows(), start=2 if table.keys else 1):
            if has_commas and len(columns.place) >= 4:
                row = [c.replace(",", ".") if n in columns.place else c for n, c in enumerate(row)]
            _take(made, row, columns, index, names, number)
    except LabelError as error:
        made.trouble = error
    if 0 < made.highest <= 1.001 and made.has_fraction:
        for page in made.sheet.pages:
            page.unit = "fraction"
    return made


def _take(
    made: TableBoxes,
    row: list[str],
    columns: Columns,
    index: PictureIndex,
    names: Mapping[str, str],
    number: int,
) -> None:
    reference = row[columns.file].strip() if len(row) > columns.file else ""
    if not reference:
        made.nameless_rows += 1
        return
    if not (made.rows.has(reference) or index.knows(reference)):
        made.skipped += 1
        if len(made.absent) < _MOST_NAMED:
            made.absent.setdefault(reference)
        return
    page = made.rows.page(reference)
    _facts(page, row, columns)
    cells = [row[n].strip() for n in columns.place if n < len(row)]
    label = bare(_cell(row, columns.label))
    name = names.get(label, label) or NAMELESS
    for place in _places(cells, columns):
        box = _box(place, columns)
        if box is None:
            page.lose(row_lost(
                made.sheet.name, f"Row {number} of {made.sheet.name} is not a box of four numbers"
            ))  # fmt: skip
            continue
        made.highest = max(made.highest, *map(abs, box))
        made.has_fraction = made.has_fraction or any(value % 1 for value in box)
        made.groups += _cell(row, columns.group) in ("1", "1.0", "true")
        points = paired(tuple(map(number_of, place))) if columns.kind == "four" else ()
        page.add(RawLabel(name, box, "rotated" if points else "box", points))


def _places(cells: list[str], columns: Columns) -> list[list[str]]:
    """The cells of each box; a cell that holds a whole box may hold several, or a word for none."""
    if not any(cells):
        return []  # a picture that was looked at and has nothing on it
    if len(columns.place) > 1:
        return [cells]
    if cells[0].strip(" []").lower() in _NONE:
        return []
    return [[one] for one in places_in(cells[0])] or [cells]


def _cell(row: list[str], column: int | None) -> str:
    return row[column].strip() if column is not None and column < len(row) else ""


def _facts(page: Page, row: list[str], columns: Columns) -> None:
    if columns.size is not None and page.size is None:
        width, height = (number_of(_cell(row, column)) for column in columns.size)
        page.size = (width, height) if 0 < width < math.inf and 0 < height < math.inf else None
    if columns.split is not None:
        page.split = split_of_word(_cell(row, columns.split)) or page.split


def _box(cells: list[str], columns: Columns) -> Corners | None:
    values = numbers_in(cells[0]) if len(columns.place) == 1 else list(map(number_of, cells))
    if len(values) != (8 if columns.kind == "four" else 4) or not all(map(math.isfinite, values)):
        return None
    if columns.kind == "four":
        return around(paired(tuple(values)))
    a, b, c, d = values
    match columns.kind:
        case "corners":
            return a, b, c, d
        case "centre":
            return a - c / 2, b - d / 2, a + c / 2, b + d / 2
        case _:
            return a, b, a + c, b + d


def remarks_on_absent(table: str, absent: Iterable[str]) -> list[Problem]:
    """A row for each picture that a table speaks of and that is not there."""
    return [warn(
        "label_without_picture", reference,
        f"{table} describes {reference}, which is not there.", "Its labels are left out.",
    ) for reference in absent]  # fmt: skip


def remarks(made: TableBoxes) -> list[Problem]:
    """What is to be said of a table as a whole."""
    name = made.sheet.name
    problems = remarks_on_absent(name, made.absent)
    if len(made.absent) >= _MOST_NAMED:
        problems.append(warn(
            "label_without_picture", name,
            f"{count(made.skipped, 'row')} of {name} are for pictures that are not there.",
            f"They are left out; the first {_MOST_NAMED} pictures are named here.",
        ))  # fmt: skip
    if made.nameless_rows:
        problems.append(warn(
            "row_unreadable", name,
            f"{count(made.nameless_rows, 'row')} of {name} "
            f"{'names' if made.nameless_rows == 1 else 'name'} no picture.", "They are left out.",
        ))  # fmt: skip
    if made.groups:
        problems.append(note(
            "group_boxes", name,
            f"{count(made.groups, 'box', 'boxes')} of {name} "
            f"{'is' if made.groups == 1 else 'are'} around a group of things.",
            "They are kept as boxes.",
        ))  # fmt: skip
    bare = sum(page.classes.count(NAMELESS) for page in made.sheet.pages)
    if bare:
        problems.append(nameless(name, bare))
    if made.trouble is not None:
        problems.append(
            warn("table_broken", name, made.trouble.what, "What stands before is read.")
        )
    return problems
