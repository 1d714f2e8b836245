"""`tuned(trainer_class)`: any task's Ultralytics trainer with the levers that serve its task."""

import atexit
import gc
import json
from copy import copy
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

from components.runs.tuning import levers, notes, precision
from components.runs.tuning.assigning import assign_sparsely
from components.runs.tuning.checking import QuickChecks
from components.runs.tuning.feeding import feed_ahead
from components.runs.tuning.halves import FEWEST, Halves
from components.runs.tuning.keeping_memory import keep_memory
from components.runs.tuning.precision import Choice
from components.runs.tuning.saving import SavesAside
from components.runs.tuning.starting import QuickStart
from components.runs.tuning.threads import halves, threads, use
from components.workspace import write_atomic

FILE = "tuning.json"  # beside args.yaml: a run that goes on computes as it began


class Tuning(QuickStart, SavesAside):
    """What is put in front of Ultralytics' trainer, whatever its task.

    Attributes:
        levers: Those that are wanted; the benchmark leaves out one at a time.
        choice: What is computed with, once the trainer stands.
        halves: Learns from two halves of a batch at once; None where it is one piece.
        keeps_memory: Whether this process keeps the memory that a step gave back.
    """

    levers: frozenset[str] = levers.ALL
    choice: Choice = Choice()
    halves: Halves | None = None
    keeps_memory: bool = False

    def has(self, lever: str) -> bool:
        """Whether a lever is wanted and serves the task."""
        mine: Any = self
        return lever in levers.serving(mine.args.task, self.levers)

    def _do_train(self) -> None:
        """Computed as chosen; afterwards no thread of ours is left."""
        mine: Any = self
        try:
            with precision.used(lambda: self.choice):
                super()._do_train()
        finally:
            gc.unfreeze()
            if self.halves is not None:
                self.halves.close()
            for name in ("train_loader", "test_loader"):
                loader: Any = getattr(mine, name, None)
                if hasattr(loader, "close"):
                    loader.close()

    def _setup_train(self) -> None:
        """Everything stands: choose what to compute with, and lay the weights out for it."""
        mine: Any = self
        is_cpu = mine.device.type == "cpu"
        self.keeps_memory = is_cpu and self.has("memory") and keep_memory()
        # On a graphics card a copy would take memory that the training may need.
        self.saves_aside = is_cpu and self.has("saving") and not getattr(mine, "is_lean", False)
        super()._setup_train()  # type: ignore[misc]
        from ultralytics.utils.torch_utils import unwrap_model

        self.choice = self._chosen()
        use(self.choice.threads)
        mine.validator.choice = self.choice if is_cpu and self.has("validation") else Choice()
        mine.amp = self.choice.is_half if is_cpu else mine.amp  # what is read back from it is true
        for module in (unwrap_model(mine.model), mine.ema.ema):
            precision.lay_out(module, self.choice)
            if self.has("assigning"):
                assign_sparsely(module)
        _lay_out_state(mine.optimizer)
        if is_cpu and self.has("fusing"):
            step_at_once(mine.optimizer)
        if self.choice.halves:
            self.halves = Halves(unwrap_model(mine.model), self.choice)
            mine.add_callback("on_train_batch_end", _join)
        write_atomic(Path(mine.save_dir) / FILE, json.dumps(self.choice.to_dict()))
        # What stands now stays to the end. Looking through it for garbage takes 0.2 s each time.
        gc.freeze()
        atexit.register(gc.unfreeze)  # some libraries count what is left at the very end

    def _chosen(self) -> Choice:
        """As this run began, or as this computer was found to be; else found out now."""
        import torch
        from ultralytics.utils.torch_utils import unwrap_model

        mine: Any = self
        is_cpu = mine.device.type == "cpu"
        pixels = int(mine.batch_size * mine.args.imgsz**2)
        is_asked = is_cpu and self.has("threads")
        number = threads(pixels) if is_asked else torch.get_num_threads()
        usual = Choice(threads=number, device=str(mine.device))
        if is_cpu and self.has("halves") and mine.batch_size >= 2 * FEWEST and halves(pixels):
            usual = replace(usual, halves=True, threads=max(1, number // 2))
        if mine.device.type == "cuda" and mine.amp:
            usual = precision.on_a_card(usual, str(mine.args.amp))
        before = notes.read(Path(mine.save_dir) / FILE) if self._goes_on else None
        if before is not None and before.device == usual.device:
            return before
        is_free = mine.args.amp not in (False, "fp32") and mine.args.channels_last is not False
        if mine.world_size > 1 or not is_free or not self.has("precision"):
            return usual
        return notes.found(unwrap_model(mine.model), int(mine.args.imgsz), usual)

    @property
    def _goes_on(self) -> bool:
        """Whether this run was begun by an earlier process."""
        mine: Any = self
        return bool(getattr(mine, "taken_up", None) or mine.resume)

    def preprocess_batch(self, batch: dict[str, Any]) -> dict[str, Any]:
        """Gain: the pictures lie in memory as the weights do."""
        batch["img"] = precision.laid_out(batch["img"], self.choice)
        prepared: dict[str, Any] = super().preprocess_batch(batch)  # type: ignore[misc]
        return prepared

    def optimizer_step(self) -> None:
        """Gain: see `halves`. A step needs both halves' gradients."""
        _join(self)
        super().optimizer_step()  # type: ignore[misc]

    def get_dataloader(
        self, dataset_path: str, batch_size: int = 16, rank: int = 0, mode: str = "train"
    ) -> Any:
        """Gain: see `feeding`. Where the step draws dice as well (several sizes), it is off."""
        mine: Any = self
        loader = super().get_dataloader(dataset_path, batch_size, rank, mode)  # type: ignore[misc]
        may = mode == "train" and self.has("feeding") and not mine.args.multi_scale
        return feed_ahead(loader) if may else loader

    def get_validator(self) -> Any:
        """Gain: see `checking`."""
        mine: Any = self
        usual = super().get_validator()  # type: ignore[misc]
        return quick_checks(usual.__class__)(
            mine.test_loader, save_dir=mine.save_dir, args=copy(mine.args),
            _callbacks=mine.callbacks,
        )  # fmt: skip


@cache
def tuned(trainer_class: type) -> Any:
    """The trainer with all levers that serve its task; one class for each it is given."""
    names = {"__module__": __name__, "__doc__": Tuning.__doc__}
    return type(f"Tuned{trainer_class.__name__}", (Tuning, trainer_class), names)


@cache
def quick_checks(validator_class: type) -> Any:
    """`QuickChecks` in front of one of Ultralytics' validators."""
    names = {"__module__": __name__}
    return type(f"Quick{validator_class.__name__}", (QuickChecks, validator_class), names)


def _join(trainer: Tuning) -> None:
    if trainer.halves is not None:
        trainer.halves.join()


def step_at_once(optimizer: Any) -> None:
    """Let torch's AdamW, Adam and SGD change each weight in one go; others stay as they are.

    Gain: a third of the time of their step, which on small batches is a twentieth of training.
    """
    import torch

    if type(optimizer) in (torch.optim.AdamW, torch.optim.Adam, torch.optim.SGD):
        for group in optimizer.param_groups:
            group["fused"], group["foreach"] = True, False


def _lay_out_state(optimizer: Any) -> None:
    """What the optimizer remembers of each weight, in the order of that weight's numbers."""
    import torch

    for weight, state in optimizer.state.items():
        for name, kept in state.items():
            if torch.is_tensor(kept) and kept.shape == weight.shape:
                state[name] = torch.empty_like(weight).copy_(kept)
