import json

import pytest

from components.augment.recipe import RECIPES
from components.errors import PlanError
from components.planning import drafts
from components.planning.freezing import BaseKind
from components.planning.knobs import KNOBS
from components.planning.plan import TrainingPlan
from components.planning.presets import FEW_PICTURES, PRESETS, Situation, fuller, preset_values

SITUATIONS = [
    Situation(pictures, device, kind, depth)
    for pictures in (1, 30, 205, 5000)
    for device in ("cpu", "cuda", "mps")
    for kind in BaseKind
    for depth in (0, 11)
]


@pytest.mark.parametrize("key", PRESETS)
@pytest.mark.parametrize("situation", SITUATIONS, ids=str)
def test_a_preset_sets_knobs_and_nothing_else_within_their_limits(key, situation):
    values = preset_values(key, situation)
    nominal = values.pop("expert.nbs")
    assert set(values) <= set(KNOBS)
    TrainingPlan(dataset="cells", expert={"nbs": nominal}).with_values(values)


@pytest.mark.parametrize(("pictures", "steps_after"), [(63, 8), (20000, 64)])
def test_small_sets_step_after_every_batch_and_large_ones_as_ultralytics_does(
    pictures, steps_after
):
    assert preset_values("balanced", Situation(pictures))["expert.nbs"] == steps_after


def test_a_preset_leaves_no_expert_setting_that_is_the_default(tmp_path):
    drafts.apply_preset(tmp_path, "best", Situation(63))
    assert drafts.load(tmp_path).values["expert"]["nbs"] == 8
    drafts.apply_preset(tmp_path, "best", Situation(20000))
    assert drafts.load(tmp_path).values["expert"] == {}


def test_all_presets_set_the_same_knobs_so_that_none_is_left_over():
    situation = Situation(205)
    assert len({frozenset(preset_values(key, situation)) for key in PRESETS}) == 1


def test_a_quick_look_at_the_processor_costs_about_the_same_for_few_and_for_many_pictures():
    looked_at = [n * preset_values("quick", Situation(n))["epochs"] for n in (70, 205, 400)]
    assert max(looked_at) < 1.2 * min(looked_at)
    assert preset_values("quick", Situation(5000))["epochs"] >= 3
    assert preset_values("quick", Situation(5))["epochs"] <= 20


def test_a_quick_look_sorts_twice_as_many_pictures_in_the_same_time():
    finding, sorting = (
        preset_values("quick", Situation(81, task=task))["epochs"] for task in ("pose", "classify")
    )
    assert sorting == pytest.approx(2 * finding, abs=1)
    assert preset_values("quick", Situation(5, task="classify"))["epochs"] <= 40


def test_a_quick_look_keeps_a_backbone_that_has_seen_photographs():
    assert preset_values("quick", Situation(205))["frozen_layers"] == 11


@pytest.mark.parametrize("kind", [BaseKind.SCRATCH, BaseKind.GIVEN, BaseKind.DRAWN])
def test_nothing_is_kept_of_a_base_that_may_have_seen_nothing(kind):
    for key in PRESETS:
        assert preset_values(key, Situation(20, "cpu", kind))["frozen_layers"] == 0


def test_small_data_keeps_the_backbone_only_when_there_is_very_little():
    assert preset_values("small", Situation(FEW_PICTURES - 1))["frozen_layers"] == 11
    assert preset_values("small", Situation(FEW_PICTURES))["frozen_layers"] == 0


def test_the_processor_gets_less_work_than_a_card():
    for key in PRESETS:
        slow, fast = (preset_values(key, Situation(205, kind)) for kind in ("cpu", "cuda"))
        work = [v["epochs"] * v["image_size_px"] ** 2 for v in (slow, fast)]
        assert work[0] < work[1]


def test_a_data_set_without_a_draft_has_a_fresh_one(tmp_path):
    draft = drafts.load(tmp_path)
    assert draft.revision == 0
    assert draft.recipe == RECIPES["normal"].recipe.to_dict()
    assert drafts.plan_of(draft, "cells", "detect").optimizer == "AdamW"


def test_what_widgets_say_is_kept_without_a_new_revision(tmp_path):
    draft = drafts.load(tmp_path)
    draft.values["epochs"] = 12
    drafts.save(tmp_path, draft)
    again = drafts.load(tmp_path)
    assert (again.values["epochs"], again.revision) == (12, 0)


@pytest.mark.parametrize("device", ["cpu", "cuda"])
@pytest.mark.parametrize(("pictures", "task"), [(30, "detect"), (900, "segment"), (81, "classify")])
def test_after_a_quick_look_there_is_a_fuller_plan_and_after_that_none(device, pictures, task):
    at = Situation(pictures, device, BaseKind.GIVEN, task=task)

    def after(key):
        values = preset_values(key, at)
        return fuller(values["epochs"], values["image_size_px"], at)

    assert after("quick") == ("small" if pictures < 300 else "balanced")
    assert after(after("quick")) == after("best") == ""


def test_a_preset_makes_a_new_revision(tmp_path):
    draft = drafts.apply_preset(tmp_path, "quick", Situation(205))
    assert draft.revision == 1
    assert draft.preset == "quick"
    assert drafts.load(tmp_path).values["epochs"] == 6


def test_an_advice_can_set_an_expert_setting(tmp_path):
    drafts.change(tmp_path, {"expert.nbs": 8, "batch": 8})
    plan = drafts.plan_of(drafts.load(tmp_path), "cells", "detect", "abc")
    assert (plan.expert, plan.batch, plan.version) == ({"nbs": 8}, 8, "abc")


def test_a_value_that_does_not_fit_changes_nothing(tmp_path):
    drafts.change(tmp_path, {"epochs": 9})
    with pytest.raises(PlanError):
        drafts.change(tmp_path, {"epochs": 0})
    with pytest.raises(PlanError):
        drafts.change_recipe(tmp_path, {"trainer": {"mosaic": 7}})
    assert drafts.load(tmp_path).values["epochs"] == 9
    assert drafts.load(tmp_path).revision == 1


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"revision": 1, "values": 3, "recipe": {}}',
             '{"revision": 1, "values": {"epochs": -4}, "recipe": {}}'],
)  # fmt: skip
def test_a_damaged_draft_begins_anew(tmp_path, text):
    (tmp_path / "draft.json").write_text(text, encoding="utf-8")
    assert drafts.load(tmp_path).revision == 0


def test_a_setting_that_a_newer_tailor_added_starts_at_its_default(tmp_path):
    drafts.change(tmp_path, {"epochs": 9})
    facts = json.loads((tmp_path / "draft.json").read_text(encoding="utf-8"))
    del facts["values"]["patience"]
    facts["values"]["colour"] = "red"
    (tmp_path / "draft.json").write_text(json.dumps(facts), encoding="utf-8")
    assert drafts.load(tmp_path).values["patience"] == KNOBS["patience"].default
    assert "colour" not in drafts.load(tmp_path).values
