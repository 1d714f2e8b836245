"""What the starter weights are worth: `python -m tests.benchmarks.starter --data PATH...`.

Each data set is learned by Tailor for the same few rounds from random numbers, from the starter,
and with `--official FILE` from official weights or a stand-in for them: same pictures, same order,
same settings, nothing frozen. The last line is a JSON list, per set `map_random, map_starter,
map_official, epochs, gain` (mAP50-95 of the best round on the validation part; gain is starter by
random) and `reached_at`, the round in which the starter was as good as random in its best one.
With `--keep FILE` what was measured is kept, and not measured again by the next call.
"""

import argparse
import hashlib
import json
import os
import sys
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any

from components.data.rows import PictureFilter, SplitOrigin
from components.data.store import Dataset
from components.planning import shipped
from components.planning.plan import TrainingPlan
from components.runs.store import Run
from components.workspace import Workspace
from tests.benchmarks.main_job import base_of, bring_in, in_tailor

BATCH = 8
LEAST_MAP = 0.001  # what stands for a model that has learned nothing, so that a gain can be told
STARTS = ("random", "starter", "official")


def main() -> None:
    """Measure and print."""
    asked = arguments()
    with tempfile.TemporaryDirectory() as folder:
        os.environ["TAILOR_WORKSPACE"] = folder
        workspace = Workspace.current()
        rows = [one_set(workspace, path, asked) for path in asked.data]
    print(json.dumps([row for row in rows if row]))


def arguments() -> argparse.Namespace:
    """What was asked for on the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, nargs="+", required=True, help="folders or archives")
    parser.add_argument("--official", type=Path, help="weights that have seen photographs")
    parser.add_argument("--pictures", type=int, default=80, help="at most so many to learn from")
    parser.add_argument("--epochs", type=int, default=10)
    parser.add_argument("--image-size", type=int, default=256)
    parser.add_argument("--starts", nargs="+", choices=STARTS, default=STARTS)
    parser.add_argument("--trainer", choices=("tuned", "reference"), default="tuned")
    parser.add_argument("--keep", type=Path, help="results of earlier calls")
    return parser.parse_args()


def one_set(workspace: Workspace, path: Path, asked: argparse.Namespace) -> dict[str, Any]:
    """One row of the result."""
    dataset = bring_in(workspace, path)
    thin_out(dataset, asked.pictures)
    plan = TrainingPlan(
        dataset=dataset.slug, epochs=asked.epochs, image_size_px=asked.image_size, batch=BATCH,
        device="cpu", patience=0, warmup_epochs=1.0, optimizer="AdamW", learning_rate=0.001,
        close_mosaic=2, frozen_layers=0, expert={"nbs": BATCH}, trainer=asked.trainer, seed=0,
    )  # fmt: skip
    curves = {
        start: curve
        for start, base in bases_of(workspace, asked).items()
        if (curve := measured(workspace, replace(plan, base=base), path, asked))
    }
    row: dict[str, Any] = {"set": path.parent.name if path.name == "export" else path.name}
    row |= {f"map_{start}": round(max(curve), 4) for start, curve in curves.items()}
    row["epochs"] = asked.epochs
    if {"random", "starter"} <= curves.keys():
        goal = max(curves["random"])
        row["gain"] = round(max(curves["starter"]) / max(goal, LEAST_MAP), 2)
        row["reached_at"] = next(
            (n for n, value in enumerate(curves["starter"], start=1) if value >= goal), None
        )
    print(json.dumps(row), flush=True)
    return row


def thin_out(dataset: Dataset, most: int) -> None:
    """Leave so many pictures to learn from, and a third as many to check with."""
    for part, left in (("train", most), ("val", max(10, most // 3))):
        spare = dataset.ids(PictureFilter(split=part))[left:]
        if spare:
            dataset.set_split(dict.fromkeys(spare, "test"), SplitOrigin("hand"))


def bases_of(workspace: Workspace, asked: argparse.Namespace) -> dict[str, str]:
    """What is compared, in plans' words."""
    every = {"random": "yolo26n.yaml", "starter": shipped.STARTER}
    if asked.official:
        every["official"] = base_of(workspace, str(asked.official))
    return {start: base for start, base in every.items() if start in asked.starts}


def measured(
    workspace: Workspace, plan: TrainingPlan, path: Path, asked: argparse.Namespace
) -> list[float]:
    """mAP50-95 after each round, from an earlier call where there is one."""
    facts = [str(path), plan.base, plan.epochs, plan.image_size_px, asked.pictures, asked.trainer]
    if plan.base == shipped.STARTER:
        facts.append(shipped.facts()["sha256"])
    key = hashlib.sha256(json.dumps(facts).encode()).hexdigest()[:16]
    kept: dict[str, list[float]] = {}
    if asked.keep and asked.keep.exists():
        kept = json.loads(asked.keep.read_text(encoding="utf-8"))
    if key not in kept:
        run: Run = in_tailor(workspace, plan)["run"]
        kept[key] = [
            float(each.metrics["metrics/mAP50-95(B)"]) for each in run.progress.history
        ]  # fmt: skip
        if asked.keep:
            asked.keep.write_text(json.dumps(kept), encoding="utf-8")
    print(f"{path} from {plan.base}: {kept[key]}", file=sys.stderr, flush=True)
    return kept[key]


if __name__ == "__main__":
    main()
