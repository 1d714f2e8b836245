"""VGG Image Annotator 3: pictures, views and regions in tables of their own, joined by numbers.

Its CSV has a row for each region, with JSON in the cells; what attributes mean stands above them.
"""

import csv
import json
import math
import re
from collections import Counter
from contextlib import suppress
from typing import Any

from components.data.formats.description import Description, RawLabel
from components.data.formats.drawn import number_of, numbers_of, paired
from components.data.formats.json_kinds import VIA3, of_kind
from components.data.formats.json_stream import elements
from components.data.formats.page_remarks import NAMELESS, nameless, row_lost
from components.data.formats.pages import describe
from components.data.formats.shapes import around, ellipse, outlined
from components.data.formats.sheet import OneFile
from components.data.listing import of_ending
from components.data.matching import PictureIndex
from components.data.names import alphabetical
from components.data.problems import count, warn
from components.data.records import Problem
from components.data.scan import Finds
from components.data.unpack import Entry
from components.errors import LabelError

NAME = "VGG Image Annotator 3"
_POINT, _LINES = 1, (5, 6)
_CSV_HEAD = "CSV_HEADER = metadata_id"
_ATTRIBUTES = re.compile(r"#\s*ATTRIBUTE\s*=\s*(\{.*\})\s*$")
_XY, _AV = 4, 5  # columns of the CSV: the place and the attributes' values
_Tables = dict[str, dict[str, Any]]


def find(finds: Finds, index: PictureIndex, told: list[Problem]) -> Description | None:
    """The VIA 3 projects among what was found, or None when there are none."""
    listed = [(entry, _project(entry, told)) for entry in of_kind(finds, VIA3)]
    listed += [
        (entry, tables) for entry in of_ending(finds.texts, ".csv")
        if (tables := _of_csv(entry)) is not None
    ]  # fmt: skip
    files = [made for each in listed if (made := _read(*each)).sheet.pages]
    if not files:
        return None
    classes = {name for file in files for page in file.sheet.pages for name in page.classes}
    problems = [
        nameless(file.sheet.name, bare) for file in files
        if (bare := sum(page.classes.count(NAMELESS) for page in file.sheet.pages))
    ]  # fmt: skip
    problems += [_about_wholes(entry, number) for entry, tables in listed
                 if (number := _wholes(tables))]  # fmt: skip
    why = (
        f"{count(len(files), 'file')} such as {files[0].sheet.name} "
        f"{'holds' if len(files) == 1 else 'hold'} regions as VIA 3 writes them."
    )
    ordered = alphabetical(classes)
    return describe(NAME, why, ordered, [file.sheet for file in files], index, problems)


def _wholes(tables: _Tables) -> int:
    """How many entries are about a whole picture, or a piece of a film."""
    rows = (row for row in tables.get("metadata", {}).values() if isinstance(row, dict))
    return sum(not row.get("xy") and bool(row.get("av")) for row in rows)


def _about_wholes(entry: Entry, number: int) -> Problem:
    return warn(
        "tags_left_out", entry.name,
        f"{count(number, 'entry', 'entries')} of {entry.name} "
        f"{'is' if number == 1 else 'are'} about a whole picture and no region of it.",
        "Only regions are read.",
    )  # fmt: skip


def _project(entry: Entry, told: list[Problem]) -> _Tables:
    """The tables of a project."""
    tables = _Tables()
    try:
        for key, value in elements(entry.path, entry.name):
            if isinstance(value, dict):
                tables[key] = value
    except LabelError as error:
        told.append(warn("json_broken", entry.name, error.what, "What stands before is read."))
    return tables


def _of_csv(entry: Entry) -> _Tables | None:
    """The tables of a project, of its CSV; None when a file is something else."""
    tables: _Tables = {"file": {}, "view": {}, "metadata": {}, "attribute": {}}
    try:
        with entry.path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
            if not (first := file.readline(1000)).startswith("#"):
                return None
            is_ours = _CSV_HEAD in first
            for number, row in enumerate(csv.reader(file)):
                line = ",".join(row)
                if line.startswith("#"):
                    is_ours = is_ours or _CSV_HEAD in line
                    if found := _ATTRIBUTES.match(line):
                        tables["attribute"] = _json(found[1])
                elif not is_ours:
                    return None
                elif len(row) > _AV:
                    _take_row(tables, str(number), row)
    except (OSError, csv.Error):
        return None
    return tables if is_ours else None


def _take_row(tables: _Tables, number: str, row: list[str]) -> None:
    """One region of a CSV, under the keys that a project has."""
    names = re.findall(r'[^\[\]",]+', row[1])
    if len(names) != 1:
        return
    view = names[0].strip()
    tables["file"][view] = {"fname": view}
    tables["view"][view] = {"fid_list": [view]}
    with suppress(ValueError, RecursionError):
        tables["metadata"][number] = {
            "vid": view, "xy": json.loads(row[_XY]), "av": json.loads(row[_AV])
        }  # fmt: skip


def _json(text: str) -> dict[str, Any]:
    with suppress(ValueError, RecursionError):
        made = json.loads(text)
        return made if isinstance(made, dict) else {}
    return {}


def _read(entry: Entry, tables: _Tables) -> OneFile:
    made = OneFile(entry.name)
    files, views = tables.get("file", {}), tables.get("view", {})
    pictures = {view: name for view, facts in views.items() if (name := _picture(facts, files))}
    for name in pictures.values():
        made.page(name).is_certain = False  # every picture that was opened is listed
    regions = [row for row in tables.get("metadata", {}).values() if isinstance(row, dict)]
    chosen = _class_attribute(regions)
    for number, region in enumerate(regions, start=1):
        name = pictures.get(str(region.get("vid")), "")
        place = region.get("xy")
        if not name or not isinstance(place, list) or not place:
            continue  # a remark about a film or a whole picture
        called = _class(region, chosen, tables.get("attribute", {}))
        label = _label(called or NAMELESS, place)
        if label is None:
            made.page(name).lose(row_lost(
                entry.name, f"Region {number} of {entry.name} encloses nothing that can be read"
            ))  # fmt: skip
        else:
            made.page(name).add(label)
    return made


def _picture(view: Any, files: dict[str, Any]) -> str:
    listed = view.get("fid_list") if isinstance(view, dict) else None
    if not isinstance(listed, list) or len(listed) != 1:
        return ""
    facts = files.get(str(listed[0]))
    names = [facts.get("fname"), facts.get("src")] if isinstance(facts, dict) else []
    return next((name.strip() for name in names if isinstance(name, str) and name.strip()), "")


def _class_attribute(regions: list[dict[str, Any]]) -> str:
    """The attribute that most regions have a value of."""
    filled = Counter(
        str(key) for region in regions if isinstance(region.get("av"), dict)
        for key, value in region["av"].items() if value not in ("", None)
    )  # fmt: skip
    return filled.most_common(1)[0][0] if filled else ""


def _class(region: dict[str, Any], chosen: str, attributes: dict[str, Any]) -> str:
    values = region.get("av")
    value = values.get(chosen, "") if isinstance(values, dict) else ""
    facts = attributes.get(chosen)
    options = facts.get("options") if isinstance(facts, dict) else None
    if not isinstance(value, str | int | float):
        return ""
    keys = [part.strip() for part in str(value).split(",")]
    if isinstance(options, dict) and all(key in options for key in keys):
        return ", ".join(str(options[key]) for key in keys)[:200]
    return str(value).strip()[:200]


def _label(name: str, place: list[Any]) -> RawLabel | None:
    """A region from its kind and its numbers; None when it encloses nothing."""
    kind, values = number_of(place[0]), numbers_of(place[1:], 3)
    if values is None or kind in (_POINT, *_LINES) or not all(map(math.isfinite, values)):
        return None
    if kind == 2 and len(values) >= 4:
        left, top, width, height = values[:4]
        return RawLabel(name, (left, top, left + width, top + height))
    if kind == 3:
        return ellipse(name, (values[0], values[1]), (values[2], values[2]), 0.0)
    if kind == 4 and len(values) >= 4:
        turn = math.degrees(values[4]) if len(values) > 4 else 0.0
        return ellipse(name, (values[0], values[1]), (values[2], values[3]), turn)
    points = paired(values)
    if kind == 8 and len(points) == 4:
        return RawLabel(name, around(points))
    return outlined(name, points) if kind == 7 and len(points) >= 3 else None
