"""A drawn scene: species of shapes scattered over a ground, lit, blurred and made noisy.

A class is a family of outlines in one of four fillings, so that a network has to see both. All
dice come from (seed, number): the same scene each time it is asked for.
"""

from dataclasses import dataclass

import numpy as np

from components.models.starter import contours, textures

SIDE_PX = 256
FILLINGS = ("plain", "oriented", "even", "nested")
CLASSES = tuple(f"{family}, {filling}" for family in contours.FAMILIES for filling in FILLINGS)
MOST_OBJECTS = 44
LEAST_SIDE_PX = 5
LEAST_VISIBLE = 0.35  # a shape that is hidden more than this is not asked for
Dice = np.random.Generator
Picture = np.ndarray  # (H, W, 3) uint8 RGB
_CORNER_BITS = 4  # cv2 takes corners in sixteenths of a pixel
# how often, how many shapes, and their radius in pixels
_CROWDS = (
    (0.14, (18, 44), (4.5, 10)),
    (0.22, (9, 26), (8, 19)),
    (0.28, (3, 12), (14, 40)),
    (0.14, (1, 4), (36, 105)),
    (0.22, (3, 16), (6, 75)),
)


@dataclass(frozen=True, slots=True)
class Scene:
    """A picture and what is on it.

    Attributes:
        picture: (256, 256, 3) uint8 RGB.
        boxes: (N, 4) float32 left, top, right, bottom in pixels, of what can be seen.
        classes: (N,) int64, index into `CLASSES`.
    """

    picture: Picture
    boxes: np.ndarray
    classes: np.ndarray


@dataclass(frozen=True, slots=True)
class _Kind:
    """One species as it looks in this scene."""

    class_id: int
    species: contours.Species
    tile: np.ndarray
    shades: list[np.ndarray]
    relief: float
    rim: float
    opacity: float
    spread: float


def draw(seed: int, number: int, bank: dict[str, list[np.ndarray]]) -> Scene:
    """Scene `number` of a seed; `bank` is that of `textures.bank`."""
    dice = np.random.default_rng([seed, 1, number])
    canvas, ground = _ground(dice, bank)
    owner = np.zeros((SIDE_PX, SIDE_PX), np.uint8)
    share = np.cumsum([crowd[0] for crowd in _CROWDS])
    crowd = min(int(np.searchsorted(share, dice.random())), len(_CROWDS) - 1)
    _, (fewest, most), (small, large) = _CROWDS[crowd]
    kinds = [_kind(dice, bank, ground) for _ in range(int(dice.integers(1, 6)))]
    wanted = int(dice.integers(fewest, most + 1))
    gather = dice.uniform(40, 216, (3, 2)) if dice.random() < 0.3 else None
    full: list[int] = []
    ids: list[int] = []
    for _ in range(wanted):
        kind = kinds[int(dice.integers(0, len(kinds)))]
        radius = float(np.exp(dice.uniform(np.log(small), np.log(large))))
        full.append(_paint(canvas, owner, len(full) + 1, kind, radius, _place(dice, gather), dice))
        ids.append(kind.class_id)
    boxes, classes = _seen(owner, full, ids)
    return Scene(_develop(canvas, dice), boxes, classes)


def _place(dice: Dice, gather: np.ndarray | None) -> np.ndarray:
    if gather is not None and dice.random() < 0.8:
        return np.asarray(gather[int(dice.integers(0, len(gather)))] + dice.normal(0, 26, 2))
    return np.asarray(dice.uniform(0, SIDE_PX, 2))


def _tile(dice: Dice, bank: dict[str, list[np.ndarray]], kinds: tuple[str, ...]) -> np.ndarray:
    tiles = bank[kinds[int(dice.integers(0, len(kinds)))]]
    return tiles[int(dice.integers(0, len(tiles)))]


def _ground(dice: Dice, bank: dict[str, list[np.ndarray]]) -> tuple[np.ndarray, np.ndarray]:
    """The background, (256, 256, 3) float32, and its average colour."""
    # spots would be shapes that nobody asks for
    every = tuple(kind for kind in textures.KINDS if kind != "spots")
    first = textures.colour(dice)
    if dice.random() < 0.2:  # paper, slides, light tables
        first = np.clip(dice.uniform(200, 250) + dice.normal(0, 6, 3), 0, 255)
    kind = dice.random()
    contrast = 4.0 if kind < 0.25 else 18.0 if kind < 0.6 else 60.0
    shades = [textures.near(first, dice, contrast) for _ in range(int(dice.integers(2, 5)))]
    grey = textures.cut(_tile(dice, bank, every), SIDE_PX, SIDE_PX, dice)
    canvas = textures.table(shades)[grey]
    if kind > 0.75:  # two grounds that meet along an irregular line
        border = _tile(dice, bank, ("fractal", "leaves", "cells"))
        where = textures.cut(border, SIDE_PX, SIDE_PX, dice)
        other = [textures.near(textures.colour(dice), dice, 15) for _ in range(2)]
        second = textures.table(other)[
            textures.cut(_tile(dice, bank, every), SIDE_PX, SIDE_PX, dice)
        ]
        canvas = np.where((where > dice.uniform(80, 175))[..., None], second, canvas)
    if dice.random() < 0.3:
        _litter(canvas, dice)
    return canvas, canvas.mean(axis=(0, 1))


def _litter(canvas: np.ndarray, dice: Dice) -> None:
    """Lines and dots that are nobody's outline, so that not every edge is a shape."""
    import cv2

    for _ in range(int(dice.integers(2, 14))):
        shade = tuple(float(value) for value in textures.colour(dice))
        here = dice.uniform(-20, SIDE_PX + 20, 2)
        if dice.random() < 0.6:
            path = here + np.cumsum(dice.normal(0, dice.uniform(4, 40), (8, 2)), axis=0)
            cv2.polylines(canvas, [path.astype(np.int32)], False, shade,
                          int(dice.integers(1, 3)), cv2.LINE_AA)  # fmt: skip
        else:
            cv2.circle(canvas, (int(here[0]), int(here[1])), 1, shade, -1, cv2.LINE_AA)


def _kind(dice: Dice, bank: dict[str, list[np.ndarray]], ground: np.ndarray) -> _Kind:
    family = int(dice.integers(0, len(contours.FAMILIES)))
    filling = int(dice.integers(0, len(FILLINGS)))
    name = FILLINGS[filling]
    shade = textures.colour(dice)
    for _ in range(4):  # nobody could find a shape in the colour of its ground
        if np.abs(shade - ground).max() > 25:
            break
        shade = textures.colour(dice)
    kinds = textures.ORIENTED if name == "oriented" else textures.EVEN
    contrast = {"plain": 6.0, "oriented": 55.0, "even": 45.0, "nested": 8.0}[name]
    shades = [textures.near(shade, dice, contrast) for _ in range(3)]
    if name == "nested":
        shades.append(textures.near(textures.colour(dice), dice, 20))
    return _Kind(
        class_id=family * len(FILLINGS) + filling,
        species=contours.throw(tuple(contours.FAMILIES)[family], dice),
        tile=_tile(dice, bank, ("fractal",) if name in ("plain", "nested") else kinds),
        shades=shades,
        relief=float(dice.uniform(0, 0.5)) if dice.random() < 0.5 else 0.0,
        rim=float(dice.uniform(-60, 60)) if dice.random() < 0.35 else 0.0,
        opacity=float(dice.uniform(0.5, 0.9)) if dice.random() < 0.15 else 1.0,
        spread=float(dice.uniform(0, 18)),
    )  # fmt: skip


def _paint(
    canvas: np.ndarray, owner: np.ndarray, number: int, kind: _Kind, radius: float,
    place: np.ndarray, dice: Dice,
) -> int:  # fmt: skip
    """Put one individual onto the canvas; how many of its pixels lie anywhere, seen or not."""
    outline = contours.individual(kind.species, dice)
    reach = int(np.ceil(radius)) + 2
    side = 2 * reach
    mask = _mask(outline, radius, reach, side)
    full = int((mask > 127).sum())
    left, top = (round(float(value)) - reach for value in place)
    x0, y0, x1, y1 = max(left, 0), max(top, 0), min(left + side, SIDE_PX), min(top + side, SIDE_PX)
    if x1 <= x0 or y1 <= y0 or not full:
        return full
    inside = (slice(y0 - top, y1 - top), slice(x0 - left, x1 - left))
    fill = _filled(kind, outline, mask, radius, reach, dice)[inside]
    alpha = (mask[inside].astype(np.float32) * (kind.opacity / 255))[..., None]
    part = canvas[y0:y1, x0:x1]
    part += (fill - part) * alpha
    owner[y0:y1, x0:x1][mask[inside] > 127] = number
    return full


def _mask(outline: contours.Outline, radius: float, reach: int, side: int) -> np.ndarray:
    import cv2

    def corners(points: np.ndarray) -> np.ndarray:
        fine = (points * radius + reach) * (1 << _CORNER_BITS)
        return np.asarray(fine.round().astype(np.int32))

    mask = np.zeros((side, side), np.uint8)
    for part in outline.parts:
        cv2.fillPoly(mask, [corners(part)], 255, cv2.LINE_AA, _CORNER_BITS)
    if outline.hole is not None:
        cv2.fillPoly(mask, [corners(outline.hole)], 0, cv2.LINE_AA, _CORNER_BITS)
    return mask


def _filled(
    kind: _Kind, outline: contours.Outline, mask: np.ndarray, radius: float, reach: int, dice: Dice
) -> np.ndarray:
    """The colours inside of the individual, (side, side, 3) float32."""
    import cv2

    side = len(mask)
    fill = textures.table(kind.shades[:3])[textures.cut(kind.tile, side, side, dice)]
    fill += dice.normal(0, kind.spread) if kind.spread else 0
    if len(kind.shades) > 3:
        _nest(fill, outline, kind, radius, reach, dice)
    if kind.rim and radius > 5:
        inner = cv2.erode(mask, np.ones((3, 3), np.uint8), iterations=1 + int(radius // 16))
        fill += ((mask > 127) & (inner < 128)).astype(np.float32)[..., None] * kind.rim
    if kind.relief:
        soft = cv2.GaussianBlur(mask, (0, 0), max(radius / 4, 1.0)).astype(np.float32)
        angle = dice.uniform(0, 2 * np.pi)
        down, across = np.gradient(soft)
        slope = np.cos(angle) * across + np.sin(angle) * down
        slope *= kind.relief * 110 / max(float(np.abs(slope).max()), 1e-3)
        fill += slope[..., None]
    return np.asarray(fill)


def _nest(
    fill: np.ndarray, outline: contours.Outline, kind: _Kind, radius: float, reach: int, dice: Dice
) -> None:
    """A core, or several spots, of another colour inside."""
    import cv2

    shade = tuple(float(value) for value in textures.near(kind.shades[3], dice, 6))
    if kind.species.numbers[3] < 0.55:
        core = contours.Outline(tuple(part * 0.5 for part in outline.parts))
        moved = _mask(core, radius, reach, len(fill))
        fill += (np.asarray(shade, np.float32) - fill) * (moved[..., None] / 255)
        return
    for _ in range(3 + int(kind.species.numbers[2] * 6)):
        spot = reach + dice.normal(0, 0.38, 2) * radius
        size = max(1, int(radius * dice.uniform(0.08, 0.2)))
        cv2.circle(fill, (int(spot[0]), int(spot[1])), size, shade, -1, cv2.LINE_AA)


def _seen(owner: np.ndarray, full: list[int], ids: list[int]) -> tuple[np.ndarray, np.ndarray]:
    """Boxes of what can still be seen of each, and their classes."""
    rows, columns = np.nonzero(owner)
    which = owner[rows, columns]
    visible = np.bincount(which, minlength=len(full) + 1)[1:]
    boxes, classes = [], []
    edges = np.empty((len(full) + 1, 4), np.int64)
    edges[:, :2], edges[:, 2:] = SIDE_PX, -1
    np.minimum.at(edges[:, 0], which, columns)
    np.minimum.at(edges[:, 1], which, rows)
    np.maximum.at(edges[:, 2], which, columns)
    np.maximum.at(edges[:, 3], which, rows)
    for number, (seen, whole) in enumerate(zip(visible, full, strict=True), start=1):
        left, top, right, bottom = edges[number] + [0, 0, 1, 1]
        large = min(right - left, bottom - top) >= LEAST_SIDE_PX
        if whole and seen / whole >= LEAST_VISIBLE and large:
            boxes.append((left, top, right, bottom))
            classes.append(ids[number - 1])
    return np.asarray(boxes, np.float32).reshape(-1, 4), np.asarray(classes, np.int64)


def _develop(canvas: np.ndarray, dice: Dice) -> Picture:
    """What a lamp, a lens and a sensor do to the drawing."""
    import cv2

    y, x = np.mgrid[0:SIDE_PX, 0:SIDE_PX].astype(np.float32) / SIDE_PX - 0.5
    if dice.random() < 0.5:
        angle, depth = dice.uniform(0, 2 * np.pi), dice.uniform(0, 0.5)
        canvas *= (1 + depth * (np.cos(angle) * x + np.sin(angle) * y))[..., None]
    if dice.random() < 0.25:
        canvas *= (1 - dice.uniform(0.2, 0.9) * (x**2 + y**2))[..., None]
    if dice.random() < 0.5:
        canvas = cv2.GaussianBlur(canvas, (0, 0), float(dice.uniform(0.4, 1.6)))
    if dice.random() < 0.35:
        canvas *= (1 + dice.normal(0, 0.1, 3)).astype(np.float32)
    if dice.random() < 0.5:
        grain = np.float32(dice.uniform(1, 14))
        channels = 3 if dice.random() < 0.5 else 1
        noise = dice.standard_normal((SIDE_PX, SIDE_PX, channels), np.float32)
        canvas = canvas + grain * noise
    picture = np.clip(canvas, 0, 255).astype(np.uint8)
    if dice.random() < 0.25:
        quality = [cv2.IMWRITE_JPEG_QUALITY, int(dice.integers(30, 90))]
        picture = cv2.imdecode(cv2.imencode(".jpg", picture, quality)[1], cv2.IMREAD_COLOR)
    return np.ascontiguousarray(picture)
