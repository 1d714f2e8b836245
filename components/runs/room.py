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
from components.planning.freezing import known
from components.runs import checkpoints
from components.workspace import Workspace, free_bytes

# Beside the checkpoint itself: the story, the pictures of what the model saw, a page's files.
RESERVE = 20_000_000


# Bytes per parameter of what a run writes: the state to go on from (weights, their average, two
# moments of the optimizer, gradients left over; in full precision) and the trainer's own file
# (average and moments in half precision, measured), once as the last and once as the best.
STATE_BYTES, OWN_BYTES = 20, 11
COPIES = 3  # of each: the present one, the one before, and the one being written
OTHER_BYTES = 50_000_000  # pictures of what the model saw, curves, log, the version's links
WRITTEN = ("resume.pt", "last.pt", "best.pt")


def forecast_bytes(workspace: Workspace, base: str) -> int:
    """The most that a run from this base takes on the disk while it goes on.

    Args:
        workspace: Where the base model lies.
        base: Weights file or architecture, as in the plan.
    """
    per_parameter = COPIES * (STATE_BYTES + 2 * OWN_BYTES)
    return parameters(workspace, base) * per_parameter + OTHER_BYTES


def parameters(workspace: Workspace, base: str) -> int:
    """How many the base has; from its file's size where it is none that is known."""
    layers = known(base)
    if layers is not None:
        return sum(layer.parameters for layer in layers)
    path = workspace.models / Path(base).name
    return path.stat().st_size // 2 if path.is_file() else 0  # in half precision


def needed_bytes(weights: Path) -> int:
    """What the next epoch's files take beside those of before, from what the last ones took."""
    files = [weights / name for name in WRITTEN]
    return sum(path.stat().st_size for path in files if path.is_file()) + RESERVE


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
