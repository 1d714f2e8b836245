"""GeoJSON in pixels, as QuPath writes it: a file called like its picture, a feature for each thing.

Most GeoJSON is a map, whose coordinates are degrees or metres. It is told and not read: where a
picture lies on the earth stands in files that no trainer knows.
"""

from collections.abc import Iterator
from statistics import median
from typing import Any

from components.data.formats.description import Description, RawLabel
from components.data.formats.drawn import points_of
from components.data.formats.json_kinds import GEOJSON, of_kind
from components.data.formats.json_stream import elements
from components.data.formats.outlines import closed
from components.data.formats.page import Page
from components.data.formats.page_remarks import NAMELESS, nameless, no_objects, row_lost
from components.data.formats.pages import describe
from components.data.formats.sheet import Sheet
from components.data.matching import PictureIndex
from components.data.names import alphabetical, stem_of
from components.data.pictures import probe
from components.data.problems import count, warn
from components.data.records import Problem
from components.data.scan import Finds
from components.data.unpack import Entry
from components.errors import LabelError, PictureError

NAME = "GeoJSON"
_CLASS = ("classification", "class", "class_name", "label", "category", "species", "type", "name")
_ENDS = ("_annotations", "_annotation", "_labels", "_detections", "-annotations")
_AREAS = ("Polygon", "MultiPolygon")
_LEAST = 1.0  # pixels; what is narrower are degrees


def find(finds: Finds, index: PictureIndex, told: list[Problem]) -> Description | None:
    """The GeoJSON files among what was found, or None when there are none in pixels."""
    sheet = Sheet(NAME, is_one_file=False)
    problems: list[Problem] = []
    for entry in of_kind(finds, GEOJSON):
        try:
            page = _read(entry)
        except LabelError as error:
            told.append(warn("json_broken", entry.name, error.what, "It is left out."))
            continue
        if _is_map(page, entry, index):
            told.append(_about_map(entry.name))
            continue
        sheet.add(page, entry.name)
        if bare := page.classes.count(NAMELESS):
            problems.append(nameless(entry.name, bare))
    if not sheet.pages:
        return None
    why = (
        f"{count(len(sheet.pages), 'GeoJSON file')} such as {sheet.source(0)} "
        f"{'holds' if len(sheet.pages) == 1 else 'hold'} outlines in pixels, as QuPath writes them."
    )
    classes = {name for page in sheet.pages for name in page.classes}
    ordered = alphabetical(classes)
    return describe(NAME, why, ordered, [sheet], index, problems)


def _read(entry: Entry) -> Page:
    last = entry.name.rpartition("/")[2]
    stem = stem_of(last)
    bare = next((stem[: -len(end)] for end in _ENDS if stem.lower().endswith(end)), "")
    page = Page((last, bare) if bare else (last,))
    others: dict[str, int] = {}
    for number, (properties, geometry) in enumerate(_features(entry), start=1):
        kind = str(geometry.get("type"))
        if kind not in _AREAS:
            others[kind] = others.get(kind, 0) + 1
        elif (label := _label(_class(properties), kind, geometry.get("coordinates"))) is not None:
            page.add(label)
        else:
            page.lose(row_lost(entry.name, f"Feature {number} of {entry.name} is no whole outline"))
    if others:
        page.lose(no_objects(entry.name, others), sum(others.values()))
    return page


def _features(entry: Entry) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """Properties and geometry of each feature; a file may also be a bare list of them."""
    for key, value in elements(entry.path, entry.name):
        if key not in ("features", "") or not isinstance(value, dict):
            continue
        properties, geometry = value.get("properties"), value.get("geometry")
        if isinstance(geometry, dict):
            yield properties if isinstance(properties, dict) else {}, geometry


def _class(properties: dict[str, Any]) -> str:
    for key in _CLASS:
        said = properties.get(key)
        if isinstance(said, dict):
            said = said.get("name")
        if isinstance(said, str) and said.strip():
            return said.strip()
    return NAMELESS


def _label(name: str, kind: str, given: Any) -> RawLabel | None:
    parts = given if kind == "MultiPolygon" else [given]
    rings = [points_of(ring) for part in parts if isinstance(part, list) for ring in part] if (
        isinstance(parts, list)) else []  # fmt: skip
    return closed(name, [ring for ring in rings if len(ring) >= 3])


def _is_map(page: Page, entry: Entry, index: PictureIndex) -> bool:
    """Whether coordinates are places on the earth: narrower than a pixel, or beyond the picture."""
    if not page.classes:
        return False
    boxes = [page.corners[n : n + 4] for n in range(0, len(page.corners), 4)]
    if median(max(box[2] - box[0], box[3] - box[1]) for box in boxes) < _LEAST:
        return True
    folder = entry.name.rpartition("/")[0]
    number = next((n for name in page.names if (n := index.find(name, folder)) is not None), None)
    if number is None:
        return False
    picture = index.pictures[number]
    try:
        facts = probe(picture.path, picture.name)
    except PictureError:
        return False
    return not any(
        box[0] < facts.width and box[1] < facts.height and box[2] > 0 and box[3] > 0
        for box in boxes
    )  # fmt: skip


def _about_map(name: str) -> Problem:
    return warn(
        "map_coordinates", name,
        f"{name} is a map: its coordinates are places on the earth, not pixels of a picture.",
        "Its labels are left out; turn the coordinates into pixels first, or draw the outlines on "
        "the pictures.",
    )  # fmt: skip
