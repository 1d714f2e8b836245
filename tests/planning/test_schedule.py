from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.planning.plan import TrainingPlan
from components.planning.schedule import (
    batches_per_epoch,
    course,
    learning_rates,
    optimizer_steps,
    warmup_batches,
)


def test_the_rate_climbs_then_falls_in_a_straight_line():
    plan = TrainingPlan(
        dataset="c", epochs=10, warmup_epochs=2, learning_rate=0.01, final_rate_share=0.1
    )
    rates = learning_rates(plan, 100)
    assert rates[0] < rates[1] > rates[2] > rates[9]
    falls = [a - b for a, b in pairwise(rates[2:])]
    assert falls == pytest.approx([0.01 * 0.9 / 10] * 7)


def test_a_soft_curve_stays_high_longer():
    straight = TrainingPlan(dataset="c", epochs=20, warmup_epochs=0)
    soft = straight.with_values({"cosine": True})
    assert learning_rates(soft, 5)[4] > learning_rates(straight, 5)[4]


def test_the_last_epoch_is_never_part_of_the_warm_up():
    assert warmup_batches(TrainingPlan(dataset="c", epochs=2, warmup_epochs=9), 10) == 10
    assert warmup_batches(TrainingPlan(dataset="c", epochs=1, warmup_epochs=9), 10) == 0


@given(
    st.integers(1, 60), st.floats(0, 20), st.floats(1e-6, 0.1), st.floats(1e-4, 1.0),
    st.booleans(), st.integers(1, 200),
)  # fmt: skip
def test_a_rate_never_leaves_its_limits(epochs, warmup, rate, share, cosine, batches):
    plan = TrainingPlan(
        dataset="c", epochs=epochs, warmup_epochs=warmup, learning_rate=rate,
        final_rate_share=share, cosine=cosine,
    )  # fmt: skip
    rates = learning_rates(plan, batches)
    assert len(rates) == epochs
    assert all(0 <= each <= rate * (1 + 1e-9) for each in rates)


@given(st.integers(1, 150), st.floats(0, 20), st.booleans(), st.integers(1, 200))
def test_the_line_of_a_run_goes_through_the_rates_at_its_epochs_ends(
    epochs, warmup, cosine, batches
):
    plan = TrainingPlan(dataset="c", epochs=epochs, warmup_epochs=warmup, cosine=cosine)
    line = course(plan, batches)
    assert (line[0][0], line[-1][0]) == (0, epochs)
    ends = dict(reversed(line[1:]))  # of two points at one moment, the end of an epoch
    for epoch, rate in enumerate(learning_rates(plan, batches)):
        # Within a warm-up the last batch begins before the epoch is over: the line is ahead of it.
        step = plan.learning_rate / max(warmup_batches(plan, batches), 1)
        assert -1e-9 <= ends[epoch + 1] - rate <= step + 1e-9


def test_the_line_of_a_long_run_has_few_points():
    line = course(TrainingPlan(dataset="c", epochs=1000, warmup_epochs=3), 50)
    assert len(line) < 450
    assert line == sorted(line, key=lambda point: point[0])
    assert line[-1][0] == 1000


def test_a_warm_up_within_the_first_epoch_is_seen():
    plan = TrainingPlan(dataset="c", epochs=2, warmup_epochs=0.5, learning_rate=0.01)
    assert course(plan, 10)[:3] == [(0, 0), (0.5, 0.01), (1, 0.01)]


def test_a_last_small_batch_counts_as_one():
    assert batches_per_epoch(33, 16) == 3
    assert batches_per_epoch(33, 0) == 3
    assert batches_per_epoch(0, 16) == 1


def test_batches_are_added_up_to_the_nominal_one():
    plan = TrainingPlan(dataset="c", epochs=10, warmup_epochs=0)
    assert optimizer_steps(plan, pictures=160, batch=16) == 100 // 4
    assert optimizer_steps(plan.with_values({"expert": {"nbs": 16}}), 160, 16) == 100
    assert optimizer_steps(plan, pictures=16, batch=16) == 10 // 4
    assert optimizer_steps(plan.with_values({"epochs": 1}), pictures=16, batch=16) == 1


@given(
    st.integers(1, 300), st.integers(1, 32), st.integers(1, 20), st.integers(0, 6),
    st.integers(1, 128),
)  # fmt: skip
def test_steps_are_taken_as_ultralytics_loop_takes_them(pictures, batch, epochs, warmup, nbs):
    plan = TrainingPlan(dataset="c", epochs=epochs, warmup_epochs=warmup, expert={"nbs": nbs})
    batches = batches_per_epoch(pictures, batch)
    whole, climb = batches * epochs, warmup_batches(plan, batches)
    nominal = accumulate = min(max(round(nbs / batch), 1), whole)
    steps, last = 0, -1
    for number in range(whole):  # as `BaseTrainer._do_train` of 8.4.190 does it
        if climb and number <= climb:
            accumulate = max(1, int(np.interp(number, [0, climb], [1, nominal]).round()))
        if number - last >= accumulate:
            steps, last = steps + 1, number
    assert optimizer_steps(plan, pictures, batch) == steps
