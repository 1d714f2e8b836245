from contextlib import suppress

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from components.augment.recipe import RECIPES
from components.errors import PlanError
from components.planning import drafts
from components.planning.plan import TrainingPlan
from components.planning.settings_file import from_yaml, to_yaml


def test_settings_come_back_as_they_went(tmp_path):
    plan = TrainingPlan(
        dataset="cells", base="yolo26s.pt", epochs=9, cosine=True, expert={"nbs": 32},
        recipe=RECIPES["strong"].recipe.to_dict(),
    )  # fmt: skip
    read = from_yaml(to_yaml(plan))
    drafts.change(tmp_path, read.values)
    draft = drafts.change_recipe(tmp_path, read.recipe)
    assert drafts.plan_of(draft, "cells", "detect") == plan
    assert read.told == ()


def test_a_settings_file_does_not_carry_the_data_set():
    assert "secret-cells" not in to_yaml(TrainingPlan(dataset="secret-cells"))


def test_what_ultralytics_wrote_is_understood():
    read = from_yaml(
        "epochs: 20\nlr0: 1e-3\nbatch: -1\ndevice: '0'\nfreeze: null\nmosaic: 0.5\nnbs: 32\n"
        "optimizer: SGD\nproject: /home/me\ndata: coco8.yaml\n"
    )
    assert read.values == {
        "epochs": 20, "learning_rate": 0.001, "batch": 0, "device": "cuda:0", "frozen_layers": 0,
        "optimizer": "SGD", "expert": {"nbs": 32},
    }  # fmt: skip
    assert read.recipe["trainer"]["mosaic"] == 0.5
    assert any("project" in sentence for sentence in read.told)


def test_what_nobody_knows_is_told():
    assert from_yaml("colour: red\nepochs: 3").told == (
        "'colour' was left out: Tailor does not know this setting.",
    )


@pytest.mark.parametrize(
    "text",
    [
        "", "just words", "- 1", "epochs: 0", "epochs: [1]", "a: &a [1]\nepochs: *a",
        "optimizer: auto", "expert: {lr0: 1}", "expert: 3", "recipe: 3", "mosaic: 9",
        "!!python/object/apply:os.system ['true']", "x: [", "\x00", "epochs: 5\n" + " " * 200_001,
    ],
)  # fmt: skip
def test_what_does_not_fit_is_refused(text):
    with pytest.raises(PlanError):
        from_yaml(text)


@given(st.dictionaries(st.text(max_size=12), st.one_of(st.integers(), st.floats(), st.text())))
def test_any_file_is_read_or_refused(facts):
    with suppress(PlanError):
        from_yaml(yaml.safe_dump(facts))
