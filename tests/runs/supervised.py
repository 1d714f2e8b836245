"""A workspace whose runs are started and watched, and at the end ended, in real processes."""

import os
import signal
from contextlib import contextmanager

import pytest

from components.jobs.job import lives, process_of
from components.jobs.supervisor import Supervisor
from components.runs.store import RunStore
from components.workspace import Workspace


@contextmanager
def supervised(root, draw):
    """The workspace in `root`, after `draw` put its data sets there."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TAILOR_WORKSPACE", str(root))
        workspace = Workspace.current()
        draw(workspace)
        supervisor = Supervisor([workspace.runs], root / "lock", grace_s=30)
        supervisor.start()
        yield workspace
        supervisor.close()
        for run in RunStore(workspace).all():
            if lives(run.folder):
                os.kill(process_of(run.folder)[0], signal.SIGKILL)
        for child in supervisor._children.values():
            child.wait(10)
