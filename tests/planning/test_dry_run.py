import pytest

from components.planning.dry_run import (
    FILE,
    PREFIX,
    Trial,
    expect,
    fitting,
    key_of,
    recipe_weight,
    trials,
)
from components.planning.largest import largest_batch, largest_size_px
from components.planning.plan import TrainingPlan


def trial(**changes):
    facts = {
        "base": "yolo26n.pt", "weights": "1", "device": "cpu", "machine": "here",
        "trainer": "tuned", "recipe": "light", "dataset": "cells", "version": "v",
        "frozen_layers": 0, "image_size_px": 320, "batch": 8, "train": 80, "val": 20, "at": 1.0,
        "took_s": 20.0, "startup_s": 5.0, "batch_s": 1.0, "batch_error_s": 0.0, "batches": 9,
        "check_s": 0.05, "rest_s": 0.5, "memory_bytes": 2_000, "memory_total_bytes": 10_000,
        "steps": {0: 0.8, 10: 0.4}, "kept": {0: 1_000, 10: 400},
    }  # fmt: skip
    return Trial(**{**facts, **changes})


def plan(**changes):
    facts = {
        "dataset": "cells", "epochs": 10, "image_size_px": 320, "batch": 8, "device": "cpu",
    }  # fmt: skip
    return TrainingPlan(**{**facts, **changes})


def expected(tried=None, *, train=80, val=20, truth=1.0, **changes):
    return expect(plan(**changes), tried or trial(), train=train, val=val, truth=truth)


def test_a_plan_as_tried_takes_what_its_parts_take():
    told = expected()
    assert told.epoch_s == pytest.approx(10 * 1.0 + 20 * 0.05 + 0.5)
    assert told.seconds == pytest.approx(5 + 10 * 11.5 + 1.0)  # and a last validation
    assert told.low < told.seconds < told.high
    assert told.memory_bytes == 2_000
    assert told.derived == ()


def test_more_epochs_are_no_derivation_and_cost_their_time():
    assert expected(epochs=20).derived == ()
    assert expected(epochs=20).seconds - expected().seconds == pytest.approx(10 * 11.5)


def test_picture_size_goes_by_its_square_and_is_said_to_be_derived():
    told = expected(image_size_px=640)
    assert told.epoch_s == pytest.approx(4 * (10 + 1) + 0.5)
    assert told.memory_bytes == 1_000 + 4 * 1_000
    assert "square law" in told.derived[0]
    assert told.high / told.seconds > expected().high / expected().seconds


def test_a_size_that_the_trainer_rounds_up_is_as_tried():
    assert expected(image_size_px=310).derived == ()


def test_frozen_layers_take_the_time_of_their_steps_and_loading_stays():
    told = expected(frozen_layers=10)
    assert told.epoch_s == pytest.approx(10 * (0.2 + 0.4) + 1.5)
    assert told.memory_bytes == pytest.approx(1_000 + 400)
    assert "single steps" in told.derived[0]


def test_a_depth_between_two_that_were_timed_lies_between_them():
    told = expected(frozen_layers=5)
    assert told.epoch_s == pytest.approx(10 * (0.2 + 0.6) + 1.5)
    assert "line between" in told.derived[0]


def test_twice_the_batch_takes_twice_the_memory_for_the_way_back_and_the_same_time():
    told = expected(batch=16)
    assert told.epoch_s == pytest.approx(expected().epoch_s)
    assert told.memory_bytes == pytest.approx(3_000)


def test_an_automatic_batch_is_the_one_that_was_tried():
    assert expected(trial(), batch=0) == expected()


def test_a_last_batch_of_few_pictures_counts_with_those_it_has():
    assert expected(train=84).epoch_s == pytest.approx(10.5 + 1.5)


def test_what_runs_really_took_corrects_it():
    assert expected(truth=1.5).seconds == pytest.approx(1.5 * expected().seconds)


def test_a_card_says_what_its_memory_would_take():
    card = trial(device="cuda:0", resting_bytes=1_000, memory_bytes=3_000)
    assert largest_batch(card) == (9_000 - 1_000) // (2_000 / 8)
    assert largest_size_px(card) == 640  # 320 times the root of 8000 / 2000


def test_the_processor_says_what_its_memory_would_take_beside_other_programs():
    # 1,000 of 2,000 bytes are for the way back of 8 pictures; 7,500 of 10,000 may be used
    assert largest_batch(trial()) == (7_500 - 1_000) // (1_000 / 8)
    assert largest_size_px(trial()) == 800  # 320 times the root of 6500 / 1000
    assert (largest_batch(trial(kept={})), largest_size_px(trial(kept={}))) == (0, 0)


def test_no_larger_batch_or_size_is_told_than_the_knobs_allow():
    huge = trial(memory_total_bytes=10**9)
    assert (largest_batch(huge), largest_size_px(huge)) == (512, 2048)


def test_only_a_dry_run_of_the_same_kind_is_used():
    others = [
        trial(base="yolo26s.pt"), trial(weights="2"), trial(device="cuda:0"),
        trial(machine="there"), trial(trainer="reference"), trial(dataset="cats"),
        trial(recipe="mosaic"),
    ]  # fmt: skip
    assert fitting(others, plan(), "1", "here") is None
    near, far = trial(), trial(image_size_px=640, batch=4)
    assert fitting([far, *others, near], plan(), "1", "here") is near


def test_the_key_knows_everything_that_is_not_derived():
    told = key_of(plan(), "1", "here")
    assert told == key_of(plan(epochs=99, name="x", patience=3), "1", "here")
    changes = [{"frozen_layers": 2}, {"image_size_px": 640}, {"batch": 2}, {"version": "w"},
               {"trainer": "reference"}, {"recipe": {"trainer": {"mosaic": 1.0}}},
               {"expert": {"nbs": 8}}]  # fmt: skip
    keys = {key_of(plan(**change), "1", "here") for change in changes}
    assert len(keys | {told, key_of(plan(), "2", "here"), key_of(plan(), "1", "there")}) == 10


def test_collages_and_extra_effects_make_another_recipe():
    assert recipe_weight({}) == "light"
    told = recipe_weight({"trainer": {"mosaic": 0.5, "fliplr": 0.5}, "extra": [{"key": "blur"}]})
    assert told == "mosaic+1 effects"


def test_it_is_read_as_it_was_written_and_damage_is_passed_over(workspace):
    for name, text in (("a", trial().to_json()), ("b", "{"), ("c", '{"base": "x"}')):
        folder = workspace.cache / f"{PREFIX}{name}"
        folder.mkdir()
        (folder / FILE).write_text(text, encoding="utf-8")
    assert trials(workspace) == [trial()]


def test_the_last_epochs_take_the_time_of_unmixed_pictures():
    tried = trial(plain_s=0.5)
    mixed, half, plain = (expected(tried, close_mosaic=last).epoch_s for last in (0, 5, 10))
    assert mixed == pytest.approx(10 * 1.0 + 1.5)
    assert plain == pytest.approx(10 * 0.5 + 1.5)
    assert half == pytest.approx((mixed + plain) / 2)
    assert expected(tried, close_mosaic=99).epoch_s == plain  # never mixed at all
    assert expected(trial(), close_mosaic=5).epoch_s == mixed  # not measured: as the others


def test_frozen_layers_do_not_make_an_unmixed_batch_take_less_than_its_step():
    told = expected(trial(plain_s=0.8), frozen_layers=10, close_mosaic=10)
    assert told.epoch_s == pytest.approx(10 * 0.4 + 1.5)


def test_the_last_validation_may_take_longer_than_the_others():
    twice = expected(trial(last_check_s=0.1))
    assert twice.seconds - expected().seconds == pytest.approx(20 * 0.05)


def test_the_end_counts_and_the_reference_trainer_validates_twice():
    ours = expected(trial(end_s=3.0))
    assert ours.seconds - expected().seconds == pytest.approx(3.0)
    plain = expected(trial(end_s=3.0, trainer="reference"), trainer="reference")
    assert plain.seconds - ours.seconds == pytest.approx(3.0 + 20 * 0.05)


def test_steps_of_the_optimizer_count_as_often_as_the_plan_takes_them():
    tried = trial(step_s=0.7)
    often, seldom = (expected(tried, expert={"nbs": nbs}, warmup_epochs=0) for nbs in (8, 80))
    assert often.epoch_s - expected().epoch_s == pytest.approx(10 * 0.7)
    assert seldom.epoch_s - expected().epoch_s == pytest.approx(0.7)
