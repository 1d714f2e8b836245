"""What a reading found, kept in one SQLite file between reading and writing.

A set of any size passes through here row by row; nothing is pickled, and nothing is held.
"""

import json
import os
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from components.data.records import Label, PictureState, Problem, SourcePicture
from components.findings import Severity

READING_FILE = "reading.sqlite"
_BATCH = 500
_MOST_LABELS = 10_000  # written together: some pictures have thousands
_PROBLEM = "code, severity, file, what, done"
_MOST_SERIOUS_FIRST = "CASE severity WHEN 'stop' THEN 0 WHEN 'warn' THEN 1 ELSE 2 END, id"
_SCHEMA = """
CREATE TABLE pictures (id INTEGER PRIMARY KEY, path BLOB, name TEXT, width INTEGER,
    height INTEGER, state TEXT, split TEXT);
CREATE TABLE labels (picture INTEGER, class TEXT, l REAL, t REAL, r REAL, b REAL, shape TEXT,
    points TEXT);
CREATE TABLE problems (id INTEGER PRIMARY KEY, code TEXT, severity TEXT, file TEXT, what TEXT,
    done TEXT);
CREATE TABLE facts (key TEXT PRIMARY KEY, value TEXT);
"""


@dataclass(frozen=True, slots=True)
class Change:
    """What acceptance does to the classes: old name to new name, None to leave it out."""

    classes: dict[str, str | None]

    def of(self, name: str) -> str | None:
        """The new name of a class, or None."""
        return self.classes.get(name, name)


class ReadingWriter:
    """Fills a new reading file; nothing is in it until `finish`."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / READING_FILE
        self._beside = folder / f"{READING_FILE}.part"
        self._beside.unlink(missing_ok=True)
        self._db = sqlite3.connect(self._beside)
        self._db.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;" + _SCHEMA)
        self._next = 1
        self._pictures: list[tuple[Any, ...]] = []  # those that wait to be written together
        self._labels: list[tuple[Any, ...]] = []

    def picture(self, picture: SourcePicture) -> None:
        """Keep one picture with its labels."""
        number = self._next
        self._pictures.append((
            number, os.fsencode(picture.path), picture.name, picture.width, picture.height,
            picture.state.value, picture.split,
        ))  # fmt: skip
        for name, box, shape, points in picture.labels:
            told = json.dumps(points) if points else None
            self._labels.append((number, name, *box, shape, told))
        self._next += 1
        if len(self._pictures) >= _BATCH or len(self._labels) >= _MOST_LABELS:
            self._write()

    def _write(self) -> None:
        self._db.executemany("INSERT INTO pictures VALUES (?, ?, ?, ?, ?, ?, ?)", self._pictures)
        self._db.executemany("INSERT INTO labels VALUES (?, ?, ?, ?, ?, ?, ?, ?)", self._labels)
        self._pictures, self._labels = [], []

    def problems(self, problems: Iterable[Problem]) -> None:
        """Keep what was not as it should be."""
        self._db.executemany(
            "INSERT INTO problems (code, severity, file, what, done) VALUES (?, ?, ?, ?, ?)",
            ((p.code, p.severity.value, p.file, p.what, p.done) for p in problems),
        )

    def fact(self, key: str, value: Any) -> None:
        """Keep one thing about the whole, anything that JSON can hold."""
        self._db.execute("INSERT OR REPLACE INTO facts VALUES (?, ?)", (key, json.dumps(value)))

    def finish(self) -> None:
        """Close it and put it in its place."""
        self._write()
        self._db.execute("CREATE INDEX labels_of ON labels (picture)")
        self._db.commit()
        self._db.close()
        self._beside.replace(self._path)

    def close(self) -> None:
        """Leave it unfinished."""
        self._db.close()


def _connect(folder: Path) -> sqlite3.Connection:
    address = (folder / READING_FILE).resolve().as_uri() + "?mode=ro"
    return sqlite3.connect(address, uri=True)


def fact(folder: Path, key: str) -> Any:
    """One thing about the whole reading; None when it was not kept."""
    with closing(_connect(folder)) as db:
        row = db.execute("SELECT value FROM facts WHERE key = ?", (key,)).fetchone()
    return json.loads(row[0]) if row else None


def pictures(folder: Path) -> Iterator[SourcePicture]:
    """All pictures with their labels, in the order they were read."""
    with closing(_connect(folder)) as db:
        last = 0
        while rows := db.execute(
            "SELECT * FROM pictures WHERE id > ? ORDER BY id LIMIT ?", (last, _BATCH)
        ).fetchall():
            labels = _labels(db, last, rows[-1][0])
            for row in rows:
                yield SourcePicture(
                    Path(os.fsdecode(row[1])), row[2], row[3], row[4], PictureState(row[5]), row[6],
                    tuple(labels.get(row[0], ())),
                )  # fmt: skip
            last = rows[-1][0]


def paths(folder: Path) -> Iterator[Path]:
    """Where all pictures lie, in the order they were read."""
    with closing(_connect(folder)) as db:
        for (path,) in db.execute("SELECT path FROM pictures ORDER BY id"):
            yield Path(os.fsdecode(path))


def heads(folder: Path) -> Iterator[tuple[int, str, str]]:
    """Number, name and state of all pictures, in the order of `paths`."""
    with closing(_connect(folder)) as db:
        yield from db.execute("SELECT id, name, state FROM pictures ORDER BY id")


def labels_of(folder: Path, number: int) -> list[Label]:
    """The labels of one picture."""
    with closing(_connect(folder)) as db:
        return _labels(db, number - 1, number).get(number, [])


def _labels(db: sqlite3.Connection, after: int, until: int) -> dict[int, list[Label]]:
    found: dict[int, list[Label]] = {}
    for row in db.execute(
        "SELECT * FROM labels WHERE picture > ? AND picture <= ? ORDER BY rowid", (after, until)
    ):
        points = tuple(tuple(point) for point in json.loads(row[7])) if row[7] else ()
        box = (row[2], row[3], row[4], row[5])
        found.setdefault(row[0], []).append(Label(row[1], box, row[6], points))
    return found


def problems(folder: Path, offset: int = 0, limit: int = -1, code: str = "") -> list[Problem]:
    """A page of the problems, the most serious first; `code` picks one kind."""
    where = "WHERE code = ?" if code else ""
    with closing(_connect(folder)) as db:
        rows = db.execute(
            f"SELECT {_PROBLEM} FROM problems {where} ORDER BY {_MOST_SERIOUS_FIRST} "
            "LIMIT ? OFFSET ?",
            (*([code] if code else []), limit, offset),
        ).fetchall()
    return [_problem(row) for row in rows]


def every_problem(folder: Path) -> Iterator[Problem]:
    """All problems in the order of `problems`, of which there may be more than the memory holds."""
    with closing(_connect(folder)) as db:
        for row in db.execute(f"SELECT {_PROBLEM} FROM problems ORDER BY {_MOST_SERIOUS_FIRST}"):
            yield _problem(row)


def _problem(row: tuple[str, str, str, str, str]) -> Problem:
    return Problem(row[0], Severity(row[1]), *row[2:])


def counted(folder: Path, query: str) -> list[tuple[Any, ...]]:
    """Rows of one of the report's own questions."""
    with closing(_connect(folder)) as db:
        return db.execute(query).fetchall()
