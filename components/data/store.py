"""Data sets on disk: one folder with one SQLite file and the pictures beside it.

```
datasets/<slug>/
    dataset.sqlite    pictures, labels, classes, problems, the split and the counts
    images/           the pictures as they were given, and what had to be converted beside them
    thumbnails/       small copies for the gallery
    versions/         what runs were trained on
    glimpses/         parts of a large set, for previews
```

Start here: `find(workspace, slug)` gives a `Dataset`; everything about it is a method of it.
"""

import shutil
import sqlite3
import time
from collections.abc import Iterable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from components.data import keypoints, queries, schema, writing
from components.data.keypoints import KeypointScheme
from components.data.records import PictureState, Problem, Split
from components.data.rows import (
    DatasetCard,
    DatasetClass,
    NewPicture,
    PictureFilter,
    PictureRow,
    SplitOrigin,
    StoredLabel,
    Summary,
)
from components.errors import AppError, DatasetError
from components.workspace import Workspace, is_slug

__all__ = [
    "Dataset", "DatasetCard", "DatasetClass", "NewPicture", "PictureFilter", "PictureRow",
    "SplitOrigin", "StoredLabel", "Summary", "create", "delete", "find", "list_datasets",
    "open_dataset", "rename",
]  # fmt: skip

EVERYTHING = PictureFilter()
NO_LIMIT = -1  # as SQLite has it


@dataclass(frozen=True, slots=True)
class Dataset:
    """A data set. Holds no connection, so it may travel between threads.

    Attributes:
        folder: Where it lives.
        name: What the user calls it, when it was opened.
        task: A `tasks.TASKS` key.
    """

    folder: Path
    name: str
    task: str

    @property
    def slug(self) -> str:
        """The name of its folder."""
        return self.folder.name

    def revision(self) -> int:
        """A number that grows with every change; good as a key for what is kept in memory."""
        with self._reading() as db:
            found: int = db.execute("SELECT revision FROM dataset").fetchone()[0]
            return found

    def summary(self) -> Summary:
        """How many there are of everything."""
        with self._reading() as db:
            return queries.summary(db)

    def classes(self) -> list[DatasetClass]:
        """Every class with its counts, in the order of its id: 0, 1, 2 ..."""
        with self._reading() as db:
            return queries.classes(db)

    def rename_classes(self, new_names: Mapping[str, str]) -> None:
        """Give classes other names (old to new); those that get the same name become one."""
        with self._changing() as db:
            writing.rename_classes(db, new_names)

    def add_pictures(self, pictures: Iterable[NewPicture]) -> list[int]:
        """Take pictures in, all or none; returns their ids in the order given."""
        with self._changing() as db:
            return list(writing.add_pictures(db, pictures))

    def set_state(self, ids: list[int], state: PictureState) -> None:
        """Say what is known about the labels of these pictures."""
        with self._changing() as db:
            writing.set_state(db, ids, state)

    def ids(self, wanted: PictureFilter = EVERYTHING) -> list[int]:
        """Ids of the pictures meant, in the order in which they came in."""
        with self._reading() as db:
            return queries.ids(db, wanted)

    def count(self, wanted: PictureFilter = EVERYTHING) -> int:
        """How many pictures are meant."""
        with self._reading() as db:
            return queries.count(db, wanted)

    def rows(
        self,
        wanted: PictureFilter | list[int] = EVERYTHING,
        offset: int = 0,
        limit: int = NO_LIMIT,
    ) -> list[PictureRow]:
        """A page of pictures: those meant by a filter, or those of a list of ids in its order."""
        with self._reading() as db:
            if isinstance(wanted, PictureFilter):
                return queries.rows_where(db, wanted, offset, limit)
            end = None if limit < 0 else offset + limit
            return queries.rows_of(db, wanted[offset:end])

    def picture(self, picture_id: int) -> PictureRow:
        """One picture.

        Raises:
            DatasetError: There is none of this id.
        """
        found = self.rows([picture_id])
        if not found:
            raise self._no_such_picture(picture_id)
        return found[0]

    def labels(self, ids: list[int]) -> dict[int, list[StoredLabel]]:
        """Labels of these pictures; a picture without labels has an empty list."""
        with self._reading() as db:
            return queries.labels(db, ids)

    def picture_file(self, picture_id: int) -> Path:
        """What the trainer reads."""
        return self.folder / self._paths(picture_id)[0]

    def original_file(self, picture_id: int) -> Path:
        """What the user gave."""
        return self.folder / self._paths(picture_id)[1]

    def thumbnail_file(self, picture_id: int) -> Path:
        """A small copy; the picture itself when none was made."""
        file, _, thumbnail = self._paths(picture_id)
        return self.folder / (thumbnail or file)

    def add_problems(self, problems: Iterable[Problem]) -> None:
        """Remember what was not as it should be, each beside its picture where there is one."""
        with self._changing() as db:
            writing.add_problems(db, problems)

    def problems(
        self, picture_id: int | None = None, offset: int = 0, limit: int = NO_LIMIT
    ) -> list[Problem]:
        """A page of what was not as it should be; of one picture, or of all."""
        with self._reading() as db:
            return queries.problems(db, picture_id, offset, limit)

    def problem_counts(self) -> dict[str, int]:
        """Problem code to how many problems have it, the most frequent first."""
        with self._reading() as db:
            return queries.problem_counts(db)

    def box_table(self) -> NDArray[np.void]:
        """Every box as fractions of its picture: class_id, picture_id, cx, cy, w, h."""
        with self._reading() as db:
            return queries.box_table(db)

    def keypoints(self) -> KeypointScheme | None:
        """The points that each thing has: names, which swap, which are joined; None for none."""
        with self._reading() as db:
            return keypoints.of_json(db.execute("SELECT keypoints FROM dataset").fetchone()[0])

    def split_origin(self) -> SplitOrigin:
        """Where the split came from."""
        with self._reading() as db:
            return queries.split_origin(db)

    def set_split(self, assignment: Mapping[int, Split | None], origin: SplitOrigin) -> None:
        """Put these pictures into these parts. `components.data.split` is the way to call it."""
        with self._changing() as db:
            writing.set_split(db, assignment, origin)

    def _reading(self) -> AbstractContextManager[sqlite3.Connection]:
        return schema.reading(self.folder)

    def _changing(self) -> AbstractContextManager[sqlite3.Connection]:
        return schema.changing(self.folder)

    def _paths(self, picture_id: int) -> tuple[str, str, str]:
        with self._reading() as db:
            found = queries.paths(db, picture_id)
        if found is None:
            raise self._no_such_picture(picture_id)
        return found

    def _no_such_picture(self, picture_id: int) -> DatasetError:
        return DatasetError(
            f"The data set {self.name} has no picture with the number {picture_id}.",
            "Choose a picture in the gallery of the Data page.",
        )


def create(folder: Path, *, name: str, task: str, classes: list[str]) -> Dataset:
    """Make an empty data set; classes get the ids 0, 1, 2 ... in the order given.

    Raises:
        DatasetError: The folder holds one already, or two classes have the same name.
    """
    if len(set(classes)) < len(classes):
        raise DatasetError(
            f"Two of the {len(classes)} classes have the same name.",
            "Give each class a name of its own, or merge the two.",
        )
    with schema.new_file(folder) as db:
        db.execute(
            "INSERT INTO dataset (only_row, name, task, made_at) VALUES (1, ?, ?, ?)",
            (name, task, time.time()),
        )
        db.executemany("INSERT INTO classes (id, name) VALUES (?, ?)", enumerate(classes))
    return Dataset(folder, name, task)


def open_dataset(folder: Path) -> Dataset:
    """The data set in this folder, its file brought to today's tables.

    Raises:
        DatasetError: There is none, it is damaged, or a newer Tailor made it.
    """
    with schema.upgraded(folder) as db:
        name, task = db.execute("SELECT name, task FROM dataset").fetchone()
    return Dataset(folder, name, task)


def find(workspace: Workspace, slug: str) -> Dataset:
    """The data set of this slug; safe with a slug that comes from an address.

    Raises:
        DatasetError: There is none, or it cannot be opened.
    """
    if not is_slug(slug):
        raise DatasetError(
            f"There is no data set named {slug[:60]!r}.", "Choose a data set on the Data page."
        )
    return open_dataset(workspace.datasets / slug)


def list_datasets(workspace: Workspace) -> list[DatasetCard]:
    """Every data set, newest first; those that cannot be opened last, with the reason."""
    folders = (path for path in workspace.datasets.glob("*") if is_slug(path.name))
    cards = [_card(folder) for folder in folders if (folder / schema.FILE).is_file()]
    return sorted(cards, key=lambda card: (-card.made_at, card.slug))


def _card(folder: Path) -> DatasetCard:
    query = "SELECT name, task, cover_picture_id, made_at FROM dataset"
    try:
        with schema.upgraded(folder) as db:
            name, task, cover, made_at = db.execute(query).fetchone()
            counts = queries.summary(db)
    except AppError as error:
        return DatasetCard(folder.name, folder.name, "detect", 0, 0, 0, 0, None, 0.0, error.what)
    return DatasetCard(
        folder.name, name, task, counts.pictures, counts.labelled, counts.classes, counts.boxes,
        cover, made_at,
    )  # fmt: skip


def rename(dataset: Dataset, name: str) -> Dataset:
    """Call it something else; the folder keeps its name, for runs point to it."""
    with schema.changing(dataset.folder) as db:
        db.execute("UPDATE dataset SET name = ?, revision = revision + 1", (name,))
    return Dataset(dataset.folder, name, dataset.task)


def delete(dataset: Dataset) -> None:
    """Delete the data set with its pictures and versions.

    It leaves the list in one step, renamed; only then its files go, which may take a while.

    Raises:
        DatasetError: Something still uses it (Windows does not let go of open files).
    """
    leaving = dataset.folder.with_name(f".deleted-{dataset.slug}-{time.time_ns()}")
    try:
        dataset.folder.rename(leaving)
    except OSError as error:
        raise DatasetError(
            f"The data set {dataset.name} is still in use by something on this computer.",
            "Stop the run or the import that uses it, then delete it again.",
        ) from error
    shutil.rmtree(leaving, ignore_errors=True)
