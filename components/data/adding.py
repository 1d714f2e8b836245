"""Adding a reading to a data set that is there already.

Pictures are known again by their bytes, whatever they are called. All rows come in one
transaction at the end; a stop before that leaves the data set as it was.
"""

import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath
from typing import get_args

import numpy as np

from components.data import queries, reading_file, schema, split, writing
from components.data.boxes import overlap
from components.data.conversion import digest_of
from components.data.import_job import UNPACKED, Conflicts, Order, workspace_of
from components.data.keypoints import of_json
from components.data.problems import count, note
from components.data.reading_file import Change
from components.data.records import Label, PictureState, Problem, SourcePicture
from components.data.relabel import add_classes, set_labels
from components.data.report import summarise
from components.data.rows import NewPicture, StoredLabel
from components.data.store import Dataset, find
from components.data.storing import SafeNames, Storing, bytes_needed
from components.data.unpack import Entry
from components.errors import DatasetError
from components.jobs.worker import Needle
from components.tasks import TASKS
from components.workspace import Workspace, demand_space

CONFLICTS: tuple[Conflicts, ...] = get_args(Conflicts)
SAME_THING = 0.9  # overlap of two boxes of a class that mean one thing; our own choice


@dataclass(slots=True)
class _Known:
    """What the data set has of one content: the picture's number and state."""

    number: int
    state: PictureState


@dataclass(slots=True)
class Adding:
    """Sorts what comes into new pictures and labels for those that are there.

    Attributes:
        conflicts: Which labels count where both have some: the old ("skip"), all, or the new.
        change: What acceptance does to the classes.
        known: Bytes of the pictures that are there, as SHA-256; None for one that comes now.
        taken: Names of the pictures that are there.
        relabelled: Picture number to the labels that came for it.
        skipped: Pictures that came again and changed nothing.
    """

    conflicts: Conflicts
    change: Change
    known: dict[str, _Known | None]
    taken: set[str]
    relabelled: dict[int, tuple[Label, ...]] = field(default_factory=dict)
    skipped: int = 0

    def new(self, pictures: Iterator[SourcePicture]) -> Iterator[SourcePicture]:
        """Those that are not there yet, under free names; the others are noted."""
        for picture in pictures:
            if not picture.path.is_file():
                yield picture  # the storing tells what is wrong with it
                continue
            digest = digest_of(picture.path)
            if digest in self.known:
                self._meet(self.known[digest], picture)
                continue
            self.known[digest] = None
            yield replace(picture, name=self._free(picture.name))

    def _meet(self, there: _Known | None, picture: SourcePicture) -> None:
        says_something = picture.state in (PictureState.LABELLED, PictureState.EMPTY)
        is_open = there is not None and there.state is PictureState.UNLABELLED
        if there is None or not says_something or (self.conflicts == "skip" and not is_open):
            self.skipped += 1
            return
        self.relabelled[there.number] = tuple(
            label._replace(class_name=new)
            for label in picture.labels
            if (new := self.change.of(label.class_name)) is not None
        )

    def _free(self, name: str) -> str:
        path, free, number = PurePosixPath(name), name, 1
        while free in self.taken:
            number += 1
            free = str(path.with_name(f"{path.stem} ({number}){path.suffix}"))
        self.taken.add(free)
        return free


def add(folder: Path, order: Order, heed: Callable[[], None] = lambda: None) -> str:
    """Bring an accepted reading into the data set `order.into`; returns its slug.

    New pictures keep the part they came in; the others are dealt into the split there is, and no
    picture that has a part is moved.

    Raises:
        AppError: It cannot be brought in; the data set is as it was before.
    """
    workspace, needle, change = workspace_of(folder), Needle(folder), Change(order.classes)
    dataset = find(workspace, order.into)
    owned = (
        folder.resolve() / UNPACKED,
        *(() if order.is_kept else (workspace.uploads.resolve(),)),
    )
    needle.show("Checking the disk")
    in_place = order.is_kept and order.in_place
    needed = bytes_needed(reading_file.pictures(folder), owned, in_place=in_place)
    demand_space(workspace.datasets, needed, "the new pictures")
    total = summarise(folder).pictures

    def between_pictures(done: int) -> None:
        heed()
        needle.show("Adding the pictures", done, total)

    adding, names = _look(dataset, order, change)
    storing = Storing(
        dataset.folder, change, owned, between_pictures, names=names, in_place=in_place
    )
    made: list[NewPicture] = []
    try:
        made += storing.stored(adding.new(reading_file.pictures(folder)))
        _write(dataset, folder, change, made, adding)
    except BaseException:
        _take_away(dataset.folder, made, names)
        raise
    dataset.add_problems([*storing.problems, *_told(adding, made)])
    if dataset.split_origin().source:
        split.give_unsplit_a_split(dataset)
    return dataset.slug


def go_together(task: str, other: str) -> bool:
    """Whether labels for two tasks can lie in one data set.

    What is drawn on pictures goes with anything that is drawn; classes of whole pictures do not.
    """
    return (task == "classify") == (other == "classify")


def demand_alike(workspace: Workspace, into: str, task: str) -> None:
    """Check that labels for a task can be added to a data set.

    Raises:
        DatasetError: The data set is not there, or its labels are of another kind.
    """
    dataset = find(workspace, into)
    if not go_together(task, dataset.task):
        raise DatasetError(
            f"The labels are for “{TASKS[task].label}”, and {dataset.name} is for "
            f"“{TASKS[dataset.task].label}”.",
            "Make a new data set of them, or choose another one to add them to.",
        )


def pictures_there(workspace: Workspace, slug: str) -> list[Entry]:
    """The pictures of a data set, for labels that came without any."""
    dataset = find(workspace, slug)
    with schema.reading(dataset.folder) as db:
        rows = db.execute("SELECT original, name FROM pictures ORDER BY name").fetchall()
    return [Entry(dataset.folder / original, name, 0) for original, name in rows]


def _look(dataset: Dataset, order: Order, change: Change) -> tuple[Adding, SafeNames]:
    """What the data set has already."""
    known: dict[str, _Known | None] = {}
    taken: set[str] = set()
    names = SafeNames(remembers=True)
    with schema.reading(dataset.folder) as db:
        for number, name, original, state, sha256 in db.execute(
            "SELECT id, name, original, state, sha256 FROM pictures ORDER BY id DESC"
        ):
            known[sha256] = _Known(number, PictureState(state))
            taken.add(name)
            names.take(original.partition("/")[2])
    return Adding(order.conflicts, change, known, taken), names


def _write(
    dataset: Dataset, folder: Path, change: Change, made: list[NewPicture], adding: Adding
) -> None:
    wanted = (change.of(name) for name in reading_file.fact(folder, "classes"))
    with schema.changing(dataset.folder) as db:
        ids = add_classes(db, [name for name in wanted if name is not None])
        for number, labels in adding.relabelled.items():
            _relabel(db, number, labels, ids, keep=adding.conflicts == "keep both")
        writing.add_pictures(db, made)  # counts everything afresh at its end
        coming = of_json(reading_file.fact(folder, "keypoints") or "")
        if coming is not None and dataset.keypoints() is None:
            writing.set_keypoints(db, coming)


def _relabel(
    db: sqlite3.Connection, number: int, labels: tuple[Label, ...], ids: dict[str, int], *,
    keep: bool,
) -> None:  # fmt: skip
    come = [StoredLabel(ids[each.class_name], each.box, each.shape, each.points) for each in labels]
    if keep:
        there = queries.labels(db, [number])[number]
        come = there + [label for label in come if not any(_is_same(label, one) for one in there)]
    set_labels(db, number, come, PictureState.LABELLED if come else PictureState.EMPTY)


def _is_same(one: StoredLabel, other: StoredLabel) -> bool:
    shared = overlap(np.array([one.box]), np.array([other.box]))
    return one.class_id == other.class_id and bool(shared[0, 0] >= SAME_THING)


def _told(adding: Adding, made: list[NewPicture]) -> list[Problem]:
    told = []
    if adding.skipped:
        told.append(note(
            "came_again", "", f"{count(adding.skipped, 'picture')} of those that were added "
            f"{'was' if adding.skipped == 1 else 'were'} there already.",
            "The one that was there is kept as it is.",
        ))  # fmt: skip
    if adding.relabelled:
        told.append(note(
            "labels_came", "", f"{count(len(adding.relabelled), 'picture')} that "
            f"{'was' if len(adding.relabelled) == 1 else 'were'} there already came with labels.",
            {"skip": "They were unlabelled and have these labels now.",
             "keep both": "They have the old and the new labels now.",
             "replace": "They have the new labels now."}[adding.conflicts],
        ))  # fmt: skip
    if made:
        told.append(note(
            "added", "", f"{count(len(made), 'picture')} came in later.",
            "They are dealt into the parts without moving the others.",
        ))  # fmt: skip
    return told


def _take_away(folder: Path, made: list[NewPicture], names: SafeNames) -> None:
    """Delete what was stored for nothing: the files of every name given out this time."""
    for picture in made:
        for file in {picture.file, picture.original, picture.thumbnail}:
            if not Path(file).is_absolute():  # then it is the user's own
                (folder / file).unlink(missing_ok=True)
    for place in names.given:
        for home in ("images", "originals", "thumbnails"):
            parent = (folder / home / place).parent
            stem = (folder / home / place).name
            for left in parent.glob(f"{_literal(stem)}.*") if parent.is_dir() else ():
                if left.stem == stem:
                    left.unlink(missing_ok=True)


def _literal(text: str) -> str:
    import glob

    return glob.escape(text)
