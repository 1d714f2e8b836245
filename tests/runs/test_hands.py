"""What a person can do to a run, with fake workers in the trainer's place."""

import os
import signal
import sys
import time

import psutil
import pytest

from components.errors import PlanError, RunError
from components.jobs.events import Finished, Measured, Paused, State, write
from components.jobs.job import lives, process_of, progress_of, submit
from components.jobs.supervisor import Supervisor
from components.runs import checkpoints, hands, resuming
from components.runs.live import STALLED_S, elapsed_s, snapshot, stalled_s
from components.runs.store import RunStore
from components.workspace import Workspace, write_atomic
from tests.runs.drawn import small_plan

FAKE = "tests.jobs.fake_worker"
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="kills by POSIX signals")


@pytest.fixture
def workspace(tmp_path):
    made = Workspace(tmp_path)
    for folder in (made.runs, made.datasets):
        folder.mkdir()
    return made


@pytest.fixture
def supervisor(workspace):
    made = Supervisor([workspace.runs], workspace.root / "lock", grace_s=0.4)
    made.start()
    yield made
    made.close()
    for child in made._children.values():
        child.kill()
        child.wait(5)


def play(workspace, part, **changes):
    run = RunStore(workspace).create(small_plan(name=part, epochs=400, **changes))
    (run.folder / "part.txt").write_text(part)
    submit(run.folder, FAKE, "cpu", resumes=True)
    until(lambda: progress_of(run.folder).history)
    return RunStore(workspace).get(run.slug)


def over(workspace, epochs=2, word=None, **changes):
    """A run that is over, with a checkpoint of sorts."""
    run = RunStore(workspace).create(small_plan(name="over", epochs=epochs, **changes))
    submit(run.folder, FAKE, "cpu", resumes=True)
    for epoch in range(1, epochs + 1):
        write(run.folder, Measured(epoch, {}))
    write(run.folder, word or Finished(1.0))
    resuming.file_of(run.folder).parent.mkdir(parents=True)
    resuming.file_of(run.folder).touch()
    return RunStore(workspace).get(run.slug)


def until(truth, seconds=20.0):
    deadline = time.monotonic() + seconds
    while not truth():
        assert time.monotonic() < deadline
        time.sleep(0.02)


@pytest.mark.parametrize("part", ["obey", "ignore", "deaf"])
def test_a_stop_is_told_at_once_however_the_worker_takes_it(workspace, supervisor, part):
    run = play(workspace, part)
    hands.stop_and_keep(run)
    told = snapshot(run.folder)
    assert told["stopping"] or told["state"] == "stopped"
    until(lambda: progress_of(run.folder).state is State.STOPPED)


@pytest.mark.parametrize("part", ["obey", "deaf"])
def test_a_pause_now_is_on_the_screen_within_two_seconds(workspace, supervisor, part):
    run = play(workspace, part)
    began = time.monotonic()
    hands.pause(run, now=True)
    until(lambda: snapshot(run.folder)["state"] == "paused")
    assert time.monotonic() - began < 8  # about at once: a loaded machine may take its time
    assert snapshot(run.folder)["sentence"].startswith("Paused after epoch")


def test_a_pause_after_the_epoch_says_so_while_it_waits(workspace, supervisor):
    run = play(workspace, "ignore")
    hands.pause(run)
    told = snapshot(run.folder)
    assert (told["pausing"], told["sentence"]) == (True, "Pauses after the epoch in progress.")


@pytest.mark.parametrize("part", ["obey", "deaf", "fork"])
def test_a_run_is_thrown_away_whatever_its_worker_does(workspace, supervisor, part):
    run = play(workspace, part)
    pid = process_of(run.folder)[0]
    began = time.monotonic()
    hands.throw_away(workspace, run.slug)
    assert time.monotonic() - began < 8  # about at once: a loaded machine may take its time
    assert not run.folder.exists()
    until(lambda: supervisor._children.get(run.folder) is None or
          supervisor._children[run.folder].poll() is not None)  # fmt: skip
    assert pid


def test_a_run_whose_worker_is_gone_is_thrown_away_without_a_supervisor(workspace):
    run = over(workspace)
    hands.throw_away(workspace, run.slug)
    assert RunStore(workspace).all() == []


def test_a_paused_run_stands_in_line_again(workspace):
    run = hands.resume(workspace, over(workspace, word=Paused(1.0)))
    assert run.state is State.WAITING
    with pytest.raises(RunError):
        hands.resume(workspace, run)


def test_more_epochs_go_on_from_those_that_are_done(workspace):
    run = over(workspace, learning_rate=0.01, final_rate_share=0.01)
    assert "from epoch 2 to 6" in hands.about_more(run, 4)
    after = hands.train_more(workspace, run, 4)
    assert (after.plan.epochs, after.state) == (6, State.WAITING)


def test_more_than_can_be_planned_is_told(workspace):
    with pytest.raises(PlanError):
        hands.train_more(workspace, over(workspace), 0)


def test_a_run_without_a_checkpoint_gets_no_more_epochs(workspace):
    run = over(workspace)
    resuming.file_of(run.folder).unlink()
    assert not hands.can_train_more(run)
    with pytest.raises(RunError):
        hands.train_more(workspace, run, 3)


def test_a_run_that_is_over_cannot_pause(workspace):
    with pytest.raises(RunError, match="not going on"):
        hands.pause(over(workspace))


def test_a_worker_that_hangs_when_it_is_to_pause_is_ended(workspace, supervisor):
    run = play(workspace, "hang")
    hands.pause(run)
    until(lambda: progress_of(run.folder).state is State.PAUSED)
    told = progress_of(run.folder).trouble
    assert "did not answer" in told.what
    child = int((run.folder / "child.txt").read_text())
    until(lambda: not psutil.pid_exists(child) or psutil.Process(child).status() == "zombie")


def test_a_worker_that_moves_is_left_to_finish_its_epoch(workspace, supervisor):
    run = play(workspace, "long epoch")
    hands.pause(run)
    until(lambda: progress_of(run.folder).state is State.PAUSED, 60)
    assert progress_of(run.folder).trouble is None
    assert progress_of(run.folder).told["kept"] == {"whole": True}


def test_a_needle_that_stands_still_for_ten_minutes_is_told(workspace, supervisor):
    run = play(workspace, "obey")
    os.kill(process_of(run.folder)[0], signal.SIGSTOP)
    still = time.monotonic() - STALLED_S - 61
    write_atomic(run.folder / "now.json", f'{{"phase": "Learning", "steady": {still}}}')
    told = snapshot(run.folder)
    os.kill(process_of(run.folder)[0], signal.SIGKILL)
    assert told["stalled_s"] > STALLED_S
    assert told["sentence"] == "Stalled: nothing has moved for 11 minutes."
    assert lives(run.folder) in (True, False)


def test_sleep_and_a_clock_that_jumps_do_not_count(workspace):
    run = over(workspace)
    long_ago = {"at": time.time() - 9000, "steady": time.monotonic() - 5, "elapsed_s": 12.0}
    assert stalled_s(long_ago) == 0
    assert elapsed_s(run.progress, long_ago) == 12.0


def test_a_checkpoint_of_before_counts_as_something_to_go_on_from(workspace):
    run = over(workspace)
    path = resuming.file_of(run.folder)
    path.rename(checkpoints.previous(path))
    assert resuming.is_there(run.folder)
