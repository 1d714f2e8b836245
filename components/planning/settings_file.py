"""A plan's settings as a YAML file: out for keeping and sharing, in with every value checked.

The file is read as data (`safe_load`), never as a program, and Ultralytics' own names are
understood as well, so that an `args.yaml` of an earlier training can be brought along.
"""

import re
from dataclasses import dataclass
from typing import Any

import yaml

from components.augment.recipe import Recipe
from components.errors import PlanError
from components.planning import expert
from components.planning.knobs import KNOBS
from components.planning.plan import TrainingPlan, checked

MOST_BYTES = 200_000
_EXPONENT = re.compile(r"\d+(\.\d*)?e-?\d{1,2}", re.IGNORECASE)
_BY_ARGUMENT = {knob.argument: knob.name for knob in KNOBS.values() if knob.argument}


@dataclass(frozen=True, slots=True)
class SettingsRead:
    """What a settings file held.

    Attributes:
        values: Fields of the plan to values: knobs, `base`, `expert`.
        recipe: `Recipe.to_dict()`, or None when the file has no augmentations.
        told: What was not taken over, a sentence each.
    """

    values: dict[str, Any]
    recipe: dict[str, Any] | None
    told: tuple[str, ...]


def to_yaml(plan: TrainingPlan) -> str:
    """The plan's settings, without what belongs to one data set."""
    knobs = {name: getattr(plan, name) for name in KNOBS}
    facts = {
        "tailor_settings": 1, "task": plan.task, "base": plan.base, **knobs,
        "recipe": Recipe.from_dict(plan.recipe).to_dict(), "expert": dict(plan.expert),
    }  # fmt: skip
    return str(yaml.safe_dump(facts, sort_keys=False, allow_unicode=True))


def from_yaml(text: str | bytes) -> SettingsRead:
    """Read a settings file, or Ultralytics' args.yaml.

    Raises:
        PlanError: It is no such file, or a value does not fit its limits.
    """
    facts = _parsed(text)
    values: dict[str, Any] = {}
    other: dict[str, Any] = dict(_mapping(facts.pop("expert", {}), "expert"))
    told: list[str] = []
    recipe = facts.pop("recipe", None)
    trainer: dict[str, Any] = {}
    for name, value in facts.items():
        knob = KNOBS.get(_BY_ARGUMENT.get(name, name))
        if knob is not None:
            values[knob.name] = checked(knob, _translated(knob.name, name, value))
        elif name == "base" and isinstance(value, str):
            values["base"] = value
        elif name in expert.settings():
            other[name] = value
        elif name in _trainer_effects():
            trainer[name] = value
        else:
            told += _why_not(name)
    for name, value in other.items():
        expert.check(str(name), value)
    if other:
        values["expert"] = {n: v for n, v in other.items() if v != expert.settings()[n].default}
    return SettingsRead(values, _recipe(recipe, trainer), tuple(told))


def _parsed(text: str | bytes) -> dict[str, Any]:
    if len(text) > MOST_BYTES:
        raise PlanError(
            f"The settings file has {len(text):,} bytes; settings need a few thousand.",
            "Choose a settings file that Tailor or Ultralytics wrote.",
        )
    try:
        # Aliases can make a short file a huge one, and settings have no use for them.
        if any(isinstance(event, yaml.AliasEvent) for event in yaml.parse(text)):
            raise PlanError(
                "The settings file refers to parts of itself.", "Write every value out."
            )
        facts = yaml.safe_load(text)
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise PlanError(
            f"The settings file is not readable YAML ({str(error).splitlines()[0]}).",
            "Choose a settings file that Tailor or Ultralytics wrote.",
        ) from error
    return {str(name): value for name, value in _mapping(facts, "file").items()}


def _mapping(facts: Any, name: str) -> dict[Any, Any]:
    if not isinstance(facts, dict):
        raise PlanError(
            f"The {name} holds no settings, that is, no lines such as 'epochs: 50'.",
            "Choose a settings file that Tailor or Ultralytics wrote.",
        )
    return facts


def _translated(knob: str, name: str, value: Any) -> Any:
    """Ultralytics' spelling of a value to ours, when the file uses Ultralytics' name."""
    if isinstance(value, str) and _EXPONENT.fullmatch(value):
        value = float(value)  # YAML takes 1e-3, without a dot, for a word
    if name == knob and knob not in ("batch", "device"):
        return value
    match knob, value:
        case "frozen_layers", None:
            return 0
        case "batch", int() | float() if value < 1:
            return 0
        case "device", None | "":
            return "auto"
        case "device", int() | str() if str(value).isdigit():
            return f"cuda:{value}"
    return value


def _recipe(recipe: Any, trainer: dict[str, Any]) -> dict[str, Any] | None:
    if recipe is None and not trainer:
        return None
    facts = dict(_mapping(recipe or {}, "recipe"))
    facts["trainer"] = {**_mapping(facts.get("trainer", {}), "recipe"), **trainer}
    return Recipe.from_dict(facts).to_dict()


def _trainer_effects() -> set[str]:
    return set(Recipe().trainer)


def _why_not(name: str) -> list[str]:
    if name in ("tailor_settings", "task", "save_dir"):
        return []
    reason = expert.excluded().get(name, "Tailor does not know this setting.")
    return [f"'{name}' was left out: {reason}"]
