"""VGG Image Annotator: one JSON or CSV for many pictures, any number of attributes per region.

Which attribute is the class is nowhere said; the one filled most often is taken, file by file,
and where there are several the person is asked.
"""

import json
import math
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from components.data.formats.description import Description, RawLabel
from components.data.formats.drawn import number_of, numbers_of
from components.data.formats.json_kinds import VIA, of_kind
from components.data.formats.json_stream import elements
from components.data.formats.page import Page
from components.data.formats.pages import (
    NAMELESS,
    OneFile,
    describe,
    nameless,
    no_objects,
    row_lost,
)
from components.data.formats.shapes import ellipse, outlined
from components.data.formats.tables import Table, tables
from components.data.matching import PictureIndex
from components.data.problems import count, note, warn
from components.data.questions import Question, answer_to
from components.data.records import Problem
from components.data.scan import Finds
from components.errors import LabelError

NAME = "VGG Image Annotator (VIA)"
_NO_OBJECTS = {"point": "points", "line": "lines"}
_CLASS_WORDS = {"class", "classes", "label", "labels", "name", "type", "category", "object",
                "species", "kind"}  # fmt: skip
_MOST_ASKED = 30  # attributes that can be chosen from
Attributes = tuple[tuple[str, str], ...]


@dataclass(slots=True)
class ViaFile:
    """One file, its classes not chosen yet.

    Attributes:
        sheet: Pages whose labels bear a number into `attributes` as their class.
        attributes: Every set of attributes that a region has.
        filled: How many regions have something in an attribute.
        chosen: The attribute that is the class; empty when regions have none.
    """

    rows: OneFile
    attributes: dict[Attributes, int] = field(default_factory=dict)
    filled: Counter[str] = field(default_factory=Counter)
    chosen: str = ""
    nameless: int = 0

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
        attributes = _attributes(region.get("region_attributes"))
        label = shape_of(shape)
        if label is None and str(shape.get("name")) in _NO_OBJECTS:
            others[_NO_OBJECTS[str(shape["name"])]] += 1
            return ""
        if label is None:
            return "has no place that can be read"
        self.filled.update(name for name, _ in attributes)
        number = self.attributes.setdefault(attributes, len(self.attributes))
        page.add(RawLabel(str(number), label.box, label.shape, label.points))
        return ""

    def choose(self, said: str) -> None:
        """Settle which attribute is the class, and name the labels by it.

        Args:
            said: The attribute that the person has named; another file may have it.
        """
        self.chosen = said if said in self.filled else self._class() if self.filled else ""
        names = {
            str(number): sys.intern(dict(attributes).get(self.chosen, NAMELESS))
            for attributes, number in self.attributes.items()
        }
        for page in self.rows.sheet.pages:
            page.classes = [names[number] for number in page.classes]
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
    files: list[ViaFile] = []
    for entry in of_kind(finds, VIA):
        via = ViaFile(OneFile(entry.name))
        try:
            for reference, regions in _listed(elements(entry.path, entry.name, _OPENED)):
                via.add(reference, regions)
        except LabelError as error:
            told.append(warn("json_broken", entry.name, error.what, "What stands before is read."))
        files.append(via)
    files += [_of_table(table, told) for table in tables(finds) if _is_via(table)]
    if not any(via.rows.sheet.pages for via in files):
        return None
    filled = sum((via.filled for via in files), Counter[str]())
    said = answer_to(finds.prefer, NAME, filled)
    for via in files:
        via.choose(said)
    if len(filled) > 1:
        finds.questions.append(_question(files, filled))
    classes = {name for via in files for page in via.rows.sheet.pages for name in page.classes}
    return describe(
        NAME, _why(files), sorted(classes, key=lambda name: (name.casefold(), name)),
        [via.rows.sheet for via in files], index, list(_remarks(files)),
    )  # fmt: skip


_OPENED = frozenset({"_via_img_metadata"})


def _question(files: list[ViaFile], filled: Counter[str]) -> Question:
    """Which attribute is the class, where regions have several."""
    taken = next(via.chosen for via in files if via.chosen)
    answers = [name for name, _ in filled.most_common(_MOST_ASKED)]
    answers = answers if taken in answers else [taken, *answers]
    return Question(
        NAME, "Which attribute of the regions is the class?", tuple(answers), answers.index(taken),
        "VIA lets you give every region any number of attributes, and its files do not say which "
        "of them is the class (what the model learns to name).",
    )  # fmt: skip


def _listed(parts: Iterator[tuple[str, Any]]) -> Iterator[tuple[str, list[Any]]]:
    """Every picture of a JSON with its regions; regions may be a list or a numbered mapping."""
    for _, value in parts:
        if not isinstance(value, dict) or not isinstance(value.get("filename"), str):
            continue
        regions = value.get("regions")
        if isinstance(regions, dict):
            regions = list(regions.values())
        yield value["filename"], regions if isinstance(regions, list) else []


def _is_via(table: Table) -> bool:
    return {"filename", "regionshapeattributes"} <= set(table.keys)


def _of_table(table: Table, told: list[Problem]) -> ViaFile:
    """A CSV of VIA: a row per region, shapes as JSON inside the cells."""
    via = ViaFile(OneFile(table.entry.name))
    at = {key: number for number, key in enumerate(table.keys)}
    try:
        for row in table.rows():
            if len(row) < len(table.keys):
                continue
            shape = _json(row[at["regionshapeattributes"]])
            attributes = _json(row[at["regionattributes"]]) if "regionattributes" in at else {}
            region = {"shape_attributes": shape, "region_attributes": attributes}
            via.add(row[at["filename"]], [region] if shape != {} else [])
    except LabelError as error:
        told.append(warn("table_broken", table.entry.name, error.what,
                         "What stands before is read."))  # fmt: skip
    return via


def _json(cell: str) -> Any:
    try:
        return json.loads(cell or "{}")
    except (ValueError, RecursionError):
        return None


def _attributes(given: Any) -> Attributes:
    """Attributes that say something, as texts."""
    if isinstance(given, str):  # files of other tools give the class at once
        return (("class", given.strip()),) if given.strip() else ()
    if not isinstance(given, dict):
        return ()
    pairs = ((str(name), _word(value)) for name, value in given.items())
    return tuple((name, word) for name, word in pairs if word)


def _word(value: Any) -> str:
    """An attribute's value: a text, a number, or check boxes that are ticked."""
    if isinstance(value, dict):
        return ", ".join(str(name) for name, is_set in value.items() if is_set)[:200]
    if isinstance(value, str | int | float) and not isinstance(value, bool):
        return str(value).strip()
    return ""


def shape_of(shape: dict[str, Any]) -> RawLabel | None:
    """A region's shape as a label without class; None when it is no outline of a thing."""
    kind = shape.get("name")
    if kind in ("polygon", "polyline") or "all_points_x" in shape:
        xs = numbers_of(shape.get("all_points_x"), 3)
        ys = numbers_of(shape.get("all_points_y"), 3)
        if xs is None or ys is None or len(xs) != len(ys):
            return None
        return outlined("", list(zip(xs, ys, strict=True)))
    if kind in ("circle", "ellipse"):
        keys = ("cx", "cy", "r", "r") if kind == "circle" else ("cx", "cy", "rx", "ry")
        x, y, rx, ry = (number_of(shape.get(key)) for key in keys)
        angle = math.degrees(number_of(shape.get("theta", 0)))
        return None if _lacks(x, y, rx, ry, angle) else ellipse("", (x, y), (rx, ry), angle)
    left, top, width, height = (number_of(shape.get(key)) for key in ("x", "y", "width", "height"))
    if kind not in ("rect", None) or _lacks(left, top, width, height):
        return None
    return RawLabel("", (left, top, left + width, top + height))


def _lacks(*numbers: float) -> bool:
    return not all(map(math.isfinite, numbers))


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
            yield note(
                "class_chosen", source,
                f"Regions of {source} have several attributes ({_some([via.chosen, *others])}).",
                f"{via.chosen!r} is taken as the class; choose another one above if that is wrong.",
            )  # fmt: skip
        if via.nameless:
            yield nameless(source, via.nameless)


def _some(names: list[str]) -> str:
    return ", ".join(names[:5]) + (" and more" if len(names) > 5 else "")
