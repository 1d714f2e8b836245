"""The largest batch and picture size that the memory should take, by a dry run."""

from components.planning.dry_run import STRIDE_PX, Trial
from components.planning.knobs import KNOBS

# Of the memory that may be used. A card's driver and other programs take some; on the processor
# the system, the browser and whatever else is open take more. Rules of thumb.
USABLE, USABLE_BESIDE_OTHERS = 0.9, 0.75


def largest_batch(trial: Trial) -> int:
    """Pictures per batch that the memory should take at the size as tried; 0: unknown."""
    times = _times(trial)
    return min(max(1, int(times * trial.batch)), int(KNOBS["batch"].high)) if times else 0


def largest_size_px(trial: Trial) -> int:
    """Picture size that the memory should take with the batch as tried; 0: unknown."""
    side = int(trial.image_size_px * _times(trial) ** 0.5)
    return min(side // STRIDE_PX * STRIDE_PX, int(KNOBS["image_size_px"].high))


def _times(trial: Trial) -> float:
    """How many times as much of what grows with batch and size there is room for; 0: unknown.

    On a card that is all beyond what rests there between two batches, on the processor what is
    kept for the way back, counted tensor by tensor.
    """
    if trial.resting_bytes:
        rests, usable = trial.resting_bytes, USABLE
    else:
        kept = trial.kept.get(trial.frozen_layers, 0)
        rests, usable = trial.memory_bytes - kept, USABLE_BESIDE_OTHERS
    grows = trial.memory_bytes - rests
    return max(usable * trial.memory_total_bytes - rests, 0) / grows if grows > 0 else 0.0
