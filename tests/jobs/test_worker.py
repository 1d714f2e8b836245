import os

import pytest

from components.errors import DatasetError
from components.jobs.events import State
from components.jobs.job import ask, progress_of
from components.jobs.worker import Needle, at_work, heed_stop, read_needle


def test_work_that_ends_well_is_finished(tmp_path):
    with at_work(tmp_path):
        assert progress_of(tmp_path).state is State.RUNNING
    progress = progress_of(tmp_path)
    assert (progress.state, progress.pid) == (State.FINISHED, os.getpid())


def test_an_error_for_people_keeps_its_two_sentences(tmp_path):
    with pytest.raises(SystemExit), at_work(tmp_path):
        raise DatasetError("There are 0 pictures.", "Bring some in.")
    assert progress_of(tmp_path).trouble.what == "There are 0 pictures."


def test_a_bug_is_named_and_sends_people_to_the_log(tmp_path):
    with pytest.raises(ZeroDivisionError), at_work(tmp_path):
        raise ZeroDivisionError
    trouble = progress_of(tmp_path).trouble
    assert "ZeroDivisionError" in trouble.what
    assert "log" in trouble.fix


def test_leaving_because_of_a_stop_is_stopped_and_not_failed(tmp_path):
    with at_work(tmp_path):
        ask(tmp_path, "stop")
        heed_stop(tmp_path)
    assert progress_of(tmp_path).state is State.STOPPED


def test_the_needle_keeps_its_pause_but_shows_first_and_last_step(tmp_path):
    needle = Needle(tmp_path, per_second=0.001)
    for done in range(1, 6):
        needle.show("Copying", done, 5)
        assert read_needle(tmp_path)["done"] == (5 if done == 5 else 1)
    needle.show("Counting", 0, 0, files=3)
    assert (read_needle(tmp_path)["phase"], read_needle(tmp_path)["files"]) == ("Counting", 3)


def test_the_needle_says_when_it_is_worth_gathering_facts(tmp_path):
    needle = Needle(tmp_path, per_second=0.001)
    assert needle.is_due("Copying")
    needle.show("Copying", 1, 5)
    assert not needle.is_due("Copying")
    assert needle.is_due("Counting")


def test_a_needle_that_is_not_there_or_torn_tells_nothing(tmp_path):
    assert read_needle(tmp_path) == {}
    (tmp_path / "now.json").write_text('{"phase": "Lear')
    assert read_needle(tmp_path) == {}
