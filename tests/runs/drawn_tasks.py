"""A drawn data set for each task: arrows on noise, small, quick, always the same.

An arrow has an outline, a turned box and two named points, so each task can learn from it; a
picture to be sorted shows arrows of one colour only.
"""

from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image, ImageDraw

from components.data import store
from components.data.keypoints import KeypointScheme
from components.data.records import Label, PictureState
from components.data.rows import NewPicture
from components.data.schema import changing
from components.data.store import Dataset
from components.data.writing import set_keypoints
from components.tasks import TASKS
from components.workspace import Workspace

COLOURS = {"red arrow": (220, 40, 40), "blue arrow": (40, 60, 220)}
POINTS = ("tip", "tail")
SIDE = 96
ARROW = np.array([[15, 0], [3, -9], [3, -4], [-15, -4], [-15, 4], [3, 4], [3, 9]], float)
CORNERS = np.array([[-15, -9], [15, -9], [15, 9], [-15, 9]], float)
ENDS = np.array([[15, 0], [-15, 0]], float)


def draw_for(workspace: Workspace, task: str, pictures: int = 12, val: int = 4) -> Dataset:
    """The data set `arrows-<task>`; the last `val` pictures are for validation."""
    dice = np.random.default_rng(11)
    folder = workspace.datasets / f"arrows-{task}"
    dataset = store.create(folder, name=f"Arrows ({task})", task=task, classes=[*COLOURS])
    (folder / "images").mkdir()
    dataset.add_pictures(
        [_picture(folder, task, i, dice, "val" if i >= pictures - val else "train")
         for i in range(pictures)]
    )  # fmt: skip
    if task == "pose":
        with changing(folder) as db:
            set_keypoints(db, KeypointScheme(POINTS, (0, 1), ((0, 1),)))
    return dataset


def _picture(folder: Path, task: str, number: int, dice: Any, split: Any) -> NewPicture:
    picture = Image.fromarray(dice.integers(90, 160, (SIDE, SIDE, 3), dtype=np.uint8))
    pen, labels = ImageDraw.Draw(picture), []
    only = [*COLOURS][number % 2]
    for place, name in enumerate(COLOURS):
        middle = np.array([24 + 48 * place, dice.uniform(24, 72)]) + dice.uniform(-5, 5, 2)
        turn = dice.uniform(0, 2 * np.pi)
        kind = only if task == "classify" else name
        turned = np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]])
        pen.polygon([*map(tuple, ARROW @ turned + middle)], fill=COLOURS[kind])
        labels.append(_label(task, kind, turned, middle))
    if task == "classify":
        labels = [Label(only, (0.0, 0.0, SIDE, SIDE), "whole")]
    file = f"images/{number}.png"
    picture.save(folder / file)
    return NewPicture(
        file, file, f"{number}.png", SIDE, SIDE, PictureState.LABELLED, split, tuple(labels),
        sha256=f"{number:064d}",
    )  # fmt: skip


def _label(task: str, kind: str, turned: Any, middle: Any) -> Label:
    drawn = ARROW @ turned + middle
    box = (*drawn.min(axis=0), *drawn.max(axis=0))
    ring = {"segment": ARROW, "obb": CORNERS, "pose": ENDS}.get(task)
    if ring is None:
        return Label(kind, tuple(map(float, box)))
    points = ring @ turned + middle
    if task == "pose":
        points = np.c_[points, [2, 2]]
    else:
        box = (*points.min(axis=0), *points.max(axis=0))
    return Label(
        kind, tuple(map(float, box)), TASKS[task].label_shape,
        tuple(tuple(map(float, point)) for point in points),
    )  # fmt: skip
