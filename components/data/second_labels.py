"""Several label files of one format for one picture: which of them counts, or all of them.

A file that finds its picture described by another one is told apart from a file whose picture is
missing, which the person may still add. What lies side by side, folders with a file for each
picture or files for all pictures, is offered as a choice, each with its numbers.
"""

import re
from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np

from components.data.boxes import overlap
from components.data.formats.description import RawLabel, RawPicture
from components.data.matching import PictureIndex
from components.data.names import (
    folded,
    split_of_word,
    stem_of,
    tidy_reference,
    without_roles,
)
from components.data.numbered import NumberMap, NumberSet
from components.data.problems import count, note, warn
from components.data.questions import AGAIN, Question, said_to
from components.data.records import Problem

TOGETHER = "all of them together"
TOP = "the top folder"
LOOKED_AT = 50  # pictures, to see whether two files mark the same things; our own choice
SAME_PLACE = 0.9  # overlap of two boxes that mean one thing; our own choice
_WHY = (
    "Two versions of the same labels would mark every thing twice, so one place counts. Put them "
    "together when each has things that the other leaves out; what has the same class and place "
    "is then taken once."
)


@dataclass(slots=True)
class _Part:
    """Label files that lie together: the pictures that others describe too, and their labels."""

    pictures: NumberSet = field(default_factory=NumberSet)
    labels: int = 0
    wins: int = 0


class Seconds:
    """What a reader meets of second files, and what the person has said of them.

    Attributes:
        also: Picture number to the further files that are read with its first one, if all count.
        are_all: Whether the person wants all to count.
    """

    def __init__(self, form: str, said: str) -> None:
        self._form = form
        self._topic = f"{form}{AGAIN}"
        self._said = said_to(said, self._topic)
        self._parts: dict[str, _Part] = {}
        self.also: dict[int, list[int]] = {}
        self.are_all = self._said == TOGETHER
        self._joined, self._apart = False, False  # without an answer: some, and some not

    @property
    def is_answered(self) -> bool:
        """Whether the person has said which count."""
        return bool(self._said)

    def is_first(self, place: str) -> bool:
        """Whether the person wants the labels of this folder or file to count."""
        return bool(self._said) and self._said in (_on_one_line(place), _of_all_parts(place))

    def first_of(self, names: Iterable[str]) -> list[int]:
        """Numbers of the files, by their names, that the person wants to count."""
        if not self._said or self.are_all:
            return []
        return [number for number, name in enumerate(names) if self.is_first(folder_of(name))]

    def meet(self, picture: int, first: tuple[str, int], second: tuple[str, int]) -> None:
        """Two files for one picture: where each lies, the one that counts first, and its labels."""
        called = [_of_all_parts(place) for place, _ in (first, second)]
        if called[0] == called[1]:
            called = [_on_one_line(place) for place, _ in (first, second)]
        for part, (_, labels) in zip(called, (first, second), strict=True):
            known = self._parts.setdefault(part, _Part())
            if picture not in known.pictures:
                known.pictures.add(picture)
                known.labels += labels
                known.wins += part == called[0]

    def add(self, picture: int, file: int) -> None:
        """One more file to be read with the first one of a picture."""
        self.also.setdefault(picture, []).append(file)

    def asked(self) -> list[Question]:
        """What to ask; nothing where no picture has files in two places."""
        if len(self._parts) < 2:
            return []
        parts = sorted(self._parts, key=lambda name: -self._parts[name].wins)
        pictures = {number for part in self._parts.values() for number in part.pictures}
        labels = sum(part.labels for part in self._parts.values())
        told = [f"{count(len(self._parts[name].pictures), 'picture')}, "
                f"{count(self._parts[name].labels, 'label')}" for name in parts]  # fmt: skip
        are_all = self.are_all or (self._joined and not self._apart)
        chosen = parts.index(self._said) if self._said in parts else 0
        return [Question(
            self._topic,
            f"{count(len(pictures), 'picture')} {'has' if len(pictures) == 1 else 'have'} labels "
            f"in several {self._form} files. Which ones count?",
            (*parts, TOGETHER), len(parts) if are_all else chosen, _WHY,
            (*told, f"{count(labels, 'label')} or fewer"),
        )]  # fmt: skip

    def told(self) -> list[Problem]:
        """What was done, where further files are read with the first ones."""
        places = list(self._parts)
        where = " and ".join(places[:3]) + (" and others" * (len(places) > 3))
        what = f"labels in several files: {where}."
        return [_joined(len(self.also), what, self.is_answered)] if self.also else []

    def joined(self, name: str, first: str, pictures: int) -> Problem:
        """What was done, where all of a file is read with another one."""
        return _joined(pictures, f"labels in {first} and in {name}.", self.is_answered)

    def are_joined(
        self, classes: set[str], others: set[str],
        sample: Iterable[tuple[RawPicture, RawPicture]],
    ) -> bool:  # fmt: skip
        """Whether two files for many pictures are put together.

        Without an answer: when they have other classes and mark other things.

        Args:
            classes: Those that labels of the one file have.
            others: Those of the other file.
            sample: What both say of some pictures; looked at only where it matters.
        """
        if self._said:
            return self.are_all
        are_other = bool(classes and others) and not classes & others
        is_joined = are_other and not any(are_one(both) for both in sample)
        self._joined, self._apart = self._joined or is_joined, self._apart or not is_joined
        return is_joined


def _joined(pictures: int, what: str, is_answered: bool) -> Problem:
    why = ", as you chose." if is_answered else (
        ", for they have other classes; say so above if only one of them counts.")  # fmt: skip
    return (note if is_answered else warn)(
        "labels_joined", "",
        f"{count(pictures, 'picture')} {'has' if pictures == 1 else 'have'} {what}",
        f"They are put together{why}",
    )  # fmt: skip


def folder_of(name: str) -> str:
    """Where a label file lies, as it is asked for."""
    return name.rpartition("/")[0] or TOP


def _on_one_line(place: str) -> str:
    return " ".join(place.split())


def _of_all_parts(place: str) -> str:
    """Where labels lie, whichever part of the set they are for.

    >>> _of_all_parts("train/labels_old"), _of_all_parts("cats_val2017.json")
    ('…/labels_old', 'cats_….json')
    """
    return re.sub(r"[^/_. -]+", lambda word: "…" if split_of_word(word[0]) else word[0],
                  _on_one_line(place))  # fmt: skip


def seconds(name: str, source: str, index: PictureIndex, taken: Container[int]) -> list[int]:
    """The pictures that a label file may be about, if others describe all of them.

    Args:
        name: What the file calls its picture.
        source: The file; its pictures lie in its folder, or in one above.
        index: The pictures.
        taken: Numbers of those that are described.
    """
    near = without_roles(source.rpartition("/")[0])
    named = [
        number
        for number in index.by_stem.get(folded(stem_of(tidy_reference(name))))
        if near[: len(index.folder(number))] == index.folder(number)
    ]
    return named if all(number in taken for number in named) else []


def label_twice(file: str) -> Problem:
    """The word about such a file, where it does not count."""
    return warn(
        "label_twice", file, f"{file} is a second label file for a picture that has one already.",
        "Its labels are left out.",
    )  # fmt: skip


def merged(raws: Sequence[RawPicture]) -> RawPicture:
    """What several files of one format say of a picture; a thing that two have is taken once."""
    first, *others = raws
    for other in others:
        factor = _factor(other, first)
        first.labels += [label for label in (_scaled(one, factor) for one in other.labels)
                         if not _is_among(label, first.labels)]  # fmt: skip
        first.is_certain = first.is_certain and other.is_certain
        first.lost += other.lost
    return first


def are_one(raws: Sequence[RawPicture]) -> bool:
    """Whether files mark the same places, as versions of one set do that call things otherwise."""
    first, second = raws
    factor = _factor(second, first)
    there = [one.box for one in first.labels]
    come = [_scaled(one, factor).box for one in second.labels]
    if not (there and come):
        return False
    shared = overlap(np.array(come, np.float64), np.array(there, np.float64))
    return bool((shared.max(axis=1) >= SAME_PLACE).mean() > 0.5)


def _factor(raw: RawPicture, to: RawPicture) -> tuple[float, float]:
    if raw.unit != to.unit or not (raw.size and to.size) or raw.unit == "fraction":
        return 1.0, 1.0
    return to.size[0] / raw.size[0], to.size[1] / raw.size[1]


def _scaled(label: RawLabel, factor: tuple[float, float]) -> RawLabel:
    x, y = factor
    if (x, y) == (1.0, 1.0):
        return label
    left, top, right, bottom = label.box
    points = tuple((point[0] * x, point[1] * y, *point[2:]) for point in label.points)
    return RawLabel(label.class_name, (left * x, top * y, right * x, bottom * y), label.shape,
                    points)  # fmt: skip


def _is_among(label: RawLabel, labels: Sequence[RawLabel]) -> bool:
    alike = [one.box for one in labels if one.class_name == label.class_name]
    if not alike:
        return False
    shared = overlap(np.array([label.box], np.float64), np.array(alike, np.float64))
    return bool(shared.max() >= SAME_PLACE)


def winners(picture_of: NumberMap) -> NumberMap:
    """Picture number to the file that describes it."""
    made = NumberMap()
    for file, picture in picture_of.items():
        made[picture] = file
    return made
