"""The dry run's stopwatch, driven by hand with a clock of its own."""

from types import SimpleNamespace

import pytest

from components.jobs.worker import Needle
from components.runs import single_steps, stopwatch
from components.runs.single_steps import decode_first
from components.runs.stopwatch import EnoughSeen, Stopwatch
from tests.jobs.hand_clock import hand_clock

STEP_S = 0.1


@pytest.fixture
def clock(monkeypatch):
    made = hand_clock(monkeypatch, stopwatch, single_steps)
    monkeypatch.setattr(stopwatch.time, "process_time", made)  # busy all the while
    return made


def trainer(clock, **arguments):
    """As much of a trainer as the stopwatch looks at."""
    loader = SimpleNamespace(
        dataset=SimpleNamespace(im_files=[f"{i}.png" for i in range(40)]),
        reset=lambda: None,
        _get_iterator=lambda: iter(()),
        num_workers=0,
    )
    asked = {"imgsz": 64, "freeze": [], "task": "detect", "mosaic": 1.0, "close_mosaic": 10}
    made = SimpleNamespace(
        batch_size=4, args=SimpleNamespace(**{**asked, **arguments}), train_loader=loader,
        test_loader=loader, device=SimpleNamespace(type="cpu"), preprocess_batch=None,
        validator=SimpleNamespace(), closed=0, saved=0, keep=lambda: None,
        keeper=SimpleNamespace(finish=lambda: None),
    )  # fmt: skip

    def close():
        made.closed += 1

    def save():
        clock.now += 0.4
        made.saved += 1

    def step():
        clock.now += STEP_S

    made._close_dataloader_mosaic, made.save_model = close, save
    made.optimizer_step = step
    made.final_eval = lambda: None
    made.ema, made.model = SimpleNamespace(update_attr=lambda *_, **__: None), None
    made.validate = lambda: None
    return made


def timed(folder, clock, fake, *, mixed_s=0.5, plain_s=0.2, first_s=2.0):
    """A dry run whose batches take as long as said, every third with a step; one long epoch."""
    watch = Stopwatch(folder, Needle(folder), clock.now)
    clock.now += 3.0
    watch.on_pretrain_routine_end(fake)
    clock.now += 2.5  # the computer is tried out
    watch.on_train_start(fake)
    watch.on_train_epoch_start(fake)
    for number in range(999):
        clock.now += first_s if not number else plain_s if fake.closed else mixed_s
        if number % 3 == 0:
            fake.optimizer_step()
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


def test_steps_are_told_apart_from_batches(tmp_path, clock):
    watch = timed(tmp_path, clock, trainer(clock))
    assert len(watch.steps_s) >= len(watch.batches) / 3
    assert watch.step_s() == pytest.approx(STEP_S)


def test_waiting_for_the_disk_is_no_part_of_the_start(tmp_path, clock, monkeypatch):
    watch = Stopwatch(tmp_path, Needle(tmp_path), clock.now)
    clock.now += 8.0
    monkeypatch.setattr(stopwatch.time, "process_time", lambda: 3.0)
    watch.on_pretrain_routine_start(trainer(clock))
    clock.now += 1.0
    watch.on_pretrain_routine_end(trainer(clock))
    assert watch.startup_s() == pytest.approx(3.0 + 1.0)


def pictures(clock, number, *, kept, decode_s):
    """A trainer whose data set takes so long for a picture that is not kept."""
    shown = []

    def load(i, *_):
        if i not in shown:
            clock.now += decode_s
        shown.append(i)
        return i

    made = SimpleNamespace(ims=[None] * number, max_buffer_length=kept, load_image=load)
    return SimpleNamespace(train_loader=SimpleNamespace(dataset=made, num_workers=0)), shown


def test_pictures_that_a_run_keeps_are_decoded_before_anything_is_timed(clock):
    trainer, shown = pictures(clock, 50, kept=51, decode_s=0.01)
    assert decode_first(trainer, 2.0) == pytest.approx(50 * 0.01)
    assert shown == list(range(50))
    assert trainer.train_loader.dataset.load_image(49) == 49


def test_of_many_pictures_those_decoded_are_shown_and_all_are_counted(clock):
    trainer, shown = pictures(clock, 1000, kept=1001, decode_s=0.01)
    assert decode_first(trainer, 2.0) == pytest.approx(1000 * 0.01, rel=0.01)
    known = len(shown)
    assert 190 <= known <= 210
    before = clock.now
    assert trainer.train_loader.dataset.load_image(known + 5) == 5
    assert clock.now == before


def test_what_is_not_kept_is_decoded_in_every_batch_and_timed_so(clock):
    trainer, shown = pictures(clock, 50, kept=16, decode_s=0.01)
    assert (decode_first(trainer, 2.0), shown) == (0.0, [])


def test_the_end_is_timed_on_the_best_weights(tmp_path, clock):
    fake = trainer(clock)
    seen = SimpleNamespace(dataloader=SimpleNamespace(batch_size=10, dataset=range(40)), batch_i=0)

    def final_eval():
        clock.now += 0.7
        watch.on_val_start(seen)
        for seen.batch_i in range(4):
            clock.now += 0.2
            watch.on_val_batch_end(seen)
        clock.now += 0.1

    fake.final_eval = final_eval
    watch = Stopwatch(tmp_path, Needle(tmp_path), clock.now)
    watch._try_the_end(fake)
    assert watch.last_check_s() == pytest.approx(0.8 / 40)
    assert watch.end_s() == pytest.approx(0.8)
    assert watch.check_s() == 0.0  # those between epochs are counted apart


def test_without_a_whole_epoch_a_checkpoint_is_timed(tmp_path, clock):
    watch = timed(tmp_path, clock, fake := trainer(clock))
    assert fake.saved == 1
    assert watch.rest_s() == pytest.approx(0.4)


def test_what_is_kept_of_an_epoch_counts_until_the_next_begins(tmp_path, clock):
    watch, fake = Stopwatch(tmp_path, Needle(tmp_path), clock.now), trainer(clock)
    watch.on_train_start(fake)
    watch.on_train_epoch_start(fake)
    clock.now += 1.0
    watch.on_train_batch_end(fake)
    clock.now += 0.3
    watch.on_fit_epoch_end(fake)
    clock.now += 0.2  # the checkpoint is written
    watch.on_train_epoch_start(fake)
    assert watch.rest_s() == pytest.approx(0.5)
