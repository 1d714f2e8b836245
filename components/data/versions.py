"""Versions: what a run is trained on, frozen.

```
versions/<hash>.ndjson    the manifest, in Ultralytics' NDJSON dataset format; never changed
versions/<hash>/          the same as folders of links, made when a run needs it (`laying_out`)
```

The hash is that of the content: task, class names, and for every picture its bytes, part and
labels. Unchanged data keep their hash, so two runs can be compared, and renaming the data set or
moving its folder changes nothing. A version can be thrown away and made again from its manifest as
long as the pictures are there.

A line holds what the trainer of the task learns from (`annotations`) and, under keys of our own,
what else there is to a label, so that going back to a version loses nothing.
"""

import atexit
import errno
import json
import re
import shutil
import tempfile
import time
import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from itertools import islice
from pathlib import Path
from typing import Any, TextIO

from components.data import annotations, manifest, schema
from components.data.laying_out import CLASS_NAMES, Record, lay_out
from components.data.rows import StoredLabel
from components.data.store import Dataset
from components.data.wording import some
from components.errors import DatasetError, DiskFull
from components.tasks import TASKS

FOLDER = "versions"


def freeze(dataset: Dataset) -> str:
    """Write down what training would use now; returns the hash that names it.

    Only pictures that are labelled or empty on purpose and have a part; reused when nothing
    changed.

    Raises:
        DatasetError: There is nothing to train on: no picture of train carries what the task needs.
    """
    revision = dataset.revision()
    newest, version = _frozen.get(dataset.folder, (-1, ""))
    if newest == revision and manifest_file(dataset.folder, version).exists():
        return version  # a preview asks at every turn of a slider
    version = _freeze(dataset)
    _frozen[dataset.folder] = (revision, version)
    return version


_frozen: dict[Path, tuple[int, str]] = {}  # data set to its revision and that one's hash


def present(dataset: Dataset) -> tuple[str, Path]:
    """What training would use now, to be looked at: no version is made of it.

    Returns:
        Its hash, and the folder to `read` it from: the data set's own when there is such a version
        already, else one that lasts as long as this process or until the data set changes.

    Raises:
        DatasetError: There is nothing to train on.
    """
    revision = dataset.revision()
    seen = _looked_at.get(dataset.folder)
    if seen is None or seen[0] != revision:
        place = tempfile.TemporaryDirectory(prefix="tailor-present-")
        _drop_look(dataset.folder)
        seen = _looked_at[dataset.folder] = (
            revision, _freeze(dataset, Path(place.name) / FOLDER), place
        )  # fmt: skip
    is_kept = manifest_file(dataset.folder, seen[1]).exists()
    return seen[1], dataset.folder if is_kept else Path(seen[2].name)


# Data set to its revision, that one's hash, and where it was written down.
_looked_at: dict[Path, tuple[int, str, "tempfile.TemporaryDirectory[str]"]] = {}


@atexit.register
def _drop_looks() -> None:
    for folder in [*_looked_at]:
        _drop_look(folder)


def _drop_look(folder: Path) -> None:
    seen = _looked_at.pop(folder, None)
    if seen is not None:
        seen[2].cleanup()


def freeze_some(dataset: Dataset, place: Path, pictures: Iterable[int]) -> str:
    """Write down a part of what training would use, to be materialised from `place`.

    Args:
        dataset: The data set.
        place: Where the version is to lie, in a folder `FOLDER`.
        pictures: Ids of the pictures; those that training would not use are left out.

    Raises:
        DatasetError: No training picture among them carries what the task needs.
    """
    among = ", ".join(str(int(each)) for each in pictures)
    return _freeze(dataset, place / FOLDER, f"{manifest.TRAINED} AND pictures.id IN ({among})")


def _freeze(dataset: Dataset, folder: Path | None = None, where: str = manifest.TRAINED) -> str:
    """Write a manifest into `folder`, or into the data set's own; returns its hash."""
    folder = folder or dataset.folder / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    body = folder / f".{uuid.uuid4().hex[:8]}.ndjson.part"  # first, as the head tells its sums
    try:
        with schema.reading(dataset.folder) as db, body.open("w", encoding="utf-8") as file:
            facts = manifest.facts(dataset, db)
            sums = manifest.write_records(db, facts, file, where)
        _demand_train(dataset, sums)
        version: str = sums.digest.hexdigest()[:16]
        if not manifest_file(folder.parent, version).exists():
            head = manifest.head(dataset.name, version, facts, sums)
            manifest.publish(head, body, manifest_file(folder.parent, version))
    except OSError as error:
        raise _told(error, folder.name) from error
    finally:
        body.unlink(missing_ok=True)
    return version


def _demand_train(dataset: Dataset, sums: manifest.Sums) -> None:
    if sums.labels["train"]:
        return
    if sums.left_out:
        why, names = max(sums.left_out.items(), key=lambda each: len(each[1]))
        raise DatasetError(
            f"No picture in the train part of {dataset.name} can teach the task "
            f"“{TASKS[dataset.task].label}”: of {some(len(names), 'picture')}, {why}.",
            "Look at the health check of the Data page: it offers another task or a conversion.",
        )
    raise DatasetError(
        f"No labelled picture of {dataset.name} lies in the train part.",
        "Move the handles of the split so that train gets a share, or bring in labels.",
    )


def materialise(dataset_folder: Path, version: str, place: Path | None = None) -> Path:
    """The version as folders that the trainer reads; made when it is not there.

    It lies in the data set's own folder, or in another `place`. Built beside and renamed, so a
    half-made version is never seen; two that make it at the same time do not disturb each other.

    Returns:
        What the trainer takes for `data`: the path of `data.yaml`, or for the task "classify" the
        folder that it lies in. Nothing in there holds an absolute path.

    Raises:
        DatasetError: The version or one of its pictures is not there.
        DiskFull: No room was left.
    """
    folder = (place or dataset_folder) / FOLDER / version
    if not (folder / "data.yaml").is_file():
        head, records = read(place or dataset_folder, version)
        _sweep(folder.parent)
        beside = folder.with_name(f".{version}.{uuid.uuid4().hex[:8]}.part")
        try:
            beside.mkdir()
            lay_out(dataset_folder, beside, head, records)
            _take_place(beside, folder)
        except OSError as error:
            raise _told(error, folder.name) from error
        finally:
            shutil.rmtree(beside, ignore_errors=True)
    return folder if (folder / CLASS_NAMES).is_file() else folder / "data.yaml"


def read(dataset_folder: Path, version: str) -> tuple[Record, list[Record]]:
    """The manifest: its head, and one record per picture.

    Raises:
        DatasetError: The version is not there or damaged.
    """
    with _opened(dataset_folder, version) as file:
        head, *records = (json.loads(line) for line in file)
    return head, records


def labels_of(record: Record) -> Iterator[StoredLabel]:
    """The labels of a record of `read`, in pixels of its picture, shapes and outlines with them."""
    return annotations.labels_of(
        record["annotations"], record.get("extras", ()), record["width"], record["height"]
    )


def left_out_of(dataset_folder: Path, version: str) -> dict[str, int]:
    """Why pictures that are labelled are not part of a version, to how many they are.

    Raises:
        DatasetError: The version is not there or damaged.
    """
    with _opened(dataset_folder, version) as file:
        return dict(json.loads(file.readline()).get("left_out", {}))


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


def learned_in_val(dataset: Dataset, learned: Iterable[str]) -> int:
    """How many of today's validation pictures are training pictures of some versions.

    Told by what is in them, whatever they are called now. A version that is gone says nothing.
    """
    known: set[str] = set()
    for version in learned:
        with suppress(DatasetError), _opened(dataset.folder, version) as file:
            records = (json.loads(line) for line in islice(file, 1, None))
            known.update(each["sha256"] for each in records if each["split"] == "train")
    if not known:
        return 0
    with schema.reading(dataset.folder) as db:
        now = db.execute(f"SELECT sha256 FROM pictures WHERE {manifest.TRAINED} AND split = 'val'")
        return sum(sha256 in known for (sha256,) in now)


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


def _take_place(beside: Path, folder: Path) -> None:
    try:
        beside.rename(folder)
    except OSError:
        if not (folder / "data.yaml").is_file():  # else another was faster, with the same content
            raise


def _told(error: OSError, name: str) -> OSError | DiskFull:
    if error.errno != errno.ENOSPC:
        return error
    return DiskFull(
        f"The disk has no room left for the folder {name} of the data set.",
        "Free some space and start the run again.",
    )


def _sweep(versions: Path) -> None:
    """Remove what was left half-made by a process that was ended, more than an hour ago."""
    for left in versions.glob(".*.part"):
        with suppress(FileNotFoundError):  # finished and renamed by its maker in this moment
            if time.time() - left.stat().st_mtime > 3600:
                left.unlink() if left.is_file() else shutil.rmtree(left, ignore_errors=True)
