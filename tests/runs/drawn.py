"""Drawn data sets and the plans to train them: small, quick, always the same."""

from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from components.data import store
from components.data.records import Label, PictureState
from components.data.rows import NewPicture
from components.data.store import Dataset
from components.planning.plan import TrainingPlan
from components.workspace import Workspace

COLOURS = {"red square": (200, 40, 40), "blue square": (40, 60, 200)}
SIDE = 96


def draw_dataset(workspace: Workspace, pictures: int = 12, val: int = 4) -> Dataset:
    """Squares of two colours on noise; the last `val` pictures are for validation."""
    dice = np.random.default_rng(7)
    folder = workspace.datasets / "squares"
    dataset = store.create(folder, name="Squares", task="detect", classes=[*COLOURS])
    (folder / "images").mkdir()
    dataset.add_pictures(
        [_picture(folder, i, dice, "val" if i >= pictures - val else "train")
         for i in range(pictures)]
    )  # fmt: skip
    return dataset


def _picture(folder: Path, number: int, dice: Any, split: Any) -> NewPicture:
    pixels = dice.integers(90, 160, (SIDE, SIDE, 3), dtype=np.uint8)
    labels = []
    for name, colour in COLOURS.items():
        left, top = (int(v) for v in dice.integers(4, SIDE - 36, 2))
        side = int(dice.integers(18, 30))
        pixels[top : top + side, left : left + side] = colour
        labels.append(Label(name, (left, top, left + side, top + side)))
    file = f"images/{number}.png"
    Image.fromarray(pixels).save(folder / file)
    return NewPicture(
        file, file, f"{number}.png", SIDE, SIDE, PictureState.LABELLED, split, tuple(labels),
        sha256=f"{number:064d}",
    )  # fmt: skip


def small_plan(**changes: Any) -> TrainingPlan:
    """Two epochs from nothing: enough to see everything happen."""
    values = {
        "dataset": "squares", "base": "yolo26n.yaml", "epochs": 2, "image_size_px": 64,
        "batch": 4, "device": "cpu", "warmup_epochs": 1.0,
    }  # fmt: skip
    return TrainingPlan(**{**values, **changes})
