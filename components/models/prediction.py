"""Predictions: what a model sees on one picture. Runs in the warm process, JSON in and out.

Called as `shared().call("components.models.prediction:predict", weights=..., picture=..., ...)`.
The model stays loaded from one call to the next, as long as its file is the same.
"""

import time
from pathlib import Path
from typing import Any

from components.data.pictures import probe, upright
from components.models.seen import things
from components.models.weights import demand_safe

KEPT_MODELS = 2
_SHOWN_QUALITY = 90

_models: dict[tuple[str, int, str], Any] = {}  # (file, mtime, device) to model, oldest first


def predict(
    weights: str,
    picture: str,
    confidence: float = 0.25,
    out_folder: str = "",
    image_size_px: int = 640,
    device: str = "auto",
) -> dict[str, Any]:
    """What the model sees.

    Args:
        weights: A .pt file; held against the allow-list before it is opened.
        picture: A picture file; never changed.
        confidence: Only what the model is at least so sure of, 0 to 1.
        out_folder: Where `picture.jpg` is put, the picture as the model saw it (upright); ""
            writes nothing.
        image_size_px: Side the picture is scaled to for the model.
        device: As in a plan.

    Returns:
        `width` and `height` of the upright picture, `boxes` as things (see `seen`) in its pixels,
        the surest first, and `seconds`, the time of the prediction alone. A model that sorts
        pictures gives its best guesses, whatever `confidence`.

    Raises:
        WeightsError: The file is missing, damaged or not safe.
        PictureError: The picture cannot be read.
    """
    model = _model(Path(weights), device)
    probe(Path(picture))  # says in a sentence what is wrong, and refuses picture bombs
    image = upright(Path(picture))
    if out_folder:
        Path(out_folder).mkdir(parents=True, exist_ok=True)
        image.save(Path(out_folder) / "picture.jpg", quality=_SHOWN_QUALITY)
    import numpy as np

    pixels = np.ascontiguousarray(np.asarray(image)[:, :, ::-1])  # Ultralytics expects BGR
    began = time.perf_counter()
    [result] = model.predict(
        pixels, conf=confidence, imgsz=image_size_px, verbose=False, save=False,
        device=None if device == "auto" else device,
    )  # fmt: skip
    seconds = time.perf_counter() - began
    return {
        "width": image.width, "height": image.height, "boxes": things(result), "seconds": seconds,
    }  # fmt: skip


def _model(weights: Path, device: str) -> Any:
    """The loaded model; a file that was written anew is loaded anew."""
    demand_safe(weights)
    key = (str(weights), weights.stat().st_mtime_ns, device)
    if key not in _models:
        for old in [each for each in _models if each[0] == key[0]]:
            del _models[old]
        while len(_models) >= KEPT_MODELS:
            del _models[next(iter(_models))]
        _models[key] = _load(weights)
    return _models[key]


def _load(weights: Path) -> Any:
    from components.planning.machine import cores
    from components.ultralytics_quiet import quiet_here

    quiet_here()
    import torch
    import torchvision  # noqa: F401 - the first prediction would import it, and count its seconds
    from ultralytics.models import YOLO

    torch.set_num_threads(max(1, cores() - 1))  # one core is the page's
    return YOLO(str(weights))
