"""Adding a reading to a data set that is there already.

Pictures are known again by their bytes, whatever they are called. All rows come in one
transaction at the end; a stop before that leaves the data set as it was.
"""

import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath
from typing import Any, get_args

import numpy as np

from components.data import queries, reading_file, schema, split, writing
from components.data.boxes import overlap
from components.data.conversion import digest_of
from components.data.import_job import Conflicts, Order, workspace_of
from components.data.keypoints import of_json
from components.data.listing import Listing
from components.data.numbered import Fingerprints, NumberMap
from components.data.problems import count, note, warn
from components.data.reading_file import Change
from components.data.records import Label, PictureState, Problem, SourcePicture
from components.data.relabel import add_classes, set_labels
from components.data.rows import NewPicture, StoredLabel
from components.data.safe_names import SafeNames
from components.data.store import Dataset, find
from components.data.storing import storing_of
from components.data.unpack import Entry
from components.errors import DatasetError
from components.jobs.events import Told, write
from components.tasks import TASKS
from components.workspace import Workspace

CONFLICTS: tuple[Conflicts, ...] = get_args(Conflicts)
_Relabelled = tuple[int, tuple[tuple[Any, ...], ...]]  # labels as tuples
SAME_BYTES = "SELECT id, state FROM pictures WHERE sha256 = ? ORDER BY id LIMIT 1"
SAME_NAME = "SELECT 1 FROM pictures WHERE name = ?"
SAME_THING = 0.9  # overlap of two boxes of a class that mean one thing; our own choice


@dataclass(slots=True)
class Adding:
    """Sorts what comes into new pictures and labels for those that are there.

    Attributes:
        db: The data set as it is now, open for reading.
        conflicts: Which labels count where both have some: the old ("skip"), all, or the new.
        change: What acceptance does to the classes.
        come: Bytes of the pictures that come now, as SHA-256.
        given: Names of the pictures that come now.
        relabelled: Picture numbers with the labels that came for them.
        last: Picture number to the place in `relabelled` that counts.
        skipped: Pictures that are there, came again and changed nothing.
        doubles: Pictures that are new and came more than once.
    """

    db: sqlite3.Connection
    conflicts: Conflicts
    change: Change
    come: Fingerprints = field(default_factory=Fingerprints)
    given: Fingerprints = field(default_factory=Fingerprints)
    relabelled: Listing[_Relabelled] = field(default_factory=Listing)
    last: NumberMap = field(default_factory=NumberMap)
    skipped: int = 0
    doubles: int = 0

    def new(self, pictures: Iterator[SourcePicture]) -> Iterator[SourcePicture]:
        """Those that are not there yet, under free names; the others are noted."""
        for picture in pictures:
            if not picture.path.is_file():
                yield picture  # the storing tells what is wrong with it
                continue
            digest = digest_of(picture.path)
            there = self.db.execute(SAME_BYTES, (digest,)).fetchone()
            if there is not None:
                self._meet(there[0], PictureState(there[1]), picture)
            elif digest in self.come:
                self.doubles += 1
            else:
                self.come.add(digest)
                yield replace(picture, name=self._free(picture.name))

    def _meet(self, number: int, state: PictureState, picture: SourcePicture) -> None:
        says_something = picture.state in (PictureState.LABELLED, PictureState.EMPTY)
        is_open = state is PictureState.UNLABELLED
        if not says_something or (self.conflicts == "skip" and not is_open):
            self.skipped += 1
            return
        self.last[number] = len(self.relabelled)
        self.relabelled.append((number, tuple(
            (new, *label[1:])
            for label in picture.labels
            if (new := self.change.of(label.class_name)) is not None
        )))  # fmt: skip

    def _free(self, name: str) -> str:
        path, free, number = PurePosixPath(name), name, 1
        while free in self.given or self.db.execute(SAME_NAME, (free,)).fetchone():
            number += 1
            free = str(path.with_name(f"{path.stem} ({number}){path.suffix}"))
        self.given.add(free)
        return free


def add(folder: Path, order: Order, heed: Callable[[], None] = lambda: None) -> str:
    """Bring an accepted reading into the data set `order.into`; returns its slug.

    New pictures keep the part they came in; the others are dealt into the split there is, and no
    picture that has a part is moved.

    Raises:
        AppError: It cannot be brought in; the data set is as it was before.
    """
    dataset = find(workspace_of(folder), order.into)
    names = _names(dataset)
    words = ("Adding the pictures", "the new pictures")
    storing = storing_of(folder, order, dataset.folder, names, words, heed)
    made = new_pictures()
    try:
        with schema.reading(dataset.folder) as db:
            adding = Adding(db, order.conflicts, storing.change)
            made.extend(storing.stored(adding.new(reading_file.pictures(folder))))
        _write(dataset, folder, storing.change, made, adding)
    except BaseException:
        _take_away(dataset.folder, made, names)
        raise
    if reading_file.fact(folder, "labels_only"):
        adding.skipped = 0  # nobody brought those pictures a second time
    told = _told(adding, made)
    dataset.add_problems([*storing.problems, *told])
    write(folder, Told("added", {"said": [f"{each.what} {each.done}" for each in told]}))
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


def _names(dataset: Dataset) -> SafeNames:
    """Names of files that no picture of the data set has yet."""
    names = SafeNames(remembers=True)
    with schema.reading(dataset.folder) as db:
        for (original,) in db.execute("SELECT original FROM pictures"):
            names.take(original.partition("/")[2])
    return names


def _write(
    dataset: Dataset, folder: Path, change: Change, made: Listing[NewPicture], adding: Adding
) -> None:
    wanted = (change.of(name) for name in reading_file.fact(folder, "classes"))
    with schema.changing(dataset.folder) as db:
        ids = add_classes(db, [name for name in wanted if name is not None])
        keep = adding.conflicts == "keep both"
        for place, (number, labels) in enumerate(adding.relabelled):
            if adding.last[number] == place:
                _relabel(db, number, tuple(map(Label._make, labels)), ids, keep=keep)
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
    state = PictureState.LABELLED if come else PictureState.EMPTY
    if db.execute("SELECT 1 FROM pictures WHERE id = ? AND state = ?",
                  (number, PictureState.IGNORED)).fetchone():  # fmt: skip
        state = PictureState.IGNORED  # put aside on purpose: new labels do not bring it back
    set_labels(db, number, come, state)


def _is_same(one: StoredLabel, other: StoredLabel) -> bool:
    shared = overlap(np.array([one.box]), np.array([other.box]))
    return one.class_id == other.class_id and bool(shared[0, 0] >= SAME_THING)


def _told(adding: Adding, made: Listing[NewPicture]) -> list[Problem]:
    told = []
    if adding.skipped:
        told.append(note(
            "came_again", "", f"{count(adding.skipped, 'picture')} of those that were added "
            f"{'was' if adding.skipped == 1 else 'were'} there already.",
            "The one that was there is kept as it is.",
        ))  # fmt: skip
    if adding.doubles:
        told.append(warn(
            "came_twice", "", f"{count(adding.doubles, 'picture')} came twice.",
            "The first of each is kept, with its labels.",
        ))  # fmt: skip
    if adding.relabelled:
        told.append(note(
            "labels_came", "", f"{count(len(adding.last), 'picture')} that "
            f"{'was' if len(adding.last) == 1 else 'were'} there already came with labels.",
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


def _take_away(folder: Path, made: Listing[NewPicture], names: SafeNames) -> None:
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


def new_pictures() -> Listing[NewPicture]:
    """A list of pictures that wait to be written, on the disk when they are many."""
    return Listing((), _packed, _unpacked)


def _packed(picture: NewPicture) -> tuple[Any, ...]:
    return (
        picture.file, picture.original, picture.name, picture.width, picture.height,
        str(picture.state), picture.split, tuple(map(tuple, picture.labels)), picture.thumbnail,
        picture.sha256, picture.note, picture.stamp,
    )  # fmt: skip


def _unpacked(packed: tuple[Any, ...]) -> NewPicture:
    file, original, name, width, height, state, split, labels, *rest = packed
    return NewPicture(
        file, original, name, width, height, PictureState(state), split,
        tuple(map(Label._make, labels)), *rest,
    )  # fmt: skip
