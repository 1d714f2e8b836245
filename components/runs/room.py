"""Room on the disk for the next checkpoint: looked for before each, and what when there is none.

A run whose disk is full waits: nothing is lost but the epoch that could not be kept, and it goes
on when there is room.
"""

import contextlib
import errno
from collections.abc import Iterator
from pathlib import Path

from components.errors import DiskFull
from components.jobs.worker import PauseAsked
from components.runs import checkpoints
from components.workspace import free_bytes

# Beside the checkpoint itself: the story, the pictures of what the model saw, a page's files.
RESERVE = 20_000_000


def needed_bytes(weights: Path) -> int:
    """What the next epoch's files take beside those of before, from what the last ones took."""
    largest = [path.stat().st_size for path in weights.glob("*.pt") if path.is_file()]
    return sum(sorted(largest)[-2:]) + RESERVE


def demand_room(weights: Path) -> None:
    """Check that the next checkpoint fits.

    Raises:
        PauseAsked: It does not; with the size to free.
    """
    short = needed_bytes(weights) - free_bytes(weights)
    if short > 0:
        raise _full(short)


@contextlib.contextmanager
def pausing_when_full(weights: Path) -> Iterator[None]:
    """Let the run wait when the disk runs full while a checkpoint is written."""
    try:
        yield
    except (OSError, RuntimeError, DiskFull) as error:
        if not _is_full(error):
            raise
        for path in weights.glob(f"*{checkpoints.PART}"):
            path.unlink(missing_ok=True)  # what was half written takes the room others need
        raise _full(max(needed_bytes(weights) - free_bytes(weights), RESERVE)) from error


def _is_full(error: BaseException) -> bool:
    said = str(error).lower()
    return (
        isinstance(error, DiskFull)
        or getattr(error, "errno", None) in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
        or "pytorchstreamwriter failed" in said
        or "unexpected pos" in said  # torch, closing a file that could not be written
    )


def _full(short: int) -> PauseAsked:
    return PauseAsked(
        f"The disk has no room for the next checkpoint: {short / 1e6:,.0f} MB are missing.",
        f"Free {short / 1e6:,.0f} MB on the disk of the workspace, then let the run go on.",
    )
