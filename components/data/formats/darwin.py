"""V7's Darwin JSON, versions 1 and 2: a file per picture, places in pixels."""

import math
from collections import Counter
from functools import partial
from typing import Any

from components.data.formats.description import Description, RawLabel
from components.data.formats.drawn import Points, number_of, points_of
from components.data.formats.json_kinds import DARWIN, of_kind
from components.data.formats.json_stream import elements
from components.data.formats.outlines import closed
from components.data.formats.page import Page
from components.data.formats.pages import Sheet, describe, no_objects, row_lost
from components.data.formats.shapes import ellipse
from components.data.matching import PictureIndex
from components.data.problems import count, warn
from components.data.records import Problem
from components.data.scan import Finds
from components.data.unpack import Entry
from components.errors import LabelError

NAME = "Darwin JSON (V7)"
_NO_OBJECTS = {"keypoint": "points", "line": "lines", "tag": "tags", "skeleton": "skeletons",
               "mask": "masks", "raster_layer": "masks", "cuboid": "cuboids", "text": "texts",
               "string": "texts", "graph": "graphs", "frames": "films"}  # fmt: skip


def find(finds: Finds, index: PictureIndex, told: list[Problem]) -> Description | None:
    """The Darwin files among what was found, or None when there are none."""
    sheet = Sheet(NAME, is_one_file=False)
    classes: set[str] = set()
    for entry in of_kind(finds, DARWIN):
        try:
            page = _page(entry)
        except LabelError as error:
            told.append(warn("json_broken", entry.name, error.what, "Its labels are left out."))
            continue
        classes.update(page.classes)
        sheet.add(Page(page.names, things=page.things), entry.name, partial(_page, entry))
    if not len(sheet.pages):
        return None
    why = (
        f"{count(len(sheet.pages), 'JSON file')} such as {sheet.source(0)} "
        f"{'holds' if len(sheet.pages) == 1 else 'hold'} annotations as V7 Darwin writes them."
    )
    named = sorted(classes, key=lambda name: (name.casefold(), name))
    return describe(NAME, why, named, [sheet], index)


def _page(entry: Entry) -> Page:
    """Everything the file says.

    Raises:
        LabelError: It is not whole JSON.
    """
    stem = entry.name.rpartition("/")[2]
    page, others, number = Page((stem,)), Counter[str](), 0
    for key, value in elements(entry.path, entry.name):
        if not isinstance(value, dict):
            continue
        if key in ("item", "image"):
            _about(page, value, stem)
        elif key == "annotations":
            number += 1
            if (label := _label(value)) is not None:
                page.add(label)
            elif kind := next((_NO_OBJECTS[key] for key in value if key in _NO_OBJECTS), ""):
                others[kind] += 1
            else:
                page.lose(row_lost(
                    entry.name, f"Annotation {number} of {entry.name} has no place or no name that "
                    "can be read",
                ))  # fmt: skip
    if others:
        page.lose(no_objects(entry.name, dict(others)), sum(others.values()))
    return page


def _about(page: Page, facts: dict[str, Any], stem: str) -> None:
    """The picture's names and size."""
    slots = facts.get("slots")
    slot = slots[0] if isinstance(slots, list) and slots and isinstance(slots[0], dict) else facts
    names = [facts.get(key) for key in ("name", "filename", "original_filename")]
    path = str(facts.get("path") or "").strip("/")
    called = [f"{path}/{name}".strip("/") for name in names if isinstance(name, str) and name]
    page.names = (*dict.fromkeys(called), stem)
    width, height = number_of(slot.get("width")), number_of(slot.get("height"))
    if 0 < width < math.inf and 0 < height < math.inf:
        page.size = (width, height)


def _label(row: dict[str, Any]) -> RawLabel | None:
    """The label that an annotation draws; None when it draws no outline of a thing."""
    name = str(row.get("name") or "").strip()
    if not name:
        return None
    for key in ("polygon", "complex_polygon"):
        if rings := _rings(row.get(key)):
            return closed(name, rings)
    round_thing = row.get("ellipse")
    if isinstance(round_thing, dict):
        return _ellipse(name, round_thing)
    box = row.get("bounding_box")
    if not isinstance(box, dict) or any(kind in row for kind in _NO_OBJECTS):
        return None
    left, top, width, height = (number_of(box.get(key)) for key in ("x", "y", "w", "h"))
    if math.isnan(left + top + width + height):
        return None
    return RawLabel(name, (left, top, left + width, top + height))


def _rings(shape: Any) -> list[Points]:
    """The closed lines of a polygon: under "paths", or "path" and "additional_paths"."""
    if not isinstance(shape, dict):
        return []
    paths = [shape.get("path"), *_list(shape.get("additional_paths")), *_list(shape.get("paths"))]
    if isinstance(shape.get("path"), list) and points_of(shape["path"]) == ():
        paths = [*_list(shape["path"]), *paths[1:]]
    return [points for path in paths if len(points := points_of(path)) >= 3]


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _ellipse(name: str, facts: dict[str, Any]) -> RawLabel | None:
    centre, radius = facts.get("center"), facts.get("radius")
    if not isinstance(centre, dict) or not isinstance(radius, dict):
        return None
    x, y, rx, ry = (number_of(each.get(key)) for each in (centre, radius) for key in ("x", "y"))
    angle = math.degrees(number_of(facts.get("angle", 0)))
    if not all(map(math.isfinite, (x, y, rx, ry, angle))):
        return None
    return ellipse(name, (x, y), (rx, ry), angle)
