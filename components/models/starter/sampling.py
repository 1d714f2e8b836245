"""From the pool to a batch: cut, put together, turned and tinted at random.

A scene is used several times, never twice in the same way.
"""

from typing import Any

import numpy as np

from components.models.starter import scenes
from components.models.starter.pool import Pool

# until which part of the time pictures have which sides
_SIDES = ((0.55, (128, 160, 192)), (0.87, (192, 224)), (1.01, (256, 288)))
_MOSAIC = 0.3
_MOST_IN_MOSAIC = 56
_LEAST_PX = 4.0


def sides_at(part: float) -> tuple[int, ...]:
    """Which sides pictures have when so much of the time, 0 to 1, is over, in pixels."""
    return next(sides for until, sides in _SIDES if min(part, 1.0) < until)


def batch_of(pool: Pool, size: int, side: int, dice: np.random.Generator) -> dict[str, Any]:
    """A batch as Ultralytics' loss takes it: pictures 0 to 1, boxes as centre and size, 0 to 1."""
    import torch

    pictures = np.empty((size, side, side, 3), np.uint8)
    rows, classes, boxes = [], [], []
    for slot in range(size):
        picture, labels = _sample(pool, side, dice)
        pictures[slot] = picture
        rows.append(np.full(len(labels), slot))
        classes.append(labels[:, 0])
        middle = (labels[:, 1:3] + labels[:, 3:5]) / 2
        boxes.append(np.hstack([middle, labels[:, 3:5] - labels[:, 1:3]]) / side)
    image = torch.from_numpy(pictures).permute(0, 3, 1, 2)  # channels last in memory already
    return {
        "img": image.float() / 255,
        "batch_idx": torch.from_numpy(np.concatenate(rows)).float(),
        "cls": torch.from_numpy(np.concatenate(classes)).float()[:, None],
        "bboxes": torch.from_numpy(np.concatenate(boxes)).float(),
    }


def _sample(pool: Pool, side: int, dice: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """One picture for training, (side, side, 3), with its labels in its pixels."""
    if dice.random() < _MOSAIC:
        picture, labels = _mosaic(pool, side, dice)
    else:
        picture, labels = _zoomed(pool, side, dice)
    picture, labels = _turned(picture, labels, side, dice)
    return _tinted(picture, dice), labels


def _any(pool: Pool, dice: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    return pool.take(int(dice.integers(0, pool.count)))


def _zoomed(pool: Pool, side: int, dice: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """A scene, whole or a part of it."""
    import cv2

    picture, labels = _any(pool, dice)
    whole = scenes.SIDE_PX
    part = int(whole * dice.uniform(0.55, 1.0)) if dice.random() < 0.5 else whole
    left, top = (int(value) for value in dice.integers(0, whole - part + 1, 2))
    cut = cv2.resize(picture[top : top + part, left : left + part], (side, side))
    return cut, _cropped(labels, (left, top), part, side)


def _cropped(labels: np.ndarray, corner: tuple[int, int], part: int, side: int) -> np.ndarray:
    moved = labels.copy()
    moved[:, 1:] = (labels[:, 1:] - [*corner, *corner]) * (side / part)
    area = (moved[:, 3] - moved[:, 1]) * (moved[:, 4] - moved[:, 2])
    moved[:, 1:] = moved[:, 1:].clip(0, side)
    wide, high = moved[:, 3] - moved[:, 1], moved[:, 4] - moved[:, 2]
    good = (wide >= _LEAST_PX) & (high >= _LEAST_PX) & (wide * high > 0.3 * area)
    return np.asarray(moved[good])


def _mosaic(pool: Pool, side: int, dice: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Four scenes side by side, each half as large."""
    import cv2

    half, room = side // 2, _MOST_IN_MOSAIC
    picture = np.zeros((side, side, 3), np.uint8)
    found = []
    for left, top in ((0, 0), (half, 0), (0, half), (half, half)):
        part, labels = _any(pool, dice)
        if len(labels) > room:  # the loss is slow with very many boxes
            part, labels = _any(pool, dice)
        picture[top : top + half, left : left + half] = cv2.resize(
            part, (half, half), interpolation=cv2.INTER_AREA
        )
        small = _cropped(labels, (0, 0), scenes.SIDE_PX, half)
        small[:, 1:] += [left, top, left, top]
        found.append(small)
        room -= len(small)
    return picture, np.concatenate(found)


def _turned(
    picture: np.ndarray, labels: np.ndarray, side: int, dice: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """One of the eight ways to lay a square."""
    labels = labels.copy()
    if dice.random() < 0.5:
        picture, labels = picture[:, ::-1], labels[:, [0, 3, 2, 1, 4]] * [1, -1, 1, -1, 1]
        labels[:, [1, 3]] += side
    if dice.random() < 0.5:
        picture, labels = picture[::-1], labels[:, [0, 1, 4, 3, 2]] * [1, 1, -1, 1, -1]
        labels[:, [2, 4]] += side
    if dice.random() < 0.5:
        picture, labels = picture.transpose(1, 0, 2), labels[:, [0, 2, 1, 4, 3]]
    return picture, labels


def _tinted(picture: np.ndarray, dice: np.random.Generator) -> np.ndarray:
    """Another exposure, another order of colours, now and then a negative."""
    gain, shift = dice.uniform(0.75, 1.25), dice.uniform(-20, 20)
    levels = np.arange(256) * gain + shift
    if dice.random() < 0.15:
        levels = 255 - levels
    tinted = levels.clip(0, 255).astype(np.uint8)[picture]
    if dice.random() < 0.5:
        tinted = tinted[..., dice.permutation(3)]
    return np.asarray(tinted)
