"""A worker without torch: plays the part written in its folder's `part.txt`."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from components.errors import DatasetError
from components.jobs.events import Measured, Told, write
from components.jobs.job import progress_of
from components.jobs.worker import (
    Needle,
    at_work,
    heed_pause,
    heed_stop,
    was_asked_to_pause,
    was_asked_to_stop,
)


def play(folder: Path, part: str) -> None:
    needle = Needle(folder, per_second=100)
    begin(folder, part)
    if part == "go on":
        return go_on(folder)
    write(folder, Told("settings", {"learning_rate": 0.01}))
    for epoch in range(1, 4 if part == "finish" else 400):
        write(folder, Measured(epoch, {"box_loss": 1 / epoch}))
        needle.show("Learning", epoch, 400)
        if epoch == 3:
            die(part)
        if part == "obey":
            heed_stop(folder)
        if part == "hang":
            hang(folder)
        if part == "long epoch" and was_asked_to_pause(folder, now=False):
            return end_the_epoch(folder, needle)
        if part == "slow end" and was_asked_to_stop(folder):
            return end_slowly(folder, needle)
        time.sleep(0.02)
    return None


def begin(folder: Path, part: str) -> None:
    """What happens before the first epoch."""
    if part == "fail":
        raise DatasetError("There are 0 pictures.", "Bring some in.")
    if part == "bug":
        raise ZeroDivisionError
    if part == "deaf":
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
    if part in ("fork", "fork and die"):
        have_a_child(folder)


def die(part: str) -> None:
    """Without a word: by itself, or as the system kills."""
    if part in ("die", "fork and die"):
        os._exit(9)
    if part == "be killed":
        os.kill(os.getpid(), signal.SIGKILL)


def have_a_child(folder: Path) -> None:
    """As a loader of pictures: a process that would go on without its worker."""
    child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
    (folder / "child.txt").write_text(str(child.pid))


def go_on(folder: Path) -> None:
    """One epoch further than the worker before, then dead; whole after five."""
    done = len(progress_of(folder).history)
    write(folder, Measured(done + 1, {"box_loss": 1 / (done + 1)}))
    if done + 1 < 5:
        os._exit(9)


def hang(folder: Path) -> None:
    """With a loader of pictures; hears nothing, moves nothing."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    have_a_child(folder)
    time.sleep(600)


def end_the_epoch(folder: Path, needle: Needle) -> None:
    """Longer than the supervisor waits for one that hangs (10 times 0.4 s), but moving."""
    for step in range(24):
        needle.show("Learning", step, 400)
        time.sleep(0.2)
    write(folder, Told("kept", {"whole": True}))
    heed_pause(folder, now=False)


def end_slowly(folder: Path, needle: Needle) -> None:
    """As a last validation does: longer than the supervisor's patience, but moving."""
    for step in range(12):
        needle.show("Checking once more", step, 12, stopping=True)
        time.sleep(0.1)
    write(folder, Told("kept", {"weights": True}))


if __name__ == "__main__":
    job = Path(sys.argv[1])
    with at_work(job):
        play(job, (job / "part.txt").read_text(encoding="utf-8"))
