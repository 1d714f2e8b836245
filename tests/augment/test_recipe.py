import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.augment.catalogue import EFFECTS, trainer_defaults
from components.augment.recipe import (
    RECIPES,
    ExtraEffect,
    Recipe,
    extra_python,
    is_mosaic_closed,
    trainer_arguments,
)
from components.errors import PlanError

TRAINER = {key: e for key, e in EFFECTS.items() if e.family == "trainer"}
EXTRA = [key for key, e in EFFECTS.items() if e.family == "albumentations"]


@st.composite
def recipes(draw):
    chosen = draw(st.lists(st.sampled_from(sorted(TRAINER)), unique=True))
    trainer = {key: draw(st.floats(TRAINER[key].low, TRAINER[key].high)) for key in chosen}
    share = st.floats(0, 1)
    extra = draw(st.lists(st.sampled_from(EXTRA), unique=True))
    return Recipe(trainer, tuple(ExtraEffect(key, draw(share), draw(share)) for key in extra))


@given(recipes())
def test_a_recipe_survives_json(recipe):
    assert Recipe.from_dict(json.loads(json.dumps(recipe.to_dict()))) == recipe


@given(recipes())
def test_arguments_are_json_and_name_every_trainer_effect(recipe):
    arguments = trainer_arguments(recipe)
    assert json.loads(json.dumps(arguments)) == arguments
    assert set(arguments) == {*TRAINER, "augmentations"}


def test_what_is_left_out_is_ultralytics_own():
    assert Recipe({"mosaic": 0.3}).trainer == trainer_defaults() | {"mosaic": 0.3}
    assert Recipe.from_dict({}) == Recipe()


def test_normal_is_what_ultralytics_does_by_itself():
    assert RECIPES["normal"].recipe.trainer == trainer_defaults()
    assert trainer_arguments(RECIPES["normal"].recipe)["augmentations"] == []


def test_none_does_nothing_and_gentle_flips_nothing():
    assert not any(RECIPES["none"].recipe.trainer.values())
    gentle = RECIPES["gentle"].recipe.trainer
    assert [gentle[key] for key in ("fliplr", "flipud", "degrees")] == [0, 0, 0]


@pytest.mark.parametrize("ready", RECIPES.values(), ids=list(RECIPES))
def test_ready_made_recipes_explain_themselves(ready):
    assert ready.label
    assert ready.help.endswith(".")


@pytest.mark.parametrize(
    "values",
    [
        {"trainer": {"mosaic": 1.2}},
        {"trainer": {"mosaic": -0.1}},
        {"trainer": {"mosaic": float("nan")}},
        {"trainer": {"mosaic": True}},
        {"trainer": {"mosaic": "much"}},
        {"trainer": {"sparkle": 0.5}},
        {"trainer": {"blur": 0.5}},
        {"trainer": [1, 2]},
        {"extra": [{"key": "blur", "strength": 2, "probability": 0.1}]},
        {"extra": [{"key": "blur", "strength": 0.5, "probability": None}]},
        {"extra": [{"key": "mosaic", "strength": 0.5, "probability": 0.1}]},
        {"extra": [{"key": "blur", "strength": 0.5}]},
        {"extra": [{"key": "blur", "strength": 0.5, "probability": 0.1}] * 2},
        {"extra": 3},
        "gentle",
    ],
)
def test_what_is_no_recipe_is_refused_in_two_sentences(values):
    with pytest.raises(PlanError) as refused:
        Recipe.from_dict(values)
    assert refused.value.what.endswith(".")
    assert refused.value.fix.endswith(".")


def test_an_effect_at_zero_is_not_passed_on():
    recipe = Recipe(extra=(ExtraEffect("blur", 0, 0.5), ExtraEffect("noise", 0.5, 0)))
    assert trainer_arguments(recipe)["augmentations"] == []


def test_a_classifier_gets_only_what_it_can_take():
    recipe = RECIPES["strong"].recipe.for_task("classify")
    assert recipe.trainer["mosaic"] == 0
    assert recipe.trainer["fliplr"] == 0.5
    assert recipe.extra == ()
    assert trainer_arguments(RECIPES["strong"].recipe, "classify")["auto_augment"] is None


def test_a_detector_gets_all_but_what_only_classifiers_take():
    strong = RECIPES["strong"].recipe
    assert strong.for_task("detect") == Recipe(strong.trainer | {"erasing": 0.0}, strong.extra)


def test_extras_can_be_written_as_python():
    recipe = Recipe(extra=(ExtraEffect("grey", 1.0, 0.1), ExtraEffect("noise", 0.5, 0.2)))
    assert extra_python(recipe) == [  # in the catalogue's order, whatever order they came in
        "A.GaussNoise(std_range=(0.03, 0.125), p=0.2)",
        "A.ToGray(p=0.1)",
    ]


def test_mixing_ends_before_the_last_epochs():
    assert [is_mosaic_closed(epoch, 5, 2) for epoch in range(5)] == [False] * 3 + [True] * 2
    assert is_mosaic_closed(0, 5, 10)  # a short run never mixes
    assert not is_mosaic_closed(4, 5, 0)
