"""What a running trainer computes with, read from the trainer, in a shape a page can tell.

Each short cut of the tuned trainer is told only where its trace is found: that it was wanted is
no proof that it is there.
"""

from collections.abc import Callable
from typing import Any

from components.planning.live_settings import lies_by_pixels, unwrapped

Facts = dict[str, Any]


def computing(trainer: Any) -> Facts:
    """Facts in plain values, asked at `on_train_start` or later.

    Returns:
        `dtype` (torch's name), `channels_last`, `threads` (of the processor, in all), `card`
        (whether a graphics card computes), `kept` (where decoded training pictures are kept:
        "ram", "disk", ""), `seconds` (of a step as Ultralytics does it and as chosen; empty when
        not tried), `shortcuts` (label and reason of each that is in effect).
    """
    import torch

    choice = getattr(trainer, "choice", None)
    dataset = trainer.train_loader.dataset
    return {
        "dtype": _dtype(trainer, choice),
        "channels_last": lies_by_pixels(trainer.model),
        "threads": torch.get_num_threads() * (1 if getattr(trainer, "halves", None) is None else 2),
        "card": trainer.device.type != "cpu",
        "kept": str(getattr(dataset, "cache", None) or ""),
        "seconds": list(getattr(choice, "seconds", ())),
        "shortcuts": [[lever.label, lever.reason] for lever in _in_effect(trainer)],
    }


def _dtype(trainer: Any, choice: Any) -> str:
    if choice is not None and choice.is_half:
        return str(choice.dtype)
    if not trainer.amp:
        return "float32"
    return "bfloat16" if trainer.args.amp == "bf16" else "float16"


def _in_effect(trainer: Any) -> list[Any]:
    if not hasattr(trainer, "levers"):
        return []  # plain Ultralytics
    from components.runs.tuning.levers import LEVERS, serving

    wanted = serving(trainer.args.task, trainer.levers)
    return [
        lever for key, lever in LEVERS.items()
        if key in wanted and _TRACES.get(key, lambda _: True)(trainer)
    ]  # fmt: skip


def _assigns_sparsely(trainer: Any) -> bool:
    loss = getattr(unwrapped(trainer.model), "criterion", None)
    assigner = getattr(getattr(loss, "one2many", loss), "assigner", None)
    return type(assigner).__name__.startswith("Sparse")


_TRACES: dict[str, Callable[[Any], bool]] = {
    "threads": lambda trainer: trainer.choice.threads > 1,
    "halves": lambda trainer: getattr(trainer, "halves", None) is not None,
    "precision": lambda trainer: trainer.choice.is_half or trainer.choice.channels_last,
    "memory": lambda trainer: trainer.keeps_memory,
    "saving": lambda trainer: trainer.saves_aside,
    "feeding": lambda trainer: "_get_iterator" in vars(trainer.train_loader),
    "assigning": _assigns_sparsely,
    "fusing": lambda trainer: any(g.get("fused") for g in trainer.optimizer.param_groups),
    "validation": lambda trainer: getattr(trainer.validator, "choice", trainer.choice).is_half,
}
