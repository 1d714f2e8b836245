"""Giving pictures other labels and a data set other classes, in a transaction of the caller's.

Call `writing.recount` when all is done.
"""

import json
import sqlite3
from collections.abc import Iterable, Sequence

from components.data.records import PictureState
from components.data.rows import StoredLabel

_ADD = (
    "INSERT INTO labels (picture_id, class_id, box_left, box_top, box_right, box_bottom, shape, "
    "points) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
)


def set_labels(
    db: sqlite3.Connection, picture_id: int, labels: Sequence[StoredLabel], state: PictureState
) -> None:
    """Put these labels in place of those that a picture has."""
    db.execute("DELETE FROM labels WHERE picture_id = ?", (picture_id,))
    db.executemany(_ADD, (
        (picture_id, each.class_id, *each.box, str(each.shape),
         json.dumps(each.points) if each.points else "")
        for each in labels
    ))  # fmt: skip
    db.execute(
        "UPDATE pictures SET state = ?, boxes = ? WHERE id = ?",
        (str(state), len(labels), picture_id),
    )


def class_ids(db: sqlite3.Connection) -> dict[str, int]:
    """Class name to its id."""
    return {name: number for number, name in db.execute("SELECT id, name FROM classes")}


def add_classes(db: sqlite3.Connection, names: Iterable[str]) -> dict[str, int]:
    """Make sure that these classes are there, new ones at the end; name to id of all."""
    known = class_ids(db)
    for name in names:
        if name not in known:
            known[name] = len(known)
            db.execute("INSERT INTO classes (id, name) VALUES (?, ?)", (known[name], name))
    return known


def order_classes(db: sqlite3.Connection, first: Sequence[str]) -> dict[str, int]:
    """Give the classes named the ids 0, 1, 2 ...; others that have a label come behind.

    Returns:
        Name to id.
    """
    db.execute("PRAGMA defer_foreign_keys = ON")  # labels and classes change one after the other
    used = {number for (number,) in db.execute("SELECT DISTINCT class_id FROM labels")}
    before = class_ids(db)
    kept = [name for name, number in before.items() if number in used and name not in first]
    after = {name: number for number, name in enumerate([*first, *kept])}
    moves = [(-after[name] - 1, number) for name, number in before.items() if number in used]
    db.executemany("UPDATE labels SET class_id = ? WHERE class_id = ?", moves)
    db.execute("UPDATE labels SET class_id = -class_id - 1 WHERE class_id < 0")
    db.execute("DELETE FROM classes")
    db.executemany("INSERT INTO classes (name, id) VALUES (?, ?)", after.items())
    return after
