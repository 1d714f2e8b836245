"""Weights that come with Tailor: the starter, which Tailor trained itself on drawn shapes.

The file lies in `assets/starter` with its card (`README.md`) and its facts (`.json`, written by
the recipe `python -m components.models.starter`). It is used from there, never copied. It is a
detector; a model for another task takes over what fits: backbone, neck, and parts of the head.
"""

import json
from functools import cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parents[2] / "assets" / "starter"
STARTER = "yolo26n-starter.pt"
# Starter to the architecture that takes the file's numbers over, without its ending.
STARTERS = {
    STARTER: "yolo26n",
    "yolo26n-seg-starter.pt": "yolo26n-seg",
    "yolo26n-cls-starter.pt": "yolo26n-cls",
    "yolo26n-pose-starter.pt": "yolo26n-pose",
    "yolo26n-obb-starter.pt": "yolo26n-obb",
}


def shipped(base: str) -> Path | None:
    """The file behind a base model that comes with Tailor; None for any other base."""
    path = FOLDER / STARTER
    return path if base in STARTERS and path.is_file() else None


def model_arguments(base: str, path: Path | str) -> dict[str, str]:
    """Ultralytics' `model`, and `pretrained` where a model takes over from another task's file.

    Args:
        base: A plan's base.
        path: Its checked file, or the name of an architecture.
    """
    if base in STARTERS and base != STARTER:
        return {"model": f"{STARTERS[base]}.yaml", "pretrained": str(path)}
    return {"model": str(path)}


@cache
def facts() -> dict[str, Any]:
    """What is known of the starter: `sha256`, `bytes`, `parameters`, `classes` ...

    Empty where it did not come along.
    """
    try:
        known: dict[str, Any] = json.loads(
            (FOLDER / STARTER).with_suffix(".json").read_text(encoding="utf-8")
        )
    except (OSError, ValueError):
        return {}
    return known
