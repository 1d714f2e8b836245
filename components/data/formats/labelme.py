"""LabelMe JSON: a file per picture, shapes as points in pixels, sometimes the picture inside."""

import base64
import binascii
import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from components.data.formats import labelme_groups as groups
from components.data.formats.description import Description, RawLabel
from components.data.formats.drawn import Points, mask_of_text, number_of, points_of
from components.data.formats.embedded import unfold
from components.data.formats.json_kinds import LABELME, of_kind
from components.data.formats.json_stream import elements
from components.data.formats.outlines import label_of_mask
from components.data.formats.page import Page
from components.data.formats.page_remarks import no_objects, row_lost, several_classes
from components.data.formats.pages import describe
from components.data.formats.shapes import around, ellipse, outlined
from components.data.formats.sheet import Sheet
from components.data.keypoints import scheme
from components.data.listing import Listing, entries
from components.data.matching import PictureIndex
from components.data.names import alphabetical
from components.data.problems import count, warn
from components.data.records import Problem
from components.data.scan import Finds
from components.data.unpack import Entry
from components.errors import LabelError

NAME = "LabelMe"
_WHOLE = (0.0, 0.0, 1.0, 1.0)
_NO_OBJECTS = {
    "line": "lines", "linestrip": "lines", "line_strip": "lines", "point": "points",
    "points": "points",
}  # fmt: skip


@dataclass(slots=True)
class _Seen:
    """What the files hold altogether."""

    classes: dict[str, None] = field(default_factory=dict)
    flags: Counter[str] = field(default_factory=Counter)
    groups: set[str] = field(default_factory=set)  # three at most: enough to tell
    joined: int = 0
    alone: int = 0
    shapes: int = 0
    several: int = 0
    points: dict[str, int] = field(default_factory=dict)
    entries: Listing[Entry] = field(default_factory=entries)

    @property
    def are_unset(self) -> bool:
        """Whether groups say nothing."""
        return groups.is_unset(self.groups, len(self.entries))


def find(finds: Finds, index: PictureIndex, told: list[Problem]) -> Description | None:
    """The LabelMe files among what was found, or None when there are none."""
    seen = _Seen()
    sheet = Sheet(NAME, is_one_file=False)
    for entry in of_kind(finds, LABELME):
        try:
            page = _page(entry, seen)
        except LabelError as error:
            told.append(warn("json_broken", entry.name, error.what, "Its labels are left out."))
            continue
        seen.entries.append(entry)
        # Of each page what matching needs; outlines are read again with their picture.
        bare = Page(page.names, things=page.things)
        sheet.add(bare, entry.name, partial(_page, entry, known=seen))
    if not seen.entries:
        return None

    if seen.flags and not seen.shapes:
        return _sorting(seen, index)

    def rescue(_: Sheet, number: int) -> int | None:
        return _unfold(seen.entries[number], finds, index)

    made = describe(
        NAME, _why(seen.entries), alphabetical(seen.classes),
        [sheet], index, _remarks(seen), rescue,
    )  # fmt: skip
    made.keypoints = scheme(0, list(seen.points))
    return made


def _sorting(seen: _Seen, index: PictureIndex) -> Description:
    """Files in which nothing is drawn and flags are set: they sort whole pictures."""
    sheet, classes = Sheet(NAME, is_one_file=False), set[str]()
    for entry in seen.entries:
        page = _sorted_page(entry)
        classes.update(page.classes)
        sheet.add(Page(page.names, things=page.things), entry.name, partial(_sorted_page, entry))
    why = (
        f"{count(len(seen.entries), 'JSON file')} such as {seen.entries[0].name} "
        f"{'has' if len(seen.entries) == 1 else 'have'} flags set and no shapes, as LabelMe writes "
        "them to sort whole pictures."
    )
    named = alphabetical(classes)
    problems = several_classes(seen.several, sheet.source(0))
    made = describe(NAME, why, named, [sheet], index, problems)
    made.task = "classify"
    return made


def _why(entries: Sequence[Entry]) -> str:
    return (
        f"{count(len(entries), 'JSON file')} such as {entries[0].name} "
        f"{'holds' if len(entries) == 1 else 'hold'} shapes and an imagePath as LabelMe writes "
        "them."
    )


def _remarks(seen: _Seen) -> list[Problem]:
    problems = groups.about_groups(seen.joined, seen.alone, are_unset=seen.are_unset)
    if seen.flags:
        names = ", ".join(name for name, _ in seen.flags.most_common(3))
        problems.append(warn(
            "whole_picture_labels", "",
            f"{count(sum(seen.flags.values()), 'picture')} without a shape "
            f"{'has' if sum(seen.flags.values()) == 1 else 'have'} a flag set ({names}), which "
            "sorts whole pictures.", "They count as unlabelled, since nothing is drawn on them.",
        ))  # fmt: skip
    return problems


@dataclass(slots=True)
class _Told:
    """What one file says besides its labels."""

    size: dict[str, float] = field(default_factory=dict)
    flags: list[str] = field(default_factory=list)
    others: Counter[str] = field(default_factory=Counter)
    number: int = 0
    joined: int = 0
    things: list[groups.Grouped] = field(default_factory=list)
    points: groups.Owned = field(default_factory=dict)


def _page(entry: Entry, seen: _Seen | None = None, known: _Seen | None = None) -> Page:
    """Everything the file says.

    Args:
        entry: The file.
        seen: Is told what the file holds, the first time it is read.
        known: What all files hold, once they were seen.

    Raises:
        LabelError: It is not whole JSON.
    """
    page, told = _told(entry)
    _close(page, told, entry.name, known or _Seen())
    if seen is not None:
        _see(seen, page, told)
    return page


def _sorted_page(entry: Entry) -> Page:
    """What the flags of a file say of its picture as a whole.

    Raises:
        LabelError: It is not whole JSON.
    """
    page, told = _told(entry)
    page.unit, page.is_certain = "fraction", False
    for name in told.flags:
        page.add(RawLabel(name, _WHOLE, "whole"))
    return page


def _told(entry: Entry) -> tuple[Page, _Told]:
    stem = entry.name.rpartition("/")[2]
    page, told = Page((stem,)), _Told()
    for key, value in elements(entry.path, entry.name):
        match key, value:
            case "shapes", dict():
                _shape(page, value, entry.name, told)
            case "imagePath", str() if value.strip():
                page.names = (value, stem)
            case (("imageWidth" | "imageHeight"), _):
                told.size[key] = number_of(value)
            case "flags", dict():
                told.flags = [str(name) for name, is_set in value.items() if is_set is True]
    return page, told


def _see(seen: _Seen, page: Page, told: _Told) -> None:
    """Keep what one file holds, to know what all of them do."""
    for name in (name for points in told.points.values() for name in points):
        seen.points.setdefault(name, len(seen.points))
    seen.classes.update(dict.fromkeys(page.classes))
    if len(seen.groups) < 3:
        seen.groups.update(group for group, _ in told.things)
    seen.joined += told.joined
    seen.alone += groups.left_alone(told.things)
    seen.flags.update(told.flags[:1] if not page.is_certain else ())
    seen.several += not page.is_certain and len(told.flags) > 1
    seen.shapes += told.number


def _close(page: Page, told: _Told, source: str, known: _Seen) -> None:
    if not known.are_unset:
        told.things, told.joined = groups.join_parts(told.things)
    told.others["points"] += groups.join_points(told.things, told.points)
    for group, label in told.things:
        found = told.points.get(group, {})
        if found:
            label = groups.with_points(label, found, known.points)
        page.add(label)
    width, height = told.size.get("imageWidth", 0.0), told.size.get("imageHeight", 0.0)
    if 0 < width < math.inf and 0 < height < math.inf:
        page.size = (width, height)
    if +told.others:
        page.lose(no_objects(source, dict(+told.others)), sum(told.others.values()))
    page.is_certain = not told.flags or page.things > 0


def _shape(page: Page, shape: dict[str, Any], source: str, told: _Told) -> None:
    told.number += 1
    name = str(shape.get("label") or "").strip()
    try:
        what = _drawn(name, shape, told) if name else "has no label"
    except LabelError as error:
        what = error.what
    if what:
        page.lose(row_lost(source, f"Shape {told.number} in {source} {what}"))


def _drawn(name: str, shape: dict[str, Any], told: _Told) -> str:
    """Keep the shape, or tell what is wrong with it."""
    group = "" if shape.get("group_id") is None else str(shape["group_id"])[:40]
    points = points_of(shape.get("points"))
    guessed = "rectangle" if len(points) == 2 else "polygon"
    kind = str(shape.get("shape_type") or guessed)[:40]
    if not points:
        return "has no points"
    if kind == "point" and group and all(map(math.isfinite, points[0])):
        told.points.setdefault(group, {})[name] = (*points[0][:2], 2.0)
        return ""
    if kind in _NO_OBJECTS:
        told.others[_NO_OBJECTS[kind]] += 1
        return ""
    label = _label(name, kind, points, shape)
    if label is None:
        return f"is a {kind} of {count(len(points), 'point')}"
    told.things.append((group, label))
    return ""


def _label(name: str, kind: str, points: Points, shape: dict[str, Any]) -> RawLabel | None:
    """The label that a shape draws; None when its points do not make such a shape.

    Raises:
        LabelError: Its mask cannot be read.
    """
    if kind == "circle" and len(points) == 2:
        radius = math.hypot(points[1][0] - points[0][0], points[1][1] - points[0][1])
        return ellipse(name, (points[0][0], points[0][1]), (radius, radius), 0.0)
    if kind == "mask" and shape.get("mask") and all(map(math.isfinite, around(points))):
        left, top = around(points)[:2]
        mask = mask_of_text(shape["mask"], is_packed=False)
        made = label_of_mask(name, mask, (round(left), round(top)))
        if made is None:
            raise LabelError("has a mask on which nothing is painted", "Draw it again.")
        return made
    if kind in ("rectangle", "mask"):
        return RawLabel(name, around(points)) if len(points) in (2, 4) else None
    if len(points) < 3:
        return None
    if kind in ("rotation", "oriented_rectangle") and len(points) == 4:
        return RawLabel(name, around(points), "rotated", points)
    return outlined(name, points)


def _unfold(entry: Entry, finds: Finds, index: PictureIndex) -> int | None:
    """The picture that lies inside the JSON, as a file of its own; None when there is none.

    Raises:
        DiskFull: There is no room for it.
    """
    return unfold(_image_data(entry), entry.name, finds, index)


def _image_data(entry: Entry) -> bytes:
    try:
        for key, value in elements(entry.path, entry.name):
            if key == "imageData" and isinstance(value, str):
                return base64.b64decode(value.partition("base64,")[2] or value)
    except (LabelError, binascii.Error, ValueError):
        return b""
    return b""
