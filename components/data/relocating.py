"""Pictures in a folder of the user's that has moved, or whose files were changed on purpose.

`in_place` notices; here the data set learns where they are now, or that they are as they are.
"""

import json
import os
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from components.data import in_place, schema, undo
from components.data.conversion import convert, digest_of
from components.data.pictures import PictureFacts, make_thumbnail, probe
from components.data.store import Dataset
from components.data.wording import some
from components.data.writing import recount
from components.errors import DatasetError, PictureError

SAME_SHAPE = 0.01  # share by which a resized picture's sides may be off, from rounding


def lost_folder(dataset: Dataset) -> str:
    """The folder that all pictures which are gone lay in, or the one above them all."""
    paths = [path for _, path, _ in _gone(dataset)]
    return os.path.commonpath([os.path.dirname(path) for path in paths]) if paths else ""  # noqa: PTH120


def relocate(dataset: Dataset, folder: Path) -> int:
    """Look for the pictures that are gone below another folder; `undo.undo` takes it back.

    A file is taken for the one that is missing when it has its name, lies in folders of the same
    names as far as possible, and has as many bytes.

    Returns:
        How many were found.

    Raises:
        DatasetError: None was.
    """
    gone = list(_gone(dataset))
    moved = dict(_found_below(folder, gone))
    if not moved:
        example = f", such as {Path(gone[0][1]).name}" if gone else ""
        raise DatasetError(
            f"None of the {some(len(gone), 'missing picture')} lies below “{folder}”{example}.",
            "Choose the folder that holds what lay in the old one, with the same names.",
        )
    told = undo.can_be_undone(dataset, "The folder is elsewhere")
    with told, schema.changing(dataset.folder) as db:
        for number, path in moved.items():
            _move(db, number, path)
        recount(db)
    return len(moved)


def look_again(dataset: Dataset) -> None:
    """Ask the disk afresh, without the half minute for which its last answer counts."""
    in_place.forget(dataset)


def take_as_they_are(dataset: Dataset) -> None:
    """Believe files that were changed: sizes and small copies are made anew, labels stay.

    Labels of a picture that was made larger or smaller grow or shrink with it. A picture that has
    another shape now, or cannot be read, is put aside: its labels cannot be right any more.
    """
    with schema.changing(dataset.folder) as db:
        for number, _ in in_place.look(dataset).changed:
            _take(db, dataset.folder, number)
        recount(db)


def _gone(dataset: Dataset) -> Iterator[tuple[int, str, int]]:
    """Number, path and bytes of the pictures that are not where they were."""
    numbers = [number for number, _ in in_place.look(dataset).gone]
    with schema.reading(dataset.folder) as db:
        rows = db.execute(
            "SELECT id, original, stamp FROM pictures "
            "WHERE id IN (SELECT value FROM json_each(?)) ORDER BY id", (json.dumps(numbers),),
        ).fetchall()  # fmt: skip
    for number, original, stamp in rows:
        yield number, original, int(stamp.split(":")[0])


def _found_below(folder: Path, gone: list[tuple[int, str, int]]) -> Iterator[tuple[int, Path]]:
    """Number and new path of those that are there: in folders named alike, as many as may be."""
    usual = 1  # parts of the old path that the new folder stands for; the same for nearly all
    for number, old, size in gone:
        parts = Path(old).parts
        for first in (usual, *range(1, len(parts))):
            path = folder.joinpath(*parts[first:])
            if path.is_file() and path.stat().st_size == size:
                usual = first
                yield number, path.resolve()
                break


def _move(db: sqlite3.Connection, number: int, path: Path) -> None:
    (file, original) = db.execute(
        "SELECT file, original FROM pictures WHERE id = ?", (number,)
    ).fetchone()
    place = path.as_posix()
    db.execute(
        "UPDATE pictures SET file = ?, original = ?, stamp = ? WHERE id = ?",
        (place if file == original else file, place, in_place.stamp_of(path), number),
    )


def _take(db: sqlite3.Connection, folder: Path, number: int) -> None:
    name, file, original, thumbnail, width, height = db.execute(
        "SELECT name, file, original, thumbnail, width, height FROM pictures WHERE id = ?",
        (number,),
    ).fetchone()
    source = folder / original
    try:
        facts = probe(source, name)
        grown = facts.width / width, facts.height / height
        if abs(grown[0] / grown[1] - 1) > SAME_SHAPE or facts.needs_conversion != (
            file != original
        ):
            raise PictureError("", "")
        if file != original:
            convert(source, folder / file, facts)
        if thumbnail:
            make_thumbnail(folder / file, folder / thumbnail)
        digest = digest_of(source)
    except PictureError:
        db.execute("UPDATE pictures SET state = 'ignored' WHERE id = ?", (number,))
        return
    if grown != (1.0, 1.0):
        _grow(db, number, *grown)
    _note(db, number, facts, digest, in_place.stamp_of(source))


def _grow(db: sqlite3.Connection, number: int, across: float, down: float) -> None:
    rows = db.execute("SELECT id, points FROM labels WHERE picture_id = ?", (number,)).fetchall()
    for label, text in rows:
        points = [[x * across, y * down, *rest] for x, y, *rest in json.loads(text or "[]")]
        db.execute(
            "UPDATE labels SET points = ?, box_left = box_left * ?, box_right = box_right * ?, "
            "box_top = box_top * ?, box_bottom = box_bottom * ? WHERE id = ?",
            (json.dumps(points) if points else "", across, across, down, down, label),
        )


def _note(
    db: sqlite3.Connection, number: int, facts: PictureFacts, digest: str, stamp: str
) -> None:
    db.execute(
        "UPDATE pictures SET width = ?, height = ?, sha256 = ?, stamp = ? WHERE id = ?",
        (facts.width, facts.height, digest, stamp, number),
    )
