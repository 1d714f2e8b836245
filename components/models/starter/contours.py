"""Outlines by formula: fifteen families, each with dice of its own, about one unit in radius.

A *species* is a family with its numbers fixed (how many spikes, how deep); an outline is one
individual of it, with a little of its own. y grows downwards, as in pictures.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

Points = np.ndarray  # (K, 2) float64
POINTS = 96  # corners of a round outline
Dice = np.random.Generator


@dataclass(frozen=True, slots=True)
class Outline:
    """One individual.

    Attributes:
        parts: Closed outlines that are filled together, (K, 2) each.
        hole: An outline that is cut out of them; None where there is none.
    """

    parts: tuple[Points, ...]
    hole: Points | None = None


@dataclass(frozen=True, slots=True)
class Species:
    """A family with its numbers fixed."""

    family: str
    numbers: tuple[float, ...]


def throw(family: str, dice: Dice) -> Species:
    """A species of the family: four numbers between 0 and 1, read by the family as it likes."""
    return Species(family, tuple(float(value) for value in dice.random(4)))


def individual(species: Species, dice: Dice) -> Outline:
    """One outline of the species, turned and stretched at random, within one unit of the middle."""
    shape = FAMILIES[species.family](species.numbers, dice)
    angle = dice.uniform(0, 2 * np.pi)
    stretch = dice.uniform(0.85, 1.18)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    moved = [(part * [stretch, 1 / stretch]) @ turn.T for part in shape.parts]
    reach = max(float(np.abs(part).max()) for part in moved)
    hole = None if shape.hole is None else (shape.hole * [stretch, 1 / stretch]) @ turn.T / reach
    return Outline(tuple(part / reach for part in moved), hole)


def _round(radius: np.ndarray | float, points: int = POINTS) -> Points:
    """A closed outline from a radius per angle."""
    angles = np.linspace(0, 2 * np.pi, points, endpoint=False)
    far = np.broadcast_to(np.asarray(radius), (points,)).reshape(-1, 1)
    return np.asarray(np.stack([np.cos(angles), np.sin(angles)], axis=1) * far)


def _angles(points: int = POINTS) -> np.ndarray:
    return np.linspace(0, 2 * np.pi, points, endpoint=False)


def _waves(dice: Dice, slowest: int, fastest: int, fall: float) -> np.ndarray:
    """A sum of sine waves round the outline, with amplitudes that fall by frequency."""
    total = np.zeros(POINTS)
    for k in range(slowest, fastest + 1):
        total += dice.normal() * k**-fall * np.cos(k * _angles() + dice.uniform(0, 2 * np.pi))
    return total


def _ellipse(numbers: tuple[float, ...], _dice: Dice) -> Outline:
    return Outline((_round(1.0) * [1, 0.65 + 0.35 * numbers[0]],))


def _rod(numbers: tuple[float, ...], _dice: Dice) -> Outline:
    half = _round(1.0)
    long = 1.5 + 4 * numbers[0]
    half[:, 0] += np.where(half[:, 0] > 0, long, -long)
    half[:, 1] += (numbers[1] - 0.5) * 0.12 * half[:, 0] ** 2  # bent, as a banana is
    return Outline((half,))


def _corners(count: int, numbers: tuple[float, ...], dice: Dice, jitter: float) -> Outline:
    angles = _angles(count) + dice.normal(0, jitter, count)
    radius = 1 + dice.normal(0, jitter * 0.7, count)
    corners = np.stack([np.cos(angles), np.sin(angles)], axis=1) * radius[:, None]
    return Outline((corners * [1, 0.55 + 0.45 * numbers[1]],))


def _triangle(numbers: tuple[float, ...], dice: Dice) -> Outline:
    return _corners(3, numbers, dice, 0.12)


def _quadrilateral(numbers: tuple[float, ...], dice: Dice) -> Outline:
    lean = (numbers[2] - 0.5) * 0.8
    box = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1]], dtype=float)
    box[:, 1] *= 0.3 + 0.7 * numbers[0]
    box[:, 0] += lean * box[:, 1]
    return Outline((box + dice.normal(0, 0.04, (4, 2)),))


def _polygon(numbers: tuple[float, ...], dice: Dice) -> Outline:
    return _corners(5 + int(numbers[0] * 4), (0, 0.7 + 0.3 * numbers[1]), dice, 0.06)


def _star(numbers: tuple[float, ...], dice: Dice) -> Outline:
    spikes = 4 + int(numbers[0] * 6)
    radius = np.where(np.arange(2 * spikes) % 2 == 0, 1.0, 0.3 + 0.35 * numbers[1])
    return Outline((_round(radius * (1 + dice.normal(0, 0.05, 2 * spikes)), 2 * spikes),))


def _gear(numbers: tuple[float, ...], _dice: Dice) -> Outline:
    teeth = 6 + int(numbers[0] * 9)
    wave = np.sin(teeth * _angles(192)) > 0
    ring = _round(np.where(wave, 1.0, 0.72 + 0.14 * numbers[1]), 192)
    hole = _round(0.2 + 0.3 * numbers[3]) if numbers[2] > 0.4 else None
    return Outline((ring,), hole)


def _flower(numbers: tuple[float, ...], dice: Dice) -> Outline:
    petals = 3 + int(numbers[0] * 6)
    depth = 0.15 + 0.35 * numbers[1]
    return Outline((_round(1 + depth * np.cos(petals * _angles()) + 0.03 * dice.normal()),))


def _smooth_blob(numbers: tuple[float, ...], dice: Dice) -> Outline:
    waves = _waves(dice, 2, 4, 1.2)
    return Outline((_round(np.maximum(1 + (0.15 + 0.2 * numbers[0]) * waves, 0.25)),))


def _rough_blob(numbers: tuple[float, ...], dice: Dice) -> Outline:
    waves = _waves(dice, 3, 22, 0.5 + 0.5 * numbers[1])
    return Outline((_round(np.maximum(1 + (0.1 + 0.12 * numbers[0]) * waves, 0.25)),))


def _crescent(numbers: tuple[float, ...], _dice: Dice) -> Outline:
    half = 0.9 + 1.3 * numbers[0]
    along = np.linspace(-half, half, POINTS // 2)
    outer = np.stack([np.cos(along), np.sin(along)], axis=1)
    thick = (0.25 + 0.4 * numbers[1]) * np.cos(along / half * np.pi / 2) ** 0.7
    inner = outer * (1 - thick[:, None])
    both = np.concatenate([outer, inner[::-1]])
    return Outline((both - both.mean(axis=0),))


def _ring(numbers: tuple[float, ...], dice: Dice) -> Outline:
    outer = _round(1 + 0.05 * _waves(dice, 2, 5, 1.0)) * [1, 0.75 + 0.25 * numbers[1]]
    return Outline((outer,), outer * (0.45 + 0.35 * numbers[0]))


def _bars(numbers: tuple[float, ...], _dice: Dice) -> Outline:
    """Crosses, Ts, Ls, arrows: a few straight bars put together."""
    thick = 0.14 + 0.2 * numbers[1]

    def bar(x: float, y: float, half_w: float, half_h: float) -> Points:
        return np.array([[x - half_w, y - half_h], [x + half_w, y - half_h],
                         [x + half_w, y + half_h], [x - half_w, y + half_h]])  # fmt: skip

    kinds = (
        (bar(0, 0, 1, thick), bar(0, 0, thick, 1)),
        (bar(0, -1 + thick, 0.9, thick), bar(0, 0, thick, 1)),
        (bar(0, 1 - thick, 0.8, thick), bar(-0.8 + thick, 0, thick, 1)),
        (bar(-0.2, 0, 0.8, thick), np.array([[0.3, -0.7], [1.0, 0.0], [0.3, 0.7]])),
        (bar(-0.7, 0, thick, 1), bar(0.7, 0, thick, 1), bar(0, 0, 0.7, thick)),
    )
    return Outline(kinds[int(numbers[0] * len(kinds))])


def _squiggle(numbers: tuple[float, ...], dice: Dice) -> Outline:
    """A thick pen stroke along a wave."""
    along = np.linspace(-1, 1, 40)
    turns = 0.6 + 2.2 * numbers[0]
    height = 0.25 + 0.6 * numbers[1]
    path = np.stack([along, height * np.sin(turns * np.pi * along + dice.uniform(0, 6.3))], axis=1)
    path += 0.25 * np.outer(along**2, dice.normal(0, 0.4, 2))
    slope = np.gradient(path, axis=0)
    across = np.stack([-slope[:, 1], slope[:, 0]], axis=1)
    across /= np.maximum(np.linalg.norm(across, axis=1, keepdims=True), 1e-6)
    width = (0.09 + 0.14 * numbers[2]) * (1 - 0.5 * numbers[3] * (along[:, None] + 1) / 2)
    return Outline((np.concatenate([path + across * width, (path - across * width)[::-1]]),))


def _limbed(numbers: tuple[float, ...], dice: Dice) -> Outline:
    """A body with a head and limbs, as insects and fish have them."""
    body = _round(1.0) * [0.62, 0.24 + 0.22 * numbers[0]]
    head = _round(0.2 + 0.1 * numbers[3], 32) + np.array([0.68, dice.normal(0, 0.05)])
    parts = [body, head]
    for _ in range(2 + int(numbers[1] * 5)):
        foot = dice.uniform(-0.5, 0.45)
        for side in (-1, 1):
            tip = np.array([foot + dice.normal(0, 0.2), side * dice.uniform(0.7, 1.0)])
            wide = 0.04 + 0.07 * numbers[2]
            end = np.array([wide / 3, 0])
            parts.append(np.array([[foot - wide, 0], tip - end, tip + end, [foot + wide, 0]]))
    return Outline(tuple(parts))


FAMILIES: dict[str, Callable[[tuple[float, ...], Dice], Outline]] = {
    "ellipse": _ellipse,
    "rod": _rod,
    "triangle": _triangle,
    "quadrilateral": _quadrilateral,
    "polygon": _polygon,
    "star": _star,
    "gear": _gear,
    "flower": _flower,
    "smooth blob": _smooth_blob,
    "rough blob": _rough_blob,
    "crescent": _crescent,
    "ring": _ring,
    "bars": _bars,
    "squiggle": _squiggle,
    "limbed": _limbed,
}
