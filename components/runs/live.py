"""What a run's live charts ask every second, answered with what is new.

A client keeps the epochs it was sent and asks for those behind the last one. A resumed run
measures some epochs again; `replace_from` then says from which epoch on the client's rows are
void, before it adds the new ones.
"""

from itertools import groupby
from pathlib import Path
from typing import Any

from components.errors import RunError
from components.jobs.clock import steady
from components.jobs.events import Progress, Resumed, State
from components.jobs.story import follow
from components.jobs.worker import (
    read_needle,
    was_asked,
    was_asked_to_pause,
    was_asked_to_stop,
)
from components.runs.store import PLAN_FILE, plan_of

STALLED_S = 600.0  # without a movement of the needle; the computer's sleep does not count
_LEFT_OFF = {
    State.PAUSED: "Paused", State.STOPPED: "Stopped", State.FAILED: "Failed",
    State.INTERRUPTED: "Broken off",
}  # fmt: skip
MOST_NOTES = 4  # of what happened on the way; the newest say most


def snapshot(run_folder: Path, since: int = 0, story: int | None = None) -> dict[str, Any]:
    """How the run stands, and its epochs after `since`.

    Args:
        run_folder: The run's folder.
        since: The last epoch the client has; 0 for none.
        story: The `story` of the client's last answer; None when it had none.

    Returns:
        state: An `events.State`.
        standing: What a page is drawn for; see `standing`.
        sentence: How it stands, for a person; what went wrong, where something did.
        headline: The same, without what went wrong, for a page that says that elsewhere.
        notes: What happened on the way, as sentences, the oldest first: remedies, resumptions.
        stopping: Whether it was asked to stop and has not yet.
        pausing: Whether it was asked to pause and has not yet.
        stalled_s: Seconds since it last moved, when these are too many; else 0.
        epochs: How many are planned.
        epoch: The last one that was measured; 0 before.
        rows: [epoch, {metric: value}] for each epoch to add, in order.
        replace_from: Drop the rows of this epoch and later before adding; None: just add.
        story: Hand this back with the next question.
        now: The needle, as `jobs.worker.Needle` wrote it; {} unless the run is going on.
        eyes_epoch: The newest epoch with pictures of what the model saw; 0 for none.
        best_epoch: The epoch of the best weights so far, by the trainer's own measure; 0 before.
        trouble: {what, fix} of a failed or interrupted run, or None.
        over: Whether nothing more will come by itself.
        elapsed_s: Seconds of work, by a clock that never jumps.

    Raises:
        RunError: The run's plan cannot be read.
    """
    progress = follow(run_folder)
    over = progress.state.is_over
    needle = needle_of(progress, run_folder)
    first = _first_to_send(progress, since, story)
    epochs = _epochs(run_folder)
    return {
        "state": str(progress.state),
        "standing": standing(progress, run_folder),
        "sentence": sentence(progress, epochs, needle, run_folder),
        "headline": headline(progress, epochs, needle, run_folder),
        "notes": notes(progress, epochs),
        "stopping": not over and was_asked_to_stop(run_folder),
        "pausing": not over and _is_pausing(run_folder),
        "stalled_s": stalled_s(needle),
        "epochs": epochs,
        "epoch": progress.history[-1].epoch if progress.history else 0,
        "rows": [[m.epoch, m.metrics] for m in progress.history if m.epoch >= first],
        "replace_from": first if first <= since else None,
        "story": len(progress.rewinds),
        "now": needle,
        "eyes_epoch": _eyes_epoch(run_folder, progress),
        "best_epoch": int(progress.told.get("best", {}).get("epoch", 0)),
        "trouble": _trouble(progress),
        "over": over,
        "elapsed_s": elapsed_s(progress, needle),
    }


def standing(progress: Progress, run_folder: Path) -> str:
    """What a page about the run is drawn for: once this changes, its buttons no longer fit."""
    facts = [str(progress.state)]
    if progress.state.is_over:
        facts.append(f"{progress.ended_at:.3f}")
    else:
        facts += [name for name in ("stop", "pause", "pause-now") if was_asked(run_folder, name)]
    if progress.history:
        facts.append("measured")
    if stalled_s(needle_of(progress, run_folder)):
        facts.append("stalled")
    return " ".join(facts)


def needle_of(progress: Progress, run_folder: Path) -> dict[str, Any]:
    """The needle of the worker that is at work; {} when none is, or it has said nothing yet."""
    if progress.state is not State.RUNNING:
        return {}
    needle = read_needle(run_folder)
    is_left_over = float(needle.get("at", progress.started_at)) < progress.started_at
    return {} if is_left_over else needle


def notes(progress: Progress, epochs: int) -> list[str]:
    """What happened on the way that a person should know of, the oldest first."""
    remedy = str(progress.told.get("remedy", {}).get("what", ""))
    told = [
        f"{said} ({len(times)} times)" if len(times := [*alike]) > 1 else said
        for said, alike in groupby(_went_on(event, epochs) for event in progress.resumed)
    ]
    if remedy and not any(remedy in event.why for event in progress.resumed):
        told.insert(0, remedy)  # found before there was a checkpoint to go on from
    left_out = len(told) - MOST_NOTES
    if left_out > 0:
        told = [f"{left_out} more before these.", *told[-MOST_NOTES:]]
    return told


def _went_on(event: Resumed, epochs: int) -> str:
    if event.epoch == 0:
        return event.why
    if event.epoch >= epochs:
        return f"Went on with the last check. {event.why}"
    return f"Went on from epoch {event.epoch + 1}. {event.why}"


def sentence(
    progress: Progress, epochs: int, needle: dict[str, Any], run_folder: Path | None = None
) -> str:
    """How the run stands, in one sentence; what went wrong, where something did."""
    if progress.state.is_over and progress.trouble is not None:
        return progress.trouble.what
    return headline(progress, epochs, needle, run_folder)


def headline(
    progress: Progress, epochs: int, needle: dict[str, Any], run_folder: Path | None = None
) -> str:
    """How the run stands, in one sentence that does not say what went wrong."""
    done = progress.history[-1].epoch if progress.history else 0
    match progress.state:
        case State.WAITING if progress.losses and done:
            return f"Was cut off after {done} of {epochs} epochs and goes on by itself."
        case State.WAITING if progress.losses:
            return "Was cut off before the first epoch was done and begins again by itself."
        case State.WAITING:
            waits = "Waits for its turn, then begins by itself."
            return waits if progress.queued_at else "Is not started yet."
        case State.RUNNING:
            return _going_on(epochs, needle, run_folder)
        case State.FINISHED:
            return _finished(progress, epochs, done)
    return _left_off(progress.state, epochs, done)


def stalled_s(needle: dict[str, Any]) -> float:
    """How long the needle has stood still, in seconds; 0 below ten minutes.

    By the clock that all processes of a computer share and that stands still while it sleeps.
    """
    now = steady()
    still = now - float(needle.get("steady", now))
    return still if still > STALLED_S else 0.0


def elapsed_s(progress: Progress, needle: dict[str, Any]) -> float:
    """Seconds of work so far. A computer's sleep does not count, nor does a clock that jumps."""
    whole = progress.told.get("time", {}).get("seconds")
    if progress.state.is_over and whole is not None:
        return float(whole)
    measured = sum(m.seconds for m in progress.history)
    return max(float(needle.get("elapsed_s", 0.0)), measured)


def _going_on(epochs: int, needle: dict[str, Any], run_folder: Path | None) -> str:
    if run_folder is not None and was_asked_to_stop(run_folder):
        return "Stops: what was learned is checked once more and kept."
    if run_folder is not None and _is_pausing(run_folder):
        now = was_asked_to_pause(run_folder, now=True)
        return "Pauses now." if now else "Pauses after the epoch in progress."
    if (still := stalled_s(needle)) > 0:
        return f"Stalled: nothing has moved for {still / 60:.0f} minutes."
    return _working(needle, epochs)


def _finished(progress: Progress, epochs: int, done: int) -> str:
    if early := progress.told.get("early"):
        return (
            f"Finished after {done} of {epochs} epochs: the last {early['patience']} were no "
            f"better than epoch {early['best_epoch']}."
        )
    return f"Finished after {done} epoch{'' if done == 1 else 's'}."


def _left_off(state: State, epochs: int, done: int) -> str:
    """Before its last epoch."""
    word = _LEFT_OFF[state]
    if not done:
        without = ", so there is no model" if state is State.STOPPED else ""
        return f"{word} before the first epoch was done{without}."
    kept = "; what was learned is kept" if state is State.STOPPED else ""
    return f"{word} after epoch {done} of {epochs}{kept}."


def _is_pausing(run_folder: Path) -> bool:
    return any(was_asked_to_pause(run_folder, now=now) for now in (True, False))


def _working(needle: dict[str, Any], epochs: int) -> str:
    phase = needle.get("phase", "Starting")
    epoch = needle.get("epoch")
    return f"{phase}, epoch {epoch} of {epochs}." if epoch else f"{phase}."


def _first_to_send(progress: Progress, since: int, story: int | None) -> int:
    """The first epoch that the client does not have in its newest form."""
    last = progress.history[-1].epoch if progress.history else 0
    first = since + 1
    if story is not None and story < len(progress.rewinds):
        first = min(first, *progress.rewinds[story:])
    elif since > last:  # a client that keeps no story, and a run that went back
        first = min([last + 1, *progress.rewinds[-1:]])
    return first


def _epochs(run_folder: Path) -> int:
    if not (run_folder / PLAN_FILE).is_file():
        raise RunError(
            f"There is no run in {run_folder.name!r}.", "Choose another run on the Train page."
        )
    return plan_of(run_folder).epochs


def _eyes_epoch(run_folder: Path, progress: Progress) -> int:
    for measured in reversed(progress.history[-3:]):
        if (run_folder / "eyes" / f"epoch-{measured.epoch:04d}.json").exists():
            return measured.epoch
    return 0


def _trouble(progress: Progress) -> dict[str, str] | None:
    trouble = progress.trouble
    return {"what": trouble.what, "fix": trouble.fix} if trouble is not None else None
