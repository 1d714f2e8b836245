"""What freezing saves: single steps of one trainer on one batch, at several freeze depths."""

from collections.abc import Callable
from typing import Any

from components.jobs.clock import steady
from components.runs.single_steps import step_of
from components.runs.tuning.halves import Halves

MOST_S = 5.0
ROUNDS = 2  # of each freeze depth; the faster counts


def try_depths(
    trainer: Any, batch: Any, *, batch_s: float, show: Callable[[float], None]
) -> tuple[dict[int, float], dict[int, int]]:
    """Time single steps with nothing, the backbone, and as much as planned frozen.

    On the same pictures, so the ratios hold though the times are few.

    Args:
        trainer: As it stands; what learns of its model is changed.
        batch: As the model takes it.
        batch_s: Seconds that a batch takes; where that is long, the backbone is left out.
        show: Told before each depth which share of them is done; may raise.

    Returns:
        Freeze depth to seconds of a step, and to bytes kept for the way back. Nothing where the
        plan freezes layers by name.
    """
    planned = trainer.args.freeze
    if not isinstance(planned, int):
        return {}, {}
    from ultralytics.utils.torch_utils import unwrap_model

    model: Any = unwrap_model(trainer.model)
    depths = sorted({0, len(model.yaml.get("backbone", ())), planned})
    if batch_s * len(depths) * (ROUNDS + 1) > 4 * MOST_S:
        depths = sorted({0, planned})
    steps: dict[int, float] = {}
    kept: dict[int, int] = {}
    for done, depth in enumerate(depths):
        show(done / len(depths))
        freeze(trainer, depth)
        began = steady()
        counted_s, kept[depth] = step_of(trainer, batch, counting=True)
        times: list[float] = []
        while len(times) < ROUNDS and steady() - began < MOST_S / len(depths):
            times.append(step_of(trainer, batch)[0])
        # Counting takes time of its own; where there is none left, that is all there is.
        steps[depth] = round(min(times or [counted_s]), 5)
    show(1.0)
    return steps, kept


def freeze(trainer: Any, depth: int) -> None:
    """As Ultralytics does it at the start, for the first `depth` layers of both halves."""
    trainer.freeze_layer_names = [*(f"model.{i}." for i in range(depth)), ".dfl"]
    for name, parameter in trainer.model.named_parameters():
        is_frozen = any(part in name for part in trainer.freeze_layer_names)
        parameter.requires_grad = parameter.dtype.is_floating_point and not is_frozen
    trainer._model_train()
    halves = getattr(trainer, "halves", None)
    if halves is not None:  # the other half's model is a copy, made anew of what learns now
        from ultralytics.utils.torch_utils import unwrap_model

        halves.close()
        trainer.halves = Halves(unwrap_model(trainer.model), trainer.choice)
