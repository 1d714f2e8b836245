"""Drafts: the half-made plan of a data set, kept in its folder until a run is started.

The widgets own what they show; the file is where a page finds it again. `revision` grows when
somebody other than the widgets changed the values (a preset, an advice, a settings file), so
that the page makes its widgets anew, with the new values.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from components.augment.recipe import RECIPES, Recipe
from components.augment.safety import QUESTIONS, answered
from components.errors import PlanError
from components.planning.expert import settings
from components.planning.knobs import Value, defaults
from components.planning.plan import TrainingPlan
from components.planning.presets import Situation, preset_values
from components.workspace import write_atomic

DRAFT_FILE = "draft.json"
START_RECIPE = "normal"
# Prefixes of an expert setting and of an effect in a finding's `apply`.
_EXPERT, _RECIPE = "expert.", "recipe."


@dataclass(frozen=True, slots=True)
class Draft:
    """A plan in the making.

    Attributes:
        revision: Grows with each change that did not come from the widgets.
        recipe: `Recipe.to_dict()`.
        values: Fields of `TrainingPlan`: the knobs, and `base`, `name`, `expert`.
        preset: The preset that was chosen last; "" once a knob was turned.
        answers: Safety question (`safety.QUESTIONS`) to whether it matters; what nobody has
            answered yet is not in it.
    """

    revision: int = 0
    recipe: dict[str, Any] = field(default_factory=dict)
    values: dict[str, Any] = field(default_factory=dict)
    preset: str = ""
    answers: dict[str, bool] = field(default_factory=dict)

    @property
    def matters(self) -> frozenset[str]:
        """The questions answered with "it matters": what they forbid stays off."""
        return frozenset(key for key, matters in self.answers.items() if matters)

    def heeding(self, recipe: Recipe) -> Recipe:
        """A recipe without what the answers forbid."""
        for question in self.matters:
            recipe = answered(recipe, question, True)
        return recipe


def load(dataset_folder: Path) -> Draft:
    """The draft of a data set; a fresh one when there is none or it cannot be read."""
    fresh = Draft(0, RECIPES[START_RECIPE].recipe.to_dict(), _start_values(), "")
    try:
        facts = json.loads((dataset_folder / DRAFT_FILE).read_text(encoding="utf-8"))
        known = {name: facts["values"][name] for name in fresh.values if name in facts["values"]}
        draft = Draft(
            int(facts["revision"]), Recipe.from_dict(facts["recipe"]).to_dict(),
            {**fresh.values, **known}, str(facts.get("preset", "")),
            {key: bool(facts.get("answers", {})[key]) for key in QUESTIONS
             if key in facts.get("answers", {})},
        )  # fmt: skip
        _demand_sound(draft, dataset_folder)
    except (OSError, ValueError, KeyError, TypeError, AttributeError, PlanError):
        return fresh
    return draft


def begin(dataset_folder: Path, base: str, values: Mapping[str, Value] | None = None) -> Draft:
    """The draft of a data set; where nobody has planned anything yet, one that starts from `base`.

    Args:
        dataset_folder: The data set.
        base: Catalogue key of the base model.
        values: Knobs that stand elsewhere at first, see `presets.start_values`.
    """
    draft = load(dataset_folder)
    wanted = {**draft.values, **(values or {}), "base": base}
    if (dataset_folder / DRAFT_FILE).exists() or draft.values == wanted:
        return draft
    return save(dataset_folder, replace(draft, values=wanted))


def save(dataset_folder: Path, draft: Draft) -> Draft:
    """Keep what the widgets say; their own change makes no new revision."""
    write_atomic(dataset_folder / DRAFT_FILE, json.dumps(asdict(draft), indent=2))
    return draft


def change(dataset_folder: Path, values: dict[str, Any], *, preset: str = "") -> Draft:
    """Set some values from outside of the widgets, for instance a finding's `apply`.

    Args:
        dataset_folder: The data set.
        values: Fields of the plan to values; "expert.nbs" sets an expert setting, "recipe.mosaic"
            an effect of the trainer.
        preset: The preset they came from, if any.

    Raises:
        PlanError: A value does not fit; nothing is changed.
    """
    draft = load(dataset_folder)
    merged = {**draft.values, "expert": dict(draft.values["expert"])}
    effects = dict(draft.recipe["trainer"])
    for name, value in values.items():
        if name.startswith(_EXPERT):
            setting = name.removeprefix(_EXPERT)
            merged["expert"][setting] = value
            if setting in settings() and settings()[setting].default == value:
                del merged["expert"][setting]
        elif name.startswith(_RECIPE):
            effects[name.removeprefix(_RECIPE)] = value
        else:
            merged[name] = value
    recipe = Recipe.from_dict({**draft.recipe, "trainer": effects}).to_dict()
    changed = replace(
        draft, revision=draft.revision + 1, values=merged, preset=preset, recipe=recipe
    )
    _demand_sound(changed, dataset_folder)
    return save(dataset_folder, changed)


def change_recipe(dataset_folder: Path, recipe: dict[str, Any]) -> Draft:
    """Set the recipe from outside of the widgets; an answer that it contradicts is forgotten.

    Raises:
        PlanError: It is no recipe; nothing is changed.
    """
    draft = load(dataset_folder)
    checked = Recipe.from_dict(recipe)
    answers = {
        question: matters
        for question, matters in draft.answers.items()
        if answered(checked, question, matters) == checked
    }
    changed = replace(draft, revision=draft.revision + 1, recipe=checked.to_dict(), answers=answers)
    return save(dataset_folder, changed)


def answer(dataset_folder: Path, question: str, matters: bool) -> Draft:
    """Keep the answer to a safety question, and take out of the recipe what it forbids.

    Args:
        dataset_folder: The data set.
        question: A key of `safety.QUESTIONS`.
        matters: The answer; True forbids, False allows and changes nothing.
    """
    draft = load(dataset_folder)
    changed = replace(
        draft, revision=draft.revision + 1, answers={**draft.answers, question: matters}
    )
    heeding = changed.heeding(Recipe.from_dict(draft.recipe))
    return save(dataset_folder, replace(changed, recipe=heeding.to_dict()))


def apply_preset(dataset_folder: Path, key: str, situation: Situation) -> Draft:
    """Set the knobs as a preset has them.

    Raises:
        KeyError: There is no such preset.
    """
    return change(dataset_folder, preset_values(key, situation), preset=key)


def plan_of(draft: Draft, dataset: str, task: str, version: str = "") -> TrainingPlan:
    """The plan a draft describes.

    Raises:
        PlanError: A value does not fit.
    """
    facts = {**draft.values, "recipe": draft.recipe}
    return TrainingPlan.from_dict({**facts, "dataset": dataset, "task": task, "version": version})


def _demand_sound(draft: Draft, dataset_folder: Path) -> None:
    """Hold every value against its limits, which are the same for all tasks.

    Raises:
        PlanError: A value does not fit.
    """
    facts = {**draft.values, "recipe": draft.recipe, "dataset": dataset_folder.name}
    TrainingPlan.from_dict(facts)


def _start_values() -> dict[str, Any]:
    return {**defaults(), "base": "yolo26n.pt", "name": "", "expert": {}}
