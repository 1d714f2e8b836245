"""A recipe: which effects training uses, and how strongly. It travels inside the plan as JSON.

What is previewed, what is written into the plan and what the trainer builds are the same values:
`trainer_arguments` is the one translation into Ultralytics' arguments.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from components.augment.catalogue import EFFECTS, trainer_defaults, trainer_off
from components.augment.effect import Effect
from components.errors import PlanError


@dataclass(frozen=True, slots=True)
class ExtraEffect:
    """One albumentations effect in a recipe.

    Attributes:
        key: Row of the catalogue.
        strength: 0 (nothing) to 1; 1 where the row has no strength.
        probability: Share of pictures it touches, 0 to 1.

    Raises:
        PlanError: The effect is not known, or a number lies outside its limits.
    """

    key: str
    strength: float
    probability: float

    def __post_init__(self) -> None:
        effect = _known(self.key, "albumentations")
        _check(f"Strength of {effect.label}", self.strength, effect.low, effect.high)
        _check(f"Share of pictures for {effect.label}", self.probability, 0.0, 1.0)

    @property
    def acts(self) -> bool:
        """Whether it changes any picture at all."""
        return self.strength > EFFECTS[self.key].off and self.probability > 0


@dataclass(frozen=True, slots=True)
class Recipe:
    """What training may do to the pictures.

    Attributes:
        trainer: Value of every trainer effect; those left out take Ultralytics' own.
        extra: Albumentations effects, in the order in which they are applied.

    Raises:
        PlanError: An effect is not known or named twice, or a value lies outside its limits.
    """

    trainer: dict[str, float] = field(default_factory=dict)
    extra: tuple[ExtraEffect, ...] = ()

    def __post_init__(self) -> None:
        for key, value in self.trainer.items():
            effect = _known(key, "trainer")
            _check(effect.label, value, effect.low, effect.high)
        keys = [effect.key for effect in self.extra]
        for key in keys:
            if keys.count(key) > 1:
                raise PlanError(
                    f"The recipe holds the effect '{key}' {keys.count(key)} times.",
                    "Remove all but one of them.",
                )
        whole = trainer_defaults() | {key: float(v) for key, v in self.trainer.items()}
        object.__setattr__(self, "trainer", whole)
        order = list(EFFECTS)  # as the page lists them, so that equal recipes are equal
        extra = sorted(self.extra, key=lambda effect: order.index(effect.key))
        object.__setattr__(self, "extra", tuple(extra))

    def to_dict(self) -> dict[str, Any]:
        """The recipe as JSON values."""
        return {
            "trainer": dict(self.trainer),
            "extra": [
                {"key": e.key, "strength": e.strength, "probability": e.probability}
                for e in self.extra
            ],
        }

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> "Recipe":
        """Read what `to_dict` wrote.

        Raises:
            PlanError: A part is not shaped like a recipe or lies outside its limits.
        """
        try:
            trainer = dict(values.get("trainer", {}))
            extra = tuple(
                ExtraEffect(str(e["key"]), e["strength"], e["probability"])
                for e in values.get("extra", ())
            )
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise PlanError(
                f"The augmentation recipe cannot be read ({type(error).__name__}: {error}).",
                "Choose one of the ready-made recipes on the Augment page.",
            ) from error
        return cls(trainer, extra)

    def for_task(self, task: str) -> "Recipe":
        """The same recipe with everything switched off that the task cannot take."""
        trainer = {
            key: value if task in EFFECTS[key].tasks else EFFECTS[key].off
            for key, value in self.trainer.items()
        }
        return Recipe(trainer, tuple(e for e in self.extra if task in EFFECTS[e.key].tasks))


def trainer_arguments(recipe: Recipe, task: str = "detect") -> dict[str, Any]:
    """The recipe as arguments of Ultralytics' training, JSON values only.

    Without the effects that the task cannot take. For classification Ultralytics would add a
    published mix (`auto_augment`) that puts the colour sliders out of action, so it is switched
    off: what the sliders show is what happens.

    `augmentations` is always there. Left out, Ultralytics would add effects of its own that no
    control shows (blur, median blur, grey and CLAHE on 1 % of the pictures each); an empty list
    stops them.
    """
    fitting = recipe.for_task(task)
    given = {**fitting.trainer, "augmentations": extra_dicts(fitting)}
    return {**given, "auto_augment": None} if task == "classify" else given


def extra_dicts(recipe: Recipe) -> list[dict[str, Any]]:
    """The extra effects as albumentations writes them (`A.to_dict`), made without importing it."""
    return [
        {"__version__": "2.0.8", "transform": {"__class_fullname__": name, **arguments}}
        for name, arguments in _calls(recipe)
    ]


def extra_python(recipe: Recipe) -> list[str]:
    """The extra effects as Python text, for instance `A.ToGray(p=0.1)`."""
    return [
        f"A.{name}({', '.join(f'{key}={_literal(value)}' for key, value in arguments.items())})"
        for name, arguments in _calls(recipe)
    ]


def albumentations_transforms(recipe: Recipe) -> list[Any]:
    """The extra effects as albumentations objects. Only in workers: it imports albumentations."""
    import albumentations

    return [albumentations.from_dict(values) for values in extra_dicts(recipe)]


def is_mosaic_closed(epoch: int, epochs: int, close_mosaic: int) -> bool:
    """Whether the trainer has stopped mixing pictures (mosaic, mixup, cutmix) by that epoch.

    Args:
        epoch: Counted from 0.
        epochs: Epochs of the whole run. With `epochs <= close_mosaic` pictures are never mixed.
        close_mosaic: How many epochs at the end go without; 0 means that none do.
    """
    return close_mosaic > 0 and epoch >= epochs - close_mosaic


def _calls(recipe: Recipe) -> list[tuple[str, dict[str, Any]]]:
    calls = []
    for extra in recipe.extra:
        effect = EFFECTS[extra.key]
        if extra.acts and effect.arguments is not None:
            arguments = effect.arguments(extra.strength)
            calls.append((effect.transform, {**arguments, "p": extra.probability}))
    return calls


def _literal(value: object) -> str:
    return repr(tuple(value)) if isinstance(value, list) else repr(value)


def _known(key: str, family: str) -> Effect:
    effect = EFFECTS.get(key)
    if effect is None or effect.family != family:
        raise PlanError(
            f"There is no {family} effect '{key}'.",
            "Choose an effect from the list on the Augment page.",
        )
    return effect


def _check(name: str, value: object, low: float, high: float) -> None:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if not (is_number and low <= float(str(value)) <= high):  # a NaN is in no range
        raise PlanError(
            f"{name} is {value}, but it must lie between {low:g} and {high:g}.",
            f"Choose a number from {low:g} to {high:g}.",
        )


@dataclass(frozen=True, slots=True)
class ReadyRecipe:
    """A recipe that can be chosen by name."""

    label: str
    help: str
    recipe: Recipe


NONE = Recipe(trainer_off())
GENTLE = Recipe(
    trainer_off()
    | {"mosaic": 0.5, "translate": 0.05, "scale": 0.2, "hsv_h": 0.005, "hsv_s": 0.3, "hsv_v": 0.2}
)
NORMAL = Recipe(trainer_defaults())
STRONG = Recipe(
    trainer_defaults()
    | {"mixup": 0.15, "cutmix": 0.1, "degrees": 10.0, "translate": 0.15, "scale": 0.7, "shear": 3.0,
       "hsv_h": 0.02, "hsv_v": 0.5},
    (ExtraEffect("blur", 0.3, 0.1), ExtraEffect("noise", 0.3, 0.1), ExtraEffect("light", 0.4, 0.2),
     ExtraEffect("jpeg", 0.5, 0.1), ExtraEffect("holes", 0.3, 0.1)),
)  # fmt: skip

RECIPES: dict[str, ReadyRecipe] = {
    "none": ReadyRecipe(
        "None",
        "Every picture is shown as it is. For tests, or when the pictures are already varied.",
        NONE,
    ),
    "gentle": ReadyRecipe(
        "Gentle",
        "Small changes of light, size and place; nothing is flipped or turned. "
        "For pictures that always look alike, such as scans or a fixed camera.",
        GENTLE,
    ),
    "normal": ReadyRecipe(
        "Normal",
        "Ultralytics' own choice, which suits most photographs. It mirrors every second picture.",
        NORMAL,
    ),
    "strong": ReadyRecipe(
        "Strong",
        "More of everything, with blur, grain and hidden patches. "
        "For few pictures, long trainings and cameras out of doors.",
        STRONG,
    ),
}
