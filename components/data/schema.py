"""The tables of a data set's file, how they came about, and how the file is opened.

A connection lives as long as one call. Streamlit's threads come and go, so a connection kept per
thread would be closed by nobody; and on Windows a file that is open cannot be renamed or deleted.
Opening takes a fraction of a millisecond.
"""

import sqlite3
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

from components.data.later_columns import (
    how_alike,
    pictures_in_place,
    pictures_of_findings,
    points_of_things,
)
from components.errors import AppError, DatasetError, DiskFull

FILE = "dataset.sqlite"
WAIT_S = 20.0  # for another writer; the longest write, 50,000 pictures, takes a few seconds

Migration = Callable[[sqlite3.Connection], None]

_TABLES = """
CREATE TABLE dataset (
    only_row INTEGER PRIMARY KEY CHECK (only_row = 1),
    name TEXT NOT NULL,
    task TEXT NOT NULL,
    made_at REAL NOT NULL,
    revision INTEGER NOT NULL DEFAULT 0,
    cover_picture_id INTEGER,
    split_source TEXT NOT NULL DEFAULT '',
    split_shares TEXT,
    split_seed INTEGER
);
CREATE TABLE classes (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    boxes INTEGER NOT NULL DEFAULT 0,
    pictures INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE pictures (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    file TEXT NOT NULL UNIQUE,
    original TEXT NOT NULL,
    thumbnail TEXT NOT NULL,
    width INTEGER NOT NULL CHECK (width > 0),
    height INTEGER NOT NULL CHECK (height > 0),
    state TEXT NOT NULL CHECK (state IN ('unlabelled', 'labelled', 'empty', 'ignored')),
    split TEXT CHECK (split IN ('train', 'val', 'test')),
    imported_split TEXT CHECK (imported_split IN ('train', 'val', 'test')),
    boxes INTEGER NOT NULL,
    problems INTEGER NOT NULL DEFAULT 0,
    sha256 TEXT NOT NULL,
    note TEXT NOT NULL
);
CREATE INDEX pictures_by_state ON pictures (state, split, boxes);
CREATE INDEX pictures_by_split ON pictures (split);
CREATE INDEX pictures_by_content ON pictures (sha256);
CREATE TABLE labels (
    id INTEGER PRIMARY KEY,
    picture_id INTEGER NOT NULL REFERENCES pictures (id) ON DELETE CASCADE,
    class_id INTEGER NOT NULL REFERENCES classes (id),
    box_left REAL NOT NULL,
    box_top REAL NOT NULL,
    box_right REAL NOT NULL,
    box_bottom REAL NOT NULL,
    shape TEXT NOT NULL,
    points TEXT NOT NULL
);
CREATE INDEX labels_by_picture ON labels (picture_id);
CREATE INDEX labels_by_class ON labels (class_id, picture_id);
CREATE TABLE problems (
    id INTEGER PRIMARY KEY,
    picture_id INTEGER REFERENCES pictures (id) ON DELETE CASCADE,
    code TEXT NOT NULL,
    severity TEXT NOT NULL,
    file TEXT NOT NULL,
    what TEXT NOT NULL,
    done TEXT NOT NULL
);
CREATE INDEX problems_by_code ON problems (code, picture_id);
CREATE INDEX problems_by_picture ON problems (picture_id);
CREATE TABLE tallies (
    state TEXT NOT NULL,
    split TEXT NOT NULL,
    pictures INTEGER NOT NULL,
    boxes INTEGER NOT NULL,
    PRIMARY KEY (state, split)
);
CREATE TABLE class_tallies (
    split TEXT NOT NULL,
    class_id INTEGER NOT NULL,
    pictures INTEGER NOT NULL,
    boxes INTEGER NOT NULL,
    PRIMARY KEY (split, class_id)
)
"""


def first_tables(db: sqlite3.Connection) -> None:
    """Pictures, labels, classes, problems, and counts kept ready for every page."""
    for statement in _TABLES.split(";"):
        db.execute(statement)


_LOOKS_AND_GROUPS = """
ALTER TABLE pictures ADD COLUMN group_name TEXT NOT NULL DEFAULT '';
ALTER TABLE dataset ADD COLUMN group_rule TEXT NOT NULL DEFAULT '';
CREATE TABLE looks (
    picture_id INTEGER PRIMARY KEY REFERENCES pictures (id) ON DELETE CASCADE,
    stamp TEXT NOT NULL,
    hash INTEGER NOT NULL,
    brightness REAL NOT NULL,
    contrast REAL NOT NULL,
    taken_at REAL,
    grey BLOB NOT NULL,
    trouble TEXT NOT NULL
);
CREATE TABLE alike (
    first_id INTEGER NOT NULL REFERENCES pictures (id) ON DELETE CASCADE,
    second_id INTEGER NOT NULL REFERENCES pictures (id) ON DELETE CASCADE,
    difference REAL NOT NULL,
    PRIMARY KEY (first_id, second_id)
) WITHOUT ROWID;
CREATE INDEX alike_by_second ON alike (second_id);
CREATE TABLE health (
    only_row INTEGER PRIMARY KEY CHECK (only_row = 1),
    revision INTEGER NOT NULL,
    findings TEXT NOT NULL,
    seconds REAL NOT NULL
)
"""


def looks_and_groups(db: sqlite3.Connection) -> None:
    """What the background check saw of each picture, and which pictures stay together."""
    for statement in _LOOKS_AND_GROUPS.split(";"):
        db.execute(statement)


# Only ever add at the end: a file remembers by name what was done to it.
MIGRATIONS: tuple[Migration, ...] = (
    first_tables, looks_and_groups, points_of_things, how_alike, pictures_in_place,
    pictures_of_findings,
)  # fmt: skip


def migrate(db: sqlite3.Connection, migrations: Sequence[Migration] = MIGRATIONS) -> None:
    """Do to the file what was not done to it yet, all or nothing.

    Raises:
        DatasetError: A newer Tailor has changed the file in a way this one does not know.
    """
    if db.execute("PRAGMA user_version").fetchone()[0] == len(migrations):
        return
    db.execute("BEGIN IMMEDIATE")
    with _all_or_nothing(db):
        db.execute("CREATE TABLE IF NOT EXISTS migrations (name TEXT PRIMARY KEY, applied_at REAL)")
        done = {name for (name,) in db.execute("SELECT name FROM migrations")}
        if not done <= {step.__name__ for step in migrations}:
            raise DatasetError(
                "The data set was last opened with a newer version of Tailor.",
                "Update Tailor on this computer and open the data set again.",
            )
        for step in (step for step in migrations if step.__name__ not in done):
            step(db)
            db.execute("INSERT INTO migrations VALUES (?, ?)", (step.__name__, time.time()))
        db.execute(f"PRAGMA user_version = {len(migrations)}")


@contextmanager
def new_file(folder: Path) -> Iterator[sqlite3.Connection]:
    """A new data set's file, tables made, in one transaction of the caller's.

    Raises:
        DatasetError: There is one already.
    """
    if (folder / FILE).exists():
        raise DatasetError(
            f"The folder {folder.name} already holds a data set.",
            "Choose another name for the new data set.",
        )
    folder.mkdir(parents=True, exist_ok=True)
    with _opened(folder) as db:
        db.execute("PRAGMA journal_mode = WAL")  # readers never wait for a writer
        migrate(db)
        db.execute("BEGIN IMMEDIATE")
        with _all_or_nothing(db):
            yield db


@contextmanager
def reading(folder: Path) -> Iterator[sqlite3.Connection]:
    """The data set's file for one call that reads: one state of it from first query to last.

    Raises:
        DatasetError: It is missing or damaged.
    """
    _demand(folder)
    with _opened(folder) as db:
        db.execute("BEGIN")
        yield db
        db.execute("COMMIT")


@contextmanager
def changing(folder: Path) -> Iterator[sqlite3.Connection]:
    """The data set's file for one transaction: all of it happens, or nothing.

    Raises:
        DatasetError: It is missing, damaged, or kept busy by another writer.
        DiskFull: No room was left.
    """
    _demand(folder)
    with _opened(folder) as db:
        db.execute("BEGIN IMMEDIATE")
        with _all_or_nothing(db):
            yield db


@contextmanager
def upgraded(folder: Path) -> Iterator[sqlite3.Connection]:
    """The data set's file after it was brought to today's tables.

    Raises:
        DatasetError: It is missing, damaged, or from a newer Tailor.
    """
    _demand(folder)
    with _opened(folder) as db:
        migrate(db)
        if db.execute("SELECT 1 FROM dataset").fetchone() is None:
            raise damaged(folder)  # emptied: SQLite takes that for a new file
        yield db


@contextmanager
def _opened(folder: Path) -> Iterator[sqlite3.Connection]:
    try:
        connection = sqlite3.connect(folder / FILE, timeout=WAIT_S, isolation_level=None)
        with closing(connection) as db:
            db.execute("PRAGMA foreign_keys = ON")
            db.execute("PRAGMA synchronous = NORMAL")  # safe with WAL, and many times faster
            yield db
    except sqlite3.DatabaseError as error:
        told = _for_a_person(error, folder)
        if told is None:
            raise  # a mistake in a query is a bug and keeps its traceback
        raise told from error


@contextmanager
def _all_or_nothing(db: sqlite3.Connection) -> Iterator[None]:
    try:
        yield
        db.execute("COMMIT")
    except BaseException:
        if db.in_transaction:
            db.execute("ROLLBACK")
        raise


def _demand(folder: Path) -> None:
    if not (folder / FILE).is_file():
        raise DatasetError(
            f"There is no data set in the folder {folder.name}.",
            "Choose another data set on the Data page, or bring the pictures in again.",
        )


def damaged(folder: Path) -> DatasetError:
    """What there is to say of a file that SQLite cannot make sense of."""
    return DatasetError(
        f"The file {FILE} of the data set {folder.name} is damaged or cannot be opened.",
        "Put a backup of the folder in its place, or bring the pictures in again.",
    )


def _for_a_person(error: sqlite3.DatabaseError, folder: Path) -> AppError | None:
    match getattr(error, "sqlite_errorcode", 0) & 0xFF:  # the low byte; extended codes add detail
        case sqlite3.SQLITE_FULL:
            return DiskFull(
                f"The disk has no room left for the data set {folder.name}.",
                "Free some space and try again; what was there before is untouched.",
            )
        case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED:
            return DatasetError(
                f"The data set {folder.name} is being changed by something else.",
                "Wait until the other change is done, then try again.",
            )
        case sqlite3.SQLITE_NOTADB | sqlite3.SQLITE_CORRUPT | sqlite3.SQLITE_CANTOPEN:
            return damaged(folder)
    return None
