"""The worker's side of a job: it says when it starts and how it ends, whatever happens between."""

import json
import os
import time
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil

from components.errors import AppError
from components.jobs.clock import steady
from components.jobs.events import Failed, Finished, Paused, Started, Stopped, write
from components.workspace import write_atomic

NEEDLE_FILE = "now.json"


class StopAsked(Exception):
    """Raised inside a worker to leave its work when the user pressed Stop."""


class PauseAsked(Exception):
    """Raised inside a worker to leave its work for now; it can be taken up again.

    Args:
        what: Why, when the user did not ask for it.
        fix: What to do before it goes on.
    """

    def __init__(self, what: str = "", fix: str = "") -> None:
        super().__init__(what, fix)
        self.what, self.fix = what, fix


@contextmanager
def at_work(folder: Path) -> Iterator[None]:
    """Surround a worker's work with a first and a last word.

    An `AppError` ends the job with words for the user. Anything else is a bug: the user is sent
    to the log, where the traceback is.
    """
    born = psutil.Process().create_time()
    write(folder, Started(pid=os.getpid(), born=born, at=time.time()))
    try:
        yield
    except StopAsked:
        write(folder, Stopped(time.time()))
    except PauseAsked as asked_for:
        write(folder, Paused(time.time(), asked_for.what, asked_for.fix))
    except AppError as error:
        traceback.print_exc()
        write(folder, Failed(error.what, error.fix, time.time()))
        raise SystemExit(1) from error
    except Exception as error:
        write(
            folder,
            Failed(
                f"Something went wrong that Tailor did not foresee ({type(error).__name__}).",
                "Open the log below and report its last lines.",
                time.time(),
            ),
        )
        raise
    else:
        asked = was_asked_to_stop(folder)
        write(folder, Stopped(time.time()) if asked else Finished(time.time()))


def was_asked(folder: Path, what: str) -> bool:
    """Whether the user asked for `what` ("stop", "pause" ...). Cheap enough for every batch."""
    return (folder / "ask" / what).exists()


def was_asked_to_stop(folder: Path) -> bool:
    """Whether the user pressed Stop."""
    return was_asked(folder, "stop")


def was_asked_to_pause(folder: Path, *, now: bool) -> bool:
    """Whether the user pressed Pause: at once, or after the epoch in progress."""
    return was_asked(folder, "pause-now" if now else "pause")


def heed_pause(folder: Path, *, now: bool) -> None:
    """Leave the work for now if the user pressed Pause.

    Raises:
        PauseAsked: The user did.
    """
    if was_asked_to_pause(folder, now=now):
        raise PauseAsked


def heed_stop(folder: Path) -> None:
    """Leave the work if the user pressed Stop.

    Raises:
        StopAsked: The user did.
    """
    if was_asked_to_stop(folder):
        raise StopAsked


class Needle:
    """Tells how far the work is, in `now.json`, at most `per_second` times a second.

    The file holds `phase` (words for the user), `done`, `total` (0: unknown), `left_s` (seconds
    left, or null), `at` (Unix seconds), `steady` (the same by the clock that stands still while
    the computer sleeps; every process of a computer reads the same), and what the worker adds.
    """

    def __init__(self, folder: Path, *, per_second: float = 1.0) -> None:
        self._path = folder / NEEDLE_FILE
        self._pause = 1.0 / per_second
        self._last = -self._pause
        self._phase = ""
        self._phase_began = steady()

    def is_due(self, phase: str) -> bool:
        """Whether `show` would write; for facts that cost something to gather."""
        return phase != self._phase or steady() - self._last >= self._pause

    def show(self, phase: str, done: int = 0, total: int = 0, **more: Any) -> None:
        """Move the needle; the first and the last step of a phase are always written."""
        now = steady()
        if phase != self._phase:
            self._phase, self._phase_began = phase, now
        elif now - self._last < self._pause and done != total:
            return
        self._last = now
        elapsed = now - self._phase_began
        left = elapsed / done * (total - done) if done and total and elapsed > 1 else None
        facts = {"phase": phase, "done": done, "total": total, "left_s": left,
                 "at": time.time(), "steady": now}  # fmt: skip
        write_atomic(self._path, json.dumps({**facts, **more}), lasts=False)


def read_needle(folder: Path) -> dict[str, Any]:
    """What the worker said last about how far it is; empty before it said anything."""
    try:
        facts = json.loads((folder / NEEDLE_FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return facts if isinstance(facts, dict) else {}
