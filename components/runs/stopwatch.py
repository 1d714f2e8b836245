"""Times a trainer at work, batch by batch, and ends it when enough was seen."""

from contextlib import suppress
from pathlib import Path
from statistics import fmean, stdev
from typing import Any

from components.jobs.clock import steady
from components.jobs.worker import Needle, heed_stop
from components.runs.listening import callbacks_of
from components.runs.single_steps import (
    files_of,
    freeze,
    memory_total,
    peak_bytes,
    pictures_in,
    seconds_to_save,
    step_of,
    wait_for,
)

LEARN_S, CHECK_S, DEPTHS_S = 9.0, 4.0, 6.0  # together about twenty seconds of work
MIXED_SHARE = 0.65  # of LEARN_S, for pictures mixed of several; then as in the last epochs
# A validation between epochs takes half the time of the last one where it computes in half
# precision; see `tuning.checking`.
FULL_CHECK = 2.0
FEWEST_BATCHES, FEWEST_CHECKS = 3, 1
UNUSUAL = 1  # batches at first that fill caches and are not counted, where there are more
ROUNDS = 2  # of each freeze depth; the faster counts
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
        batches: Seconds of each training batch, those at first that are unusual left out.
        plain: The same for batches of pictures that are not mixed, as in the last epochs.
        final_check: How much longer than the others the last validation takes, as a factor.
        batch: Pictures per batch, as the trainer used it.
        image_size_px: As the trainer used it.
        memory_bytes: The most that was in use, before other freeze depths are tried.
        memory_total_bytes: What the device has.
        resting_bytes: On a card: what stays in use between two batches.
        steps: Freeze depth to seconds of one step.
        kept: Freeze depth to bytes kept for the way back.
        pictures: Names of those the trainer took.
    """

    def __init__(self, folder: Path, needle: Needle) -> None:
        self._folder, self._needle = folder, needle
        self._began = self._last = steady()
        self._spent = 0.0
        self._all: list[float] = []
        self._plain: list[float] = []
        self._is_plain = self._is_whole = False
        self._set_up = self._stood = 0.0
        self._checks: list[tuple[float, int]] = []
        self._rests: list[float] = []
        self._epoch_began = self._in_batches = self._in_checks = 0.0
        self._last_batch: Any = None
        self._is_enough = False
        self.final_check = 1.0
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
        """From now to the first batch, and what the first batch takes more than the others.

        Without the seconds in which the computer is tried out: the run will find them noted.
        """
        tried_out = self._stood - self._set_up
        slow_s = max(self._all[0] - fmean(self.batches), 0.0) if self._all else 0.0
        return round(self._stood - self._began - tried_out + slow_s, 3)

    def batch_s(self) -> tuple[float, float]:
        """Mean and its standard error, seconds."""
        counted = self.batches
        error = stdev(counted) / len(counted) ** 0.5 if len(counted) > 1 else 0.3 * counted[0]
        return fmean(counted), error

    def check_s(self) -> float:
        """Seconds of one validation picture; 0 when none was seen."""
        pictures = sum(number for _, number in self._checks)
        return sum(seconds for seconds, _ in self._checks) / pictures if pictures else 0.0

    def on_pretrain_routine_end(self, _trainer: Any) -> None:
        """Model, data and optimizer stand; what follows tries the computer out."""
        self._set_up = steady()

    def rest_s(self) -> float:
        """What an epoch takes beside batches and validation; 0 when no whole epoch was seen."""
        return fmean(self._rests) if self._rests else 0.0

    def on_pretrain_routine_start(self, _trainer: Any) -> None:
        """The trainer is about to read the data."""
        heed_stop(self._folder)
        self._needle.show("Reading the pictures")

    def on_train_start(self, trainer: Any) -> None:
        """Everything stands."""
        self._stood = steady()
        checks = getattr(trainer.validator, "choice", None)
        self.final_check = FULL_CHECK if getattr(checks, "is_half", False) else 1.0
        self.batch, self.image_size_px = int(trainer.batch_size), int(trainer.args.imgsz)
        self.memory_total_bytes = memory_total(trainer)
        for loader in (trainer.train_loader, trainer.test_loader):
            self.pictures |= {Path(file).name for file in files_of(loader.dataset)}
        usual = trainer.preprocess_batch

        def seen(batch: Any) -> Any:
            self._last_batch = usual(batch)
            return self._last_batch

        trainer.preprocess_batch = seen

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
        (self._plain if self._is_plain else self._all).append(took)
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
            raise EnoughSeen

    def on_val_start(self, _validator: Any) -> None:
        """A validation begins."""
        self._last = steady()

    def on_val_batch_end(self, validator: Any) -> None:
        """Some validation pictures are done."""
        took, self._last = self._since(self._last)
        self._checks.append((took, pictures_in(validator)))
        self._in_checks += took
        heed_stop(self._folder)
        self._needle.show("Trying a validation", 70, 100)
        seen = sum(seconds for seconds, _ in self._checks)
        if self._is_enough and seen >= CHECK_S and len(self._checks) > FEWEST_CHECKS:
            raise EnoughSeen

    def on_val_end(self, _validator: Any) -> None:
        """What is left to count after the last validation batch belongs to validation, too."""
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

    def _try_depths(self, trainer: Any) -> None:
        """Time single steps with nothing, the backbone, and as much as planned frozen.

        On the same pictures, so the ratios hold though the times are few.
        """
        batch, planned = self._last_batch, trainer.args.freeze
        if batch is None or not isinstance(planned, int):
            return
        from ultralytics.utils.torch_utils import unwrap_model

        model: Any = unwrap_model(trainer.model)
        backbone = len(model.yaml.get("backbone", ()))
        depths = sorted({0, backbone, planned})
        if fmean(self.batches) * len(depths) * (ROUNDS + 1) > 4 * DEPTHS_S:
            depths = sorted({0, planned})
        for done, depth in enumerate(depths):
            heed_stop(self._folder)
            self._needle.show("Trying freeze depths", 80 + 20 * done // len(depths), 100)
            freeze(trainer, depth)
            began = steady()
            times: list[float] = []
            while len(times) < ROUNDS and (not times or steady() - began < DEPTHS_S / len(depths)):
                seconds, kept = step_of(trainer, batch)
                times.append(seconds)
            self.steps[depth], self.kept[depth] = round(min(times), 5), kept
        self._needle.show("Trying freeze depths", 100, 100)

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
