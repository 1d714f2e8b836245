"""The versions of a data set: which there are, what changed between two, and the way back.

A version knows the pictures that were trained on: their part and their labels, outlines and points
with them. So going back sets these, and pictures that came later keep their labels but lose their
part: nothing trains on them until they get one again.
"""

import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from dataclasses import dataclass, replace
from pathlib import Path

from components.data import queries, schema, versions, writing
from components.data.annotations import near, same_points
from components.data.laying_out import Record
from components.data.records import PictureState
from components.data.relabel import order_classes, set_labels
from components.data.rows import SplitOrigin, StoredLabel
from components.data.store import Dataset
from components.errors import DatasetError

SAME_PX = 0.01  # boxes nearer than this are the same: manifests round
BACKUPS = 5  # copies of the data set's file from before a restore
_BACKUP = "before-restore-"
_AT_ONCE = 500  # pictures whose labels are held in memory
_Words = tuple[tuple[str, tuple[int, ...]], ...]  # labels as class and corners


@dataclass(frozen=True, slots=True)
class VersionCard:
    """A version as a list shows it.

    Attributes:
        hash: Its name.
        made_at: Unix seconds of the first time it was frozen.
        train: Pictures.
        val: Pictures.
        test: Pictures.
        boxes: Labels of whatever shape in all of them.
        classes: Names in the order of their numbers.
    """

    hash: str
    made_at: float
    train: int
    val: int
    test: int
    boxes: int
    classes: tuple[str, ...]

    @property
    def pictures(self) -> int:
        """All of them."""
        return self.train + self.val + self.test


@dataclass(frozen=True, slots=True)
class Moved:
    """A picture that went from one part to another."""

    name: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Relabelled:
    """A picture with other labels: those that only one of the two has, as class and corners."""

    name: str
    before: _Words
    after: _Words


@dataclass(frozen=True, slots=True)
class Changes:
    """What is different in a later version; names as the user knows them.

    Attributes:
        added: Pictures that only the later one has.
        removed: Pictures that only the earlier one has.
        moved: Pictures in another part.
        relabelled: Pictures with other labels.
        classes_added: Names that only the later one has.
        classes_removed: Names that only the earlier one has.
    """

    added: tuple[str, ...]
    removed: tuple[str, ...]
    moved: tuple[Moved, ...]
    relabelled: tuple[Relabelled, ...]
    classes_added: tuple[str, ...]
    classes_removed: tuple[str, ...]

    @property
    def pictures(self) -> int:
        """How many changes of pictures there are."""
        return sum(map(len, (self.added, self.removed, self.moved, self.relabelled)))

    @property
    def is_nothing(self) -> bool:
        """Whether both are the same."""
        return not (self.pictures or self.classes_added or self.classes_removed)


def list_versions(dataset: Dataset) -> list[VersionCard]:
    """Every version that can be read, newest first."""
    cards = []
    for path in (dataset.folder / versions.FOLDER).glob("*.ndjson"):
        with suppress(DatasetError, KeyError):  # a manifest that somebody has cut
            facts = versions.counts_of(dataset.folder, path.stem)
            cards.append(VersionCard(
                path.stem, path.stat().st_mtime, facts["train"], facts["val"], facts["test"],
                facts["boxes"], tuple(facts["classes"]),
            ))  # fmt: skip
    return sorted(cards, key=lambda card: (-card.made_at, card.hash))


def changes(dataset: Dataset, earlier: str, later: str, later_in: Path | None = None) -> Changes:
    """What is different between two versions.

    Args:
        dataset: The data set.
        earlier: Hash of one version.
        later: Hash of the other.
        later_in: The folder to read the later one from, of `versions.present`; else the data set's.

    Raises:
        DatasetError: One of them is missing or damaged.
    """
    head_a, records_a = versions.read(dataset.folder, earlier)
    head_b, records_b = versions.read(later_in or dataset.folder, later)
    names_a, names_b = (list(head["class_names"].values()) for head in (head_a, head_b))
    a, b = ({_key(record): record for record in each} for each in (records_a, records_b))
    both = [(a[key], b[key]) for key in a if key in b]
    relabelled = (_relabelled(old, new, names_a, names_b) for old, new in both)
    called = _called(dataset)
    return Changes(
        tuple(called(b[key]) for key in b if key not in a),
        tuple(called(a[key]) for key in a if key not in b),
        tuple(
            Moved(called(new), old["split"], new["split"])
            for old, new in both if old["split"] != new["split"]
        ),
        tuple(
            Relabelled(called(new), *found)
            for (_, new), found in zip(both, relabelled, strict=True) if found is not None
        ),
        tuple(name for name in names_b if name not in names_a),
        tuple(name for name in names_a if name not in names_b),
    )  # fmt: skip


def _called(dataset: Dataset) -> Callable[[Record], str]:
    """What a picture is called on the screen; the manifest knows only the name of its file."""
    with schema.reading(dataset.folder) as db:
        names = dict(db.execute("SELECT id, name FROM pictures"))
    return lambda record: str(names.get(versions.picture_id(record["file"]) or 0, record["file"]))


def _key(record: Record) -> int | str:
    """What stays the same of a picture, even when its file is written anew beside the old one."""
    return versions.picture_id(record["file"]) or str(record["source"])


def _relabelled(
    old: Record, new: Record, old_names: list[str], new_names: list[str]
) -> tuple[_Words, _Words] | None:
    keys = ("annotations", "extras")
    if all(old.get(key) == new.get(key) for key in keys) and old_names == new_names:
        return None
    before = [(old_names[each.class_id], each) for each in versions.labels_of(old)]
    after = [(new_names[each.class_id], each) for each in versions.labels_of(new)]
    for label in list(before):
        twin = next((other for other in after if _same(label, other)), None)
        if twin is not None:
            before.remove(label)
            after.remove(twin)
    if not before and not after:
        return None
    return _in_words(before), _in_words(after)


def _in_words(labels: list[tuple[str, StoredLabel]]) -> _Words:
    return tuple(
        (name + _SHAPE_WORDS.get(each.shape, "").format(len(each.points)),
         tuple(round(edge) for edge in each.box))
        for name, each in labels
    )  # fmt: skip


_SHAPE_WORDS = {
    "polygon": " (outline of {} points)", "keypoints": " ({} keypoints)",
    "rotated": " (turned box)", "whole": " (the whole picture)",
}  # fmt: skip


def _same(one: tuple[str, StoredLabel], other: tuple[str, StoredLabel]) -> bool:
    return one[0] == other[0] and same_label(one[1], other[1])


def same_label(one: StoredLabel, other: StoredLabel) -> bool:
    """Whether two labels are drawn alike, to a hundredth of a pixel; classes are not compared."""
    return (
        one.shape == other.shape
        and near(one.box, other.box, SAME_PX)
        and same_points(one.points, other.points, SAME_PX)
    )


def restore(dataset: Dataset, version: str) -> str:
    """Give the pictures of a version the labels, states and parts that they had in it.

    The present state is frozen before, and the data set's file is copied, so nothing is lost.

    Returns:
        Hash of the version that holds what was before; "" when there was nothing to train on.

    Raises:
        DatasetError: The version is missing or damaged.
    """
    head, records = versions.read(dataset.folder, version)
    left = ""
    with suppress(DatasetError):  # nothing to train on is no reason to stay
        left = versions.freeze(dataset)
    _back_up(dataset)
    names = list(head["class_names"].values())
    with schema.changing(dataset.folder) as db:
        ids_here = {number for (number,) in db.execute("SELECT id FROM pictures")}
        here = [
            (number, record) for record in records
            if (number := versions.picture_id(record["file"])) in ids_here and number is not None
        ]  # fmt: skip
        files = [
            (record["source"], number) for number, record in here
            if (dataset.folder / record["source"]).is_file()
        ]  # fmt: skip
        db.executemany("UPDATE pictures SET file = ? WHERE id = ?", files)
        db.execute("UPDATE dataset SET task = ?", (head["task"],))
        ids = order_classes(db, names)
        own = [ids[name] for name in names]
        db.execute(
            "UPDATE pictures SET split = NULL WHERE state IN ('labelled', 'empty', 'ignored')"
        )
        for some in _batches(here):
            labels = queries.labels(db, [number for number, _ in some])
            for number, record in some:
                _set_back(db, number, record, own, labels[number])
        writing.set_split(db, {number: each["split"] for number, each in here}, SplitOrigin("hand"))
        order_classes(db, names)  # what nobody uses any more goes
        writing.recount(db)
    return left


def _set_back(
    db: sqlite3.Connection, number: int, record: Record, own: list[int], now: list[StoredLabel]
) -> None:
    """The labels of one picture; those that are still the same stay untouched."""
    meant = [replace(each, class_id=own[each.class_id]) for each in versions.labels_of(record)]
    state = PictureState.LABELLED if meant else PictureState.EMPTY
    if len(now) == len(meant) and all(
        a.class_id == b.class_id and same_label(a, b) for a, b in zip(now, meant, strict=True)
    ):
        db.execute("UPDATE pictures SET state = ? WHERE id = ?", (str(state), number))
    else:
        set_labels(db, number, meant, state)


def _batches(here: list[tuple[int, Record]]) -> Iterator[list[tuple[int, Record]]]:
    for first in range(0, len(here), _AT_ONCE):
        yield here[first : first + _AT_ONCE]


def _back_up(dataset: Dataset) -> None:
    folder = dataset.folder / versions.FOLDER
    folder.mkdir(exist_ok=True)
    for old in sorted(folder.glob(f"{_BACKUP}*.sqlite"))[: -BACKUPS + 1]:
        old.unlink(missing_ok=True)
    copy_at = folder / f"{_BACKUP}{time.time_ns()}.sqlite"
    with schema.reading(dataset.folder) as db, closing(sqlite3.connect(copy_at)) as copy:
        db.backup(copy)
