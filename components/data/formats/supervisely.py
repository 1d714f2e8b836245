"""Supervisely: ann/<picture's name>.json beside img/, class names by title, masks as bitmaps.

`classId` is that of another project as often as not; the title is what counts.
"""

import math
from collections import Counter
from collections.abc import Iterable
from functools import partial
from typing import Any

from components.data.formats.description import Description, RawLabel
from components.data.formats.drawn import numbers_of
from components.data.formats.json_kinds import SUPERVISELY, SUPERVISELY_META, of_kind
from components.data.formats.json_stream import elements
from components.data.formats.page import Page
from components.data.formats.page_remarks import no_objects, row_lost, several_classes
from components.data.formats.pages import describe
from components.data.formats.sheet import Sheet
from components.data.formats.supervisely_shapes import Orders, label_of
from components.data.keypoints import best, scheme
from components.data.matching import PictureIndex
from components.data.names import split_of_word
from components.data.problems import count, warn
from components.data.records import Problem
from components.data.scan import Finds
from components.data.unpack import Entry
from components.errors import LabelError

NAME = "Supervisely"
_WHOLE = (0.0, 0.0, 1.0, 1.0)
_NO_OBJECTS = {"point": "points", "polyline": "lines", "line": "lines"}


def find(finds: Finds, index: PictureIndex, told: list[Problem]) -> Description | None:
    """The Supervisely files among what was found, or None when there are none."""
    sheet, tagged = Sheet(NAME, is_one_file=False), Sheet(NAME, is_one_file=False)
    titles, orders = _project(finds)
    found: dict[str, None] = {}
    tags: dict[str, None] = {}
    is_drawn = False
    for entry in of_kind(finds, SUPERVISELY):
        try:
            page, own, said = _heading(entry)
        except LabelError as error:
            told.append(warn("json_broken", entry.name, error.what, "Its labels are left out."))
            continue
        is_drawn = is_drawn or page.things + page.lost > 0
        found.update(dict.fromkeys(own))
        tags.update(dict.fromkeys(said))
        sheet.add(page, entry.name, partial(_page, entry, orders))
        bare = Page(page.names, split=page.split, things=len(said))
        tagged.add(bare, entry.name, partial(_tagged, entry))
    if not sheet.pages:
        return None
    if tags and not is_drawn:
        return _sorting(tagged, list(tags), index)
    named = [title for title in titles if title in found]
    why = (
        f"{count(len(sheet.pages), 'JSON file')} such as {sheet.source(0)} "
        f"{'holds' if len(sheet.pages) == 1 else 'hold'} objects with a classTitle as Supervisely "
        "writes them."
    )
    left_out = [_about_tags(tags)] if tags else []
    made = describe(NAME, why, [*named, *sorted(found)], [sheet], index, left_out)
    made.keypoints = best(
        scheme(0, list(nodes.values())) for title, nodes in orders.items()
        if title in found and all(nodes.values())
    )  # fmt: skip
    return made


def _sorting(sheet: Sheet, tags: list[str], index: PictureIndex) -> Description:
    """Files in which nothing is drawn and pictures are tagged: they sort whole pictures."""
    why = (
        f"{count(len(sheet.pages), 'JSON file')} such as {sheet.source(0)} "
        f"{'has' if len(sheet.pages) == 1 else 'have'} tags and no objects, as Supervisely writes "
        "them for whole pictures."
    )
    several = several_classes(sum(page.things > 1 for page in sheet.pages), sheet.source(0))
    made = describe(NAME, why, sorted(tags), [sheet], index, several)
    made.task = "classify"
    return made


def _about_tags(tags: Iterable[str]) -> Problem:
    named = list(tags)
    return warn(
        "tags_left_out", "",
        f"Pictures have tags ({', '.join(named[:3])}{' and others' if len(named) > 3 else ''}) "
        "beside the objects that are drawn.",
        "The objects are used; tags for whole pictures are left out.",
    )  # fmt: skip


def _project(finds: Finds) -> tuple[list[str], Orders]:
    """Of meta.json: class names in their order, and the nodes of each skeleton in theirs."""
    titles: list[str] = []
    orders: Orders = {}
    for entry in of_kind(finds, SUPERVISELY_META):
        for key, value in _parts(entry):
            if key == "classes" and isinstance(value, dict):
                titles.append(str(value.get("title", "")).strip())
                geometry = value.get("geometry_config")
                nodes = geometry.get("nodes") if isinstance(geometry, dict) else None
                if isinstance(nodes, dict):
                    orders[titles[-1]] = {
                        key: str(node.get("label") or "") if isinstance(node, dict) else ""
                        for key, node in nodes.items()
                    }
    return titles, orders


def _parts(entry: Entry) -> list[tuple[str, Any]]:
    """The parts of a small file; none when it is broken."""
    try:
        return list(elements(entry.path, entry.name))
    except LabelError:
        return []


def _heading(entry: Entry) -> tuple[Page, list[str], list[str]]:
    """What matching needs; shapes are read with their picture, as bitmaps are costly.

    Returns:
        The page, the classes of its objects, and the picture's tags that are no parts.

    Raises:
        LabelError: It is not whole JSON.
    """
    last = entry.name.rpartition("/")[2]
    page, titles, tags = Page((last[: -len(".json")],)), [], []
    for key, value in elements(entry.path, entry.name):
        if key == "objects" and isinstance(value, dict):
            if _kind(value) in _NO_OBJECTS:
                page.lost += 1
                continue
            page.things += 1
            titles.append(_title(value))
        elif key == "tags" and isinstance(value, dict | str):
            value = (
                value if isinstance(value, dict) else {"name": value}
            )  # as files of 2018 have it
            part, tag = split_of_word(str(value.get("name") or "")), _tag(value)
            page.split = page.split or part
            tags += [tag] if tag and not part else []
    return page, [title for title in titles if title], tags


def _tag(tag: dict[str, Any]) -> str:
    """A picture's tag as a class: its name, or its value where it has one."""
    value = tag.get("value")
    return str(value if isinstance(value, str) and value.strip() else tag.get("name") or "").strip()


def _tagged(entry: Entry) -> Page:
    """What the tags of a file say of its picture as a whole.

    Raises:
        LabelError: It is not whole JSON.
    """
    page = Page((entry.name,), "fraction", is_certain=False)
    for name in dict.fromkeys(_heading(entry)[2]):
        page.add(RawLabel(name, _WHOLE, "whole"))
    return page


def _title(thing: dict[str, Any]) -> str:
    return str(thing.get("classTitle") or "").strip()


def _kind(thing: dict[str, Any]) -> str:
    given = thing.get("geometryType") or thing.get("shape") or thing.get("type")
    if isinstance(given, str):
        return given
    return "bitmap" if isinstance(thing.get("bitmap"), dict) else "polygon"


def _page(entry: Entry, orders: Orders) -> Page:
    """Everything the file says; `orders` has the nodes of each skeleton in their order.

    Raises:
        LabelError: It is not whole JSON.
    """
    page = Page((entry.name,), is_certain=False)  # every picture of a project has such a file
    others: Counter[str] = Counter()
    number = 0
    for key, value in elements(entry.path, entry.name):
        if key == "size" and isinstance(value, dict):
            size = numbers_of([value.get("width"), value.get("height")], 2)
            if size and all(0 < side < math.inf for side in size):
                page.size = (size[0], size[1])
        elif key == "objects" and isinstance(value, dict):
            number += 1
            what = _add(page, value, others, orders)
            if what:
                page.lose(row_lost(entry.name, f"Object {number} in {entry.name} {what}"))
    if others:
        page.lose(no_objects(entry.name, dict(others)), sum(others.values()))
    return page


def _add(page: Page, thing: dict[str, Any], others: Counter[str], orders: Orders) -> str:
    """Add an object to the page, or tell what is wrong with it."""
    name, kind = _title(thing), _kind(thing)
    if not name:
        return "has no classTitle"
    if kind in _NO_OBJECTS:
        others[_NO_OBJECTS[kind]] += 1
        return ""
    try:
        label = label_of(name, kind, thing, orders)
    except LabelError as error:
        return error.what
    if label is None:
        return f"is a {kind} without a place that can be read"
    page.add(label)
    return ""
