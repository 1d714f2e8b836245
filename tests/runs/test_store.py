import time

import pytest

from components.errors import RunError
from components.jobs.events import Finished, Measured, Queued, Started, State, write
from components.runs.store import RunStore
from tests.runs.drawn import small_plan


@pytest.fixture
def runs(workspace):
    return RunStore(workspace)


def test_a_new_run_has_its_plan_and_waits(runs):
    run = runs.create(small_plan(name="Cells, first try"))
    assert (run.slug, run.title, run.state) == (
        "cells-first-try",
        "Cells, first try",
        State.WAITING,
    )
    assert runs.get(run.slug).plan == run.plan


def test_two_runs_of_one_name_do_not_meet(runs):
    first, second = runs.create(small_plan()), runs.create(small_plan())
    assert {first.slug, second.slug} == {"squares", "squares-2"}


def test_runs_come_newest_first(runs):
    for at, name in ((10.0, "old"), (30.0, "new"), (20.0, "middle")):
        write(runs.create(small_plan(name=name)).folder, Queued(at))
    assert [run.slug for run in runs.all()] == ["new", "middle", "old"]


def test_a_run_read_again_tells_what_happened_since(runs):
    run = runs.create(small_plan())
    write(run.folder, Started(1, 1.0, 1.0))
    assert runs.get(run.slug).state is State.RUNNING
    write(run.folder, Measured(1, {"train/box_loss": 1.0}))
    write(run.folder, Finished(2.0))
    again = runs.get(run.slug)
    assert (again.state, len(again.progress.history)) == (State.FINISHED, 1)


def test_a_folder_with_a_broken_plan_does_not_hide_the_others(runs, workspace):
    run = runs.create(small_plan())
    broken = workspace.runs / "broken"
    broken.mkdir()
    (broken / "plan.json").write_text("{")
    assert [each.slug for each in runs.all()] == [run.slug]
    with pytest.raises(RunError):
        runs.get("broken")


@pytest.mark.parametrize("slug", ["../elsewhere", "", "no-such-run", ".hidden"])
def test_a_name_that_is_no_run_is_told_in_words(runs, slug):
    with pytest.raises(RunError) as caught:
        runs.get(slug)
    assert caught.value.fix.startswith("Choose")


def test_a_finished_run_can_be_thrown_away(runs, workspace):
    run = runs.create(small_plan())
    write(run.folder, Finished(1.0))
    runs.delete(run.slug)
    assert list(workspace.runs.iterdir()) == []


def test_a_run_that_is_on_its_way_out_is_no_longer_listed(runs, workspace):
    run = runs.create(small_plan())
    run.folder.rename(workspace.runs / ".deleted-squares-1")
    assert runs.all() == []


def test_a_run_that_waits_is_stopped_before_it_is_thrown_away(runs):
    run = runs.create(small_plan())
    write(run.folder, Queued(1.0))
    with pytest.raises(RunError):
        runs.delete(run.slug)


def test_asking_to_stop_is_seen_by_everybody(runs):
    run = runs.create(small_plan())
    write(run.folder, Started(1, 1.0, 1.0))
    run.ask_to_stop()
    assert runs.get(run.slug).is_stopping


def test_a_hundred_runs_are_listed_at_once(runs):
    for number in range(100):
        write(runs.create(small_plan(name=f"run {number}")).folder, Finished(1.0))
    runs.all()
    began = time.perf_counter()
    assert len(runs.all()) == 100
    assert time.perf_counter() - began < 1.0  # 10 ms here; a page must not feel it anywhere
