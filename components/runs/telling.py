"""What the trainer does, told to the run's folder: callbacks for `trainer_class`'s classes.

Events for what lasts (settings, epochs, an early end), the needle for this second. Nothing here
changes what is learned, except that a Stop ends the training after the batch in progress.
"""

import logging
import math
import re
from pathlib import Path
from typing import Any

import psutil

from components.jobs.clock import steady
from components.jobs.events import Event, Measured, Told, write
from components.jobs.worker import Needle, heed_pause, heed_stop, was_asked_to_stop
from components.planning.arguments import read_back
from components.planning.plan import TrainingPlan
from components.runs import eyes
from components.runs.computing import computing
from components.runs.listening import callbacks_of
from components.runs.pace import Pace

LEARNING, CHECKING, LAST_CHECK = "Learning", "Checking", "Checking the best weights once more"
_CALLBACKS = (
    "on_pretrain_routine_start", "on_pretrain_routine_end", "on_train_start",
    "on_train_epoch_start", "on_train_batch_end", "on_train_epoch_end", "on_val_start",
    "on_val_batch_end", "on_fit_epoch_end",
)  # fmt: skip


class Teller:
    """Tells one run's story while it is trained."""

    def __init__(
        self, folder: Path, plan: TrainingPlan, needle: Needle, *, seconds_before: float = 0.0
    ) -> None:
        self._folder, self._plan, self._needle = folder, plan, needle
        self._began = steady() - seconds_before
        self._process = psutil.Process()
        self._transfer = _TransferListener()
        self._trainer: Any = None
        self._pace: Pace | None = None
        self._batch = 0  # of this epoch, done
        self._is_trained = False  # since the last epoch was told
        self._epoch_began = 0.0
        self._trained_s = 0.0
        self._told_batch = 0
        self.was_stopped = False

    def callbacks(self) -> dict[str, list[Any]]:
        """Ultralytics' own callbacks with ours behind them."""
        return callbacks_of(self, _CALLBACKS)

    @property
    def elapsed_s(self) -> float:
        """Seconds of work, those of workers before this one included."""
        return steady() - self._began

    def on_pretrain_routine_start(self, trainer: Any) -> None:
        """The trainer is about to read the data."""
        self._trainer = trainer
        self._needle.show("Reading the pictures", elapsed_s=self.elapsed_s)
        self._stop_before_learning()

    def on_pretrain_routine_end(self, _trainer: Any) -> None:
        """Model, data and optimizer stand."""
        self._transfer.close()
        self._stop_before_learning()

    def on_train_start(self, trainer: Any) -> None:
        """Everything that was planned has become something that can be read back."""
        self._trainer = trainer
        self._pace = Pace(trainer.epochs, len(trainer.train_loader), len(trainer.test_loader))
        write(self._folder, Told("settings", read_back(trainer)))
        write(self._folder, Told("computing", computing(trainer)))
        write(self._folder, Told("model", model_facts(trainer, self._transfer.found)))
        self._tell_batch(trainer)

    def on_train_epoch_start(self, trainer: Any) -> None:
        """An epoch begins, or begins again with a smaller batch; the one before is kept."""
        self._heed_pause(now=False)
        self._epoch_began, self._batch = steady(), 0
        self._tell_batch(trainer)
        if self._pace is not None:
            self._pace.batches, self._pace.epochs = len(trainer.train_loader), trainer.epochs
            self._pace.pause()

    def on_train_batch_end(self, trainer: Any) -> None:
        """Ultralytics looks at `trainer.stop` after this."""
        assert self._pace is not None
        self._batch += 1
        self._pace.batch_done()
        self._heed_stop(trainer)
        self._heed_pause(now=True)
        self._show(LEARNING)

    def on_train_epoch_end(self, _trainer: Any) -> None:
        """An epoch was really trained; Ultralytics also reports one that was not."""
        self._is_trained = True
        self._trained_s = steady() - self._epoch_began

    def on_val_start(self, _validator: Any) -> None:
        """A validation begins."""
        if self._pace is not None:
            self._pace.pause()

    def on_val_batch_end(self, validator: Any) -> None:
        """Also while validating a Stop is heard; it takes effect at the validation's end."""
        if self._pace is None:
            return
        self._pace.check_done()
        self._heed_stop(self._trainer)
        self._heed_pause(now=True)
        self._show(CHECKING if validator.training else LAST_CHECK, validator.batch_i + 1)

    def on_fit_epoch_end(self, trainer: Any) -> None:
        """An epoch was trained and validated; it is told when its checkpoint is on the disk."""
        if not self._is_trained:
            return
        self._is_trained = False
        epoch = trainer.epoch + 1
        self._keep_eyes(trainer, epoch)
        seconds = steady() - self._epoch_began
        events: list[Event] = [Measured(epoch, self._numbers(trainer), round(seconds, 3))]
        if trainer.fitness is not None and trainer.fitness == trainer.best_fitness:
            events.append(Told("best", {"epoch": epoch, "fitness": float(trainer.fitness)}))
        events += self._early_end(trainer, epoch)
        trainer.tell_when_kept(events)

    def _numbers(self, trainer: Any) -> dict[str, float]:
        """The epoch's numbers; those that are not finite are left out, for JSON has none."""
        pictures = len(trainer.train_loader.dataset) * self._batch / len(trainer.train_loader)
        numbers = {
            **trainer.label_loss_items(trainer.tloss), **trainer.metrics, **trainer.lr,
            "speed/pictures_per_s": pictures / max(self._trained_s, 1e-9),
            "memory/bytes": float(self._memory_bytes(trainer)),
        }  # fmt: skip
        return {name: float(n) for name, n in numbers.items() if math.isfinite(n)}

    def _keep_eyes(self, trainer: Any, epoch: int) -> None:
        samples = getattr(trainer.validator, "samples", None)
        if samples:
            seen = [eyes.as_eyes(samples[file]) for file in sorted(samples)]
            eyes.write(self._folder, epoch, seen)

    def _early_end(self, trainer: Any, epoch: int) -> list[Event]:
        if trainer.stop and not self.was_stopped and epoch < trainer.epochs:
            facts = {"epoch": epoch, "best_epoch": int(trainer.stopper.best_epoch),
                     "patience": self._plan.patience}  # fmt: skip
            return [Told("early", facts)]
        return []

    def _tell_batch(self, trainer: Any) -> None:
        """The batch really used; once more when the trainer had to halve it."""
        if trainer.batch_size == self._told_batch:
            return
        facts = {"batch": int(trainer.batch_size), "automatic": self._plan.batch == 0,
                 "lowered_from": self._told_batch or None,
                 "accumulate": int(trainer.accumulate)}  # fmt: skip
        write(self._folder, Told("batch", facts))
        self._told_batch = trainer.batch_size

    def _heed_stop(self, trainer: Any) -> None:
        if was_asked_to_stop(self._folder):
            trainer.stop = self.was_stopped = True

    def _heed_pause(self, *, now: bool) -> None:
        """Ultralytics knows no pause: the work is left, and taken up from the checkpoint."""
        if not self.was_stopped:
            heed_pause(self._folder, now=now)

    def _stop_before_learning(self) -> None:
        heed_stop(self._folder)
        self._heed_pause(now=True)

    def _show(self, phase: str, check: int | None = None) -> None:
        trainer, pace = self._trainer, self._pace
        assert pace is not None
        if not self._needle.is_due(phase):
            return
        epoch = trainer.epoch + 1
        left = pace.left_s(epoch, self._batch, check)
        if phase == LAST_CHECK:
            left = max(pace.checks - (check or 0), 0) * pace.check_s
        total = trainer.epochs * pace.batches
        done = total if phase == LAST_CHECK else trainer.epoch * pace.batches + self._batch
        self._needle.show(
            phase, min(done, total - 1), total, left_s=left, epoch=epoch, epochs=trainer.epochs,
            batch=self._batch, batches=pace.batches, check=check, checks=pace.checks,
            loss=self._loss(trainer), elapsed_s=self.elapsed_s, stopping=self.was_stopped,
            memory_bytes=self._memory_bytes(trainer), memory_total_bytes=memory_total(trainer),
            load=self._load(),
        )  # fmt: skip

    def _loss(self, trainer: Any) -> float | None:
        total = float(sum(trainer.tloss.values())) if trainer.tloss else math.nan
        return round(total, 5) if math.isfinite(total) else None

    def _memory_bytes(self, trainer: Any) -> int:
        """Of the device that trains: the card's, or this process's."""
        if trainer.device.type == "cpu":
            return int(self._process.memory_info().rss)
        return int(trainer._get_memory() * 2**30)

    def _load(self) -> float:
        """Share of the computer's processors that this process uses, 0 to 1."""
        used = self._process.cpu_percent() / 100 / (psutil.cpu_count() or 1)
        return round(min(used, 1.0), 3)


class _TransferListener(logging.Handler):
    """Hears how many tensors the base model gave; Ultralytics only writes it into its log."""

    def __init__(self) -> None:
        super().__init__(logging.INFO)
        self.found: tuple[int, int] | None = None
        self._logger = logging.getLogger("ultralytics")
        self._logger.addHandler(self)

    def emit(self, record: logging.LogRecord) -> None:
        said = re.search(r"Transferred (\d+)/(\d+)", record.getMessage())
        if said:
            self.found = (int(said[1]), int(said[2]))

    def close(self) -> None:
        self._logger.removeHandler(self)
        super().close()


def memory_total(trainer: Any) -> int:
    """Bytes the device that trains has: the card's, or the computer's."""
    if trainer.device.type == "cuda":
        return int(trainer.accelerator.get_device_properties(trainer.device).total_memory)
    return int(psutil.virtual_memory().total)


def model_facts(trainer: Any, transfer: tuple[int, int] | None) -> dict[str, Any]:
    """What the model is made of, and how much of it came from the base and still learns."""
    model = trainer.model
    given, total = transfer or (0, len(model.state_dict()))
    return {
        "transferred": given,
        "total": total,
        "layers": len(model.model),
        "parameters": sum(p.numel() for p in model.parameters()),
        "learning": sum(p.numel() for p in model.parameters() if p.requires_grad),
    }
