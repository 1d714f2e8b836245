"""FiftyOne: labels.json with labels by the pictures' names, samples.json with a record for each.

Boxes are left, top, width, height and points x, y, all as fractions of the picture; a label is a
name, or a number into the list of classes.
"""

import math
from collections import Counter
from typing import Any

from components.data.formats.description import Description, RawLabel
from components.data.formats.drawn import mask_of_array, numbers_of, points_of
from components.data.formats.json_kinds import FIFTYONE, FIFTYONE_SAMPLES, kind_of, of_kind
from components.data.formats.json_stream import elements
from components.data.formats.outlines import closed, label_of_mask
from components.data.formats.page import Page
from components.data.formats.page_remarks import no_objects, row_lost
from components.data.formats.pages import describe
from components.data.formats.shapes import pointed
from components.data.formats.sheet import OneFile
from components.data.matching import PictureIndex
from components.data.names import split_of_word
from components.data.problems import count, warn
from components.data.records import Problem
from components.data.scan import Finds
from components.data.unpack import Entry
from components.errors import LabelError

NAME = "FiftyOne"
_WHOLE = (0.0, 0.0, 1.0, 1.0)
_FIELDS = ("detections", "classifications", "polylines", "keypoints")
_NO_OBJECTS = {"Regression": "numbers", "GeoLocation": "places"}


def find(finds: Finds, index: PictureIndex, told: list[Problem]) -> Description | None:
    """The FiftyOne files among what was found, or None when there are none."""
    files: list[OneFile] = []
    classes: dict[str, None] = {}
    for entry in of_kind(finds, FIFTYONE, FIFTYONE_SAMPLES):
        made = OneFile(entry.name, "fraction")
        try:
            has_samples = kind_of(entry, finds.kinds) == FIFTYONE_SAMPLES
            names = _read_samples(entry, made) if has_samples else _read_labels(entry, made)
            classes.update(dict.fromkeys(names))
        except LabelError as error:
            told.append(warn("json_broken", entry.name, error.what, "What stands before is read."))
        if made.sheet.pages:
            files.append(made)
    if not files:
        return None
    used = {name for one in files for page in one.sheet.pages for name in page.classes}
    why = (
        f"{count(len(files), 'JSON file')} such as {files[0].sheet.name} "
        f"{'holds' if len(files) == 1 else 'hold'} labels by picture as FiftyOne writes them."
    )
    described = describe(NAME, why, [*classes, *sorted(used - {*classes})],
                         [one.sheet for one in files], index)  # fmt: skip
    shapes = Counter(
        shape for one in files for page in one.sheet.pages for shape, *_ in page.outlines.values()
    )
    things = sum(page.things for one in files for page in one.sheet.pages)
    if things and shapes["whole"] == things:
        described.task = "classify"
    return described


def _read_labels(entry: Entry, made: OneFile) -> list[str]:
    """labels.json; returns its classes."""
    names: list[str] = []
    for key, value in elements(entry.path, entry.name):
        if key == "classes" and isinstance(value, str):
            names.append(value)
        elif key == "labels" and isinstance(value, dict):
            for reference, labels in value.items():
                _fill(made, made.page(reference), labels, names)
    return names


def _read_samples(entry: Entry, made: OneFile) -> list[str]:
    """samples.json, which lists no classes."""
    for key, value in elements(entry.path, entry.name):
        if key == "samples" and isinstance(value, dict):
            _sample(made, value)
    return []


def _sample(made: OneFile, sample: dict[str, Any]) -> None:
    """One record of samples.json: of several fields with labels the one with most of them."""
    reference = sample.get("filepath")
    if not isinstance(reference, str):
        return
    page = made.page(reference)
    tags = sample.get("tags")
    parts = [split_of_word(tag) for tag in (tags if isinstance(tags, list) else [])
             if isinstance(tag, str)]  # fmt: skip
    page.split = next((part for part in parts if part), page.split)
    page.is_certain = False  # a field without labels may be one that nobody has filled
    fields = {
        key: labels for key, value in sample.items() if (labels := _labels(value)) is not None
    }
    best = max(fields, key=lambda key: ("truth" in key, len(fields[key])), default="")
    if best:
        page.is_certain = True
        _fill(made, page, fields[best], [])


def _labels(value: Any) -> list[Any] | None:
    """The labels in one field of a sample; None when it is no field of labels."""
    if not isinstance(value, dict) or not isinstance(value.get("_cls"), str):
        return None
    listed: list[Any] | None = next(
        (value[key] for key in _FIELDS if isinstance(value.get(key), list)), None
    )
    if listed is not None:
        return listed
    return [value] if "label" in value else None


def _fill(made: OneFile, page: Page, labels: Any, names: list[str]) -> None:
    if labels is None:
        page.is_certain = False
        return
    others: Counter[str] = Counter()
    rows = labels if isinstance(labels, list) else [labels]
    for number, row in enumerate(rows, start=1):
        kind = str(row.get("_cls")) if isinstance(row, dict) else ""
        if kind in _NO_OBJECTS:
            others[_NO_OBJECTS[kind]] += 1
        elif kind == "Polyline" and row.get("closed") is False and not row.get("filled"):
            others["lines"] += 1
        elif (label := _label(row, names)) is not None:
            page.add(label)
        else:
            page.lose(row_lost(
                made.sheet.name, f"Label {number} of {page.names[0]} has no class or no place that "
                "can be read",
            ))  # fmt: skip
    if others:
        page.lose(no_objects(page.names[0], dict(others)), sum(others.values()))


def _label(row: Any, names: list[str]) -> RawLabel | None:
    if not isinstance(row, dict):
        name = _name(row, names)
        return RawLabel(name, _WHOLE, "whole") if name else None
    name = _name(row.get("label"), names)
    box = numbers_of(row.get("bounding_box"), 4)
    if not name:
        return None
    if box is not None:
        left, top, width, height = box[:4]
        plain = RawLabel(name, (left, top, left + width, top + height))
        return _masked(plain, row["mask"]) if row.get("mask") else plain
    if row.get("_cls") == "Keypoint":
        return _keypoints(name, row.get("points"))
    lines = row.get("points")
    if isinstance(lines, list) and lines:
        return closed(name, [points_of(line) for line in lines])
    return RawLabel(name, _WHOLE, "whole") if "bounding_box" not in row else None


def _keypoints(name: str, given: Any) -> RawLabel | None:
    """Points in their fixed order; one that is not there is written as NaN or nothing."""
    points: list[tuple[float, ...]] = []
    for one in given if isinstance(given, list) else []:
        place = numbers_of(one, 2)
        is_there = place is not None and all(map(math.isfinite, place))
        points.append((*place[:2], 2.0) if place and is_there else (0.0, 0.0, 0.0))
    return pointed(name, points)


def _masked(plain: RawLabel, given: Any) -> RawLabel | None:
    """A box with the outline of the mask that fills it; None where the mask cannot be read."""
    left, top, right, bottom = plain.box
    try:
        mask = mask_of_array(given)
    except LabelError:
        return None
    made = label_of_mask(plain.class_name, mask)
    if made is None or not made.points:
        return plain
    across, down = (right - left) / mask.shape[1], (bottom - top) / mask.shape[0]
    points = tuple((left + x * across, top + y * down) for x, y in made.points)
    return RawLabel(plain.class_name, plain.box, made.shape, points)


def _name(value: Any, names: list[str]) -> str:
    if isinstance(value, int) and not isinstance(value, bool):
        return names[value] if 0 <= value < len(names) else f"class {value}"
    return value.strip() if isinstance(value, str) else ""
