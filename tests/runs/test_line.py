import pytest

from components.errors import RunError
from components.jobs.events import Started, Stopped, write
from components.jobs.job import submit
from components.planning.plan import TrainingPlan
from components.runs.line import at_work, move_up, waiting
from components.runs.store import RunStore


@pytest.fixture
def line(workspace):
    """Three runs that wait for the processor, in the order of their names."""
    runs = []
    for name in ("first", "second", "third"):
        run = RunStore(workspace).create(TrainingPlan(dataset="cells", name=name, device="cpu"))
        submit(run.folder, "components.runs.training", "cpu")
        runs.append(run)
    return runs


def names(workspace):
    return [run.title for run in waiting(workspace, "cpu")]


def test_runs_wait_in_the_order_in_which_they_came(workspace, line):
    assert names(workspace) == ["first", "second", "third"]
    assert waiting(workspace, "cuda:0") == []


def test_a_run_can_pass_the_one_before_it(workspace, line):
    move_up(workspace, line[2])
    assert names(workspace) == ["first", "third", "second"]
    move_up(workspace, line[2])
    move_up(workspace, line[2])  # nobody is in front of it any more
    assert names(workspace) == ["third", "first", "second"]


def test_who_has_the_device_is_not_in_the_line(workspace, line):
    write(line[0].folder, Started(pid=1, born=0.0, at=1.0))
    assert at_work(workspace, "cpu").title == "first"
    assert names(workspace) == ["second", "third"]


def test_who_does_not_wait_cannot_pass(workspace, line):
    write(line[1].folder, Stopped(1.0))
    with pytest.raises(RunError, match="second"):
        move_up(workspace, line[1])
