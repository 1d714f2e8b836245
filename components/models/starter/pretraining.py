"""Training YOLO26n on the drawn scenes: Ultralytics' model and loss, a lean loop around them.

The schedule goes by the clock, not by epochs: it ends when the minutes are over, on a fast machine
and on a busy one. Small pictures first and larger ones later, half-precision arithmetic, and the
running average of the weights is what counts. One thread a process and several processes
(`team`): on cores that others use as well, torch's threads wait for each other (measured with
seven others on two cores: up to 41 s a step with two threads, 0.5 s with one).
"""

import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from components.models.starter import scenes
from components.models.starter.pool import Pool
from components.models.starter.sampling import batch_of, sides_at
from components.models.starter.team import Team

ARCHITECTURE = "yolo26n.yaml"
BATCH = 24  # pictures a process
PEAK_RATE = 0.002
LAST_RATE = 0.02  # of the peak
WARM_UP = 0.02  # of the time
WEIGHT_DECAY = 0.02
AVERAGE_DECAY = 0.9992
AVERAGE_RAMP = 1000  # steps
_FIRST_SCENES = 640  # that must be drawn before training starts


@dataclass(frozen=True, slots=True)
class Progress:
    """How far it is: part of the time from 0 to 1, steps, pictures seen, losses box, cls, l1."""

    part: float
    steps: int
    pictures: int
    losses: tuple[float, ...]


def pretrain(
    pool: Pool, minutes: float, seed: int, team: Team,
    keep: Callable[[Any, Progress], None], *, first: Path | None = None,
    keep_every_s: float = 240.0,
) -> None:  # fmt: skip
    """Train until the minutes are over.

    Args:
        pool: Drawn scenes; may still be filled by another process.
        minutes: Wall time.
        seed: For the first weights and for every choice. The result still depends on how many
            steps the machine manages.
        team: The processes that share the work.
        keep: Called with the averaged model every few minutes and at the end, by the first of
            the team only.
        first: Weights of an earlier call to go on from; None begins from nothing.
        keep_every_s: How often.
    """
    import torch

    torch.manual_seed(seed)
    torch.set_num_threads(1)
    dice, shared = np.random.default_rng([seed, 2, team.number]), np.random.default_rng([seed, 3])
    model = fresh_model()
    if first is not None:
        take_over(model, first)
    average = _Average(model)
    optimizer = _optimizer(model)
    while pool.count < min(_FIRST_SCENES, len(pool.pictures)):
        time.sleep(0.5)
    team.gather()
    began = kept = time.monotonic()
    steps, part, losses = 0, 0.0, np.zeros(3)
    while part < 1:
        for group in optimizer.param_groups:
            group["lr"] = group["peak"] * _rate(part)
        side = int(shared.choice(sides_at(part)))
        items = _forward_and_back(model, batch_of(pool, BATCH, side, dice), part)
        part = team.agree(model, (time.monotonic() - began) / (minutes * 60))
        torch.nn.utils.clip_grad_norm_(model.parameters(), 10.0)
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)
        average.update(model)
        steps += 1
        losses = items if steps == 1 else 0.98 * losses + 0.02 * items
        if team.number == 0 and (part >= 1 or time.monotonic() - kept > keep_every_s):
            kept = time.monotonic()
            seen = steps * BATCH * team.size
            keep(average.model, Progress(min(part, 1.0), steps, seen, tuple(losses)))


def fresh_model() -> Any:
    """YOLO26n with new weights, ready for Ultralytics' loss."""
    import torch
    from ultralytics.cfg import get_cfg
    from ultralytics.nn.tasks import DetectionModel

    make: Any = DetectionModel
    model = make(ARCHITECTURE, nc=len(scenes.CLASSES), verbose=False)
    model.names = dict(enumerate(scenes.CLASSES))
    model.args = get_cfg()
    model.criterion = model.init_criterion()
    return model.to(memory_format=torch.channels_last).train()


def take_over(model: Any, path: Path) -> None:
    """Give a model the weights that `save` wrote."""
    import torch

    earlier = torch.load(path, map_location="cpu", weights_only=False)["model"]
    model.load_state_dict(earlier.float().state_dict())


def told_by(path: Path) -> dict[str, Any]:
    """What the training of a file says of itself."""
    import torch

    told: dict[str, Any] = torch.load(path, map_location="cpu", weights_only=False)["starter"]
    return told


def _optimizer(model: Any) -> Any:
    """AdamW; norms and biases are not drawn towards zero."""
    import torch

    flat = [p for p in model.parameters() if p.requires_grad and p.ndim < 2]
    deep = [p for p in model.parameters() if p.requires_grad and p.ndim >= 2]
    return torch.optim.AdamW(
        [{"params": deep, "weight_decay": WEIGHT_DECAY, "peak": PEAK_RATE},
         {"params": flat, "weight_decay": 0.0, "peak": PEAK_RATE}],
        lr=PEAK_RATE, betas=(0.9, 0.99),
    )  # fmt: skip


def _rate(part: float) -> float:
    """Learning rate as a part of its peak: a short rise, then half a cosine wave."""
    if part < WARM_UP:
        return 0.02 + 0.98 * part / WARM_UP
    fall = (part - WARM_UP) / (1 - WARM_UP)
    return LAST_RATE + (1 - LAST_RATE) * (1 + math.cos(math.pi * fall)) / 2


def _forward_and_back(model: Any, batch: dict[str, Any], part: float) -> np.ndarray:
    """Gradients of one batch; its three losses per picture."""
    import torch

    criterion = model.criterion
    # Ultralytics moves from the one-to-many to the one-to-one head by epochs; here by time.
    criterion.o2m = criterion.o2m_copy + (criterion.final_o2m - criterion.o2m_copy) * part
    criterion.o2o = criterion.total - criterion.o2m
    with torch.autocast("cpu", torch.bfloat16):
        predictions = model(batch["img"])
    loss, items = criterion(_in_full(predictions), batch)
    (loss.sum() / BATCH).backward()  # Ultralytics gives the sum over the batch
    values = items.values() if isinstance(items, dict) else items
    return np.asarray([float(value) for value in values])


def _in_full(predictions: Any) -> Any:
    """The same with 32-bit numbers: the loss is not made for 16."""
    import torch

    if isinstance(predictions, torch.Tensor):
        return predictions.float()
    if isinstance(predictions, dict):
        return {name: _in_full(value) for name, value in predictions.items()}
    return type(predictions)(_in_full(value) for value in predictions)


class _Average:
    """The running average of a model's weights."""

    def __init__(self, model: Any) -> None:
        from copy import deepcopy

        self.model = deepcopy(model).eval()
        self.steps = 0
        for parameter in self.model.parameters():
            parameter.requires_grad_(False)

    def update(self, model: Any) -> None:
        import torch

        self.steps += 1
        decay = AVERAGE_DECAY * (1 - math.exp(-self.steps / AVERAGE_RAMP))
        mine, theirs = self.model.state_dict(), model.state_dict()
        floats = [name for name, value in mine.items() if value.dtype.is_floating_point]
        torch._foreach_lerp_(
            [mine[name] for name in floats], [theirs[name] for name in floats], 1 - decay
        )


def save(model: Any, path: Path, note: dict[str, Any]) -> None:
    """Write the model as Ultralytics does, half precision, without its loss."""
    from copy import deepcopy

    import torch

    bare = deepcopy(model)
    bare.criterion = None
    bare = bare.half().to(memory_format=torch.contiguous_format).eval()
    bare.args = {"model": ARCHITECTURE, "task": "detect", "imgsz": scenes.SIDE_PX}
    beside = path.with_suffix(".part")
    torch.save(
        {"epoch": -1, "best_fitness": None, "model": bare, "ema": None, "updates": None,
         "optimizer": None, "train_args": dict(bare.args), "license": "AGPL-3.0", **note},
        beside,
    )  # fmt: skip
    beside.replace(path)
