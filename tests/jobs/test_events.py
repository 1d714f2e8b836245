import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.jobs.events import (
    EVENTS_FILE,
    Failed,
    Finished,
    Interrupted,
    Measured,
    Queued,
    Started,
    State,
    Stopped,
    Told,
    fold,
    read,
    read_from,
    write,
)


def test_a_folder_without_events_waits(tmp_path):
    assert fold(read(tmp_path)).state is State.WAITING


def test_events_come_back_as_they_went_in(tmp_path):
    story = [
        Queued(0.5),
        Started(pid=7, born=1.0, at=1.5),
        Told("settings", {"epochs": 3}),
        Measured(1, {"metrics/mAP50(B)": 0.5}, 2.0),
        Finished(9.0),
    ]
    for event in story:
        write(tmp_path, event)
    assert list(read(tmp_path)) == story


@pytest.mark.parametrize(
    ("last", "state"),
    [
        (Finished(9.0), State.FINISHED),
        (Stopped(9.0), State.STOPPED),
        (Failed("a", "b", 9.0), State.FAILED),
        (Interrupted("a", "b", 9.0), State.INTERRUPTED),
    ],
)
def test_each_last_word_ends_the_story_in_its_own_way(last, state):
    progress = fold([Queued(0.0), Started(1, 1.0, 1.0), last])
    assert (progress.state, progress.ended_at, progress.state.is_over) == (state, 9.0, True)


def test_a_failure_keeps_its_words_until_the_job_starts_anew():
    failed = [Started(1, 1.0, 1.0), Failed("Out of memory.", "Choose batch 8.", 2.0)]
    assert fold(failed).trouble.fix == "Choose batch 8."
    assert fold([*failed, Queued(3.0)]).trouble is None


def test_a_resumed_run_has_no_epoch_twice_and_says_where_it_went_back():
    epochs = [Measured(n, {"loss": float(n)}) for n in (1, 2, 3)]
    again = [Measured(n, {"loss": 10.0 + n}) for n in (2, 3, 4)]
    progress = fold([Started(1, 1.0, 1.0), *epochs, Started(2, 2.0, 2.0), *again])
    assert [m.metrics["loss"] for m in progress.history] == [1.0, 12.0, 13.0, 14.0]
    assert progress.rewinds == [2]


def test_a_line_that_is_still_being_written_waits_for_the_next_reading(tmp_path):
    write(tmp_path, Started(7, 1.0, 1.5))
    with (tmp_path / EVENTS_FILE).open("a") as file:
        file.write('{"kind": "Fini')
    events, offset = read_from(tmp_path, 0)
    assert [type(event) for event in events] == [Started]
    with (tmp_path / EVENTS_FILE).open("a") as file:
        file.write('shed", "at": 3.0}\n')
    assert read_from(tmp_path, offset)[0] == [Finished(3.0)]


def test_a_line_torn_by_a_crash_is_passed_over_and_the_next_one_is_whole(tmp_path):
    write(tmp_path, Started(7, 1.0, 1.5))
    with (tmp_path / EVENTS_FILE).open("a") as file:
        file.write('{"kind": "Measured", "epo')
    write(tmp_path, Finished(2.0))
    assert [type(event) for event in read(tmp_path)] == [Started, Finished]


def test_what_only_a_newer_tailor_says_is_passed_over(tmp_path):
    lines = [{"kind": "Danced"}, {"kind": "Finished", "at": 1.0, "mood": "good"}, 7]
    (tmp_path / EVENTS_FILE).write_text("".join(json.dumps(line) + "\n" for line in lines))
    assert list(read(tmp_path)) == [Finished(1.0)]


@given(st.lists(st.integers(1, 30), max_size=60))
def test_whatever_is_measured_again_epochs_only_go_up(epochs):
    history = fold(Measured(epoch, {}) for epoch in epochs).history
    numbers = [m.epoch for m in history]
    assert numbers == sorted(set(numbers))
    assert not epochs or numbers[-1] == epochs[-1]
