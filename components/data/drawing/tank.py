"""Fish in a tank, seen from the side: five named points on each, as they are measured on fish.

A fish is drawn in a frame of its own, its snout at x = 1, its tail at x = -1, its back above. What
hides a point, another fish or a plant in front, is known from what was painted last at its place.
"""

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
    smooth,
    stripe,
    through_the_camera,
)
from components.data.keypoints import KeypointScheme
from components.data.records import Label

SIDE_PX = 320
CLASSES = ("trout", "perch", "pike")
# A fish that looks to the left is one that looks to the right, mirrored: no points swap.
SCHEME = KeypointScheme(
    ("snout", "eye", "back fin", "belly fin", "tail"), (0, 1, 2, 3, 4),
    ((0, 1), (1, 2), (2, 4), (1, 3), (3, 4)),
)  # fmt: skip
_PLANT = -1  # in the map of what lies uppermost


@dataclass(frozen=True, slots=True)
class Kind:
    """How a kind of fish is built. Lengths in halves of the fish's length.

    Attributes:
        deep: Half the height of its body.
        fin: x where the back fin begins and ends, and how high it stands.
        belly: x of the belly fin.
        back: Colour of its back.
        flank: Colour of its side.
        half_lengths_px: From and to.
    """

    deep: float
    fin: tuple[float, float, float]
    belly: float
    back: Colour
    flank: Colour
    half_lengths_px: tuple[float, float]


_TROUT, _PERCH, _PIKE = (0.22, -0.12, 0.19), (0.38, -0.30, 0.24), (-0.38, -0.66, 0.17)
KINDS = {
    "trout": Kind(0.25, _TROUT, -0.05, (0.30, 0.33, 0.20), (0.72, 0.62, 0.42), (44, 66)),
    "perch": Kind(0.36, _PERCH, 0.16, (0.24, 0.32, 0.14), (0.70, 0.68, 0.32), (34, 50)),
    "pike": Kind(0.17, _PIKE, -0.12, (0.20, 0.27, 0.15), (0.52, 0.58, 0.34), (66, 84)),
}


@dataclass(frozen=True, slots=True)
class Water:
    """What all pictures of one tank have in common: colours above and below, haze, ground."""

    above: Colour
    below: Colour
    haze: float
    ground: Colour
    plants: int
    noise: float


WATERS = (
    Water((0.50, 0.76, 0.80), (0.10, 0.30, 0.38), 0.12, (0.52, 0.46, 0.36), 3, 3.0),
    Water((0.58, 0.74, 0.62), (0.16, 0.30, 0.24), 0.20, (0.40, 0.38, 0.30), 5, 3.5),
    Water((0.44, 0.66, 0.84), (0.08, 0.22, 0.42), 0.08, (0.60, 0.56, 0.50), 2, 3.0),
    Water((0.70, 0.74, 0.58), (0.28, 0.32, 0.20), 0.26, (0.44, 0.36, 0.26), 4, 5.0),
    Water((0.62, 0.80, 0.84), (0.22, 0.40, 0.46), 0.16, (0.70, 0.66, 0.58), 1, 3.0),
    Water((0.36, 0.52, 0.56), (0.06, 0.16, 0.20), 0.14, (0.34, 0.32, 0.28), 4, 6.0),
)


def draw(
    series: int, dice: np.random.Generator, *, rare: bool = False
) -> tuple[NDArray[np.uint8], tuple[Label, ...]]:
    """A picture, shape (320, 320, 3), and its labels.

    Args:
        series: Which of `WATERS`.
        dice: For all that is left to chance.
        rare: Whether a pike is in the tank, which there hardly ever is.
    """
    water = WATERS[series]
    picture = _water(water, dice)
    top = np.zeros((SIDE_PX, SIDE_PX), np.int16)
    _plants(picture, top, water.plants, dice)
    top[:] = 0  # these stand behind all fish
    fish = _throw(dice, rare)
    for number, (kind, place) in enumerate(fish, 1):
        _swim(picture, top, number, KINDS[kind], kind, place, water, dice)
    _plants(picture, top, int(dice.integers(0, 2)), dice)
    labels = tuple(_label(kind, place, top, n) for n, (kind, place) in enumerate(fish, 1))
    return through_the_camera(picture, float(dice.uniform(0.6, 1.2)), water.noise, dice), labels


def _throw(dice: np.random.Generator, rare: bool) -> list[tuple[str, Place]]:
    """Fish in different heights, the farthest first; some hide a little of each other."""
    kinds = dice.choice(["trout", "perch"], int(dice.integers(1, 5)), p=[0.5, 0.5])
    fish: list[tuple[str, Place]] = []
    for kind in [*(["pike"] if rare else []), *map(str, kinds)]:
        for _ in range(25):
            size = float(dice.uniform(*KINDS[kind].half_lengths_px))
            tall = size * (KINDS[kind].deep + 0.3)
            x = float(dice.uniform(size + 4, SIDE_PX - size - 4))
            y = float(dice.uniform(tall + 4, SIDE_PX - tall - 12))
            gaps = (
                max(abs(x - at.x) / (size + at.size) / 0.8, abs(y - at.y) / (tall + at.size * 0.55))
                for _, at in fish
            )
            if all(gap > 0.8 for gap in gaps):
                turn = float(dice.normal(0, 0.16))
                fish.append((kind, Place(x, y, turn, size, bool(dice.random() < 0.5))))
                break
    return fish


def _outline(kind: Kind) -> NDArray[np.float64]:
    """The body from the snout over the back to the tail and along the belly back."""
    d = kind.deep
    back = [(1, 0.02), (0.8, -0.5 * d), (0.5, -0.86 * d), (0.15, -d), (-0.25, -0.78 * d),
            (-0.6, -0.34 * d), (-0.74, -0.07)]  # fmt: skip
    belly = [(-0.74, 0.07), (-0.6, 0.3 * d), (-0.25, 0.7 * d), (0.15, d), (0.5, 0.92 * d),
             (0.82, 0.5 * d)]  # fmt: skip
    return smooth(back + belly, 4)


def _fins(kind: Kind) -> list[NDArray[np.float64]]:
    first, last, high = kind.fin
    d = kind.deep
    tail = [(-0.68, -0.06), (-0.85, -0.15), (-1, -0.3), (-0.93, 0), (-1, 0.3), (-0.85, 0.15),
            (-0.68, 0.06)]  # fmt: skip
    back = [(first, -0.75 * d), (first - 0.1, -0.8 * d - high), (last, -0.8 * d - 0.45 * high),
            (last - 0.04, -0.5 * d)]  # fmt: skip
    at = kind.belly
    belly = [(at + 0.08, 0.8 * d), (at - 0.1, d + 0.15), (at - 0.16, d + 0.1), (at - 0.12, 0.6 * d)]
    rear = [(-0.38, 0.4 * d), (-0.52, 0.5 * d + 0.13), (-0.6, 0.5 * d + 0.1), (-0.56, 0.2 * d)]
    return [np.array(fin) for fin in (tail, back, belly, rear)]


def _points(kind: Kind) -> NDArray[np.float64]:
    """The five points of `SCHEME` in the fish's own frame."""
    first, _, high = kind.fin
    d = kind.deep
    return np.array([(1, 0.02), (0.76, -0.2 * d), (first - 0.1, -0.8 * d - high),
                     (kind.belly - 0.1, d + 0.15), (-0.93, 0)])  # fmt: skip


def _label(name: str, place: Place, top: NDArray[np.int16], number: int) -> Label:
    kind = KINDS[name]
    edge = place.out(np.concatenate([_outline(kind), *_fins(kind)])).clip(0, SIDE_PX)
    (left, upper), (right, lower) = edge.min(0).tolist(), edge.max(0).tolist()
    points = []
    for x, y in place.out(_points(kind)).tolist():
        # A point lies on the very edge: what covers it covers the pixels around it too.
        around = top[max(int(y) - 1, 0) : int(y) + 2, max(int(x) - 1, 0) : int(x) + 2]
        is_hidden = not (around == number).any() and (around != 0).any()
        points.append((round(x, 2), round(y, 2), 1 if is_hidden else 2))
    box = (round(left, 2), round(upper, 2), round(right, 2), round(lower, 2))
    return Label(name, box, "keypoints", tuple(points))


def _swim(
    picture: Floats, top: NDArray[np.int16], number: int, kind: Kind, name: str, place: Place,
    water: Water, dice: np.random.Generator,
) -> None:  # fmt: skip
    """Fins, body, gill and eye; the farther a fish is, the more of the water's colour it has."""
    hazy = water.haze * float(dice.uniform(0.4, 1.6))
    veil = np.array(water.above, np.float32) * 0.4 + np.array(water.below, np.float32) * 0.6
    mist = (veil * np.float32(hazy)).astype(np.float32)
    light = float(dice.uniform(0.85, 1.12))

    def far(colour: Colour) -> Colour:
        seen = (np.array(colour, np.float32) * light * (1 - hazy) + veil * hazy).tolist()
        return seen[0], seen[1], seen[2]

    fin = far((0.75, 0.36, 0.22) if name == "perch" else kind.back)
    for ring in _fins(kind):
        paint(picture, place.out(ring), fin, strength=0.9, top=top, number=number)
    skin = _skin(kind, name, place, dice)
    paint(
        picture, place.out(_outline(kind)),
        lambda across, down: skin(across, down) * np.float32(light * (1 - hazy)) + mist,
        top=top, number=number,
    )  # fmt: skip
    gill = np.linspace(-1.1, 1.1, 8)
    line = np.stack([0.56 - 0.09 * np.cos(gill) + 0.03, kind.deep * 0.62 * np.sin(gill)], 1)
    paint(picture, place.out(stripe(line, 0.02)), far((0.15, 0.15, 0.1)), strength=0.6)
    x, y = _points(kind)[1].tolist()
    paint(picture, place.out(disc(x, y, 0.055)), far((0.9, 0.85, 0.6)))
    paint(picture, place.out(disc(x, y, 0.033)), far((0.03, 0.03, 0.03)))


def _skin(kind: Kind, name: str, place: Place, dice: np.random.Generator) -> Shade:
    """Dark back, pale belly, and the drawing of its kind: bars, spots or flecks."""
    moved = float(dice.uniform(0, 1))
    back, flank = (np.array(each, np.float32) for each in (kind.back, kind.flank))
    pale = np.array((0.93, 0.92, 0.84), np.float32)

    def shade(across: Floats, down: Floats) -> Floats:
        u, v = place.own(across, down)
        height = (v / kind.deep)[..., None]
        upper, lower = (-height * 1.5).clip(0, 1), ((height - 0.25) * 1.4).clip(0, 1)
        colour = flank * (1 - upper - lower).clip(0, 1) + back * upper + pale * lower
        if name == "perch":
            bars = ((np.sin(2 * np.pi * (u + moved * 0.1) / 0.27) - 0.35) * 4).clip(0, 1)
            drawn = bars * ((0.55 - v / kind.deep) * 2).clip(0, 1) * 0.7
        else:
            grain = 4 if name == "trout" else 7
            spots = (clouds(u.shape, grain, dice) - 1.0) * 3
            drawn = spots.clip(0, 1) * ((0.5 - v / kind.deep) * 2).clip(0, 1) * 0.75
        ink = np.array((0.80, 0.82, 0.55) if name == "pike" else (0.10, 0.11, 0.06), np.float32)
        shown: Floats = (colour + drawn[..., None] * (ink - colour)).astype(np.float32)
        return shown

    return shade


def _water(water: Water, dice: np.random.Generator) -> Floats:
    """Bright above, dark below, rays of light, and gravel on the ground."""
    down, across = np.mgrid[:SIDE_PX, :SIDE_PX].astype(np.float32) / SIDE_PX
    above, below = (np.array(each, np.float32) for each in (water.above, water.below))
    depth = down[..., None] ** 0.8
    picture: Floats = above * (1 - depth) + below * depth
    slant = float(dice.uniform(-0.5, 0.5))
    rays = np.sin(9 * (across + slant * down) + dice.uniform(0, 6)) * (1 - down)
    picture += (0.03 * rays + 0.02 * clouds((SIDE_PX, SIDE_PX), 30, dice))[..., None]
    level = SIDE_PX - 26 + 5 * np.sin(np.linspace(0, 5, SIDE_PX) + dice.uniform(0, 6))
    gravel = (down * SIDE_PX > level)[..., None]
    grains = 1 + 0.16 * clouds((SIDE_PX, SIDE_PX), 3, dice)[..., None]
    ground = np.array(water.ground, np.float32) * grains * 0.8
    return np.where(gravel, ground, picture).astype(np.float32)


def _plants(picture: Floats, top: NDArray[np.int16], many: int, dice: np.random.Generator) -> None:
    """Ribbons of grass that sway."""
    for _ in range(many):
        x, tall = float(dice.uniform(0, SIDE_PX)), float(dice.uniform(60, 190))
        for _ in range(int(dice.integers(2, 5))):
            along = np.linspace(0, 1, 14)
            sway = dice.uniform(6, 16) * np.sin(along * dice.uniform(2, 5) + dice.uniform(0, 6))
            root = x + dice.uniform(-12, 12)
            line = np.stack([root + sway * along, SIDE_PX - along * tall * dice.uniform(0.6, 1)], 1)
            green = float(dice.uniform(0.26, 0.46))
            ribbon = stripe(line, dice.uniform(3.5, 6) * (1.05 - along))
            paint(picture, ribbon, (green * 0.6, green, green * 0.35), top=top, number=_PLANT)
