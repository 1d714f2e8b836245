"""COCO JSON: `images/<part>` and `annotations/instances_<part>.json`.

A picture that nobody has looked at is in the folder but in no JSON: whoever is listed without
annotations counts as looked at and empty.

Source: the COCO data format (cocodataset.org); floats instead of whole pixels, as it allows.
"""

import json
from collections.abc import Iterator
from typing import Any

from components.data.rows import StoredLabel
from components.data.writers.outgoing import PARTS, Outgoing, OutPicture
from components.data.writers.parcel import Parcel

DIGITS = 4  # of a pixel


def write(out: Outgoing, parcel: Parcel) -> None:
    """Pictures, then one JSON per part, row by row, so that memory stays flat."""
    parts: set[str] = set()
    for picture in out.pictures():
        parcel.picture(f"images/{picture.part}/{picture.name}", picture.file)
        if picture.is_known:
            parts.add(picture.part)
    for part in (part for part in PARTS if part in parts):
        with parcel.stream(f"annotations/instances_{part}.json") as pour:
            for piece in _json(out, part):
                pour(piece)


def _json(out: Outgoing, part: str) -> Iterator[str]:
    points = {"keypoints": names} if (names := out.points.get("kpt_names")) else {}
    categories = [{"id": n + 1, "name": name, **points} for n, name in enumerate(out.classes)]
    yield '{"categories": ' + json.dumps(categories, ensure_ascii=False) + ',\n"images": [\n'
    images = (
        {"id": number, "file_name": picture.name, "width": picture.width, "height": picture.height}
        for number, picture in _of_part(out, part)
    )
    yield from _listed(images)
    yield '],\n"annotations": [\n'
    yield from _listed(_annotations(_of_part(out, part)))
    yield "]}\n"


def _of_part(out: Outgoing, part: str) -> Iterator[tuple[int, OutPicture]]:
    for number, picture in enumerate(out.pictures(), start=1):
        if picture.part == part and picture.is_known:
            yield number, picture


def _listed(rows: Iterator[dict[str, Any]]) -> Iterator[str]:
    comma = ""
    for row in rows:
        yield comma + json.dumps(row, ensure_ascii=False)
        comma = ",\n"


def _annotations(pictures: Iterator[tuple[int, OutPicture]]) -> Iterator[dict[str, Any]]:
    number = 0
    for image, picture in pictures:
        for label in picture.labels:
            number += 1
            yield {"id": number, "image_id": image, **_annotation(label)}


def _annotation(label: StoredLabel) -> dict[str, Any]:
    left, top, right, bottom = label.box
    width, height = right - left, bottom - top
    row: dict[str, Any] = {
        "category_id": label.class_id + 1, "iscrowd": 0, "area": round(width * height, 2),
        "bbox": [round(value, DIGITS) for value in (left, top, width, height)],
    }  # fmt: skip
    flat = [round(value, DIGITS) for point in label.points for value in point]
    if label.shape == "keypoints":
        row["keypoints"] = flat
        row["num_keypoints"] = sum(len(point) < 3 or point[2] > 0 for point in label.points)
    elif len(label.points) >= 3:
        row["segmentation"] = [flat]
    if label.shape in ("rotated", "whole"):  # for ourselves; `coco_reading` knows it
        row["attributes"] = {"shape": label.shape}
    return row


def lost(out: Outgoing) -> list[str]:
    """What COCO cannot hold of this data set."""
    told = []
    if turned := out.shapes.get("rotated", 0):
        told.append(f"COCO holds no turned boxes: {turned:,} are written as outlines, which "
                    "Tailor reads back as turned boxes.")  # fmt: skip
    if whole := out.shapes.get("whole", 0):
        told.append(f"COCO holds no class of a whole picture: {whole:,} are written as boxes "
                    "around all of it, which Tailor reads back as what they are.")  # fmt: skip
    return told
