"""Real trainings of the four tasks beside detection, untrained models on a dozen drawn arrows."""

import contextlib
import json
import os
import signal
import time

import pytest

from components.jobs.events import State
from components.jobs.job import log_tail, process_of, progress_of, wait
from components.runs import evaluation, resuming
from components.runs.store import RunStore
from components.runs.training import start
from components.tasks import TASKS
from tests.runs.drawn import small_plan
from tests.runs.drawn_tasks import draw_for
from tests.runs.supervised import supervised

pytestmark = pytest.mark.slow
PATIENCE_S = 240
OTHERS = [task for task in TASKS if task != "detect"]
FORMS = {"segment": "polygon", "pose": "keypoints", "obb": "rotated", "classify": "whole"}


@pytest.fixture(scope="module")
def workspace(tmp_path_factory):
    def draw(workspace):
        for task in OTHERS:
            draw_for(workspace, task)

    with supervised(tmp_path_factory.mktemp("tasks"), draw) as workspace:
        yield workspace


def plan(task, **changes):
    """Batch 3 of 8 and a nominal batch of 12: gradients are left over at the end of an epoch."""
    base = f"yolo26n{TASKS[task].weights_suffix}.yaml"
    values = {"dataset": f"arrows-{task}", "task": task, "base": base, "patience": 0,
              "batch": 3, "expert": {"nbs": 12}}  # fmt: skip
    return small_plan(**{**values, **changes})


@pytest.fixture(scope="module")
def trained(workspace):
    """A finished run of each task; segmentation is for more epochs, to be cut off beside."""
    runs = {
        task: start(workspace, plan(task, epochs=3 if task == "segment" else 1))
        for task in OTHERS
    }  # fmt: skip
    for run in runs.values():
        finished(run.folder)
    return {task: RunStore(workspace).get(run.slug) for task, run in runs.items()}


def finished(folder):
    assert wait(folder, PATIENCE_S).state is State.FINISHED, log_tail(folder)


@pytest.mark.parametrize("task", OTHERS)
def test_each_epoch_tells_the_tasks_own_numbers(task, trained):
    history = trained[task].progress.history
    assert [each.epoch for each in history] == [*range(1, trained[task].plan.epochs + 1)]
    for each in history:
        told = {metric.key for metric in TASKS[task].metrics}
        assert told <= each.metrics.keys()
        losses = {name.removeprefix("train/") for name in each.metrics if name[:6] == "train/"}
        assert losses
        assert losses <= {name for name, _ in TASKS[task].losses}


@pytest.mark.parametrize("task", OTHERS)
def test_the_evaluation_shows_labels_and_predictions_in_the_tasks_form(task, trained):
    facts = evaluation.read(trained[task])
    assert [row["class"] for row in facts["per_class"]] == ["red arrow", "blue arrow"]
    assert [row["pictures"] for row in facts["per_class"]] == (
        [2, 2] if task == "classify" else [4, 4]
    )
    assert facts["pictures"] == len(facts["samples"]) == 4
    assert TASKS[task].headline.key in facts["metrics"]
    assert "interval" in facts
    named = [each["point"] for each in facts["per_point"]]
    assert named == (["tip", "tail"] if task == "pose" else [])
    for sample in facts["samples"]:
        assert (sample["width"], sample["height"]) == (96, 96)
        assert len(sample["truth"]) == len(sample["truth_shapes"]) > 0
        assert len(sample["predicted"]) == len(sample["predicted_shapes"])
        assert {form[0] for form in sample["truth_shapes"]} == {FORMS[task]}
        drawn = {form[0] for form in sample["predicted_shapes"] if form}
        assert drawn <= {FORMS[task]}


@pytest.mark.parametrize("task", OTHERS)
def test_the_same_pictures_are_looked_at_in_every_epoch(task, trained):
    files = sorted((trained[task].folder / "eyes").glob("epoch-*.json"))
    assert len(files) == trained[task].plan.epochs
    seen = [json.loads(file.read_text())["pictures"] for file in files]
    for pictures in seen:
        assert [each["picture"] for each in pictures] == [each["picture"] for each in seen[0]]
        assert all(len(each["boxes"]) == len(each["shapes"]) for each in pictures)


def test_outlines_learned_in_two_goes_are_the_same_to_the_last_bit(workspace, trained):
    import torch

    run = start(workspace, trained["segment"].plan)
    until(lambda: resuming.file_of(run.folder).exists(), run.folder)
    with contextlib.suppress(ProcessLookupError):  # it may have been over this moment
        os.kill(process_of(run.folder)[0], signal.SIGKILL)
    finished(run.folder)
    ours, theirs = (resuming.newest(each.folder).state for each in (run, trained["segment"]))
    for kind in ("model", "ema"):
        for name, tensor in theirs[kind].items():
            assert torch.equal(ours[kind][name], tensor), (kind, name)
    again = [{k: v for k, v in each.metrics.items() if k.split("/")[0] in ("train", "metrics")}
             for each in progress_of(run.folder).history]  # fmt: skip
    before = [{k: v for k, v in each.metrics.items() if k.split("/")[0] in ("train", "metrics")}
              for each in trained["segment"].progress.history]  # fmt: skip
    assert again == before


def until(truth, folder):
    deadline = time.monotonic() + PATIENCE_S
    while not truth():
        assert time.monotonic() < deadline, log_tail(folder)
        assert progress_of(folder).state is not State.FAILED, log_tail(folder)
        time.sleep(0.02)


def test_plain_ultralytics_serves_other_tasks_too(workspace):
    run = start(workspace, plan("pose", epochs=1, trainer="reference"))
    finished(run.folder)
    facts = evaluation.read(RunStore(workspace).get(run.slug))
    assert facts["pictures"] == 4
    assert {form[0] for each in facts["samples"] for form in each["truth_shapes"]} == {"keypoints"}
    assert [each["point"] for each in facts["per_point"]] == ["tip", "tail"]
