"""Starting a run, and its worker: `python -m components.runs.training FOLDER`.

`start` freezes the data, writes the plan and puts the run in line; it is all that a page calls.
The worker reads the plan, lets the trainer do the work, and tells the folder how it goes.
"""

import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

from components.data import in_place, split, store, versions
from components.errors import MemoryRanOut
from components.jobs.clock import steady
from components.jobs.events import Told, write
from components.jobs.job import progress_of, submit
from components.jobs.worker import Needle, at_work, heed_stop
from components.planning.arguments import ultralytics_arguments
from components.planning.machine import machine
from components.planning.plan import TrainingPlan
from components.runs import evaluation, foretold
from components.runs.base_weights import checked_base
from components.runs.batching import RULE, automatic_batch
from components.runs.making_way import make_way
from components.runs.remedies import (
    LossNotFinite,
    after_loss,
    clear_memory,
    find_remedy,
    make_lean,
    read_remedy,
)
from components.runs.room import forecast_bytes
from components.runs.store import PLAN_FILE, Run, RunStore
from components.runs.taking_up import checkpoint_of, take_up
from components.runs.telling import Teller
from components.runs.troubles import told_in_words
from components.ultralytics_quiet import quiet
from components.workspace import Workspace, demand_space, sync_folder

MODULE = "components.runs.training"


def start(workspace: Workspace, plan: TrainingPlan) -> Run:
    """Put a run in line; the supervisor starts it when no other run has its device.

    The device is decided here when the plan leaves it open, so that the plan on the disk says
    what was used.

    Raises:
        DatasetError: The data set is not there or cannot be trained on.
        DiskFull: There is no room for the run's weights.
    """
    dataset = store.find(workspace, plan.dataset)
    split.demand_usable(dataset)
    in_place.demand_as_left(dataset)
    demand_space(workspace.runs, forecast_bytes(workspace, plan.base), "the weights of this run")
    device = machine(workspace).device("auto").key if plan.device == "auto" else plan.device
    plan = replace(plan, version=versions.freeze(dataset), device=device)
    run = RunStore(workspace).create(plan)
    make_way(workspace, lane_of(device))
    submit(run.folder, MODULE, lane_of(device), resumes=True)
    return RunStore(workspace).get(run.slug)


def lane_of(device: str) -> str:
    """The line in which runs on this device wait: "cpu", "mps", "cuda:0" ..."""
    return "cuda:0" if device == "cuda" else device.split(",")[0]


def train(folder: Path) -> None:
    """Train as the folder's plan says, from the newest whole checkpoint if there is one.

    Where memory runs out or the loss is no longer a number, it goes back to that checkpoint with
    a remedy, and says so.

    Raises:
        AppError: Something a person can put right.
        StopAsked: The user stopped it before anything was learned.
        PauseAsked: It is to go on later.
    """
    workspace = Workspace(folder.resolve().parents[1])
    quiet(workspace.cache / "ultralytics")
    needle = Needle(folder)
    needle.show("Getting ready")
    plan = TrainingPlan.from_json((folder / PLAN_FILE).read_text(encoding="utf-8"))
    seconds = _attempt(workspace, plan, folder, needle)
    while seconds is None:
        clear_memory()
        seconds = _attempt(workspace, plan, folder, needle)
    used = {"seconds": round(seconds, 3), "cpu_seconds": round(time.process_time(), 3)}
    write(folder, Told("time", used))
    foretold.conclude(folder, plan, seconds=seconds, told=progress_of(folder))


def _attempt(
    workspace: Workspace, plan: TrainingPlan, folder: Path, needle: Needle
) -> float | None:
    """Train to the end; None when a remedy was found for what went wrong.

    Returns:
        Seconds of work in all, those before an interruption included.
    """
    began = steady()  # loading the trainer, which takes seconds, is part of the work
    remedy = after_loss(folder, plan, read_remedy(folder))
    try:
        with told_in_words(plan):
            arguments = prepare(workspace, plan, folder)
            heed_stop(folder)
            needle.show("Loading the trainer")
            checkpoint = checkpoint_of(plan, folder)
            before = float(checkpoint.state["elapsed_s"]) if checkpoint else 0.0
            before += steady() - began
            teller = Teller(folder, plan, needle, seconds_before=before)
            arguments["batch"] = remedy.batch or arguments["batch"]
            if checkpoint is not None and not remedy.batch:
                arguments["batch"] = checkpoint.state["batch"]
            make_lean(arguments, remedy)
            trainer = build_trainer(plan, arguments, teller)
            take_up(trainer, checkpoint, remedy)
            trainer.train()
            _conclude(folder, plan, trainer)
    except (MemoryRanOut, LossNotFinite) as error:
        if not find_remedy(folder, plan, error, remedy):
            raise
        return None
    return teller.elapsed_s


def prepare(workspace: Workspace, plan: TrainingPlan, folder: Path) -> dict[str, Any]:
    """The trainer's arguments, with the data laid out and the base model checked.

    Raises:
        DatasetError: The version or one of its pictures is gone.
        WeightsError: The base model is not there or was never checked.
    """
    dataset_folder = workspace.datasets / plan.dataset
    data_yaml = versions.materialise(dataset_folder, plan.version)
    arguments = ultralytics_arguments(
        plan,
        data_yaml=data_yaml,
        base_path=checked_base(workspace, plan.base),
        project=folder.resolve(),
    )
    if plan.batch == 0 and not plan.device.startswith("cuda"):
        pictures = versions.counts_of(dataset_folder, plan.version)["train"]
        arguments["batch"] = automatic_batch(pictures, plan.image_size_px)
        write(folder, Told("notes", {"batch": RULE}))
    return arguments


def build_trainer(plan: TrainingPlan, arguments: dict[str, Any], teller: Teller) -> Any:
    """The trainer with its model and data not yet loaded. Imports torch, which takes seconds."""
    from components.runs.mixed_precision import use_own_check
    from components.runs.trainer import trainer_class

    use_own_check()
    made = trainer_class(plan.task, plan.trainer)
    return made(overrides=arguments, _callbacks=teller.callbacks())


def _conclude(folder: Path, plan: TrainingPlan, trainer: Any) -> None:
    """Keep how good the best weights are, also after a Stop."""
    from components.runs.trainer import evaluate

    facts = evaluate(trainer) if plan.trainer == "reference" else trainer.evaluation
    if facts is not None:
        evaluation.write(folder, facts)
        sync_folder(folder)


if __name__ == "__main__":
    job_folder = Path(sys.argv[1])
    with at_work(job_folder):
        train(job_folder)
