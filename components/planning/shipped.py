"""Weights that come with Tailor: the starter, which Tailor trained itself on drawn shapes.

The file lies in `assets/starter` with its card (`README.md`) and its facts (`.json`, written by
the recipe `python -m components.models.starter`). It is used from there, never copied.
"""

import json
from functools import cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parents[2] / "assets" / "starter"
STARTER = "yolo26n-starter.pt"
ARCHITECTURE = "yolo26n"  # what it is inside, but for the number of classes


def shipped(base: str) -> Path | None:
    """The file behind a base model that comes with Tailor; None for any other base."""
    path = FOLDER / STARTER
    return path if base == STARTER and path.is_file() else None


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
