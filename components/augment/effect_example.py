"""A small picture of what one effect does, on one of the person's own pictures. Warm process."""

from pathlib import Path
from typing import Any

from components.augment.catalogue import EFFECTS, trainer_off
from components.augment.recipe import ExtraEffect, Recipe
from components.errors import PlanError

SHOWN_STRENGTH = 0.7  # of the slider's span: plain to see, and still a picture
_SHARES = ("of pictures",)  # effects whose number says how often, not how much
_THROWS = 12
PLAIN = "plain"  # the picture as it is


def draw_effects(
    data_yaml: str, image_size_px: int, index: int, out_folder: str, *, task: str = "detect"
) -> dict[str, str]:
    """One training picture under each effect alone, all at once since that costs little more.

    Args:
        data_yaml: Of a materialised version.
        image_size_px: Side of the pictures.
        index: Training picture, in the order of the paths.
        out_folder: Where the JPEGs go; made if it is not there.
        task: What is trained.

    Returns:
        Effect to file name in `out_folder`; "plain" is the picture as it is.
    """
    from components.augment import preview

    folder = Path(out_folder)
    folder.mkdir(parents=True, exist_ok=True)
    files = {PLAIN: f"{PLAIN}.jpg"}
    unchanged = preview.prepared(data_yaml, Recipe(trainer_off()), image_size_px, 0, task)
    preview.write_picture(
        folder / files[PLAIN], *preview.as_trained(unchanged, 0, index % len(unchanged))
    )
    for key, effect in EFFECTS.items():
        if task in effect.tasks:
            dataset = preview.prepared(data_yaml, alone(key), image_size_px, 0, task)
            picture = _most_changed(dataset, index % len(dataset))
            files[key] = f"{key}.jpg"
            preview.write_picture(folder / files[key], *picture)
    return files


def alone(key: str) -> Recipe:
    """The recipe in which this effect alone acts, on every picture.

    Raises:
        PlanError: There is no such effect.
    """
    effect = EFFECTS.get(key)
    if effect is None:
        raise PlanError(f"There is no effect '{key}'.", "Choose one on the Augment page.")
    value = (
        effect.high
        if effect.unit in _SHARES
        else effect.low + SHOWN_STRENGTH * (effect.high - effect.low)
    )
    if effect.family == "trainer":
        return Recipe(trainer_off() | {key: value})
    return Recipe(trainer_off(), (ExtraEffect(key, value if effect.has_strength else 1.0, 1.0),))


def _most_changed(dataset: Any, index: int) -> tuple[Any, Any, Any]:
    """The throw that differs most from the first: a turn of one degree shows nothing."""
    import numpy as np

    from components.augment import preview

    first = preview.as_trained(dataset, 0, index)
    plain = first[0].astype(np.int16)
    throws = [preview.as_trained(dataset, throw, index) for throw in range(1, _THROWS)]
    return max([first, *throws], key=lambda item: float(np.abs(item[0] - plain).mean()))
