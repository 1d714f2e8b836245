"""The one supervisor of this process. Pages and routes ask here; nobody makes another."""

import threading

from components.jobs.supervisor import Supervisor
from components.workspace import Workspace

_making = threading.Lock()
_supervisor: Supervisor | None = None


def supervisor() -> Supervisor:
    """The supervisor over the workspace's jobs; the first call starts it.

    A lock file makes one supervisor the owner of a workspace, so a second app on the same
    workspace watches without starting anything twice.
    """
    global _supervisor
    with _making:
        if _supervisor is None:
            workspace = Workspace.current()
            _supervisor = Supervisor(
                [workspace.runs, workspace.imports, workspace.cache],
                workspace.root / ".supervisor.lock",
            )
            _supervisor.start()
        return _supervisor


def close() -> None:
    """Stop watching and end the warm process. Workers go on; the next start adopts them."""
    global _supervisor
    from components.jobs import warm

    with _making:
        watching, _supervisor = _supervisor, None
    if watching is not None:
        watching.close()
    warm.shared().close()
