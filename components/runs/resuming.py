"""All that is needed to go on as if nothing had happened, kept beside last.pt after each epoch.

Ultralytics' last.pt holds the averaged weights and the optimizer in half precision: who goes on
from it trains another model. `resume.pt` holds everything in full; it is opened with
`weights_only`, so it can hold numbers and nothing that runs. `resume.json` names the newest files
with their SHA-256: a damaged one is noticed, and the one before it is used.
"""

import contextlib
import hashlib
import pickle
import random
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from components.runs import checkpoints
from components.runs.packing import packed, unpacked

FILE, NOTES = "resume.pt", "resume.json"


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """What a run goes on from.

    Attributes:
        path: Where it lies.
        epoch: How many epochs are done.
        state: As `captured` made it, tensors on the processor.
        skipped: Names of newer files that were damaged.
    """

    path: Path
    epoch: int
    state: dict[str, Any]
    skipped: tuple[str, ...] = ()


def file_of(run_folder: Path) -> Path:
    """Where a run's newest checkpoint lies."""
    return run_folder / "train" / "weights" / FILE


def is_there(run_folder: Path) -> bool:
    """Whether the run has something to go on from; cheap, without opening it."""
    path = file_of(run_folder)
    return path.exists() or checkpoints.previous(path).exists()


def snapshot(trainer: Any, more: dict[str, Any]) -> dict[str, Any]:
    """The trainer's state as it is now, in memory of its own: what `save` writes.

    Args:
        trainer: An Ultralytics trainer, its epoch done.
        more: What else is to be kept; plain values and tensors.
    """
    return packed(captured(trainer, more))


def save(path: Path, snapped: dict[str, Any]) -> None:
    """Write a checkpoint in one step; the one before stays as `resume.previous.pt`.

    The note goes first and speaks of both, so that a kill between the two renamings leaves a
    file that is known.

    Args:
        path: `resume.pt`.
        snapped: From `snapshot`, or `packed`.
    """
    import torch

    beside = checkpoints.beside(path)
    try:
        with beside.open("wb") as file:
            hashing = _Hashing(file)
            torch.save(snapped, cast(Any, hashing))
    except (OSError, RuntimeError):
        checkpoints.discard(path)
        raise
    facts = {"sha256": hashing.digest(), "epoch": snapped["state"]["epoch"],
             "bytes": beside.stat().st_size}  # fmt: skip
    checkpoints.note(path, facts)
    checkpoints.publish(path, keep_previous=True)


def newest(run_folder: Path) -> Checkpoint | None:
    """The newest whole checkpoint; None when there is none. Imports torch."""
    import torch

    path = file_of(run_folder)
    skipped: list[str] = []
    for candidate in (path, checkpoints.previous(path)):
        if not candidate.exists():
            continue
        if is_whole(candidate, checkpoints.notes(path)):
            with contextlib.suppress(pickle.UnpicklingError, RuntimeError, KeyError):
                state = unpacked(torch.load(candidate, map_location="cpu", weights_only=True))
                return Checkpoint(candidate, int(state["epoch"]), state, tuple(skipped))
        skipped.append(candidate.name)
    return None


def is_whole(path: Path, noted: list[dict[str, Any]]) -> bool:
    """Whether the file is one of those noted; without notes, whether its own checksums hold."""
    if not noted:
        return checkpoints.is_sound(path)
    return checkpoints.note_of(path, noted) is not None


def captured(trainer: Any, more: dict[str, Any]) -> dict[str, Any]:
    """The trainer's whole state at the end of an epoch.

    Args:
        trainer: An Ultralytics trainer, its epoch done.
        more: What else is to be kept; plain values and tensors.
    """
    from ultralytics.utils.torch_utils import unwrap_model

    model = unwrap_model(trainer.model)
    return {
        "epoch": trainer.epoch + 1,
        "epochs": trainer.epochs,
        "batch": int(trainer.batch_size),
        "model": model.state_dict(),
        "ema": trainer.ema.ema.state_dict(),
        "updates": trainer.ema.updates,
        "optimizer": trainer.optimizer.state_dict(),
        "scaler": trainer.scaler.state_dict(),
        "best_fitness": _plain(trainer.best_fitness),
        "stopper": {k: _plain(v) for k, v in vars(trainer.stopper).items() if k != "patience"},
        "dice": dice(),
        "csv": trainer.csv.read_text(encoding="utf-8") if trainer.csv.exists() else "",
        "train_s": time.time() - trainer.train_time_start,
        **more,
    }


def restore(trainer: Any, state: dict[str, Any]) -> None:
    """Put weights, averages, optimizer and early stopping back; the dice come last, see `throw`.

    Args:
        trainer: At the end of its `_setup_train`.
        state: As `captured` made it.
    """
    from ultralytics.utils.torch_utils import unwrap_model

    model: Any = unwrap_model(trainer.model)
    model.load_state_dict(state["model"])
    trainer.ema.ema.load_state_dict(state["ema"])
    trainer.ema.updates = state["updates"]
    groups = trainer.optimizer.param_groups
    for saved, group in zip(state["optimizer"]["param_groups"], groups, strict=True):
        saved["fused"] = group.get("fused")  # the device decides, not the file
    trainer.optimizer.load_state_dict(state["optimizer"])
    trainer.scheduler.base_lrs = [g["initial_lr"] for g in trainer.optimizer.param_groups]
    if state["scaler"]:
        trainer.scaler.load_state_dict(state["scaler"])
    trainer.best_fitness = state["best_fitness"]
    vars(trainer.stopper).update(state["stopper"])
    trainer.start_epoch = state["epoch"]
    if getattr(model.model[-1], "one2one_cv2", None) is not None:
        # The two heads' shares of the loss shift from epoch to epoch.
        model.criterion = model.init_criterion()
        model.criterion.updates = state["epoch"] - 1
        model.criterion.update()
    if state["csv"]:
        trainer.csv.write_text(state["csv"], encoding="utf-8")


def dice() -> dict[str, Any]:
    """Where every generator of random numbers stands."""
    import numpy as np
    import torch

    kind, keys, *rest = cast(tuple[Any, ...], np.random.get_state())
    return {
        "python": list(random.getstate()[1]),
        "numpy": [str(kind), keys.tolist(), *rest],
        "torch": torch.get_rng_state(),
        "cuda": torch.cuda.get_rng_state_all() if torch.cuda.is_available() else [],
    }


def throw(kept: dict[str, Any]) -> None:
    """Set every generator to where it stood."""
    import numpy as np
    import torch

    random.setstate((3, tuple(kept["python"]), None))
    kind, keys, *rest = kept["numpy"]
    np.random.set_state((kind, np.array(keys, dtype=np.uint32), *rest))
    torch.set_rng_state(kept["torch"])
    if kept["cuda"] and len(kept["cuda"]) == torch.cuda.device_count():
        torch.cuda.set_rng_state_all(kept["cuda"])


class _Hashing:
    """A file that is hashed while it is written, so that it need not be read again."""

    def __init__(self, file: Any) -> None:
        self._file, self._sha = file, hashlib.sha256()

    def write(self, data: Any) -> int:
        self._sha.update(data)
        return int(self._file.write(data))

    def flush(self) -> None:
        self._file.flush()

    def digest(self) -> str:
        return self._sha.hexdigest()


def _plain(value: Any) -> Any:
    """Numpy's and torch's single numbers as Python's own."""
    return value.item() if hasattr(value, "item") else value
