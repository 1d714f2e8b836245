"""What can be done to a data set's file. Every function takes a connection in a transaction.

Counts are computed afresh at the end of each write, in the same transaction: 50,000 pictures with
500,000 boxes take a fraction of a second, and a count can never drift away from what it counts.
"""

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Any

from components.data.keypoints import KeypointScheme
from components.data.names import stem_of
from components.data.records import PictureState, Problem, Split
from components.data.rows import NewPicture, SplitOrigin
from components.errors import DatasetError

_CHUNK = 50  # pictures written together, while others are still made

_ADD_PICTURE = (
    "INSERT INTO pictures (id, name, file, original, thumbnail, width, height, state, split, "
    "imported_split, boxes, sha256, note, stamp) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
_SAME_NAME = "SELECT name FROM pictures WHERE name IN (SELECT value FROM json_each(?))"
_ADD_LABEL = (
    "INSERT INTO labels (picture_id, class_id, box_left, box_top, box_right, box_bottom, shape, "
    "points) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
)


def add_pictures(db: sqlite3.Connection, pictures: Iterable[NewPicture]) -> range:
    """Take pictures in, in the order given; returns their ids.

    Raises:
        DatasetError: A name is taken, a class is unknown, or a state contradicts the labels.
    """
    class_ids = {name: class_id for class_id, name in db.execute("SELECT id, name FROM classes")}
    first = db.execute("SELECT coalesce(max(id), 0) + 1 FROM pictures").fetchone()[0]
    coming, next_id = iter(pictures), first
    while chunk := list(islice(coming, _CHUNK)):
        among = json.dumps([picture.name for picture in chunk])
        taken = {name for (name,) in db.execute(_SAME_NAME, (among,))}
        for picture in chunk:
            _check(picture, class_ids, taken)
            taken.add(picture.name)
        numbered = list(enumerate(chunk, start=next_id))
        db.executemany(_ADD_PICTURE, (_picture_values(*pair) for pair in numbered))
        db.executemany(_ADD_LABEL, _label_values(numbered, class_ids))
        next_id += len(chunk)
    db.execute(
        "UPDATE dataset SET split_source = 'import' WHERE split_source = '' "
        "AND EXISTS (SELECT 1 FROM pictures WHERE imported_split IS NOT NULL)"
    )
    recount(db)
    return range(first, next_id)


def _check(picture: NewPicture, class_ids: Mapping[str, int], taken: set[str]) -> None:
    if picture.name in taken:
        raise DatasetError(
            f"The data set already has a picture named {picture.name}.",
            "Rename one of the two pictures and bring it in again.",
        )
    _check_state(picture.name, picture.state, len(picture.labels))
    for label in picture.labels:
        if label.class_name not in class_ids:
            raise DatasetError(
                f"{picture.name} has a label of the class {label.class_name!r}, which the data "
                "set does not know.",
                "Add the class to the data set or leave the label out.",
            )


def _check_state(name: str, state: PictureState, boxes: int) -> None:
    """A state is what somebody said, so it must not contradict what is there."""
    if state is PictureState.LABELLED and not boxes:
        raise DatasetError(
            f"{name} is to count as labelled but has no label.",
            "Mark it as empty when there is nothing to be found on it.",
        )
    if state in (PictureState.EMPTY, PictureState.UNLABELLED) and boxes:
        raise DatasetError(
            f"{name} is to count as {state} but has {boxes} labels.",
            "Delete its labels first, or put the picture aside as ignored.",
        )


def _picture_values(picture_id: int, picture: NewPicture) -> tuple[Any, ...]:
    return (
        picture_id, picture.name, picture.file, picture.original, picture.thumbnail,
        picture.width, picture.height, str(picture.state), picture.split, picture.split,
        len(picture.labels), picture.sha256, picture.note, picture.stamp,
    )  # fmt: skip


def _label_values(
    numbered: list[tuple[int, NewPicture]], class_ids: Mapping[str, int]
) -> Iterator[tuple[Any, ...]]:
    for picture_id, picture in numbered:
        for label in picture.labels:
            points = json.dumps(label.points) if label.points else ""
            yield picture_id, class_ids[label.class_name], *label.box, str(label.shape), points


def set_state(db: sqlite3.Connection, ids: list[int], state: PictureState) -> None:
    """Say what is known about the labels of these pictures.

    Raises:
        DatasetError: A picture has labels and is to count as empty or unlabelled, or the reverse.
    """
    among = "id IN (SELECT value FROM json_each(?))"
    meant = json.dumps(ids)
    for name, boxes in db.execute(f"SELECT name, boxes FROM pictures WHERE {among}", (meant,)):
        _check_state(name, state, boxes)
    db.execute(f"UPDATE pictures SET state = ? WHERE {among}", (str(state), meant))
    recount(db)


def set_split(
    db: sqlite3.Connection, assignment: Mapping[int, Split | None], origin: SplitOrigin
) -> None:
    """Put these pictures into these parts and remember where the split came from."""
    moved = ((split, picture_id) for picture_id, split in assignment.items())
    db.executemany("UPDATE pictures SET split = ? WHERE id = ?", moved)
    shares = json.dumps(origin.shares) if origin.shares else None
    db.execute(
        "UPDATE dataset SET split_source = ?, split_shares = ?, split_seed = ?",
        (origin.source, shares, origin.seed),
    )
    recount(db)


def rename_classes(db: sqlite3.Connection, new_names: Mapping[str, str]) -> None:
    """Give classes other names; those that get the same name become one.

    Raises:
        DatasetError: A class is not there or would have no name.
    """
    old = [name for (name,) in db.execute("SELECT name FROM classes ORDER BY id")]
    for name in new_names:
        if name not in old or not new_names[name].strip():
            raise DatasetError(
                f"The class {name!r} cannot be renamed to {new_names[name]!r}.",
                "Choose a class of this data set and write a name of at least one letter.",
            )
    names = [new_names.get(name, name) for name in old]
    kept = {name: class_id for class_id, name in enumerate(dict.fromkeys(names))}
    # An id never grows here, so going upwards no class takes the place of one still to be moved.
    for before, name in enumerate(names):
        db.execute("UPDATE labels SET class_id = ? WHERE class_id = ?", (kept[name], before))
    db.execute("DELETE FROM classes WHERE id >= ?", (len(kept),))
    db.execute("UPDATE classes SET name = 'old ' || hex(name)")  # so that two may change places
    db.executemany("UPDATE classes SET name = ? WHERE id = ?", kept.items())
    recount(db)


def add_problems(db: sqlite3.Connection, problems: Iterable[Problem]) -> None:
    """Remember what was not as it should be, each beside its picture where there is one."""
    has_stems = False

    def picture_of(file: str) -> int | None:
        nonlocal has_stems
        row = db.execute("SELECT id FROM pictures WHERE name = ?", (file,)).fetchone()
        if row is not None or not file:
            return row[0] if row else None
        if not has_stems:  # only now, as it goes through all names
            _list_stems(db)
            has_stems = True
        # A label file is named like its picture; where several are, it is nobody's.
        rows = db.execute("SELECT id FROM stems WHERE stem = ? LIMIT 2", (stem_of(file),))
        found = [number for (number,) in rows]
        return found[0] if len(found) == 1 else None

    db.executemany(
        "INSERT INTO problems (picture_id, code, severity, file, what, done) "
        "VALUES (?, ?, ?, ?, ?, ?)",
        ((picture_of(p.file), p.code, str(p.severity), p.file, p.what, p.done) for p in problems),
    )
    recount(db)


def _list_stems(db: sqlite3.Connection) -> None:
    """A table of the pictures' stems, on the disk and for this connection only."""
    db.create_function("stem_of", 1, stem_of, deterministic=True)
    db.execute("DROP TABLE IF EXISTS temp.stems")
    db.execute("CREATE TEMP TABLE stems AS SELECT stem_of(name) AS stem, id FROM pictures")
    db.execute("CREATE INDEX temp.by_stem ON stems (stem)")


def recount(db: sqlite3.Connection) -> None:
    """Bring every count up to date and raise the revision by one."""
    db.execute("DELETE FROM class_tallies")
    db.execute(
        "INSERT INTO class_tallies SELECT coalesce(split, ''), class_id, "
        "count(DISTINCT picture_id), count(*) FROM labels "
        "JOIN pictures ON pictures.id = picture_id WHERE state = 'labelled' GROUP BY 1, 2"
    )
    of_class = "FROM class_tallies WHERE class_id = classes.id"
    db.execute(
        f"UPDATE classes SET boxes = (SELECT coalesce(sum(boxes), 0) {of_class}), "
        f"pictures = (SELECT coalesce(sum(pictures), 0) {of_class})"
    )
    db.execute("DELETE FROM tallies")
    db.execute(
        "INSERT INTO tallies SELECT state, coalesce(split, ''), count(*), sum(boxes) "
        "FROM pictures GROUP BY 1, 2"
    )
    db.execute(
        "UPDATE pictures SET problems = (SELECT count(*) FROM problems WHERE picture_id = "
        "pictures.id) WHERE problems > 0 OR id IN (SELECT picture_id FROM problems)"
    )
    db.execute(
        "UPDATE dataset SET revision = revision + 1, cover_picture_id = coalesce("
        "(SELECT min(id) FROM pictures WHERE state = 'labelled'), (SELECT min(id) FROM pictures))"
    )


def set_keypoints(db: sqlite3.Connection, scheme: KeypointScheme | None) -> None:
    """Say which points each thing has; None for a data set whose things have none."""
    text = scheme.to_json() if scheme else ""
    db.execute("UPDATE dataset SET keypoints = ?, revision = revision + 1", (text,))
