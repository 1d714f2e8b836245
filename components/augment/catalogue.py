"""All effects that training may use. A new effect is a new row in one of the two lists."""

from components.augment.effect import Effect
from components.augment.extra_effects import EXTRA_EFFECTS
from components.augment.trainer_effects import TRAINER_EFFECTS

EFFECTS: dict[str, Effect] = {effect.key: effect for effect in (*TRAINER_EFFECTS, *EXTRA_EFFECTS)}


def effects_for(task: str, family: str | None = None) -> list[Effect]:
    """The effects a task can take, in the order of the catalogue.

    Args:
        task: A key of `tasks.TASKS`.
        family: Only `trainer` or only `albumentations` effects; both when None.
    """
    return [
        effect
        for effect in EFFECTS.values()
        if task in effect.tasks and family in (None, effect.family)
    ]


def trainer_defaults() -> dict[str, float]:
    """Ultralytics' own values of the trainer effects."""
    return {effect.key: effect.default for effect in TRAINER_EFFECTS}


def trainer_off() -> dict[str, float]:
    """The values with which no trainer effect does anything."""
    return {effect.key: effect.off for effect in TRAINER_EFFECTS}
