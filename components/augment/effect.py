"""What an effect is: one thing that training may do to a picture, told once in a row.

Form, recipe, preview, advice and tests read the rows of `trainer_effects` and `extra_effects`;
`catalogue` holds them all.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

Family = Literal["trainer", "albumentations"]
Question = Literal["left_right", "up_down", "turn"]

BOXED_TASKS = ("detect", "segment", "pose", "obb")
ALL_TASKS = (*BOXED_TASKS, "classify")


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """One row of the catalogue.

    Attributes:
        key: Ultralytics' argument for trainer effects, our own word for the others.
        label: Plain words first, the field's term after them.
        help: What it does to a picture and what it is good for.
        family: `trainer` effects are Ultralytics' own and always have a value; `albumentations`
            effects are added to a recipe with a strength and a probability.
        low: Smallest value (trainer) or strength (albumentations).
        high: Largest value or strength.
        default: Ultralytics' own value (trainer), or the strength it is added with.
        step: Step of the slider.
        off: The value that means "not used".
        unit: What the number counts, as a word behind it.
        tasks: Tasks whose training can take the effect.
        asks: The safety question to be answered before it is used, or None.
        probability: Share of pictures it touches when added, 0 to 1. Not used by trainer effects.
        has_strength: False when the effect is either there or not, and only the probability counts.
        moves_boxes: Whether labels move along with the picture.
        transform: Class name in albumentations; empty for trainer effects.
        arguments: Strength in 0 to 1 to that class's arguments, JSON values only; a greater
            strength changes the picture more. None for trainer effects.
    """

    key: str
    label: str
    help: str
    family: Family
    low: float = 0.0
    high: float = 1.0
    default: float
    step: float = 0.05
    off: float = 0.0
    unit: str
    tasks: tuple[str, ...] = BOXED_TASKS
    asks: Question | None = None
    probability: float = 1.0
    has_strength: bool = True
    moves_boxes: bool = False
    transform: str = ""
    arguments: Callable[[float], dict[str, object]] | None = None
