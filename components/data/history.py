"""The versions of a data set: which there are, what changed between two, and the way back.

A version knows the pictures that were trained on: their part and their boxes. So going back sets
these three, and pictures that came later keep their labels but lose their part: nothing trains on
them until they get one again.
"""

import sqlite3
import time
from collections.abc import Iterable
from contextlib import closing, suppress
from dataclasses import dataclass

from components.data import schema, versions, writing
from components.data.records import PictureState
from components.data.relabel import order_classes, set_labels
from components.data.rows import SplitOrigin, StoredLabel
from components.data.store import Dataset
from components.errors import DatasetError

SAME_PX = 0.01  # boxes nearer than this are the same: manifests round
BACKUPS = 5  # copies of the data set's file from before a restore
_BACKUP = "before-restore-"


@dataclass(frozen=True, slots=True)
class VersionCard:
    """A version as a list shows it.

    Attributes:
        hash: Its name.
        made_at: Unix seconds of the first time it was frozen.
        train: Pictures.
        val: Pictures.
        test: Pictures.
        boxes: In all of them.
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
    before: tuple[tuple[str, tuple[int, ...]], ...]
    after: tuple[tuple[str, tuple[int, ...]], ...]


@dataclass(frozen=True, slots=True)
class Changes:
    """What is different in a later version; names as in the manifest.

    Attributes:
        added: Pictures that only the later one has.
        removed: Pictures that only the earlier one has.
        moved: Pictures in another part.
        relabelled: Pictures with other boxes or classes.
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
    def is_nothing(self) -> bool:
        """Whether both are the same."""
        return not any((self.added, self.removed, self.moved, self.relabelled,
                        self.classes_added, self.classes_removed))  # fmt: skip


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


def changes(dataset: Dataset, earlier: str, later: str) -> Changes:
    """What is different between two versions.

    Raises:
        DatasetError: One of them is missing or damaged.
    """
    head_a, records_a = versions.read(dataset.folder, earlier)
    head_b, records_b = versions.read(dataset.folder, later)
    names_a, names_b = (list(head["class_names"].values()) for head in (head_a, head_b))
    a, b = ({record["source"]: record for record in each} for each in (records_a, records_b))
    both = [(a[key], b[key]) for key in a if key in b]
    relabelled = (_relabelled(old, new, names_a, names_b) for old, new in both)
    return Changes(
        tuple(b[key]["file"] for key in b if key not in a),
        tuple(a[key]["file"] for key in a if key not in b),
        tuple(
            Moved(new["file"], old["split"], new["split"])
            for old, new in both if old["split"] != new["split"]
        ),
        tuple(found for found in relabelled if found is not None),
        tuple(name for name in names_b if name not in names_a),
        tuple(name for name in names_a if name not in names_b),
    )  # fmt: skip


def _relabelled(
    old: versions.Record, new: versions.Record, old_names: list[str], new_names: list[str]
) -> Relabelled | None:
    if old["annotations"] == new["annotations"] and old_names == new_names:
        return None
    before = [(old_names[each.class_id], each.box) for each in versions.labels_of(old)]
    after = [(new_names[each.class_id], each.box) for each in versions.labels_of(new)]
    for label in list(before):
        twin = next((other for other in after if _same(label, other)), None)
        if twin is not None:
            before.remove(label)
            after.remove(twin)
    if not before and not after:
        return None
    rounded = [
        tuple((name, tuple(round(edge) for edge in box)) for name, box in each)
        for each in (before, after)
    ]
    return Relabelled(new["file"], rounded[0], rounded[1])


def _same(one: tuple[str, tuple[float, ...]], other: tuple[str, tuple[float, ...]]) -> bool:
    return one[0] == other[0] and all(
        abs(a - b) < SAME_PX for a, b in zip(one[1], other[1], strict=True)
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
        numbers = {source: number for number, source in db.execute("SELECT id, file FROM pictures")}
        here = [
            (numbers[record["source"]], record)
            for record in records if record["source"] in numbers
        ]  # fmt: skip
        ids = order_classes(db, names)
        own = [ids[name] for name in names]
        db.execute(
            "UPDATE pictures SET split = NULL WHERE state IN ('labelled', 'empty', 'ignored')"
        )
        for number, record in here:
            _set_back(db, number, record, own)
        writing.set_split(db, {number: each["split"] for number, each in here}, SplitOrigin("hand"))
        order_classes(db, names)  # what nobody uses any more goes
        writing.recount(db)
    return left


def _set_back(db: sqlite3.Connection, number: int, record: versions.Record, own: list[int]) -> None:
    """The labels of one picture; those that are still the same keep their outlines."""
    meant = [
        StoredLabel(own[each.class_id], each.box, each.shape, each.points)
        for each in versions.labels_of(record)
    ]
    state = PictureState.LABELLED if meant else PictureState.EMPTY
    now = db.execute(
        "SELECT class_id, box_left, box_top, box_right, box_bottom FROM labels "
        "WHERE picture_id = ? ORDER BY id", (number,),
    ).fetchall()  # fmt: skip
    if len(now) == len(meant) and _all_same(now, meant):
        db.execute("UPDATE pictures SET state = ? WHERE id = ?", (str(state), number))
    else:
        set_labels(db, number, meant, state)


def _all_same(now: Iterable[tuple[float, ...]], meant: list[StoredLabel]) -> bool:
    return all(
        row[0] == label.class_id
        and all(abs(a - b) < SAME_PX for a, b in zip(row[1:], label.box, strict=True))
        for row, label in zip(now, meant, strict=True)
    )


def _back_up(dataset: Dataset) -> None:
    folder = dataset.folder / versions.FOLDER
    folder.mkdir(exist_ok=True)
    for old in sorted(folder.glob(f"{_BACKUP}*.sqlite"))[: -BACKUPS + 1]:
        old.unlink(missing_ok=True)
    copy_at = folder / f"{_BACKUP}{time.time_ns()}.sqlite"
    with schema.reading(dataset.folder) as db, closing(sqlite3.connect(copy_at)) as copy:
        db.backup(copy)
