import json

import pytest

from components.errors import RunError
from components.jobs.events import (
    Failed,
    Finished,
    Interrupted,
    Lost,
    Measured,
    Paused,
    Queued,
    Resumed,
    Started,
    Stopped,
    Told,
    write,
)
from components.jobs.job import ask
from components.runs import eyes
from components.runs.live import snapshot
from components.runs.store import RunStore
from tests.runs.drawn import small_plan


@pytest.fixture
def folder(workspace):
    return RunStore(workspace).create(small_plan(epochs=5)).folder


def measure(folder, *epochs, shift=0.0):
    for epoch in epochs:
        write(folder, Measured(epoch, {"train/box_loss": epoch + shift}, 2.0))


def epochs_in(answer):
    return [row[0] for row in answer["rows"]]


def test_only_what_is_new_is_sent(folder):
    write(folder, Started(1, 1.0, 1.0))
    measure(folder, 1, 2)
    first = snapshot(folder, 0)
    assert (epochs_in(first), first["epoch"], first["epochs"]) == ([1, 2], 2, 5)
    measure(folder, 3)
    second = snapshot(folder, 2, first["story"])
    assert (epochs_in(second), second["replace_from"]) == ([3], None)
    assert epochs_in(snapshot(folder, 3, second["story"])) == []


def test_epochs_that_a_resumed_run_measured_again_replace_the_old_ones(folder):
    measure(folder, 1, 2, 3)
    before = snapshot(folder, 0)
    measure(folder, 2, 3, 4, shift=0.5)
    after = snapshot(folder, 3, before["story"])
    assert after["replace_from"] == 2
    assert after["rows"] == [[n, {"train/box_loss": n + 0.5}] for n in (2, 3, 4)]
    assert snapshot(folder, 4, after["story"])["replace_from"] is None


def test_a_client_that_keeps_no_story_is_set_right_too(folder):
    measure(folder, 1, 2, 3)
    measure(folder, 2, shift=0.5)
    answer = snapshot(folder, 3)
    assert (answer["replace_from"], epochs_in(answer)) == (2, [2])


def test_the_needle_is_shown_while_it_runs_and_not_after(folder):
    needle = {"phase": "Learning", "epoch": 2, "left_s": 9.0, "elapsed_s": 4.0}
    write(folder, Started(1, 1.0, 1.0))
    (folder / "now.json").write_text(json.dumps(needle))
    running = snapshot(folder, 0)
    assert (running["now"], running["elapsed_s"], running["over"]) == (needle, 4.0, False)
    assert running["sentence"] == "Learning, epoch 2 of 5."
    write(folder, Finished(9.0))
    assert (snapshot(folder, 0)["now"], snapshot(folder, 0)["over"]) == ({}, True)


def test_elapsed_time_is_counted_work_and_not_a_difference_of_clocks(folder):
    write(folder, Started(1, 1.0, 1.0))
    measure(folder, 1, 2)
    write(folder, Told("time", {"seconds": 11.5}))
    write(folder, Finished(999_999_999.0))
    assert snapshot(folder, 0)["elapsed_s"] == 11.5


def test_each_way_to_stand_has_its_sentence(folder):
    assert "not started" in snapshot(folder, 0)["sentence"]
    write(folder, Queued(1.0))
    assert "turn" in snapshot(folder, 0)["sentence"]
    write(folder, Started(1, 1.0, 1.0))
    write(folder, Stopped(2.0))
    assert "no model" in snapshot(folder, 0)["sentence"]
    measure(folder, 1, 2, 3)
    assert "epoch 3 of 5" in snapshot(folder, 0)["sentence"]
    write(folder, Told("early", {"epoch": 3, "best_epoch": 1, "patience": 2}))
    write(folder, Finished(3.0))
    assert "no better than epoch 1" in snapshot(folder, 0)["sentence"]


def test_trouble_comes_with_its_two_sentences(folder):
    write(folder, Failed("The disk is full.", "Free some space.", 1.0))
    answer = snapshot(folder, 0)
    assert answer["trouble"] == {"what": "The disk is full.", "fix": "Free some space."}
    assert answer["sentence"] == "The disk is full."


def test_the_newest_epoch_with_pictures_is_named(folder):
    measure(folder, 1, 2)
    eyes.write(folder, 1, [])
    assert snapshot(folder, 0)["eyes_epoch"] == 1
    eyes.write(folder, 2, [])
    assert snapshot(folder, 0)["eyes_epoch"] == 2


def test_the_answer_is_json(folder):
    measure(folder, 1)
    assert json.loads(json.dumps(snapshot(folder, 0)))["state"] == "waiting"


def test_a_folder_that_is_no_run_is_told_in_words(tmp_path):
    with pytest.raises(RunError):
        snapshot(tmp_path, 0)


def test_what_happened_on_the_way_is_told_once(folder):
    remedy = "Memory ran out with 16 pictures per batch: it goes on with 8."
    for event in (
        Started(1, 1.0, 1.0), Told("remedy", {"what": remedy}), Lost("It died."),
        Started(2, 1.0, 2.0), Resumed(2, "It had died."), Lost("It died."),
        Started(3, 1.0, 3.0), Resumed(2, "It had died."),
    ):  # fmt: skip
        write(folder, event)
    assert snapshot(folder, 0)["notes"] == [remedy, "Went on from epoch 3. It had died. (2 times)"]
    write(folder, Resumed(4, remedy))
    write(folder, Resumed(5, "It was given more epochs."))
    told = snapshot(folder, 0)["notes"]
    assert sum(remedy in note for note in told) == 1
    assert told[-1] == "Went on with the last check. It was given more epochs."


def test_of_many_resumptions_the_newest_are_told(folder):
    for epoch in range(1, 8):
        write(folder, Resumed(epoch % 4 + 1, f"It had died, {epoch}."))
    told = snapshot(folder, 0)["notes"]
    assert (told[0], len(told)) == ("3 more before these.", 5)


@pytest.mark.parametrize("end", [Paused, Failed, Interrupted])
def test_the_headline_leaves_the_trouble_to_the_page(folder, end):
    measure(folder, 1, 2)
    write(folder, end(what="The disk is full.", fix="Free some space.", at=1.0))
    answer = snapshot(folder, 0)
    assert "disk" in answer["sentence"]
    assert "disk" not in answer["headline"]
    assert "epoch 2 of 5" in answer["headline"]


def test_the_needle_of_an_earlier_worker_counts_for_nothing(folder):
    old = {"phase": "Learning", "epoch": 2, "at": 5.0, "steady": -10_000.0}
    (folder / "now.json").write_text(json.dumps(old))
    write(folder, Started(1, 1.0, 4.0))
    assert snapshot(folder, 0)["stalled_s"] > 0
    for event in (Paused(6.0), Queued(7.0), Started(2, 1.0, 8.0)):
        write(folder, event)
        assert (snapshot(folder, 0)["now"], snapshot(folder, 0)["stalled_s"]) == ({}, 0.0)


def test_a_page_is_drawn_anew_for_each_standing_and_not_in_between(folder):
    seen = [snapshot(folder, 0)["standing"]]
    steps = [
        (Started(1, 1.0, 1.0), "", 1), (Measured(1, {}, 1.0), "", 1), (Measured(2, {}, 1.0), "", 0),
        (None, "pause", 1), (None, "pause-now", 1), (Paused(2.0), "", 1), (None, "", 0),
    ]  # fmt: skip
    for event, wish, new in steps:
        if event is not None:
            write(folder, event)
        if wish:
            ask(folder, wish)
        seen.append(snapshot(folder, 0)["standing"])
        assert (seen[-1] != seen[-2]) == bool(new), (event, wish)
