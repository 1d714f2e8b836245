"""How soon a first useful detector is there: the preset "Quick look" beside "Balanced".

`python -m tests.benchmarks.quick_look --data PATH [--base W] [--seed N] [--full-epochs E]`

Both presets train with Tailor's trainer, each in a process of its own, from the order to the end.
The last line is JSON; `share` is the quick look's mAP50 by the full plan's. Goal: at least 0.8 in
60 s for 200 pictures on two cores. The default base is `yolo26n.yaml`, an untrained model, with
which the preset freezes nothing; name weights that have seen photographs for the real thing.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any

from components.data import versions
from components.data.store import Dataset
from components.planning.freezing import BaseKind
from components.planning.plan import TrainingPlan
from components.planning.presets import Situation, preset_values
from components.runs.tuning.levers import ALL
from components.workspace import Workspace
from tests.benchmarks.main_job import base_of, bring_in
from tests.benchmarks.trainer import Trained, trained

EXPERT = "expert."


def main() -> None:
    """Measure and print."""
    asked = arguments()
    with tempfile.TemporaryDirectory() as folder:
        os.environ["TAILOR_WORKSPACE"] = folder
        workspace = Workspace.current()
        dataset = bring_in(workspace, asked.data)
        base = base_of(workspace, asked.base)
        # Unmeasured: whoever comes first would pay for reading torch from the disk.
        subprocess.run([sys.executable, "-c", "import ultralytics"], check=True)
        plans = [plan_of(dataset, base, preset, asked.seed) for preset in ("quick", "balanced")]
        if asked.full_epochs:
            plans[1] = replace(plans[1], epochs=asked.full_epochs)
        quick, full = (trained(workspace, dataset, plan, sorted(ALL)) for plan in plans)
        print(json.dumps(report(dataset, plans, quick, full)))


def arguments() -> argparse.Namespace:
    """What was asked for on the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True, help="folder or archive")
    parser.add_argument("--base", default="yolo26n.yaml", help="weights file or architecture")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--full-epochs", type=int, default=0, help="0: as the preset has it")
    return parser.parse_args()


def plan_of(dataset: Dataset, base: str, preset: str, seed: int) -> TrainingPlan:
    """The plan that a press on the preset makes, on the processor."""
    is_new = base.endswith((".yaml", ".yml"))
    kind = BaseKind.SCRATCH if is_new else BaseKind.PHOTOGRAPHS
    pictures = dataset.summary().train
    values = preset_values(preset, Situation(pictures, base_kind=kind))
    expert = {name.removeprefix(EXPERT): value for name, value in values.items() if EXPERT in name}
    knobs: dict[str, Any] = {name: value for name, value in values.items() if EXPERT not in name}
    return TrainingPlan(
        dataset=dataset.slug, base=base, version=versions.freeze(dataset), device="cpu",
        seed=seed, expert=expert, **knobs,
    )  # fmt: skip


def report(
    dataset: Dataset, plans: list[TrainingPlan], quick: Trained, full: Trained
) -> dict[str, Any]:
    """The line that is printed last."""
    return {
        "pictures": dataset.summary().train,
        "quick": {"epochs": plans[0].epochs, "image_size": plans[0].image_size_px,
                  "freeze": plans[0].frozen_layers, "seconds": round(quick.seconds, 1),
                  "cpu": round(quick.cpu, 1), "map50": round(quick.found, 4)},
        "full": {"epochs": plans[1].epochs, "image_size": plans[1].image_size_px,
                 "seconds": round(full.seconds, 1), "map50": round(full.found, 4)},
        "share": round(quick.found / max(full.found, 1e-9), 3),
    }  # fmt: skip


if __name__ == "__main__":
    main()
