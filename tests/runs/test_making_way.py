"""A training that starts ends dry runs and range tests on its device; real processes."""

import time

import pytest

from components.jobs.events import State
from components.jobs.job import lives, progress_of, submit, wait
from components.jobs.supervisor import Supervisor
from components.runs import sweeping, training, trying_out
from components.runs.making_way import make_way
from tests.runs.drawn import draw_dataset, small_plan

DEAF = "tests.runs.deaf_worker"  # it never looks for a stop


@pytest.fixture
def supervisor(workspace):
    made = Supervisor([workspace.runs, workspace.cache], workspace.root / "lock", grace_s=300)
    made.start()
    yield made
    made.close()


def optional_job(workspace, name, lane):
    folder = workspace.cache / name
    folder.mkdir(parents=True)
    submit(folder, DEAF, lane)
    return folder


def until(truth):
    deadline = time.monotonic() + 120
    while not truth():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_what_runs_is_ended_at_once_though_it_does_not_listen(workspace, supervisor):
    trial = optional_job(workspace, "trial-a", "cpu")
    elsewhere = optional_job(workspace, "range-b", "cuda:0")
    until(lambda: lives(trial) and lives(elsewhere))
    assert make_way(workspace, "cpu") == 1
    supervisor.wake()
    assert wait(trial, 60).state is State.STOPPED
    assert lives(elsewhere)
    assert make_way(workspace, "cuda:0") == 1
    assert wait(elsewhere, 60).state is State.STOPPED


def test_what_waits_never_begins_and_what_is_over_is_left_alone(workspace):
    draw_dataset(workspace)
    trial = trying_out.start_trial(workspace, small_plan())
    sweep = sweeping.start_range_test(workspace, small_plan())
    run = training.start(workspace, small_plan())
    supervisor = Supervisor([workspace.cache], workspace.root / "lock")
    supervisor.look()
    assert {progress_of(each).state for each in (trial, sweep)} == {State.STOPPED}
    assert progress_of(run.folder).state is State.WAITING
    assert make_way(workspace, "cpu") == 0
