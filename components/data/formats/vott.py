"""VoTT: a JSON for all assets or one for each, regions with a box, points and tags."""

from collections.abc import Iterator
from typing import Any

from components.data.formats.description import Description, RawLabel
from components.data.formats.drawn import numbers_of, points_of
from components.data.formats.json_kinds import VOTT, of_kind
from components.data.formats.json_stream import elements
from components.data.formats.page_remarks import NAMELESS, nameless, row_lost
from components.data.formats.pages import describe
from components.data.formats.shapes import outlined
from components.data.formats.sheet import OneFile, Sheet
from components.data.matching import PictureIndex
from components.data.problems import count, warn
from components.data.records import Problem
from components.data.scan import Finds
from components.data.unpack import Entry
from components.errors import LabelError

NAME = "VoTT"


def find(finds: Finds, index: PictureIndex, told: list[Problem]) -> Description | None:
    """The VoTT files among what was found, or None when there are none."""
    tags: dict[str, None] = {}
    sheets = [_read(entry, tags, told) for entry in of_kind(finds, VOTT)]
    sheets = [sheet for sheet in sheets if sheet.pages]
    if not sheets:
        return None
    found = {name for sheet in sheets for page in sheet.pages for name in page.classes}
    bare = sum(page.classes.count(NAMELESS) for sheet in sheets for page in sheet.pages)
    why = (
        f"{count(len(sheets), 'JSON file')} such as {sheets[0].name} "
        f"{'lists' if len(sheets) == 1 else 'list'} assets and regions as VoTT does."
    )
    problems = [nameless(sheets[0].name, bare)] if bare else []
    return describe(NAME, why, [*tags, *sorted(found - tags.keys())], sheets, index, problems)


def _read(entry: Entry, tags: dict[str, None], told: list[Problem]) -> Sheet:
    made = OneFile(entry.name)
    alone: dict[str, Any] = {"regions": []}  # one asset's own file: its parts lie at the top
    try:
        for key, value in elements(entry.path, entry.name, frozenset({"assets"})):
            if not isinstance(value, dict):
                continue
            match key:
                case "tags":
                    tags.setdefault(str(value.get("name", "")).strip())
                case "assets":
                    _asset(made, value)
                case "asset":
                    alone["asset"] = value
                case "regions":
                    alone["regions"].append(value)
        _asset(made, alone)
    except LabelError as error:
        told.append(warn("json_broken", entry.name, error.what, "What stands before is read."))
    return made.sheet


def _asset(made: OneFile, given: dict[str, Any]) -> None:
    asset, regions = given.get("asset"), given.get("regions")
    if not isinstance(asset, dict) or not isinstance(asset.get("name") or asset.get("path"), str):
        return
    reference = asset.get("name") or asset["path"]
    page = made.page(reference)
    page.is_certain = asset.get("state") == 2  # 1 is "visited", 2 is "tagged"
    size = asset.get("size")
    if isinstance(size, dict):
        sides = numbers_of([size.get("width"), size.get("height")], 2)
        page.size = (sides[0], sides[1]) if sides and min(sides) > 0 else None
    for number, region in enumerate(regions if isinstance(regions, list) else [], start=1):
        labels = list(_labels(region))
        if not labels:
            page.lose(row_lost(
                made.sheet.name, f"Region {number} of {reference} in {made.sheet.name} has no "
                "place that can be read",
            ))  # fmt: skip
        for label in labels:
            page.add(label)


def _labels(region: Any) -> Iterator[RawLabel]:
    """A region's label; one for each tag when it has several."""
    if not isinstance(region, dict):
        return
    tags = region.get("tags")
    tags = [str(tag).strip() for tag in tags] if isinstance(tags, list) else []
    points, place = points_of(region.get("points")), region.get("boundingBox")
    for name in [tag for tag in tags if tag] or [NAMELESS]:
        if region.get("type") == "POLYGON" and len(points) >= 3:
            yield outlined(name, points)
        elif isinstance(place, dict):
            keys = ("left", "top", "width", "height")
            box = numbers_of([place.get(key) for key in keys], 4)
            if box is not None:
                yield RawLabel(name, (box[0], box[1], box[0] + box[2], box[1] + box[3]))
