"""What a run does about trouble before it gives up, kept in its folder for the next worker.

The card's memory short: half the batch; Ultralytics adds up more batches for each step, so that a
step still sees as many pictures. Main memory short, or a worker that was killed as the system does
it then: no pictures kept in memory and fewer processes that load them, then half the batch. Loss
not a number, twice: back to the last checkpoint with half the rate, once.
"""

import gc
import json
import sys
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from components.errors import AppError, MemoryRanOut, RunError
from components.jobs.events import Lost, Told, fold, read, write
from components.jobs.job import progress_of
from components.jobs.supervisor import MOST_LOSSES
from components.planning.plan import TrainingPlan
from components.workspace import write_atomic

FILE = "remedy.json"
TOPIC = "remedy"
KILL_IS_NEAR = 6  # events: of the worker that was lost, those of the next one at its start
LEAST_RATE_SHARE = 0.5  # once; a rate that is still too high then is the plan's fault


class MainMemoryRanOut(MemoryRanOut):
    """The computer's own memory had no room left, not the graphics card's."""


class LossNotFinite(RunError):
    """The loss is no longer a number, and going back to the averaged weights did not help."""


@dataclass(frozen=True, slots=True)
class Remedy:
    """How a run differs from its plan by now.

    Attributes:
        batch: Pictures per batch; 0: as planned.
        rate_share: Of the planned learning rate.
        loaders: Processes that load pictures; -1: as planned.
        is_lean: Whether no pictures are kept in memory.
    """

    batch: int = 0
    rate_share: float = 1.0
    loaders: int = -1
    is_lean: bool = False


def read_remedy(folder: Path) -> Remedy:
    """What earlier workers of this run decided."""
    try:
        facts = json.loads((folder / FILE).read_text(encoding="utf-8"))
        return Remedy(
            int(facts["batch"]), float(facts["rate_share"]), int(facts.get("loaders", -1)),
            facts.get("is_lean") is True,
        )  # fmt: skip
    except (OSError, ValueError, KeyError, TypeError):
        return Remedy()


def find_remedy(folder: Path, plan: TrainingPlan, error: AppError, remedy: Remedy) -> bool:
    """Decide what to do differently, keep it and say so.

    Returns:
        Whether there is something left to try.
    """
    found = None
    if isinstance(error, MainMemoryRanOut):
        found = _leaner(folder, plan, remedy, "Main memory ran out")
        remedy = replace(remedy, is_lean=True)
    if found is None and isinstance(error, MemoryRanOut):
        found = _half_batch(folder, plan, remedy)
    if isinstance(error, LossNotFinite):
        found = _half_rate(plan, remedy)
    if found is not None:
        _tell(folder, *found)
    return found is not None


def after_loss(folder: Path, plan: TrainingPlan, remedy: Remedy) -> Remedy:
    """What to do differently after a worker was killed without anybody asking.

    Most often that is the system, short of main memory. It is told where something changes.
    """
    story = list(read(folder))
    ends = [event for event in story[-KILL_IS_NEAR:] if isinstance(event, Lost | Told)]
    told = next((e for e in reversed(ends) if isinstance(e, Lost) or e.topic == TOPIC), None)
    if not isinstance(told, Lost) or not told.killed:
        return remedy
    found = _leaner(folder, plan, remedy, "The worker was killed, as happens when memory is short")
    if found is None and fold(story).losses >= MOST_LOSSES:  # the last try
        found = _half_batch(folder, plan, replace(remedy, is_lean=True))
    if found is None:
        return remedy
    _tell(folder, *found)
    return found[0]


def make_lean(arguments: dict[str, Any], remedy: Remedy) -> None:
    """Change the trainer's arguments to what main memory has room for."""
    if remedy.loaders >= 0:
        arguments["workers"] = remedy.loaders
    if remedy.is_lean:
        arguments["cache"] = False


def _leaner(
    folder: Path, plan: TrainingPlan, remedy: Remedy, why: str
) -> tuple[Remedy, str] | None:
    """Nothing kept in memory, half the loading processes; None where there is nothing to give."""
    loaders = _loaders_in_use(folder, remedy)
    keeps = not remedy.is_lean and plan.expert.get("cache") not in (None, False, "False", "no", "")
    if not loaders and not keeps:
        return None
    after = replace(remedy, is_lean=True, loaders=loaders // 2)
    fewer = f" and loads them with {loaders // 2} processes instead of {loaders}" if loaders else ""
    return after, f"{why}: it goes on, keeps no pictures in memory{fewer}."


def _half_batch(folder: Path, plan: TrainingPlan, remedy: Remedy) -> tuple[Remedy, str] | None:
    batch = _batch_in_use(folder, plan, remedy)
    if batch < 2:
        return None
    return replace(remedy, batch=batch // 2), (
        f"Memory ran out with {batch} pictures per batch: it goes on with {batch // 2}, and "
        "steps after as many pictures as before."
    )


def _half_rate(plan: TrainingPlan, remedy: Remedy) -> tuple[Remedy, str] | None:
    if remedy.rate_share <= LEAST_RATE_SHARE:
        return None
    return replace(remedy, rate_share=LEAST_RATE_SHARE), (
        "The loss was twice no longer a number: it goes on from the last good epoch with "
        f"half the learning rate, {plan.learning_rate / 2:g}."
    )


def _tell(folder: Path, after: Remedy, what: str) -> None:
    write_atomic(folder / FILE, json.dumps(asdict(after)))
    write(folder, Told(TOPIC, {"what": what, **asdict(after)}))
    print(what, flush=True)


def _loaders_in_use(folder: Path, remedy: Remedy) -> int:
    told = progress_of(folder).told.get("settings", {})
    used = int(told.get("expert.workers") or 0)
    return min(used, remedy.loaders) if remedy.loaders >= 0 else used


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
