"""What a person can do to a run: stop, throw away, pause, resume, give it more epochs.

All of it works whether the worker listens, hangs or is gone: a wish is a file in the run's
folder; the worker heeds it, the supervisor insists, and `live` tells it at once. A pause at once
and a throwing away need no worker that listens: what is kept is on the disk already.
"""

import time
from dataclasses import replace

from components.errors import PlanError, RunError
from components.jobs.events import State, Stopped, write
from components.jobs.job import ask, lives, process_of, progress_of, submit
from components.jobs.process import end_orphans, end_tree
from components.planning.plan import TrainingPlan
from components.runs import resuming
from components.runs.making_way import make_way
from components.runs.store import PLAN_FILE, Run, RunStore
from components.runs.training import MODULE, lane_of
from components.workspace import Workspace, write_atomic

GONE_WITHIN_S = 3.0  # a killed process, even on a busy computer


def stop_and_keep(run: Run) -> None:
    """End after the batch in progress; the model is checked once more and kept."""
    if not run.state.is_over:
        ask(run.folder, "stop")


def throw_away(workspace: Workspace, slug: str) -> None:
    """End the run at once and delete it with all it learned.

    Raises:
        RunError: There is no such run, or some of its files are in use.
    """
    store = RunStore(workspace)
    run = store.get(slug)
    if not run.state.is_over:
        ask(run.folder, "stop")  # first, so that the supervisor does not start it again
        ask(run.folder, "throw-away")
    process, deadline = process_of(run.folder), time.monotonic() + GONE_WITHIN_S
    while lives(run.folder) and time.monotonic() < deadline:
        process = process_of(run.folder) or process
        if process is not None:
            end_tree(*process, kill=True)
        time.sleep(0.02)
    if process is not None:
        end_orphans(*process)
    if not progress_of(run.folder).state.is_over:
        write(run.folder, Stopped(time.time()))
    store.delete(slug)


def pause(run: Run, *, now: bool = False) -> None:
    """Let the run rest, after the epoch in progress or now; then at most that epoch is lost.

    Raises:
        RunError: It is over.
    """
    if run.state.is_over:
        raise RunError(
            f"The run “{run.title}” is not going on.", "Choose a run that is learning or waiting."
        )
    ask(run.folder, "pause-now" if now else "pause")


def can_resume(run: Run) -> bool:
    """Whether the run rests or broke off before its last epoch, and can go on."""
    resting = run.state in (State.PAUSED, State.STOPPED, State.FAILED, State.INTERRUPTED)
    return resting and (resuming.is_there(run.folder) or run.state is not State.STOPPED)


def resume(workspace: Workspace, run: Run) -> Run:
    """Go on from the last whole checkpoint, or from the beginning where there is none.

    Raises:
        RunError: The run goes on already, or is finished.
    """
    if not can_resume(run):
        raise RunError(
            f"The run “{run.title}” has nothing to go on with ({run.state}).",
            "Train it for more epochs, or start a new run from the Plan page.",
        )
    return _go_on(workspace, run)


def can_train_more(run: Run) -> bool:
    """Whether the run is over and left something to go on from."""
    done = run.state in (State.FINISHED, State.STOPPED)
    return done and resuming.is_there(run.folder)


def about_more(run: Run, epochs: int) -> str:
    """What giving the run `epochs` more does to its learning rate, in words.

    Raises:
        PlanError: So many epochs cannot be planned.
    """
    done, plan = _done(run), _longer(run, epochs)
    now, then = _rate(run.plan, max(done - 1, 0)), _rate(plan, done)
    return (
        f"Goes on from epoch {done} to {plan.epochs}. The learning rate follows the curve of a "
        f"run of {plan.epochs} epochs: it goes from {now:.2g} to {then:.2g} at once and falls "
        f"to {_rate(plan, plan.epochs):.2g} by the end. Mosaics return until the last "
        f"{plan.close_mosaic} epochs, and the patience starts anew."
    )


def train_more(workspace: Workspace, run: Run, epochs: int) -> Run:
    """Go on with the same plan for `epochs` more than were done; see `about_more`.

    Raises:
        RunError: The run is not over, or left nothing to go on from.
        PlanError: So many epochs cannot be planned.
    """
    if not can_train_more(run):
        raise RunError(
            f"The run “{run.title}” left nothing to go on from.",
            "Start a new run from the Plan page, with this run's weights as the base.",
        )
    plan = _longer(run, epochs)
    write_atomic(run.folder / PLAN_FILE, plan.to_json())
    return _go_on(workspace, run)


def _go_on(workspace: Workspace, run: Run) -> Run:
    make_way(workspace, lane_of(run.plan.device))
    submit(run.folder, MODULE, lane_of(run.plan.device), resumes=True)
    return RunStore(workspace).get(run.slug)


def _done(run: Run) -> int:
    return run.progress.history[-1].epoch if run.progress.history else 0


def _longer(run: Run, epochs: int) -> TrainingPlan:
    if epochs < 1:
        raise PlanError(f"{epochs} more epochs cannot be trained.", "Choose 1 or more.")
    return replace(run.plan, epochs=_done(run) + epochs)


def _rate(plan: TrainingPlan, epoch: int) -> float:
    """The planned rate after the warm-up, as Ultralytics' two curves have it."""
    import math

    through = min(epoch / plan.epochs, 1.0)
    share = (1 - math.cos(math.pi * through)) / 2 if plan.cosine else through
    return plan.learning_rate * (1 - share * (1 - plan.final_rate_share))
