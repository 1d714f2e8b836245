"""Crops: of a data set with boxes a new one, to sort pictures: one picture for each box.

The old data set stays as it is. A crop has its box's class and its picture's part; crops of one
picture (and of its group) are one group, so that no later split parts them. Where a thing was, how
it was turned and its outline are not in the new data set: `loses` says so.
"""

import hashlib
import shutil
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from components.data import groups, schema
from components.data.pictures import make_thumbnail, upright
from components.data.problems import note
from components.data.records import Corners, Label, PictureState
from components.data.rows import NewPicture, PictureRow, StoredLabel
from components.data.safe_names import SafeNames
from components.data.store import Dataset, create, find, open_dataset
from components.data.wording import some
from components.errors import DatasetError, PictureError
from components.workspace import Workspace, demand_space, free_name

MARGIN = 0.1  # of the box's longer side, on each side: a model sorts better that sees the edge
LEAST_PX = 8  # of a box's shorter side; below, nothing can be told apart. Rule of thumb
_BYTES_PER_PIXEL = 3  # a PNG is rarely larger

_LOST = {
    "polygon": "of outlines, only the box around them is cut out",
    "rotated": "turned boxes are cut out upright, with their surroundings",
    "keypoints": "points are not kept",
}


@dataclass(frozen=True, slots=True)
class Made:
    """A new data set.

    Attributes:
        slug: Its slug.
        pictures: How many crops it has.
        left_out: What was not cut out, a word why to how many.
    """

    slug: str
    pictures: int
    left_out: dict[str, int]


def loses(dataset: Dataset) -> str:
    """What crops would not hold of a data set's labels, in a sentence for a person.

    Raises:
        DatasetError: It has no label that could be cut out.
    """
    shapes = _shapes(dataset)
    if not any(number for shape, number in shapes.items() if shape != "whole"):
        raise DatasetError(
            f"{dataset.name} has no boxes or outlines to cut out.",
            "Bring in labels that are drawn on the pictures.",
        )
    words = ["where things are is not kept", *(_LOST[each] for each in _LOST if shapes.get(each))]
    if shapes.get("whole"):
        words.append(f"{some(shapes['whole'], 'label')} of whole pictures are left out")
    return f"One picture for each label; {'; '.join(words)}."


def make(
    workspace: Workspace,
    dataset: Dataset,
    name: str = "",
    *,
    margin: float = MARGIN,
    show: Callable[[int, int], None] = lambda _done, _total: None,
) -> Made:
    """Cut every label out into a new data set for classification.

    Built beside and renamed, so a half-made data set is never seen.

    Args:
        workspace: Where the new data set goes.
        dataset: The one that is cut up; not changed.
        name: Title of the new one; "" makes one from the old.
        margin: What is cut out around a box, as a share of its longer side, 0 to 1.
        show: Told pictures done and in all; may raise to leave.

    Raises:
        DatasetError: There is nothing to cut out, or a picture cannot be read.
        DiskFull: No room.
    """
    loses(dataset)
    demand_space(workspace.datasets, _bytes_needed(dataset, margin), "the crops")
    title = name or f"{dataset.name}: crops"
    beside = workspace.datasets / f".crops-{uuid.uuid4().hex[:8]}"
    try:
        maker = _Maker(dataset, beside, margin, show)
        maker.build(title)
        slug = free_name(workspace.datasets, title)
        beside.rename(workspace.datasets / slug)
    finally:
        shutil.rmtree(beside, ignore_errors=True)
    return Made(slug, maker.count, dict(maker.left_out))


def made_in_background(root: str, slug: str, name: str = "", margin: float = MARGIN) -> Any:
    """`make` for the warm process, which is asked and answers in JSON: slug, pictures, left_out."""
    workspace = Workspace(Path(root))
    made = make(workspace, find(workspace, slug), name, margin=margin)
    return {"slug": made.slug, "pictures": made.pictures, "left_out": made.left_out}


class _Maker:
    """Fills the folder of a new data set."""

    def __init__(
        self, source: Dataset, folder: Path, margin: float, show: Callable[[int, int], None]
    ) -> None:
        self._source, self._folder, self._margin, self._show = source, folder, margin, show
        self._names = SafeNames()
        self._groups: dict[str, str] = {}  # a crop's name to its group
        self._classes = {each.id: each.name for each in source.classes()}
        self.left_out: Counter[str] = Counter()
        self.count = 0

    def build(self, title: str) -> None:
        """Draw all crops and write the data set's file."""
        used = [each.name for each in self._source.classes() if each.boxes]
        self._folder.mkdir(parents=True)
        create(self._folder, name=title, task="classify", classes=used)
        made = open_dataset(self._folder)
        self.count = len(made.add_pictures(self._pictures()))
        if not self.count:
            raise DatasetError(
                f"Every label of {self._source.name} is smaller than {LEAST_PX} pixels.",
                "Choose a data set with larger things.",
            )
        made.set_split({}, self._source.split_origin())
        groups.give(made, self._groups)
        made.add_problems([note(
            "cut_out", "", f"These pictures were cut out of the data set “{self._source.name}”.",
            f"Each has its label's class, {self._margin:.0%} of surroundings, and the part of the "
            "picture it comes from.",
        )])  # fmt: skip

    def _pictures(self) -> Iterator[NewPicture]:
        group_of = groups.grouping(self._source).group_of
        rows = [row for row in self._source.rows() if row.state != PictureState.IGNORED]
        for done, row in enumerate(rows):
            self._show(done, len(rows))
            if row.state is not PictureState.LABELLED:
                self.left_out["pictures without labels"] += 1
                continue
            for crop in self._crops(row):
                self._groups[crop.name] = f"picture {group_of.get(row.id, row.id)}"
                yield crop
        self._show(len(rows), len(rows))

    def _crops(self, row: PictureRow) -> Iterator[NewPicture]:
        there = self._source.labels([row.id]).get(row.id, [])
        labels = [each for each in there if self._is_wanted(each, row)]
        if not labels:
            return
        try:
            picture = upright(self._source.picture_file(row.id)).convert("RGB")
        except (OSError, PictureError) as error:
            raise DatasetError(
                f"{row.name} cannot be read any more, so nothing can be cut out of it.",
                "Put it aside under Data, Look, and press the button again.",
            ) from error
        for number, label in enumerate(labels, start=1):
            edges = around(label.box, row.width, row.height, self._margin)
            yield self._stored(picture.crop(edges), row, label, number)

    def _is_wanted(self, label: StoredLabel, row: PictureRow) -> bool:
        if label.shape == "whole":
            self.left_out["labels of whole pictures"] += 1
            return False
        left, top, right, bottom = label.box  # what of it lies on the picture counts
        left, top = max(left, 0.0), max(top, 0.0)
        right, bottom = min(right, row.width), min(bottom, row.height)
        if min(right - left, bottom - top) < LEAST_PX:
            self.left_out[f"labels smaller than {LEAST_PX} pixels"] += 1
            return False
        return True

    def _stored(self, crop: Any, row: PictureRow, label: StoredLabel, number: int) -> NewPicture:
        name = f"{PurePosixPath(row.name).with_suffix('')}-{number:03d}.png"
        place = self._names.path(name)
        file, thumbnail = f"images/{place}.png", f"thumbnails/{place}.jpg"
        for path in (self._folder / file, self._folder / thumbnail):
            path.parent.mkdir(parents=True, exist_ok=True)
        crop.save(self._folder / file)
        make_thumbnail(self._folder / file, self._folder / thumbnail)
        width, height = crop.size
        edges = ", ".join(f"{edge:.0f}" for edge in label.box)
        return NewPicture(
            file=file, original=file, name=f"{place}.png", width=width, height=height,
            state=PictureState.LABELLED, split=row.split, thumbnail=thumbnail,
            labels=(Label(self._classes[label.class_id], (0.0, 0.0, width, height), "whole"),),
            sha256=hashlib.sha256((self._folder / file).read_bytes()).hexdigest(),
            note=f"Cut out of {row.name} at {edges} (left, top, right, bottom).",
        )  # fmt: skip


def around(box: Corners, width: int, height: int, margin: float) -> tuple[int, int, int, int]:
    """The whole pixels to cut out: a box and its surroundings, as far as the picture goes.

    >>> around((10.0, 10.0, 30.0, 20.0), 100, 80, 0.1)
    (8, 8, 32, 22)
    """
    left, top, right, bottom = box
    more = margin * max(right - left, bottom - top)
    return (
        max(0, int(left - more)), max(0, int(top - more)),
        min(width, -int(-(right + more) // 1)), min(height, -int(-(bottom + more) // 1)),
    )  # fmt: skip


def _shapes(dataset: Dataset) -> dict[str, int]:
    with schema.reading(dataset.folder) as db:
        return dict(db.execute(
            "SELECT shape, count(*) FROM labels JOIN pictures ON pictures.id = picture_id "
            "WHERE state = 'labelled' GROUP BY shape"
        ))  # fmt: skip


def _bytes_needed(dataset: Dataset, margin: float) -> int:
    with schema.reading(dataset.folder) as db:
        (pixels,) = db.execute(
            "SELECT coalesce(sum((box_right - box_left) * (box_bottom - box_top)), 0) FROM labels"
        ).fetchone()
    return int(pixels * (1 + 2 * margin) ** 2 * _BYTES_PER_PIXEL)
