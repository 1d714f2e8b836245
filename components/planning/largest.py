"""The largest batch and picture size that a graphics card's memory should take, by a dry run."""

from components.planning.dry_run import STRIDE_PX, Trial

# Of a card's memory that may be used: its driver and other programs take some. Rule of thumb.
USABLE = 0.9


def largest_batch(trial: Trial) -> int:
    """Pictures per batch that a card's memory should take, worked out from the peak; 0: unknown."""
    grows = (trial.memory_bytes - trial.resting_bytes) / trial.batch
    if not trial.resting_bytes or grows <= 0:
        return 0
    return max(1, int((USABLE * trial.memory_total_bytes - trial.resting_bytes) / grows))


def largest_size_px(trial: Trial) -> int:
    """Picture size that a card's memory should take with the batch as tried; 0: unknown."""
    grows = (trial.memory_bytes - trial.resting_bytes) / trial.image_size_px**2
    if not trial.resting_bytes or grows <= 0:
        return 0
    side = ((USABLE * trial.memory_total_bytes - trial.resting_bytes) / grows) ** 0.5
    return int(side // STRIDE_PX * STRIDE_PX)
