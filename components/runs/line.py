"""The line in front of a device: who waits, in which order, and how to change it.

The order is that of `queued_at` in each `job.json`, so it survives a restart of the app.
"""

import json
from dataclasses import asdict, replace

from components.errors import RunError
from components.jobs.events import State
from components.jobs.job import JOB_FILE, Job, job_of
from components.runs.store import Run, RunStore
from components.runs.training import lane_of
from components.workspace import Workspace, write_atomic


def waiting(workspace: Workspace, lane: str) -> list[Run]:
    """The runs that wait for a device, the next first."""
    runs = [
        (job.queued_at, run)
        for run in RunStore(workspace).all()
        if run.state is State.WAITING and (job := job_of(run.folder)) and job.lane == lane
    ]
    return [run for _, run in sorted(runs, key=lambda entry: entry[0])]


def at_work(workspace: Workspace, lane: str) -> Run | None:
    """The run that has the device now."""
    running = (run for run in RunStore(workspace).all() if run.state is State.RUNNING)
    return next((run for run in running if lane_of(run.plan.device) == lane), None)


def move_up(workspace: Workspace, run: Run) -> None:
    """Let the run pass the one in front of it.

    Raises:
        RunError: It does not wait any more.
    """
    line = waiting(workspace, lane_of(run.plan.device))
    places = {other.slug: place for place, other in enumerate(line)}
    if run.slug not in places:
        raise RunError(
            f"The run “{run.title}” does not wait in line any more.", "Look at it on this page."
        )
    if places[run.slug] > 0:
        before = line[places[run.slug] - 1]
        mine, other = job_of(run.folder), job_of(before.folder)
        if mine and other:  # whoever was started this moment keeps its place
            _place(run, replace(mine, queued_at=other.queued_at))
            _place(before, replace(other, queued_at=mine.queued_at))


def _place(run: Run, job: Job) -> None:
    write_atomic(run.folder / JOB_FILE, json.dumps(asdict(job)))
