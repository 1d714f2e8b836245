"""What a run does about trouble before it gives up, kept in its folder for the next worker.

Memory short: half the batch; Ultralytics adds up more batches for each step, so that a step still
sees as many pictures. Loss not a number, twice: back to the last checkpoint with half the rate,
once.
"""

import gc
import json
import sys
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from components.errors import AppError, MemoryRanOut, RunError
from components.jobs.events import Told, write
from components.jobs.job import progress_of
from components.planning.plan import TrainingPlan
from components.workspace import write_atomic

FILE = "remedy.json"
TOPIC = "remedy"
LEAST_RATE_SHARE = 0.5  # once; a rate that is still too high then is the plan's fault


class LossNotFinite(RunError):
    """The loss is no longer a number, and going back to the averaged weights did not help."""


@dataclass(frozen=True, slots=True)
class Remedy:
    """How a run differs from its plan by now.

    Attributes:
        batch: Pictures per batch; 0: as planned.
        rate_share: Of the planned learning rate.
    """

    batch: int = 0
    rate_share: float = 1.0


def read_remedy(folder: Path) -> Remedy:
    """What earlier workers of this run decided."""
    try:
        facts = json.loads((folder / FILE).read_text(encoding="utf-8"))
        return Remedy(int(facts["batch"]), float(facts["rate_share"]))
    except (OSError, ValueError, KeyError, TypeError):
        return Remedy()


def find_remedy(folder: Path, plan: TrainingPlan, error: AppError, remedy: Remedy) -> bool:
    """Decide what to do differently, keep it and say so.

    Returns:
        Whether there is something left to try.
    """
    if isinstance(error, MemoryRanOut):
        batch = _batch_in_use(folder, plan, remedy)
        if batch < 2:
            return False
        after = replace(remedy, batch=batch // 2)
        what = (
            f"Memory ran out with {batch} pictures per batch: it goes on with {batch // 2}, and "
            "steps after as many pictures as before."
        )
    else:
        if remedy.rate_share <= LEAST_RATE_SHARE:
            return False
        after = replace(remedy, rate_share=LEAST_RATE_SHARE)
        what = (
            "The loss was twice no longer a number: it goes on from the last good epoch with "
            f"half the learning rate, {plan.learning_rate / 2:g}."
        )
    write_atomic(folder / FILE, json.dumps(asdict(after)))
    write(folder, Told(TOPIC, {"what": what, **asdict(after)}))
    print(what, flush=True)
    return True


def clear_memory() -> None:
    """Give back what the trainer that failed still holds."""
    gc.collect()
    torch = sys.modules.get("torch")
    if torch is not None and torch.cuda.is_available():
        torch.cuda.empty_cache()


def _batch_in_use(folder: Path, plan: TrainingPlan, remedy: Remedy) -> int:
    told = progress_of(folder).told.get("batch", {})
    used = int(told.get("batch") or 0) or plan.batch
    return min(used, remedy.batch) if remedy.batch else used
