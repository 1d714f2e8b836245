"""The learning-rate range test: under a minute of training with a rate that rises all the way.

`python -m components.runs.sweeping FOLDER` is the worker. Trainer, pictures, base model, freeze
depth, optimizer and augmentations are those of the plan; each batch makes a step of its own, so
that there are as many as time allows. What the model learned is thrown away. What its curve says
stands in `planning.range_test`.
"""

import math
import shutil
import sys
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from statistics import fmean
from typing import Any

from components.errors import RunError
from components.jobs.clock import steady
from components.jobs.events import Told, write
from components.jobs.worker import Needle, at_work, heed_stop
from components.planning.dry_run import weights_mark as mark_of
from components.planning.plan import TrainingPlan
from components.planning.range_test import FEWEST_BATCHES, FILE, PREFIX, RangeTest, key_of, span_of
from components.runs.base_weights import checked_base
from components.runs.listening import callbacks_of
from components.runs.stopwatch import EnoughSeen
from components.runs.store import PLAN_FILE
from components.runs.training import prepare
from components.runs.troubles import told_in_words
from components.runs.trying_out import NEVER, decided, put_in_line
from components.ultralytics_quiet import quiet
from components.workspace import Workspace, write_atomic

MODULE = "components.runs.sweeping"
WHOLE_S, LEAST_S = 54.0, 20.0  # of the worker; of rising, however long the start took
MOST_BATCHES = 300
SETTLING = 3  # batches at the lowest rate that tell how long one takes
WANTED = 40  # batches that a smaller batch should make possible
SMALLEST_BATCH = 2
RUNAWAY, ABOVE_START = 4.0, 1.5  # times the lowest loss, as in fast.ai, and the one at the start
FORGET = 0.7  # of the mean that notices a loss running away
_CALLBACKS = (
    "on_pretrain_routine_start", "on_train_start", "on_train_batch_start", "on_train_batch_end",
)  # fmt: skip


class TooSlow(Exception):
    """Raised in a callback when too few batches of this size fit."""

    def __init__(self, batch: int) -> None:
        super().__init__(batch)
        self.batch = batch


def start_range_test(workspace: Workspace, plan: TrainingPlan) -> Path:
    """Put a range test in line on the lane of its device; a training that starts ends it.

    Returns:
        The job's folder; one that goes on or is known already is not started again.

    Raises:
        PlanError: The device is not there.
        DatasetError: The data set cannot be trained on.
        WeightsError: The base model is not there or was never checked.
    """
    plan = decided(workspace, plan)
    checked_base(workspace, plan.base)
    folder = folder_of(workspace, plan)
    put_in_line(workspace, folder, plan, MODULE, leaves=FILE)
    return folder


def folder_of(workspace: Workspace, plan: TrainingPlan) -> Path:
    """Where the range test of a decided plan lies, whether it was made or not."""
    return workspace.cache / f"{PREFIX}{key_of(plan, mark_of(workspace, plan.base))}"


@dataclass
class Sweep:
    """Callbacks that raise the rate and note the loss.

    Attributes:
        folder: The job's.
        needle: Shows how far it is.
        low: The first rate.
        high: The last one.
        ends_at: By the steady clock.
        rates: The rate of each batch.
        losses: The loss of each batch.
        batch: Pictures in one, as the trainer used it.
        image_size_px: As the trainer used it.
        is_cut: Whether the loss ran away.
    """

    folder: Path
    needle: Needle
    low: float
    high: float
    ends_at: float
    rates: list[float] = field(default_factory=list)
    losses: list[float] = field(default_factory=list)
    batch: int = 0
    image_size_px: int = 0
    is_cut: bool = False
    _seconds: list[float] = field(default_factory=list)
    _last: float = 0.0
    _shares: list[float] = field(default_factory=list)
    _mean: float = 0.0
    _lowest: float = math.inf

    def on_pretrain_routine_start(self, _trainer: Any) -> None:
        """The trainer is about to read the data."""
        heed_stop(self.folder)
        self.needle.show("Reading the pictures")

    def on_train_start(self, trainer: Any) -> None:
        """Everything stands. Groups keep their relation: MuSGD gives the head three times."""
        trainer.accumulate = 1
        self.batch, self.image_size_px = int(trainer.batch_size), int(trainer.args.imgsz)
        planned = float(trainer.args.lr0)
        self._shares = [
            float(group.get("initial_lr", group["lr"])) / planned
            for group in trainer.optimizer.param_groups
        ]
        self.ends_at = max(self.ends_at, steady() + LEAST_S)
        self._last = steady()

    def on_train_batch_start(self, trainer: Any) -> None:
        """Set the rate of this batch."""
        self.batch = int(trainer.batch_size)  # halved where memory ran out, and the batch redone
        del self.rates[len(self.losses) :]
        rate = self.low if len(self.rates) < SETTLING else self._next_rate()
        for group, share in zip(trainer.optimizer.param_groups, self._shares, strict=True):
            group["lr"] = rate * share
        self.rates.append(rate)

    def on_train_batch_end(self, trainer: Any) -> None:
        """Note the loss; leave when the rate is at its end, time is up or the loss runs away."""
        loss = float(sum(float(part) for part in trainer.loss_items.values()))
        now = steady()
        self._seconds.append(now - self._last)  # loading included
        self._last = now
        heed_stop(self.folder)
        self.is_cut = self._runs_away(loss)
        if math.isfinite(loss):
            self.losses.append(loss)
        else:
            self.rates.pop()
        if len(self._seconds) == SETTLING:
            self._demand_enough()
        left, done = self._left(), len(self.rates)
        self.needle.show("Raising the rate", done, done + left, left_s=left * self._batch_s())
        if self.is_cut or (not left and len(self._seconds) >= SETTLING):
            raise EnoughSeen

    def _next_rate(self) -> float:
        """So much higher that the batches that still fit end at the highest rate."""
        left = max(self._left(), 1)
        return float(min(self.rates[-1] * (self.high / self.rates[-1]) ** (1 / left), self.high))

    def _left(self) -> int:
        """Batches that still fit, this one included."""
        if self.rates and self.rates[-1] >= self.high:
            return 0
        fitting = int((self.ends_at - steady()) / self._batch_s())
        return max(min(fitting, MOST_BATCHES - len(self.rates)), 0)

    def _batch_s(self) -> float:
        """The first batch of a training takes longer than the others."""
        return max(fmean(self._seconds[1:][-20:] or self._seconds), 1e-4)

    def _demand_enough(self) -> None:
        left = self._left()
        if left + SETTLING < FEWEST_BATCHES and self.batch > SMALLEST_BATCH:
            raise TooSlow(max(SMALLEST_BATCH, self.batch * max(left, 1) // WANTED))

    def _runs_away(self, loss: float) -> bool:
        """As in fast.ai: four times the lowest; but not where a low one was a piece of luck."""
        if not math.isfinite(loss):
            return True
        self._mean = loss if not self.losses else FORGET * self._mean + (1 - FORGET) * loss
        self._lowest = min(self._lowest, self._mean)
        start = fmean(self.losses[:SETTLING]) if self.losses else loss
        return self._mean > max(RUNAWAY * self._lowest, ABOVE_START * start)


def swept(folder: Path) -> RangeTest:
    """The worker's work.

    Raises:
        AppError: Something a person can put right.
        StopAsked: The user cancelled it.
    """
    began = steady()
    workspace = Workspace(folder.resolve().parents[1])
    quiet(workspace.cache / "ultralytics")
    needle = Needle(folder, per_second=4)
    needle.show("Getting ready")
    plan = TrainingPlan.from_json((folder / PLAN_FILE).read_text(encoding="utf-8"))
    with told_in_words(plan):
        arguments = prepare(workspace, plan, folder)
        heed_stop(folder)
        needle.show("Loading the trainer")
        sweep = Sweep(folder, needle, *span_of(plan.optimizer), began + WHOLE_S)
        try:
            sweep = _run(plan, arguments, sweep)
        finally:
            shutil.rmtree(folder / "train", ignore_errors=True)
    if not sweep.losses:
        raise RunError(
            "The range test ended before a single batch was done.",
            "Choose a smaller batch or picture size and try again.",
        )
    test = RangeTest(
        base=plan.base, weights=mark_of(workspace, plan.base), dataset=plan.dataset,
        version=plan.version, optimizer=plan.optimizer, frozen_layers=plan.frozen_layers,
        image_size_px=sweep.image_size_px, batch=sweep.batch, planned_batch=plan.batch,
        at=time.time(), took_s=round(steady() - began, 2), rates=tuple(sweep.rates),
        losses=tuple(sweep.losses), is_cut=sweep.is_cut,
    )  # fmt: skip
    write_atomic(folder / FILE, test.to_json())
    write(folder, Told("range", {"batches": len(test.losses), "took_s": test.took_s}))
    return test


def _run(plan: TrainingPlan, arguments: dict[str, Any], sweep: Sweep) -> Sweep:
    """Train until the sweep has seen enough; once more with a smaller batch where it must be."""
    from components.runs.mixed_precision import use_own_check
    from components.runs.trainer import trainer_class

    use_own_check()
    # Nothing is validated, kept or drawn; the sweep alone sets the rate and ends it.
    arguments.update(
        device=arguments["device"].split(",")[0], epochs=NEVER, patience=0, time=None,
        warmup_epochs=0.0, close_mosaic=0, val=False, save=False, plots=False, save_period=-1,
    )  # fmt: skip
    trainer = trainer_class(plan.task, plan.trainer)(
        overrides=arguments, _callbacks=callbacks_of(sweep, _CALLBACKS)
    )
    trainer.is_lean = True  # validation pictures need not be kept in memory
    try:
        with suppress(EnoughSeen):
            trainer.train()
    except TooSlow as slow:
        again = Sweep(sweep.folder, sweep.needle, sweep.low, sweep.high, sweep.ends_at)
        return _run(plan, {**arguments, "batch": slow.batch}, again)
    return sweep


def main() -> None:
    """Do the job of the folder named on the command line."""
    folder = Path(sys.argv[1])
    with at_work(folder):
        swept(folder)


if __name__ == "__main__":
    main()
