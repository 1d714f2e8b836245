"""Dry runs and range tests, which nobody needs, give way to a training that starts."""

from components.jobs.job import JOB_FILE, ask, job_of, progress_of
from components.planning.dry_run import PREFIX as TRIAL
from components.planning.range_test import PREFIX as RANGE
from components.workspace import Workspace

OPTIONAL = (TRIAL, RANGE)


def make_way(workspace: Workspace, lane: str) -> int:
    """End what is optional on a device at once; nothing of it is kept.

    They are ended, not asked to leave: importing torch or a slow batch would hold the training
    up, and there is nothing that they could still put in order.

    Returns:
        How many there were.
    """
    ended = 0
    for prefix in OPTIONAL:
        for path in workspace.cache.glob(f"{prefix}*/{JOB_FILE}"):
            job = job_of(path.parent)
            if job and job.lane == lane and not progress_of(path.parent).state.is_over:
                ask(path.parent, "stop")
                ask(path.parent, "throw-away")
                ended += 1
    return ended
