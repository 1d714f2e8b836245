"""What there is to be seen in each task's demo, and where its faults lie. A new demo is a row."""

from collections.abc import Callable, Set
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from components.data import smear
from components.data.drawing import conveyor, leaves, tank
from components.data.keypoints import KeypointScheme
from components.data.records import Label

Place = tuple[int, int]  # number of the series and of the picture in it, counted from 0
Drawn = tuple[NDArray[np.uint8], tuple[Label, ...]]  # the picture (height, width, 3), and labels


@dataclass(frozen=True, slots=True)
class Demo:
    """One demo.

    Attributes:
        task: A `tasks.TASKS` key.
        slug: Name of its folder.
        name: What it is called on the screen.
        classes: In the order of their numbers, the one with few examples last.
        words: What a series and a picture are called in file names ("slide", "field").
        series_count: How many series there are, each with a light of its own.
        draw: Series, picture, dice to picture and labels.
        unlabelled: The picture that nobody has labelled.
        twice: The picture that is there twice.
        mistaken: The picture on which the first thing of the class `wrong[0]` is called `wrong[1]`.
        wrong: See `mistaken`.
        split_seed: Deals the pictures so that learning and checking are lit alike.
        points: The points of each thing, where it has any.
    """

    task: str
    slug: str
    name: str
    classes: tuple[str, ...]
    words: tuple[str, str]
    series_count: int
    draw: Callable[[int, int, np.random.Generator], Drawn]
    unlabelled: Place
    twice: Place
    mistaken: Place
    wrong: tuple[str, str]
    split_seed: int
    points: KeypointScheme | None = None

    def stem(self, series: int, field: int) -> str:
        """A picture's file name without its ending."""
        return f"{self.words[0]}-{series + 1}-{self.words[1]}-{field + 1:02d}"


_NEARER = 1.6  # outlines are looked at from nearer than boxes
_BARE = {(2, 6), (5, 3)}  # fields with nothing to be found on them
_INFECTED = {(0, 7), (1, 11), (2, 3), (3, 12), (4, 1), (5, 8)}  # with a parasite: too few of them
_SPRINGS = {(0, 5), (1, 2), (2, 9), (3, 13), (4, 7), (5, 16)}
_PIKES = {(0, 3), (1, 12), (2, 8), (3, 1), (4, 15), (5, 6)}
_GINKGOS = {(0, 10), (1, 7), (2, 14), (3, 4), (4, 2), (5, 12)}


def _cells(
    series: int, field: int, dice: np.random.Generator, nearer: float = 1.0
) -> tuple[Drawn, list[smear.Cell]]:
    """A field's picture and cells; a stronger lens shows fewer, `nearer` times as large."""
    slide, bare = smear.SLIDES[series], (series, field) in _BARE
    slide = replace(slide, zoom=slide.zoom * nearer)
    cells = smear.throw(slide, dice, bare=bare, crowd=1 / nearer**2)
    if (series, field) in _INFECTED:
        cells = smear.infect(cells, dice)
    labels = tuple(Label(kind, box) for kind, box in smear.boxes(cells))
    return (smear.draw(cells, slide, dice), labels), cells


def _boxed(series: int, field: int, dice: np.random.Generator) -> Drawn:
    return _cells(series, field, dice)[0]


def _outlined(series: int, field: int, dice: np.random.Generator) -> Drawn:
    (pixels, boxed), cells = _cells(series, field, dice, _NEARER)
    rings = (ring for _, ring in smear.outlines(cells))
    labels = (
        Label(label.class_name, label.box, "polygon", tuple(ring))
        for label, ring in zip(boxed, rings, strict=True)
    )
    return pixels, tuple(labels)


def _with_rare(
    draw: Callable[..., Drawn], places: Set[Place]
) -> Callable[[int, int, np.random.Generator], Drawn]:
    """A subject whose last class is seen at these places only."""
    return lambda series, field, dice: draw(series, dice, rare=(series, field) in places)


DEMOS: dict[str, Demo] = {
    demo.task: demo
    for demo in (
        Demo(
            "detect", "blood-cells-demo", "Blood cells (demo)", smear.CLASSES, ("slide", "field"),
            len(smear.SLIDES), _boxed, (3, 9), (1, 4), (4, 6), ("white cell", "platelet"), 10,
        ),
        Demo(
            "segment", "cell-outlines-demo", "Outlined blood cells (demo)", smear.CLASSES,
            ("slide", "field"), len(smear.SLIDES), _outlined, (2, 11), (4, 8), (0, 9),
            ("white cell", "platelet"), 7,
        ),
        Demo(
            "classify", "leaves-demo", "Autumn leaves (demo)", leaves.CLASSES, ("table", "leaf"),
            len(leaves.TABLES), _with_rare(leaves.draw, _GINKGOS), (1, 3), (3, 9), (4, 7),
            ("maple", "oak"), 7,
        ),
        Demo(
            "pose", "fish-demo", "Fish in a tank (demo)", tank.CLASSES, ("tank", "look"),
            len(tank.WATERS), _with_rare(tank.draw, _PIKES), (2, 4), (0, 9), (3, 4),
            ("perch", "pike"), 13, tank.SCHEME,
        ),
        Demo(
            "obb", "parts-demo", "Parts on a conveyor (demo)", conveyor.CLASSES, ("shift", "look"),
            len(conveyor.SHIFTS), _with_rare(conveyor.draw, _SPRINGS), (1, 8), (4, 3), (2, 7),
            ("link", "bolt"), 8,
        ),
    )
}  # fmt: skip
