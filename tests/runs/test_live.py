import json

import pytest

from components.errors import RunError
from components.jobs.events import (
    Failed,
    Finished,
    Measured,
    Queued,
    Started,
    Stopped,
    Told,
    write,
)
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
