"""What the trainer does to go on exactly where it stopped: put in front of Ultralytics' trainer.

Nothing here changes what is learned, so plain Ultralytics has it in front, too. Besides what
`resuming` keeps, one thing runs across the border of two epochs: gradients that were added up but
not yet stepped with, and the batch at which the last step was taken.
"""

import time
from collections.abc import Sequence
from functools import cached_property, partial
from pathlib import Path
from typing import Any

from components.jobs.clock import steady
from components.jobs.events import Event, line_of, write
from components.runs import best_weights, checkpoints, resuming
from components.runs.keeping import Keeper
from components.runs.room import demand_room, pausing_when_full
from components.workspace import sync_folder

_BEGAN = steady()  # of this worker


class GoingOn:
    """Keeps `resume.pt` after each whole epoch, and takes it up again.

    Attributes:
        taken_up: The state to go on from, set before `train`; None to begin at the beginning.
        rate_share: What the learning rate of the plan is multiplied by from here on.
        seconds_before: Of work, before this process; kept with each checkpoint.
        is_lean: Main memory was short: keep no pictures in it.
        keeping_s: Seconds that the training stood still for the last checkpoint.
    """

    taken_up: dict[str, Any] | None = None
    rate_share = 1.0
    seconds_before = 0.0
    keeping_s = 0.0
    is_lean = False
    _to_tell: Sequence[Event] = ()
    _accumulate = 1
    _late = 0  # batches by which the loop believes its last step to be too early
    _batch = -1  # counted over all epochs, as the loop does
    _stepped = -1  # the batch after which the optimizer last stepped
    _is_thrown = False

    @cached_property
    def keeper(self) -> Keeper:
        """Writes what an epoch learned while the next is trained."""
        return Keeper()

    def tell_when_kept(self, events: Sequence[Event]) -> None:
        """Have these told once the epoch that just ended is safe on the disk, and not before."""
        self._to_tell = events

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
            mine.best_fitness = _to_beat(mine.best, state)
        before = float(state["rate_share"]) if state is not None else 1.0
        _turn_down(mine, self.rate_share / before)
        mine.add_callback("on_train_start", GoingOn.set_clock)
        mine.add_callback("on_train_epoch_start", GoingOn.begin_epoch)
        mine.add_callback("on_train_batch_start", GoingOn.count_batch)
        mine.add_callback("on_fit_epoch_end", GoingOn.keep)

    def _do_train(self) -> None:
        """Gain: what is being written is written whole, whatever ends the training."""
        try:
            self._train()
        finally:
            self.keeper.finish()

    def _train(self) -> None:
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
        self._write_again()
        mine.run_callbacks("on_train_start")
        mine.final_eval()
        mine.run_callbacks("on_train_end")

    def _write_again(self) -> None:
        """Weights files that the last check needs, where a kill or damage took them."""
        mine: Any = self
        is_best = not best_weights.is_whole(mine.best)
        if not is_best and checkpoints.is_sound(mine.last):
            return
        mine.best_fitness = mine.best_fitness or 0.0
        mine.fitness = mine.best_fitness if is_best else -1.0
        self.save_model()
        self.write_out()
        self._publish(mine.start_epoch, mine.fitness)

    def save_model(self) -> bool:
        """Gain: a kill or a full disk while saving cannot cost the weights of before.

        Ultralytics writes last.pt and best.pt in place. Here they are written beside; `keep` syncs
        and renames them, and those before stay until the new ones are whole.
        """
        mine: Any = self
        self.keeper.finish()
        last, best = mine.last, mine.best
        checkpoints.discard(last, best)
        demand_room(mine.wdir)
        mine.last, mine.best = checkpoints.beside(last), checkpoints.beside(best)
        try:
            with pausing_when_full(mine.wdir):
                saved: bool = super().save_model()  # type: ignore[misc]
        finally:
            mine.last, mine.best = last, best
        return saved

    def write_out(self) -> None:
        """Write what a tuned trainer's `save_model` put off: see `tuning.saving`."""
        later = getattr(super(), "write_out", None)
        if later is not None:
            later()

    def _publish(self, epoch: int, fitness: float | None) -> None:
        """Put what `save_model` wrote into its place, so that a loss of power cannot take it."""
        mine: Any = self
        if checkpoints.beside(mine.best).exists():
            best_weights.publish(mine.best, epoch, fitness)
        if checkpoints.beside(mine.last).exists():
            checkpoints.publish(mine.last, keep_previous=True)

    def _handle_nan_recovery(self, epoch: int) -> bool:
        """Gain: the second time, or where there is nothing to go back to, the rate is at fault.

        Ultralytics tries the same rate three times, and in the first epoch goes on with weights
        that are no numbers.
        """
        mine: Any = self
        self.keeper.finish()  # it reads last.pt
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
                parameter.grad = None if gradient is None else _as_laid_out(gradient, parameter)
        resuming.throw(self.taken_up["dice"])
        self.taken_up = {**self.taken_up, "gradients": {}, "model": {}, "ema": {}, "optimizer": {}}

    def count_batch(self) -> None:
        """One more batch begins."""
        self._batch += 1

    def keep(self) -> None:
        """Write the checkpoint beside the next epoch; none after an epoch that Stop cut short."""
        mine: Any = self
        began = steady()
        is_whole = self._batch + 1 >= (mine.epoch + 1) * len(mine.train_loader)
        told, self._to_tell = self._to_tell, ()
        snapped = self._snapshot(told) if is_whole and _is_finite(mine.loss) else None
        fitness = None if mine.fitness is None else float(mine.fitness)
        self.keeper.begin(partial(self._keep, mine.epoch + 1, fitness, snapped, told))
        if mine.stop:
            self.keeper.finish()
        self.keeping_s = steady() - began

    def _snapshot(self, told: Sequence[Event]) -> dict[str, Any]:
        mine: Any = self
        left_over = self._stepped != self._batch
        gradients = {
            name: p.grad for name, p in mine.model.named_parameters()
            if left_over and p.grad is not None
        }  # fmt: skip
        elapsed = self.seconds_before + steady() - _BEGAN
        more = {"stepped": self._stepped, "gradients": gradients, "rate_share": self.rate_share,
                "elapsed_s": elapsed, "story": [line_of(event) for event in told]}  # fmt: skip
        return resuming.snapshot(mine, more)

    def _keep(
        self, epoch: int, fitness: float | None, snapped: dict[str, Any] | None,
        told: Sequence[Event],
    ) -> None:  # fmt: skip
        """In the keeper's thread: the weights, then the checkpoint that relies on them, then words.

        An epoch is told only when it is safe; whoever sees it on a chart will not see it vanish.
        """
        folder = Path(self.wdir)  # type: ignore[attr-defined]
        with pausing_when_full(folder):
            if not resuming.is_there(folder.parents[1]):
                sync_folder(folder.parent)
                sync_folder(folder.parents[1])
            self.write_out()
            self._publish(epoch, fitness)
            if snapped is not None:
                resuming.save(folder / resuming.FILE, snapped)
            for event in told:
                write(folder.parents[1], event)


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


def _to_beat(best: Path, state: dict[str, Any]) -> float | None:
    """How good the weights in best.pt are: the next better ones replace them.

    None where there are none any more, so that the next epoch's are kept.
    """
    if not best.exists():
        return None
    kept: float | None = state["best_fitness"]
    noted = best_weights.facts_of(best)
    stands_for_damaged = noted is not None and noted["epoch"] <= state["epoch"]
    if noted is None or not stands_for_damaged or noted["fitness"] is None:
        return kept
    return float(noted["fitness"])


def _as_laid_out(gradient: Any, parameter: Any) -> Any:
    """A gradient in the memory layout of its weights, or sums over it would differ in order."""
    import torch

    return torch.empty_like(parameter, requires_grad=False).copy_(gradient)
