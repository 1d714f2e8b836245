"""The task table: what the five kinds of model have in common, and where they differ.

A task is a row. Whoever needs to know what a detector is asks here, so that a new task is a new
row and not a search through the code.
"""

from dataclasses import dataclass
from enum import StrEnum


class LabelShape(StrEnum):
    """What a label of the task looks like."""

    BOX = "box"
    POLYGON = "polygon"
    KEYPOINTS = "keypoints"
    ROTATED = "rotated"
    WHOLE = "whole"  # the picture as a whole has a class


@dataclass(frozen=True, slots=True)
class LabelWords:
    """What a label of a shape is called: one, many, and what it is in a sentence."""

    one: str
    many: str
    help: str


LABEL_WORDS = {
    LabelShape.BOX: LabelWords("box", "boxes", "A box marks one thing on a picture."),
    LabelShape.POLYGON: LabelWords(
        "outline", "outlines", "An outline follows the edge of one thing on a picture."
    ),
    LabelShape.KEYPOINTS: LabelWords(
        "set of points", "sets of points", "The named points of one thing on a picture."
    ),
    LabelShape.ROTATED: LabelWords(
        "turned box", "turned boxes", "A box that is turned as the thing on the picture is."
    ),
    LabelShape.WHOLE: LabelWords("class", "classes", "What a picture as a whole shows."),
}


@dataclass(frozen=True, slots=True)
class Metric:
    """One number that validation yields, in the trainer's name and in a person's.

    Attributes:
        key: Name in Ultralytics' `trainer.metrics`.
        label: Plain words first, the field's term after them.
        help: What it means, in a sentence.
    """

    key: str
    label: str
    help: str


@dataclass(frozen=True, slots=True)
class Task:
    """One kind of model.

    Attributes:
        key: Ultralytics' name of the task.
        label: What a person calls it.
        help: What such a model answers.
        label_shape: What its labels look like.
        weights_suffix: What its base weights carry in their name (`yolo26n-seg.pt`).
        metrics: What validation yields, the headline first.
        losses: Loss component (Ultralytics' name without `train/`) to plain words.
        is_ready: Whether the whole street serves it; a new task begins without.
    """

    key: str
    label: str
    help: str
    label_shape: LabelShape
    weights_suffix: str
    metrics: tuple[Metric, ...]
    losses: tuple[tuple[str, str], ...]
    is_ready: bool = True

    @property
    def label_words(self) -> LabelWords:
        """What its labels are called."""
        return LABEL_WORDS[self.label_shape]

    @property
    def headline(self) -> Metric:
        """The number that says most about a model of this task."""
        return self.metrics[0]


_OVERALL = (
    "How well found and how exactly outlined, averaged over ten strictness levels. "
    "0 is useless, 1 is perfect; above 0.5 is often useful in practice."
)
_FOUND = "How well things are found when a half-overlapping outline counts as right. 0 to 1."
_PRECISION = "Of all things the model marked, the share that is really there. 0 to 1."
_RECALL = "Of all things that are there, the share the model found. 0 to 1."


def _metrics(letter: str, what: str) -> tuple[Metric, ...]:
    return (
        Metric(f"metrics/mAP50-95({letter})", f"Overall quality ({what}mAP50-95)", _OVERALL),
        Metric(f"metrics/mAP50({letter})", f"Found at all ({what}mAP50)", _FOUND),
        Metric(f"metrics/precision({letter})", "Right when it says so (precision)", _PRECISION),
        Metric(f"metrics/recall({letter})", "Finds what is there (recall)", _RECALL),
    )


_BOX_LOSSES = (
    ("box_loss", "Where things are (box loss)"),
    ("cls_loss", "What things are (class loss)"),
    ("l1_loss", "Edges of the boxes (L1 loss)"),
    ("dfl_loss", "Edges of the boxes (DFL loss)"),
)

TASKS: dict[str, Task] = {
    task.key: task
    for task in (
        Task(
            "detect", "Find things (detection)",
            "Draws a box around each thing it finds and names it.",
            LabelShape.BOX, "", _metrics("B", ""), _BOX_LOSSES,
        ),
        Task(
            "segment", "Outline things (instance segmentation)",
            "Draws the exact outline of each thing it finds and names it.",
            LabelShape.POLYGON, "-seg", _metrics("M", "mask ") + _metrics("B", "box "),
            (*_BOX_LOSSES, ("seg_loss", "The outline (mask loss)"),
             ("sem_loss", "Which pixel belongs to what (semantic loss)")),
        ),
        Task(
            "classify", "Sort pictures (classification)",
            "Names what a whole picture shows.",
            LabelShape.WHOLE, "-cls",
            (
                Metric("metrics/accuracy_top1", "Right at first guess (top-1)",
                       "The share of pictures whose best guess is right. 0 to 1."),
                Metric("metrics/accuracy_top5", "Right within five guesses (top-5)",
                       "The share of pictures whose class is among the five best guesses. 0 to 1."),
            ),
            (("loss", "Wrong guesses (loss)"),),
        ),
        Task(
            "pose", "Find points (pose)",
            "Finds each thing and the named points on it, such as joints or corners.",
            LabelShape.KEYPOINTS, "-pose", _metrics("P", "pose ") + _metrics("B", "box "),
            (*_BOX_LOSSES, ("pose_loss", "Where the points are (pose loss)"),
             ("kobj_loss", "Whether a point is visible (keypoint loss)"),
             ("rle_loss", "How sure the points are (RLE loss)")),
        ),
        Task(
            "obb", "Find turned things (oriented boxes)",
            "Draws a box that turns with each thing it finds and names it.",
            LabelShape.ROTATED, "-obb", _metrics("B", "rotated "),
            (*_BOX_LOSSES, ("angle_loss", "How things are turned (angle loss)")),
        ),
    )
}  # fmt: skip
