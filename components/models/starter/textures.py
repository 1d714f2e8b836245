"""Grey textures by formula, and the colours they are shown in.

A bank of tiles is drawn once (seconds); a scene then cuts pieces out of it and colours them
through a table, which costs next to nothing.
"""

from collections.abc import Callable

import numpy as np

TILE_PX = 384
TILES_PER_KIND = 14
Dice = np.random.Generator
Grey = np.ndarray  # (H, W) uint8
ORIENTED = ("stripes", "checks", "rings", "bricks", "brushed")
EVEN = ("fractal", "band", "cells", "leaves", "spots", "attractor")


def bank(seed: int) -> dict[str, list[Grey]]:
    """Every kind's tiles, (384, 384) uint8 over the full range, the same for the same seed."""
    return {
        name: [
            _levelled(make(np.random.default_rng([seed, number, tile])))
            for tile in range(TILES_PER_KIND)
        ]
        for number, (name, make) in enumerate(KINDS.items())
    }


def cut(tile: Grey, height: int, width: int, dice: Dice) -> Grey:
    """A piece of a tile, turned by quarter turns and zoomed at random, (height, width) uint8."""
    import cv2

    zoom = float(np.exp(dice.uniform(np.log(0.5), np.log(2.2))))
    tall = int(np.clip(height * zoom, 4, TILE_PX))
    wide = int(np.clip(width * zoom, 4, TILE_PX))
    top = int(dice.integers(0, TILE_PX - tall + 1))
    left = int(dice.integers(0, TILE_PX - wide + 1))
    piece = tile[top : top + tall, left : left + wide]
    if dice.random() < 0.5:
        piece = piece[::-1]
    if dice.random() < 0.5:
        piece = piece.T
    piece = np.ascontiguousarray(piece)
    return cv2.resize(piece, (width, height), interpolation=cv2.INTER_LINEAR)


def colour(dice: Dice) -> np.ndarray:
    """One colour, (3,) float, 0 to 255: grey, muted or strong."""
    light = dice.uniform(20, 240)
    kind = dice.random()
    low, high = (0, 0.04) if kind < 0.25 else (0.04, 0.3) if kind < 0.75 else (0.3, 0.9)
    strength = dice.uniform(low, high)
    hue = dice.uniform(0, 2 * np.pi)
    wheel = np.cos(hue - np.array([0, 2 * np.pi / 3, 4 * np.pi / 3]))
    return np.asarray(np.clip(light * (1 + strength * wheel), 0, 255))


def near(shade: np.ndarray, dice: Dice, spread: float) -> np.ndarray:
    """A colour not far from another, `spread` in grey levels."""
    moved = shade + dice.normal(0, spread) + dice.normal(0, spread / 3, 3)
    return np.asarray(np.clip(moved, 0, 255))


def table(shades: list[np.ndarray]) -> np.ndarray:
    """Grey level to colour, (256, 3) float32, through the shades in turn."""
    stops = np.linspace(0, 255, len(shades))
    levels = np.arange(256)
    channels = [np.interp(levels, stops, [shade[k] for shade in shades]) for k in range(3)]
    return np.stack(channels, axis=1).astype(np.float32)


def _levelled(field: np.ndarray) -> Grey:
    low, high = np.percentile(field, [1, 99])
    return np.asarray(np.clip((field - low) / max(high - low, 1e-9) * 255, 0, 255).astype(np.uint8))


def _spectrum(dice: Dice, weight: Callable[[np.ndarray, np.ndarray], np.ndarray]) -> np.ndarray:
    """Noise with a given spectrum; `weight` takes frequencies (cycles per tile) along x and y."""
    fy = np.fft.fftfreq(TILE_PX)[:, None] * TILE_PX
    fx = np.fft.rfftfreq(TILE_PX)[None, :] * TILE_PX
    waves = dice.normal(size=(TILE_PX, fx.size)) + 1j * dice.normal(size=(TILE_PX, fx.size))
    return np.asarray(np.fft.irfft2(waves * weight(fx, fy), s=(TILE_PX, TILE_PX)))


def _fractal(dice: Dice) -> np.ndarray:
    fall = dice.uniform(0.6, 2.4)
    return _spectrum(dice, lambda fx, fy: np.maximum(np.hypot(fx, fy), 1.0) ** -fall)


def _band(dice: Dice) -> np.ndarray:
    middle = np.exp(dice.uniform(np.log(6), np.log(60)))
    width = dice.uniform(0.15, 0.5)

    def weight(fx: np.ndarray, fy: np.ndarray) -> np.ndarray:
        octaves = np.log(np.hypot(fx, fy) + 1e-3) - np.log(middle)
        return np.asarray(np.exp(-((octaves / width) ** 2)))

    field = _spectrum(dice, weight)
    field /= field.std()
    return np.tanh(field * 3) if dice.random() < 0.4 else field


def _brushed(dice: Dice) -> np.ndarray:
    ratio = dice.uniform(4, 20)
    return _spectrum(dice, lambda fx, fy: np.maximum(np.hypot(fx * ratio, fy), 3.0) ** -1.2)


def _warped(dice: Dice) -> tuple[np.ndarray, np.ndarray]:
    """Coordinates 0 to 1 with a soft warp."""
    y, x = np.mgrid[0:TILE_PX, 0:TILE_PX] / TILE_PX
    for field in (x, y):
        warp = _spectrum(dice, lambda fx, fy: np.maximum(np.hypot(fx, fy), 1.0) ** -2.5)
        field += warp / warp.std() * dice.uniform(0, 0.025)
    return x, y


def _stripes(dice: Dice) -> np.ndarray:
    x, y = _warped(dice)
    angle, count = dice.uniform(0, np.pi), np.exp(dice.uniform(np.log(6), np.log(50)))
    wave = np.sin(2 * np.pi * count * (np.cos(angle) * x + np.sin(angle) * y))
    return np.asarray(np.tanh(wave * dice.choice([0.5, 2, 6]) + dice.normal(0, 0.5)))


def _checks(dice: Dice) -> np.ndarray:
    x, y = _warped(dice)
    a, b = np.exp(dice.uniform(np.log(5), np.log(30), 2))
    return np.asarray(
        np.tanh(np.sin(2 * np.pi * a * x) * np.sin(2 * np.pi * b * y) * dice.choice([1, 8]))
    )


def _rings(dice: Dice) -> np.ndarray:
    x, y = _warped(dice)
    middle = dice.uniform(-0.3, 1.3, 2)
    far = np.hypot(x - middle[0], (y - middle[1]) * dice.uniform(0.5, 2))
    return np.asarray(np.sin(2 * np.pi * far * np.exp(dice.uniform(np.log(6), np.log(40)))))


def _bricks(dice: Dice) -> np.ndarray:
    x, y = _warped(dice)
    rows = int(dice.integers(6, 28))
    row = np.floor(y * rows)
    column = x * rows * dice.uniform(0.4, 1.2) + (row % 2) / 2
    down, across = y * rows % 1, column % 1
    seam = np.minimum(np.minimum(down, 1 - down), np.minimum(across, 1 - across))
    tint = np.sin(row * 12.99 + np.floor(column) * 78.2) * dice.uniform(0, 0.6)
    return np.asarray(np.minimum(seam * dice.uniform(4, 12), 1.0) + tint)


def _seeds(dice: Dice, fewest: int, most: int) -> tuple[np.ndarray, np.ndarray]:
    """Distance to, and number of, the nearest of some random points."""
    import cv2

    field = np.full((TILE_PX, TILE_PX), 255, np.uint8)
    count = int(np.exp(dice.uniform(np.log(fewest), np.log(most))))
    field[dice.integers(0, TILE_PX, count), dice.integers(0, TILE_PX, count)] = 0
    far, label = cv2.distanceTransformWithLabels(
        field, cv2.DIST_L2, 5, labelType=cv2.DIST_LABEL_PIXEL
    )
    return far, label


def _cells(dice: Dice) -> np.ndarray:
    far, label = _seeds(dice, 60, 1500)
    levels = dice.random(int(label.max()) + 1)
    share = dice.choice([0.0, 0.5, 1.0])
    return np.asarray(levels[label] * share + far / max(far.max(), 1) * (1 - share / 2))


def _spots(dice: Dice) -> np.ndarray:
    far, label = _seeds(dice, 40, 900)
    radius = (dice.random(int(label.max()) + 1) * 0.6 + 0.4) * np.percentile(far, 35)
    return np.asarray(np.tanh((radius[label] - far) * dice.choice([0.5, 3])))


def _leaves(dice: Dice) -> np.ndarray:
    """Overlapping discs and boxes of all sizes, few large and many small."""
    import cv2

    field = np.full((TILE_PX, TILE_PX), dice.uniform(0, 1), np.float32)
    for radius in np.sort((5 * dice.random(700) ** -0.6).clip(5, 90))[::-1]:
        place = (int(dice.integers(0, TILE_PX)), int(dice.integers(0, TILE_PX)))
        axes = (int(radius), int(radius * dice.uniform(0.4, 1)))
        cv2.ellipse(field, place, axes, float(dice.uniform(0, 180)), 0, 360, dice.random(), -1)
    return field


def _attractor(dice: Dice) -> np.ndarray:
    """A fractal of an iterated function system, as a density."""
    maps = dice.uniform(-0.85, 0.85, (int(dice.integers(2, 5)), 2, 2))
    maps /= np.maximum(np.linalg.norm(maps, ord=2, axis=(1, 2), keepdims=True) / 0.8, 1.0)
    shifts = dice.uniform(-0.6, 0.6, (len(maps), 2))
    points = dice.uniform(-1, 1, (30_000, 2))
    for _ in range(14):
        which = dice.integers(0, len(maps), len(points))
        points = np.einsum("nij,nj->ni", maps[which], points) + shifts[which]
    low, high = np.percentile(points, [2, 98], axis=0)
    pixels = (points - low) / np.maximum(high - low, 1e-6) * (TILE_PX - 1)
    density, _, _ = np.histogram2d(
        pixels[:, 1], pixels[:, 0], bins=TILE_PX, range=[[0, TILE_PX], [0, TILE_PX]]
    )
    import cv2

    return np.asarray(np.log1p(cv2.GaussianBlur(density, (0, 0), 1.2)))


KINDS: dict[str, Callable[[Dice], np.ndarray]] = {
    "fractal": _fractal,
    "band": _band,
    "brushed": _brushed,
    "stripes": _stripes,
    "checks": _checks,
    "rings": _rings,
    "bricks": _bricks,
    "cells": _cells,
    "spots": _spots,
    "leaves": _leaves,
    "attractor": _attractor,
}
