"""The benchmark of killed runs, small; the full one is run by hand."""

import os
import random
import subprocess
import sys

import pytest

from tests.benchmarks import power
from tests.benchmarks.crash import measure

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="kills by signals, follows files by /proc"),
]


def test_a_run_that_loses_its_app_and_then_all_power_loses_nothing(monkeypatch, tmp_path):
    monkeypatch.setenv("TAILOR_WORKSPACE", str(tmp_path))  # put back afterwards
    found = measure(2, seed=3, what=["app", "power"], epochs=3, jobs=1)
    assert found["kills"] == found["resumed"] == 2
    assert (found["corrupt"], found["chart_faults"]) == (0, 0)
    assert found["epochs_lost_max"] <= 1
    assert found["told_epochs_lost_max"] == 0


PROGRAM = """
import os, sys, pathlib
root = pathlib.Path(sys.argv[1])
def put(name, sync):
    with (root / "part").open("w") as file:
        file.write("new")
        file.flush()
        os.fsync(file.fileno())
    (root / "part").replace(root / name)
    if sync:
        os.fsync(os.open(root, os.O_RDONLY))
put("safe", True)
put("old", False)
(root / "tail").write_text("x" * 100)
"""


def test_what_was_not_synced_may_be_lost_and_what_was_may_not(tmp_path):
    root, journals, seen = tmp_path / "disk", tmp_path / "journals", set()
    root.mkdir()
    for seed in range(6):
        (root / "old").write_text("old")
        environment = {**os.environ, **power.environment(journals, root)}
        subprocess.run([sys.executable, "-c", PROGRAM, str(root)], env=environment, check=True)
        power.cut(journals, random.Random(seed))
        assert (root / "safe").read_text() == "new"
        seen.add((root / "old").read_text())
        (root / "tail").unlink(missing_ok=True)
    assert seen == {"old", "new"}
