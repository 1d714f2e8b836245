"""Ultralytics NDJSON: `dataset.ndjson` and the pictures below `images/<part>`.

Every record must have a part, so pictures without one stand in a file of their own. Pictures that
nobody has looked at are in the folder but have no record.

Source: Ultralytics 8.4, `data/converter.py` (`convert_ndjson_to_yolo`).
"""

import json
from collections import Counter
from typing import Any

from components.data.annotations import KINDS, row_of
from components.data.writers.numbers import centred
from components.data.writers.outgoing import UNSPLIT, Outgoing, OutPicture
from components.data.writers.parcel import Parcel

DIGITS = 9


def write(out: Outgoing, parcel: Parcel) -> None:
    """Pictures, then the records, one line each."""
    counts: Counter[str] = Counter()
    for picture in out.pictures():
        parcel.picture(f"images/{picture.part}/{picture.name}", picture.file)
        if picture.is_known:
            counts[picture.part] += 1
    _records(out, parcel, "dataset.ndjson", unsplit=False)
    if counts[UNSPLIT]:
        _records(out, parcel, f"{UNSPLIT}.ndjson", unsplit=True)


def _records(out: Outgoing, parcel: Parcel, name: str, *, unsplit: bool) -> None:
    head = {
        "type": "dataset", "task": out.task, "name": out.name, "path": ".",
        "class_names": {str(number): each for number, each in enumerate(out.classes)},
        **out.points,
    }  # fmt: skip
    with parcel.stream(name) as pour:
        pour(json.dumps(head, ensure_ascii=False) + "\n")
        for picture in out.pictures():
            if picture.is_known and (picture.part == UNSPLIT) == unsplit:
                pour(json.dumps(_record(picture, out), ensure_ascii=False) + "\n")


def _record(picture: OutPicture, out: Outgoing) -> dict[str, Any]:
    record: dict[str, Any] = {
        "type": "image", "file": picture.name, "width": picture.width, "height": picture.height,
        "annotations": _annotations(picture, out),
    }  # fmt: skip
    if picture.split:
        record["split"] = picture.split
    return record


def _annotations(picture: OutPicture, out: Outgoing) -> dict[str, Any]:
    if out.task == "classify":
        return {"classification": [label.class_id for label in picture.labels][:1]}
    found: dict[str, list[list[float]]] = {}
    for label in picture.labels:
        kind = KINDS[out.task]
        row = row_of(out.task, label, picture.width, picture.height, out.keypoints, cut=False)
        if isinstance(row, str):
            kind = "boxes"
            row = [label.class_id, *centred(label.box, picture.width, picture.height)]
        found.setdefault(kind, []).append([row[0], *(round(value, DIGITS) for value in row[1:])])
    return found


def lost(out: Outgoing) -> list[str]:
    """What NDJSON cannot hold of this data set."""
    return out.only_boxes()
