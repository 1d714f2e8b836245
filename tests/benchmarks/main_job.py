"""The main job without a browser: data in, fine-tuned model out, beside bare Ultralytics.

`python -m tests.benchmarks.main_job --data PATH --epochs N --image-size S [--task T] [--base FILE]`

Everything happens in a temporary workspace, as the pages would do it: the data are imported, dealt
into parts if they have none, frozen, and trained by a worker that a supervisor thread starts. Then
bare Ultralytics trains on the same files with the same arguments, in a process of its own with the
same priority. The last line is JSON; `overhead` is seconds in Tailor by seconds bare, in both from
the order to the end, start of the process and last validation included. `overhead_cpu` is
the same of processor seconds of the two processes, which other work on the computer disturbs less.
With `--rounds` both run that often, in turn; seconds and overheads are then medians.

The data set is used for the task `--task`, as the Data page would set it; where that is to sort
pictures and the labels are drawn on them, crops are made of it first. `map50` and `map50_95` are
those of what the task finds: of masks, poses, turned boxes; to sort pictures has `top1`, `top5`.
"""

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from components.data import crops, kinds, split, store, versions
from components.data.store import Dataset
from components.jobs.events import State
from components.jobs.job import log_tail, wait
from components.jobs.process import start_detached
from components.jobs.supervisor import Supervisor
from components.planning.arguments import ultralytics_arguments
from components.planning.plan import TrainingPlan
from components.runs import evaluation
from components.runs.base_weights import checked_base
from components.runs.store import Run, RunStore
from components.runs.training import start
from components.tasks import TASKS, LabelShape
from components.workspace import Workspace

A_DAY_S = 86_400.0


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
            image_size_px=asked.image_size, batch=asked.batch, device=asked.device,
            patience=0, trainer=asked.trainer, seed=asked.seed,
        )  # fmt: skip
        # Unmeasured: whoever comes first would pay for reading torch from the disk.
        subprocess.run([sys.executable, "-c", "import ultralytics, albumentations"], check=True)
        rounds = [one_round(workspace, plan, number) for number in range(asked.rounds)]
        print(json.dumps(report(dataset, rounds)))


def arguments() -> argparse.Namespace:
    """What was asked for on the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True, help="folder or archive")
    parser.add_argument("--epochs", type=int, required=True)
    parser.add_argument("--image-size", type=int, required=True)
    parser.add_argument("--task", choices=[*TASKS], default="detect")
    parser.add_argument("--base", help="weights file or architecture; untrained without it")
    parser.add_argument("--batch", type=int, default=16)
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--trainer", choices=("tuned", "reference"), default="tuned")
    parser.add_argument("--rounds", type=int, default=1)
    return parser.parse_args()


def untrained(task: str) -> str:
    """The smallest architecture of the task, that has learned nothing."""
    return f"yolo26n{TASKS[task].weights_suffix}.yaml"


def bring_in(workspace: Workspace, path: Path, task: str = "detect") -> Dataset:
    """The data as a data set for the task, with parts."""
    from components.data.importing import import_now

    dataset = store.find(workspace, import_now(workspace, [path.resolve()], path.stem))
    found = kinds.shapes(dataset)
    if task == "classify" and not found.get(LabelShape.WHOLE):
        dataset = store.find(workspace, crops.make(workspace, dataset).slug)
    elif task != dataset.task:
        dataset = kinds.set_task(dataset, task)
    if split.ensure_usable(dataset):
        split.redeal(dataset)
    return dataset


def base_of(workspace: Workspace, base: str) -> str:
    """The base under its name in plans; a weights file is checked and let in."""
    if base.endswith((".yaml", ".yml")):
        return base
    from components.jobs.warm import shared
    from components.models.weights import admit

    name = admit(workspace, Path(base).resolve(), "given to the benchmark")
    shared().close()
    return name


def one_round(workspace: Workspace, plan: TrainingPlan, number: int) -> dict[str, Any]:
    """Both once; who comes first changes from round to round."""
    facts: dict[str, Any] = {}
    for tailor in (number % 2 == 0, number % 2 == 1):
        facts |= in_tailor(workspace, plan) if tailor else bare(workspace, plan, number)
    facts["overhead"] = facts["seconds"] / facts["seconds_bare"]
    facts["overhead_cpu"] = facts["cpu"] / facts["cpu_bare"]
    print(f"round {number + 1}: {json.dumps({**facts, 'run': facts['run'].slug})}", flush=True)
    return facts


def in_tailor(workspace: Workspace, plan: TrainingPlan) -> dict[str, Any]:
    """The run as a person starts it; ends the program when it fails."""
    forget_label_caches(workspace, plan)
    supervisor = Supervisor([workspace.runs], workspace.root / ".supervisor.lock")
    supervisor.start()
    began = time.monotonic()
    run = start(workspace, plan)
    supervisor.wake()
    progress = wait(run.folder, A_DAY_S)
    seconds = time.monotonic() - began
    supervisor.close()
    if progress.state is not State.FINISHED:
        sys.exit(f"{progress.state}: {progress.trouble}\n{log_tail(run.folder)}")
    cpu = progress.told["time"]["cpu_seconds"]
    return {"seconds": seconds, "cpu": cpu, "run": RunStore(workspace).get(run.slug)}


def bare(workspace: Workspace, plan: TrainingPlan, number: int) -> dict[str, Any]:
    """The same by Ultralytics alone."""
    forget_label_caches(workspace, plan)
    folder = workspace.cache / f"bare-{number}"
    folder.mkdir()
    dataset_folder = workspace.datasets / plan.dataset
    version = versions.freeze(store.open_dataset(dataset_folder))
    given = ultralytics_arguments(
        plan,
        data_yaml=versions.materialise(dataset_folder, version),
        base_path=checked_base(workspace, plan.base),
        project=folder,
    )
    (folder / "arguments.json").write_text(json.dumps(given), encoding="utf-8")
    began = time.monotonic()
    process = start_detached("tests.benchmarks.bare_training", folder)
    if process.wait() != 0:
        sys.exit(log_tail(folder))
    seconds = time.monotonic() - began
    scores = json.loads((folder / "scores.json").read_text(encoding="utf-8"))
    return {
        "seconds_bare": seconds,
        "cpu_bare": scores["cpu_seconds"],
        "scores_bare": [scores[metric.key] for metric in TASKS[plan.task].metrics[:2]],
    }


def forget_label_caches(workspace: Workspace, plan: TrainingPlan) -> None:
    """What the first to train leaves beside the labels would help the second."""
    shutil.rmtree(workspace.datasets / plan.dataset / "versions", ignore_errors=True)


def report(dataset: Dataset, rounds: list[dict[str, Any]]) -> dict[str, Any]:
    """The line that is printed last."""
    run: Run = rounds[0]["run"]
    facts = evaluation.read(run) or {}
    counts, (first, second) = dataset.summary(), TASKS[run.plan.task].metrics[:2]
    names = ("top1", "top5") if run.plan.task == "classify" else ("map50_95", "map50")
    return {
        "task": run.plan.task,
        "images": counts.pictures,
        "annotations": counts.boxes,
        "classes": counts.classes,
        "epochs_drawn": len(run.progress.history),
        names[0]: facts["metrics"][first.key],
        names[1]: facts["metrics"][second.key],
        f"{names[0]}_bare": round(rounds[0]["scores_bare"][0], 5),
        "weights_bytes": facts["weights_bytes"],
        "seconds": round(statistics.median(each["seconds"] for each in rounds), 2),
        "seconds_bare": round(statistics.median(each["seconds_bare"] for each in rounds), 2),
        "overhead": round(statistics.median(each["overhead"] for each in rounds), 4),
        "overhead_cpu": round(statistics.median(each["overhead_cpu"] for each in rounds), 4),
    }


if __name__ == "__main__":
    main()
