"""CreateML: a JSON list of pictures, each with boxes told by their centre."""

from typing import Any

from components.data.formats.description import Description, RawLabel
from components.data.formats.drawn import numbers_of
from components.data.formats.json_kinds import CREATEML, of_kind
from components.data.formats.json_stream import elements
from components.data.formats.page import Page
from components.data.formats.page_remarks import NAMELESS, nameless, row_lost
from components.data.formats.pages import describe
from components.data.formats.sheet import OneFile
from components.data.matching import PictureIndex
from components.data.names import alphabetical
from components.data.problems import count, warn
from components.data.records import Corners, Problem
from components.data.scan import Finds
from components.data.unpack import Entry
from components.errors import LabelError

NAME = "CreateML"
_WHOLE = (0.0, 0.0, 1.0, 1.0)


def find(finds: Finds, index: PictureIndex, told: list[Problem]) -> Description | None:
    """The CreateML files among what was found, or None when there are none."""
    sheets = [_read(entry, told).sheet for entry in of_kind(finds, CREATEML)]
    sheets = [sheet for sheet in sheets if sheet.pages]
    if not sheets:
        return None
    problems = []
    for sheet in sheets:
        bare = sum(page.classes.count(NAMELESS) for page in sheet.pages)
        if bare:
            problems.append(nameless(sheet.name, bare))
    classes = {name for sheet in sheets for page in sheet.pages for name in page.classes}
    why = (
        f"{count(len(sheets), 'JSON file')} such as {sheets[0].name} "
        f"{'lists' if len(sheets) == 1 else 'list'} pictures with coordinates as CreateML does."
    )
    ordered = alphabetical(classes)
    described = describe(NAME, why, ordered, sheets, index, problems)
    filled = [page for sheet in sheets for page in sheet.pages if page.things]
    if filled and all(shape == "whole" for page in filled for shape in _shapes(page)):
        described.task = "classify"
    return described


def _shapes(page: Page) -> list[str]:
    return [shape for shape, *_ in page.outlines.values()] or ["box"]


def _read(entry: Entry, told: list[Problem]) -> OneFile:
    made = OneFile(entry.name)
    try:
        for _, row in elements(entry.path, entry.name):
            if not isinstance(row, dict):
                continue
            reference = row.get("image") or row.get("imagefilename")
            if isinstance(reference, str):
                _take(made, reference, row.get("annotations", row.get("annotation")))
    except LabelError as error:
        told.append(warn("json_broken", entry.name, error.what, "What stands before is read."))
    if _are_fractions(made):
        for page in made.sheet.pages:
            page.unit = "fraction"
    return made


def _are_fractions(made: OneFile) -> bool:
    """CreateML knows boxes as fractions too, and no file says so; no box is 1 pixel wide."""
    values = [value for page in made.sheet.pages for value in page.corners]
    return bool(values) and max(values) <= 1.001 and any(0 < value < 1 for value in values)


def _take(made: OneFile, reference: str, things: Any) -> None:
    page = made.page(reference)
    if isinstance(things, str) and things.strip():  # of a model that sorts pictures
        page.unit = "fraction"
        page.add(RawLabel(things.strip(), _WHOLE, "whole"))
    page.is_certain = isinstance(things, list)
    for number, thing in enumerate(things if isinstance(things, list) else [], start=1):
        box = _box(thing.get("coordinates")) if isinstance(thing, dict) else None
        if box is None:
            page.lose(row_lost(
                made.sheet.name, f"Box {number} of {reference} in {made.sheet.name} is not four "
                "numbers",
            ))  # fmt: skip
            continue
        name = str(thing.get("label") or "").strip()
        page.add(RawLabel(name or NAMELESS, box))


def _box(given: Any) -> Corners | None:
    if not isinstance(given, dict):
        return None
    keys = ("x", "y", "width", "height")
    place = numbers_of([given.get(key) for key in keys], 4)
    if place is None:
        return None
    x, y, width, height = place
    return x - width / 2, y - height / 2, x + width / 2, y + height / 2
