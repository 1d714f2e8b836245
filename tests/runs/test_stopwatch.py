"""The dry run's stopwatch, driven by hand with a clock of its own."""

from types import SimpleNamespace

import pytest

from components.jobs.worker import Needle
from components.runs import single_steps, stopwatch
from components.runs.stopwatch import EnoughSeen, Stopwatch


class Clock:
    now = 0.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock(monkeypatch):
    made = Clock()
    for module in (stopwatch, single_steps):
        monkeypatch.setattr(module, "steady", made)
    return made


def trainer(clock, **arguments):
    """As much of a trainer as the stopwatch looks at."""
    loader = SimpleNamespace(
        dataset=SimpleNamespace(im_files=[f"{i}.png" for i in range(40)]),
        reset=lambda: None,
        _get_iterator=lambda: iter(()),
    )
    asked = {"imgsz": 64, "freeze": [], "task": "detect", "mosaic": 1.0, "close_mosaic": 10}
    made = SimpleNamespace(
        batch_size=4, args=SimpleNamespace(**{**asked, **arguments}), train_loader=loader,
        test_loader=loader, device=SimpleNamespace(type="cpu"), preprocess_batch=None,
        validator=SimpleNamespace(), closed=0, saved=0,
    )  # fmt: skip

    def close():
        made.closed += 1

    def save():
        clock.now += 0.4
        made.saved += 1

    made._close_dataloader_mosaic, made.save_model = close, save
    made.ema, made.model = SimpleNamespace(update_attr=lambda *_, **__: None), None
    made.validate = lambda: None
    return made


def timed(folder, clock, fake, *, mixed_s=0.5, plain_s=0.2, first_s=2.0):
    """A dry run whose batches take as long as said; one long epoch."""
    watch = Stopwatch(folder, Needle(folder))
    clock.now += 3.0
    watch.on_pretrain_routine_end(fake)
    clock.now += 2.5  # the computer is tried out
    watch.on_train_start(fake)
    watch.on_train_epoch_start(fake)
    for number in range(999):
        clock.now += first_s if not number else plain_s if fake.closed else mixed_s
        try:
            watch.on_train_batch_end(fake)
        except EnoughSeen:
            return watch
    raise AssertionError("it never ended")


def test_mixed_and_unmixed_batches_are_timed_apart(tmp_path, clock):
    watch = timed(tmp_path, clock, fake := trainer(clock))
    assert fake.closed == 1
    assert watch.batch_s() == pytest.approx((0.5, 0.0))
    assert watch.plain == pytest.approx([0.2] * len(watch.plain))
    assert len(watch.plain) > 5


@pytest.mark.parametrize("off", [{"mosaic": 0.0}, {"close_mosaic": 0}, {"task": "classify"}])
def test_where_nothing_is_mixed_or_it_stays_so_there_is_one_time(tmp_path, clock, off):
    watch = timed(tmp_path, clock, fake := trainer(clock, **off))
    assert (fake.closed, watch.plain) == (0, [])


def test_the_start_counts_the_slow_first_batch_and_not_the_trying_out(tmp_path, clock):
    watch = timed(tmp_path, clock, trainer(clock))
    assert watch.startup_s() == pytest.approx(3.0 + (2.0 - 0.5))


def test_without_a_whole_epoch_a_checkpoint_is_timed(tmp_path, clock):
    watch = timed(tmp_path, clock, fake := trainer(clock))
    assert fake.saved == 1
    assert watch.rest_s() == pytest.approx(0.4)


def test_what_is_kept_of_an_epoch_counts_until_the_next_begins(tmp_path, clock):
    watch, fake = Stopwatch(tmp_path, Needle(tmp_path)), trainer(clock)
    watch.on_train_start(fake)
    watch.on_train_epoch_start(fake)
    clock.now += 1.0
    watch.on_train_batch_end(fake)
    clock.now += 0.3
    watch.on_fit_epoch_end(fake)
    clock.now += 0.2  # the checkpoint is written
    watch.on_train_epoch_start(fake)
    assert watch.rest_s() == pytest.approx(0.5)
