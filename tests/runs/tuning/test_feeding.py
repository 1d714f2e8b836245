"""Batches made ahead: the same ones, in the same order, and no thread left behind."""

import threading

import pytest

from components.runs.tuning.feeding import AHEAD, Ahead


def making(count, made=None, fails_at=None):
    for number in range(count):
        if number == fails_at:
            raise ValueError(f"picture {number}")
        if made is not None:
            made.append(number)
        yield number


def test_batches_come_in_the_order_they_were_asked_for():
    assert list(Ahead(making(50))) == list(range(50))


def test_no_more_than_a_few_batches_are_made_ahead():
    made = []
    feeding = Ahead(making(50, made))
    taken = [next(feeding) for _ in range(3)]
    feeding._shutdown_workers()
    assert taken == [0, 1, 2]
    assert len(made) <= 3 + AHEAD + 2  # one waits to be put, one more may be in the making


def test_what_goes_wrong_is_told_where_its_batch_is_asked_for():
    feeding = Ahead(making(5, fails_at=2))
    assert [next(feeding), next(feeding)] == [0, 1]
    with pytest.raises(ValueError, match="picture 2"):
        next(feeding)
    with pytest.raises(StopIteration):
        next(feeding)


def test_the_thread_is_over_when_the_loader_is_closed():
    feeding = Ahead(making(1_000_000))
    next(feeding)
    feeding._shutdown_workers()
    assert not feeding._thread.is_alive()
    assert feeding._thread not in threading.enumerate()
