"""The XML of programs for slides of tissue: Aperio ImageScope and ASAP, a file for each picture.

Sources: the annotations of MoNuSeg and MoNuSAC (Aperio), and of CAMELYON (ASAP).
"""

from collections.abc import Iterator
from functools import partial
from typing import Any

from components.data.formats.description import Description, RawLabel
from components.data.formats.drawn import number_of
from components.data.formats.page import Page
from components.data.formats.page_remarks import NAMELESS, nameless, no_objects, row_lost
from components.data.formats.pages import describe
from components.data.formats.sampling import folders_of
from components.data.formats.shapes import around, ellipse, outlined
from components.data.formats.sheet import Sheet
from components.data.formats.texts import head_of
from components.data.formats.voc import parse
from components.data.listing import of_ending
from components.data.matching import PictureIndex
from components.data.names import alphabetical
from components.data.problems import count
from components.data.records import Problem
from components.data.scan import Finds
from components.data.unpack import Entry
from components.errors import LabelError

NAME = "XML of slides"
_HEAD_BYTES = 1 << 16
_ELLIPSE = "2"
_HOLE = "hole"
_LINES = {"3": "arrow", "4": "ruler", "5": "text", _HOLE: _HOLE}
_FARTHEST = 1e9  # pixels; no slide is as large
_ASAP_POINTS = ("Dot", "PointSet")
_OTHER_NAMES = ("Description", "Name")  # of attributes, which are no classes


def find(finds: Finds, index: PictureIndex, _: list[Problem]) -> Description | None:
    """Such XML files among what was found, or None when there are none."""
    sheet = Sheet(NAME, is_one_file=False)
    classes: set[str] = set()
    problems: list[Problem] = []
    folders = folders_of(of_ending(finds.texts, ".xml"), _is_ours)
    for entry in of_ending(finds.texts, ".xml"):
        if entry.name.rpartition("/")[0] not in folders or not _is_ours(entry):
            continue
        try:
            page = _read(entry)
        except LabelError:  # told by the reader of VOC
            continue
        classes.update(page.classes)
        if bare := page.classes.count(NAMELESS):
            problems.append(nameless(entry.name, bare))
        sheet.add(Page(page.names, things=page.things), entry.name, partial(_read, entry))
    if not sheet.pages:
        return None
    why = (
        f"{count(len(sheet.pages), 'XML file')} such as {sheet.source(0)} "
        f"{'holds' if len(sheet.pages) == 1 else 'hold'} regions as Aperio ImageScope or ASAP "
        "write them."
    )
    ordered = alphabetical(classes)
    return describe(NAME, why, ordered, [sheet], index, problems)


def _is_ours(entry: Entry) -> bool:
    head = head_of(entry.path, _HEAD_BYTES)
    return b"<ASAP_Annotations" in head or (b"<Annotations" in head and b"<Region" in head)


def _read(entry: Entry) -> Page:
    page = Page((entry.name.rpartition("/")[2],))
    others: dict[str, int] = {}
    for number, (name, kind, points) in enumerate(_regions(parse(entry)), start=1):
        if kind in _LINES.values() or kind in _ASAP_POINTS:
            others[kind.lower()] = others.get(kind.lower(), 0) + 1
        elif (label := _label(name, kind, points)) is not None:
            page.add(label)
        else:
            page.lose(row_lost(entry.name, f"Region {number} of {entry.name} is no whole outline"))
    if others:
        page.lose(no_objects(entry.name, others), sum(others.values()))
    return page


Region = tuple[str, str, list[tuple[float, float]]]


def _regions(root: Any) -> Iterator[Region]:
    """Class, kind and points of each region."""
    if root.tag == "ASAP_Annotations":
        for one in root.iter("Annotation"):
            group = one.get("PartOfGroup", "None")
            points = _points(one.findall("Coordinates/Coordinate"))
            yield NAMELESS if group == "None" else group, one.get("Type", ""), points
        return
    layers = root.findall("Annotation")
    for layer in layers:
        name = _of_layer(layer, is_alone=len(layers) == 1)
        for region in layer.iter("Region"):
            is_cut = region.get("NegativeROA") == "1"  # out of another region
            kind = _HOLE if is_cut else region.get("Type", "")
            yield name, _LINES.get(kind, kind), _points(region.findall("Vertices/Vertex"))


def _points(given: list[Any]) -> list[tuple[float, float]]:
    return [(number_of(one.get("X")), number_of(one.get("Y"))) for one in given]


def _of_layer(layer: Any, *, is_alone: bool) -> str:
    """The class of a layer: its name, or that of an attribute; layers without are numbered."""
    said = [layer.get("Name", ""), *(
        one.get("Name", "") for one in layer.findall("Attributes/Attribute")
        if one.get("Name") not in _OTHER_NAMES
    )]  # fmt: skip
    name = next((text.strip() for text in said if text.strip()), "")
    return name or (NAMELESS if is_alone else f"layer {layer.get('Id', '')}".strip())


def _label(name: str, kind: str, points: list[tuple[float, float]]) -> RawLabel | None:
    if len(points) < 2 or not all(
        abs(value) < _FARTHEST for point in points for value in point
    ):  # fmt: skip
        return None
    if kind == _ELLIPSE:
        left, top, right, bottom = around(points)
        middle, radii = ((left + right) / 2, (top + bottom) / 2), (right - left, bottom - top)
        return ellipse(name, middle, (radii[0] / 2, radii[1] / 2), 0)
    return outlined(name, points) if len(points) > 2 else None
