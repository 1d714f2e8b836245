"""Which augmentations a running trainer really uses, read from its data set's transforms."""

from collections.abc import Iterator
from functools import cache
from typing import Any

from components.augment.catalogue import EFFECTS

# Ultralytics' transform -> its attribute -> the argument it came from (`data/augment.py`).
_TRACES = {
    "Mosaic": {"p": "mosaic"},
    "MixUp": {"p": "mixup"},
    "CutMix": {"p": "cutmix"},
    "RandomPerspective": {
        name: name for name in ("degrees", "translate", "scale", "shear", "perspective")
    },
    "RandomHSV": {"hgain": "hsv_h", "sgain": "hsv_s", "vgain": "hsv_v"},
    "Format": {"bgr": "bgr"},
}


def augmentations(trainer: Any) -> dict[str, Any]:
    """The values in the dataset's live transforms, under Ultralytics' argument names."""
    dataset = trainer.train_loader.dataset
    if hasattr(dataset, "torch_transforms"):
        return _class_augmentations(dataset.torch_transforms)
    found: dict[str, Any] = {}
    for step in _steps(getattr(dataset, "transforms", None)):
        kind = type(step).__name__
        if kind == "RandomFlip":
            found["flipud" if step.direction == "vertical" else "fliplr"] = step.p
        elif kind == "Albumentations":
            found["extra"] = _albumentations(step)
        for attribute, argument in _TRACES.get(kind, {}).items():
            found[argument] = getattr(step, attribute)
    return found


def _class_augmentations(composed: Any) -> dict[str, Any]:
    """The same for classification, whose changes are torchvision's; what is off is not there."""
    found: dict[str, Any] = {"fliplr": 0.0, "flipud": 0.0, "auto_augment": None, "erasing": 0.0}
    found["extra"] = []  # torchvision's steps alone; a foreign one would be no step of these kinds
    for step in composed.transforms:
        match type(step).__name__:
            case "RandomHorizontalFlip":
                found["fliplr"] = step.p
            case "RandomVerticalFlip":
                found["flipud"] = step.p
            case "RandomResizedCrop":
                found["scale"] = 1.0 - step.scale[0]
            case "ColorJitter":  # spans around 1, or around 0 for the hue; None where nothing
                found["hsv_h"] = step.hue[1] if step.hue else 0.0
                found["hsv_s"] = step.saturation[1] - 1.0 if step.saturation else 0.0
                found["hsv_v"] = step.brightness[1] - 1.0 if step.brightness else 0.0
            case "RandomErasing":
                found["erasing"] = step.p
            case "RandAugment" | "AugMix" | "AutoAugment" as ready_made:
                found["auto_augment"] = ready_made.lower()
    return found


def extra_words(name: str, arguments: dict[str, Any]) -> str:
    """An albumentations transform with every argument that a slider sets, in a fixed order.

    Args:
        name: Its class.
        arguments: `p` and the rest; what no slider sets is left out.
    """
    told = [f"{key}={_short(arguments[key])}" for key in ("p", *_set_by_sliders(name))]
    return " ".join([name, *told])


@cache
def _set_by_sliders(transform: str) -> tuple[str, ...]:
    rows = [each for each in EFFECTS.values() if each.transform == transform and each.arguments]
    return tuple(sorted({key for row in rows if row.arguments for key in row.arguments(0.5)}))


def _short(value: Any) -> str:
    if isinstance(value, list | tuple):  # albumentations makes 0–0 of a 0
        words = [_short(each) for each in value]
        return "–".join(words if len(set(words)) > 1 else words[:1])
    return f"{value:g}" if isinstance(value, int | float) else str(value)


def _albumentations(step: Any) -> list[str]:
    composed = getattr(step, "transform", None)
    if composed is None:
        return []
    return [extra_words(type(t).__name__, t.to_dict()["transform"]) for t in composed]


def _steps(transform: Any) -> Iterator[Any]:
    """The single steps of (nested) `Compose`s; a subclass of ours counts as what it extends."""
    inner = getattr(transform, "transforms", None)
    if inner is None or type(transform).__name__ == "Albumentations":
        yield transform
        return
    for step in inner:
        yield from _steps(step)
