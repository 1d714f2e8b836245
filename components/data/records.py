"""What travels from the label readers to the data set: one shape for every format.

Boxes are pixels from the picture's top-left corner, after its EXIF orientation. A reader fills
these records; nobody further inside knows which dialect they came from.
"""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Literal, NamedTuple

from components.data.keypoints import KeypointScheme
from components.findings import Severity

Split = Literal["train", "val", "test"]
Corners = tuple[float, float, float, float]  # left, top, right, bottom; pixels


class PictureState(StrEnum):
    """What is known about a picture's labels; never guessed."""

    UNLABELLED = "unlabelled"  # nobody has said anything about it yet
    LABELLED = "labelled"
    EMPTY = "empty"  # looked at: nothing to be found on it
    IGNORED = "ignored"  # put aside on purpose


class Label(NamedTuple):
    """One thing on a picture. There are millions, and a tuple is made in a third of the time.

    Attributes:
        class_name: As the user wrote it; plain text, may hold anything.
        box: Left, top, right, bottom in pixels.
        shape: A `tasks.LabelShape` value: what the label was drawn as.
        points: Outline, corners or keypoints as (x, y) or (x, y, visibility); empty for boxes.
    """

    class_name: str
    box: Corners
    shape: str = "box"
    points: tuple[tuple[float, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class SourcePicture:
    """One picture as it was found, with its labels.

    Attributes:
        path: Where it lies now, absolute.
        name: Unique in the reading, relative, with forward slashes, as the user knows it.
        width: Pixels, after EXIF orientation.
        height: Pixels, after EXIF orientation.
        state: What is known about its labels.
        split: The part it was exported in; None when the export has no parts.
        labels: Empty when the state is UNLABELLED or EMPTY.
    """

    path: Path
    name: str
    width: int
    height: int
    state: PictureState
    split: Split | None = None
    labels: tuple[Label, ...] = ()


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that was not as it should be; the rest goes on.

    Attributes:
        code: Groups alike problems ("box_outside").
        severity: How much it matters.
        file: The file concerned, as the user knows it.
        what: What was found, one sentence.
        done: What Tailor does about it, one sentence.
    """

    code: str
    severity: Severity
    file: str
    what: str
    done: str


@dataclass(frozen=True, slots=True)
class Reading:
    """Everything that was understood from what the user gave.

    Attributes:
        format: Name of the format ("YOLO", "COCO JSON", "Pascal VOC", "Pictures without labels").
        why: Why it was recognised, one sentence.
        task: A `tasks.TASKS` key.
        classes: Names in the order of their numbers, without doubles.
        pictures: In the order of their names.
        problems: In the order they were met.
        keypoints: The points of each thing, where labels have any.
    """

    format: str
    why: str
    task: str
    classes: tuple[str, ...]
    pictures: tuple[SourcePicture, ...]
    problems: tuple[Problem, ...]
    keypoints: KeypointScheme | None = None
