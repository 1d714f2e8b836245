from dataclasses import replace

import pytest

from components.data.fixes import FIXES, fix_of
from components.findings import Severity
from components.planning import drafts
from components.planning.advice import ADVICE, advice
from components.planning.advice_on_data import interval
from components.planning.facts import Facts, facts_about
from components.planning.freezing import BaseKind, known
from components.planning.plan import TrainingPlan
from components.planning.presets import PRESETS, Situation, preset_values

FACTS = Facts(
    train=205, val=87, val_boxes=1200, classes=("rbc", "wbc"), rarest=120, small_share=0.1,
    picture_px=640, device_kind="cuda", base_kind=BaseKind.PHOTOGRAPHS,
    layers=tuple(known("yolo26n.pt")),
)  # fmt: skip
SOUND = TrainingPlan(dataset="cells")
SCRATCH = replace(FACTS, base_kind=BaseKind.SCRATCH)


def names(plan, facts):
    return [name for found in advice(plan, facts) for name in found.where]


def test_a_sound_plan_is_left_in_peace():
    assert advice(SOUND, FACTS) == []


@pytest.mark.parametrize("key", PRESETS)
def test_presets_need_no_warning(key):
    values = preset_values(key, Situation(205, "cuda"))
    expert = {"nbs": values.pop("expert.nbs")}
    plan = replace(SOUND.with_values(values), expert=expert)
    assert [each for each in advice(plan, FACTS) if each.severity is not Severity.NOTE] == []


CASES = [
    ({"frozen_layers": 24}, FACTS, "frozen_layers", Severity.STOP),
    ({"frozen_layers": 23}, FACTS, "frozen_layers", Severity.WARN),
    ({"frozen_layers": 5, "base": "yolo26n.yaml"}, SCRATCH, "frozen_layers", Severity.WARN),
    ({"base": "yolo26n.yaml"}, SCRATCH, "base", Severity.WARN),
    ({"frozen_layers": 5}, replace(FACTS, base_kind=BaseKind.GIVEN), "frozen_layers",
     Severity.NOTE),
    ({"frozen_layers": 11, "base": "yolo26n-starter.pt"}, replace(FACTS, base_kind=BaseKind.DRAWN),
     "frozen_layers", Severity.WARN),
    ({}, replace(FACTS, device_kind="cpu"), "frozen_layers", Severity.NOTE),
    ({"learning_rate": 0.01}, FACTS, "learning_rate", Severity.WARN),
    ({"learning_rate": 0.00001}, FACTS, "learning_rate", Severity.WARN),
    ({"learning_rate": 0.0005, "optimizer": "SGD"}, FACTS, "learning_rate", Severity.WARN),
    ({}, replace(FACTS, small_share=0.01, picture_px=1280), "image_size_px", Severity.WARN),
    ({}, replace(FACTS, val=0), "", Severity.STOP),
    ({}, replace(FACTS, val=8, val_boxes=30), "val", Severity.NOTE),
    ({}, replace(FACTS, is_base_from_here=True, val_learned=70), "base", Severity.WARN),
    ({"patience": 100}, FACTS, "patience", Severity.NOTE),
    ({"patience": 2}, FACTS, "patience", Severity.WARN),
    ({"epochs": 4, "patience": 0}, FACTS, "warmup_epochs", Severity.NOTE),
    ({"batch": 16}, replace(FACTS, train=9), "batch", Severity.WARN),
    ({"epochs": 8, "warmup_epochs": 1.0, "patience": 5}, replace(FACTS, train=60), "expert.nbs",
     Severity.NOTE),
    ({"epochs": 8, "warmup_epochs": 1.0, "patience": 5, "expert": {"nbs": 16}},
     replace(FACTS, train=60), "epochs", Severity.NOTE),
    ({"epochs": 300}, replace(FACTS, expected_s=90_000.0, expected_from="a dry run"), "base",
     Severity.WARN),
    ({"image_size_px": 650}, FACTS, "image_size_px", Severity.NOTE),
    ({}, replace(FACTS, rarest=12, commonest=480), "expert.cls_pw", Severity.NOTE),
    ({"recipe": {"trainer": {"mosaic": 0.0}}}, replace(FACTS, train=120), "recipe.mosaic",
     Severity.NOTE),
    ({"epochs": 8, "warmup_epochs": 1.0, "patience": 5}, FACTS, "close_mosaic", Severity.NOTE),
]  # fmt: skip


@pytest.mark.parametrize(("values", "facts", "where", "severity"), CASES)
def test_what_a_friend_would_say(values, facts, where, severity):
    plan = SOUND.with_values(values)
    found = [each for each in advice(plan, facts) if not where or where in each.where]
    assert severity in [each.severity for each in found]


@pytest.mark.parametrize(("values", "facts", "where", "severity"), CASES)
def test_every_advice_has_a_reason_and_one_click_mends_it(tmp_path, values, facts, where, severity):
    plan = SOUND.with_values(values)
    for found in advice(plan, facts):
        assert found.source
        assert found.fix.endswith(".")
        if not found.apply:
            continue
        if fix_of(found):  # it changes the data set, which test_every_finding holds
            assert fix_of(found) in FIXES
            continue
        folder = tmp_path / str(abs(hash(found.title)))
        folder.mkdir()
        drafts.change(folder, {name: getattr(plan, name) for name in drafts.load(folder).values})
        drafts.change_recipe(folder, plan.recipe)
        mended = drafts.plan_of(drafts.change(folder, dict(found.apply)), "cells", "detect")
        assert found.title not in [each.title for each in advice(mended, facts)]


def test_who_starts_from_what_a_run_learned_here_is_not_led_to_deal_again():
    few = replace(FACTS, val=8, val_boxes=30)
    assert [each.apply for each in advice(SOUND, few)] == [(("fix", "deal_with_more_val"),)]
    [told] = advice(SOUND, replace(few, is_base_from_here=True))
    assert not told.apply
    assert "leave the parts as they are" in told.fix


def test_every_advice_is_met_by_a_case():
    met = {
        look
        for values, facts, _, _ in CASES
        for look in ADVICE
        if list(look(SOUND.with_values(values), facts))
    }
    assert met == set(ADVICE)


@pytest.mark.parametrize(("nominal", "words"), [(64, "64 pictures are added up"),
                                                (16, "one after every 16 pictures")])  # fmt: skip
def test_pictures_are_only_said_to_be_added_up_where_they_are(nominal, words):
    few = replace(FACTS, train=60)
    plan = replace(SOUND, epochs=8, batch=16, expert={"nbs": nominal})
    [told] = [each.title for each in advice(plan, few) if "steps" in each.title]
    assert words in told


def test_the_most_serious_comes_first():
    found = advice(SOUND.with_values({"frozen_layers": 24, "image_size_px": 650}), FACTS)
    assert found[0].severity is Severity.STOP


def test_the_facts_are_read_from_the_data_set(tmp_path):
    from components.data import store
    from components.data.records import Label, PictureState
    from components.data.rows import NewPicture

    folder = tmp_path / "cells"
    dataset = store.create(folder, name="Cells", task="detect", classes=["cell"])
    cell = Label("cell", (10.0, 10.0, 42.0, 42.0))
    dataset.add_pictures(
        NewPicture(
            f"images/{i}.png", f"images/{i}.png", f"{i}.png", 320, 320,
            PictureState.UNLABELLED if i == 0 else PictureState.LABELLED,
            "val" if i > 7 else "train", () if i == 0 else (cell,),
        )
        for i in range(10)
    )  # fmt: skip
    facts = facts_about(dataset, device_kind="cpu")
    assert (facts.train, facts.val, facts.val_boxes) == (7, 2, 2)
    assert facts.small_share == pytest.approx(0.1, rel=0.01)
    assert (facts.picture_px, facts.rarest, facts.classes) == (320, 9, ("cell",))


def test_a_share_of_few_says_little_and_of_many_much():
    low, high = interval(0.8, 30)
    assert (round(low, 2), round(high, 2)) == (0.63, 0.9)  # Wilson's, as in tables
    low, high = interval(0.8, 3000)
    assert high - low < 0.03
    assert 0.0 <= interval(0.0, 5)[0] <= interval(1.0, 5)[1] <= 1.0


def test_sorting_needs_no_collages_and_has_no_help_for_rare_classes():
    plan = replace(SOUND, task="classify", recipe={"trainer": {"mosaic": 0.0}}, epochs=5)
    told = names(plan, replace(FACTS, rarest=1, commonest=900, train=50))
    assert not {"recipe.mosaic", "expert.cls_pw", "close_mosaic"} & set(told)


def test_how_long_it_takes_is_what_the_page_forecasts_and_says_by_what():
    told = advice(
        SOUND, replace(FACTS, expected_s=36_000.0, expected_from="a dry run of 9 batches")
    )
    [long] = [each for each in told if "hours" in each.title]
    assert "about 10 hours" in long.title
    assert "a dry run of 9 batches" in long.source
    assert not advice(SOUND, replace(FACTS, expected_s=3_600.0, expected_from="a dry run"))


def test_freezing_is_advised_by_what_a_dry_run_here_measured():
    facts = replace(FACTS, device_kind="cpu", kept_backbone=0.72)
    [told] = [each for each in advice(SOUND, facts) if "frozen_layers" in each.where]
    assert "28%" in told.fix
    assert "dry run" in told.source
    assert not advice(SOUND, replace(facts, kept_backbone=0.95))  # it hardly saves anything here
