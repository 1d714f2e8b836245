"""Times a trainer at work, batch by batch, and ends it when enough was seen."""

import sys
from contextlib import suppress
from pathlib import Path
from statistics import fmean, stdev
from typing import Any

import psutil

from components.jobs.clock import steady
from components.jobs.worker import Needle, heed_stop
from components.runs.listening import callbacks_of

LEARN_S, CHECK_S, DEPTHS_S = 9.0, 4.0, 6.0  # together about twenty seconds of work
FEWEST_BATCHES, FEWEST_CHECKS = 3, 1
UNUSUAL = 1  # batches at first that fill caches and are not counted, where there are more
ROUNDS = 2  # of each freeze depth; the faster counts
_CALLBACKS = (
    "on_pretrain_routine_start", "on_train_start", "on_train_epoch_start", "on_train_batch_end",
    "on_val_start", "on_val_batch_end", "on_val_end", "on_fit_epoch_end",
)  # fmt: skip


class EnoughSeen(Exception):
    """Raised in a callback to leave the training."""


class Stopwatch:
    """Callbacks that time a training; see `Trial` for what the figures mean.

    Attributes:
        startup_s: From now to the first batch.
        batches: Seconds of each training batch, those at first that are unusual left out.
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
        self._checks: list[tuple[float, int]] = []
        self._rests: list[float] = []
        self._epoch_began = self._in_batches = self._in_checks = 0.0
        self._last_batch: Any = None
        self._is_enough = False
        self.startup_s = 0.0
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

    def batch_s(self) -> tuple[float, float]:
        """Mean and its standard error, seconds."""
        counted = self.batches
        error = stdev(counted) / len(counted) ** 0.5 if len(counted) > 1 else 0.3 * counted[0]
        return fmean(counted), error

    def check_s(self) -> float:
        """Seconds of one validation picture; 0 when none was seen."""
        pictures = sum(number for _, number in self._checks)
        return sum(seconds for seconds, _ in self._checks) / pictures if pictures else 0.0

    def rest_s(self) -> float:
        """What an epoch takes beside batches and validation; 0 when no whole epoch was seen."""
        return fmean(self._rests) if self._rests else 0.0

    def on_pretrain_routine_start(self, _trainer: Any) -> None:
        """The trainer is about to read the data."""
        heed_stop(self._folder)
        self._needle.show("Reading the pictures")

    def on_train_start(self, trainer: Any) -> None:
        """Everything stands."""
        self.startup_s = round(steady() - self._began, 3)
        self.batch, self.image_size_px = int(trainer.batch_size), int(trainer.args.imgsz)
        self.memory_total_bytes = _memory_total(trainer)
        for loader in (trainer.train_loader, trainer.test_loader):
            self.pictures |= {Path(file).name for file in _files(loader.dataset)}
        usual = trainer.preprocess_batch

        def seen(batch: Any) -> Any:
            self._last_batch = usual(batch)
            return self._last_batch

        trainer.preprocess_batch = seen

    def on_train_epoch_start(self, trainer: Any) -> None:
        """An epoch begins, or begins again with a smaller batch."""
        if int(trainer.batch_size) != self.batch:
            self.batch, self._all = int(trainer.batch_size), []
        self._epoch_began = self._last = steady()
        self._in_batches = self._in_checks = 0.0

    def on_train_batch_end(self, trainer: Any) -> None:
        """A batch is done; leave when enough were."""
        _wait_for(trainer)
        took, self._last = self._since(self._last)
        self._all.append(took)
        self._in_batches += took
        self._spent += took
        heed_stop(self._folder)
        share = min(self._spent / LEARN_S, 1.0)
        self._needle.show("Trying some batches", round(60 * share), 100)
        self._note_memory(trainer)
        if self._spent >= LEARN_S and len(self._all) >= FEWEST_BATCHES:
            self._is_enough = True
            if not self._checks:
                with suppress(EnoughSeen):
                    self._check(trainer)
            self._try_depths(trainer)
            raise EnoughSeen

    def on_val_start(self, _validator: Any) -> None:
        """A validation begins."""
        self._last = steady()

    def on_val_batch_end(self, validator: Any) -> None:
        """Some validation pictures are done."""
        took, self._last = self._since(self._last)
        self._checks.append((took, _pictures_in(validator)))
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
        """A whole epoch with its validation and checkpoint."""
        whole = steady() - self._epoch_began
        self._rests.append(max(whole - self._in_batches - self._in_checks, 0.0))
        self._spent += whole - self._in_batches

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
            _freeze(trainer, depth)
            began = steady()
            times: list[float] = []
            while len(times) < ROUNDS and (not times or steady() - began < DEPTHS_S / len(depths)):
                seconds, kept = _step(trainer, batch)
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
            self.memory_bytes = max(self.memory_bytes, _peak_bytes())


def _freeze(trainer: Any, depth: int) -> None:
    """As Ultralytics does it at the start, for the first `depth` layers."""
    trainer.freeze_layer_names = [*(f"model.{i}." for i in range(depth)), ".dfl"]
    for name, parameter in trainer.model.named_parameters():
        is_frozen = any(part in name for part in trainer.freeze_layer_names)
        parameter.requires_grad = parameter.dtype.is_floating_point and not is_frozen
    trainer._model_train()


def _step(trainer: Any, batch: Any) -> tuple[float, int]:
    """Seconds of forward and backward, and the bytes kept between the two."""
    import torch
    from ultralytics.engine import trainer as engine

    autocast = vars(engine)["autocast"]  # what the trainer itself computes in
    own = {p.untyped_storage().data_ptr() for p in trainer.model.parameters()}
    kept: dict[int, int] = {}

    def keep(tensor: Any) -> Any:
        storage = tensor.untyped_storage()
        if storage.data_ptr() not in own:
            kept[storage.data_ptr()] = storage.nbytes()
        return tensor

    trainer.optimizer.zero_grad()
    _wait_for(trainer)
    began = steady()
    half = torch.bfloat16 if trainer.args.amp == "bf16" else trainer.amp
    with (
        torch.autograd.graph.saved_tensors_hooks(keep, lambda tensor: tensor),
        autocast(half, device=trainer.device.type),
    ):
        loss, _ = trainer.model(batch)
    trainer.scaler.scale(loss.sum()).backward()
    _wait_for(trainer)
    return steady() - began, sum(kept.values())


def _wait_for(trainer: Any) -> None:
    """A card computes on while Python goes ahead."""
    if trainer.device.type == "cuda":
        import torch

        torch.cuda.synchronize(trainer.device)


def _files(dataset: Any) -> list[str]:
    if hasattr(dataset, "samples"):
        return [str(sample[0]) for sample in dataset.samples]
    return [str(file) for file in dataset.im_files]


def _pictures_in(validator: Any) -> int:
    """Of the validation batch that was just done."""
    size = int(validator.dataloader.batch_size or 1)
    left = len(validator.dataloader.dataset) - size * int(validator.batch_i)
    return max(min(size, left), 1)


def _memory_total(trainer: Any) -> int:
    if trainer.device.type == "cuda":
        return int(trainer.accelerator.get_device_properties(trainer.device).total_memory)
    return int(psutil.virtual_memory().total)


def _peak_bytes() -> int:
    """The most main memory that this process ever had."""
    if sys.platform == "win32":
        return int(psutil.Process().memory_info().peak_wset)
    import resource

    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit
