import numpy as np
import pytest

from components.planning.plan import TrainingPlan
from components.planning.range_test import (
    FEWEST_BATCHES,
    FILE,
    PREFIX,
    RangeTest,
    Surety,
    fitting,
    key_of,
    range_tests,
    rounded,
    smoothed,
    span_of,
    suggest,
    unlike,
)

BEST = 1e-2


def swept(batches=120, *, fall=0.4, noise=0.03, rises=True, seed=0, **changes):
    """A curve with its lowest point near `BEST`: it falls around a tenth of it, then rises."""
    dice = np.random.default_rng(seed)
    rates = np.geomspace(*span_of("AdamW"), batches)
    away = np.log10(rates / BEST)
    losses = 6 * (1 - fall / (1 + np.exp(-3 * (away + 1))))
    losses += 12 * np.maximum(0, away - 0.3) ** 2 if rises else 0
    losses *= 1 + noise * dice.standard_normal(batches)
    facts = {
        "base": "yolo26n.pt", "weights": "1", "dataset": "cells", "version": "v",
        "optimizer": "AdamW", "frozen_layers": 0, "image_size_px": 320, "batch": 8,
        "planned_batch": 8, "at": 1.0, "took_s": 50.0, "rates": tuple(map(float, rates)),
        "losses": tuple(map(float, losses)),
    }  # fmt: skip
    return RangeTest(**{**facts, **changes})


def plan(**changes):
    return TrainingPlan(**{"dataset": "cells", "image_size_px": 320, "batch": 8, **changes})


def test_a_clear_curve_suggests_a_tenth_of_its_lowest_point():
    said = suggest(swept())
    assert said.surety is Surety.SURE
    assert BEST / 30 < said.rate < BEST / 4
    assert said.low <= said.rate <= said.high
    assert "Quite sure" in said.why
    assert len(said.smoothed) == 120


def test_more_noise_makes_the_range_wider():
    calm, rough = suggest(swept(noise=0.02)), suggest(swept(noise=0.2, batches=250))
    assert rough.surety is not Surety.NONE
    assert rough.high / rough.low > calm.high / calm.low


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("noise", [0.03, 0.3])
def test_a_flat_curve_suggests_nothing_and_says_so(seed, noise):
    said = suggest(swept(40, fall=0.0, noise=noise, seed=seed))
    assert (said.surety, said.rate) == (Surety.NONE, 0.0)
    assert "flat" in said.why or "ragged" in said.why


@pytest.mark.parametrize("seed", range(12))
def test_a_fall_that_a_person_sees_is_not_called_flat_for_being_short(seed):
    said = suggest(swept(28, fall=0.3, noise=0.03, seed=seed))
    assert "flat" not in said.why


def test_a_real_curve_of_few_batches_is_not_flat_but_ragged():
    """Cells under a microscope, 28 batches of 8 at 256 px."""
    losses = (
        5.64,
        6.32,
        6.16,
        6.35,
        5.89,
        6.12,
        6.08,
        5.74,
        6.09,
        6.14,
        5.61,
        5.69,
        6.05,
        5.72,
        5.43,
        5.09,
        5.38,
        4.81,
        4.34,
        4.33,
        6.64,
        9.25,
        14.04,
        11.93,
        8.40,
        7.69,
        9.85,
        9.37,
    )
    rates = (
        1e-05,
        1e-05,
        1e-05,
        1.4e-05,
        2e-05,
        2.6e-05,
        3.6e-05,
        4.9e-05,
        6.7e-05,
        0.0001,
        0.00017,
        0.00027,
        0.00041,
        0.00071,
        0.0012,
        0.002,
        0.0034,
        0.0055,
        0.0098,
        0.019,
        0.038,
        0.064,
        0.11,
        0.15,
        0.19,
        0.24,
        0.27,
        0.3,
    )
    assert "ragged" in suggest(swept(losses=losses, rates=rates)).why


def test_a_loss_that_falls_to_the_last_rate_has_no_upper_end():
    said = suggest(swept(fall=0.9, noise=0.001, rises=False, rates=tuple(np.geomspace(1e-5, 3e-3, 120))))  # noqa: E501  # fmt: skip
    assert said.surety is Surety.NONE
    assert "still fell at the largest rate" in said.why


def test_too_few_batches_are_said_to_be_too_few():
    said = suggest(swept(FEWEST_BATCHES - 1))
    assert said.surety is Surety.NONE
    assert f"Only {FEWEST_BATCHES - 1} of at least {FEWEST_BATCHES} batches" in said.why


def test_a_loss_that_ran_away_does_not_drown_the_curve():
    whole = swept()
    cut = swept(losses=(*whole.losses[:-5], *[1e4] * 5), is_cut=True)
    assert suggest(cut).rate == pytest.approx(suggest(whole).rate, rel=0.5)


def test_the_smoothed_curve_keeps_its_mean_and_comes_neither_early_nor_late():
    step = np.r_[np.full(60, 2.0), np.full(60, 1.0)]
    curve = smoothed(step)
    assert curve.mean() == pytest.approx(1.5, abs=1e-6)
    assert int((curve > 1.5).sum()) == 60
    assert smoothed(np.full(30, 7.0)) == pytest.approx(np.full(30, 7.0))


def test_a_rate_stays_within_the_knob():
    assert rounded(5.0) == 0.1
    assert rounded(0.0123456) == 0.012
    assert rounded(1e-12) == 1e-6


def test_it_fits_a_plan_with_the_same_model_data_optimizer_and_depth():
    test = swept()
    assert fitting([test], plan(), "1") is test
    assert fitting([test], plan(epochs=9, learning_rate=0.05), "1") is test
    for change in ({"optimizer": "SGD"}, {"frozen_layers": 3}, {"base": "yolo26s.pt"}):
        assert fitting([test], plan(**change), "1") is None
    assert fitting([test], plan(), "2") is None
    assert unlike(plan(), test) == ()
    told = unlike(plan(batch=4, image_size_px=640), test)
    assert [*told] == ["it was tried at 320 px", "it was tried with 8 pictures a batch"]


def test_the_key_knows_what_the_curve_depends_on_and_no_more():
    told = key_of(plan(), "1")
    assert told == key_of(plan(epochs=9, learning_rate=0.05, name="x", patience=2), "1")
    changes = ({"optimizer": "SGD"}, {"frozen_layers": 1}, {"batch": 2}, {"seed": 4},
               {"recipe": {"trainer": {"mosaic": 0.0}}}, {"expert": {"momentum": 0.5}})  # fmt: skip
    assert len({told, key_of(plan(), "2"), *(key_of(plan(**c), "1") for c in changes)}) == 8


def test_it_is_read_as_it_was_written_and_damage_is_passed_over(workspace):
    texts = (swept().to_json(), "{", '{"base": "x"}', '{"rates": 3, "losses": 4}', "[]")
    for i, text in enumerate(texts):
        folder = workspace.cache / f"{PREFIX}{i}"
        folder.mkdir()
        (folder / FILE).write_text(text, encoding="utf-8")
    assert range_tests(workspace) == [swept()]
