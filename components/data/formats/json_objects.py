"""One thing in a JSON that no known tool wrote: where it is and what it is called, by its keys."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from components.data.formats.description import RawLabel
from components.data.formats.drawn import Points, number_of, numbers_of, paired, points_of
from components.data.formats.outlines import closed
from components.data.formats.shapes import around, outlined
from components.data.matching import PictureIndex
from components.data.records import Corners
from components.data.unpack import PICTURE_SUFFIXES, suffix_of

_MOST_LOOKED_AT = 20_000  # values of one record
_DEEPEST = 7
_PLACES = (
    "polygon", "poly2d", "segmentation", "contour", "bbox", "box", "boundingbox", "box2d",
    "rect", "rectangle", "coordinates", "coords", "xyxy", "xywh", "boundingpoly", "bboxes", "boxes",
    "points", "vertices", "geometry", "location", "roi",
)  # fmt: skip
_CLASS = (
    "classname", "categoryname", "labelname", "class", "label", "category", "name", "title",
    "value", "object", "tag", "labels", "categories", "classes", "species", "type",
)  # fmt: skip
_NUMBERS = ("classid", "categoryid", "labelid", "classindex", "labelindex", "cls")
_FILE = (
    "sourceref", "filename", "imagename", "imagepath", "imgpath", "imgname", "externalid",
    "filepath", "image", "img", "file", "path", "name", "picture", "photo", "frame", "imageid",
    "globalkey", "rowdata", "attachment", "metadata", "params", "imageurl",
    "url", "id", "datarow", "key",
)  # fmt: skip
_HOLDERS = ("image", "datarow", "file", "metadata", "params")
_WHOLE = ("classname", "categoryname", "labelname", "class", "label", "category", "labels",
          "species", *_NUMBERS)  # fmt: skip
_FOUR = (
    (("xmin", "ymin", "xmax", "ymax"), True), (("x1", "y1", "x2", "y2"), True),
    (("left", "top", "right", "bottom"), True), (("x0", "y0", "x1", "y1"), True),
    (("minx", "miny", "maxx", "maxy"), True), (("left", "top", "width", "height"), False),
    (("x", "y", "width", "height"), False), (("x", "y", "w", "h"), False),
    (("xmin", "ymin", "width", "height"), False), (("xmin", "ymin", "w", "h"), False),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Thing:
    """What one mapping says of one thing.

    Attributes:
        name: Its class; "" when nothing is said.
        four: Four numbers whose order is not told; None when `box` or `points` tell.
        box: Left, top, right, bottom.
        points: Its outline.
        is_line: Whether it was drawn as an open line, which holds nothing.
    """

    name: str
    four: tuple[float, float, float, float] | None = None
    box: Corners | None = None
    points: Points = ()
    is_line: bool = False

    @property
    def is_placed(self) -> bool:
        """Whether it is said where the thing is."""
        return bool(self.four or self.box or self.points)

    def label(self, name: str, *, are_corners: bool) -> RawLabel:
        """As a label; `are_corners` says what four numbers are."""
        if self.points:
            return outlined(name, self.points)
        if self.box is not None:
            return RawLabel(name, self.box)
        a, b, c, d = self.four or (0.0, 0.0, 0.0, 0.0)
        return RawLabel(name, (a, b, c, d) if are_corners else (a, b, a + c, b + d))


def key_of(text: object) -> str:
    """A key to compare by ("External ID" and "external_id" become "externalid")."""
    return re.sub(r"[^a-z0-9]", "", str(text)[:60].lower())


def keyed(row: Mapping[Any, Any]) -> dict[str, Any]:
    """The mapping with keys to compare by; the first of two alike stays."""
    made: dict[str, Any] = {}
    for key, value in row.items():
        made.setdefault(key_of(key), value)
    return made


def thing_of(row: Mapping[Any, Any], names: Mapping[int, str]) -> Thing | None:
    """The thing that a mapping describes, or None when it says nowhere where it is."""
    facts = keyed(row)
    name = class_of(facts, names)
    for key in _PLACES:
        if key in facts and (made := _placed(name, facts[key], _order(key, facts))) is not None:
            return made
    box = _corners(facts)
    return Thing(name, box=box) if box is not None else None


def _order(key: str, facts: Mapping[str, Any]) -> str:
    """What four numbers are, where the file says so: "corners", "size" or ""."""
    if key == "bbox" and {"polygon", "mask", "classname"} <= facts.keys():  # Hasty's export
        return "corners"
    mode = facts.get("bboxmode", facts.get("bboxformat", facts.get("format", "")))
    if key == "xyxy" or mode in (0, "xyxy", "XYXY_ABS", "pascal_voc"):
        return "corners"
    return "size" if key == "xywh" or mode in (1, "xywh", "XYWH_ABS", "coco") else ""


def _placed(name: str, value: Any, order: str) -> Thing | None:
    if isinstance(value, dict):
        facts = keyed(value)
        if (box := _corners(facts)) is not None:
            return Thing(name, box=box)
        inner = next((facts[key] for key in (*_PLACES, "paths", "path", "rings")
                      if isinstance(facts.get(key), list)), None)  # fmt: skip
        return _listed(name, inner, order) if inner else None
    return _listed(name, value, order) if isinstance(value, list) and value else None


def _listed(name: str, value: list[Any], order: str) -> Thing | None:
    """A place written as a list: four numbers, points, or points one number after the other."""
    if all(isinstance(one, list) and len(one) == 4 for one in value):
        return None  # boxes of several things, told in columns
    if points := points_of(value):
        return _outline(name, points)
    drawn = [keyed(one) for one in value if isinstance(one, dict)]
    if drawn and all(one.get("closed") is False for one in drawn):
        return Thing(name, is_line=True)  # a lane of BDD100K
    if rings := [points_of(one.get("vertices")) for one in drawn] or _rings(value):
        made = closed(name, rings)
        return _outline(name, made.points) if made is not None else None
    flat = numbers_of(value if not isinstance(value[0], list) else value[0], 4)
    if flat is None:
        return None
    a, b, c, d = flat[:4]
    if order:
        return Thing(name, box=(a, b, c, d) if order == "corners" else (a, b, a + c, b + d))
    return Thing(name, four=(a, b, c, d))


def _rings(value: list[Any]) -> list[Points]:
    """The closed lines that several lists of points or of numbers are; [] when they are none."""
    if len(value) > 4 and (flat := numbers_of(value, 6)) and len(flat) % 2 == 0:
        return [paired(flat)]
    made = [points_of(one) or paired(numbers_of(one, 6) or ()) for one in value]
    return [ring for ring in made if len(ring) >= 3]


def _outline(name: str, points: Points) -> Thing | None:
    if len(points) == 2:
        return Thing(name, box=around(points))
    return Thing(name, points=points) if len(points) >= 3 else None


def _corners(facts: Mapping[str, Any]) -> Corners | None:
    for keys, are_corners in _FOUR:
        place = numbers_of([facts.get(key) for key in keys], 4)
        if place is not None:
            a, b, c, d = place
            return (a, b, c, d) if are_corners else (a, b, a + c, b + d)
    return None


def whole_class(record: Mapping[Any, Any], names: Mapping[int, str]) -> str:
    """The class of a picture as a whole, by keys that mean nothing else; "" for none."""
    facts = keyed(record)
    return class_of({key: facts[key] for key in _WHOLE if key in facts}, names)


def class_of(facts: Mapping[str, Any], names: Mapping[int, str]) -> str:
    """The class that keys name; a number is looked up, and "" stands for none."""
    for key in (*_CLASS, *_NUMBERS):
        value = facts.get(key)
        if isinstance(value, list) and len(value) == 1:
            (value,) = value
        if isinstance(value, dict):
            value = class_of(keyed(value), names)
        if isinstance(value, str) and value.strip():
            text = value.strip()
            if not (text.isascii() and text.isdigit() and len(text) < 7):
                return text
            value = int(text)
        if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 1_000_000:
            return names.get(value, f"class {value}")
    return ""


def things_in(record: Mapping[Any, Any], names: Mapping[int, str]) -> list[Thing] | None:
    """Things of a record, wherever in it they are listed; None when it lists nothing at all."""
    lists = list(_lists(record))
    for rows in lists:
        some = (thing_of(row, names) or _placeless(row, names) for row in rows)
        made = [thing for thing in some if thing is not None]
        if any(thing.is_placed for thing in made):
            return made
    columns = next((made for value in record.values() if (made := _columns(value, names))), None)
    if columns:
        return columns
    own = thing_of(record, names)
    if own is not None:
        return [own]
    is_empty = any(
        key_of(key) in _LISTED and _holds_nothing(value) for key, value in record.items()
    )
    return [] if is_empty or lists else None


def _holds_nothing(value: Any) -> bool:
    """Whether a list of things is empty, or all columns of one are."""
    columns = list(value.values()) if isinstance(value, dict) else [value]
    return all(column == [] for column in columns)


_LISTED = {"objects", "annotations", "labels", "boxes", "bboxes", "bbox", "regions", "instances",
           "detections", "shapes"}  # fmt: skip


def _placeless(row: Mapping[Any, Any], names: Mapping[int, str]) -> Thing | None:
    """A thing that has a class and no place that can be read: to be told, not to be used."""
    name = class_of(keyed(row), names)
    return Thing(name) if name else None


def _lists(record: Mapping[Any, Any]) -> Iterator[Sequence[Mapping[Any, Any]]]:
    """Lists of mappings in a record, the outermost first."""
    waiting: list[tuple[Any, int]] = [(record, 0)]
    for seen, (value, depth) in enumerate(waiting):
        if seen > _MOST_LOOKED_AT:
            return
        if isinstance(value, list) and value:
            rows = [row for row in value if isinstance(row, dict)]
            if rows and not all(_is_point(row) for row in rows):
                yield rows
        if depth < _DEEPEST and isinstance(value, dict | list):
            inner = value.values() if isinstance(value, dict) else value[:100]
            waiting += [(one, depth + 1) for one in inner if isinstance(one, dict | list)]


def _is_point(row: Mapping[Any, Any]) -> bool:
    return len(row) <= 3 and "x" in row and "y" in row


def _columns(value: Any, names: Mapping[int, str]) -> list[Thing]:
    """Things told in columns: {"bbox": [[...], ...], "categories": [...]}."""
    if isinstance(value, list) and len(value) == 1:
        (value,) = value
    if not isinstance(value, dict):
        return []
    facts = keyed(value)
    boxes = next((facts[key] for key in _PLACES if isinstance(facts.get(key), list)), None)
    classes: list[Any] = next((facts[key] for key in (*_CLASS, *_NUMBERS)
                               if isinstance(facts.get(key), list)), [])  # fmt: skip
    if not boxes or not all(isinstance(box, list | dict) for box in boxes):
        return []
    made = []
    for number, box in enumerate(boxes):
        row = {"bbox": box, "label": classes[number] if number < len(classes) else ""}
        if (thing := thing_of(row, names)) is not None:
            made.append(thing)
    return made


def size_of(record: Mapping[Any, Any]) -> tuple[float, float] | None:
    """Width and height of the picture, where a record says so, also one level down."""
    for facts in (keyed(record), *(keyed(v) for v in record.values() if isinstance(v, dict))):
        for keys in (("width", "height"), ("imagewidth", "imageheight"), ("imgwidth", "imgheight"),
                     ("w", "h")):  # fmt: skip
            width, height = (number_of(facts.get(key)) for key in keys)
            if 0 < width < 1e7 and 0 < height < 1e7 and "x" not in facts and "left" not in facts:
                return width, height
    return None


def reference_of(record: dict[str, Any], index: PictureIndex) -> str:
    """What a record calls its picture, also one level down; "" when it names none."""
    facts = keyed(record)
    for key in _FILE:
        value = facts.get(key)
        if isinstance(value, dict):
            inner = reference_of(value, index) if key in _HOLDERS else ""
            if inner:
                return inner
        elif isinstance(value, int) and not isinstance(value, bool) and key == "imageid":
            if index.knows(str(value)) or index.knows(f"{value:012d}"):
                return str(value) if index.knows(str(value)) else f"{value:012d}"
        elif isinstance(value, str) and value.strip() and len(value) < 2000:
            bare = value.split("?", 1)[0]
            if suffix_of(bare) in PICTURE_SUFFIXES or index.knows(value):
                return value
    return ""
