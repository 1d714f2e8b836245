import pytest

from components.planning.knobs import OPTIMIZERS
from components.planning.plan import TrainingPlan
from components.planning.rates import better_rate, known_rates, rate_text, rate_word

SCRATCH = {"base": "yolo26n.yaml"}


def plan(**changes):
    return TrainingPlan(**{"dataset": "cells", **changes})


@pytest.mark.parametrize(
    ("rate", "optimizer", "word"),
    [(0.00001, "AdamW", "Too gentle"), (0.0002, "AdamW", "Gentle"), (0.001, "AdamW", "Normal"),
     (0.0025, "AdamW", "Bold"), (0.1, "AdamW", "Too bold"), (0.001, "SGD", "Too gentle"),
     (0.01, "MuSGD", "Normal"), (0.1, "SGD", "Too bold")],
)  # fmt: skip
def test_a_rate_has_a_word_for_its_optimizer(rate, optimizer, word):
    assert rate_word(plan(learning_rate=rate, optimizer=optimizer), 200) == word


@pytest.mark.parametrize("optimizer", [key for key, _ in OPTIMIZERS])
@pytest.mark.parametrize("pictures", [5, 5_000])
def test_the_better_rate_is_normal_for_every_optimizer(optimizer, pictures):
    asked = plan(optimizer=optimizer)
    better = asked.with_values({"learning_rate": better_rate(asked)})
    assert rate_word(better, pictures) == "Normal"


def test_trained_weights_bear_less_with_few_pictures():
    few, many = known_rates(plan(), 50)[1], known_rates(plan(), 5_000)[1]
    assert few == many / 2
    assert known_rates(plan(**SCRATCH), 50)[1] == many


def test_a_rate_is_written_without_an_exponent():
    assert [rate_text(rate) for rate in (0.00001, 0.001, 0.1)] == ["0.00001", "0.001", "0.1"]
