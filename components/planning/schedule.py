"""The learning rate over the epochs, as the trainer will really set it.

The same formulas as in Ultralytics' `BaseTrainer` (`_setup_scheduler`, `_get_warmup_iterations`
and the warm-up in `_do_train` of 8.4.190); a test holds them to a real training.
"""

import math
from functools import cache

from components.planning.plan import TrainingPlan

NOMINAL_BATCH = 64  # Ultralytics' nbs
_DRAWN = 150  # epochs at most of which a line has points of their own: nobody sees smaller steps


def learning_rates(plan: TrainingPlan, batches_per_epoch: int) -> list[float]:
    """The rate at the end of each epoch, for the weights (biases start elsewhere).

    Args:
        plan: The plan.
        batches_per_epoch: Training pictures divided by batch, rounded up.

    Returns:
        One rate per epoch, from the first.
    """
    batches = max(batches_per_epoch, 1)
    warmup = warmup_batches(plan, batches)
    rates = []
    for epoch in range(plan.epochs):
        rate = plan.learning_rate * share_of_rate(plan, epoch)
        last_batch = epoch * batches + batches - 1
        if warmup and last_batch <= warmup:
            rate *= last_batch / warmup  # climbs in a straight line from 0
        rates.append(rate)
    return rates


def course(plan: TrainingPlan, batches_per_epoch: int) -> list[tuple[float, float]]:
    """The whole run as a line: what `learning_rates` says of the epochs' ends, and between them.

    Args:
        plan: The plan.
        batches_per_epoch: Training pictures divided by batch, rounded up.

    Returns:
        Points (epochs gone by, rate), from 0 to the plan's epochs.
    """
    batches = max(batches_per_epoch, 1)
    climb = warmup_batches(plan, batches) / batches
    every = max(1, plan.epochs // _DRAWN)

    def rate(epoch: int, gone: float) -> float:
        share = min(gone / climb, 1.0) if climb else 1.0
        return plan.learning_rate * share_of_rate(plan, epoch) * share

    points = []
    for epoch in range(plan.epochs):
        if epoch % every and climb < epoch < plan.epochs - 1:
            continue
        bends = [epoch, climb, epoch + 1] if epoch < climb < epoch + 1 else [epoch, epoch + 1]
        points += [(float(gone), rate(epoch, gone)) for gone in bends]
    return points


def share_of_rate(plan: TrainingPlan, epoch: int) -> float:
    """Which share of the learning rate is used in an epoch (from 0), warm-up aside."""
    if plan.cosine:
        falling = (1 - math.cos(epoch * math.pi / plan.epochs)) / 2
        return max(falling, 0.0) * (plan.final_rate_share - 1) + 1
    left = max(1 - epoch / plan.epochs, 0.0)
    return left * (1.0 - plan.final_rate_share) + plan.final_rate_share


def warmup_batches(plan: TrainingPlan, batches_per_epoch: int) -> int:
    """How many batches the rate climbs; the last epoch is never part of it."""
    epochs = min(plan.warmup_epochs, max(plan.epochs - 1, 0))
    return round(epochs * batches_per_epoch) if epochs > 0 else 0


def optimizer_steps(plan: TrainingPlan, pictures: int, batch: int) -> int:
    """How many steps the optimizer takes in the whole run, without an early end.

    It steps when about as many pictures were looked at as the expert setting `nbs` says; during
    the warm-up more often.

    Args:
        plan: The plan.
        pictures: Training pictures.
        batch: Pictures in a batch.
    """
    nominal = int(plan.expert.get("nbs") or NOMINAL_BATCH)
    batches = batches_per_epoch(pictures, batch)
    whole = batches * plan.epochs
    return _steps(min(max(round(nominal / batch), 1), whole), warmup_batches(plan, batches), whole)


@cache
def _steps(together: int, warmup: int, batches: int) -> int:
    """Steps in so many batches, of which `together` make one behind the warm-up."""
    steps, last = 0, -1
    for batch in range(min(warmup + 1, batches)):
        now = 1 + (together - 1) * batch / warmup if warmup else together
        if batch - last >= max(1, round(now)):
            steps, last = steps + 1, batch
    return steps + (batches - 1 - last) // together


def batches_per_epoch(pictures: int, batch: int, *, automatic: int = 16) -> int:
    """How many batches an epoch has; `automatic` stands in for a batch of 0."""
    return max(1, math.ceil(pictures / (batch or automatic)))
