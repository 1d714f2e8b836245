"""Times a trainer at work, batch by batch, and ends it when enough was seen."""

import time
from contextlib import suppress
from pathlib import Path
from statistics import fmean, median, stdev
from typing import Any

from components.jobs.clock import steady
from components.jobs.worker import Needle, heed_stop
from components.runs.freeze_depths import try_depths
from components.runs.listening import callbacks_of
from components.runs.single_steps import (
    decode_first,
    files_of,
    memory_total,
    peak_bytes,
    pictures_in,
    seconds_to_save,
    time_steps,
    wait_for,
)

# With `freeze_depths.MOST_S` about twenty seconds of work.
DECODE_S, LEARN_S, CHECK_S, LAST_S = 2.0, 8.0, 3.0, 2.0
MIXED_SHARE = 0.65  # of LEARN_S, for pictures mixed of several; then as in the last epochs
FEWEST_BATCHES, FEWEST_CHECKS = 3, 1
UNUSUAL = 1  # batches at first that fill caches and are not counted, where there are more
_CALLBACKS = (
    "on_pretrain_routine_start", "on_pretrain_routine_end", "on_train_start",
    "on_train_epoch_start", "on_train_batch_end", "on_val_start", "on_val_batch_end",
    "on_val_end", "on_fit_epoch_end",
)  # fmt: skip


class EnoughSeen(Exception):
    """Raised in a callback to leave the training."""


class Stopwatch:
    """Callbacks that time a training; see `Trial` for what the figures mean.

    Attributes:
        batches: Seconds of each training batch without the optimizer's step; those at first that
            are unusual are left out.
        plain: The same for batches of pictures that are not mixed, as in the last epochs.
        steps_s: Seconds of each of the optimizer's steps.
        batch: Pictures per batch, as the trainer used it.
        image_size_px: As the trainer used it.
        memory_bytes: The most that was in use, before other freeze depths are tried.
        memory_total_bytes: What the device has.
        resting_bytes: On a card: what stays in use between two batches.
        steps: Freeze depth to seconds of one step.
        kept: Freeze depth to bytes kept for the way back.
        pictures: Names of those the trainer took.
    """

    def __init__(self, folder: Path, needle: Needle, began: float) -> None:
        self._folder, self._needle = folder, needle
        self._began, self._last = began, steady()
        self._spent = 0.0
        self._all: list[float] = []
        self._plain: list[float] = []
        self._is_plain = self._is_whole = False
        self._set_up = self._waited_s = self._decoding_s = 0.0
        self._checks: list[tuple[float, int]] = []
        self._rests: list[float] = []
        self._epoch_began = self._in_batches = self._in_checks = 0.0
        self._last_batch: Any = None
        self._is_enough = False
        self._stepping_s = 0.0  # in the batch in progress
        self._last_checks: list[tuple[float, int]] = []
        self._ending: float | None = None  # when the last validation was asked for
        self._end_s = 0.0
        self.steps_s: list[float] = []
        self.batch = self.image_size_px = 0
        self.memory_bytes = self.memory_total_bytes = self.resting_bytes = 0
        self.steps: dict[int, float] = {}
        self.kept: dict[int, int] = {}
        self.pictures: set[str] = set()

    def callbacks(self) -> dict[str, list[Any]]:
        """Ultralytics' own callbacks with ours behind them."""
        return callbacks_of(self, _CALLBACKS)

    @property
    def batches(self) -> list[float]:
        """Seconds of each training batch that counts."""
        return self._all[UNUSUAL:] or self._all

    @property
    def plain(self) -> list[float]:
        """Seconds of each batch of unmixed pictures that counts; empty where none was mixed."""
        return self._plain[UNUSUAL:]

    def startup_s(self) -> float:
        """Up to the first batch, and what the first epoch takes longer than the others.

        Without what a run will find done: the computer tried out, the trainer read from the disk.
        """
        before = self._set_up - self._began - self._waited_s
        slow_s = max(self._all[0] - fmean(self.batches), 0.0) if self._all else 0.0
        return round(before + slow_s + self._decoding_s, 3)

    def batch_s(self) -> tuple[float, float]:
        """Mean and its standard error, seconds."""
        counted = self.batches
        error = stdev(counted) / len(counted) ** 0.5 if len(counted) > 1 else 0.3 * counted[0]
        return fmean(counted), error

    def step_s(self) -> float:
        """Seconds of one of the optimizer's steps; the first, which makes its memory, aside."""
        return median(self.steps_s[1:] or self.steps_s or [0.0])

    def check_s(self) -> float:
        """Seconds of one validation picture between epochs; 0 when none was seen."""
        return _per_picture(self._checks)

    def last_check_s(self) -> float:
        """Seconds of one picture of the last validation; 0 when none was seen."""
        return _per_picture(self._last_checks)

    def end_s(self) -> float:
        """What the end takes beside its validation; 0 when it was not tried."""
        return round(self._end_s, 3)

    def on_pretrain_routine_end(self, _trainer: Any) -> None:
        """Model, data and optimizer stand; what follows tries the computer out."""
        self._set_up = steady()

    def rest_s(self) -> float:
        """What an epoch takes beside batches and validation; 0 when no whole epoch was seen."""
        return fmean(self._rests) if self._rests else 0.0

    def on_pretrain_routine_start(self, _trainer: Any) -> None:
        """The trainer is loaded and about to read the data."""
        self._waited_s = max(steady() - self._began - time.process_time(), 0.0)
        heed_stop(self._folder)
        self._needle.show("Reading the pictures")

    def on_train_start(self, trainer: Any) -> None:
        """Everything stands."""
        self.batch, self.image_size_px = int(trainer.batch_size), int(trainer.args.imgsz)
        self.memory_total_bytes = memory_total(trainer)
        for loader in (trainer.train_loader, trainer.test_loader):
            self.pictures |= {Path(file).name for file in files_of(loader.dataset)}
        usual = trainer.preprocess_batch

        def seen(batch: Any) -> Any:
            self._last_batch = usual(batch)
            return self._last_batch

        trainer.preprocess_batch = seen
        time_steps(trainer, self._note_step)
        self._needle.show("Reading the pictures", 1, 100)
        self._decoding_s = decode_first(trainer, DECODE_S)
        heed_stop(self._folder)

    def _note_step(self, seconds: float) -> None:
        self.steps_s.append(seconds)
        self._stepping_s += seconds

    def on_train_epoch_start(self, trainer: Any) -> None:
        """An epoch begins, or begins again with a smaller batch."""
        if int(trainer.batch_size) != self.batch:
            self.batch, self._all = int(trainer.batch_size), []
        if self._is_whole:  # with what is kept of the epoch before, until this one begins
            self._note_rest()
        self._is_whole = False
        self._epoch_began = self._last = steady()
        self._in_batches = self._in_checks = 0.0

    def on_train_batch_end(self, trainer: Any) -> None:
        """A batch is done; leave when enough were."""
        wait_for(trainer)
        took, self._last = self._since(self._last)
        (self._plain if self._is_plain else self._all).append(took - self._stepping_s)
        self._stepping_s = 0.0
        self._in_batches += took
        self._spent += took
        heed_stop(self._folder)
        share = min(self._spent / LEARN_S, 1.0)
        self._needle.show("Trying some batches", round(60 * share), 100)
        self._note_memory(trainer)
        if self._spent >= MIXED_SHARE * LEARN_S and len(self._all) >= FEWEST_BATCHES:
            self._unmix(trainer)
        is_known = len(self._all) >= FEWEST_BATCHES and (not self._is_plain or self.plain)
        if self._spent >= LEARN_S and is_known:
            self._is_enough = True
            if not self._checks:
                with suppress(EnoughSeen):
                    self._check(trainer)
            if not self._rests:
                self._rests.append(seconds_to_save(trainer))
            self._try_depths(trainer)
            self._try_the_end(trainer)
            raise EnoughSeen

    def on_val_start(self, _validator: Any) -> None:
        """A validation begins."""
        self._last = steady()
        if self._ending is not None:
            self._end_s = self._last - self._ending

    def on_val_batch_end(self, validator: Any) -> None:
        """Some validation pictures are done."""
        took, self._last = self._since(self._last)
        if self._ending is not None:
            self._note_last_check(took, pictures_in(validator))
            return
        self._checks.append((took, pictures_in(validator)))
        self._in_checks += took
        heed_stop(self._folder)
        self._needle.show("Trying a validation", 70, 100)
        seen = sum(seconds for seconds, _ in self._checks)
        if self._is_enough and seen >= CHECK_S and len(self._checks) > FEWEST_CHECKS:
            raise EnoughSeen

    def _note_last_check(self, took: float, pictures: int) -> None:
        self._last_checks.append((took, pictures))
        heed_stop(self._folder)
        self._needle.show("Trying the last validation", 90, 100)
        if self._last - (self._ending or 0.0) - self._end_s >= LAST_S:
            raise EnoughSeen

    def on_val_end(self, _validator: Any) -> None:
        """What is left to count after the last validation batch belongs to validation, too."""
        if self._ending is not None:
            return
        took, self._last = self._since(self._last)
        if self._checks:
            self._checks[-1] = (self._checks[-1][0] + took, self._checks[-1][1])
        self._in_checks += took

    def on_fit_epoch_end(self, _trainer: Any) -> None:
        """A whole epoch with its validation."""
        self._is_whole = True
        self._spent += steady() - self._epoch_began - self._in_batches

    def _note_rest(self) -> None:
        whole = steady() - self._epoch_began
        self._rests.append(max(whole - self._in_batches - self._in_checks, 0.0))

    def _unmix(self, trainer: Any) -> None:
        """Whole pictures from here on, as Ultralytics does it for the last epochs."""
        asked = trainer.args
        mixes = any(getattr(asked, name, 0.0) for name in ("mosaic", "mixup", "cutmix"))
        if self._is_plain or not mixes or not asked.close_mosaic or asked.task == "classify":
            return
        self._is_plain = True
        trainer._close_dataloader_mosaic()
        loader = trainer.train_loader
        loader.reset()
        loader.iterator = loader._get_iterator()  # the epoch in progress asks for the next batch
        self._last = steady()

    def _check(self, trainer: Any) -> None:
        """A validation as after an epoch, on what the model is now."""
        names = ["yaml", "nc", "args", "names", "stride", "class_weights"]
        trainer.ema.update_attr(trainer.model, include=names)
        trainer.validate()

    def _try_the_end(self, trainer: Any) -> None:
        """The best weights are checked; the last to try, for Ultralytics changes the threads."""
        trainer.keeper.finish()
        self._ending = steady()
        with suppress(EnoughSeen):
            trainer.final_eval()
            checking_s = sum(seconds for seconds, _ in self._last_checks)
            self._end_s = steady() - self._ending - checking_s

    def _try_depths(self, trainer: Any) -> None:
        def show(share: float) -> None:
            heed_stop(self._folder)
            self._needle.show("Trying freeze depths", 75 + round(15 * share), 100)

        if self._last_batch is not None:
            self.steps, self.kept = try_depths(
                trainer, self._last_batch, batch_s=fmean(self.batches), show=show
            )

    def _since(self, moment: float) -> tuple[float, float]:
        now = steady()
        return now - moment, now

    def _note_memory(self, trainer: Any) -> None:
        if trainer.device.type == "cuda":
            import torch

            self.memory_bytes = int(torch.cuda.max_memory_reserved(trainer.device))
            self.resting_bytes = int(torch.cuda.memory_allocated(trainer.device))
        else:
            self.memory_bytes = max(self.memory_bytes, peak_bytes())


def _per_picture(checks: list[tuple[float, int]]) -> float:
    pictures = sum(number for _, number in checks)
    return sum(seconds for seconds, _ in checks) / pictures if pictures else 0.0
