"""The dry run: a few real batches with the plan, on the person's own pictures and device.

`python -m components.runs.trying_out FOLDER` is the worker. The trainer, its loader and its
arguments are those of a real run; it is left after about twenty seconds of work, and nothing that
it learned is kept.
"""

import json
import shutil
import sys
import time
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import fmean
from typing import Any

from components.data import split, store, versions
from components.errors import PlanError, RunError
from components.jobs.clock import steady
from components.jobs.events import State, Told, write
from components.jobs.job import ask, job_of, lives, progress_of, submit
from components.jobs.worker import Needle, at_work, heed_stop, read_needle
from components.planning.dry_run import FILE, PREFIX, Trial, key_of, machine_words, recipe_weight
from components.planning.dry_run import weights_mark as mark_of
from components.planning.machine import machine
from components.planning.plan import TrainingPlan
from components.runs.base_weights import checked_base
from components.runs.stopwatch import EnoughSeen, Stopwatch
from components.runs.store import PLAN_FILE
from components.runs.training import lane_of, prepare
from components.runs.troubles import told_in_words
from components.ultralytics_quiet import quiet
from components.workspace import Workspace, write_atomic

MODULE = "components.runs.trying_out"
NEVER = 100_000  # epochs
MOST_KEPT = 40  # dry runs; a few kilobytes each


@dataclass(frozen=True, slots=True)
class TrialView:
    """A dry run as a page shows it.

    Attributes:
        folder: Its job's folder.
        state: Where it stands; None when it was never asked for.
        needle: `phase` (words), `done`, `total`; empty before it began.
        trouble: What happened and what to do, when it failed.
    """

    folder: Path
    state: State | None
    needle: dict[str, Any]
    trouble: tuple[str, str] | None

    @property
    def is_going_on(self) -> bool:
        """Whether it waits or runs."""
        return self.state is not None and not self.state.is_over


def decided(workspace: Workspace, plan: TrainingPlan) -> TrainingPlan:
    """The plan with its device chosen and its data frozen, as a run would have it.

    Raises:
        PlanError: The device is not there.
        DatasetError: The data set is not there or cannot be trained on.
    """
    dataset = store.find(workspace, plan.dataset)
    split.demand_usable(dataset)
    here = machine(workspace)
    device = here.device("auto").key if plan.device == "auto" else plan.device
    if lane_of(device) not in [each.key for each in here.devices]:
        raise PlanError(
            f"The device {plan.device} is not there any more.",
            "Choose another device on the Plan page.",
        )
    return replace(plan, version=versions.freeze(dataset), device=device)


def start_trial(workspace: Workspace, plan: TrainingPlan) -> Path:
    """Put a dry run in line, on the lane of its device: beside a training it would measure both.

    A training that is started meanwhile ends it; see `making_way`.

    Returns:
        The job's folder; one that goes on or is known already is not started again.

    Raises:
        DatasetError: The data set cannot be trained on.
        WeightsError: The base model is not there or was never checked.
    """
    plan = decided(workspace, plan)
    checked_base(workspace, plan.base)
    folder = folder_of(workspace, plan)
    put_in_line(workspace, folder, plan, MODULE, leaves=FILE)
    return folder


def put_in_line(
    workspace: Workspace, folder: Path, plan: TrainingPlan, module: str, *, leaves: str
) -> None:
    """Submit a worker that tries a decided plan, in a fresh folder.

    Nothing is done where one goes on, or has left its result in the file named `leaves`.
    """
    if (folder / leaves).is_file() or (job_of(folder) and not progress_of(folder).state.is_over):
        return
    _sweep(workspace, folder.name.partition("-")[0])
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    write_atomic(folder / PLAN_FILE, plan.to_json())
    submit(folder, module, lane_of(plan.device))


def folder_of(workspace: Workspace, plan: TrainingPlan) -> Path:
    """Where the dry run of a decided plan lies, whether it was made or not."""
    words = machine_words(machine(workspace), plan.device)
    key = key_of(plan, mark_of(workspace, plan.base), words)
    return workspace.cache / f"{PREFIX}{key}"


def trial_view(folder: Path) -> TrialView:
    """Where a dry run stands. Cheap enough to ask every second."""
    if job_of(folder) is None:
        return TrialView(folder, None, {}, None)
    progress = progress_of(folder)
    trouble = progress.trouble
    told = (trouble.what, trouble.fix) if trouble else None
    return TrialView(folder, progress.state, read_needle(folder), told)


def cancel(folder: Path) -> None:
    """Ask it to leave; it does after the batch in progress."""
    if folder.is_dir():
        ask(folder, "stop")


def forget(folder: Path) -> None:
    """Throw a dry run that is over away, to try anew."""
    if not trial_view(folder).is_going_on:
        shutil.rmtree(folder, ignore_errors=True)


def dataset_of(folder: Path) -> str:
    """The data set that a dry run is for; "" when its plan cannot be read."""
    try:
        text = (folder / PLAN_FILE).read_text(encoding="utf-8")
        return TrainingPlan.from_json(text).dataset
    except (OSError, PlanError):
        return ""


def tried(folder: Path) -> Trial:
    """The worker's work.

    Raises:
        AppError: Something a person can put right.
        StopAsked: The user cancelled it.
    """
    began = steady()
    workspace = Workspace(folder.resolve().parents[1])
    quiet(workspace.cache / "ultralytics")
    needle = Needle(folder, per_second=4)
    needle.show("Getting ready")
    plan = TrainingPlan.from_json((folder / PLAN_FILE).read_text(encoding="utf-8"))
    with told_in_words(plan):
        arguments = prepare(workspace, plan, folder)
        heed_stop(folder)
        needle.show("Loading the trainer")
        watch = Stopwatch(folder, needle, began)
        try:
            _run(plan, arguments, watch)
        finally:
            shutil.rmtree(folder / "train", ignore_errors=True)
    trial = _figures(workspace, plan, watch, steady() - began)
    write_atomic(folder / FILE, trial.to_json())
    write(folder, Told("trial", json.loads(trial.to_json())))
    return trial


def _run(plan: TrainingPlan, arguments: dict[str, Any], watch: Stopwatch) -> None:
    from components.runs.mixed_precision import use_own_check
    from components.runs.trainer import trainer_class

    use_own_check()
    # It never comes to its last epochs, which are unlike the others; the watch ends it.
    arguments.update(epochs=NEVER, patience=0)
    trainer = trainer_class(plan.task, plan.trainer)(
        overrides=arguments, _callbacks=watch.callbacks()
    )
    with suppress(EnoughSeen):
        trainer.train()


def _figures(workspace: Workspace, plan: TrainingPlan, watch: Stopwatch, took_s: float) -> Trial:
    if not watch.batches:
        raise RunError(
            "The dry run ended before a single batch was done.",
            "Choose a smaller batch or picture size and try again.",
        )
    counts = versions.counts_of(workspace.datasets / plan.dataset, plan.version)
    mean, error = watch.batch_s()
    return Trial(
        base=plan.base, weights=mark_of(workspace, plan.base), device=plan.device,
        machine=machine_words(machine(workspace), plan.device), trainer=plan.trainer,
        recipe=recipe_weight(plan.recipe), dataset=plan.dataset, version=plan.version,
        frozen_layers=plan.frozen_layers, image_size_px=watch.image_size_px, batch=watch.batch,
        train=counts["train"], val=counts["val"], at=time.time(), took_s=round(took_s, 2),
        startup_s=watch.startup_s(), batch_s=mean, batch_error_s=error, batches=len(watch.batches),
        check_s=watch.check_s(), rest_s=watch.rest_s(), memory_bytes=watch.memory_bytes,
        memory_total_bytes=watch.memory_total_bytes, resting_bytes=watch.resting_bytes,
        steps=watch.steps, kept=watch.kept, step_s=watch.step_s(),
        last_check_s=watch.last_check_s(), end_s=watch.end_s(),
        plain_s=fmean(watch.plain) if watch.plain else 0.0,
        left_out=_left_out(workspace, plan, watch.pictures),
    )  # fmt: skip


def _left_out(workspace: Workspace, plan: TrainingPlan, used: set[str]) -> tuple[str, ...]:
    """Names of the pictures that the version holds and the trainer did not take.

    Without the number that a version puts before each, which a person has never seen.
    """
    _, records = versions.read(workspace.datasets / plan.dataset, plan.version)
    wanted = {record["file"] for record in records if record["split"] in ("train", "val")}
    return tuple(sorted(file.partition("-")[2] for file in wanted - used)) if used else ()


def _sweep(workspace: Workspace, kind: str) -> None:
    """Keep the newest of a kind, as far as they are over."""
    folders = [path.parent for path in workspace.cache.glob(f"{kind}-*/{PLAN_FILE}")]
    over = [folder for folder in folders if not lives(folder) and _is_over(folder)]
    over.sort(key=lambda folder: -folder.stat().st_mtime)
    for folder in over[MOST_KEPT:]:
        shutil.rmtree(folder, ignore_errors=True)


def _is_over(folder: Path) -> bool:
    return progress_of(folder).state.is_over


def main() -> None:
    """Do the job of the folder named on the command line."""
    folder = Path(sys.argv[1])
    with at_work(folder):
        tried(folder)


if __name__ == "__main__":
    main()
