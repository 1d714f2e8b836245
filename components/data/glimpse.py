"""Enough of a data set to see what training would do to its pictures.

A preview asks a data set of the trainer, which wants all its files laid out. Of 100,000 pictures
that takes half a minute, in which the disk has time for nothing else; so of a large set some of the
training pictures must do.
"""

import shutil
from pathlib import Path
from typing import Any

from components.data import manifest, schema, versions
from components.data.store import open_dataset

FOLDER = "glimpses"
MOST = 2_000  # training pictures, laid out within a second or two
_KEPT = 2  # of a data set: a preview may still be reading the one before


def glimpse(dataset_folder: str) -> dict[str, Any]:
    """What a preview reads, laid out. The warm process is asked, and answers in JSON.

    Args:
        dataset_folder: Of the data set. A part of a large one is laid out in a folder of its own
            there, and goes with it; older ones are removed.

    Returns:
        `version`, a hash of all that is in it; `pictures` to train on; `data_yaml`, as
        `versions.materialise` returns it.

    Raises:
        DatasetError: There is nothing to train on, or a picture is gone.
        DiskFull: No room was left.
    """
    dataset = open_dataset(Path(dataset_folder))
    with schema.reading(dataset.folder) as db:
        rows = db.execute(
            f"SELECT id FROM pictures WHERE {manifest.TRAINED} AND split = 'train' "
            "ORDER BY state != 'labelled', id"
        )
        train = [number for (number,) in rows]
    if len(train) <= MOST:
        place, version = dataset.folder, versions.freeze(dataset)
    else:
        place = dataset.folder / FOLDER
        version = versions.freeze_some(dataset, place, train[:: -(-len(train) // MOST)])
    data_yaml = versions.materialise(dataset.folder, version, place)
    if place != dataset.folder:
        _forget(place / versions.FOLDER, version)
    pictures = versions.counts_of(place, version)["train"]
    return {"version": version, "pictures": pictures, "data_yaml": str(data_yaml)}


def _forget(folder: Path, version: str) -> None:
    """Remove all but the newest glimpses."""
    here = [file for file in folder.glob("*.ndjson") if file.stem != version]
    for file in sorted(here, key=lambda file: file.stat().st_mtime)[: -(_KEPT - 1)]:
        file.unlink(missing_ok=True)
        shutil.rmtree(file.with_suffix(""), ignore_errors=True)
