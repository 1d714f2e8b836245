from components.jobs.events import EVENTS_FILE, Measured, Started, State, Stopped, write
from components.jobs.job import progress_of
from components.jobs.story import follow


def test_following_tells_the_same_as_reading_anew(tmp_path):
    for event in (Started(1, 1.0, 1.0), Measured(1, {"a": 1.0}), Measured(2, {"a": 2.0})):
        write(tmp_path, event)
        assert follow(tmp_path) == progress_of(tmp_path)


def test_what_was_handed_out_stands_still(tmp_path):
    write(tmp_path, Measured(1, {}))
    before = follow(tmp_path)
    write(tmp_path, Measured(2, {}))
    assert len(before.history) == 1
    assert len(follow(tmp_path).history) == 2


def test_a_new_file_is_a_new_story(tmp_path):
    write(tmp_path, Started(1, 1.0, 1.0))
    write(tmp_path, Stopped(2.0))
    assert follow(tmp_path).state is State.STOPPED
    (tmp_path / EVENTS_FILE).rename(tmp_path / "old.jsonl")
    assert follow(tmp_path).state is State.WAITING
    write(tmp_path, Started(2, 3.0, 3.0))
    assert follow(tmp_path).state is State.RUNNING
