from dataclasses import replace

import pytest

from components.planning.forecast import OVERHEAD_S, PastRun, Work, forecast, units
from components.planning.plan import TrainingPlan

PLAN = TrainingPlan(dataset="cells", epochs=10, image_size_px=320, device="cpu")
WORK = Work(train=100, val=20, gflops=6.1, layers=24)


def test_twice_the_epochs_are_twice_the_work():
    assert units(replace(PLAN, epochs=20), WORK) == pytest.approx(2 * units(PLAN, WORK))


def test_half_the_picture_size_is_a_quarter_of_the_work():
    assert units(replace(PLAN, image_size_px=640), WORK) == pytest.approx(4 * units(PLAN, WORK))


def test_a_run_by_the_reference_trainer_is_expected_to_take_longer_on_a_processor():
    plain = replace(PLAN, trainer="reference")
    assert forecast(plain, WORK, []).seconds > 1.5 * forecast(PLAN, WORK, []).seconds - OVERHEAD_S
    on_a_card = (replace(PLAN, device="cuda:0"), replace(plain, device="cuda:0"))
    assert units(on_a_card[0], WORK) == units(on_a_card[1], WORK)


def test_freezing_saves_work_but_never_all_of_it():
    frozen = units(replace(PLAN, frozen_layers=23), WORK)
    assert 0.4 * units(PLAN, WORK) < frozen < units(PLAN, WORK)


def test_a_finished_run_teaches_what_this_computer_can_do():
    amount = units(PLAN, WORK)
    past = [PastRun(amount, 100 + OVERHEAD_S), PastRun(2 * amount, 200 + OVERHEAD_S)]
    told = forecast(PLAN, WORK, past)
    assert told.seconds == pytest.approx(100 + OVERHEAD_S)
    assert told.low < told.seconds < told.high
    assert "2 runs" in told.source


def test_the_start_of_a_short_run_is_not_known_to_the_second():
    short = replace(PLAN, epochs=1, image_size_px=96)
    told = forecast(short, WORK, [PastRun(units(PLAN, WORK), 120.0)])
    assert told.low < 10 < told.seconds < 30 < told.high


def test_without_a_run_the_processor_has_a_rule_and_a_wider_range():
    rule = forecast(PLAN, WORK, [])
    taught = forecast(PLAN, WORK, [PastRun(units(PLAN, WORK), rule.seconds)])
    assert rule.high / rule.low > taught.high / taught.low


@pytest.mark.parametrize(
    ("plan", "work"),
    [
        pytest.param(replace(PLAN, device="cuda:0"), WORK, id="a card nobody has tried"),
        pytest.param(PLAN, replace(WORK, gflops=0.0), id="a network nobody knows"),
        pytest.param(PLAN, replace(WORK, train=0, val=0), id="nothing to train on"),
    ],
)
def test_what_is_not_known_is_not_told(plan, work):
    assert forecast(plan, work, []) is None
