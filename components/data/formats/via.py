"""VGG Image Annotator: one JSON or CSV for many pictures, any number of attributes per region.

Which attribute is the class is nowhere said; the one filled most often is taken, file by file,
and where there are several the person is asked.
"""

import json
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from components.data.formats.description import Description, RawLabel
from components.data.formats.json_kinds import VIA, of_kind
from components.data.formats.json_stream import elements
from components.data.formats.page import Page
from components.data.formats.page_remarks import NAMELESS, nameless, no_objects, row_lost
from components.data.formats.pages import describe
from components.data.formats.sheet import OneFile
from components.data.formats.tables import Table, tables
from components.data.formats.via_regions import (
    Attributes,
    attributes_of,
    in_words,
    is_open_line,
    options_of,
    shape_of,
)
from components.data.matching import PictureIndex
from components.data.names import alphabetical
from components.data.problems import count, warn
from components.data.questions import Question, answer_to
from components.data.records import Problem
from components.data.scan import Finds
from components.data.unpack import Entry
from components.errors import LabelError

NAME = "VGG Image Annotator (VIA)"
_NO_OBJECTS = {"point": "points", "line": "lines"}
_CLASS_WORDS = {"class", "classes", "label", "labels", "name", "type", "category", "object",
                "species", "kind"}  # fmt: skip
_MOST_ASKED = 30  # attributes that can be chosen from
_WHOLE = (0.0, 0.0, 1.0, 1.0)


@dataclass(slots=True)
class ViaFile:
    """One file, its classes not chosen yet.

    Attributes:
        sheet: Pages whose labels bear a number into `attributes` as their class.
        attributes: Every set of attributes that a region has.
        filled: How many regions have something in an attribute.
        options: Attribute to what its numbered answers mean.
        chosen: The attribute that is the class; empty when regions have none.
    """

    rows: OneFile
    attributes: dict[Attributes, int] = field(default_factory=dict)
    filled: Counter[str] = field(default_factory=Counter)
    options: dict[str, dict[str, str]] = field(default_factory=dict)
    chosen: str = ""
    nameless: int = 0
    open_lines: int = 0

    def sort(self, reference: str, given: Any) -> None:
        """One picture with attributes of its own."""
        page = self.rows.page(reference)
        page.is_certain = False
        if attributes := attributes_of(given):
            page.add(RawLabel(self._number(attributes), _WHOLE, "whole"))

    def add(self, reference: str, regions: list[Any]) -> None:
        """One picture with its regions."""
        page = self.rows.page(reference)
        page.is_certain = False  # every picture that was opened is listed, labelled or not
        others: Counter[str] = Counter()
        for number, region in enumerate(regions, start=1):
            what = self._region(page, region, others)
            if what:
                page.lose(row_lost(
                    self.rows.sheet.name, f"Region {number} of {reference.strip()} {what}"
                ))  # fmt: skip
        if others:
            page.lose(no_objects(reference.strip(), dict(others)), sum(others.values()))

    def _region(self, page: Page, region: Any, others: Counter[str]) -> str:
        if not isinstance(region, dict) or not isinstance(region.get("shape_attributes"), dict):
            return "has no shape"
        shape = region["shape_attributes"]
        attributes = attributes_of(region.get("region_attributes"))
        label = shape_of(shape)
        if label is None and str(shape.get("name")) in _NO_OBJECTS:
            others[_NO_OBJECTS[str(shape["name"])]] += 1
            return ""
        if label is None:
            return "has no place that can be read"
        self.open_lines += is_open_line(shape)
        page.add(RawLabel(self._number(attributes), label.box, label.shape, label.points))
        return ""

    def _number(self, attributes: Attributes) -> str:
        self.filled.update(name for name, _ in attributes)
        return str(self.attributes.setdefault(attributes, len(self.attributes)))

    def drop_what_never_comes_back(self) -> None:
        """Forget attributes that say something else of every picture: captions, addresses."""
        for name, number in list(self.filled.items()):
            if len({dict(each).get(name) for each in self.attributes} - {None}) * 2 > number + 2:
                del self.filled[name]

    def choose(self, said: str) -> None:
        """Settle which attribute is the class, and name the labels by it.

        Args:
            said: The attribute that the person has named; another file may have it.
        """
        self.chosen = said if said in self.filled else self._class() if self.filled else ""
        options = self.options.get(self.chosen, {})
        names = {
            str(number): sys.intern(in_words(dict(attributes).get(self.chosen, NAMELESS), options))
            for attributes, number in self.attributes.items()
        }
        for page in self.rows.sheet.pages:
            page.classes = [names[number] for number in page.classes]
            if page.unit == "fraction" and page.classes == [NAMELESS]:
                page.clear()  # a picture that nobody has sorted by this attribute
            self.nameless += page.classes.count(NAMELESS)

    def _class(self) -> str:
        """Of the attributes that are filled most often the one that looks like a class.

        A class is a word that comes back from region to region; numbers and what is different
        everywhere tell single things apart.
        """
        most = max(self.filled.values())
        often = [name for name, number in self.filled.items() if number >= 0.9 * most]
        words = {name: [dict(each).get(name, "") for each in self.attributes] for name in often}

        def rank(name: str) -> tuple[bool, bool, int]:
            said = {word for word in words[name] if word}
            is_number = all(word.replace(".", "", 1).isdecimal() for word in said)
            return name.lower() in _CLASS_WORDS, not is_number, -often.index(name)

        return max(often, key=rank)


def find(finds: Finds, index: PictureIndex, told: list[Problem]) -> Description | None:
    """The VIA files among what was found, or None when there are none."""
    both = [_of_json(entry, told) for entry in of_kind(finds, VIA)]
    both += [_of_table(table, told) for table in tables(finds) if _is_via(table)]
    files = [via for via, _ in both]
    if not any(via.rows.sheet.pages for via in files):
        return None
    is_drawn = any(page.things or page.lost for via in files for page in via.rows.sheet.pages)
    for _, sorted_by in both:
        sorted_by.drop_what_never_comes_back()
    is_sorted = not is_drawn and any(sorted_by.filled for _, sorted_by in both)
    if is_sorted:
        files = [sorted_by for _, sorted_by in both]
    filled = sum((via.filled for via in files), Counter[str]())
    said = answer_to(finds.prefer, NAME, filled)
    for via in files:
        via.choose(said)
    if len(filled) > 1:
        what = "pictures" if is_sorted else "regions"
        finds.questions.append(_question(files, filled, what))
    classes = {name for via in files for page in via.rows.sheet.pages for name in page.classes}
    made = describe(
        NAME, _why(files), alphabetical(classes),
        [via.rows.sheet for via in files], index, list(_remarks(files)),
    )  # fmt: skip
    made.task = "classify" if is_sorted else "detect"
    return made


def _of_json(entry: Entry, told: list[Problem]) -> tuple[ViaFile, ViaFile]:
    """What a JSON says of regions, and what of its pictures as a whole."""
    via = ViaFile(OneFile(entry.name))
    sorted_by = ViaFile(OneFile(entry.name, "fraction"))
    try:
        for key, value in elements(entry.path, entry.name, _OPENED):
            if key == "_via_attributes":
                via.options = options_of(value, "region")
                sorted_by.options = options_of(value, "file")
            elif (row := _listed(value)) is not None:
                via.add(*row)
                sorted_by.sort(row[0], value.get("file_attributes"))
    except LabelError as error:
        told.append(warn("json_broken", entry.name, error.what, "What stands before is read."))
    return via, sorted_by


_OPENED = frozenset({"_via_img_metadata"})


def _question(files: list[ViaFile], filled: Counter[str], what: str) -> Question:
    """Which attribute is the class, where regions have several."""
    taken = next(via.chosen for via in files if via.chosen)
    answers = [name for name, _ in filled.most_common(_MOST_ASKED)]
    answers = answers if taken in answers else [taken, *answers]
    return Question(
        NAME, f"Which attribute of the {what} is the class?", tuple(answers), answers.index(taken),
        f"VIA lets you give {what} any number of attributes, and its files do not say which "
        "of them is the class (what the model learns to name).",
    )  # fmt: skip


def _listed(value: Any) -> tuple[str, list[Any]] | None:
    """A picture of a JSON with its regions; these may be a list or a numbered mapping."""
    if not isinstance(value, dict) or not isinstance(value.get("filename"), str):
        return None
    regions = value.get("regions")
    if isinstance(regions, dict):
        regions = list(regions.values())
    return value["filename"], regions if isinstance(regions, list) else []


def _is_via(table: Table) -> bool:
    return {"filename", "regionshapeattributes"} <= set(table.keys)


def _of_table(table: Table, told: list[Problem]) -> tuple[ViaFile, ViaFile]:
    """A CSV of VIA: a row per region, shapes as JSON inside the cells."""
    via = ViaFile(OneFile(table.entry.name))
    sorted_by = ViaFile(OneFile(table.entry.name, "fraction"))
    at = {key: number for number, key in enumerate(table.keys)}
    try:
        for row in table.rows():
            if len(row) < len(table.keys):
                continue
            shape = _json(row[at["regionshapeattributes"]])
            attributes = _json(row[at["regionattributes"]]) if "regionattributes" in at else {}
            region = {"shape_attributes": shape, "region_attributes": attributes}
            via.add(row[at["filename"]], [region] if shape != {} else [])
            if "fileattributes" in at and not sorted_by.rows.has(row[at["filename"]]):
                sorted_by.sort(row[at["filename"]], _json(row[at["fileattributes"]]))
    except LabelError as error:
        told.append(warn("table_broken", table.entry.name, error.what,
                         "What stands before is read."))  # fmt: skip
    return via, sorted_by


def _json(cell: str) -> Any:
    try:
        return json.loads(cell or "{}")
    except (ValueError, RecursionError):
        return None


def _why(files: list[ViaFile]) -> str:
    chosen = list(dict.fromkeys(via.chosen for via in files if via.chosen))
    named = f"; the class is the attribute {' or '.join(map(repr, chosen[:3]))}" if chosen else ""
    return (
        f"{count(len(files), 'file')} such as {files[0].rows.sheet.name} "
        f"{'lists' if len(files) == 1 else 'list'} regions as VIA does{named}."
    )


def _remarks(files: list[ViaFile]) -> Iterator[Problem]:
    for via in files:
        source = via.rows.sheet.name
        others = [name for name in via.filled if name != via.chosen]
        if others:
            yield warn(
                "class_chosen", source,
                f"{source} has several attributes ({_some([via.chosen, *others])}).",
                f"{via.chosen!r} is taken as the class; choose another one above if that is wrong.",
            )  # fmt: skip
        if via.open_lines:
            yield warn(
                "lines_closed", source,
                f"{count(via.open_lines, 'region')} of {source} "
                f"{'is an open line' if via.open_lines == 1 else 'are open lines'} (polyline).",
                "They are closed to outlines; take them out if they stand for lines.",
            )  # fmt: skip
        if via.nameless:
            yield nameless(source, via.nameless)


def _some(names: list[str]) -> str:
    return ", ".join(names[:5]) + (" and more" if len(names) > 5 else "")
