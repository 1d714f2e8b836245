"""The tuned trainer beside plain Ultralytics: the same plan, in turn, in one run.

`python -m tests.benchmarks.trainer --data PATH [--task T] [--base W] [--freeze N] [--epochs E]
[--image-size S] [--batch B] [--seeds K] [--device D] [--levers]
[--without LEVER ...]`

For each seed both train in a process of their own, from the order to the end: start of the
process and last validation included; who comes first changes from seed to seed. With `--levers`
a training with all levers and one without each of them follow, with seed 0: a lever's share is
the time without it by the time with all. Seconds (`_s`) are medians over the seeds. `cpu_` is
processor time, which other work on the computer disturbs less, but which does not see what is done
at the same time. `time_to_map_ratio` compares the moments at which 95 % of plain Ultralytics' best
mAP50-95 (top-1 where pictures are sorted) are reached, by each trainer's own clock. On a computer
that is busy with other things `--without threads` compares processor time more fairly. The last
line is JSON.
"""

import argparse
import csv
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from components.data import versions
from components.data.store import Dataset
from components.jobs.job import log_tail
from components.jobs.process import start_detached
from components.planning.arguments import ultralytics_arguments
from components.planning.machine import cores
from components.planning.plan import TrainingPlan
from components.runs.base_weights import checked_base
from components.runs.tuning.levers import ALL, LEVERS, serving
from components.tasks import TASKS
from components.workspace import Workspace
from tests.benchmarks.main_job import base_of, bring_in, untrained

ENOUGH = 0.95  # of plain's best, for the time to mAP


@dataclass(frozen=True)
class Trained:
    """One training: seconds, the task's headline at the end, (seconds, headline) of its epochs.

    `found` is how much it finds at half an overlap (mAP50); of sorted pictures the headline.
    """

    seconds: float
    cpu: float
    quality: float
    course: list[tuple[float, float]]
    found: float


def main() -> None:
    """Measure and print."""
    asked = arguments()
    with tempfile.TemporaryDirectory() as folder:
        os.environ["TAILOR_WORKSPACE"] = folder
        workspace = Workspace.current()
        dataset = bring_in(workspace, asked.data, asked.task)
        plan = TrainingPlan(
            dataset=dataset.slug, task=asked.task, epochs=asked.epochs,
            base=base_of(workspace, asked.base or untrained(asked.task)),
            image_size_px=asked.image_size, batch=asked.batch, device=asked.device, patience=0,
            frozen_layers=asked.freeze, warmup_epochs=1.0, version=versions.freeze(dataset),
            close_mosaic=max(1, asked.epochs // 5),
            expert={"nbs": asked.nominal_batch or asked.batch},
        )  # fmt: skip
        # Unmeasured: whoever comes first would pay for reading torch from the disk.
        subprocess.run([sys.executable, "-c", "import ultralytics"], check=True)
        wanted = serving(asked.task, ALL - {*asked.without})
        rounds = [one_round(workspace, dataset, plan, seed, wanted) for seed in range(asked.seeds)]
        per_lever = shares(workspace, dataset, plan, wanted) if asked.levers else {}
        print(json.dumps(report(asked, rounds, per_lever)))


def arguments() -> argparse.Namespace:
    """What was asked for on the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True, help="folder or archive")
    parser.add_argument("--task", choices=[*TASKS], default="detect")
    parser.add_argument("--base", help="weights file or architecture; untrained without it")
    parser.add_argument("--freeze", type=int, default=0)
    parser.add_argument("--epochs", type=int, default=12)
    parser.add_argument("--image-size", type=int, default=320)
    parser.add_argument("--batch", type=int, default=16, help="Ultralytics' own default")
    parser.add_argument("--nominal-batch", type=int, help="pictures per step (nbs); as --batch")
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--without", nargs="*", default=[], choices=[*LEVERS], help="left out")
    parser.add_argument("--levers", action="store_true", help="measure each lever's share, too")
    return parser.parse_args()


def one_round(
    workspace: Workspace, dataset: Dataset, plan: TrainingPlan, seed: int, wanted: frozenset[str]
) -> tuple[Trained, Trained]:
    """Plain and tuned with one seed."""
    done: dict[bool, Trained] = {}
    for tuned in (seed % 2 == 1, seed % 2 == 0):
        levers = sorted(wanted) if tuned else None
        done[tuned] = trained(workspace, dataset, replace(plan, seed=seed), levers)
    plain, ours = done[False], done[True]
    print(
        f"seed {seed}: plain {plain.seconds:.1f} s ({plain.cpu:.1f} of the processor), "
        f"mAP {plain.quality:.4f}; Tailor {ours.seconds:.1f} s ({ours.cpu:.1f}), "
        f"mAP {ours.quality:.4f}; others' load {os.getloadavg()[0]:.1f}", flush=True,
    )  # fmt: skip
    return plain, ours


def trained(
    workspace: Workspace, dataset: Dataset, plan: TrainingPlan, levers: list[str] | None
) -> Trained:
    """One training; ends the program when it fails."""
    folder = Path(tempfile.mkdtemp(dir=workspace.cache))
    data_yaml = versions.materialise(workspace.datasets / dataset.slug, plan.version)
    for left in data_yaml.parent.rglob("*.cache"):  # it would help the second to train
        left.unlink()
    base = checked_base(workspace, plan.base)
    given = ultralytics_arguments(plan, data_yaml=data_yaml, base_path=base, project=folder)
    (folder / "arguments.json").write_text(json.dumps(given), encoding="utf-8")
    (folder / "levers.json").write_text(json.dumps(levers), encoding="utf-8")
    began = time.monotonic()
    process = start_detached("tests.benchmarks.lever_training", folder)
    if process.wait() != 0:
        sys.exit(log_tail(folder))
    seconds = time.monotonic() - began
    scores = json.loads((folder / "scores.json").read_text(encoding="utf-8"))
    quality = TASKS[plan.task].headline.key
    with (folder / "train" / "results.csv").open(encoding="utf-8") as file:
        course = [(float(row["time"]), float(row[quality])) for row in csv.DictReader(file)]
    found = scores.get(quality.replace("50-95", "50"), scores[quality])
    return Trained(seconds, scores["cpu_seconds"], scores[quality], course, found)


def shares(
    workspace: Workspace, dataset: Dataset, plan: TrainingPlan, wanted: frozenset[str]
) -> dict[str, Any]:
    """Time without each lever by time with all of them: above 1 it pays."""
    with_all = trained(workspace, dataset, plan, sorted(wanted))
    found = {}
    for lever in sorted(wanted):
        without = trained(workspace, dataset, plan, sorted(wanted - {lever}))
        found[lever] = {
            "wall": round(without.seconds / with_all.seconds, 3),
            "cpu": round(without.cpu / with_all.cpu, 3),
            "map_without": round(without.quality, 4),
        }
        print(f"without {lever}: {found[lever]}", flush=True)
    return found


def report(
    asked: argparse.Namespace, rounds: list[tuple[Trained, Trained]], per_lever: dict[str, Any]
) -> dict[str, Any]:
    """The line that is printed last."""
    plain, ours = [each[0] for each in rounds], [each[1] for each in rounds]
    to_map = [moment(t, p) / moment(p, p) for p, t in rounds if moment(t, p)]
    return {
        "data": asked.data.name if asked.data.name != "export" else asked.data.parent.name,
        "task": asked.task, "epochs": asked.epochs, "image_size": asked.image_size,
        "batch": asked.batch,
        "freeze": asked.freeze, "device": asked.device, "cores": cores(), "without": asked.without,
        "plain_s": round(statistics.median(each.seconds for each in plain), 1),
        "tailor_s": round(statistics.median(each.seconds for each in ours), 1),
        "ratio": round(statistics.median(t.seconds / p.seconds for p, t in rounds), 3),
        "cpu_ratio": round(statistics.median(t.cpu / p.cpu for p, t in rounds), 3),
        "map_plain": spread([each.quality for each in plain]),
        "map_tailor": spread([each.quality for each in ours]),
        "time_to_map_ratio": round(statistics.median(to_map), 3) if to_map else None,
        "per_lever": per_lever,
    }  # fmt: skip


def moment(trained: Trained, plain: Trained) -> float | None:
    """Seconds into the training at which most of plain's best mAP was reached; None if never."""
    wanted = ENOUGH * max(quality for _, quality in plain.course)
    if not wanted:
        return None  # nothing was learned that could be reached
    return next((seconds for seconds, quality in trained.course if quality >= wanted), None)


def spread(values: list[float]) -> list[float]:
    """Mean and standard deviation."""
    deviation = statistics.stdev(values) if len(values) > 1 else 0.0
    return [round(statistics.mean(values), 4), round(deviation, 4)]


if __name__ == "__main__":
    main()
