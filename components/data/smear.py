"""Blood smears drawn from a seed: what the demo's pictures show.

Light falls through the slide and every cell takes some of it away, in the colours of its stain
(Beer-Lambert: what is taken away adds up), so that cells which overlap look darker, as they do
under a microscope. Throwing the dice (`throw`) and drawing (`draw`) are two steps; the boxes come
from the same outlines as the pixels.

Source of the red cells' profile: Evans and Fung, "Improved measurements of the erythrocyte
geometry", Microvascular Research 4 (1972). Sizes and colours are ours, by eye.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from components.data.drawing.canvas import clouds, through_the_camera
from components.data.records import Corners
from components.data.rings import Ring, cut

SIDE_PX = 320
CLASSES = ("red cell", "white cell", "platelet", "parasite")
LEAST_SEEN = 0.35  # of a cell's box; a narrower sliver at the border is not laid there

Floats = NDArray[np.float32]

# What a stain takes away of red, green and blue light, as optical density at full strength.
_STAINS = {
    "red cell": (0.07, 0.46, 0.36),
    "white cell": (0.24, 0.26, 0.08),
    "nucleus": (0.92, 1.30, 0.42),
    "platelet": (0.50, 0.72, 0.26),
    "parasite": (0.95, 1.05, 0.30),
    "dirt": (0.85, 0.95, 0.70),
}
_RADII_PX = {"red cell": (18.5, 23.0), "white cell": (29.0, 37.0), "platelet": (4.5, 8.0)}
_ANGLES = np.linspace(0, 2 * np.pi, 90, endpoint=False)


@dataclass(frozen=True, slots=True)
class Slide:
    """What all pictures of one slide have in common.

    Attributes:
        light: Colour of the empty field, red, green and blue from 0 to 1.
        stain: Strength of the stain; 1 is usual.
        blue: How much more of the blue stain was used; 1 is usual.
        zoom: Size of the cells; 1 is usual.
        blur_px: Standard deviation of the blur.
        noise: Standard deviation of the camera's noise, of 255.
    """

    light: tuple[float, float, float]
    stain: float
    blue: float
    zoom: float
    blur_px: float
    noise: float


SLIDES = (
    Slide((0.965, 0.945, 0.925), 1.00, 1.00, 1.00, 0.7, 2.5),
    Slide((0.935, 0.925, 0.955), 1.15, 1.15, 0.93, 0.8, 3.5),
    Slide((0.975, 0.955, 0.885), 0.85, 0.90, 1.08, 0.9, 3.0),
    Slide((0.900, 0.890, 0.880), 1.25, 1.05, 1.00, 0.6, 5.0),
    Slide((0.950, 0.965, 0.940), 0.95, 1.25, 0.88, 1.2, 3.0),
    Slide((0.980, 0.930, 0.930), 1.05, 0.85, 1.12, 1.0, 4.0),
)


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell, or a speck of dirt. Lengths in pixels, angles in radians.

    Attributes:
        kind: One of `CLASSES`, or "dirt".
        x: Centre, from the left.
        y: Centre, from the top.
        radius: Mean radius.
        waves: Bumps of the outline: how many, how high (of the radius), turned how far.
        lobes: Parts of the nucleus: x and y from the centre and radius, all of `radius`.
        density: How much of the stain it took; 1 is usual.
        pallor: How pale a red cell's middle is, 0 to 1.
    """

    kind: str
    x: float
    y: float
    radius: float
    waves: tuple[tuple[int, float, float], ...]
    lobes: tuple[tuple[float, float, float], ...] = ()
    density: float = 1.0
    pallor: float = 1.0

    def reach(self, angle: NDArray[np.floating]) -> NDArray[np.floating]:
        """Distance from the centre to the outline at these angles."""
        bumps = sum(high * np.cos(many * angle + turned) for many, high, turned in self.waves)
        return self.radius * (1 + np.asarray(bumps))

    def box(self) -> Corners:
        """Left, top, right, bottom of what can be seen of it."""
        reach = self.reach(_ANGLES)
        across, down = self.x + reach * np.cos(_ANGLES), self.y + reach * np.sin(_ANGLES)
        corners = np.array([across.min(), down.min(), across.max(), down.max()])
        left, top, right, bottom = corners.clip(0, SIDE_PX).round(2).tolist()
        return left, top, right, bottom

    def outline(self) -> Ring:
        """Its edge as far as the picture goes, every 8 degrees, clockwise.

        It begins where it is nearest to the picture's middle, so never at the picture's edge.
        """
        inwards = np.arctan2(SIDE_PX / 2 - self.y, SIDE_PX / 2 - self.x)
        angles = _ANGLES[::2] + inwards
        reach = self.reach(angles)
        across, down = self.x + reach * np.cos(angles), self.y + reach * np.sin(angles)
        kept = cut(list(zip(across.tolist(), down.tolist(), strict=True)), SIDE_PX, SIDE_PX)
        return [(round(x, 2), round(y, 2)) for x, y in kept]

    def seen(self) -> float:
        """The share of its box that lies in the picture."""
        left, top, right, bottom = self.box()
        return (right - left) * (bottom - top) / (2 * self.radius) ** 2


def throw(
    slide: Slide, dice: np.random.Generator, *, bare: bool = False, crowd: float = 1.0
) -> list[Cell]:
    """The cells of one picture; with `bare`, nothing but dirt; `crowd` times the usual red ones."""
    counts = {
        "white cell": int(dice.choice([0, 1, 2], p=[0.3, 0.5, 0.2])),
        "red cell": round(int(dice.integers(8, 19)) * crowd),
        "platelet": int(dice.choice([0, 1, 2, 3, 6], p=[0.15, 0.25, 0.25, 0.2, 0.15])),
    }
    cells: list[Cell] = []
    for kind, count in ({} if bare else counts).items():
        for _ in range(count):
            cells += _one_that_fits(kind, slide, dice, cells)
    return cells + [_dirt(dice) for _ in range(int(dice.integers(0, 4)) + 2 * bare)]


def infect(cells: list[Cell], dice: np.random.Generator) -> list[Cell]:
    """The same cells with a parasite in one red cell, as malaria puts them there: a small ring."""
    inside = [
        each for each in cells
        if each.kind == "red cell" and each.radius < min(each.x, each.y)
        and max(each.x, each.y) < SIDE_PX - each.radius
    ]  # fmt: skip
    host = inside[int(dice.integers(0, len(inside)))]
    angle, far = dice.uniform(0, 2 * np.pi), 0.3 * host.radius
    radius = 0.4 * host.radius
    ring = Cell(
        "parasite", host.x + far * float(np.cos(angle)), host.y + far * float(np.sin(angle)),
        radius, ((2, 0.08, float(angle)),), lobes=((0.62, 0.1, 0.3),),
    )  # fmt: skip
    return [*cells, ring]


def outlines(cells: list[Cell]) -> list[tuple[str, Ring]]:
    """Class and outline of every cell; dirt has none. A cell that lies on another hides nothing."""
    return [(cell.kind, cell.outline()) for cell in cells if cell.kind in CLASSES]


def boxes(cells: list[Cell]) -> list[tuple[str, Corners]]:
    """Class and box of every cell; dirt has none."""
    return [(cell.kind, cell.box()) for cell in cells if cell.kind in CLASSES]


def draw(cells: list[Cell], slide: Slide, dice: np.random.Generator) -> NDArray[np.uint8]:
    """The picture, shape (320, 320, 3), RGB."""
    taken = np.zeros((SIDE_PX, SIDE_PX, 3), np.float32)
    for cell in cells:
        _stain(taken, cell, slide, dice)
    seen = _light(slide, dice) * np.exp(-taken)
    blur = slide.blur_px * float(dice.choice([1.0, 1.0, 1.0, 1.0, 1.9]))  # now and then off focus
    return through_the_camera(seen, blur, slide.noise, dice)


def _one_that_fits(
    kind: str, slide: Slide, dice: np.random.Generator, others: list[Cell]
) -> list[Cell]:
    """A cell that overlaps the others at most a little, or none when the picture is full."""
    # Red cells like to lie half upon each other; the rest keep their distance.
    near = 0.72 if kind == "red cell" else 1.0
    for _ in range(25):
        cell = _cell(kind, slide, dice)
        gaps = (
            np.hypot(cell.x - other.x, cell.y - other.y)
            - (near if other.kind == kind else 0.97) * (cell.radius + other.radius)
            for other in others
        )
        if cell.seen() > LEAST_SEEN and all(gap > 0 for gap in gaps):
            return [cell]
    return []


def _cell(kind: str, slide: Slide, dice: np.random.Generator) -> Cell:
    radius = dice.uniform(*_RADII_PX[kind]) * slide.zoom
    rough = {"red cell": 0.012, "white cell": 0.03, "platelet": 0.12}[kind]
    oval = dice.uniform(0, 0.10) if kind != "platelet" else dice.uniform(0, 0.2)
    highs = (oval, *dice.uniform(0, rough, 3))
    x, y = dice.uniform(-radius * 0.4, SIDE_PX + radius * 0.4, 2).tolist()
    return Cell(
        kind,
        x,
        y,
        float(radius),
        waves=tuple(
            (many, float(high), float(dice.uniform(0, 2 * np.pi)))
            for many, high in zip((2, 3, 4, 5), highs, strict=True)
        ),
        lobes=_nucleus(dice) if kind == "white cell" else (),
        density=float(dice.uniform(0.85, 1.15)),
        pallor=float(dice.uniform(0.45, 1.0)),
    )


def _nucleus(dice: np.random.Generator) -> tuple[tuple[float, float, float], ...]:
    """Lobes on a bow, a kidney, or one round nucleus that fills nearly all of the cell."""
    kind = dice.choice(["lobes", "kidney", "round"], p=[0.5, 0.2, 0.3])
    if kind == "round":
        return ((*dice.uniform(-0.08, 0.08, 2).tolist(), float(dice.uniform(0.68, 0.8))),)
    count, size = (int(dice.integers(3, 5)), 0.31) if kind == "lobes" else (6, 0.34)
    bow = dice.uniform(3.6, 4.6) if kind == "lobes" else dice.uniform(2.2, 2.8)
    angles = dice.uniform(0, 2 * np.pi) + np.linspace(0, bow, count)
    far = 0.42 + dice.uniform(-0.06, 0.06, count)
    sizes = size * dice.uniform(0.88, 1.12, count)
    around = zip(far * np.cos(angles), far * np.sin(angles), sizes, strict=True)
    return tuple((float(x), float(y), float(radius)) for x, y, radius in around)


def _dirt(dice: np.random.Generator) -> Cell:
    """A speck that is darker, smaller and more ragged than a platelet."""
    waves = tuple((n, float(dice.uniform(0, 0.2)), float(dice.uniform(0, 6.3))) for n in (2, 3, 5))
    x, y = dice.uniform(5, SIDE_PX - 5, 2).tolist()
    return Cell("dirt", x, y, float(dice.uniform(1.2, 3.2)), waves)


def _stain(taken: Floats, cell: Cell, slide: Slide, dice: np.random.Generator) -> None:
    """Add to `taken`, shape (320, 320, 3), the light that this cell takes away."""
    far = int(cell.radius * 1.5) + 3
    left, top = max(int(cell.x) - far, 0), max(int(cell.y) - far, 0)
    patch = taken[top : int(cell.y) + far, left : int(cell.x) + far]
    down, across = np.mgrid[: patch.shape[0], : patch.shape[1]].astype(np.float32)
    across, down = across + left + 0.5 - cell.x, down + top + 0.5 - cell.y
    reach = cell.reach(np.arctan2(down, across)).astype(np.float32)
    out = np.hypot(across, down) / reach  # 0 in the centre, 1 on the outline
    inside = ((1 - out) * reach / 1.4 + 0.5).clip(0, 1)
    grain = clouds(patch.shape[:2], 4, dice)
    red = cell.kind == "red cell"
    strength = cell.density * slide.stain * (1.0 if red else slide.blue)
    thick = _red_profile(out, cell.pallor) if red else _soft_profile(cell.kind, out, grain)
    patch += (strength * inside * thick)[..., None] * np.array(_STAINS[cell.kind], np.float32)
    if cell.lobes:
        mask = _nucleus_mask(across / cell.radius, down / cell.radius, cell.lobes)
        chromatin = strength * inside * mask * (1 + 0.22 * grain)
        patch += chromatin[..., None] * np.array(_STAINS["nucleus"], np.float32)


def _red_profile(out: Floats, pallor: float) -> Floats:
    """Thickness of a biconcave disc; with less pallor, of a dome; a rim that bends light away."""
    square = (out * out).clip(0, 1)
    dome = np.sqrt(1 - square)
    biconcave = dome * (0.207 + 2.003 * square - 1.123 * square * square) / 0.66
    rim = np.exp(-(((1 - out) / 0.07) ** 2))
    thick: Floats = 0.16 + 0.84 * (pallor * biconcave + (1 - pallor) * dome) + 0.22 * rim
    return thick


def _soft_profile(kind: str, out: Floats, grain: Floats) -> Floats:
    if kind == "parasite":
        ring: Floats = 0.9 * np.exp(-(((out - 0.72) / 0.17) ** 2))
        return ring
    if kind == "platelet":
        grains: Floats = (1.15 - 0.6 * out * out) * (1 + 0.4 * grain)
        return grains
    plain: Floats = 0.9 + 0.25 * grain + 0.35 * np.exp(-(((1 - out) / 0.05) ** 2))
    return plain


def _nucleus_mask(
    across: Floats, down: Floats, lobes: tuple[tuple[float, float, float], ...]
) -> Floats:
    """1 inside the lobes, which melt into each other where they touch."""
    field = np.zeros_like(across)
    for x, y, radius in lobes:
        field += np.exp(-1.6 * ((across - x) ** 2 + (down - y) ** 2) / radius**2)
    mask: Floats = ((field - np.exp(-1.6)) * 7 + 0.5).clip(0, 1)
    return mask


def _light(slide: Slide, dice: np.random.Generator) -> Floats:
    """The empty field: brighter on one side, darker in the corners, with faint clouds."""
    y, x = (np.mgrid[:SIDE_PX, :SIDE_PX].astype(np.float32) / SIDE_PX) - 0.5
    tilt = dice.uniform(-0.09, 0.09, 2)
    level = 1 + tilt[0] * x + tilt[1] * y - dice.uniform(0.10, 0.28) * (x * x + y * y)
    level = level + 0.012 * clouds((SIDE_PX, SIDE_PX), 40, dice)
    field: Floats = level[..., None].astype(np.float32) * np.array(slide.light, np.float32)
    return field
