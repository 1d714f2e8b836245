"""The manifest of a version, line by line, so that memory stays flat in a set of any size.

The first line is the head: task, classes, for poses the points, and how many there are of what.
"""

import hashlib
import json
import shutil
import sqlite3
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path, PurePosixPath
from typing import Any, TextIO

from components.data import annotations, keypoint_order, queries
from components.data.laying_out import PARTS, Record
from components.data.rows import StoredLabel
from components.data.store import Dataset
from components.workspace import slug

STEM_LENGTH = 40  # keeps paths short enough for Windows

# Nothing is taken for background that nobody has looked at.
TRAINED = "state IN ('labelled', 'empty') AND split IS NOT NULL"


@dataclass(slots=True)
class Sums:
    """What is known of a manifest once all of its lines are written."""

    digest: Any  # hashlib's own kind has no public name
    pictures: Counter[str] = field(default_factory=Counter)  # by part
    labels: Counter[str] = field(default_factory=Counter)  # by part
    left_out: dict[str, list[str]] = field(default_factory=dict)  # why, to names of pictures


def facts(dataset: Dataset, db: sqlite3.Connection) -> Record:
    """The part of the head that the content rests on."""
    known: Record = {
        "task": dataset.task,
        "class_names": {str(each.id): each.name for each in queries.classes(db)},
    }
    if dataset.task == "pose":
        known |= keypoint_order.facts(db)
    return known


def write_records(
    db: sqlite3.Connection, facts: Record, file: TextIO, where: str = TRAINED
) -> Sums:  # fmt: skip
    """Write a line for every picture that can be trained on; the first line is left to the head.

    Args:
        db: The open file of the data set.
        facts: The part of the head that the content rests on.
        file: Where to.
        where: Which pictures, as a condition of SQL; some of those of `TRAINED`.
    """
    known = json.dumps(list(facts.values()))
    sums = Sums(hashlib.sha256(known.encode()))
    for name, record in _records(db, facts, where):
        if isinstance(record, str):
            sums.left_out.setdefault(record, []).append(name)
            continue
        line = "\n" + json.dumps(record, ensure_ascii=False)
        sums.digest.update(line.encode())
        file.write(line)
        sums.pictures[record["split"]] += 1
        sums.labels[record["split"]] += sum(map(len, record["annotations"].values()))
    file.write("\n")
    return sums


def publish(about: Record, body: Path, manifest: Path) -> None:
    """Put the head in front of the lines, and the whole in its place at once."""
    beside = body.with_suffix(".whole.part")
    try:
        with beside.open("wb") as file, body.open("rb") as lines:
            file.write(json.dumps(about, ensure_ascii=False).encode())
            shutil.copyfileobj(lines, file)
        beside.replace(manifest)
    finally:
        beside.unlink(missing_ok=True)


def head(name: str, version: str, facts: Record, sums: Sums) -> Record:
    """The first line."""
    made: Record = {
        "type": "dataset",
        "name": name,
        **facts,
        "path": version,  # with it, Ultralytics can train on the manifest itself, too
        # Ours, so that nobody needs to read all lines; "boxes" are labels of whatever shape.
        "counts": {**{part: sums.pictures[part] for part in PARTS}, "boxes": sums.labels.total()},
    }
    if sums.left_out:
        made["left_out"] = {why: len(names) for why, names in sums.left_out.items()}
    return made


def _records(
    db: sqlite3.Connection, facts: Record, where: str
) -> Iterator[tuple[str, Record | str]]:
    """Each picture's name and its record, or why it has none."""
    keypoints = facts.get("kpt_shape", (0,))[0]
    for picture, labels in _pictures(db, where):
        number, name, file, width, height, split, sha256 = picture
        told = annotations.tell(facts["task"], labels, width, height, keypoints)
        if isinstance(told, str):
            yield name, told
            continue
        stem = slug(PurePosixPath(name).stem)[:STEM_LENGTH]
        record: Record = {
            "type": "image",
            "file": f"{number:06d}-{stem}{PurePosixPath(file).suffix.lower()}",
            "width": width,
            "height": height,
            "split": split,
            "annotations": told.rows,
            "source": file,  # ours: below the data set's folder
            "sha256": sha256,
        }
        if told.extras:
            record["extras"] = told.extras  # ours: what the rows do not tell of each label
        yield name, record


def _pictures(
    db: sqlite3.Connection, where: str
) -> Iterator[tuple[tuple[Any, ...], list[StoredLabel]]]:
    """Id, name, file, width, height, part and hash of each picture, with its labels."""
    rows = db.execute(
        "SELECT pictures.id, name, file, width, height, split, sha256, class_id, box_left, "
        "box_top, box_right, box_bottom, shape, points FROM pictures LEFT JOIN labels "
        f"ON picture_id = pictures.id WHERE {where} ORDER BY pictures.id, labels.id"
    )
    for picture, group in groupby(rows, key=lambda row: row[:7]):
        yield picture, [_label(row[7:]) for row in group if row[7] is not None]


def unfit(db: sqlite3.Connection, task: str = "") -> dict[str, list[int]]:
    """Pictures that a task cannot learn from: why, to their ids.

    Args:
        db: The open file of the data set.
        task: A `tasks.TASKS` key; "" for that of the data set.
    """
    task = task or db.execute("SELECT task FROM dataset").fetchone()[0]
    keypoints = keypoint_order.facts(db)["kpt_shape"][0]
    found: dict[str, list[int]] = {}
    for picture, labels in _pictures(db, "state IN ('labelled', 'empty')"):
        told = annotations.tell(task, labels, picture[3], picture[4], keypoints)
        if isinstance(told, str):
            found.setdefault(told, []).append(picture[0])
    return found


def _label(row: tuple[Any, ...]) -> StoredLabel:
    class_id, left, top, right, bottom, shape, points = row
    drawn = tuple(tuple(point) for point in json.loads(points)) if points else ()
    return StoredLabel(class_id, (left, top, right, bottom), shape, drawn)
