"""A worker that finds a checkpoint goes on from it, and tells from where and why."""

import time
from pathlib import Path
from typing import Any

from components.jobs.events import (
    Event,
    Failed,
    Finished,
    Interrupted,
    Lost,
    Measured,
    Paused,
    Resumed,
    Started,
    Stopped,
    Told,
    event_of,
    read,
    write,
)
from components.planning.plan import TrainingPlan
from components.runs import best_weights, checkpoints, resuming
from components.runs.remedies import TOPIC, Remedy
from components.runs.resuming import Checkpoint

LOST = "Its process had ended without a word."
KILLED = "Its process had been ended by force."
_WHY: dict[type, str] = {
    Lost: LOST,
    Paused: "It had been paused.",
    Stopped: "It had been stopped.",
    Failed: "It had failed.",
    Interrupted: "It had been broken off.",
    Finished: "It was given more epochs.",
}


def checkpoint_of(plan: TrainingPlan, folder: Path) -> Checkpoint | None:
    """What the run goes on from; told to the folder. None when it begins at the beginning."""
    for part in (folder / "train" / "weights").glob(f"*{checkpoints.PART}"):
        part.unlink(missing_ok=True)  # half written by the worker before
    checkpoint, story = resuming.newest(folder), list(read(folder))
    why = why_again(story)
    if checkpoint is None:
        if sum(isinstance(event, Started) for event in story) > 1:
            _tell(folder, 0, plan, f"{why} There is no whole checkpoint, so it begins anew.")
        return None
    if checkpoint.skipped:
        why += f" {', '.join(checkpoint.skipped)} was damaged; the checkpoint before it is used."
    _tell_what_was_kept(folder, story, checkpoint)
    mended = best_weights.mend(folder / "train" / "weights" / "best.pt")
    why += f" {mended}" if mended else ""
    _tell(folder, checkpoint.epoch, plan, why)
    if plan.epochs > int(checkpoint.state["epochs"]):
        write(folder, Told("early", {}))  # it ended early under the plan of before
    return checkpoint


def _tell_what_was_kept(folder: Path, story: list[Event], checkpoint: Checkpoint) -> None:
    """An epoch whose checkpoint is whole, but whose worker died before it could tell it."""
    told = max((event.epoch for event in story if isinstance(event, Measured)), default=0)
    lines = checkpoint.state.get("story", []) if checkpoint.epoch > told else []
    for event in map(event_of, lines):
        if event is not None:
            write(folder, event)


def _tell(folder: Path, epoch: int, plan: TrainingPlan, why: str) -> None:
    words = f"Going on after epoch {epoch} of" if epoch else "Beginning again with epoch 1 of"
    print(f"{words} {plan.epochs}. {why}", flush=True)
    write(folder, Resumed(epoch, why, time.time()))


def take_up(trainer: Any, checkpoint: Checkpoint | None, remedy: Remedy) -> None:
    """Hand the checkpoint and what was changed on the way to the trainer."""
    trainer.rate_share, trainer.is_lean = remedy.rate_share, remedy.is_lean
    if checkpoint is not None:
        trainer.taken_up = checkpoint.state
        trainer.seconds_before = float(checkpoint.state["elapsed_s"])


def why_again(events: list[Event]) -> str:
    """What ended the work before, in a sentence."""
    for event in reversed(events):
        if isinstance(event, Told) and event.topic == TOPIC:
            return str(event.facts["what"])  # told last: what went wrong, and what is done
        if isinstance(event, Lost) and event.killed:
            return KILLED
        if type(event) in _WHY:
            return _WHY[type(event)]
        if isinstance(event, Started) and event is not _last_start(events):
            break
    return _WHY[Lost]


def _last_start(events: list[Event]) -> Event | None:
    return next((e for e in reversed(events) if isinstance(e, Started)), None)
