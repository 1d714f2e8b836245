"""The expert settings that a running trainer really uses, read from where each takes effect.

`trainer.args` says what was asked. Ultralytics, Tailor's trainer and the computer may make
something else of it: pictures that do not fit into memory are not kept there, a card may refuse
half precision, a data set may be built with arguments of its own. So each value is read from the
object that uses it; only what is looked up in `trainer.args` at every step is read there.
"""

from collections.abc import Iterator
from typing import Any

# Weights of the parts of the loss, and where the loss that multiplies with them keeps them.
_GAINS = ("box", "cls", "dfl", "pose", "kobj", "rle", "angle")
_CHECKS = ("iou", "max_det")


def settings(trainer: Any) -> dict[str, Any]:
    """Expert setting to its value in effect; a name is missing where the trainer has no trace.

    Args:
        trainer: An Ultralytics trainer whose `_setup_train` is done.
    """
    found: dict[str, Any] = {}
    for part in (_optimizer, _steps, _computing, _pictures, _masks, _loss, _model, _validation):
        found |= part(trainer)
    return found


def _optimizer(trainer: Any) -> dict[str, Any]:
    """Momentum and weight decay; the decay is undone of its scaling by the batch."""
    group = next(
        g for g in trainer.optimizer.param_groups if g.get("param_group") in ("weight", "muon")
    )
    momentum = group["betas"][0] if "betas" in group else group.get("momentum", 0.0)
    accumulate = max(round(trainer.args.nbs / trainer.batch_size), 1)
    decay = max(g["weight_decay"] for g in trainer.optimizer.param_groups)
    scale = trainer.batch_size * accumulate / trainer.args.nbs
    return {"momentum": float(momentum), "weight_decay": float(decay / scale)}


def _steps(trainer: Any) -> dict[str, Any]:
    """Pictures that are added up for a step; fewer where the training has no more batches."""
    asked, batch = int(trainer.args.nbs), int(trainer.batch_size)
    is_asked = max(round(asked / batch), 1) == int(trainer.accumulate)
    return {"nbs": asked if is_asked else int(trainer.accumulate) * batch}


def _computing(trainer: Any) -> dict[str, Any]:
    import torch

    arguments = vars(trainer.args)
    is_compiled = hasattr(trainer.model, "_orig_mod")
    found = {
        "workers": trainer.train_loader.num_workers,
        "amp": arguments["amp"] if trainer.amp else False,
        "compile": arguments["compile"] if is_compiled else False,
        "deterministic": torch.are_deterministic_algorithms_enabled(),
    }
    # What was left to the trainer stays so; whether it lies so now is told among its choices.
    if arguments["channels_last"] is not None:
        found["channels_last"] = lies_by_pixels(trainer.model)
    return found


def lies_by_pixels(model: Any) -> bool:
    """Whether the colours of one pixel lie beside each other in memory (channels last)."""
    import torch

    kernels = [p for p in model.parameters() if p.dim() == 4 and min(p.shape[1:3]) > 1]
    return bool(kernels) and all(
        p.is_contiguous(memory_format=torch.channels_last) for p in kernels
    )


def _pictures(trainer: Any) -> dict[str, Any]:
    dataset = trainer.train_loader.dataset
    found: dict[str, Any] = {
        name: getattr(dataset, name)
        for name in ("rect", "single_cls", "fraction")
        if hasattr(dataset, name)
    }
    if hasattr(dataset, "cache"):
        found["cache"] = dataset.cache or False
    elif hasattr(dataset, "cache_ram"):  # pictures sorted by class
        found["cache"] = "ram" if dataset.cache_ram else "disk" if dataset.cache_disk else False
    for step in steps_of(dataset, "CopyPaste"):
        found |= {"copy_paste": step.p, "copy_paste_mode": step.mode}
    return found


def _masks(trainer: Any) -> dict[str, Any]:
    for step in steps_of(trainer.train_loader.dataset, "Format"):
        if step.return_mask:
            return {"mask_ratio": step.mask_ratio, "overlap_mask": step.mask_overlap}
    return {}


def _loss(trainer: Any) -> dict[str, Any]:
    """The gains that the loss multiplies with; before the first batch those it will be made of."""
    model = unwrapped(trainer.model)
    loss = getattr(model, "criterion", None)
    source = getattr(getattr(loss, "one2many", loss), "hyp", None) or getattr(model, "args", None)
    return {name: getattr(source, name) for name in _GAINS if hasattr(source, name)}


def _model(trainer: Any) -> dict[str, Any]:
    """Dropout as it stands in the layers; help for rare classes as far as weights were made."""
    model = unwrapped(trainer.model)
    found: dict[str, Any] = {}
    layers = [m for m in model.modules() if type(m).__name__ == "Dropout"]
    if trainer.args.task == "classify" and layers:
        found["dropout"] = layers[-1].p
    elif trainer.args.task != "classify":
        weights = getattr(model, "class_weights", None)
        found["cls_pw"] = 0.0 if weights is None else trainer.args.cls_pw
    return found


def _validation(trainer: Any) -> dict[str, Any]:
    return {name: getattr(trainer.validator.args, name) for name in _CHECKS}


def steps_of(dataset: Any, kind: str) -> Iterator[Any]:
    """The steps of a data set's transforms that are of a kind, wherever they are nested."""
    waiting = [getattr(dataset, "transforms", None)]
    while waiting:
        step = waiting.pop()
        if step is None:
            continue
        if any(each.__name__ == kind for each in type(step).__mro__):
            yield step
        waiting += [
            *(getattr(step, "transforms", None) or ()),
            getattr(step, "pre_transform", None),
        ]


def unwrapped(model: Any) -> Any:
    """The model inside of compile and DDP wrappers, still with its list of layers."""
    while not hasattr(model, "model") and hasattr(model, "module"):
        model = model.module
    return getattr(model, "_orig_mod", model)
