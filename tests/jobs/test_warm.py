import pytest

from components.errors import WorkerError
from components.jobs.warm import WarmWorker


@pytest.fixture
def warm(workspace):
    worker = WarmWorker(workspace.root / "warm.log")
    yield worker
    worker.close()


def test_a_call_brings_the_result_of_the_other_process(warm):
    assert warm.call("components.workspace:slug", name="Zellen im Blut") == "zellen-im-blut"


def test_the_process_stays_between_calls(warm):
    first = warm.call("os:getpid")
    assert warm.call("os:getpid") == first


def test_words_for_people_come_through_and_the_process_lives_on(warm):
    pid = warm.call("os:getpid")
    with pytest.raises(WorkerError) as caught:
        warm.call("components.workspace:demand_space", path="/", needed=1, what_for="x")
    assert caught.value.fix
    assert warm.call("os:getpid") == pid


def test_a_process_that_died_is_started_anew(warm):
    with pytest.raises(WorkerError):
        warm.call("os:_exit", status=3)
    assert warm.call("components.workspace:is_slug", text="a") is True


def test_a_call_that_takes_too_long_is_given_up(warm):
    warm.call("os:getpid")
    with pytest.raises(WorkerError):
        warm.call("tests.jobs.test_warm:snore", timeout_s=0.2)


def snore():
    import time

    time.sleep(30)
