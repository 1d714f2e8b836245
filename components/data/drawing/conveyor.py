"""Metal parts on a conveyor belt, seen by a camera from above, each turned as it fell.

Every part is drawn in a frame of its own, its length along x, and labelled with the rectangle
around it: turned with the part, corners clockwise on the screen.
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
    through_the_camera,
)
from components.data.records import Label

SIDE_PX = 320
CLASSES = ("bolt", "bracket", "link", "spring")
RAIL_PX = 17  # the belt's edges, above and below
_HALF_WIDTHS = {"bolt": 0.34, "bracket": 0.66, "link": 0.27, "spring": 0.3}  # of half the length
_HALF_LENGTHS_PX = {
    "bolt": (30.0, 44.0), "bracket": (27.0, 37.0), "link": (34.0, 50.0), "spring": (28.0, 40.0),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Shift:
    """What all pictures of one shift have in common.

    Attributes:
        belt: Colour of the belt.
        lamp: Colour of the light.
        from_left: Where the lamp stands, radians; shadows fall away from it.
        weave_px: Distance of the belt's ribs; 0 for a smooth one.
        blur_px: Standard deviation of the blur.
        noise: Standard deviation of the camera's noise, of 255.
    """

    belt: Colour
    lamp: Colour
    from_left: float
    weave_px: float
    blur_px: float
    noise: float


SHIFTS = (
    Shift((0.17, 0.19, 0.20), (1.0, 1.0, 0.97), 0.6, 5.0, 0.7, 3.0),
    Shift((0.13, 0.30, 0.25), (1.0, 0.97, 0.90), 2.2, 0.0, 0.8, 3.0),
    Shift((0.24, 0.24, 0.26), (0.93, 0.97, 1.0), 3.9, 7.0, 1.0, 4.0),
    Shift((0.13, 0.22, 0.36), (1.0, 0.98, 0.94), 5.1, 4.0, 0.6, 3.0),
    Shift((0.45, 0.43, 0.38), (0.90, 0.90, 0.88), 1.3, 0.0, 0.9, 4.0),
    Shift((0.10, 0.11, 0.12), (1.0, 0.94, 0.84), 4.4, 6.0, 1.1, 5.0),
)


def draw(
    series: int, dice: np.random.Generator, *, rare: bool = False
) -> tuple[NDArray[np.uint8], tuple[Label, ...]]:
    """A picture, shape (320, 320, 3), and its labels.

    Args:
        series: Which of `SHIFTS`.
        dice: For all that is left to chance.
        rare: Whether a spring lies on the belt, which hardly ever happens.
    """
    shift = SHIFTS[series]
    picture = _belt(shift, dice)
    labels: list[Label] = []
    for kind, place in _throw(dice, rare):
        _lay(picture, kind, place, shift, dice)
        labels.append(_label(kind, place))
    seen = picture * np.array(shift.lamp, np.float32) * float(dice.uniform(0.88, 1.1))
    return through_the_camera(seen, shift.blur_px, shift.noise, dice), tuple(labels)


def _throw(dice: np.random.Generator, rare: bool) -> list[tuple[str, Place]]:
    """Parts that do not lie upon each other, or hardly."""
    kinds = dice.choice(["bolt", "bracket", "link"], int(dice.integers(2, 6)), p=[0.4, 0.3, 0.3])
    lying: list[tuple[str, Place]] = []
    for kind in [*(["spring"] if rare else []), *map(str, kinds)]:
        for _ in range(25):
            size = float(dice.uniform(*_HALF_LENGTHS_PX[kind]))
            far = size * float(np.hypot(1, _HALF_WIDTHS[kind])) + 1  # to a corner of its box
            x = float(dice.uniform(far, SIDE_PX - far))
            y = float(dice.uniform(RAIL_PX + far, SIDE_PX - RAIL_PX - far))
            gaps = (np.hypot(x - at.x, y - at.y) - 0.82 * (size + at.size) for _, at in lying)
            if all(gap > 0 for gap in gaps):
                lying.append((kind, Place(x, y, float(dice.uniform(0, 2 * np.pi)), size)))
                break
    return lying


def _label(kind: str, place: Place) -> Label:
    half = _HALF_WIDTHS[kind]
    corners = place.out([(-1, -half), (1, -half), (1, half), (-1, half)])
    (left, top), (right, bottom) = corners.min(0).tolist(), corners.max(0).tolist()
    points = tuple((round(x, 2), round(y, 2)) for x, y in corners.tolist())
    box = (round(left, 2), round(top, 2), round(right, 2), round(bottom, 2))
    return Label(kind, box, "rotated", points)


def _belt(shift: Shift, dice: np.random.Generator) -> Floats:
    """Rubber with ribs, scratches and oil, between two rails."""
    level = 1 + 0.05 * clouds((SIDE_PX, SIDE_PX), 60, dice) + 0.04 * clouds((SIDE_PX,) * 2, 3, dice)
    down, across = np.mgrid[:SIDE_PX, :SIDE_PX].astype(np.float32)
    if shift.weave_px:
        moved = dice.uniform(0, shift.weave_px)
        level = level + 0.07 * np.sin(2 * np.pi * (across + moved) / shift.weave_px)
    far = (across - SIDE_PX / 2) * np.cos(shift.from_left)
    level = level * (1 - (far + (down - SIDE_PX / 2) * np.sin(shift.from_left)) / SIDE_PX * 0.25)
    picture: Floats = level[..., None].astype(np.float32) * np.array(shift.belt, np.float32)
    for _ in range(int(dice.integers(0, 3))):  # oil
        x, y = dice.uniform(0, SIDE_PX, 2)
        stain = disc(x, y, dice.uniform(8, 26), dice.uniform(0.5, 1))
        paint(picture, stain, (0.05, 0.05, 0.05), strength=0.35, soft_px=4)
    for _ in range(int(dice.integers(1, 5))):  # scratches
        x, y = dice.uniform(0, SIDE_PX, 2)
        scratch = [(x, y), (x + dice.uniform(15, 60), y + dice.uniform(-6, 6)), (x + 9, y + 1.2)]
        paint(picture, scratch, (0.75, 0.75, 0.75), strength=0.25)
    _rails(picture, dice)
    return picture


def _rails(picture: Floats, dice: np.random.Generator) -> None:
    shine = 0.62 + 0.1 * np.sin(np.linspace(0, np.pi, RAIL_PX, dtype=np.float32))[:, None, None]
    brushed = shine + 0.02 * clouds((RAIL_PX, SIDE_PX), 2, dice)[..., None]
    picture[:RAIL_PX] = brushed
    picture[-RAIL_PX:] = brushed
    picture[RAIL_PX : RAIL_PX + 3] *= 0.45
    picture[-RAIL_PX - 3 : -RAIL_PX] *= 0.45


def _lay(picture: Floats, kind: str, place: Place, shift: Shift, dice: np.random.Generator) -> None:
    """Shadow, then the part."""
    away = Place(
        place.x + 4 * float(np.cos(shift.from_left)), place.y + 4 * float(np.sin(shift.from_left)),
        place.turn, place.size,
    )  # fmt: skip
    rings = _outlines(kind)
    for ring in rings:
        paint(picture, away.out(ring), (0.02, 0.02, 0.03), strength=0.55, soft_px=2.5)
    steel = _steel(place, kind, float(dice.uniform(0.55, 0.8)), dice)
    for ring in rings:
        paint(picture, place.out(ring), steel)
    dark = tuple(float(value) * 0.75 for value in shift.belt)
    for x, y, radius in _holes(kind):
        paint(picture, place.out(disc(x, y, radius + 0.035)), (0.85, 0.85, 0.86), strength=0.6)
        paint(picture, place.out(disc(x, y, radius)), (dark[0], dark[1], dark[2]))


def _outlines(kind: str) -> list[NDArray[np.float64]]:
    """The part's pieces in its own frame: x from -1 to 1, y as `_HALF_WIDTHS` says."""
    half = _HALF_WIDTHS[kind]
    if kind == "bolt":
        head = [(-1, -0.27), (-0.94, -half), (-0.62, -half), (-0.56, -0.27), (-0.56, 0.27),
                (-0.62, half), (-0.94, half), (-1, 0.27)]  # fmt: skip
        shank = [(-0.58, -0.16), (0.93, -0.16), (1, -0.09), (1, 0.09), (0.93, 0.16), (-0.58, 0.16)]
        return [np.array(shank), np.array(head)]
    if kind == "bracket":
        return [np.array([(-1, -half), (-0.42, -half), (-0.42, half - 0.5), (-0.3, half - 0.42),
                          (1, half - 0.42), (1, half), (-1, half)])]  # fmt: skip
    if kind == "link":
        ends = np.linspace(-np.pi / 2, np.pi / 2, 12)
        right = np.stack([1 - half + half * np.cos(ends), half * np.sin(ends)], 1)
        return [np.concatenate([right, -right])]
    return _coils(half)


def _coils(half: float) -> list[NDArray[np.float64]]:
    """A spring from the side: slanting turns of wire, and one straight at each end."""
    at = np.linspace(-0.9, 0.9, 9)
    turns = [
        np.array([(x - 0.13, -half), (x - 0.02, -half), (x + 0.13, half), (x + 0.02, half)])
        for x in at[1:-1]
    ]
    ends = [np.array([(x - 0.1, -half), (x + 0.1, -half), (x + 0.1, half), (x - 0.1, half)])
            for x in (at[0], at[-1])]  # fmt: skip
    return turns + ends


def _holes(kind: str) -> list[tuple[float, float, float]]:
    if kind == "bracket":
        return [(-0.71, -0.34, 0.13), (0.08, 0.45, 0.11), (0.68, 0.45, 0.11)]
    return [(-0.72, 0, 0.12), (0.72, 0, 0.12)] if kind == "link" else []


def _steel(place: Place, kind: str, bright: float, dice: np.random.Generator) -> Shade:
    """Metal that shines along the middle of what is round, and is brushed where it is flat."""
    tint = np.array([1.0, dice.uniform(0.96, 1.0), dice.uniform(0.86, 1.02)], np.float32)
    tilt = float(dice.uniform(-0.3, 0.3))

    def shade(across: Floats, down: Floats) -> Floats:
        u, v = place.own(across, down)
        level = bright + tilt * 0.3 * u + 0.03 * clouds(u.shape, 2, dice)
        if kind == "bolt":
            is_shank = u > -0.56
            round_off = np.where(is_shank, v / 0.16, np.round(v / 0.23) * 0.3)
            level = level + 0.25 - 0.55 * np.minimum(round_off**2, 1)
            thread = np.sin(2 * np.pi * (u + 0.25 * v) / 0.085)
            level = level + np.where(u > -0.1, 0.22 * thread, 0)
        elif kind == "spring":
            level = level + 0.2 - 0.6 * (v / 0.3) ** 2
        else:
            level = level + 0.05 * np.sin(40 * v)
        shown: Floats = level[..., None].astype(np.float32) * tint
        return shown

    return shade
