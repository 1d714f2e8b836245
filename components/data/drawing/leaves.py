"""Autumn leaves on a table, one on each picture: what a model learns to sort by kind.

The colour tells much, but one leaf in five has another kind's: then only the outline and the veins
tell. A leaf is drawn in a frame of its own, its stalk below at y = 1, its tip at y = -1.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from components.data.drawing.canvas import (
    Colour,
    Floats,
    Place,
    Shade,
    clouds,
    disc,
    paint,
    stripe,
    through_the_camera,
)
from components.data.records import Label

SIDE_PX = 256
CLASSES = ("oak", "maple", "birch", "beech", "ginkgo")
_COLOURS: dict[str, Colour] = {  # in which each kind is seen most in autumn
    "oak": (0.44, 0.30, 0.17), "maple": (0.74, 0.18, 0.10), "birch": (0.84, 0.70, 0.14),
    "beech": (0.27, 0.43, 0.15), "ginkgo": (0.88, 0.78, 0.24),
}  # fmt: skip
_STRANGE = 0.2  # share of leaves with another kind's colour


@dataclass(frozen=True, slots=True)
class Table:
    """What all pictures of one table have in common: its colour, how rough, how lit, the noise."""

    ground: Colour
    rough: float
    grain_px: int
    shadow: float
    noise: float


TABLES = (
    Table((0.93, 0.92, 0.89), 0.010, 3, 0.30, 2.5),
    Table((0.62, 0.46, 0.32), 0.060, 9, 0.45, 3.0),
    Table((0.30, 0.32, 0.35), 0.030, 2, 0.55, 4.0),
    Table((0.80, 0.84, 0.88), 0.015, 5, 0.35, 3.0),
    Table((0.55, 0.56, 0.52), 0.090, 3, 0.40, 4.0),
    Table((0.85, 0.78, 0.64), 0.030, 12, 0.35, 3.0),
)


def draw(
    series: int, dice: np.random.Generator, *, rare: bool = False
) -> tuple[NDArray[np.uint8], tuple[Label, ...]]:
    """A picture, shape (256, 256, 3), and its one label.

    Args:
        series: Which of `TABLES`.
        dice: For all that is left to chance.
        rare: Whether it is a ginkgo leaf, of which there are few.
    """
    table = TABLES[series]
    kind = "ginkgo" if rare else str(dice.choice(CLASSES[:4]))
    size = float(dice.uniform(72, 100))
    x, y = dice.uniform(SIDE_PX / 2 - 16, SIDE_PX / 2 + 16, 2).tolist()
    place = Place(x, y, float(dice.uniform(0, 2 * np.pi)), size, bool(dice.random() < 0.5))
    picture = _table(table, dice)
    _lay(picture, kind, place, table, dice)
    seen = picture * float(dice.uniform(0.85, 1.1))
    label = Label(kind, (0.0, 0.0, float(SIDE_PX), float(SIDE_PX)), "whole")
    return through_the_camera(seen, float(dice.uniform(0.5, 1.1)), table.noise, dice), (label,)


def _lay(picture: Floats, kind: str, place: Place, table: Table, dice: np.random.Generator) -> None:
    """Shadow, stalk, blade, veins, and what beetles have left of it."""
    blade = _BLADES[kind](dice)
    down = Place(place.x + 4, place.y + 5, place.turn, place.size, place.mirrored)
    foot = float(blade[:, 1].max()) - 0.06
    stalk = [(0.0, foot - 0.1), (dice.uniform(-0.03, 0.03), (foot + 1) / 2),
             (dice.uniform(-0.1, 0.1), 1.0)]  # fmt: skip
    for ring in (blade, stripe(stalk, 0.035)):
        paint(picture, down.out(ring), (0.05, 0.05, 0.06), strength=table.shadow, soft_px=3)
    look = str(dice.choice(CLASSES)) if dice.random() < _STRANGE else kind
    colour = np.array(_COLOURS[look], np.float32)
    colour = (colour * dice.uniform(0.88, 1.12, 3)).astype(np.float32)
    pale = (colour * 0.55 + 0.36).tolist()
    vein: Colour = (pale[0], pale[1], pale[2])
    paint(picture, place.out(stripe(stalk, 0.035)), vein)
    paint(picture, place.out(blade), _blade_shade(place, colour, dice))
    for line, wide in _veins(kind):
        paint(picture, place.out(stripe(line, wide)), vein, strength=0.7)
    for _ in range(int(dice.choice([0, 0, 1, 3]))):
        x, y = dice.uniform(-0.35, 0.35, 2).tolist()
        hole = disc(x, y, float(dice.uniform(0.02, 0.05)))
        paint(picture, place.out(hole), table.ground)


def _blade_shade(place: Place, colour: Floats, dice: np.random.Generator) -> Shade:
    """One half lies more in the light than the other; blotches of the next colour; a brown edge."""
    fold = float(dice.uniform(-0.22, 0.22))
    blotch = np.array(_COLOURS["oak"], np.float32)  # all go brown in the end
    share = float(dice.uniform(0, 0.7))

    def shade(across: Floats, down: Floats) -> Floats:
        u, _ = place.own(across, down)
        spread = (clouds(u.shape, 14, dice) * 0.7).clip(0, 1)[..., None] * share
        level = 1 + fold * np.sign(u) + 0.05 * clouds(u.shape, 3, dice)
        shown: Floats = (colour + spread * (blotch - colour)) * level[..., None].astype(np.float32)
        return shown

    return shade


def _table(table: Table, dice: np.random.Generator) -> Floats:
    level = 1 + table.rough * clouds((SIDE_PX, SIDE_PX), table.grain_px, dice)
    down, across = np.mgrid[:SIDE_PX, :SIDE_PX].astype(np.float32) / SIDE_PX - 0.5
    tilt = dice.uniform(-0.15, 0.15, 2)
    level = level + tilt[0] * across + tilt[1] * down
    picture: Floats = level[..., None].astype(np.float32) * np.array(table.ground, np.float32)
    return picture


def _both(half: NDArray[np.float64], dice: np.random.Generator) -> NDArray[np.float64]:
    """The right half, tip first, and the left one, which is never quite the same."""
    left = half * (-dice.uniform(0.88, 1.12), 1.0)
    return np.concatenate([half, left[::-1]])


def _down(steps: int) -> NDArray[np.float64]:
    return np.linspace(0, 1, steps)


def _oak(dice: np.random.Generator) -> NDArray[np.float64]:
    """Widest above the middle, with round lobes and narrow bays."""
    t, many = _down(90), int(dice.integers(4, 6))
    wide = np.sin(np.pi * t**0.75) ** 0.8 * 0.46 * (1 - 0.15 * t)
    lobes = 0.5 + 0.5 * np.cos(2 * np.pi * (t * many + dice.uniform(-0.1, 0.1)))
    half = wide * (1 - dice.uniform(0.42, 0.58) * (1 - lobes**0.6) * (1 - 0.3 * t))
    return _both(np.stack([half, -1 + 1.55 * t], 1), dice)


def _maple(dice: np.random.Generator) -> NDArray[np.float64]:
    """Five pointed lobes like the fingers of a hand, each with teeth."""
    pull = dice.uniform(0.9, 1.1, 2)
    half = np.array([
        (0, -1), (0.07, -0.72), (0.19, -0.70), (0.15, -0.42), (0.21, -0.32), (0.40, -0.48),
        (0.44, -0.60), (0.52, -0.54), (0.66, -0.62), (0.64, -0.44), (0.84, -0.36), (0.68, -0.22),
        (0.70, -0.12), (0.44, 0.03), (0.48, 0.10), (0.66, 0.10), (0.58, 0.20), (0.64, 0.32),
        (0.40, 0.30), (0.22, 0.37), (0.03, 0.33),
    ])  # fmt: skip
    return _both(half * (pull[0] * 0.98, 1.0) + dice.normal(0, 0.012, half.shape) * (1, 1), dice)


def _birch(dice: np.random.Generator) -> NDArray[np.float64]:
    """A triangle with a long tip, widest far below, with sharp double teeth."""
    t = _down(110)
    wide = np.where(t < 0.68, 0.62 * (t / 0.68) ** 1.25, 0.62 * np.sqrt(np.maximum(
        1 - ((t - 0.68) / 0.32) ** 2, 0)))  # fmt: skip
    teeth = 0.085 * ((t * 11) % 1) + 0.04 * ((t * 33) % 1)
    half = np.maximum(wide * dice.uniform(0.9, 1.08) + (teeth - 0.05) * (wide > 0.06), 0)
    return _both(np.stack([half, -1 + 1.5 * t], 1), dice)


def _beech(dice: np.random.Generator) -> NDArray[np.float64]:
    """An oval with a short tip and a smooth edge that only waves."""
    t = _down(90)
    wide = 0.56 * np.sin(np.pi * t**0.92) ** 0.85 * dice.uniform(0.88, 1.08)
    waves = 0.015 * np.sin(2 * np.pi * t * 7 + dice.uniform(0, 6)) * (wide > 0.1)
    return _both(np.stack([np.maximum(wide + waves, 0), -1 + 1.55 * t], 1), dice)


def _ginkgo(dice: np.random.Generator) -> NDArray[np.float64]:
    """A fan with a cleft in the middle."""
    reach, cleft = float(dice.uniform(1.0, 1.25)), float(dice.uniform(0.25, 0.6))
    angle = np.linspace(0.04, reach, 40)
    far = 1.15 + 0.03 * np.sin(angle * 23 + dice.uniform(0, 6))
    far = far * (1 - cleft * np.exp(-((angle / 0.06) ** 2)))
    rim = np.stack([far * np.sin(angle), 0.45 - far * np.cos(angle)], 1)
    return _both(np.concatenate([rim, [(0.3, 0.16), (0.04, 0.5)]]), dice)


_BLADES: dict[str, Callable[[np.random.Generator], NDArray[np.float64]]] = {
    "oak": _oak, "maple": _maple, "birch": _birch, "beech": _beech, "ginkgo": _ginkgo,
}  # fmt: skip


def _veins(kind: str) -> list[tuple[NDArray[np.float64], float]]:
    """Lines in the leaf's own frame, each with its width."""
    if kind == "ginkgo":  # they fan out, none of them in the middle
        return [(np.array([(0.0, 0.45), (0.95 * np.sin(a), 0.45 - 0.95 * np.cos(a))]), 0.010)
                for a in np.linspace(-0.95, 0.95, 16)]  # fmt: skip
    if kind == "maple":
        tips = [(0, -0.9), (0.55, -0.5), (-0.55, -0.5), (0.5, 0.22), (-0.5, 0.22), (0.7, -0.33),
                (-0.7, -0.33)]  # fmt: skip
        return [(np.array([(0.0, 0.33), tip]), 0.02) for tip in tips[:5]]
    many, wide, rise = {"oak": (5, 0.26, 0.2), "birch": (7, 0.36, 0.26), "beech": (9, 0.38, 0.24)}[
        kind
    ]
    lines = [(np.array([(0.0, -0.93), (0.0, -0.2), (0.0, 0.5)]), 0.024)]
    for y in np.linspace(-0.55, 0.36, many):
        # As far as the blade reaches there: a birch leaf is a triangle, the others are ovals.
        oval = wide * (0.55 + 0.45 * np.sin(np.pi * (y + 0.75) / 1.3))
        near = 0.42 * (y - rise + 1) if kind == "birch" else oval
        lines += [(np.array([(0.0, y), (side * near, y - rise)]), 0.012) for side in (-1.0, 1.0)]
    return lines
