"""JSON of no tool in particular: a record per picture, with things and their places in it.

Labelbox, BDD100K, Cityscapes, Detectron's dicts, Hugging Face's metadata.jsonl and what people
write with ten lines of their own all say the same: a file name, and a list of boxes or outlines
with a class. So the keys are read, not the tool's name; asked last of all JSON readers.
"""

import contextlib
import json
import math
import re
from dataclasses import dataclass, field
from typing import Any

from components.data.formats.description import Description, RawLabel
from components.data.formats.drawn import number_of
from components.data.formats.json_beside import answer_in, names_beside
from components.data.formats.json_kinds import LABELBOX, kind_of
from components.data.formats.json_objects import (
    Thing,
    key_of,
    keyed,
    reference_of,
    size_of,
    things_in,
    whole_class,
)
from components.data.formats.json_stream import elements
from components.data.formats.ndjson import SUFFIXES, is_ours, lines_of
from components.data.formats.page import Page
from components.data.formats.page_remarks import NAMELESS, nameless, no_objects, row_lost
from components.data.formats.pages import describe
from components.data.formats.record_order import TOPIC, settled_order
from components.data.formats.sheet import Sheet
from components.data.formats.tables import SUFFIXES as TABLES
from components.data.formats.tables import tables
from components.data.listing import of_ending
from components.data.matching import PictureIndex
from components.data.names import alphabetical, stem_of
from components.data.pictures import probe
from components.data.problems import count, warn
from components.data.records import Problem
from components.data.scan import Finds
from components.data.unpack import PICTURE_SUFFIXES, Entry, suffix_of
from components.errors import LabelError, PictureError

NAME = TOPIC
_NAMES = {"categories", "names", "classes", "labels", "labelmap", "classnames",
          "detectioncategories"}  # fmt: skip
_NUMBER = re.compile(r"[0-9]{1,6}")
# Columns of a table; the latter as well-known text of maps: POLYGON ((10 20, 30 20, 30 40)).
_OUTLINES = ("polygon", "poly2d", "segmentation", "contour")
_WKT_COLUMNS = ("geometry", "wkt", "polygonwkt", "polygonwktpix")
_WKT = re.compile(r"POLYGON(?: Z)? *\(\(([^()]+)\)")
_WHOLE = (0.0, 0.0, 1.0, 1.0)
_MOST_PAGES = 2_000_000
_MOST_MEASURED = 60  # pictures opened to learn what four numbers mean
_OWN = ("_gtfine_polygons", "_gtcoarse_polygons", "_polygons", "_annotations", "_labels", "_ann")


@dataclass(slots=True)
class _File:
    """What one file says, the order of four numbers not settled yet."""

    entry: Entry
    index: PictureIndex
    names: dict[int, str] = field(default_factory=dict)
    records: dict[str, tuple[list[Thing], tuple[float, float] | None, str]] = field(
        default_factory=dict
    )
    is_own: bool = False
    sizes: dict[str, tuple[float, float] | None] = field(default_factory=dict)

    def measured(self, reference: str) -> tuple[float, float] | None:
        """Width and height of the picture itself, for the first pictures that ask."""
        if reference not in self.sizes and len(self.sizes) < _MOST_MEASURED:
            number = self.index.find(reference, self.entry.name.rpartition("/")[0])
            self.sizes[reference] = None
            if number is not None:
                picture = self.index.pictures[number]
                with contextlib.suppress(PictureError):
                    facts = probe(picture.path, picture.name)
                    self.sizes[reference] = (facts.width, facts.height)
        return self.sizes.get(reference)

    def named(self, name: str) -> str:
        """A class by its name, where the file names its numbers only after its records."""
        number = name.removeprefix("class ")
        return (
            self.names.get(int(number), name)
            if number != name and _NUMBER.fullmatch(number)
            else name
        )

    def take(self, record: dict[str, Any], reference: str = "") -> bool:
        """One record; False when it is none."""
        reference = reference or reference_of(record, self.index)
        if not reference or len(self.records) >= _MOST_PAGES:
            return False
        self.names.update(names_beside(record))
        things = things_in(record, self.names)
        whole = "" if things else whole_class(record, self.names) or answer_in(record)
        if things is None and (not whole or whole == reference):
            return False
        before = self.records.get(reference)
        if before is not None:
            things = [*before[0], *(things or [])]
        self.records[reference] = (things or [], size_of(record), whole)
        return True


def find(finds: Finds, index: PictureIndex, told: list[Problem]) -> Description | None:
    """The records of pictures among what was found, or None when there are none."""
    files: list[_File] = []
    for entry in of_ending(finds.texts, ".json", *SUFFIXES, *TABLES):
        try:
            made = _read(entry, finds, index)
        except LabelError as error:
            told.append(warn("json_broken", entry.name, error.what, "It is left out."))
            continue
        if made is not None and made.records:
            files.append(made)
    if not files:
        return None
    has_things = any(things for file in files for things, _, _ in file.records.values())
    if not has_things and not _sort_pictures(files):
        return None
    named = [
        (thing.four, size or file.measured(reference))
        for file in files
        for reference, (things, size, _) in file.records.items()
        for thing in things if thing.four is not None
    ]  # fmt: skip
    are_corners, problems = settled_order(named, files[0].entry.name, finds)
    sheets = [_sheet(file, has_things=has_things, are_corners=are_corners) for file in files]
    sheets = _together(files, sheets)
    bare = sum(page.classes.count(NAMELESS) for sheet in sheets for page in sheet.pages)
    if bare:
        problems.append(nameless(files[0].entry.name, bare))
    classes = {name for sheet in sheets for page in sheet.pages for name in page.classes}
    made_of = describe(
        NAME, _why(files), alphabetical(classes), sheets,
        index, problems,
    )  # fmt: skip
    made_of.task = "detect" if has_things else "classify"
    return made_of


def _sort_pictures(files: list[_File]) -> bool:
    """Whether names of whole pictures are classes: few, and each of several pictures."""
    wholes = [whole for file in files for _, _, whole in file.records.values() if whole]
    return bool(wholes) and len({*wholes}) * 2 <= len(wholes) + 2


def _read(entry: Entry, finds: Finds, index: PictureIndex) -> _File | None:
    lower = entry.name.lower()
    if lower.endswith(SUFFIXES) and not is_ours(entry):
        made = _File(entry, index)
        for line in lines_of(entry):
            made.take(line or {})
        return made
    if lower.endswith(TABLES):
        return _read_table(entry, finds, index)
    if lower.endswith(".json") and kind_of(entry, finds.kinds) in ("", LABELBOX):
        return _read_json(entry, index)
    return None


def _read_table(entry: Entry, finds: Finds, index: PictureIndex) -> _File | None:
    """A table with JSON in its cells: "[{'x': 10, 'y': 20, 'width': 30, 'height': 40}]", or with
    the points of an outline: "[[10, 20], [30, 20], [30, 40]]".
    """
    table = next((one for one in tables(finds) if one.entry == entry), None)
    if table is None or not table.keys or {"regionshapeattributes", "annotator"} & {*table.keys}:
        return None
    keys = ["polygon" if key in _WKT_COLUMNS else key for key in table.keys]
    lined = [number for number, key in enumerate(keys) if key in _OUTLINES]
    if not any(
        cell[:2] in ("[{", "{'", '{"') or (
            number in lined and (cell[:1] == "[" or _WKT.match(cell)))
        for row in table.sample for number, cell in enumerate(row)
    ):  # fmt: skip
        return None
    made = _File(entry, index)
    for row in table.rows():
        made.take({key: _cell(cell) for key, cell in zip(keys, row, strict=False)})
    return made


def _cell(cell: str) -> Any:
    """A cell as JSON, also in the way in which Python prints lists; else its text."""
    if (found := _WKT.match(cell)) is not None:
        return [list(map(number_of, point.split()[:2])) for point in found[1].split(",")]
    if cell[:1] not in ("[", "{"):
        return cell
    with contextlib.suppress(ValueError, RecursionError):
        return json.loads(cell.replace("'", '"'))
    return cell


def _read_json(entry: Entry, index: PictureIndex) -> _File:
    made = _File(entry, index)
    own: dict[str, Any] = {}
    for key, value in elements(entry.path, entry.name):
        if key_of(key) in _NAMES and _take_names(made, key, value):
            continue
        if isinstance(value, dict):
            called = key if suffix_of(key) in PICTURE_SUFFIXES else ""
            if made.take(value, called):
                continue
        _gather(own, key, value)
    if not made.records and own:
        _take_own(made, own)
    return made


def _gather(own: dict[str, Any], key: str, value: Any) -> None:
    """Put together again what the stream gave piece by piece, for a file of one picture."""
    if not isinstance(value, dict):
        own.setdefault(key, value)
    elif isinstance(own.setdefault(key, []), list) and len(own[key]) < 200_000:
        own[key].append(value)


def _take_own(made: _File, own: dict[str, Any]) -> None:
    """A file for one picture, which is named in it or like it."""
    stem = stem_of(made.entry.name)
    made.is_own = made.take(own)
    if made.is_own:
        return
    bare = next((stem[: -len(end)] for end in _OWN if stem.lower().endswith(end)), stem)
    called = next((name for name in (stem, f"{bare}_leftImg8bit", bare) if made.index.knows(name)),
                  "")  # fmt: skip
    made.is_own = bool(called) and made.take(own, called)


def _take_names(made: _File, key: str, value: Any) -> bool:
    """Class names by number, in a list of names, of mappings, or a mapping."""
    if isinstance(value, str) and key:
        made.names.setdefault(len(made.names), value)
        return True
    if not isinstance(value, dict):
        return False
    facts = keyed(value)
    if isinstance(facts.get("name"), str) and isinstance(facts.get("id"), int):
        made.names[facts["id"]] = facts["name"]
        return len(facts) < 6 and "bbox" not in facts
    pairs = [(k, v) for k, v in value.items() if isinstance(v, str) and str(k).isdecimal()]
    made.names.update({int(k): v for k, v in pairs if len(str(k)) < 7})
    return bool(pairs) and len(pairs) == len(value)


def _sheet(file: _File, *, has_things: bool, are_corners: bool) -> Sheet:
    sheet = Sheet(file.entry.name)
    highest, has_part = 0.0, False
    for reference, (things, size, whole) in file.records.items():
        page = Page((reference,), size=size)
        if lines := sum(thing.is_line for thing in things):
            page.lose(no_objects(reference, {"line" if lines == 1 else "lines": lines}), lines)
        for thing in (one for one in things if not one.is_line):
            if not thing.is_placed:
                page.lose(row_lost(sheet.name, f"A label ({thing.name}) of {reference} in "
                                   f"{sheet.name} has no place that can be read"))  # fmt: skip
                continue
            label = thing.label(file.named(thing.name) or NAMELESS, are_corners=are_corners)
            finite = [abs(side) for side in label.box if math.isfinite(side)]
            highest = max(highest, *finite, 0.0)
            has_part = has_part or any(side % 1 for side in finite)
            page.add(label)
        if not has_things and whole:
            page.add(RawLabel(file.named(whole), _WHOLE, "whole"))
        page.is_certain = has_things
        sheet.add(page)
    if (highest <= 1.001 and has_part) or not has_things:
        for page in sheet.pages:
            page.unit = "fraction"
    return sheet


def _together(files: list[_File], sheets: list[Sheet]) -> list[Sheet]:
    """Files of one picture each are matched together, each near its own folder."""
    single = [sheet for file, sheet in zip(files, sheets, strict=True) if file.is_own]
    if not single:
        return sheets
    made = Sheet(NAME, is_one_file=False)
    for sheet in single:
        for page in sheet.pages:
            made.add(page, sheet.name)
    return [*(sheet for sheet in sheets if sheet not in single), made]


def _why(files: list[_File]) -> str:
    records = sum(len(file.records) for file in files)
    return (
        f"{count(len(files), 'JSON file')} such as {files[0].entry.name} "
        f"{'holds' if len(files) == 1 else 'hold'} {count(records, 'record')} with a picture's "
        "name and what is on it."
    )
