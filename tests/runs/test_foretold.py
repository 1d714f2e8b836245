from dataclasses import replace

import pytest

from components.jobs.events import Measured, fold
from components.runs import foretold
from components.runs.foretold import TRIAL, Foretold
from tests.runs.drawn import small_plan

SAID = Foretold(100.0, 80.0, 120.0, TRIAL, "a dry run", "here")


def ended(workspace, name, seconds, *, epochs=2, said=SAID):
    folder = workspace.runs / name
    folder.mkdir()
    foretold.keep(folder, said)
    story = fold([Measured(i + 1, {"memory/bytes": 5.0}, 1.0) for i in range(epochs)])
    foretold.conclude(folder, small_plan(), seconds=seconds, told=story)
    return folder


def test_forecast_and_truth_stand_side_by_side(workspace):
    folder = ended(workspace, "first", 80.0)
    assert foretold.of_run(folder) == SAID
    told = foretold.truth_of_run(workspace, "first")
    assert told.took_s == 80.0
    assert told.peak_bytes == 5.0
    assert told.off == pytest.approx(0.25)


def test_a_run_of_the_same_name_does_not_lend_its_truth(workspace):
    ended(workspace, "cells", 80.0)
    ended(workspace, "cells-2", 125.0)
    assert foretold.truth_of_run(workspace, "cells").took_s == 80.0
    assert foretold.truth_of_run(workspace, "cells-2").took_s == 125.0


def test_the_truth_survives_the_run(workspace):
    folder = ended(workspace, "first", 80.0)
    for path in folder.iterdir():
        path.unlink()
    folder.rmdir()
    assert len(foretold.truths(workspace, "here", TRIAL)) == 1


def test_an_early_end_is_compared_with_the_epochs_it_had(workspace):
    ended(workspace, "first", 40.0, epochs=1)
    told = foretold.truth_of_run(workspace, "first")
    assert told.for_what_was_trained_s == 50.0
    assert told.off == pytest.approx(0.25)


def test_the_next_forecast_learns_from_those_before_but_not_from_another_computer(workspace):
    assert foretold.correction(foretold.truths(workspace, "here", TRIAL)) == 1.0
    for i, seconds in enumerate((120.0, 130.0, 125.0)):
        ended(workspace, f"run-{i}", seconds)
    ended(workspace, "other", 10.0, said=replace(SAID, machine="there"))
    assert foretold.correction(foretold.truths(workspace, "here", TRIAL)) == pytest.approx(1.25)


def test_a_corrected_forecast_that_came_true_keeps_its_correction(workspace):
    ended(workspace, "run", 125.0, said=replace(SAID, seconds=125.0, uncorrected_s=100.0))
    assert foretold.correction(foretold.truths(workspace, "here", TRIAL)) == pytest.approx(1.25)


def test_one_wild_run_does_not_carry_the_forecast_away(workspace):
    ended(workspace, "slept", 9_000.0)
    known = foretold.truths(workspace, "here", TRIAL)
    assert foretold.correction(known) == foretold.MOST_OFF


def test_a_run_of_which_nothing_was_said_leaves_nothing(workspace):
    folder = workspace.runs / "plain"
    folder.mkdir()
    foretold.conclude(folder, small_plan(), seconds=5.0, told=fold([Measured(1, {}, 1.0)]))
    assert foretold.truth_of_run(workspace, "plain") is None
