"""What goes over is counted on real weights: an untrained model, saved and loaded."""

import json
import subprocess
import sys

import pytest

from components.jobs.process import APP_ROOT
from components.planning import transfer
from components.planning.transfer import Transfer

MAKE = """
import json, sys
from components.ultralytics_quiet import quiet_here
quiet_here()
import torch
from ultralytics.nn.tasks import DetectionModel
from components.planning.transfer import read_transfer
model = DetectionModel("yolo26n.yaml", nc=3, verbose=False)
model.names = {0: "car", 1: "person", 2: "dog"}
torch.save({"model": model}, sys.argv[1])
told = [read_transfer(sys.argv[1], names) for names in json.loads(sys.argv[2])]
print(json.dumps(told))
"""


@pytest.mark.slow
def test_the_count_is_that_of_the_real_transfer(workspace, tmp_path):
    wanted = [["Person", "weevil", "car"], ["weevil"], ["car", "person", "dog"]]
    done = subprocess.run(
        [sys.executable, "-c", MAKE, str(tmp_path / "base.pt"), json.dumps(wanted)],
        cwd=APP_ROOT, capture_output=True, text=True, timeout=400, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    mixed, other, same = json.loads(done.stdout.splitlines()[-1])
    assert (mixed["keeps"], mixed["fresh"]) == (["Person", "car"], ["weevil"])
    assert other["keeps"] == []
    assert other["given"] < other["total"]  # the last layers of the head do not fit one class
    assert same["given"] == same["total"] == mixed["given"]
    assert same["fresh"] == []


def test_the_answer_is_kept_for_the_file_and_the_names(workspace, tmp_path, monkeypatch):
    asked = []

    class Warm:
        def call(self, target, *, base, classes):
            asked.append((target, base, classes))
            return {"given": 6, "total": 7, "keeps": classes[:1], "fresh": classes[1:]}

    monkeypatch.setattr("components.jobs.warm.shared", Warm)
    file = tmp_path / "base.pt"
    file.write_bytes(b"one")
    first = transfer.transfer(workspace, file, ["a", "b"])
    assert first == Transfer(6, 7, ("a",), ("b",))
    assert transfer.transfer(workspace, file, ["a", "b"]) == first
    assert len(asked) == 1
    transfer.transfer(workspace, file, ["b", "a"])
    file.write_bytes(b"two")
    transfer.transfer(workspace, file, ["a", "b"])
    assert len(asked) == 3
