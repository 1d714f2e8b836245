"""What a dry run asks of a trainer: single steps, freezing, memory, files."""

import sys
from collections.abc import Callable
from contextlib import nullcontext
from typing import Any

import psutil

from components.jobs.clock import steady
from components.runs.tuning.halves import FEWEST


def seconds_to_save(trainer: Any) -> float:
    """That training stands still for a checkpoint, where no epoch came to its end.

    The checkpoint is there afterwards.
    """
    began = steady()
    trainer.save_model()
    trainer.keep()
    took = steady() - began
    trainer.keeper.finish()
    return took


def decode_first(trainer: Any, most_s: float) -> float:
    """Decode pictures before anything is timed, as a run does in its first epoch.

    Where a run keeps them all decoded, batches take longer in its first epoch than later. So that
    the batches that follow are like most of a run's, they show those decoded here, each with the
    labels of another where not all of them were.

    Args:
        trainer: Before its first batch.
        most_s: Seconds to spend.

    Returns:
        Seconds that decoding all of them takes; 0 where none are kept, or other processes do it.
    """
    loader: Any = trainer.train_loader
    dataset = loader.dataset
    pictures = len(getattr(dataset, "ims", ()))
    keeps_all = getattr(dataset, "max_buffer_length", 0) > pictures
    if not pictures or not keeps_all or loader.num_workers or dataset.ims[0] is not None:
        return 0.0
    began, usual = steady(), dataset.load_image
    number = 0
    while number < pictures and steady() - began < most_s:
        usual(number)
        number += 1
    if number < pictures:
        dataset.load_image = lambda i, *given, **named: usual(i % number, *given, **named)
    return (steady() - began) / number * pictures


def time_steps(trainer: Any, note: Callable[[float], None]) -> None:
    """Have the seconds of each of the optimizer's steps noted."""
    usual = trainer.optimizer_step

    def step() -> None:
        join(trainer)  # waiting for the other half of a batch is no part of a step
        wait_for(trainer)
        began = steady()
        usual()
        wait_for(trainer)
        note(steady() - began)

    trainer.optimizer_step = step


def step_of(trainer: Any, batch: Any, *, counting: bool = False) -> tuple[float, int]:
    """Seconds of forward and backward, and the bytes kept between the two.

    Args:
        trainer: As it stands.
        batch: As the model takes it.
        counting: Whether bytes are counted, which takes time of its own; else they are 0.
    """
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

    hooks = torch.autograd.graph.saved_tensors_hooks(keep, lambda tensor: tensor)
    trainer.optimizer.zero_grad()
    wait_for(trainer)
    began = steady()
    half = torch.bfloat16 if trainer.args.amp == "bf16" else trainer.amp
    with hooks if counting else nullcontext(), autocast(half, device=trainer.device.type):
        loss, _ = trainer.model(batch)
    trainer.scaler.scale(loss.sum()).backward()
    join(trainer)
    wait_for(trainer)
    return steady() - began, round(sum(kept.values()) * _parts(trainer, len(batch["img"])))


def join(trainer: Any) -> None:
    """Wait for the half of a batch that another thread learns from, where there is one."""
    halves = getattr(trainer, "halves", None)
    if halves is not None:
        halves.join()


def _parts(trainer: Any, pictures: int) -> float:
    """The whole batch by what is counted: hooks see what their own thread keeps, the first half."""
    if getattr(trainer, "halves", None) is None or pictures < 2 * FEWEST:
        return 1.0
    return pictures / (pictures // 2)


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
