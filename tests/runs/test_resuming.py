"""A run that is killed and taken up again against one that was left alone; real trainings."""

import os
import signal
import time
import zipfile

import pytest

from components.jobs.events import Measured, Resumed, State, read
from components.jobs.job import log_tail, process_of, progress_of
from components.runs import best_weights, checkpoints, evaluation, resuming
from components.runs.live import snapshot
from components.runs.store import RunStore
from components.runs.training import start
from tests.runs.drawn import draw_dataset, small_plan
from tests.runs.supervised import supervised

pytestmark = pytest.mark.slow
PATIENCE_S = 240
EPOCHS = 4


@pytest.fixture(scope="module")
def workspace(tmp_path_factory):
    with supervised(tmp_path_factory.mktemp("resumed"), draw_dataset) as workspace:
        yield workspace


def plan(name, **changes):
    # Batch 3 of 8 and a nominal batch of 12: gradients are left over at the end of each epoch.
    values = {"epochs": EPOCHS, "batch": 3, "close_mosaic": 1, "patience": 0,
              "expert": {"nbs": 12}}  # fmt: skip
    return small_plan(name=name, **{**values, **changes})


def until(truth, folder):
    deadline = time.monotonic() + PATIENCE_S
    while not truth():
        assert time.monotonic() < deadline, log_tail(folder)
        assert progress_of(folder).state is not State.FAILED, log_tail(folder)
        time.sleep(0.02)


def kill(folder):
    os.kill(process_of(folder)[0], signal.SIGKILL)


def finished(folder):
    until(lambda: progress_of(folder).state is State.FINISHED, folder)
    return progress_of(folder)


@pytest.fixture(scope="module")
def left_alone(workspace):
    run = start(workspace, plan("left alone"))
    finished(run.folder)
    return run


@pytest.fixture(scope="module")
def killed(workspace, left_alone):
    run = start(workspace, plan("killed"))
    until(lambda: resuming.file_of(run.folder).exists(), run.folder)
    kill(run.folder)  # in its second epoch, or the third
    until(lambda: len(progress_of(run.folder).history) >= EPOCHS - 1, run.folder)
    checkpoint = resuming.file_of(run.folder)
    kill(run.folder)
    checkpoint.write_bytes(checkpoint.read_bytes()[:-1000] + b"\0" * 1000)
    finished(run.folder)
    return run


def learned(run):
    return [
        (m.epoch, {k: v for k, v in m.metrics.items() if k.split("/")[0] in
                   ("train", "val", "metrics", "lr")})
        for m in progress_of(run.folder).history
    ]  # fmt: skip


def test_a_killed_run_measures_the_same_as_one_left_alone(left_alone, killed):
    assert learned(killed) == learned(left_alone)


def test_a_killed_run_ends_with_the_same_weights_to_the_last_bit(left_alone, killed):
    import torch

    ours, theirs = (resuming.newest(run.folder).state for run in (killed, left_alone))
    for kind in ("model", "ema"):
        for name, tensor in theirs[kind].items():
            assert torch.equal(ours[kind][name], tensor), (kind, name)
    assert ours["stepped"] == theirs["stepped"]


def test_the_table_of_results_has_every_epoch_once(left_alone, killed):
    def rows(run):
        lines = (run.folder / "train" / "results.csv").read_text().splitlines()
        return [[cell for i, cell in enumerate(line.split(",")) if i != 1] for line in lines]

    assert rows(killed) == rows(left_alone)
    assert [row[0] for row in rows(killed)[1:]] == ["1", "2", "3", "4"]


def test_a_killed_run_reads_as_a_clear_story(killed):
    resumed = [event for event in read(killed.folder) if isinstance(event, Resumed)]
    assert len(resumed) == 2
    assert resumed[0].why == "Its process had been ended by force."
    assert "resume.pt was damaged" in resumed[1].why
    assert "Going on after epoch" in log_tail(killed.folder, most=100_000)


def test_the_clock_of_a_killed_run_goes_on(killed):
    progress = progress_of(killed.folder)
    assert progress.told["time"]["seconds"] >= sum(m.seconds for m in progress.history[:2])


def test_a_run_killed_in_its_last_check_trains_no_epoch_more(workspace):
    run = start(workspace, plan("last check", epochs=1))
    until(lambda: resuming.file_of(run.folder).exists(), run.folder)
    kill(run.folder)
    run.best_weights.write_bytes(b"damaged")
    finished(run.folder)
    measured = [event for event in read(run.folder) if isinstance(event, Measured)]
    assert [event.epoch for event in measured] == [1]
    assert zipfile.ZipFile(run.best_weights).testzip() is None


def test_a_paused_run_goes_on_where_it_stopped(workspace, left_alone):
    from components.runs import hands

    run = start(workspace, plan("paused"))
    until(lambda: progress_of(run.folder).history, run.folder)
    hands.pause(run)
    until(lambda: progress_of(run.folder).state is State.PAUSED, run.folder)
    assert snapshot(run.folder)["sentence"].startswith("Paused after epoch")
    assert not checkpoints.beside(run.last_weights).exists()
    hands.resume(workspace, RunStore(workspace).get(run.slug))
    finished(run.folder)
    assert learned(run) == learned(left_alone)


def test_plain_ultralytics_goes_on_too_and_its_files_are_whole(workspace):
    run = start(workspace, plan("reference", trainer="reference", epochs=2))
    until(lambda: progress_of(run.folder).history, run.folder)
    kill(run.folder)
    run.best_weights.write_bytes(b"damaged")
    finished(run.folder)
    progress = progress_of(run.folder)
    assert [m.epoch for m in progress.history] == [1, 2]
    assert [event.epoch for event in progress.resumed] == [1]
    assert best_weights.is_whole(run.best_weights)
    assert not list(run.best_weights.parent.glob("*.previous.pt"))
    assert evaluation.read(RunStore(workspace).get(run.slug)) is not None
