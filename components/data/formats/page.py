"""What one file says about one picture, and how that lies on the disk while many are read."""

import sys
from array import array
from dataclasses import dataclass, field
from typing import Any

from components.data.formats.description import RawLabel, Unit
from components.data.problems import warn
from components.data.records import Problem, Split
from components.findings import Severity

Points = tuple[tuple[float, ...], ...]
_MOST_TOLD = 100  # of one picture; a file may hold a million rows of nonsense


@dataclass(slots=True)
class Page:
    """What one file says about one picture.

    Labels lie in arrays, 40 bytes each: a file may hold a million.

    Attributes:
        names: What the file calls the picture, the most trusted first.
        unit: Of all boxes and points.
        size: Width and height in pixels as stated; None when nothing is said.
        split: The part that the picture is put in, if the file says so.
        is_certain: Whether having no labels means that there is nothing to be found.
        lost: Labels that could not be read; the reason is in `told`.
        things: How many labels are known of, also when they are read later.
        told: What was met while reading this page.
    """

    names: tuple[str, ...]
    unit: Unit = "pixels"
    size: tuple[float, float] | None = None
    split: Split | None = None
    is_certain: bool = True
    lost: int = 0
    things: int = 0
    told: list[Problem] = field(default_factory=list)
    classes: list[str] = field(default_factory=list)
    corners: "array[float]" = field(default_factory=lambda: array("d"))
    outlines: dict[int, tuple[str, int, "array[float]"]] = field(default_factory=dict)

    def add(self, label: RawLabel) -> None:
        """One label more."""
        if label.points or label.shape != "box":
            step = len(label.points[0]) if label.points else 1
            flat = array("d", (value for point in label.points for value in point))
            self.outlines[len(self.classes)] = (label.shape, step, flat)
        self.classes.append(sys.intern(label.class_name))
        self.corners.extend(label.box)
        self.things += 1

    def clear(self) -> None:
        """Take all labels back."""
        self.classes, self.corners, self.outlines, self.things = [], array("d"), {}, 0

    def lose(self, problem: Problem | None, number: int = 1) -> None:
        """Labels that cannot be read, and why."""
        self.lost += number
        if problem is not None and len(self.told) < _MOST_TOLD:
            self.told.append(problem)
        if len(self.told) == _MOST_TOLD:
            self.told.append(warn(
                "row_unreadable", self.names[0],
                f"{self.names[0]} has more than {_MOST_TOLD} labels that cannot be read.",
                "They are left out, too.",
            ))  # fmt: skip

    def labels(self) -> list[RawLabel]:
        """The labels in the order of the file."""
        made = []
        for number, name in enumerate(self.classes):
            left, top, right, bottom = self.corners[4 * number : 4 * number + 4]
            made.append(RawLabel(name, (left, top, right, bottom), *self._outline(number)))
        return made

    def packed(self) -> tuple[Any, ...]:
        """Plain values, for `of`."""
        told = [(p.code, p.severity.value, p.file, p.what, p.done) for p in self.told]
        outlines = {
            number: (shape, step, flat.tobytes())
            for number, (shape, step, flat) in self.outlines.items()
        }
        return (
            self.names, self.unit, self.size, self.split, self.is_certain, self.lost, self.things,
            told, self.classes, self.corners.tobytes(), outlines,
        )  # fmt: skip

    @classmethod
    def of(cls, packed: tuple[Any, ...]) -> "Page":
        """The page that was packed."""
        names, unit, size, split, is_certain, lost, things, told, classes, flat, outlines = packed
        problems = [Problem(code, Severity(how), *rest) for code, how, *rest in told]
        drawn = {n: (shape, step, array("d", ring)) for n, (shape, step, ring) in outlines.items()}
        return cls(
            names, unit, size, split, is_certain, lost, things, problems,
            list(map(sys.intern, classes)), array("d", flat), drawn,
        )  # fmt: skip

    def _outline(self, number: int) -> tuple[str, Points]:
        if number not in self.outlines:
            return "box", ()
        shape, step, flat = self.outlines[number]
        return shape, tuple(tuple(flat[n : n + step]) for n in range(0, len(flat), step))
