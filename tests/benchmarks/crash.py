"""Runs that are killed at random moments until they are done, against one that is left alone.

`python -m tests.benchmarks.crash --kills 100 --seed 1 [--what worker|app|both|power] [--epochs 16]`

Each run is real, only small: an untrained YOLO26n, 64 px, twelve drawn pictures, the processor.
Kinds of kill: `worker`, `app` (the process that runs the supervisor), `both`, and `power`: both,
and what was written last without being seen onto the disk is dropped. Without `--what` they take
turns. The last line printed is JSON.
"""

import argparse
import contextlib
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from components.jobs.events import EVENTS_FILE, Measured, State, read
from components.jobs.job import lives, log_tail, process_of, progress_of
from components.jobs.process import APP_ROOT
from components.jobs.supervisor import MOST_LOSSES
from components.runs import checkpoints, resuming
from components.runs.store import Run
from components.runs.training import start
from components.workspace import Workspace
from tests.runs.drawn import draw_dataset, small_plan

KINDS = ("worker", "app", "both", "power")
KILLS_PER_RUN = 10  # a run that is killed more often would hardly get further
STARTING_SHARE = 0.3  # of the kills
LONGEST_S = 600.0
HEADLINE = "metrics/mAP50-95(B)"


@dataclass
class Tally:
    """What happened over all runs."""

    kills: int = 0
    resumed: int = 0
    epochs_lost_max: int = 0
    corrupt: int = 0
    chart_faults: int = 0
    scores: list[float] = field(default_factory=list)


class App:
    """A process that does nothing but supervise."""

    def __init__(self, root: Path) -> None:
        self._command = [sys.executable, "-m", "tests.jobs.fake_app", str(root)]
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it; again: nothing happens."""
        if self._process is None:
            self._process = subprocess.Popen(self._command, cwd=APP_ROOT)

    def kill(self) -> None:
        """As `kill -9` does: without a chance to tidy up."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None


def one_run(root: Path, seed: int, epochs: int, kinds: list[str]) -> tuple[Run, Tally]:
    """Train once in a workspace of its own, killing as often as `kinds` is long."""
    os.environ["TAILOR_WORKSPACE"] = str(root)
    workspace, dice, tally = Workspace.current(), random.Random(seed), Tally()
    draw_dataset(workspace)
    run = start(workspace, small_plan(name="crash", epochs=epochs, patience=0))
    app = App(root)
    app.start()
    try:
        for kind in kinds:
            if not _strike(run.folder, app, kind, dice, tally):
                break
        _wait(run.folder, lambda: progress_of(run.folder).state.is_over)
    finally:
        app.kill()
    _judge(run.folder, epochs, tally)
    return run, tally


def _strike(folder: Path, app: App, kind: str, dice: random.Random, tally: Tally) -> bool:
    """Kill at a random moment of the worker's life; False when the run was over before."""
    _wait(folder, lambda: lives(folder) or progress_of(folder).state.is_over)
    moment = _moment(folder, dice)
    while time.monotonic() < moment and not progress_of(folder).state.is_over:
        time.sleep(0.01)
    if progress_of(folder).state.is_over:
        return False
    done = _done(folder)
    if kind != "worker":
        app.kill()
    process = process_of(folder)
    if kind != "app" and process is not None:
        with contextlib.suppress(ProcessLookupError):
            os.kill(process[0], signal.SIGKILL)
        _wait(folder, lambda: not lives(folder))
    if kind == "power":
        _drop_unsynced(folder, dice)
    kept = _kept(folder)
    tally.kills += 1
    tally.epochs_lost_max = max(tally.epochs_lost_max, done - kept if kind != "app" else 0)
    app.start()
    _wait(folder, lambda: lives(folder) or progress_of(folder).state.is_over)
    tally.resumed += progress_of(folder).state not in (State.FAILED, State.INTERRUPTED)
    return True


def _moment(folder: Path, dice: random.Random) -> float:
    """When to strike: mostly while epochs are trained, at times while the worker starts.

    Never more often in a row without progress than a run survives by design.
    """
    progress = progress_of(folder)
    if progress.losses < MOST_LOSSES - 1 and dice.random() < STARTING_SHARE:
        return time.monotonic() + dice.uniform(0.0, 4.0)
    before = _kept(folder)
    _wait(
        folder,
        lambda: _kept(folder) > before or progress_of(folder).state.is_over,
    )  # fmt: skip
    return time.monotonic() + dice.uniform(0.0, 1.5)


def _done(folder: Path) -> int:
    history = progress_of(folder).history
    return history[-1].epoch if history else 0


def _kept(folder: Path) -> int:
    """Epochs in the newest whole checkpoint, by its note and hash; 0 for none."""
    path = resuming.file_of(folder)
    with contextlib.suppress(OSError, ValueError):
        notes = json.loads(path.with_name(resuming.NOTES).read_text())
        for candidate in (path, checkpoints.previous(path)):
            for note in notes:
                if candidate.exists() and resuming.is_whole(candidate, [note]):
                    return int(note["epoch"])
    return 0


def _drop_unsynced(folder: Path, dice: random.Random) -> None:
    """What a loss of power takes: unfinished files, and the tail of an unfinished line."""
    for path in folder.rglob(f"*{checkpoints.PART}"):
        keep = dice.random() * path.stat().st_size
        os.truncate(path, int(keep))
    events = folder / EVENTS_FILE
    whole = events.read_bytes().rfind(b"\n") + 1
    os.truncate(events, whole)
    for plain in (folder / "now.json", folder / "log.txt", folder / "train" / "results.csv"):
        if plain.exists() and dice.random() < 0.5:
            os.truncate(plain, plain.stat().st_size // 2)


def _judge(folder: Path, epochs: int, tally: Tally) -> None:
    progress = progress_of(folder)
    if progress.state is not State.FINISHED:
        print(log_tail(folder), file=sys.stderr)
    told = [m.epoch for m in progress.history]
    tally.chart_faults += told != [*range(1, epochs + 1)]
    tally.chart_faults += _jumps(folder)
    csv = folder / "train" / "results.csv"
    table = csv.read_text().splitlines()[1:] if csv.exists() else []
    tally.chart_faults += [int(row.split(",")[0]) for row in table] != [*range(1, epochs + 1)]
    weights = folder / "train" / "weights"
    names = ("best.pt", "last.pt", resuming.FILE)
    tally.corrupt += sum(not resuming.is_sound(weights / name) for name in names)
    tally.scores += [m.metrics.get(HEADLINE, 0.0) for m in progress.history[-1:]]


def _jumps(folder: Path) -> int:
    """Epochs that were told although the one before them never was."""
    told, faults = 0, 0
    for event in read(folder):
        if isinstance(event, Measured):
            faults += event.epoch > told + 1
            told = max(told, event.epoch)
    return faults


def _wait(folder: Path, truth: Any) -> None:
    deadline = time.monotonic() + LONGEST_S
    while not truth():
        if time.monotonic() > deadline:
            raise TimeoutError(log_tail(folder))
        time.sleep(0.02)


def measure(kills: int, seed: int, what: str | None, epochs: int) -> dict[str, Any]:
    """The tally over as many runs as it takes."""
    wanted = [what or KINDS[i % len(KINDS)] for i in range(kills)]
    whole, began = Tally(), time.monotonic()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as place:
        _, alone = one_run(Path(place) / "alone", seed, epochs, [])
        number = 0
        while whole.kills < kills:
            number += 1
            root = Path(place) / str(number)
            kinds = wanted[whole.kills :][:KILLS_PER_RUN]
            _, tally = one_run(root, seed + number, epochs, kinds)
            _add(whole, tally)
            shutil.rmtree(root, ignore_errors=True)
            print(f"{whole.kills} of {kills} kills, {time.monotonic() - began:.0f} s", flush=True)
    return {
        "kills": whole.kills, "resumed": whole.resumed,
        "epochs_lost_max": whole.epochs_lost_max, "corrupt": whole.corrupt,
        "chart_faults": whole.chart_faults, "map_uninterrupted": alone.scores[0],
        "map_interrupted": sum(whole.scores) / max(len(whole.scores), 1),
        "seconds": round(time.monotonic() - began, 1),
    }  # fmt: skip


def _add(whole: Tally, one: Tally) -> None:
    whole.kills, whole.resumed = whole.kills + one.kills, whole.resumed + one.resumed
    whole.epochs_lost_max = max(whole.epochs_lost_max, one.epochs_lost_max)
    whole.corrupt += one.corrupt
    whole.chart_faults += one.chart_faults
    whole.scores += one.scores


def main() -> None:
    """Read the command line, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=4)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--what", choices=KINDS)
    parser.add_argument("--epochs", type=int, default=16)
    asked = parser.parse_args()
    print(json.dumps(measure(asked.kills, asked.seed, asked.what, asked.epochs)))


if __name__ == "__main__":
    main()
