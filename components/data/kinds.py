"""What a data set's labels can teach: which of the five tasks, and what each would leave out.

A data set keeps its labels as they came. The task says what the trainer takes of them, and may be
changed at any time: a polygon serves as the box around it, too.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from components.data import schema
from components.data.store import Dataset
from components.errors import DatasetError
from components.tasks import TASKS, LabelShape

# From what share of labels on a task is the natural one, although the rest is left out.
# Our own choice: single stray shapes come from slips of the hand.
NEARLY_ALL = 0.9
_LOOKED_AT = 500  # polygons of four points, to see whether they are mere boxes

_GIVES: dict[str, frozenset[LabelShape]] = {
    "detect": frozenset(LabelShape) - {LabelShape.WHOLE},
    "segment": frozenset({LabelShape.POLYGON}),
    "obb": frozenset({LabelShape.ROTATED, LabelShape.POLYGON}),
    "pose": frozenset({LabelShape.KEYPOINTS}),
    "classify": frozenset({LabelShape.WHOLE}),
}
_LOST: dict[tuple[str, LabelShape], str] = {
    ("detect", LabelShape.POLYGON): "of each outline only the box around it is used",
    ("detect", LabelShape.ROTATED): "how things are turned is not used, only the box around them",
    ("detect", LabelShape.KEYPOINTS): "the points are not used, only the box around them",
    ("obb", LabelShape.POLYGON): "of each outline the smallest turned box around it is used",
}
_RICHEST_FIRST = ("pose", "obb", "segment", "classify", "detect")


@dataclass(frozen=True, slots=True)
class Offer:
    """A task that a data set can be used for.

    Attributes:
        task: A `TASKS` key.
        fitting: Labels it learns from.
        left_out: Labels of another shape, which it cannot learn from.
        words: What is made of the labels and what is lost, for a person; "" when nothing.
    """

    task: str
    fitting: int
    left_out: int
    words: str


def shapes(dataset: Dataset) -> dict[LabelShape, int]:
    """How many labels there are of each shape; outlines that are mere boxes count as boxes."""
    with schema.reading(dataset.folder) as db:
        found = {
            LabelShape(shape): number
            for shape, number in db.execute("SELECT shape, count(*) FROM labels GROUP BY shape")
        }
        cornered = db.execute(
            "SELECT points, box_left, box_top, box_right, box_bottom FROM labels "
            "WHERE shape = 'polygon' AND json_array_length(points) IN (4, 5) LIMIT ?",
            (_LOOKED_AT,),
        ).fetchall()
    outlines = found.get(LabelShape.POLYGON, 0)
    if outlines and len(cornered) == min(outlines, _LOOKED_AT) and all(map(_is_its_box, cornered)):
        found[LabelShape.BOX] = found.get(LabelShape.BOX, 0) + found.pop(LabelShape.POLYGON)
    return found


def offers(found: Mapping[LabelShape, int]) -> tuple[Offer, ...]:
    """The tasks that labels of these shapes can teach, the natural one first.

    >>> [offer.task for offer in offers({LabelShape.POLYGON: 5})]
    ['segment', 'obb', 'detect']
    """
    total = sum(found.values())
    made = [_offer(task, found, total) for task in _RICHEST_FIRST if TASKS[task].is_ready]
    usable = [offer for offer in made if offer.fitting]
    first = natural(found)
    return tuple(sorted(usable, key=lambda offer: offer.task != first))


def natural(found: Mapping[LabelShape, int]) -> str:
    """The task that labels of these shapes were drawn for; detection when nothing else fits."""
    total = sum(found.values())
    for task in _RICHEST_FIRST:
        shape = TASKS[task].label_shape
        if total and TASKS[task].is_ready and found.get(shape, 0) >= NEARLY_ALL * total:
            return task
    return "detect"


def set_task(dataset: Dataset, task: str) -> Dataset:
    """Use the data set for another task; its labels stay as they are.

    Raises:
        DatasetError: It has no label that the task could learn from.
    """
    if task not in {offer.task for offer in offers(shapes(dataset))}:
        raise DatasetError(
            f"{dataset.name} has no labels that “{TASKS[task].label}” could learn from.",
            "Choose another kind of model, or bring in labels of that kind.",
        )
    with schema.changing(dataset.folder) as db:
        db.execute("UPDATE dataset SET task = ?, revision = revision + 1", (task,))
    return Dataset(dataset.folder, dataset.name, task)


def settle(dataset: Dataset) -> Dataset:
    """Give a new data set the task that its labels were drawn for."""
    task = natural(shapes(dataset))
    return dataset if task == dataset.task else set_task(dataset, task)


def _offer(task: str, found: Mapping[LabelShape, int], total: int) -> Offer:
    fitting = sum(number for shape, number in found.items() if shape in _GIVES[task])
    lost = [_LOST[task, shape] for shape in found if (task, shape) in _LOST and found[shape]]
    if fitting < total:
        lost.append(f"{total - fitting:,} labels of another kind are left out")
    return Offer(task, fitting, total - fitting, "; ".join(lost))


def _is_its_box(row: Iterable[object]) -> bool:
    points, *edges = row
    left, top, right, bottom = (float(str(edge)) for edge in edges)
    near = 0.01 * max(right - left, bottom - top, 1.0)
    return all(
        min(abs(x - left), abs(x - right)) <= near and min(abs(y - top), abs(y - bottom)) <= near
        for x, y in json.loads(str(points))
    )
