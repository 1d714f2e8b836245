import shutil

import pytest

from components.jobs.events import (
    Failed,
    Finished,
    Interrupted,
    Measured,
    Started,
    State,
    Stopped,
    Told,
)
from components.jobs.job import submit
from components.planning import drafts
from components.runs import hands
from components.runs.store import RunStore
from components.runs.training import lane_of

from .conftest import asked, open_page, write_run

TRAIN = "make/train"
UP = Started(1, 1.0, 1.0)
EPOCH = Measured(1, {"metrics/mAP50-95(B)": 0.5}, 1.0)


def buttons(at):
    return [button.label for button in at.button]


def links(at):
    return [each.proto.label for each in at.get("page_link")]


def test_without_a_run_the_page_leads_to_the_plan(workspace):
    at = open_page(TRAIN)
    assert "no run yet" in at.markdown[-1].value


@pytest.mark.parametrize("events", [(), (UP,), (UP, EPOCH)])
def test_a_run_that_goes_on_can_be_stopped_once(workspace, mugs, events, in_line):
    run = write_run(workspace, mugs, *events)
    at = open_page(TRAIN, run=run)
    at.button(key=f"stop.{run}").click().run()
    assert (workspace.runs / run / "ask" / "stop").exists()
    assert at.button(key=f"stop.{run}").disabled
    assert "Stopping" in at.button(key=f"stop.{run}").label


@pytest.mark.parametrize("end", [Finished(9.0), Stopped(9.0)])
def test_a_run_with_a_model_leads_to_its_results(workspace, mugs, end):
    at = open_page(TRAIN, run=write_run(workspace, mugs, UP, EPOCH, end))
    assert not at.error
    assert "See how good it became" in buttons(at)


def test_a_run_stopped_in_line_can_be_started_again(workspace, mugs):
    at = open_page(TRAIN, run=write_run(workspace, mugs, Stopped(9.0), weights=False))
    assert "no model yet" in at.info[0].value
    assert "Start it again" in buttons(at)
    assert "Try what it has learned so far" not in links(at)


@pytest.mark.parametrize("end", [Failed, Interrupted])
def test_a_run_that_went_wrong_says_what_and_what_now(workspace, mugs, end):
    sentences = ("Memory <b>ran</b> out at batch 512.", "Choose a smaller batch.")
    at = open_page(TRAIN, run=write_run(workspace, mugs, UP, EPOCH, end(*sentences, 9.0)))
    assert not at.exception
    assert "ran" in at.error[0].value
    assert "<b>" not in at.error[0].value
    assert "Choose a smaller batch" in at.error[0].value
    assert "Try what it has learned so far" in links(at)
    assert {"Go on", "Run again with changes", "Throw away"} <= set(buttons(at))


def test_a_run_that_never_learned_is_started_again_in_its_own_folder(workspace, mugs, in_line):
    run = write_run(workspace, mugs, UP, Failed("It broke.", "Mend it.", 9.0), weights=False)
    at = open_page(TRAIN, run=run)
    next(button for button in at.button if button.label == "Start it again").click().run()
    assert not at.exception
    assert len(RunStore(workspace).all()) == 1
    assert RunStore(workspace).get(run).state is State.WAITING


def test_a_run_stopped_in_line_becomes_a_new_run(workspace, mugs, in_line):
    run = write_run(workspace, mugs, Stopped(9.0), weights=False)
    at = open_page(TRAIN, run=run)
    next(button for button in at.button if button.label == "Start it again").click().run()
    assert asked(at, "run") != run
    assert RunStore(workspace).get(asked(at, "run")).plan.name == "first"


def test_a_run_whose_data_set_is_gone_is_still_shown(workspace, mugs, in_line):
    run = write_run(workspace, mugs, Stopped(9.0), weights=False)
    shutil.rmtree(mugs.folder)
    at = open_page(TRAIN, run=run)
    assert not at.exception
    next(button for button in at.button if button.label == "Start it again").click().run()
    assert not at.exception
    assert len(at.error) == 1


def test_throwing_away_is_asked_twice(workspace, mugs):
    run = write_run(workspace, mugs, UP, EPOCH, Stopped(9.0))
    at = open_page(TRAIN, run=run)
    at.button(key=f"away.{run}").click().run()
    assert (workspace.runs / run).exists()
    at.button(key="away.yes").click().run()
    assert not (workspace.runs / run).exists()


def test_run_again_with_changes_fills_the_plan(workspace, mugs):
    run = write_run(workspace, mugs, UP, EPOCH, Stopped(9.0))
    at = open_page(TRAIN, run=run)
    at.button(key=f"again.{run}").click().run()
    plan = RunStore(workspace).get(run).plan
    values = drafts.load(mugs.folder).values
    assert (values["epochs"], values["base"]) == (plan.epochs, plan.base)


def test_a_pause_is_asked_of_the_worker(workspace, mugs, in_line):
    run = write_run(workspace, mugs, UP, EPOCH)
    hands.pause(RunStore(workspace).get(run))
    at = open_page(TRAIN, run=run)
    assert not at.exception
    assert (workspace.runs / run / "ask" / "pause").exists()


def test_who_waits_is_listed_with_place_and_start(workspace, mugs):
    first = write_run(workspace, mugs, UP, name="first")
    second = write_run(workspace, mugs, name="second")
    lane = lane_of(RunStore(workspace).get(second).plan.device)
    submit(workspace.runs / second, "components.runs.training", lane)
    at = open_page(TRAIN, run=first)
    assert not at.exception
    assert any("second" in each.value and "begins" in each.value for each in at.markdown)


def test_settings_are_read_back_under_their_own_words(workspace, mugs):
    told = Told("settings", {"epochs": 2, "augment.fliplr": 0.5, "<i>odd</i>": 1})
    at = open_page(TRAIN, run=write_run(workspace, mugs, UP, told))
    shown = "\n".join(each.proto.body for each in at.get("html"))
    assert "Rounds over your pictures" in shown
    assert "Mirrored" in shown
    assert "<i>odd" not in shown


def test_a_story_with_a_torn_last_line_is_read(workspace, mugs):
    run = write_run(workspace, mugs, UP, EPOCH)
    with (workspace.runs / run / "events.jsonl").open("a", encoding="utf-8") as story:
        story.write('{"kind": "Measu')
    assert not open_page(TRAIN, run=run).exception
    assert RunStore(workspace).get(run).state is State.RUNNING


def test_home_leads_to_results_only_where_there_are_some(workspace, mugs):
    write_run(workspace, mugs, UP, EPOCH, Interrupted("It broke.", "Again.", 9.0), name="broken")
    assert "See why" in links(open_page())
    write_run(workspace, mugs, UP, EPOCH, Finished(9.0), name="good")
    assert "Results" in links(open_page())
