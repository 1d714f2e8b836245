"""What can be asked of a data set's file. Every function takes an open connection."""

import json
import sqlite3
from typing import Any

import numpy as np
from numpy.typing import NDArray

from components.data import quick_kinds
from components.data.records import PictureState, Problem
from components.data.rows import (
    ANY_PROBLEM,
    WITHOUT_SPLIT,
    DatasetClass,
    PictureFilter,
    PictureRow,
    SplitOrigin,
    StoredLabel,
    Summary,
)
from components.findings import Severity

BOX_TABLE = np.dtype(
    [
        ("class_id", np.int32),
        ("picture_id", np.int64),
        ("cx", np.float64),
        ("cy", np.float64),
        ("w", np.float64),
        ("h", np.float64),
    ]
)

_ROW = "id, name, width, height, state, split, boxes, note, problems"
# One parameter however many ids: SQLite allows only so many question marks.
_AMONG = "IN (SELECT value FROM json_each(?))"


def summary(db: sqlite3.Connection) -> Summary:
    """The counts, from the tallies that every write brings up to date."""
    states, parts, boxes = dict.fromkeys(PictureState, 0), dict.fromkeys(_PARTS, 0), 0
    for state, split, pictures, tally_boxes in db.execute("SELECT * FROM tallies"):
        states[PictureState(state)] += pictures
        if state != PictureState.IGNORED:
            parts[split] += pictures
            boxes += tally_boxes
    (classes,) = db.execute("SELECT count(*) FROM classes").fetchone()
    return Summary(
        pictures=sum(states.values()),
        labelled=states[PictureState.LABELLED],
        unlabelled=states[PictureState.UNLABELLED],
        empty=states[PictureState.EMPTY],
        ignored=states[PictureState.IGNORED],
        boxes=boxes,
        classes=classes,
        train=parts["train"],
        val=parts["val"],
        test=parts["test"],
        unsplit=parts[""],
    )


_PARTS = ("train", "val", "test", "")


def classes(db: sqlite3.Connection) -> list[DatasetClass]:
    """Every class, in the order of its id."""
    found = db.execute("SELECT id, name, boxes, pictures FROM classes ORDER BY id")
    return [DatasetClass(*row) for row in found]


def ids(db: sqlite3.Connection, wanted: PictureFilter) -> list[int]:
    """Ids of the pictures meant, in the order in which they came in."""
    where, values = _conditions(wanted)
    return [row[0] for row in db.execute(f"SELECT id FROM pictures {where} ORDER BY id", values)]


def count(db: sqlite3.Connection, wanted: PictureFilter) -> int:
    """How many pictures are meant."""
    where, values = _conditions(wanted)
    found: int = db.execute(f"SELECT count(*) FROM pictures {where}", values).fetchone()[0]
    return found


def rows_where(
    db: sqlite3.Connection, wanted: PictureFilter, offset: int, limit: int
) -> list[PictureRow]:
    """A page of the pictures meant, in the order in which they came in."""
    where, values = _conditions(wanted)
    page = f"SELECT {_ROW} FROM pictures {where} ORDER BY id LIMIT ? OFFSET ?"
    return [_picture_row(row) for row in db.execute(page, (*values, limit, offset))]


def rows_of(db: sqlite3.Connection, wanted: list[int]) -> list[PictureRow]:
    """The pictures of these ids, in this order; ids that are not there are left out."""
    query = f"SELECT {_ROW} FROM pictures WHERE id {_AMONG}"
    found = {row[0]: _picture_row(row) for row in db.execute(query, (json.dumps(wanted),))}
    return [found[picture_id] for picture_id in wanted if picture_id in found]


def labels(db: sqlite3.Connection, wanted: list[int]) -> dict[int, list[StoredLabel]]:
    """Labels of these pictures; a picture without labels has an empty list."""
    found: dict[int, list[StoredLabel]] = {picture_id: [] for picture_id in wanted}
    query = (
        "SELECT picture_id, class_id, box_left, box_top, box_right, box_bottom, shape, points "
        f"FROM labels WHERE picture_id {_AMONG} ORDER BY picture_id, id"
    )
    for picture_id, class_id, left, top, right, bottom, shape, points in db.execute(
        query, (json.dumps(wanted),)
    ):
        corners = (left, top, right, bottom)
        found[picture_id].append(StoredLabel(class_id, corners, shape, _points(points)))
    return found


def paths(db: sqlite3.Connection, picture_id: int) -> tuple[str, str, str] | None:
    """File, original and thumbnail of a picture, below the data set's folder."""
    query = "SELECT file, original, thumbnail FROM pictures WHERE id = ?"
    found: tuple[str, str, str] | None = db.execute(query, (picture_id,)).fetchone()
    return found


def problems(
    db: sqlite3.Connection, picture_id: int | None, offset: int, limit: int
) -> list[Problem]:
    """A page of what was not as it should be; of one picture, or of all."""
    where, values = ("WHERE picture_id = ?", (picture_id,)) if picture_id is not None else ("", ())
    query = (
        f"SELECT code, severity, file, what, done FROM problems {where} "
        "ORDER BY id LIMIT ? OFFSET ?"
    )
    return [
        Problem(code, Severity(severity), file, what, done)
        for code, severity, file, what, done in db.execute(query, (*values, limit, offset))
    ]


def problem_counts(db: sqlite3.Connection) -> dict[str, int]:
    """Problem code to how many problems have it, the most frequent first."""
    query = "SELECT code, count(*) FROM problems GROUP BY code ORDER BY count(*) DESC, code"
    return dict(db.execute(query))


def split_origin(db: sqlite3.Connection) -> SplitOrigin:
    """Where the split came from."""
    source, shares, seed = db.execute(
        "SELECT split_source, split_shares, split_seed FROM dataset"
    ).fetchone()
    return SplitOrigin(source, tuple(json.loads(shares)) if shares else None, seed)


def box_table(db: sqlite3.Connection) -> NDArray[np.void]:
    """Every box of the pictures that are not ignored, as fractions of its picture's size.

    Returns:
        Shape (N,) of `BOX_TABLE`: centre and size, each from 0 to 1.
    """
    found = db.execute(
        "SELECT class_id, picture_id, (box_left + box_right) / 2 / width, "
        "(box_top + box_bottom) / 2 / height, (box_right - box_left) / width, "
        "(box_bottom - box_top) / height FROM labels "
        "JOIN pictures ON pictures.id = picture_id WHERE state != 'ignored' ORDER BY labels.id"
    )
    return np.fromiter(found, dtype=BOX_TABLE)  # row by row: as Python's they take five times more


def _conditions(wanted: PictureFilter) -> tuple[str, tuple[Any, ...]]:
    parts: list[tuple[str, tuple[Any, ...]]] = []
    if wanted.class_id is not None:
        within = "id IN (SELECT picture_id FROM labels WHERE class_id = ?)"
        parts.append((within, (wanted.class_id,)))
    if wanted.split == WITHOUT_SPLIT:
        parts.append(("split IS NULL", ()))
    elif wanted.split is not None:
        parts.append(("split = ?", (wanted.split,)))
    if wanted.state is not None:
        parts.append(("state = ?", (str(wanted.state),)))
    if wanted.problem is not None:
        parts.append(_with_problem(wanted.problem))
    if wanted.found is not None:
        parts.append(_of_finding(wanted.found))
    if wanted.text:
        parts.append((r"name LIKE ? ESCAPE '\'", (f"%{_literally(wanted.text)}%",)))
    where = "WHERE " + " AND ".join(condition for condition, _ in parts) if parts else ""
    return where, tuple(value for _, values in parts for value in values)


def _with_problem(code: str) -> tuple[str, tuple[Any, ...]]:
    if code == ANY_PROBLEM:
        return "id IN (SELECT picture_id FROM problems)", ()
    return "id IN (SELECT picture_id FROM problems WHERE code = ?)", (code,)


def _of_finding(kind: str) -> tuple[str, tuple[Any, ...]]:
    if said := quick_kinds.condition(kind):
        return f"({said})", ()
    return "id IN (SELECT picture_id FROM found WHERE kind = ?)", (kind,)


def _literally(text: str) -> str:
    return text.replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_")


def _picture_row(row: tuple[Any, ...]) -> PictureRow:
    picture_id, name, width, height, state, split, boxes, note, found_problems = row
    return PictureRow(
        picture_id, name, width, height, PictureState(state), split, boxes, note, found_problems
    )


def _points(text: str) -> tuple[tuple[float, ...], ...]:
    return tuple(tuple(point) for point in json.loads(text)) if text else ()
