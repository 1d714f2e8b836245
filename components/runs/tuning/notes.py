"""What was found out about this computer, kept: the same plan computes the same way each time.

Trying takes two seconds, and a computer on which two ways are equally fast could otherwise take
one today and the other tomorrow, with other last digits.
"""

import json
import platform
from dataclasses import replace
from pathlib import Path
from typing import Any

from components.runs.tuning import precision
from components.runs.tuning.precision import Choice
from components.workspace import Workspace, write_atomic

FILE = "tuning.json"  # in the workspace's cache
MOST = 50  # answers kept, the newest


def found(model: Any, image_size_px: int, usual: Choice) -> Choice:
    """What to compute this model with here: as noted, or as tried now and then noted.

    Args:
        model: As it is trained, on its device.
        image_size_px: As trained.
        usual: What Ultralytics would compute with, and the threads.
    """
    path = Workspace.current().cache / FILE
    known = _all(path)
    key = _key(model, min(image_size_px, precision.SIDE_PX), usual)
    try:
        choice = Choice.from_dict(known[key])
    except (KeyError, TypeError):
        choice = precision.choose(model, image_size_px, usual)
        kept = dict(list({**known, key: choice.to_dict()}.items())[-MOST:])
        path.parent.mkdir(parents=True, exist_ok=True)
        write_atomic(path, json.dumps(kept))
    return replace(choice, threads=usual.threads, halves=usual.halves)


def read(path: Path) -> Choice | None:
    """A choice that a run kept; None when it has none."""
    try:
        return Choice.from_dict(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError, KeyError):
        return None


def _key(model: Any, side_px: int, usual: Choice) -> str:
    import torch

    kind = usual.device.partition(":")[0]
    name = torch.cuda.get_device_name(usual.device) if kind == "cuda" else platform.processor()
    size = sum(each.numel() for each in model.parameters())
    facts = (
        type(model).__name__,
        size,
        side_px,
        usual.device,
        usual.dtype,
        name,
        torch.__version__,
    )
    return " ".join(map(str, facts))


def _all(path: Path) -> dict[str, Any]:
    try:
        known = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return known if isinstance(known, dict) else {}
