"""What a run was expected to take, kept beside what it took, so that the next forecast is better.

```
runs/<slug>/forecast.json            written once by whoever starts the run
cache/forecasts/<slug>-<time>.json   forecast and truth, written by the worker at the run's end
```

The second survives the run's folder: how far forecasts are off on this computer is worth keeping.
"""

import json
import time
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from statistics import median
from typing import Any

from components.planning.plan import TrainingPlan
from components.workspace import Workspace, write_atomic

FILE, FOLDER = "forecast.json", "forecasts"
RULE, PAST_RUNS, TRIAL = "rule", "past runs", "dry run"
NEWEST = 10  # older ones say little about today's computer
MOST_OFF = 2.0  # a forecast is corrected by no more than this factor


@dataclass(frozen=True, slots=True)
class Foretold:
    """What was expected of a run at its start, and what became of it.

    Attributes:
        seconds: Expected, without an early end.
        low: It would hardly be less.
        high: It would hardly be more.
        how: One of `RULE`, `PAST_RUNS` and `TRIAL`.
        source: Where the figure came from, for the person.
        machine: The computer and device, in words.
        memory_bytes: Expected at most; 0 when that was not measured.
        uncorrected_s: Expected before earlier forecasts were taken into account.
        took_s: What it took, per the epochs that were planned; 0 before its end.
        share: Of the planned epochs that were trained; an early end makes it less than 1.
        peak_bytes: The most memory that was in use.
        at: When it ended, Unix seconds.
    """

    seconds: float
    low: float
    high: float
    how: str
    source: str
    machine: str
    memory_bytes: float = 0.0
    uncorrected_s: float = 0.0
    took_s: float = 0.0
    share: float = 1.0
    peak_bytes: float = 0.0
    at: float = 0.0

    @property
    def is_over(self) -> bool:
        """Whether the truth is known."""
        return self.took_s > 0

    @property
    def for_what_was_trained_s(self) -> float:
        """What was expected, for the epochs that were trained."""
        return self.seconds * self.share

    @property
    def off(self) -> float:
        """By how much the forecast was too long (above 0) or too short, as a share of the truth."""
        return self.for_what_was_trained_s / self.took_s - 1 if self.took_s else 0.0


def keep(folder: Path, foretold: Foretold) -> None:
    """Write down what is expected of a run, in its folder."""
    write_atomic(folder / FILE, json.dumps(asdict(foretold)))


def of_run(folder: Path) -> Foretold | None:
    """What was expected of a run; None when nothing was."""
    return _read(folder / FILE)


def conclude(folder: Path, plan: TrainingPlan, *, seconds: float, told: Any) -> None:
    """The worker's last word on it: put the truth beside the forecast.

    Args:
        folder: The run's folder.
        plan: Its plan.
        seconds: Of work, those of earlier workers included.
        told: The run's `Progress`.
    """
    expected = of_run(folder)
    epochs = len(told.history)
    if expected is None or not epochs or seconds <= 0:
        return
    peak = max((m.metrics.get("memory/bytes", 0.0) for m in told.history), default=0.0)
    truth = replace(
        expected, took_s=seconds, share=min(epochs / plan.epochs, 1.0), peak_bytes=peak,
        at=time.time(),
    )  # fmt: skip
    kept = folder.resolve().parents[1] / "cache" / FOLDER
    kept.mkdir(parents=True, exist_ok=True)
    write_atomic(kept / f"{folder.name}-{time.time_ns()}.json", json.dumps(asdict(truth)))


def truth_of_run(workspace: Workspace, slug: str) -> Foretold | None:
    """Forecast and truth of a run; the last word when it was taken up again."""
    mine = [
        path for path in _kept(workspace, f"{slug}-*")
        if path.stem.removeprefix(f"{slug}-").isdecimal()  # the second run of a name ends in "-2"
    ]  # fmt: skip
    found = [each for path in mine if (each := _read(path))]
    return max(found, key=lambda each: each.at, default=None)


def truths(workspace: Workspace, machine: str, how: str) -> list[Foretold]:
    """The newest forecasts of one kind for one computer whose truth is known."""
    found = [each for path in _kept(workspace, "*") if (each := _read(path))]
    mine = [each for each in found if (each.machine, each.how) == (machine, how) and each.is_over]
    return sorted(mine, key=lambda each: -each.at)[:NEWEST]


def correction(known: list[Foretold]) -> float:
    """What runs took as a share of what was expected of them before any correction; 1 at first."""
    shares = [
        each.took_s / ((each.uncorrected_s or each.seconds) * each.share)
        for each in known
        if each.seconds > 0 and each.share > 0
    ]
    return min(max(median(shares), 1 / MOST_OFF), MOST_OFF) if shares else 1.0


def _kept(workspace: Workspace, pattern: str) -> list[Path]:
    return sorted((workspace.cache / FOLDER).glob(f"{pattern}.json"))


def _read(path: Path) -> Foretold | None:
    try:
        return Foretold(**json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None  # not there, or another Tailor's
