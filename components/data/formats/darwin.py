"""V7's Darwin JSON, versions 1 and 2: a file per picture, places in pixels."""

import math
from collections import Counter
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import numpy as np

from components.data.formats.description import Description, RawLabel
from components.data.formats.drawn import Points, number_of, points_of
from components.data.formats.json_kinds import DARWIN, of_kind
from components.data.formats.json_stream import elements
from components.data.formats.outlines import closed
from components.data.formats.page import Page
from components.data.formats.page_remarks import no_objects, row_lost, several_classes
from components.data.formats.pages import describe
from components.data.formats.run_lengths import runs_labels, size_checked
from components.data.formats.shapes import ellipse, pointed
from components.data.formats.sheet import Sheet
from components.data.keypoints import scheme
from components.data.matching import PictureIndex
from components.data.names import alphabetical
from components.data.problems import count, warn
from components.data.records import Corners, Problem
from components.data.scan import Finds
from components.data.unpack import Entry
from components.errors import LabelError

NAME = "Darwin JSON (V7)"
_WHOLE = (0.0, 0.0, 1.0, 1.0)
_NO_OBJECTS = {
    "keypoint": "points", "line": "lines", "tag": "tags", "cuboid": "cuboids", "text": "texts",
    "string": "texts", "graph": "graphs", "frames": "films",
}  # fmt: skip
_LATER = ("skeleton", "mask", "raster_layer")  # put together when all annotations were seen
_MOST_NODES = 1000  # of a skeleton; our own choice


@dataclass(slots=True)
class _Told:
    """What the annotations of one file say besides plain shapes."""

    others: Counter[str] = field(default_factory=Counter)
    tags: list[str] = field(default_factory=list)
    masks: dict[str, str] = field(default_factory=dict)  # id to class
    layers: list[dict[str, Any]] = field(default_factory=list)
    skeletons: list[tuple[RawLabel, dict[str, tuple[float, ...]]]] = field(default_factory=list)


def find(finds: Finds, index: PictureIndex, told: list[Problem]) -> Description | None:
    """The Darwin files among what was found, or None when there are none."""
    sheet, tagged = Sheet(NAME, is_one_file=False), Sheet(NAME, is_one_file=False)
    classes: set[str] = set()
    tags: set[str] = set()
    order: dict[str, int] = {}
    is_drawn, several = False, 0
    for entry in of_kind(finds, DARWIN):
        try:
            page, said = _read(entry)
        except LabelError as error:
            told.append(warn("json_broken", entry.name, error.what, "Its labels are left out."))
            continue
        for _, points in said.skeletons:
            for node in points:
                order.setdefault(node, len(order))
        classes.update(page.classes, (label.class_name for label, _ in said.skeletons))
        tags.update(said.tags)
        several += len({*said.tags}) > 1
        things = page.things + len(said.skeletons)
        is_drawn = is_drawn or things + page.lost - len(said.tags) > 0
        sheet.add(Page(page.names, things=things), entry.name, partial(_page, entry, order))
        tagged.add(Page(page.names, things=len(said.tags)), entry.name, partial(_tagged, entry))
    if not len(sheet.pages):
        return None
    is_sorted = bool(tags) and not is_drawn
    if is_sorted:
        sheet, classes = tagged, tags
    why = (
        f"{count(len(sheet.pages), 'JSON file')} such as {sheet.source(0)} "
        f"{'holds' if len(sheet.pages) == 1 else 'hold'} annotations as V7 Darwin writes them."
    )
    named = alphabetical(classes)
    problems = several_classes(several, sheet.source(0)) if is_sorted else []
    made = describe(NAME, why, named, [sheet], index, problems)
    made.keypoints = scheme(0, list(order))
    made.task = "classify" if is_sorted else "detect"
    return made


def _page(entry: Entry, order: dict[str, int]) -> Page:
    """Everything the file says, the points of skeletons in one order for all files.

    Raises:
        LabelError: It is not whole JSON.
    """
    page, said = _read(entry)
    for label, points in said.skeletons:
        placed = tuple(points.get(node, (0.0, 0.0, 0.0)) for node in order)
        page.add(RawLabel(label.class_name, label.box, "keypoints", placed))
    return page


def _tagged(entry: Entry) -> Page:
    """What the tags of a file say of its picture as a whole.

    Raises:
        LabelError: It is not whole JSON.
    """
    drawn, said = _read(entry)
    page = Page(drawn.names, "fraction", is_certain=False)
    for name in dict.fromkeys(said.tags):
        page.add(RawLabel(name, _WHOLE, "whole"))
    return page


def _read(entry: Entry) -> tuple[Page, _Told]:
    """Everything the file says but skeletons, which stand beside.

    Raises:
        LabelError: It is not whole JSON.
    """
    stem = entry.name.rpartition("/")[2]
    page, said, number = Page((stem,)), _Told(), 0
    for key, value in elements(entry.path, entry.name):
        if not isinstance(value, dict):
            continue
        if key in ("item", "image"):
            _about(page, value, stem)
        elif key == "annotations":
            number += 1
            if (label := _label(value)) is not None:
                page.add(label)
            elif not _is_kept(value, said):
                page.lose(row_lost(
                    entry.name, f"Annotation {number} of {entry.name} has no place or no name that "
                    "can be read",
                ))  # fmt: skip
    _add_masks(page, said, entry.name)
    if said.others:
        page.lose(no_objects(entry.name, dict(said.others)), sum(said.others.values()))
    return page, said


def _is_kept(row: dict[str, Any], said: _Told) -> bool:
    """Keep an annotation that is no plain shape; False where it cannot be read."""
    name = str(row.get("name") or "").strip()
    if name and "tag" in row:
        said.tags.append(name)
    elif "mask" in row:
        said.masks[str(row.get("id"))] = name
        return bool(name)
    elif isinstance(row.get("raster_layer"), dict):
        said.layers.append(row["raster_layer"])
        return True
    elif "skeleton" in row:
        points = _nodes(row["skeleton"])
        label = pointed(name, list(points.values()), _box(row)) if name else None
        said.skeletons += [(label, points)] if label is not None else []
        return label is not None
    kind = next((_NO_OBJECTS[key] for key in row if key in _NO_OBJECTS), "")
    said.others.update([kind] if kind else [])
    return bool(kind)


def _nodes(skeleton: Any) -> dict[str, tuple[float, ...]]:
    """The points of a skeleton by their names."""
    nodes = skeleton.get("nodes") if isinstance(skeleton, dict) else None
    found: dict[str, tuple[float, ...]] = {}
    for number, node in enumerate(_list(nodes)[:_MOST_NODES], start=1):
        if isinstance(node, dict):
            x, y = number_of(node.get("x")), number_of(node.get("y"))
            if math.isfinite(x) and math.isfinite(y):
                seen = 1.0 if node.get("occluded") is True else 2.0
                found[str(node.get("name") or number)[:200]] = (x, y, seen)
    return found


def _add_masks(page: Page, said: _Told, source: str) -> None:
    """Masks: a layer numbers the pixels of all of them."""
    for layer in said.layers:
        numbers = layer.get("mask_annotation_ids_mapping")
        try:
            size = size_checked(*(page.size or (0.0, 0.0)))
            runs = _runs(layer.get("dense_rle"))
            for key, value in numbers.items() if isinstance(numbers, dict) else ():
                name = said.masks.pop(str(key), "")
                mine = runs.get(value, []) if name and isinstance(value, int) else []
                for label in runs_labels(name, mine, size, is_down=False, apart=False):
                    page.add(label)
        except LabelError as error:
            what = error.what.removesuffix(".")
            page.lose(row_lost(source, f"A layer of masks in {source} cannot be read: {what}"))
    if said.masks:
        said.others["masks"] += len(said.masks)


def _runs(given: Any) -> dict[int, list[int]]:
    """Number to the start (counted from 1) and length of its runs: 0, 30, 1, 5 is 31, 5 of 1.

    Raises:
        LabelError: It is no list of pairs.
    """
    try:
        pairs = np.array(given, dtype=np.int64).reshape(-1, 2)
    except (ValueError, TypeError, OverflowError) as error:
        raise LabelError("It is no list of runs.", "Export it again.") from error
    starts = np.cumsum(pairs[:, 1]) - pairs[:, 1] + 1
    found: dict[int, list[int]] = {}
    for value in np.unique(pairs[:, 0]).tolist():
        mine = pairs[:, 0] == value
        found[value] = np.stack([starts[mine], pairs[mine, 1]], axis=1).reshape(-1).tolist()
    return found


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
    box = None if any(kind in row for kind in (*_NO_OBJECTS, *_LATER)) else _box(row)
    return RawLabel(name, box) if box is not None else None


def _box(row: dict[str, Any]) -> Corners | None:
    box = row.get("bounding_box")
    if not isinstance(box, dict):
        return None
    left, top, width, height = (number_of(box.get(key)) for key in ("x", "y", "w", "h"))
    if math.isnan(left + top + width + height):
        return None
    return left, top, left + width, top + height


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
