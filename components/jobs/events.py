"""What a background job says while it works, and where the job stands when you add it all up.

A job is a folder. Its worker appends one JSON line per event to `events.jsonl`; nobody edits a
line that stands. The job's state is never stored: it is the fold of its events.

    Queued ── Started ── (Measured | Told | Resumed)* ──┬─ Finished
       ^                                                ├─ Stopped      (the user asked)
       ├────────────────── goes on later ───────────────├─ Paused       (asked, or the disk is full)
       └────────────────── tried again by itself ───────├─ Lost         (it died, and can go on)
                                                        ├─ Failed       (the worker gave up)
                                                        └─ Interrupted  (it died once too often)
"""

import json
import os
import threading
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field, fields, replace
from enum import StrEnum
from pathlib import Path
from typing import Any

from components.jobs.event_kinds import (
    Failed,
    Finished,
    Interrupted,
    Lost,
    Measured,
    Paused,
    Queued,
    Resumed,
    Started,
    Stopped,
    Told,
)

__all__ = [
    "EVENTS_FILE",
    "KINDS",
    "Event",
    "Failed",
    "Finished",
    "Interrupted",
    "Lost",
    "Measured",
    "Paused",
    "Progress",
    "Queued",
    "Resumed",
    "Started",
    "State",
    "Stopped",
    "Told",
    "event_of",
    "fold",
    "line_of",
    "read",
    "read_from",
    "write",
]

EVENTS_FILE = "events.jsonl"

Event = (
    Queued | Started | Measured | Told | Resumed | Lost | Paused | Finished | Stopped | Failed
    | Interrupted
)  # fmt: skip
KINDS: dict[str, type] = {
    kind.__name__: kind
    for kind in (
        Queued, Started, Measured, Told, Resumed, Lost, Paused, Finished, Stopped, Failed,
        Interrupted,
    )
}  # fmt: skip


class State(StrEnum):
    """Where a job stands."""

    WAITING = "waiting"
    RUNNING = "running"
    PAUSED = "paused"
    FINISHED = "finished"
    STOPPED = "stopped"
    FAILED = "failed"
    INTERRUPTED = "interrupted"

    @property
    def is_over(self) -> bool:
        """Whether nothing more will happen by itself."""
        return self not in (State.WAITING, State.RUNNING)


_ENDS: dict[type, State] = {
    Paused: State.PAUSED,
    Finished: State.FINISHED,
    Stopped: State.STOPPED,
    Failed: State.FAILED,
    Interrupted: State.INTERRUPTED,
}


@dataclass(slots=True)
class Progress:
    """A job's story so far.

    Attributes:
        state: Where it stands.
        pid: The worker's process id, once it started.
        born: When that process was created.
        queued_at: When it was put in line, Unix seconds; 0 when unknown.
        started_at: When the worker (last) came up, Unix seconds; 0 before.
        ended_at: When it ended, Unix seconds; 0 before.
        history: One entry per epoch, in order, none twice.
        rewinds: For each time a resumed run measured an epoch again, that epoch.
        told: Topic to the newest facts on it.
        resumed: Each time a worker went on where another had left off.
        losses: How often the worker was lost since the job last got further.
        trouble: The last words of a failed or interrupted job, or of one that had to pause.
    """

    state: State = State.WAITING
    pid: int | None = None
    born: float = 0.0
    queued_at: float = 0.0
    started_at: float = 0.0
    ended_at: float = 0.0
    history: list[Measured] = field(default_factory=list)
    rewinds: list[int] = field(default_factory=list)
    told: dict[str, dict[str, Any]] = field(default_factory=dict)
    resumed: list[Resumed] = field(default_factory=list)
    losses: int = 0
    trouble: Failed | Interrupted | Paused | None = None
    _furthest: int = 0  # epoch

    def copy(self) -> "Progress":
        """The same story in lists of its own, so that it stands still while the job goes on."""
        return replace(
            self, history=[*self.history], rewinds=[*self.rewinds], told={**self.told},
            resumed=[*self.resumed],
        )  # fmt: skip

    def add(self, event: Event) -> None:
        """Take one more event in."""
        match event:
            case Queued(at=at):
                self.state, self.queued_at, self.losses = State.WAITING, at, 0
                self.trouble, self.ended_at = None, 0.0
            case Started(pid=pid, born=born, at=at):
                self.state, self.pid, self.born = State.RUNNING, pid, born
                self.started_at, self.trouble, self.ended_at = at, None, 0.0
            case Measured():
                self._measure(event)
            case Told(topic=topic, facts=facts):
                self.told[topic] = facts
            case Lost():
                self.state, self.losses = State.WAITING, self.losses + 1
            case Resumed():
                self.resumed.append(event)
            case Paused() | Finished() | Stopped() | Failed() | Interrupted():
                self.state, self.ended_at = _ENDS[type(event)], event.at
                self.trouble = event if getattr(event, "what", "") else None  # type: ignore[assignment]

    def _measure(self, event: Measured) -> None:
        """A resumed run measures some epochs again.

        The newer measurement replaces the older and all that came after it, so that a chart has
        no epoch twice.
        """
        if event.epoch > self._furthest:
            self._furthest, self.losses = event.epoch, 0
        if self.history and self.history[-1].epoch >= event.epoch:
            self.rewinds.append(event.epoch)
        while self.history and self.history[-1].epoch >= event.epoch:
            self.history.pop()
        self.history.append(event)


def fold(events: Iterable[Event]) -> Progress:
    """Add the events up."""
    progress = Progress()
    for event in events:
        progress.add(event)
    return progress


_writing = threading.Lock()  # a worker's threads tell one story


def write(folder: Path, event: Event) -> None:
    """Append one event to the job's story, and see it onto the disk."""
    line = line_of(event)
    path = folder / EVENTS_FILE
    with _writing:
        lead = b"\n" if _ends_in_a_torn_line(path) else b""
        with path.open("ab") as file:
            file.write(lead + line.encode("utf-8") + b"\n")
            file.flush()
            os.fsync(file.fileno())


def _ends_in_a_torn_line(path: Path) -> bool:
    """Whether a writer died in the middle of its last line."""
    if not path.exists() or path.stat().st_size == 0:
        return False
    with path.open("rb") as file:
        file.seek(-1, os.SEEK_END)
        return file.read(1) != b"\n"


def read(folder: Path) -> Iterator[Event]:
    """The job's events, oldest first.

    A last line without its newline is still being written and is left for the next reading; a
    line that was torn by a crash, or is of a kind that only a newer Tailor knows, is passed over.
    """
    return iter(read_from(folder, 0)[0])


def read_from(folder: Path, offset: int) -> tuple[list[Event], int]:
    """The events behind byte `offset`, and the byte to go on from next time."""
    path = folder / EVENTS_FILE
    if not path.exists():
        return [], 0
    events = []
    with path.open("rb") as file:
        file.seek(offset)
        for line in file:
            if not line.endswith(b"\n"):
                break
            offset += len(line)
            event = event_of(line)
            if event is not None:
                events.append(event)
    return events, offset


def line_of(event: Event) -> str:
    """The event as it stands in the story, without the line's end."""
    return json.dumps({"kind": type(event).__name__, **asdict(event)})


def event_of(line: str | bytes) -> Event | None:
    """The event that `line_of` gave; None for a torn line and for kinds that are not known."""
    try:
        facts = json.loads(line)
        kind = KINDS[facts.pop("kind")]
        known = {f.name for f in fields(kind)}
        event: Event = kind(**{name: value for name, value in facts.items() if name in known})
    except (ValueError, KeyError, TypeError, AttributeError):
        return None
    return event
