"""Datumaro's JSON: categories, then items with annotations, boxes as corner and size."""

from collections import Counter
from typing import Any

from components.data.formats.description import Description, RawLabel
from components.data.formats.drawn import number_of, numbers_of, paired
from components.data.formats.json_kinds import DATUMARO, of_kind
from components.data.formats.json_stream import elements
from components.data.formats.page import Page
from components.data.formats.page_remarks import no_objects, row_lost
from components.data.formats.pages import describe
from components.data.formats.run_lengths import coco_label, size_checked
from components.data.formats.shapes import outlined, turned
from components.data.formats.sheet import OneFile
from components.data.matching import PictureIndex
from components.data.problems import count, warn
from components.data.records import Problem
from components.data.scan import Finds
from components.data.unpack import Entry
from components.errors import LabelError

NAME = "Datumaro"
_NO_OBJECTS = {
    "label": "labels of the whole picture", "caption": "captions", "polyline": "lines",
    "points": "points",
}  # fmt: skip


def find(finds: Finds, index: PictureIndex, told: list[Problem]) -> Description | None:
    """The Datumaro files among what was found, or None when there are none."""
    classes: dict[str, None] = {}
    sheets = [_read(entry, classes, told).sheet for entry in of_kind(finds, DATUMARO)]
    sheets = [sheet for sheet in sheets if sheet.pages]
    if not sheets:
        return None
    used = {name for sheet in sheets for page in sheet.pages for name in page.classes}
    # "background" stands at the head of every list that once was for masks.
    named = [name for name in classes if name in used or name.lower() != "background"]
    why = (
        f"{count(len(sheets), 'JSON file')} such as {sheets[0].name} "
        f"{'lists' if len(sheets) == 1 else 'list'} categories and items as Datumaro does."
    )
    return describe(NAME, why, named, sheets, index)


def _read(entry: Entry, classes: dict[str, None], told: list[Problem]) -> OneFile:
    made = OneFile(entry.name)
    names: list[str] = []
    try:
        for key, value in elements(entry.path, entry.name):
            if key == "categories" and isinstance(value, dict):
                names = _names(value)
            elif key == "items" and isinstance(value, dict):
                _item(made, value, names)
    except LabelError as error:
        told.append(warn("json_broken", entry.name, error.what, "What stands before is read."))
    classes.update(dict.fromkeys(names))
    return made


def _names(categories: dict[str, Any]) -> list[str]:
    """Class names by their number."""
    label = categories.get("label")
    rows = label.get("labels") if isinstance(label, dict) else None
    if not isinstance(rows, list):
        return []
    return [str(row.get("name", "")) if isinstance(row, dict) else str(row) for row in rows]


def _item(made: OneFile, item: dict[str, Any], names: list[str]) -> None:
    image = item.get("image")
    image = image if isinstance(image, dict) else {}
    reference = image.get("path") or item.get("id")
    if not isinstance(reference, str):
        return
    page = made.page(reference)
    size = numbers_of(image.get("size"), 2)
    if size and min(size) > 0:
        page.size = (size[1], size[0])  # told as height, width
    others: Counter[str] = Counter()
    things = item.get("annotations")
    for number, thing in enumerate(things if isinstance(things, list) else [], start=1):
        what = _add(page, thing, names, others)
        if what:
            page.lose(row_lost(made.sheet.name, f"Annotation {number} of {reference} {what}"))
    if others:
        page.lose(no_objects(reference, dict(others)), sum(others.values()))


def _add(page: Page, thing: Any, names: list[str], others: Counter[str]) -> str:
    """Add an annotation to the page, or tell what is wrong with it."""
    if not isinstance(thing, dict):
        return "is no annotation"
    kind, number = str(thing.get("type"))[:40], thing.get("label_id")
    if kind in _NO_OBJECTS:
        others[_NO_OBJECTS[kind]] += 1
        return ""
    if not isinstance(number, int) or not 0 <= number < len(names):
        return f"has the class {number!s:.40}, which the file does not name"
    try:
        label = _label(names[number], thing)
    except LabelError as error:
        return f"has a mask that cannot be read ({error.what})"
    if label is None:
        return f"is a {kind} without a place that can be read"
    page.add(label)
    return ""


def _label(name: str, thing: dict[str, Any]) -> RawLabel | None:
    """The label that an annotation is, or None when it cannot be read.

    Raises:
        LabelError: Its mask cannot be read.
    """
    match thing.get("type"):
        case "bbox":
            box = numbers_of(thing.get("bbox"), 4)
            if box is None:
                return None
            x, y, width, height = box[:4]
            said = thing.get("attributes")  # how far CVAT turned the box after it was drawn
            degrees = number_of(said.get("rotation")) if isinstance(said, dict) else 0.0
            if not degrees % 360:
                return RawLabel(name, (x, y, x + width, y + height))
            return turned(name, (x, y), (width, height), degrees, (x + width / 2, y + height / 2))
        case "polygon":
            flat = numbers_of(thing.get("points"), 6)
            return None if flat is None else outlined(name, paired(flat))
        case "rotated_bbox":
            place = numbers_of(thing.get("rbox") or thing.get("bbox"), 5)
            if place is None:
                return None
            x, y, width, height, degrees = place[:5]
            return turned(name, (x - width / 2, y - height / 2), (width, height), degrees, (x, y))
        case "mask":
            return _mask(name, thing.get("rle"))
    return None


def _mask(name: str, rle: Any) -> RawLabel | None:
    size = numbers_of(rle.get("size"), 2) if isinstance(rle, dict) else None
    if size is None:
        return None
    height, width = size_checked(size[0], size[1])
    counts = rle.get("counts")
    if isinstance(counts, list):
        counts = numbers_of(counts, 1)
    return coco_label(name, counts, width, height) if counts else None
