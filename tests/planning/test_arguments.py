import json
import subprocess
import sys
from pathlib import Path

import pytest

from components.augment.recipe import RECIPES, ExtraEffect, Recipe
from components.findings import Severity
from components.jobs.process import APP_ROOT
from components.planning.arguments import asked_for, differences, ultralytics_arguments
from components.planning.knobs import KNOBS
from components.planning.plan import TrainingPlan
from components.planning.schedule import learning_rates
from tests.planning.trained import draw_set


def arguments(plan):
    return ultralytics_arguments(plan, data_yaml="/d/data.yaml", base_path=plan.base, project="/r")


def test_every_knob_reaches_the_trainer_under_its_name():
    plan = TrainingPlan(dataset="cells", epochs=7, learning_rate=0.003, frozen_layers=11)
    given = arguments(plan)
    for knob in KNOBS.values():
        if knob.argument and knob.name != "device":
            assert given[knob.argument] == getattr(plan, knob.name)
    assert given["device"] is None


def test_a_learning_rate_is_always_obeyed():
    assert arguments(TrainingPlan(dataset="cells"))["optimizer"] == "AdamW"


def test_results_go_into_the_runs_folder_and_nowhere_else():
    given = arguments(TrainingPlan(dataset="cells"))
    assert (given["project"], given["name"], given["exist_ok"]) == ("/r", "train", True)


def test_automatic_batch_is_measured_on_a_card_and_fixed_without_one():
    assert arguments(TrainingPlan(dataset="cells", batch=0, device="cuda:0"))["batch"] == -1
    assert arguments(TrainingPlan(dataset="cells", batch=0, device="cpu"))["batch"] == 16


def test_an_architecture_starts_without_weights():
    assert arguments(TrainingPlan(dataset="cells", base="yolo26n.yaml"))["pretrained"] is False


def test_recipe_and_expert_settings_come_along():
    recipe = Recipe({"mosaic": 0.25}, (ExtraEffect("blur", 0.5, 0.1),)).to_dict()
    given = arguments(TrainingPlan(dataset="cells", recipe=recipe, expert={"nbs": 32}))
    assert given["mosaic"] == 0.25
    assert given["nbs"] == 32
    assert len(given["augmentations"]) == 1


def test_ultralytics_is_never_left_to_add_effects_of_its_own():
    assert arguments(TrainingPlan(dataset="cells"))["augmentations"] == []


def test_a_trainer_that_does_what_it_is_told_has_no_differences():
    plan = TrainingPlan(dataset="cells", device="cpu")
    assert differences(plan, dict(asked_for(plan))) == []


def test_another_value_is_told_with_both_numbers():
    plan = TrainingPlan(dataset="cells", image_size_px=650)
    [found] = differences(plan, {"image_size_px": 672})
    assert "650" in found.title
    assert "672" in found.title
    assert found.severity is Severity.WARN


def test_what_was_left_to_the_trainer_is_only_noted():
    plan = TrainingPlan(dataset="cells", batch=0)
    found = differences(plan, {"batch": 24, "device": "cpu"})
    assert [each.severity for each in found] == [Severity.NOTE, Severity.NOTE]


# What a person might turn, all of it away from where it stands at first.
TURNED = TrainingPlan(
    dataset="cells", base="yolo26n.yaml", frozen_layers=12, optimizer="SGD", learning_rate=0.004,
    final_rate_share=0.2, cosine=True, warmup_epochs=1.5, epochs=4, image_size_px=50, batch=3,
    device="cpu", patience=17, seed=5, close_mosaic=2, trainer="reference",
    recipe=Recipe(
        {**RECIPES["strong"].recipe.trainer, "fliplr": 0.3, "flipud": 0.2, "bgr": 0.1},
        (ExtraEffect("blur", 0.5, 0.25),),
    ).to_dict(),
    expert={"momentum": 0.85, "weight_decay": 0.001, "nbs": 12, "cls": 0.7, "workers": 2,
            "amp": False, "warmup_bias_lr": 0.05, "warmup_momentum": 0.7, "multi_scale": 0.1},
)  # fmt: skip


def test_every_knob_is_turned_away_from_its_default_in_what_is_read_back():
    resting = {name for name, knob in KNOBS.items() if getattr(TURNED, name) == knob.default}
    assert resting == set()


@pytest.fixture(scope="module")
def seen(tmp_path_factory):
    folder = tmp_path_factory.mktemp("real")
    draw_set(folder)
    subprocess.run(
        [sys.executable, "-m", "tests.planning.trained", str(folder), TURNED.to_json()],
        cwd=APP_ROOT, check=True, capture_output=True, timeout=500,
    )  # fmt: skip
    return json.loads(Path(folder / "seen.json").read_text(encoding="utf-8"))


@pytest.mark.slow
def test_every_control_is_read_back_from_a_real_trainer(seen):
    missing = set(asked_for(TURNED)) - set(seen["live"])
    assert missing == set()


@pytest.mark.slow
def test_a_real_trainer_does_what_every_control_says(seen):
    names = {name for _, name, _ in seen["differences"]}
    assert names == {"image_size_px", "expert.workers"}  # 50 is no multiple of 32; no card here
    assert seen["live"]["image_size_px"] == 64
    assert seen["live"]["expert.workers"] == 0


@pytest.mark.slow
def test_the_rates_drawn_are_the_rates_used(seen):
    real = [rates["lr/pg0"] for rates in seen["rates"]]
    assert learning_rates(TURNED, seen["batches"]) == pytest.approx(real, rel=1e-9)
