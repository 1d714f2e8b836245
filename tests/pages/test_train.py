import json
import shutil
import time

import pytest

from components.jobs.events import (
    Failed,
    Finished,
    Interrupted,
    Measured,
    Paused,
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
from components.workspace import write_atomic

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


def test_a_run_that_waits_is_taken_out_of_the_line(workspace, mugs, in_line):
    at = open_page(TRAIN, run=write_run(workspace, mugs))
    assert "Take it out of the line" in buttons(at)
    assert not at.get("menu_button")


@pytest.mark.parametrize("end", [Finished(9.0), Stopped(9.0)])
def test_a_run_with_a_model_leads_to_its_results(workspace, mugs, end):
    at = open_page(TRAIN, run=write_run(workspace, mugs, UP, EPOCH, end))
    assert not at.error
    assert "See how good it became" in buttons(at)


def test_a_run_stopped_in_line_can_be_started_again(workspace, mugs):
    at = open_page(TRAIN, run=write_run(workspace, mugs, Stopped(9.0), weights=False))
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
    assert {"Resume", "Run again with changes", "Throw away"} <= set(buttons(at))


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


def test_a_pause_after_the_round_can_still_become_one_at_once(workspace, mugs, in_line):
    run = write_run(workspace, mugs, UP, EPOCH)
    assert pauses(open_page(TRAIN, run=run)) == ("Pause", 2, False)
    hands.pause(RunStore(workspace).get(run))
    assert pauses(open_page(TRAIN, run=run)) == ("Pausing after this round", 1, False)
    hands.pause(RunStore(workspace).get(run), now=True)
    assert pauses(open_page(TRAIN, run=run)) == ("Pausing now …", 1, True)


def pauses(at):
    [menu] = at.get("menu_button")
    return menu.proto.label, len(menu.proto.options), menu.proto.disabled


@pytest.mark.parametrize("still_s", [0.0, 900.0])
def test_a_run_that_stands_still_says_so_and_opens_its_log(workspace, mugs, in_line, still_s):
    run = write_run(workspace, mugs, UP, EPOCH)
    now = {"phase": "Learning", "at": time.time(), "steady": time.monotonic() - still_s}
    (workspace.runs / run / "now.json").write_text(json.dumps(now), encoding="utf-8")
    (workspace.runs / run / "log.txt").write_text("the last word", encoding="utf-8")
    at = open_page(TRAIN, run=run)
    stands_still = still_s > 0
    assert [("Nothing has moved" in each.value) for each in at.warning] == [True] * stands_still
    assert [each.value for each in at.code] == ["the last word"] * stands_still


def test_a_run_whose_disk_was_full_says_so_once_and_can_be_resumed(workspace, mugs, in_line):
    full = Paused(9.0, "The disk has no room: 412 MB are missing.", "Free 412 MB, then resume.")
    at = open_page(TRAIN, run=write_run(workspace, mugs, UP, EPOCH, full))
    assert ["412 MB are missing" in each.value for each in at.error] == [True]
    next(button for button in at.button if button.label == "Resume").click().run()
    assert not at.exception
    assert not at.error


def test_a_run_of_very_many_rounds_can_be_given_more(workspace, mugs, in_line):
    run = write_run(workspace, mugs, UP, EPOCH, Stopped(9.0))
    folder = RunStore(workspace).get(run).folder
    (folder / "train" / "weights" / "resume.pt").write_bytes(b"PK")
    plan = RunStore(workspace).get(run).plan.with_values({"epochs": 3000})
    write_atomic(folder / "plan.json", plan.to_json())
    at = open_page(TRAIN, run=run)
    assert not at.exception
    assert at.number_input(key=f"more.{run}.epochs").value <= 1000


def test_training_on_says_what_it_does_to_the_learning_rate(workspace, mugs, in_line):
    run = write_run(workspace, mugs, UP, EPOCH, Finished(9.0))
    (workspace.runs / run / "train" / "weights" / "resume.pt").write_bytes(b"PK")
    at = open_page(TRAIN, run=run)
    at.number_input(key=f"more.{run}.epochs").set_value(7).run()
    assert any("epoch 1 to 8" in each.value for each in at.caption)
    at.button(key=f"more.{run}.go").click().run()
    assert RunStore(workspace).get(run).plan.epochs == 8
    assert RunStore(workspace).get(run).state is State.WAITING


@pytest.fixture
def three_in_line(workspace, mugs, in_line):
    """One at work, two waiting."""
    slugs = [write_run(workspace, mugs, *([UP] * (name == "first")), name=name)
             for name in ("first", "second", "third")]  # fmt: skip
    for run in slugs[1:]:
        lane = lane_of(RunStore(workspace).get(run).plan.device)
        submit(workspace.runs / run, "components.runs.training", lane)
    return slugs


def line_of(at):
    """Who has the device and who waits, in order."""
    said = [each.value for each in at.markdown if " · " in each.value]
    return [each.rpartition(" · ")[0].rpartition("** ")[2] for each in said]


def test_who_waits_is_listed_with_place_and_start(three_in_line):
    at = open_page(TRAIN, run=three_in_line[2])
    assert not at.exception
    assert line_of(at) == ["first", "second", "third"]
    assert at.expander[0].label == "Place 2 of 2 in line: begins after 2 runs"


def test_a_run_in_line_can_pass_another_and_be_taken_out(three_in_line):
    _, second, third = three_in_line
    at = open_page(TRAIN, run=third)
    assert any("Judged by the pace of the run at work" in each.value for each in at.caption)
    at.button(key=f"up.{third}").click().run()
    assert line_of(at) == ["first", "third", "second"]
    at.button(key=f"out.{second}").click().run()
    assert line_of(at) == ["first", "third"]


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
