"""How long runs take against what a dry run said before: `python -m tests.benchmarks.forecast`.

For each plan of a small grid: a dry run, then the run itself, in processes of their own. Once more
at the end, forecasts of the grid from the first plan's dry run alone, as the page shows them when a
knob is turned without trying again, and corrected by the runs before. JSON: `rows` (plan, forecast,
truth, signed error, load of the computer), `median_error`, `worst_error`, `within_20`,
`share_within_20`, the same for `derived` and `corrected`, `in_range`, `goal`.

`--clock processor` counts processor time instead of seconds on the wall: on a computer that does
other things as well, the wall says how busy it was and not how good the forecast is.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from dataclasses import replace
from itertools import product
from pathlib import Path
from statistics import median

from components.data import importing
from components.data.versions import counts_of
from components.jobs.job import progress_of
from components.jobs.process import APP_ROOT
from components.planning.dry_run import FILE, Trial, expect
from components.planning.machine import machine
from components.planning.plan import TrainingPlan
from components.runs import training, trying_out
from components.runs.foretold import MOST_OFF
from components.workspace import Workspace
from tests.benchmarks.drawn_datasets import draw_dataset

GOAL = 0.20


def work(module: str, folder: Path) -> None:
    """Run a job's worker to its end; its log stays in the folder."""
    with (folder / "log.txt").open("ab") as log:
        subprocess.run(
            [sys.executable, "-m", module, str(folder)],
            cwd=APP_ROOT, stdout=log, stderr=log, check=True,
        )  # fmt: skip


TRIALS = {"wall": trying_out.MODULE, "processor": "tests.benchmarks.processor_trial"}
TRUTHS = {"wall": "seconds", "processor": "cpu_seconds"}


def tried(workspace: Workspace, plan: TrainingPlan, clock: str) -> Trial:
    """A dry run of the plan."""
    folder = trying_out.start_trial(workspace, plan)
    if not (folder / FILE).is_file():
        work(TRIALS[clock], folder)
    return Trial.from_json((folder / FILE).read_text(encoding="utf-8"))


def took(workspace: Workspace, plan: TrainingPlan, clock: str) -> float:
    """Seconds that the run itself says it took."""
    run = training.start(workspace, plan)
    work(training.MODULE, run.folder)
    return float(progress_of(run.folder).told["time"][TRUTHS[clock]])


def measure(workspace: Workspace, plans: list[TrainingPlan], clock: str) -> dict[str, object]:
    """Forecast and truth of each plan, one after the other."""
    rows, first = [], None
    for plan in plans:
        trial = tried(workspace, plan, clock)
        first = first or trial
        counts = counts_of(workspace.datasets / plan.dataset, trial.version)
        parts = {"train": counts["train"], "val": counts["val"]}
        load = os.getloadavg() if hasattr(os, "getloadavg") else ()
        truth = took(workspace, plan, clock)
        said, far = expect(plan, trial, **parts), expect(plan, first, **parts)
        rows.append(
            {
                "image_size_px": plan.image_size_px, "frozen_layers": plan.frozen_layers,
                "epochs": plan.epochs, "batch": plan.batch, "trial_s": round(trial.took_s, 1),
                "forecast_s": round(said.seconds, 1), "low_s": round(said.low, 1),
                "high_s": round(said.high, 1), "truth_s": round(truth, 1),
                "error": round(said.seconds / truth - 1, 3),
                "in_range": said.low <= truth <= said.high,
                "derived_s": round(far.seconds, 1),
                "derived_error": round(far.seconds / truth - 1, 3),
                "load": [round(each, 1) for each in load],
            }
        )  # fmt: skip
        print(json.dumps(rows[-1]), file=sys.stderr, flush=True)
    learn(rows)
    return {"rows": rows, **summary(rows, "error"), "derived": summary(rows, "derived_error"),
            "corrected": summary(rows, "corrected_error"),
            "in_range": sum(bool(row["in_range"]) for row in rows), "goal": GOAL}  # fmt: skip


def learn(rows: list[dict[str, object]]) -> None:
    """Each forecast once more, corrected as the page does by those before it (`foretold`)."""
    known: list[float] = []
    for row in rows:
        said, truth = float(str(row["forecast_s"])), float(str(row["truth_s"]))
        share = min(max(median(known), 1 / MOST_OFF), MOST_OFF) if known else 1.0
        row["corrected_error"] = round(said * share / truth - 1, 3)
        known.append(truth / said)


def summary(rows: list[dict[str, object]], name: str) -> dict[str, object]:
    """Median and worst of the errors, and how many reach the goal."""
    errors = [abs(float(str(row[name]))) for row in rows]
    return {
        "median_error": median(errors), "worst_error": max(errors),
        "within_20": sum(error <= GOAL for error in errors), "of": len(errors),
        "share_within_20": round(sum(error <= GOAL for error in errors) / len(errors), 2),
    }  # fmt: skip


def main() -> None:
    """Read the command line and print the JSON."""
    ask = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    ask.add_argument("--data", type=Path, help="a data set's folder; a drawn one without it")
    ask.add_argument("--base", default="yolo26n.yaml")
    ask.add_argument("--pictures", type=int, default=120, help="of the drawn set")
    ask.add_argument("--sizes", type=int, nargs="+", default=[160])
    ask.add_argument("--freeze", type=int, nargs="+", default=[0, 11])
    ask.add_argument("--epochs", type=int, nargs="+", default=[3, 12])
    ask.add_argument("--clock", choices=TRIALS, default="wall")
    ask.add_argument("--batch", type=int, default=8)
    ask.add_argument("--device", default="auto")
    asked = ask.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        os.environ["TAILOR_WORKSPACE"] = folder
        workspace = Workspace.current()
        if asked.data:
            slug = importing.import_now(workspace, [asked.data], "measured")
        else:
            slug = draw_dataset(workspace, "measured", asked.pictures)
        device = machine(workspace).device(asked.device).key
        plain = TrainingPlan(
            dataset=slug, base=asked.base, batch=asked.batch, device=device, patience=0
        )
        plans = [
            replace(plain, image_size_px=size, frozen_layers=frozen, epochs=epochs)
            for size, frozen, epochs in product(asked.sizes, asked.freeze, asked.epochs)
        ]
        print(json.dumps({"device": machine(workspace).device(device).label, "clock": asked.clock,
                          **measure(workspace, plans, asked.clock)}, indent=1))  # fmt: skip


if __name__ == "__main__":
    main()
