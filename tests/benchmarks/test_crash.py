"""The benchmark of killed runs, small; the full one is run by hand."""

import sys

import pytest

from tests.benchmarks.crash import KINDS, measure

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform == "win32", reason="kills by POSIX signals"),
]


def test_a_run_that_is_killed_in_all_four_ways_loses_nothing(monkeypatch, tmp_path):
    monkeypatch.setenv("TAILOR_WORKSPACE", str(tmp_path))  # put back afterwards
    found = measure(len(KINDS), seed=3, what=None, epochs=8)
    assert found["kills"] == found["resumed"] == len(KINDS)
    assert (found["corrupt"], found["chart_faults"]) == (0, 0)
    assert found["epochs_lost_max"] <= 1
    assert found["map_interrupted"] == pytest.approx(found["map_uninterrupted"], abs=1e-6)
