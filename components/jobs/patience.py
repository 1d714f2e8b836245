"""How long a worker that was asked for something is waited for: ask, then terminate, then kill."""

from enum import Enum, auto
from pathlib import Path

from components.jobs.clock import steady
from components.jobs.worker import read_needle, was_asked, was_asked_to_pause, was_asked_to_stop

ORDERLY = 10  # times the grace for a worker that says it is stopping, or finishes its epoch


class Step(Enum):
    """What is due."""

    WAIT = auto()
    TERMINATE = auto()
    KILL = auto()


class Patience:
    """Remembers since when each job was asked, and when it last moved.

    Args:
        grace_s: Seconds between asking a worker to stop and terminating it; then as long again
            until it is killed. A worker that says it is stopping, and one that is to pause after
            its epoch, is given `ORDERLY` times as long after each movement of its needle: it may
            have a last validation to do, or half an epoch.
    """

    def __init__(self, grace_s: float) -> None:
        self._grace_s = grace_s
        self._since: dict[Path, float] = {}
        self._moved: dict[Path, float] = {}  # what the needle said
        self._insisted: set[Path] = set()

    def step(self, folder: Path) -> Step:
        """What is due for a job whose process lives.

        A pause at once, or a run that is thrown away, has nothing to wait for: the last whole
        checkpoint is on the disk.
        """
        if was_asked_to_pause(folder, now=True) or was_asked(folder, "throw-away"):
            return Step.KILL
        stop = was_asked_to_stop(folder)
        if not stop and not was_asked_to_pause(folder, now=False):
            self._since.pop(folder, None)  # thought better of it
            return Step.WAIT
        now = steady()
        needle = read_needle(folder)
        orderly = not stop or bool(needle.get("stopping"))
        since = self._since.setdefault(folder, now)
        if orderly and self._has_moved(folder, float(needle.get("at", 0.0))):
            since = self._since[folder] = now
        patience = self._grace_s * (ORDERLY if orderly else 1)
        return self._after(folder, now - since - patience)

    def had_to_insist(self, folder: Path) -> bool:
        """Whether the worker did not leave by itself."""
        return folder in self._insisted

    def forget(self, folder: Path) -> None:
        """The process is gone."""
        self._since.pop(folder, None)
        self._moved.pop(folder, None)
        self._insisted.discard(folder)

    def _has_moved(self, folder: Path, at: float) -> bool:
        before = self._moved.get(folder)
        self._moved[folder] = at
        return at != before

    def _after(self, folder: Path, too_long_s: float) -> Step:
        if too_long_s <= 0:
            return Step.WAIT
        self._insisted.add(folder)
        return Step.KILL if too_long_s > self._grace_s else Step.TERMINATE
