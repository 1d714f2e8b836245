"""The XML of LabelMe's web tool: a file per picture, polygons as <pt> elements in pixels."""

from functools import partial
from typing import Any

from components.data.formats.description import Description, RawLabel
from components.data.formats.drawn import number_of
from components.data.formats.page import Page
from components.data.formats.page_remarks import row_lost
from components.data.formats.pages import describe
from components.data.formats.sampling import folders_of
from components.data.formats.shapes import around, outlined
from components.data.formats.sheet import Sheet
from components.data.formats.texts import head_of
from components.data.formats.voc import is_voc, parse
from components.data.formats.voc_object import tidy
from components.data.listing import of_ending
from components.data.matching import PictureIndex
from components.data.names import alphabetical
from components.data.problems import count
from components.data.records import Problem
from components.data.scan import Finds
from components.data.unpack import Entry
from components.errors import LabelError

NAME = "LabelMe (XML)"
_HEAD_BYTES = 1 << 20


def find(finds: Finds, index: PictureIndex, _: list[Problem]) -> Description | None:
    """The LabelMe XML files among what was found, or None when there are none."""
    sheet = Sheet(NAME, is_one_file=False)
    classes: set[str] = set()
    folders = folders_of(of_ending(finds.texts, ".xml"), _has_points)
    for entry in of_ending(finds.texts, ".xml"):
        page = _ours(entry) if entry.name.rpartition("/")[0] in folders else None
        if page is not None:
            classes.update(page.classes)
            bare = Page(page.names, things=page.things)
            sheet.add(bare, entry.name, partial(_read, entry))
    if not sheet.pages:
        return None
    why = (
        f"{count(len(sheet.pages), 'XML file')} such as {sheet.source(0)} "
        f"{'holds' if len(sheet.pages) == 1 else 'hold'} polygons of points as LabelMe's web tool "
        "writes them."
    )
    made = alphabetical(classes)
    return describe(NAME, why, made, [sheet], index)


def _has_points(entry: Entry) -> bool:
    """Whether the file has the elements that VOC's has not; quicker than taking it apart."""
    head = head_of(entry.path, _HEAD_BYTES)
    return any(mark in head for mark in (b"<pt>", b"<segm>", b"<nrows>"))


def _ours(entry: Entry) -> Page | None:
    """What the file says; None when it is another's or broken, which the VOC reader tells."""
    try:
        root = parse(entry)
    except LabelError:
        return None
    is_other = root.tag != "annotation" or is_voc(root)
    return None if is_other else _page(root, entry.name)


def _read(entry: Entry) -> Page:
    return _page(parse(entry), entry.name)


def _page(root: Any, source: str) -> Page:
    last = source.rpartition("/")[2]
    named = tidy(root.findtext("filename"))
    page = Page((named, last) if named else (last,))
    height, width = (number_of(root.findtext(f"imagesize/{key}")) for key in ("nrows", "ncols"))
    if width > 0 and height > 0:
        page.size = (width, height)
    for number, thing in enumerate(root.findall("object"), start=1):
        if tidy(thing.findtext("deleted")) == "1":
            continue
        name = tidy(thing.findtext("name"))
        label = _label(name, thing) if name else None
        if label is None:
            what = "has no place that can be read" if name else "has no name"
            page.lose(row_lost(source, f"Object {number} in {source} {what}"))
        else:
            page.add(label)
    return page


def _label(name: str, thing: Any) -> RawLabel | None:
    points = [
        (number_of(point.findtext("x")), number_of(point.findtext("y")))
        for point in thing.findall("polygon/pt")
    ]
    if any(value != value for point in points for value in point):  # not a number
        return None
    if tidy(thing.findtext("type")) == "bounding_box" and len(points) >= 2:
        return RawLabel(name, around(points))
    if len(points) >= 3:
        return outlined(name, points)
    keys = ("xmin", "ymin", "xmax", "ymax")
    left, top, right, bottom = (number_of(thing.findtext(f"segm/box/{key}")) for key in keys)
    if points or any(value != value for value in (left, top, right, bottom)):
        return None
    return RawLabel(name, (left, top, right, bottom))
