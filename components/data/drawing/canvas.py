"""Soft-edged shapes with shading, and the camera that takes the picture. Values from 0 to 1.

A thing is drawn in its own frame and laid into the picture by a `Place`; the labels come from the
same points, through the same place.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

FINE = 3  # edges are drawn so much larger, then made small: soft
Floats = NDArray[np.float32]
Colour = tuple[float, float, float]
Shade = Callable[[Floats, Floats], Floats]  # pixel centres x and y to colours (height, width, 3)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a thing lies: its own frame to the picture's.

    Attributes:
        x: Of its origin, pixels from the left.
        y: Of its origin, pixels from the top.
        turn: Radians, clockwise on the screen.
        size: Pixels per unit of the own frame.
        mirrored: Whether it looks to the other side.
    """

    x: float
    y: float
    turn: float
    size: float
    mirrored: bool = False

    def out(self, points: ArrayLike) -> NDArray[np.float64]:
        """Own points, shape (N, 2), in pixels of the picture."""
        own = np.asarray(points, np.float64) * ((-1.0 if self.mirrored else 1.0), 1.0) * self.size
        cos, sin = np.cos(self.turn), np.sin(self.turn)
        moved: NDArray[np.float64] = own @ np.array([[cos, sin], [-sin, cos]]) + (self.x, self.y)
        return moved

    def own(self, across: Floats, down: Floats) -> tuple[Floats, Floats]:
        """Pixels of the picture in the own frame, x and y."""
        cos, sin = np.cos(self.turn), np.sin(self.turn)
        u = ((across - self.x) * cos + (down - self.y) * sin) / self.size
        v = ((down - self.y) * cos - (across - self.x) * sin) / self.size
        return (-u if self.mirrored else u).astype(np.float32), v.astype(np.float32)


def paint(
    picture: Floats, ring: ArrayLike, colour: Colour | Shade, *, strength: float = 1.0,
    soft_px: float = 0.0, top: NDArray[np.int16] | None = None, number: int = 0,
) -> None:  # fmt: skip
    """Lay a filled shape over a picture, in place.

    Args:
        picture: (height, width, 3), 0 to 1.
        ring: Its outline in pixels, shape (N, 2).
        colour: One for all of it, or a shading.
        strength: 1 covers what is below.
        soft_px: Standard deviation by which its edge is blurred, as of a shadow.
        top: What lies uppermost at each pixel, written where the shape covers.
        number: What is written there.
    """
    from PIL import Image, ImageDraw, ImageFilter  # loaded late: the app starts without it

    points = np.asarray(ring, np.float64)
    room = int(3 * soft_px) + 1
    left, upper = np.maximum(np.floor(points.min(0)).astype(int) - room, 0).tolist()
    right, lower = (np.ceil(points.max(0)).astype(int) + room).tolist()
    right, lower = min(right, picture.shape[1]), min(lower, picture.shape[0])
    if right <= left or lower <= upper:
        return
    large = Image.new("L", ((right - left) * FINE, (lower - upper) * FINE))
    inner = ((points - (left, upper)) * FINE).ravel().tolist()
    ImageDraw.Draw(large).polygon(inner, fill=255)
    small = large.reduce(FINE)
    if soft_px:
        small = small.filter(ImageFilter.GaussianBlur(soft_px))
    mask = np.asarray(small, np.float32)[..., None] / 255 * np.float32(strength)
    patch = picture[upper:lower, left:right]
    if callable(colour):
        down, across = np.mgrid[upper:lower, left:right].astype(np.float32) + np.float32(0.5)
        shown = colour(across, down)
    else:
        shown = np.array(colour, np.float32)
    patch += mask * (shown - patch)
    if top is not None:
        top[upper:lower, left:right][mask[..., 0] > 0.5] = number


def stripe(points: ArrayLike, wide: float | ArrayLike) -> NDArray[np.float64]:
    """The outline of a line through points, shape (N, 2); `wide` may change along it."""
    line = np.asarray(points, np.float64)
    along = np.gradient(line, axis=0)
    along /= np.maximum(np.hypot(along[:, 0], along[:, 1]), 1e-9)[:, None]
    off = along[:, ::-1] * (-0.5, 0.5) * np.broadcast_to(wide, len(line))[:, None]
    return np.concatenate([line + off, (line - off)[::-1]])


def disc(x: float, y: float, radius: float, squeeze: float = 1.0) -> NDArray[np.float64]:
    """The outline of a circle, flattened by `squeeze`; shape (20, 2)."""
    angles = np.linspace(0, 2 * np.pi, 20, endpoint=False)
    return np.stack([x + radius * np.cos(angles), y + radius * squeeze * np.sin(angles)], 1)


def smooth(points: ArrayLike, steps: int = 6) -> NDArray[np.float64]:
    """A closed line that runs softly through points, shape (N, 2), as an animal's outline does.

    Source: Catmull and Rom, "A class of local interpolating splines", 1974.
    """
    p = np.asarray(points, np.float64)
    t = np.linspace(0, 1, steps, endpoint=False)[None, :, None]
    before, here, there, after = (np.roll(p, by, 0)[:, None] for by in (1, 0, -1, -2))
    line: NDArray[np.float64] = 0.5 * (
        2 * here + (there - before) * t + (2 * before - 5 * here + 4 * there - after) * t**2
        + (3 * here - before - 3 * there + after) * t**3
    )  # fmt: skip
    return line.reshape(-1, 2)


def clouds(shape: tuple[int, ...], grain_px: int, dice: np.random.Generator) -> Floats:
    """Soft noise, about -2 to 2, with clouds of this size."""
    from PIL import Image

    coarse = dice.standard_normal((shape[0] // grain_px + 2, shape[1] // grain_px + 2), np.float32)
    soft = Image.fromarray(coarse).resize((shape[1], shape[0]), Image.Resampling.BICUBIC)
    return np.asarray(soft, np.float32)


def through_the_camera(
    seen: Floats, blur_px: float, noise: float, dice: np.random.Generator
) -> NDArray[np.uint8]:
    """The picture as it is kept: blurred, with the camera's noise (of 255), RGB."""
    from PIL import Image, ImageFilter

    sharp = Image.fromarray((seen * 255).clip(0, 255).astype(np.uint8))
    soft = np.asarray(sharp.filter(ImageFilter.GaussianBlur(blur_px)), np.float32)
    noisy = soft + noise * dice.standard_normal(soft.shape, np.float32)
    return noisy.clip(0, 255).astype(np.uint8)
