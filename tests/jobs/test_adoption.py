"""Workers and apps that die: who goes on, who is told, and what must not be left behind."""

import os
import shutil
import signal
import subprocess
import sys
import time

import psutil
import pytest

from components.jobs.events import Lost, Measured, Paused, Started, State, read, write
from components.jobs.job import ask, lives, process_of, progress_of, submit, wait
from components.jobs.process import APP_ROOT
from components.jobs.supervisor import MOST_LOSSES, Supervisor

FAKE = "tests.jobs.fake_worker"
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="kills by POSIX signals")


@pytest.fixture
def play(tmp_path):
    def submitted(part, name="job", *, resumes=True):
        folder = tmp_path / "runs" / name
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "part.txt").write_text(part)
        submit(folder, FAKE, "cpu", resumes=resumes)
        return folder

    yield submitted
    for folder in (tmp_path / "runs").glob("*"):
        if lives(folder):
            os.kill(process_of(folder)[0], signal.SIGKILL)


@pytest.fixture
def supervisor(tmp_path):
    made = Supervisor([tmp_path / "runs"], tmp_path / "lock", grace_s=0.4)
    made.start()
    yield made
    made.close()
    for child in made._children.values():
        child.kill()
        child.wait(5)


@pytest.fixture
def app(tmp_path):
    """Start apps in processes of their own; all are ended afterwards."""
    made = []

    def start():
        (tmp_path / "up.txt").unlink(missing_ok=True)
        command = [sys.executable, "-m", "tests.jobs.fake_app", str(tmp_path)]
        made.append(subprocess.Popen(command, cwd=APP_ROOT))
        until((tmp_path / "up.txt").exists)
        return made[-1]

    yield start
    for each in made:
        each.kill()
        each.wait(5)


def until(truth, seconds=20.0):
    deadline = time.monotonic() + seconds
    while not truth():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def is_gone(pid):
    try:
        return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def starts(folder):
    return sum(isinstance(event, Started) for event in read(folder))


def test_a_job_that_gets_further_each_time_is_started_until_it_is_done(play, supervisor):
    progress = wait(play("go on"), 30)
    assert progress.state is State.FINISHED
    assert [m.epoch for m in progress.history] == [1, 2, 3, 4, 5]


def test_a_job_that_gets_no_further_is_given_up_with_an_explanation(play, supervisor):
    folder = play("die")
    progress = wait(folder, 30)
    assert progress.state is State.INTERRUPTED
    assert starts(folder) == MOST_LOSSES + 1
    assert "4 times in a row" in progress.trouble.what


def test_a_job_put_in_line_by_hand_again_has_all_its_tries_again(play, supervisor):
    folder = play("die")
    wait(folder, 30)
    submit(folder, FAKE, "cpu", resumes=True)
    assert progress_of(folder).losses == 0


@pytest.mark.parametrize("part", ["obey", "deaf"])
def test_a_pause_at_once_needs_no_worker_that_listens(play, supervisor, part):
    folder = play(part)
    until(lambda: progress_of(folder).history)
    ask(folder, "pause-now")
    asked = time.monotonic()
    until(lambda: progress_of(folder).state is State.PAUSED)
    assert time.monotonic() - asked < 8  # about at once: a loaded machine may take its time
    assert not lives(folder)


def test_a_waiting_job_is_paused_before_it_starts(play, supervisor):
    first = play("obey", "first")
    until(lambda: progress_of(first).history)
    second = play("finish", "second")
    ask(second, "pause")
    until(lambda: progress_of(second).state is State.PAUSED)
    assert starts(second) == 0


def test_a_worker_that_dies_while_a_pause_is_wished_is_not_started_again(play, supervisor):
    folder = play("ignore")
    until(lambda: progress_of(folder).history)
    ask(folder, "pause")
    os.kill(process_of(folder)[0], signal.SIGKILL)
    until(lambda: progress_of(folder).state is State.PAUSED)
    assert [type(e) for e in read(folder)][-1] is Paused


def test_children_end_with_a_worker_that_died(play, supervisor):
    folder = play("fork and die", resumes=False)
    assert wait(folder, 20).state is State.INTERRUPTED
    until(lambda: is_gone(int((folder / "child.txt").read_text())))


def test_children_end_with_a_worker_that_is_ended(play, supervisor):
    folder = play("fork")
    until(lambda: progress_of(folder).history)
    ask(folder, "pause-now")
    until(lambda: progress_of(folder).state is State.PAUSED)
    until(lambda: is_gone(int((folder / "child.txt").read_text())))


def test_a_folder_that_vanishes_does_not_disturb_the_others(play, supervisor):
    gone = play("obey", "gone")
    until(lambda: progress_of(gone).history)
    pid = process_of(gone)[0]
    shutil.rmtree(gone, ignore_errors=True)
    os.kill(pid, signal.SIGKILL)
    assert wait(play("finish", "next"), 20).state is State.FINISHED


def test_two_apps_never_start_a_job_twice_and_the_second_takes_over(play, app):
    first = app()
    app()
    folder = play("obey", "one")
    until(lambda: progress_of(folder).history)
    first.kill()  # -9: no chance to give the lock back
    first.wait(5)
    after = play("finish", "two")
    count = len(progress_of(folder).history)
    until(lambda: len(progress_of(folder).history) > count + 3)
    ask(folder, "stop")
    assert wait(folder, 20).state is State.STOPPED
    assert wait(after, 20).state is State.FINISHED
    assert (starts(folder), starts(after)) == (1, 1)


def test_a_worker_lost_together_with_its_app_is_started_again_by_the_next(play, app):
    first = app()
    folder = play("obey")
    until(lambda: progress_of(folder).history)
    first.kill()
    first.wait(5)
    os.kill(process_of(folder)[0], signal.SIGKILL)
    (folder / "part.txt").write_text("finish")
    app()
    assert wait(folder, 20).state is State.FINISHED
    assert sum(isinstance(event, Lost) for event in read(folder)) == 1


def test_a_job_of_before_a_restart_of_the_computer_goes_on(play, tmp_path):
    """Its pid belongs to somebody else by now; the birth tells."""
    folder = play("finish")
    stranger = psutil.Process()
    write(folder, Started(stranger.pid, stranger.create_time() - 1000, 0.0))
    write(folder, Measured(1, {}))
    watching = Supervisor([tmp_path / "runs"], tmp_path / "lock")
    watching.look()
    assert isinstance([*read(folder)][-1], Lost)
    assert stranger.is_running()
