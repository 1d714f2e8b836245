"""What a reader yields: one description of pictures, read picture by picture.

Nothing is cleaned here. A label's box is as it was written, turned only into left, top, right,
bottom; its unit travels with the picture.
"""

from collections.abc import Callable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from typing import Literal

from components.data.keypoints import KeypointScheme
from components.data.questions import Question
from components.data.records import Label, Problem, Split

Unit = Literal["fraction", "pixels"]


class RawLabel(Label):
    """A label as it was written. One that needs no cleaning is taken as it is.

    Attributes:
        class_name: As it was written or looked up.
        box: Left, top, right, bottom; may be turned round, outside, not a number.
        shape: A `tasks.LabelShape` value.
        points: As in `records.Label`, in the unit of the picture.
    """

    __slots__ = ()


@dataclass(slots=True)
class RawPicture:
    """What one description says about one picture.

    Attributes:
        file: The describing file, as the user knows it.
        unit: Of all boxes and points.
        size: Width and height in pixels as the description has them; None when it says nothing.
        labels: In the order of the file.
        is_certain: False when having no labels does not mean that there is nothing to be found.
        lost: Labels that could not be read at all; the reader has said why.
    """

    file: str
    unit: Unit
    size: tuple[float, float] | None = None
    labels: list[RawLabel] = field(default_factory=list)
    is_certain: bool = True
    lost: int = 0


@dataclass(slots=True)
class Description:
    """One description of some of the pictures.

    Attributes:
        format: Its name for people.
        why: Why it was recognised, one sentence.
        classes: Names in the order of their numbers; more may turn up while reading.
        filled: How many pictures it has labels for, as far as known without reading all.
        described: Numbers of the pictures it speaks of.
        read: The labels of one of these pictures; problems go into the list.
        splits: The part of the export that it puts a picture in.
        problems: What was met so far.
        task: What the labels are for: boxes serve "detect", names of whole pictures "classify".
        keypoints: What its files say of the points of each thing; None when they say nothing.
        far: Pictures that lie further off than others from the file that speaks of them: they
            have the name that it says, and may be others nevertheless.
        questions: What its files leave open beside what the reader has asked already.
    """

    format: str
    why: str
    classes: tuple[str, ...]
    filled: int
    described: AbstractSet[int]
    read: Callable[[int, list[Problem]], RawPicture]
    splits: Mapping[int, Split] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    task: str = "detect"
    keypoints: KeypointScheme | None = None
    far: AbstractSet[int] = frozenset()
    questions: list[Question] = field(default_factory=list)
