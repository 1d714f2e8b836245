"""What the trainer does to go on exactly where it stopped: put in front of Ultralytics' trainer.

Besides what `resuming` keeps, one thing runs across the border of two epochs: gradients that were
added up but not yet stepped with, and the batch at which the last step was taken.
"""

import time
from pathlib import Path
from typing import Any

from components.runs import resuming
from components.runs.room import pausing_when_full

_BEGAN = time.monotonic()  # of this worker


class GoingOn:
    """Keeps `resume.pt` after each whole epoch, and takes it up again.

    Attributes:
        taken_up: The state to go on from, set before `train`; None to begin at the beginning.
        rate_share: What the learning rate of the plan is multiplied by from here on.
        seconds_before: Of work, before this process; kept with each checkpoint.
        keeping_s: Seconds that writing the last checkpoint took.
    """

    taken_up: dict[str, Any] | None = None
    rate_share = 1.0
    seconds_before = 0.0
    keeping_s = 0.0
    _accumulate = 1
    _late = 0  # batches by which the loop believes its last step to be too early
    _batch = -1  # counted over all epochs, as the loop does
    _stepped = -1  # the batch after which the optimizer last stepped
    _is_thrown = False

    @property
    def accumulate(self) -> int:
        """Batches per step. The loop of a resumed run does not know when the last step was."""
        return self._accumulate + self._late

    @accumulate.setter
    def accumulate(self, batches: int) -> None:
        self._accumulate = batches

    def optimizer_step(self) -> None:
        """Gain: it is known when the last step was."""
        self._stepped, self._late = self._batch, 0
        super().optimizer_step()  # type: ignore[misc]

    def resume_training(self, ckpt: Any) -> None:
        """Gain: full precision, random state and order of pictures; Ultralytics' own is inexact.

        A run that was given more epochs starts its patience anew.
        """
        mine: Any = self
        state = self.taken_up
        if state is None:
            super().resume_training(ckpt)  # type: ignore[misc]
        else:
            resuming.restore(mine, state)
            if mine.epochs > state["epochs"]:
                mine.stopper.best_epoch, mine.stopper.possible_stop = state["epoch"], False
            if not resuming.is_sound(mine.best):
                mine.best_fitness = None  # so that the next epoch's weights are kept as the best
        before = float(state["rate_share"]) if state is not None else 1.0
        _turn_down(mine, self.rate_share / before)
        mine.add_callback("on_train_start", GoingOn.set_clock)
        mine.add_callback("on_train_epoch_start", GoingOn.begin_epoch)
        mine.add_callback("on_train_batch_start", GoingOn.count_batch)
        mine.add_callback("on_fit_epoch_end", GoingOn.keep)

    def _do_train(self) -> None:
        """Gain: a run that was cut off in its last check trains no epoch more."""
        mine: Any = self
        if self.taken_up is None or mine.world_size > 1:
            super()._do_train()  # type: ignore[misc]
            return
        state = self.taken_up
        if state["epoch"] < mine.epochs and not _was_early(state, mine.args.patience, mine.epochs):
            super()._do_train()  # type: ignore[misc]
            return
        mine._setup_train()
        mine.epoch, mine.train_time_start = mine.start_epoch - 1, time.time()
        if not resuming.is_sound(mine.best):
            mine.best.write_bytes(mine.last.read_bytes())
        mine.run_callbacks("on_train_start")
        mine.final_eval()
        mine.run_callbacks("on_train_end")

    def _handle_nan_recovery(self, epoch: int) -> bool:
        """Gain: the second time, or where there is nothing to go back to, the rate is at fault.

        Ultralytics tries the same rate three times, and in the first epoch goes on with weights
        that are no numbers.
        """
        mine: Any = self
        went_back: bool = super()._handle_nan_recovery(epoch)  # type: ignore[misc]
        lost = not went_back and not _is_finite(mine.loss)
        if lost or mine.nan_recovery_attempts >= 2:
            raise FloatingPointError("NaN persisted: the loss is no longer a number")
        return went_back

    def set_clock(self) -> None:
        """The time in results.csv goes on."""
        if self.taken_up is not None:
            mine: Any = self
            mine.train_time_start -= self.taken_up["train_s"]

    def begin_epoch(self) -> None:
        """The loop has just forgotten its gradients; put back what was left over."""
        mine: Any = self
        first = mine.epoch * len(mine.train_loader)
        self._batch = first - 1
        if self.taken_up is None or self._is_thrown:
            return
        self._is_thrown = True
        same = self.taken_up["batch"] == mine.batch_size
        self._stepped = int(self.taken_up["stepped"]) if same else first - 1
        self._late = self._stepped + 1
        if same:
            for name, parameter in mine.model.named_parameters():
                gradient = self.taken_up["gradients"].get(name)
                parameter.grad = None if gradient is None else gradient.to(parameter.device)
        resuming.throw(self.taken_up["dice"])
        self.taken_up = {**self.taken_up, "gradients": {}, "model": {}, "ema": {}, "optimizer": {}}

    def count_batch(self) -> None:
        """One more batch begins."""
        self._batch += 1

    def keep(self) -> None:
        """Write the checkpoint; not after an epoch that a Stop cut short."""
        mine: Any = self
        if self._batch + 1 < (mine.epoch + 1) * len(mine.train_loader):
            return
        if not _is_finite(mine.loss):
            return
        began = time.monotonic()
        left_over = self._stepped != self._batch
        gradients = {
            name: p.grad for name, p in mine.model.named_parameters()
            if left_over and p.grad is not None
        }  # fmt: skip
        elapsed = self.seconds_before + began - _BEGAN
        more = {"stepped": self._stepped, "gradients": gradients, "rate_share": self.rate_share,
                "elapsed_s": elapsed}  # fmt: skip
        with pausing_when_full(Path(mine.wdir)):
            resuming.save(Path(mine.wdir) / resuming.FILE, resuming.captured(mine, more))
        self.keeping_s = time.monotonic() - began


def _is_finite(loss: Any) -> bool:
    return loss is None or bool(loss.isfinite())


def _turn_down(trainer: Any, share: float) -> None:
    """Multiply all rates, now and later."""
    if share == 1.0:
        return
    for group in trainer.optimizer.param_groups:
        group["initial_lr"] *= share
        group["lr"] *= share
    trainer.scheduler.base_lrs = [rate * share for rate in trainer.scheduler.base_lrs]


def _was_early(state: dict[str, Any], patience: int, epochs: int) -> bool:
    """Whether the run had ended before its last epoch because it got no better."""
    waited = int(state["epoch"]) - int(state["stopper"]["best_epoch"])
    return bool(patience) and waited >= patience and epochs == state["epochs"]
