"""Versions: what a run is trained on, frozen.

```
versions/<hash>.ndjson    the manifest, in Ultralytics' NDJSON dataset format; never changed
versions/<hash>/          the same as folders of links, made when a run needs it
    data.yaml
    images/{train,val,test}/    labels/{train,val,test}/
```

The hash is that of the content: class names, and for every picture its bytes, part and labels.
Unchanged data keep their hash, so two runs can be compared, and renaming the data set or moving
its folder changes nothing. A version can be thrown away and made again from its manifest as long
as the pictures are there.
"""

import errno
import hashlib
import json
import re
import shutil
import sqlite3
import time
import uuid
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path, PurePosixPath
from typing import Any, TextIO

from components.data import queries, schema
from components.data.links import link
from components.data.rows import StoredLabel
from components.data.store import Dataset
from components.errors import DatasetError, DiskFull
from components.workspace import slug, write_atomic

FOLDER = "versions"
STEM_LENGTH = 40  # keeps paths short enough for Windows
PARTS = ("train", "val", "test")

# Nothing is taken for background that nobody has looked at.
_TRAINED = "state IN ('labelled', 'empty') AND split IS NOT NULL"

Record = dict[str, Any]


def freeze(dataset: Dataset) -> str:
    """Write down what training would use now; returns the hash that names it.

    Only pictures that are labelled or empty on purpose and have a part; reused when nothing
    changed.

    Raises:
        DatasetError: There is nothing to train on, or Tailor cannot train the task yet.
    """
    revision = dataset.revision()
    newest, version = _frozen.get(dataset.folder, (-1, ""))
    if newest == revision and manifest_file(dataset.folder, version).exists():
        return version  # a preview asks at every turn of a slider
    version = _freeze(dataset)
    _frozen[dataset.folder] = (revision, version)
    return version


_frozen: dict[Path, tuple[int, str]] = {}  # data set to its revision and that one's hash


def _freeze(dataset: Dataset) -> str:
    _demand_boxes(dataset)
    with schema.reading(dataset.folder) as db:
        class_names = {str(each.id): each.name for each in queries.classes(db)}
        records = list(_records(db))
    if not any(record["split"] == "train" for record in records):
        raise DatasetError(
            f"No labelled picture of {dataset.name} lies in the train part.",
            "Move the handles of the split so that train gets a share, or bring in labels.",
        )
    lines = [json.dumps(record, ensure_ascii=False) for record in records]
    known = json.dumps([dataset.task, class_names])
    version = hashlib.sha256("\n".join([known, *lines]).encode()).hexdigest()[:16]
    manifest = manifest_file(dataset.folder, version)
    if not manifest.exists():
        head = json.dumps(_head(dataset, version, class_names, records), ensure_ascii=False)
        manifest.parent.mkdir(exist_ok=True)
        write_atomic(manifest, "\n".join([head, *lines, ""]))
    return version


def materialise(dataset_folder: Path, version: str) -> Path:
    """The version as folders that the trainer reads; made when it is not there.

    Built beside and renamed, so a half-made version is never seen; two that make it at the same
    time do not disturb each other.

    Returns:
        Path of `data.yaml`. It holds no absolute path, so the data set may be moved.

    Raises:
        DatasetError: The version or one of its pictures is not there.
        DiskFull: No room was left.
    """
    folder = dataset_folder / FOLDER / version
    if not (folder / "data.yaml").is_file():
        head, records = read(dataset_folder, version)
        _sweep(folder.parent)
        beside = folder.with_name(f".{version}.{uuid.uuid4().hex[:8]}.part")
        try:
            _build(dataset_folder, beside, head, records)
            _take_place(beside, folder)
        except OSError as error:
            raise _told(error, folder) from error
        finally:
            shutil.rmtree(beside, ignore_errors=True)
    return folder / "data.yaml"


def read(dataset_folder: Path, version: str) -> tuple[Record, list[Record]]:
    """The manifest: its head, and one record per picture.

    Raises:
        DatasetError: The version is not there or damaged.
    """
    with _opened(dataset_folder, version) as file:
        head, *records = (json.loads(line) for line in file)
    return head, records


def labels_of(record: Record) -> Iterator[StoredLabel]:
    """The boxes of a record of `read`, in pixels of its picture."""
    width, height = record["width"], record["height"]
    for number, x, y, w, h in record["annotations"].get("boxes", ()):
        left, top = (x - w / 2) * width, (y - h / 2) * height
        corners = (left, top, left + w * width, top + h * height)
        yield StoredLabel(number, corners, "box", ())


def manifest_file(dataset_folder: Path, version: str) -> Path:
    """Where the manifest of a version lies, whether it is there or not."""
    return dataset_folder / FOLDER / f"{version}.ndjson"


def counts_of(dataset_folder: Path, version: str) -> dict[str, Any]:
    """How many pictures are in `train`, `val`, `test`, how many `boxes`, and the `classes`' names.

    Raises:
        DatasetError: The version is not there or damaged.
    """
    with _opened(dataset_folder, version) as file:
        head = json.loads(file.readline())
    return {**head["counts"], "classes": list(head["class_names"].values())}


def picture_id(file: str | Path) -> int | None:
    """The data set's id of a picture in a version, from the name of its file there."""
    found = re.match(r"(\d+)-", Path(file).name)
    return int(found[1]) if found else None


@contextmanager
def _opened(dataset_folder: Path, version: str) -> Iterator[TextIO]:
    try:
        with manifest_file(dataset_folder, version).open(encoding="utf-8") as file:
            yield file
    except (OSError, ValueError) as error:
        raise DatasetError(
            f"The version {version} of the data set {dataset_folder.name} is missing or damaged.",
            "Start a new run: it makes a version of its own.",
        ) from error


def _head(
    dataset: Dataset, version: str, class_names: dict[str, str], records: list[Record]
) -> Record:
    counts = {part: sum(record["split"] == part for record in records) for part in PARTS}
    counts["boxes"] = sum(len(record["annotations"].get("boxes", ())) for record in records)
    return {
        "type": "dataset",
        "task": dataset.task,
        "name": dataset.name,
        "class_names": class_names,
        "path": version,  # with it, Ultralytics can train on the manifest itself, too
        "counts": counts,  # ours: so that nobody needs to read all lines
    }


def _records(db: sqlite3.Connection) -> Iterator[Record]:
    boxes = _fractions(db)
    for number, name, file, width, height, split, sha256 in db.execute(
        "SELECT id, name, file, width, height, split, sha256 FROM pictures "
        f"WHERE {_TRAINED} ORDER BY id"
    ):
        stem = slug(PurePosixPath(name).stem)[:STEM_LENGTH]
        yield {
            "type": "image",
            "file": f"{number:06d}-{stem}{PurePosixPath(file).suffix.lower()}",
            "width": width,
            "height": height,
            "split": split,
            "annotations": {"boxes": boxes[number]} if number in boxes else {},
            "source": file,  # ours: below the data set's folder
            "sha256": sha256,
        }


def _fractions(db: sqlite3.Connection) -> dict[int, list[list[float]]]:
    """Picture id to rows of class, centre x and y, width, height, as fractions of the picture."""
    rows: dict[int, list[list[float]]] = defaultdict(list)
    # Cut to the picture: one value outside, and the trainer drops the whole picture.
    for number, class_id, left, top, right, bottom in db.execute(
        "SELECT picture_id, class_id, max(0.0, min(1.0, box_left / width)), "
        "max(0.0, min(1.0, box_top / height)), max(0.0, min(1.0, box_right / width)), "
        "max(0.0, min(1.0, box_bottom / height)) FROM pictures "
        f"JOIN labels ON picture_id = pictures.id WHERE {_TRAINED} ORDER BY labels.id"
    ):
        size = (round(right - left, 7), round(bottom - top, 7))
        rows[number].append(
            [class_id, round((left + right) / 2, 7), round((top + bottom) / 2, 7), *size]
        )
    return rows


def _build(dataset_folder: Path, folder: Path, head: Record, records: list[Record]) -> None:
    for part in PARTS:
        (folder / "images" / part).mkdir(parents=True)
        (folder / "labels" / part).mkdir(parents=True)
    for record in records:
        source = dataset_folder / record["source"]
        if not source.is_file():
            raise DatasetError(
                f"The picture {record['source']} of the data set {dataset_folder.name} is gone.",
                "Put the file back, or bring the pictures in again.",
            )
        image = folder / "images" / record["split"] / record["file"]
        link(source, image)
        lines = [" ".join(map(_number, row)) for row in record["annotations"].get("boxes", ())]
        label = folder / "labels" / record["split"] / f"{image.stem}.txt"
        label.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    (folder / "data.yaml").write_text(_data_yaml(head, records), encoding="utf-8")


def _data_yaml(head: Record, records: list[Record]) -> str:
    import yaml

    used = {record["split"] for record in records} | {"train", "val"}  # both keys are demanded
    facts: Record = {part: f"images/{part}" for part in PARTS if part in used}
    facts["names"] = {int(number): name for number, name in head["class_names"].items()}
    return yaml.safe_dump(facts, sort_keys=False)  # plain ASCII: odd letters are escaped


def _take_place(beside: Path, folder: Path) -> None:
    try:
        beside.rename(folder)
    except OSError:
        if not (folder / "data.yaml").is_file():  # else another was faster, with the same content
            raise


def _told(error: OSError, folder: Path) -> OSError | DiskFull:
    if error.errno != errno.ENOSPC:
        return error
    return DiskFull(
        f"The disk has no room left for the version {folder.name} of the pictures.",
        "Free some space and start the run again.",
    )


def _sweep(versions: Path) -> None:
    """Remove what was left half-made by a process that was ended, more than an hour ago."""
    for left in versions.glob(".*.part"):
        with suppress(FileNotFoundError):  # finished and renamed by its maker in this moment
            if time.time() - left.stat().st_mtime > 3600:
                shutil.rmtree(left, ignore_errors=True)


def _number(value: float) -> str:
    return f"{value:.7f}".rstrip("0").rstrip(".")


def _demand_boxes(dataset: Dataset) -> None:
    if dataset.task != "detect":
        raise DatasetError(
            f"{dataset.name} holds labels for the task {dataset.task}, which Tailor cannot train.",
            "Choose a data set with boxes.",
        )
