"""Hostile and broken inputs: no crash, nothing outside, no hang, and always a word about it.

The whole of them is tried by `python -m tests.benchmarks.hostile`; here a part, in a process of
its own, since it forks.
"""

import json
import subprocess
import sys

import pytest

from tests.shared_data import ROOT

PART = 60


@pytest.mark.skipif(sys.platform != "linux", reason="limits of memory and time are Linux's")
def test_the_intake_bears_hostile_inputs():
    command = [sys.executable, "-m", "tests.benchmarks.hostile", "--sample", str(PART)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300)
    counts = json.loads(done.stdout.splitlines()[-1])
    counts.pop("seconds")
    assert counts == {"tried": PART, "crashed": 0, "escaped": 0, "hung": 0, "silent": 0}, (
        done.stdout[-3000:]
    )


@pytest.mark.skipif(sys.platform != "linux", reason="the cases hold pipes and links")
def test_there_are_many_and_each_is_another():
    from tests.hostile.cases import CASES

    assert len(CASES) >= 200
    assert len({case.name for case in CASES}) == len(CASES)
