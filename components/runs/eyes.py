"""What the model sees on four fixed validation pictures, epoch after epoch.

The predictions are those that validation makes anyway; nothing is computed twice for them.
"""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from components.workspace import write_atomic

FOLDER = "eyes"
PICTURES = 4
LEAST_CONFIDENCE = 0.05  # young models are unsure; the page can hide what is below its own limit
MOST_BOXES = 300  # crowds are counted by people
MOST_OUTLINES = 60  # of each epoch and picture: an outline takes ten times a box


def file_of(run_folder: Path, epoch: int) -> Path:
    """Where the pictures of an epoch (from 1) are described."""
    return run_folder / FOLDER / f"epoch-{epoch:04d}.json"


def choose(classes: Mapping[str, Sequence[int]], most: int = PICTURES) -> list[str]:
    """The pictures to look at: together they show as many classes as possible.

    Args:
        classes: File of each validation picture to the class ids of its labels.
        most: How many to choose.

    Returns:
        Files; always the same ones for the same pictures.
    """
    chosen: list[str] = []
    seen: set[int] = set()
    left = sorted(classes)
    while left and len(chosen) < most:
        # Most new classes first, then some labels but not a crowd, then by name.
        best = min(left, key=lambda f: (-len({*classes[f]} - seen), *_crowd(classes[f]), f))
        seen |= {*classes[best]}
        chosen.append(best)
        left.remove(best)
    return chosen


def _crowd(labels: Sequence[int]) -> tuple[bool, int]:
    return (not labels, abs(len(labels) - 5))


def write(run_folder: Path, epoch: int, pictures: list[dict[str, Any]]) -> None:
    """Keep what was seen after this epoch.

    Args:
        run_folder: The run's folder.
        epoch: From 1.
        pictures: Each with `picture`, `width`, `height` (pixels) and `boxes`, a list of
            [class id, confidence, left, top, right, bottom], with their `shapes`.
    """
    path = file_of(run_folder, epoch)
    path.parent.mkdir(exist_ok=True)
    write_atomic(path, json.dumps({"epoch": epoch, "pictures": pictures}))


def as_eyes(sample: Mapping[str, Any]) -> dict[str, Any]:
    """One picture as it is kept, from what the validator collected; `more`: not all it saw."""
    shapes = sample["predicted_shapes"]
    most = MOST_OUTLINES if any(shape and shape[0] == "polygon" for shape in shapes) else MOST_BOXES
    sure = [index for index, row in enumerate(sample["predicted"]) if row[1] >= LEAST_CONFIDENCE]
    kept = sure[:most]
    return {
        "picture": sample["picture"], "name": sample["name"], "width": sample["width"],
        "height": sample["height"], "boxes": [sample["predicted"][index] for index in kept],
        "shapes": [shapes[index] for index in kept], "more": len(sure) > most,
    }  # fmt: skip
