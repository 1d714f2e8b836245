"""Hostile and broken inputs: no crash, nothing outside, no hang, and always a word about it.

All of them are tried, as `python -m tests.benchmarks.hostile` does, in a process of its own, since
it forks: half a minute, and a part of them once let a picture through that stopped an import.
"""

import json
import subprocess
import sys

import pytest

from tests.shared_data import ROOT


@pytest.mark.skipif(sys.platform != "linux", reason="limits of memory and time are Linux's")
def test_the_intake_bears_hostile_inputs():
    from tests.hostile.cases import CASES

    command = [sys.executable, "-m", "tests.benchmarks.hostile"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300)
    counts = json.loads(done.stdout.splitlines()[-1])
    counts.pop("seconds")
    assert counts == {"tried": len(CASES), "crashed": 0, "escaped": 0, "hung": 0, "silent": 0}, (
        done.stdout[-3000:]
    )


@pytest.mark.skipif(sys.platform != "linux", reason="the cases hold pipes and links")
def test_there_are_many_and_each_is_another():
    from tests.hostile.cases import CASES

    assert len(CASES) >= 200
    assert len({case.name for case in CASES}) == len(CASES)
