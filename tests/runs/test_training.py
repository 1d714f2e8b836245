"""Real trainings of an untrained YOLO26n on twelve drawn pictures, by the real supervisor."""

import json
import os
import signal
import time
import zipfile

import pytest

from components.augment.recipe import ExtraEffect, Recipe
from components.errors import DatasetError
from components.jobs.events import State
from components.jobs.job import log_tail, process_of, progress_of, submit, wait
from components.jobs.supervisor import Supervisor
from components.planning.arguments import differences
from components.planning.knobs import KNOBS
from components.runs import checkpoints, evaluation
from components.runs.live import snapshot
from components.runs.store import RunStore
from components.runs.training import MODULE, start
from components.workspace import Workspace
from tests.runs.drawn import draw_dataset, small_plan

pytestmark = pytest.mark.slow
PATIENCE_S = 240
# Without a graphics card there is no half precision, and pictures are loaded in the same process.
ONLY_WITH_A_CARD = {"expert.amp", "expert.workers"}

EVERY_KNOB_TURNED = {
    "frozen_layers": 3, "optimizer": "SGD", "learning_rate": 0.003, "final_rate_share": 0.2,
    "cosine": True, "warmup_epochs": 0.5, "epochs": 2, "image_size_px": 96, "batch": 3,
    "patience": 7, "seed": 5, "close_mosaic": 1,
    "recipe": Recipe(
        {"mosaic": 0.4, "fliplr": 0.25, "hsv_v": 0.1, "scale": 0.2},
        (ExtraEffect("blur", 0.3, 0.5),),
    ).to_dict(),
    "expert": {"momentum": 0.9, "weight_decay": 0.001, "cls_remap": False, "nbs": 3},
}  # fmt: skip


# Put before everything a worker imports: notes each attempt to reach another computer.
LISTENER = """
import sys

def note(event, arguments):
    if event in ("socket.connect", "socket.getaddrinfo", "subprocess.Popen"):
        if event != "subprocess.Popen" or "pip" in str(arguments):
            with open({path!r}, "a") as file:
                print(event, arguments[:3], file=file)

sys.addaudithook(note)
"""


@pytest.fixture(scope="module")
def knocks(tmp_path_factory):
    """The file in which workers' attempts to reach out are noted."""
    return tmp_path_factory.mktemp("listener") / "knocks.txt"


@pytest.fixture(scope="module")
def workspace(tmp_path_factory, knocks):
    """One for all trainings of this file; its supervisor runs all the while."""
    root = tmp_path_factory.mktemp("trainings")
    (knocks.parent / "sitecustomize.py").write_text(LISTENER.format(path=str(knocks)))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TAILOR_WORKSPACE", str(root))
        patch.setenv("PYTHONPATH", str(knocks.parent))
        patch.delenv("YOLO_OFFLINE", raising=False)  # the worker sees to it by itself
        workspace = Workspace.current()
        draw_dataset(workspace)
        supervisor = Supervisor([workspace.runs], root / "lock", grace_s=30)
        supervisor.start()
        yield workspace
        supervisor.close()
        for run in RunStore(workspace).all():
            process = process_of(run.folder)
            if process and not run.state.is_over:
                os.kill(process[0], signal.SIGKILL)
        for child in supervisor._children.values():
            child.wait(10)


def lies(run):
    """Controls that say one thing while the trainer does another."""
    found = differences(run.plan, run.progress.told["settings"])
    return {name for finding in found for name in finding.where} - ONLY_WITH_A_CARD


def finished(workspace, run):
    progress = wait(run.folder, PATIENCE_S)
    assert progress.state is State.FINISHED, log_tail(run.folder)
    return RunStore(workspace).get(run.slug)


@pytest.fixture(scope="module")
def tuned(workspace):
    plan = small_plan(name="every knob", **{**EVERY_KNOB_TURNED})
    return finished(workspace, start(workspace, plan))


def test_every_knob_is_what_the_trainer_used(tuned):
    used = tuned.progress.told["settings"]
    assert lies(tuned) == set()
    for name in KNOBS:
        assert used[name] == pytest.approx(getattr(tuned.plan, name)), name
    assert used["augment.mosaic"] == 0.4
    assert [words.split()[0] for words in used["augment.extra"]] == ["GaussianBlur"]


def test_each_epoch_is_told_once_and_none_that_never_was(tuned):
    assert [measured.epoch for measured in tuned.progress.history] == [1, 2]
    for measured in tuned.progress.history:
        kinds = {name.split("/")[0] for name in measured.metrics}
        assert kinds == {"train", "val", "metrics", "lr", "speed", "memory"}
        assert measured.seconds > 0


def test_the_base_and_what_still_learns_are_told(tuned):
    model = tuned.progress.told["model"]
    assert (model["transferred"], model["layers"]) == (0, 24)
    assert 0 < model["learning"] < model["parameters"]
    assert tuned.progress.told["batch"]["batch"] == 3


def test_the_weights_are_whole_and_nothing_is_left_half_written(tuned):
    for path in (tuned.best_weights, tuned.last_weights):
        assert zipfile.ZipFile(path).testzip() is None
    names = [path.name for path in tuned.best_weights.parent.iterdir()]
    assert not [name for name in names if name.endswith(checkpoints.PART)]
    assert tuned.best_weights.stat().st_size < tuned.last_weights.stat().st_size


def test_four_pictures_are_kept_for_every_epoch_and_are_always_the_same(tuned):
    seen = [
        json.loads((tuned.folder / "eyes" / f"epoch-{epoch:04d}.json").read_text())["pictures"]
        for epoch in (1, 2)
    ]
    assert [p["picture"] for p in seen[0]] == [p["picture"] for p in seen[1]]
    assert [p["picture"] for p in seen[0]] == [9, 10, 11, 12]  # ids in the data set
    assert {(p["width"], p["height"]) for p in seen[0]} == {(96, 96)}


def test_the_evaluation_counts_what_is_there(tuned):
    facts = evaluation.read(tuned)
    assert [(r["class"], r["pictures"], r["boxes"]) for r in facts["per_class"]] == [
        ("red square", 4, 4), ("blue square", 4, 4),
    ]  # fmt: skip
    assert len(facts["samples"]) == facts["pictures"] == 4
    matrix = facts["confusion"]["matrix"]
    assert facts["confusion"]["labels"][-1] == evaluation.NOTHING
    assert [sum(row[column] for row in matrix) for column in (0, 1)] == [4, 4]
    assert facts["weights_bytes"] == tuned.best_weights.stat().st_size
    assert set(facts["metrics"]) <= set(tuned.progress.history[-1].metrics)
    assert len(facts["curves"]["pr"]["x"]) == evaluation.CURVE_POINTS


def test_samples_show_the_labels_where_they_were_drawn(tuned, workspace):
    from components.data.store import find

    dataset = find(workspace, "squares")
    for sample in evaluation.read(tuned)["samples"]:
        drawn = {label.class_id: label.box for label in dataset.labels([sample["picture"]])[
            sample["picture"]]}  # fmt: skip
        for class_id, *box in sample["truth"]:
            assert box == pytest.approx(drawn[class_id], abs=0.6)


def test_live_tells_all_of_it_to_a_page_that_comes_late(tuned):
    answer = snapshot(tuned.folder, 0)
    assert [row[0] for row in answer["rows"]] == [1, 2]
    assert (answer["over"], answer["eyes_epoch"], answer["elapsed_s"] > 0) == (True, 2, True)


def test_a_worker_reaches_out_to_nobody(tuned, workspace, knocks):
    assert "Download" not in log_tail(tuned.folder, most=200_000)
    assert not knocks.exists(), knocks.read_text()
    assert (workspace.cache / "ultralytics").is_dir()  # and not the user's home


def test_stopping_in_the_middle_keeps_what_was_learned(workspace):
    run = start(workspace, small_plan(name="stopped", epochs=500, patience=0))
    deadline = time.monotonic() + PATIENCE_S
    while not progress_of(run.folder).history:
        assert time.monotonic() < deadline
        time.sleep(0.05)
    run.ask_to_stop()
    asked = time.monotonic()
    progress = wait(run.folder, PATIENCE_S)
    assert progress.state is State.STOPPED, log_tail(run.folder)
    assert time.monotonic() - asked < 30  # it did not go on to its end
    assert 1 <= len(progress.history) < 500
    assert [m.epoch for m in progress.history] == [*range(1, len(progress.history) + 1)]
    stopped = RunStore(workspace).get(run.slug)
    assert zipfile.ZipFile(stopped.best_weights).testzip() is None
    assert evaluation.read(stopped)["pictures"] == 4


def test_the_reference_trainer_tells_the_same_kind_of_story(workspace):
    plan = small_plan(name="reference", trainer="reference", expert={"nbs": 4})
    run = finished(workspace, start(workspace, plan))
    assert run.progress.told["settings"]["trainer"] == "reference"
    assert lies(run) == set()
    assert [measured.epoch for measured in run.progress.history] == [1, 2]
    assert evaluation.read(run)["pictures"] == 4


def test_a_base_that_is_not_here_is_told_before_anything_is_loaded(workspace):
    run = start(workspace, small_plan(name="no base", base="yolo26x.pt"))
    progress = wait(run.folder, PATIENCE_S)
    assert progress.state is State.FAILED
    assert "yolo26x.pt" in progress.trouble.what


def test_data_that_vanished_since_the_plan_are_told(workspace):
    run = RunStore(workspace).create(small_plan(name="gone", version="0123456789abcdef"))
    submit(run.folder, MODULE, "cpu")
    progress = wait(run.folder, PATIENCE_S)
    assert progress.state is State.FAILED
    assert "version" in progress.trouble.what


def test_a_data_set_without_validation_pictures_cannot_start(tmp_path):
    empty = Workspace(tmp_path)
    for folder in (empty.datasets, empty.runs, empty.cache):
        folder.mkdir()
    draw_dataset(empty, val=0)
    with pytest.raises(DatasetError):
        start(empty, small_plan())
    assert list(empty.runs.iterdir()) == []
