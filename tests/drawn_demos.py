"""The demos for tests: each is drawn once for all of them, then copied."""

import atexit
import shutil
import tempfile
from functools import cache
from pathlib import Path

from components.data.demo import open_demo
from components.data.store import Dataset, find
from components.workspace import Workspace


def put(workspace: Workspace, task: str = "detect") -> Dataset:
    """A task's demo as it lies in a workspace after it was opened from Home."""
    drawn = drawn_demo(task)
    shutil.copytree(drawn, workspace.datasets / drawn.name)
    return find(workspace, drawn.name)


@cache
def drawn_demo(task: str) -> Path:
    """The folder of a task's demo, not to be changed."""
    root = Path(tempfile.mkdtemp(prefix="drawn-demo-"))
    atexit.register(shutil.rmtree, root, ignore_errors=True)
    workspace = Workspace(root)
    workspace.datasets.mkdir()
    return workspace.datasets / open_demo(workspace, task)
