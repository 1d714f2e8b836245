"""Starting a process that outlives us, and telling whether one is still the one we started."""

import contextlib
import os
import subprocess
import sys
from pathlib import Path

import psutil

APP_ROOT = Path(__file__).resolve().parents[2]
# Two processes of one pid are told apart by their birth; clocks of the kernel and of psutil
# may differ in the last digits.
BIRTH_SLACK_S = 1.0
NICENESS = 10


def start_detached(module: str, folder: Path) -> subprocess.Popen[bytes]:
    """Run `python -m module folder` on its own, below the priority of the page.

    `subprocess`, not `multiprocessing`: Streamlit stands in the place of `__main__`, and a
    spawned child would run the app's script again. Output goes to `log.txt` in the folder.
    """
    flags = 0
    if sys.platform == "win32":
        flags = (
            subprocess.CREATE_NEW_PROCESS_GROUP
            | subprocess.CREATE_NO_WINDOW
            | subprocess.BELOW_NORMAL_PRIORITY_CLASS
        )
    with (folder / "log.txt").open("ab") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", module, str(folder)],
            cwd=APP_ROOT, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
            close_fds=True, start_new_session=sys.platform != "win32", creationflags=flags,
            env={**os.environ, "PYTHONUNBUFFERED": "1", "PYTHONUTF8": "1"},
        )  # fmt: skip
    if sys.platform != "win32":
        try:
            psutil.Process(process.pid).nice(NICENESS)
        except psutil.Error:  # already gone, or not ours to slow down: it works without
            return process
        _step_back(process.pid)
    return process


def _step_back(pid: int) -> None:
    """Let a session as a whole wait behind the page's.

    Most Linux desktops share the processor between sessions first, and look at niceness only
    within one; a session of its own is what a detached process is.
    """
    with contextlib.suppress(OSError):  # no such thing here, or already gone: it works without
        Path(f"/proc/{pid}/autogroup").write_text(str(NICENESS), encoding="ascii")


def born(pid: int) -> float:
    """When the process was created, Unix seconds; 0 when there is none."""
    try:
        return psutil.Process(pid).create_time()
    except psutil.Error:
        return 0.0


def is_alive(pid: int, birth: float) -> bool:
    """Whether the very process lives: same pid, same birth, and not a zombie."""
    try:
        process = psutil.Process(pid)
        same = abs(process.create_time() - birth) < BIRTH_SLACK_S
        return same and process.status() != psutil.STATUS_ZOMBIE
    except psutil.Error:
        return False


def end_tree(pid: int, birth: float, *, kill: bool) -> None:
    """Terminate (or kill) the process and its children, if it is still the one we mean."""
    if not is_alive(pid, birth):
        return
    try:
        process = psutil.Process(pid)
        family = [*process.children(recursive=True), process]
    except psutil.Error:
        return
    for member in family:
        try:
            member.kill() if kill else member.terminate()
        except psutil.Error:
            continue


def end_orphans(pid: int, birth: float) -> None:
    """Kill what a process that is gone has left behind, such as loaders of pictures.

    On POSIX a worker leads a process group of its own, whose number is not given away while a
    member lives; Windows keeps a dead parent's number. Neither outlives a restart.
    """
    if pid <= 1 or birth < psutil.boot_time() - BIRTH_SLACK_S or _is_somebody(pid):
        return
    for other in psutil.process_iter():
        try:
            parent = other.ppid() if sys.platform == "win32" else os.getpgid(other.pid)
            if parent == pid and other.create_time() >= birth - BIRTH_SLACK_S:
                other.kill()
        except (psutil.Error, OSError):
            continue


def _is_somebody(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.Error:
        return False
