"""What a dry run asks of a trainer: single steps, freezing, memory, files."""

import sys
from typing import Any

import psutil

from components.jobs.clock import steady


def seconds_to_save(trainer: Any) -> float:
    """Of one checkpoint, where no epoch came to its end."""
    began = steady()
    trainer.save_model()
    return steady() - began


def freeze(trainer: Any, depth: int) -> None:
    """As Ultralytics does it at the start, for the first `depth` layers."""
    trainer.freeze_layer_names = [*(f"model.{i}." for i in range(depth)), ".dfl"]
    for name, parameter in trainer.model.named_parameters():
        is_frozen = any(part in name for part in trainer.freeze_layer_names)
        parameter.requires_grad = parameter.dtype.is_floating_point and not is_frozen
    trainer._model_train()


def step_of(trainer: Any, batch: Any) -> tuple[float, int]:
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
    wait_for(trainer)
    began = steady()
    half = torch.bfloat16 if trainer.args.amp == "bf16" else trainer.amp
    with (
        torch.autograd.graph.saved_tensors_hooks(keep, lambda tensor: tensor),
        autocast(half, device=trainer.device.type),
    ):
        loss, _ = trainer.model(batch)
    trainer.scaler.scale(loss.sum()).backward()
    wait_for(trainer)
    return steady() - began, sum(kept.values())


def wait_for(trainer: Any) -> None:
    """A card computes on while Python goes ahead."""
    if trainer.device.type == "cuda":
        import torch

        torch.cuda.synchronize(trainer.device)


def files_of(dataset: Any) -> list[str]:
    """The pictures of a data set of Ultralytics', of any task."""
    if hasattr(dataset, "samples"):
        return [str(sample[0]) for sample in dataset.samples]
    return [str(file) for file in dataset.im_files]


def pictures_in(validator: Any) -> int:
    """Of the validation batch that was just done."""
    size = int(validator.dataloader.batch_size or 1)
    left = len(validator.dataloader.dataset) - size * int(validator.batch_i)
    return max(min(size, left), 1)


def memory_total(trainer: Any) -> int:
    """Bytes the device that trains has: the card's, or the computer's."""
    if trainer.device.type == "cuda":
        return int(trainer.accelerator.get_device_properties(trainer.device).total_memory)
    return int(psutil.virtual_memory().total)


def peak_bytes() -> int:
    """The most main memory that this process ever had."""
    if sys.platform == "win32":
        return int(psutil.Process().memory_info().peak_wset)
    import resource

    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit
