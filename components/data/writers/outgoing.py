"""What is taken away: pictures with their labels, from the data set as it is or from a version.

Names become flat, unique without their ending and free of what some systems cannot hold, so that
a label file can always stand beside its picture.
"""

import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any

from components.data import keypoint_order, queries, schema, versions
from components.data.names import ROLES, folded, split_of_word
from components.data.records import PictureState, Split
from components.data.rows import StoredLabel
from components.data.store import Dataset
from components.data.wording import some
from components.tasks import TASKS

_PAGE = 500  # pictures held in memory at a time


@dataclass(frozen=True, slots=True)
class OutPicture:
    """A picture on its way out.

    Attributes:
        file: Where its bytes lie: what the trainer reads.
        name: Its name in the parcel; flat, its stem unlike that of any other.
        width: Pixels, after EXIF orientation.
        height: Pixels, after EXIF orientation.
        state: Never IGNORED.
        split: Its part, or None.
        labels: In pixels.
    """

    file: Path
    name: str
    width: int
    height: int
    state: PictureState
    split: Split | None
    labels: tuple[StoredLabel, ...]

    @property
    def stem(self) -> str:
        """The name without its ending."""
        return self.name.rpartition(".")[0]

    @property
    def part(self) -> str:
        """Name of the folder for its part."""
        return self.split or UNSPLIT

    @property
    def is_known(self) -> bool:
        """Whether somebody has said what is on it, be it nothing."""
        return self.state is not PictureState.UNLABELLED


UNSPLIT = "unsplit"
_SHAPE = {task: str(row.label_shape) for task, row in TASKS.items()}
PARTS = ("train", "val", "test", UNSPLIT)


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A data set on its way out.

    Attributes:
        name: What the user calls it.
        task: A `tasks.TASKS` key.
        classes: Names in the order of their numbers.
        total: How many pictures.
        pictures: Gives them all, as often as asked, always the same.
        shapes: Labels that are more than a box, by shape.
        left_out: Sentences on what is not part of it.
        points: For poses `kpt_shape`, `flip_idx` and perhaps `kpt_names`, as Ultralytics has them.
    """

    name: str
    task: str
    classes: tuple[str, ...]
    total: int
    pictures: Callable[[], Iterator[OutPicture]]
    shapes: dict[str, int]
    left_out: tuple[str, ...] = ()
    points: dict[str, Any] = field(default_factory=dict)

    @property
    def keypoints(self) -> int:
        """How many points every thing has; 0 unless it is a data set of poses."""
        return int(self.points["kpt_shape"][0]) if self.points else 0

    def only_boxes(self) -> list[str]:
        """A word on labels of which a format for this task alone holds no more than the box."""
        drawn = sum(n for shape, n in self.shapes.items() if shape != _SHAPE[self.task])
        if not drawn:
            return []
        return [
            f"{some(drawn, 'drawn label is', 'drawn labels are')} not of the shape that "
            f"“{TASKS[self.task].label}” learns from; the box around each is written."
        ]


def of_dataset(dataset: Dataset, room: Path) -> Outgoing:
    """The data set as it is this moment: `room` gets a copy of its file, so edits do not show.

    Raises:
        DatasetError: It is missing or damaged.
    """
    with schema.reading(dataset.folder) as db, closing(sqlite3.connect(room / schema.FILE)) as copy:
        db.backup(copy)
    with schema.reading(room) as db:
        counts = queries.summary(db)
        classes = tuple(each.name for each in queries.classes(db))
        shapes = dict(db.execute(
            "SELECT shape, count(*) FROM labels JOIN pictures ON pictures.id = picture_id "
            "WHERE state != 'ignored' AND shape != 'box' GROUP BY shape"
        ))  # fmt: skip
        points = keypoint_order.facts(db) if dataset.task == "pose" else {}
    said = (f"{some(counts.ignored, 'picture')} put aside stay out of it.",)
    return Outgoing(
        dataset.name, dataset.task, classes, counts.pictures - counts.ignored,
        lambda: _stored(room, dataset.folder), shapes, said if counts.ignored else (),
        points,
    )  # fmt: skip


def _stored(room: Path, folder: Path) -> Iterator[OutPicture]:
    names = Names()
    query = (
        "SELECT id, name, file, width, height, state, split FROM pictures "
        "WHERE state != 'ignored' AND id > ? ORDER BY id LIMIT ?"
    )
    last = 0
    with schema.reading(room) as db:
        while page := db.execute(query, (last, _PAGE)).fetchall():
            labels = queries.labels(db, [row[0] for row in page])
            for number, name, file, width, height, state, split in page:
                yield OutPicture(
                    folder / file, names.free(name, PurePosixPath(file).suffix), width, height,
                    PictureState(state), split, tuple(labels[number]),
                )  # fmt: skip
            last = page[-1][0]


def of_version(dataset: Dataset, version: str) -> Outgoing:
    """What a run was trained on: no picture that nobody has looked at, or that had to be left out.

    Raises:
        DatasetError: The version is missing or damaged.
    """
    head, records = versions.read(dataset.folder, version)

    def pictures() -> Iterator[OutPicture]:
        names = Names()
        for record in records:
            labels = tuple(versions.labels_of(record))
            state = PictureState.LABELLED if labels else PictureState.EMPTY
            plain = record["file"].partition("-")[2]
            yield OutPicture(
                dataset.folder / record["source"], names.free(plain, ""), record["width"],
                record["height"], state, record["split"], labels,
            )  # fmt: skip

    classes = tuple(head["class_names"].values())
    shapes = Counter(each.shape for record in records for each in versions.labels_of(record))
    del shapes["box"]
    points: dict[str, Any] = {
        key: head[key] for key in ("kpt_shape", "flip_idx", "kpt_names") if key in head
    }
    return Outgoing(
        dataset.name, head["task"], classes, len(records), pictures, dict(shapes), points=points
    )


class Names:
    """Gives every picture a flat name of its own."""

    def __init__(self) -> None:
        self._taken: set[str] = set()

    def free(self, name: str, suffix: str) -> str:
        """A name near to `name`; ends in `suffix` where one is given.

        Folders that only say "images" or "train" are dropped, others go in front with a hyphen.
        """
        path = PurePosixPath(name)
        folders = [
            part
            for part in path.parts[:-1]
            if folded(part) not in ROLES and not split_of_word(part)
        ]
        wanted = "-".join([*folders, path.stem])[-_LONGEST:]
        stem = "".join("_" if letter in _FORBIDDEN or letter < " " else letter for letter in wanted)
        stem = stem.strip(". ") or "picture"
        free, number = stem, 1
        while folded(free) in self._taken:
            number += 1
            free = f"{stem}-{number}"
        self._taken.add(folded(free))
        return free + (suffix or path.suffix)


_FORBIDDEN = set('<>:"|?*\\/\x7f')
_LONGEST = 80
