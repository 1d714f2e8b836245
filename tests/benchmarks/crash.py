"""Runs that are killed at random moments until they are done, against runs that are left alone.

`python -m tests.benchmarks.crash --kills 100 --seed 1 [--what worker|app|both|power]`

Each run is real, only small: YOLO26n, 64 px, drawn pictures, the processor; from the stand-in
weights beside the repository where they are, so that its mAP says something. Kinds of kill:
`worker`, `app` (the process that runs the supervisor), `both`, and `power`: both, and what was not
seen onto the disk is dropped (see `power`). Without `--what` they take turns. Two runs are in
flight at once. Each strike first waits for a phase of the run, drawn at random, then for a random
while. The last line printed is JSON.
"""

import argparse
import contextlib
import itertools
import json
import math
import os
import random
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from components.jobs.events import Measured, State, read
from components.jobs.job import lives, log_tail, process_of, progress_of
from components.jobs.process import APP_ROOT
from components.jobs.supervisor import MOST_LOSSES
from components.jobs.worker import read_needle
from components.planning.freezing import file_hash
from components.runs import best_weights, checkpoints, resuming
from components.runs.store import Run, plan_of
from components.runs.telling import CHECKING, LAST_CHECK, LEARNING
from components.runs.training import start
from components.tasks import TASKS
from components.workspace import Workspace, write_atomic
from tests.benchmarks import power
from tests.runs.drawn import draw_dataset, small_plan
from tests.runs.drawn_tasks import draw_for
from tests.shared_data import SHARED

KINDS = ("worker", "app", "both", "power")
PHASES = {"start-up": 2, "epoch": 3, "writing": 3, "validation": 2, "any": 2}  # shares
KILLS_PER_RUN = 6
EPOCHS = 8
LATEST_S = 0.4  # after the phase was seen
LONGEST_S = 900.0
FRESH_S = 0.5
PICTURES = {"pictures": 28, "val": 12}
MAKERS: dict[str, Callable[[Workspace], Any]] = {
    "detect": lambda workspace: draw_dataset(workspace, **PICTURES),
    **{task: partial(draw_for, task=task, **PICTURES) for task in TASKS if task != "detect"},
}
BASE = SHARED / "weights" / "yolo26n-reconstructed.pt"


@dataclass
class Tally:
    """What happened over all runs."""

    kills: int = 0
    resumed: int = 0
    epochs_lost_max: int = 0
    told_lost_max: int = 0
    corrupt: int = 0
    chart_faults: int = 0
    dropped: int = 0
    by_kind: Counter[str] = field(default_factory=Counter)
    by_phase: Counter[str] = field(default_factory=Counter)
    scores: dict[int, float] = field(default_factory=dict)  # by the run's seed

    def add(self, other: "Tally") -> None:
        """Take in what happened to another run."""
        for name in ("kills", "resumed", "corrupt", "chart_faults", "dropped"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        for name in ("epochs_lost_max", "told_lost_max"):
            setattr(self, name, max(getattr(self, name), getattr(other, name)))
        self.by_kind += other.by_kind
        self.by_phase += other.by_phase
        self.scores |= other.scores


class App:
    """A process that only supervises; what it and its workers leave unsynced is known."""

    def __init__(self, root: Path) -> None:
        self.journals = root / "journals"
        self._command = [sys.executable, "-m", "tests.jobs.fake_app", str(root)]
        self._environment = {
            **os.environ, "TAILOR_WORKSPACE": str(root), "OMP_NUM_THREADS": "1",
            **power.environment(self.journals, root / "runs"),
        }  # fmt: skip
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it; again: nothing happens."""
        if self._process is None:
            self._process = subprocess.Popen(self._command, cwd=APP_ROOT, env=self._environment)

    def kill(self) -> None:
        """As `kill -9` does: without a chance to tidy up."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None


_starting = threading.Lock()  # `Workspace.current` reads the environment of this process


def one_run(root: Path, seed: int, kinds: list[str], task: str, epochs: int) -> Tally:
    """Train once in a workspace of its own, killing as often as `kinds` is long.

    Raises:
        TimeoutError: The run does not get on.
    """
    dice, tally, app = random.Random(seed), Tally(), App(root)
    folder = _begin(root, seed, task, epochs).folder
    app.start()
    try:
        for kind in kinds:
            if not _strike(folder, app, kind, dice, tally):
                break
        _wait(folder, lambda: progress_of(folder).state.is_over)
    finally:
        app.kill()
        _end(folder)
    _judge(folder, seed, epochs, tally)
    return tally


def _begin(root: Path, seed: int, task: str, epochs: int) -> Run:
    with _starting:
        os.environ["TAILOR_WORKSPACE"] = str(root)
        workspace = Workspace.current()
    made = MAKERS[task](workspace)
    base = f"yolo26n{TASKS[task].weights_suffix}.yaml"
    if task == "detect" and BASE.exists():  # the other tasks begin untrained
        base = "base.pt"
        shutil.copyfile(BASE, workspace.models / base)
        note = {"sha256": file_hash(BASE)}
        write_atomic(workspace.models / "base.json", json.dumps(note))
    plan = small_plan(
        name="crash", base=base, epochs=epochs, patience=0, seed=seed, expert={"nbs": 4},
        learning_rate=0.002, close_mosaic=2, dataset=made.slug, task=task,
    )  # fmt: skip
    return start(workspace, plan)


def _end(folder: Path) -> None:
    process = process_of(folder)
    if process is not None and lives(folder):
        with contextlib.suppress(ProcessLookupError):
            os.kill(process[0], signal.SIGKILL)


def _strike(folder: Path, app: App, kind: str, dice: random.Random, tally: Tally) -> bool:
    """Kill at a random moment of the worker's life; False when the run was over before."""
    _wait(folder, lambda: lives(folder) or _is_over(folder))
    _await_moment(folder, dice)
    if _is_over(folder):
        return False
    phase, trained, told = _phase(folder), _trained(folder), _told(folder)
    if kind != "worker":
        app.kill()
    process = process_of(folder)
    if kind != "app" and process is not None:
        with contextlib.suppress(ProcessLookupError):
            os.kill(process[0], signal.SIGKILL)
        _wait(folder, lambda: not lives(folder))
    if kind == "power":
        tally.dropped += power.cut(app.journals, dice)
    kept = _kept(folder) if kind != "app" else trained
    tally.kills += 1
    tally.by_kind[kind] += 1
    tally.by_phase[phase] += 1
    tally.epochs_lost_max = max(tally.epochs_lost_max, trained - kept)
    tally.told_lost_max = max(tally.told_lost_max, told - kept if kind != "app" else 0)
    app.start()
    _wait(folder, lambda: _is_taken_up(folder, process) or _is_over(folder))
    tally.resumed += progress_of(folder).state not in (State.FAILED, State.INTERRUPTED)
    return True


def _is_taken_up(folder: Path, before: tuple[int, float] | None) -> bool:
    now = process_of(folder)
    return (
        lives(folder) and now is not None and (now == before or progress_of(folder).pid == now[0])
    )


def _await_moment(folder: Path, dice: random.Random) -> None:
    """Wait for a phase, then a while; never more often in a row without progress than allowed."""
    losses = progress_of(folder).losses
    if losses:
        before = _told(folder)
        if losses >= MOST_LOSSES - 1:
            _wait(folder, lambda: _told(folder) > before or _is_over(folder))
    [phase] = dice.choices([*PHASES], [*PHASES.values()])
    if _told(folder) >= plan_of(folder).epochs - 1:
        phase = "final evaluation"
    if phase == "any":
        until = time.monotonic() + dice.uniform(0.0, 6.0)
        _wait(folder, lambda: time.monotonic() > until or _is_over(folder))
        return
    _wait(folder, lambda: _phase(folder) == phase or _is_over(folder), look_every_s=0.003)
    time.sleep(dice.uniform(0.0, LATEST_S) * dice.random() if phase != "writing" else 0.0)


def _is_over(folder: Path) -> bool:
    return progress_of(folder).state.is_over


def _phase(folder: Path) -> str:
    """What the worker does this moment, as far as its files tell."""
    weights = resuming.file_of(folder).parent
    needle = read_needle(folder)
    if needle.get("at", 0.0) < progress_of(folder).started_at:
        return "start-up"
    if any(_is_fresh(part) for part in weights.glob(f"*{checkpoints.PART}")):
        return "writing"
    names = {LEARNING: "epoch", CHECKING: "validation", LAST_CHECK: "final evaluation"}
    return names.get(needle.get("phase", ""), "start-up")


def _is_fresh(part: Path) -> bool:
    """Whether it is being written now, not left over by a worker that was killed."""
    try:
        return time.time() - part.stat().st_mtime < FRESH_S
    except OSError:  # published this moment
        return False


def _trained(folder: Path) -> int:
    """Epochs that were trained to their end, kept or not."""
    needle = read_needle(folder)
    return max(int(needle.get("epoch") or 0) - 1, _told(folder))


def _told(folder: Path) -> int:
    history = progress_of(folder).history
    return history[-1].epoch if history else 0


def _kept(folder: Path) -> int:
    """Epochs in the newest whole checkpoint, by its note and hash; 0 for none."""
    path = resuming.file_of(folder)
    for candidate in (path, checkpoints.previous(path)):
        noted = checkpoints.note_of(candidate, checkpoints.notes(path))
        if noted is not None:
            return int(noted["epoch"])
    return 0


def _judge(folder: Path, seed: int, epochs: int, tally: Tally) -> None:
    progress = progress_of(folder)
    if progress.state is not State.FINISHED:
        print(log_tail(folder), file=sys.stderr)
        tally.resumed -= 1
    wanted = [*range(1, epochs + 1)]
    tally.chart_faults += [m.epoch for m in progress.history] != wanted
    tally.chart_faults += _jumps(folder)
    csv = folder / "train" / "results.csv"
    table = csv.read_text().splitlines()[1:] if csv.exists() else []
    tally.chart_faults += [int(row.split(",")[0]) for row in table] != wanted
    weights = folder / "train" / "weights"
    tally.corrupt += not best_weights.is_whole(weights / "best.pt")
    tally.corrupt += sum(
        not checkpoints.is_sound(weights / name) for name in ("best.pt", "last.pt", resuming.FILE)
    )
    tally.corrupt += not (folder / "evaluation.json").exists()
    headline = TASKS[plan_of(folder).task].headline.key
    tally.scores[seed] = progress.history[-1].metrics.get(headline, 0.0)


def _jumps(folder: Path) -> int:
    """Epochs that were told although the one before them never was, or told twice."""
    told, faults = 0, 0
    for event in read(folder):
        if isinstance(event, Measured):
            faults += event.epoch > told + 1
            told = max(told, event.epoch)
    return faults


def _wait(folder: Path, truth: Callable[[], Any], look_every_s: float = 0.02) -> None:
    deadline = time.monotonic() + LONGEST_S
    while not truth():
        if time.monotonic() > deadline:
            raise TimeoutError(log_tail(folder))
        time.sleep(look_every_s)


def measure(
    kills: int, seed: int, what: list[str], *, task: str = "detect", epochs: int = EPOCHS,
    alone: int = 0, jobs: int = 2,
) -> dict[str, Any]:  # fmt: skip
    """The tally over as many runs as it takes.

    Args:
        kills: How many.
        seed: Of the dice; the runs' own seeds count on from it.
        what: Kinds of kill that take turns.
        task: Key of `MAKERS`.
        epochs: Of each run.
        alone: How many runs are left alone, with the seeds of the first of the others.
        jobs: Runs in flight at once.
    """
    began, kinds = time.monotonic(), itertools.cycle(what)
    killed, left, number = Tally(), Tally(), itertools.count(1)
    with (
        tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as place,
        ThreadPoolExecutor(jobs) as pool,
    ):

        def run(offset: int, wanted: list[str]) -> Tally:
            root = Path(place) / str(next(number))
            tally = one_run(root, seed + offset, wanted, task, epochs)
            shutil.rmtree(root, ignore_errors=True)
            return tally

        for tally in pool.map(lambda offset: run(offset, []), range(alone)):
            left.add(tally)
            print(f"left alone: {left.scores}, {time.monotonic() - began:.0f} s", flush=True)
        offset = 0
        while killed.kills < kills:
            missing = kills - killed.kills
            runs = max(math.ceil(missing / KILLS_PER_RUN), min(jobs, missing))
            shares = [(missing + i) // runs for i in range(runs)]
            wanted = [[next(kinds) for _ in range(share)] for share in shares]
            offsets = range(offset, offset + len(wanted))
            for tally in pool.map(run, offsets, wanted):
                killed.add(tally)
                spent = time.monotonic() - began
                print(f"{killed.kills} of {kills} kills, {spent:.0f} s", flush=True)
            offset += len(wanted)
    return _told_in_numbers(killed, left, task, time.monotonic() - began)


def _told_in_numbers(killed: Tally, left: Tally, task: str, seconds: float) -> dict[str, Any]:
    same = [left.scores[s] == killed.scores[s] for s in left.scores if s in killed.scores]
    return {
        "kills": killed.kills, "resumed": killed.resumed,
        "epochs_lost_max": killed.epochs_lost_max, "corrupt": killed.corrupt,
        "chart_faults": killed.chart_faults,
        "map_uninterrupted": _spread(left), "map_interrupted": _spread(killed),
        "within_spread": _is_within(killed, left),
        "same_seed_same_map": f"{sum(same)} of {len(same)}",
        "told_epochs_lost_max": killed.told_lost_max, "unsynced_dropped": killed.dropped,
        "kills_by_kind": dict(killed.by_kind), "kills_by_phase": dict(killed.by_phase),
        "task": task, "seconds": round(seconds, 1),
        "base": BASE.name if task == "detect" and BASE.exists() else "untrained",
    }  # fmt: skip


def _spread(tally: Tally) -> dict[str, Any]:
    scores = [*tally.scores.values()]
    return {
        "mean": round(statistics.fmean(scores), 4) if scores else None,
        "sd": round(statistics.stdev(scores), 4) if len(scores) > 1 else None,
        "each": {seed: round(score, 5) for seed, score in sorted(tally.scores.items())},
    }


def _is_within(killed: Tally, left: Tally) -> bool | None:
    """Whether the mean of the interrupted lies within two standard deviations of the others'."""
    if len(left.scores) < 2 or not killed.scores:
        return None
    others = [*left.scores.values()]
    gap = abs(statistics.fmean(killed.scores.values()) - statistics.fmean(others))
    return gap <= 2 * statistics.stdev(others)


def main() -> None:
    """Read the command line, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=8)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--what", choices=KINDS)
    parser.add_argument("--task", choices=sorted(MAKERS), default="detect")
    parser.add_argument("--epochs", type=int, default=EPOCHS)
    parser.add_argument("--alone", type=int, default=3)
    parser.add_argument("--jobs", type=int, default=2)
    asked = parser.parse_args()
    kinds = [asked.what] if asked.what else [*KINDS]
    found = measure(
        asked.kills, asked.seed, kinds, task=asked.task, epochs=asked.epochs, alone=asked.alone,
        jobs=asked.jobs,
    )  # fmt: skip
    print(json.dumps(found))


if __name__ == "__main__":
    main()
