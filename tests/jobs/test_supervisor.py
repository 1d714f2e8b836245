import os
import signal
import sys
import time

import psutil
import pytest

from components.jobs.events import Started, State, write
from components.jobs.job import (
    ask,
    lives,
    log_tail,
    note_process,
    process_of,
    progress_of,
    submit,
    wait,
)
from components.jobs.supervisor import Supervisor

FAKE = "tests.jobs.fake_worker"  # plays the part in its folder; see its docstring


@pytest.fixture
def play(tmp_path):
    def submitted(part, name="job", lane="cpu"):
        folder = tmp_path / "runs" / name
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "part.txt").write_text(part)
        submit(folder, FAKE, lane)
        return folder

    return submitted


@pytest.fixture
def supervise(tmp_path):
    """Start a supervisor over the test's jobs; at the end all are closed and workers ended."""
    made = []

    def start(grace_s=0.4):
        supervisor = Supervisor([tmp_path / "runs"], tmp_path / "lock", grace_s=grace_s)
        made.append(supervisor)
        supervisor.start()
        return supervisor

    yield start
    for supervisor in made:
        supervisor.close()
    for folder in (tmp_path / "runs").glob("*"):
        if lives(folder):
            os.kill(process_of(folder)[0], signal.SIGKILL)
    for supervisor in made:
        for child in supervisor._children.values():
            child.wait(5)


def until(truth, seconds=15.0):
    deadline = time.monotonic() + seconds
    while not truth():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_a_job_runs_to_its_end(play, supervise):
    folder = play("finish")
    supervise()
    progress = wait(folder, 15)
    assert (progress.state, len(progress.history)) == (State.FINISHED, 3)
    assert progress.told["settings"] == {"learning_rate": 0.01}


def test_a_worker_that_dies_without_a_word_is_told_as_interrupted(play, supervise):
    folder = play("die")
    supervise()
    progress = wait(folder, 15)
    assert progress.state is State.INTERRUPTED
    assert progress.trouble.fix.startswith("Start it again")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows does not tell who was killed")
def test_a_worker_that_is_killed_is_told_apart_from_one_that_dies(play, supervise):
    folder = play("be killed")
    supervise()
    assert "by force" in wait(folder, 15).trouble.what
    until(lambda: "by force" in log_tail(folder))


def test_a_failure_comes_with_its_sentences_and_a_log(play, supervise):
    folder = play("fail")
    supervise()
    assert wait(folder, 15).trouble.what == "There are 0 pictures."
    until(lambda: "DatasetError" in log_tail(folder))


@pytest.mark.parametrize("part", ["obey", "ignore", "deaf"])
def test_stop_ends_the_job_whether_or_not_it_listens(play, supervise, part):
    if part == "deaf" and sys.platform == "win32":
        pytest.skip("Windows has no signal that can be ignored")
    folder = play(part)
    supervise()
    until(lambda: progress_of(folder).history)
    ask(folder, "stop")
    assert wait(folder, 15).state is State.STOPPED
    until(lambda: not lives(folder))


def test_a_worker_that_says_it_is_stopping_is_given_the_time(play, supervise):
    folder = play("slow end")
    supervise(grace_s=0.4)
    until(lambda: progress_of(folder).history)
    ask(folder, "stop")
    progress = wait(folder, 15)
    assert progress.state is State.STOPPED
    assert progress.told["kept"] == {"weights": True}


def test_jobs_of_one_lane_take_turns_and_other_lanes_do_not_wait(play, supervise):
    first = play("obey", "first")
    second = play("finish", "second")
    other = play("finish", "other", lane="cuda:0")
    supervise()
    assert wait(other, 15).state is State.FINISHED
    assert progress_of(second).state is State.WAITING
    ask(first, "stop")
    assert wait(second, 15).state is State.FINISHED
    assert wait(first, 15).state is State.STOPPED


def test_a_waiting_job_can_be_stopped_before_it_starts(play, supervise):
    first, second = play("obey", "first"), play("finish", "second")
    supervise()
    until(lambda: progress_of(first).history)
    ask(second, "stop")
    progress = wait(second, 15)
    assert (progress.state, progress.history) == (State.STOPPED, [])


def test_the_next_supervisor_adopts_what_lives(play, supervise):
    folder = play("obey")
    before = supervise()
    until(lambda: progress_of(folder).history)
    before.close()
    count = len(progress_of(folder).history)
    supervise()
    until(lambda: len(progress_of(folder).history) > count + 5)
    ask(folder, "stop")
    assert wait(folder, 15).state is State.STOPPED


def test_a_second_supervisor_starts_nothing_twice(play, supervise):
    supervise()
    supervise()
    folder = play("finish")
    wait(folder, 15)
    text = (folder / "events.jsonl").read_text()
    assert text.count('"Started"') == 1


def test_a_job_that_is_over_can_be_submitted_again(play, supervise):
    folder = play("die")
    supervise()
    assert wait(folder, 15).state is State.INTERRUPTED
    play("finish")
    until(lambda: progress_of(folder).state is State.FINISHED)


def test_a_dead_pid_that_now_belongs_to_somebody_else_is_not_taken_for_the_worker(tmp_path):
    """After a restart of the computer pids come again; the birth tells them apart."""
    folder = tmp_path / "runs" / "old"
    folder.mkdir(parents=True)
    submit(folder, FAKE, "cpu")
    stranger = psutil.Process()
    note_process(folder, stranger.pid, stranger.create_time() - 1000)
    write(folder, Started(stranger.pid, stranger.create_time() - 1000, 0.0))
    Supervisor([tmp_path / "runs"], tmp_path / "lock").look()
    assert progress_of(folder).state is State.INTERRUPTED


def test_a_worker_whose_note_was_never_written_is_adopted(tmp_path):
    folder = tmp_path / "runs" / "orphan"
    folder.mkdir(parents=True)
    submit(folder, FAKE, "cpu")
    write(folder, Started(os.getpid(), psutil.Process().create_time(), 0.0))
    Supervisor([tmp_path / "runs"], tmp_path / "lock").look()
    assert progress_of(folder).state is State.RUNNING
    assert process_of(folder) is not None


@pytest.mark.skipif(sys.platform == "win32", reason="needs a folder that cannot be written")
def test_the_trouble_of_one_job_is_not_that_of_the_others(play, supervise):
    broken, fine = play("finish", "broken"), play("finish", "fine", lane="cuda:0")
    (broken / "log.txt").mkdir()  # its log cannot be opened
    supervise()
    assert wait(fine, 15).state is State.FINISHED
    assert wait(broken, 15).state is State.FAILED
