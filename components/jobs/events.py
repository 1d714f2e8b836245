"""What a background job says while it works, and where the job stands when you add it all up.

A job is a folder. Its worker appends one JSON line per event to `events.jsonl`; nobody edits a
line that stands. The job's state is never stored: it is the fold of its events.

    Queued ── Started ── (Measured | Told)* ──┬─ Finished
                                              ├─ Stopped      (the user asked)
                                              ├─ Failed       (the worker gave up)
                                              └─ Interrupted  (it died without a last word)
"""

import json
import os
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field, fields, replace
from enum import StrEnum
from pathlib import Path
from typing import Any

EVENTS_FILE = "events.jsonl"


@dataclass(frozen=True, slots=True)
class Queued:
    """The job stands in line. `at` is Unix time in seconds."""

    at: float


@dataclass(frozen=True, slots=True)
class Started:
    """The worker is up.

    Attributes:
        pid: Its process id.
        born: When that process was created, Unix seconds; with the pid it names one process.
        at: Unix time in seconds.
    """

    pid: int
    born: float
    at: float


@dataclass(frozen=True, slots=True)
class Measured:
    """One epoch's numbers.

    Attributes:
        epoch: Counts from 1.
        metrics: Ultralytics' names to plain floats.
        seconds: How long the epoch took, by a clock that never jumps.
    """

    epoch: int
    metrics: dict[str, float]
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Told:
    """A fact the worker wants kept, such as the settings the trainer really uses."""

    topic: str
    facts: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Finished:
    """All done."""

    at: float = 0.0


@dataclass(frozen=True, slots=True)
class Stopped:
    """Ended early because the user asked; what was learned so far is kept."""

    at: float = 0.0


@dataclass(frozen=True, slots=True)
class Failed:
    """Ended badly. `what` and `fix` are for the user, as in `AppError`."""

    what: str
    fix: str
    at: float = 0.0


@dataclass(frozen=True, slots=True)
class Interrupted:
    """The worker is gone and left no last word; the supervisor says it in its place."""

    what: str
    fix: str
    at: float = 0.0


Event = Queued | Started | Measured | Told | Finished | Stopped | Failed | Interrupted
KINDS: dict[str, type] = {
    kind.__name__: kind
    for kind in (Queued, Started, Measured, Told, Finished, Stopped, Failed, Interrupted)
}


class State(StrEnum):
    """Where a job stands."""

    WAITING = "waiting"
    RUNNING = "running"
    FINISHED = "finished"
    STOPPED = "stopped"
    FAILED = "failed"
    INTERRUPTED = "interrupted"

    @property
    def is_over(self) -> bool:
        """Whether nothing more will happen by itself."""
        return self not in (State.WAITING, State.RUNNING)


_ENDS: dict[type, State] = {
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
        trouble: The last words of a failed or interrupted job.
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
    trouble: Failed | Interrupted | None = None

    def copy(self) -> "Progress":
        """The same story in lists of its own, so that it stands still while the job goes on."""
        return replace(self, history=[*self.history], rewinds=[*self.rewinds], told={**self.told})

    def add(self, event: Event) -> None:
        """Take one more event in."""
        match event:
            case Queued(at=at):
                self.state, self.queued_at = State.WAITING, at
                self.trouble, self.ended_at = None, 0.0
            case Started(pid=pid, born=born, at=at):
                self.state, self.pid, self.born = State.RUNNING, pid, born
                self.started_at, self.trouble, self.ended_at = at, None, 0.0
            case Measured():
                self._measure(event)
            case Told(topic=topic, facts=facts):
                self.told[topic] = facts
            case Finished() | Stopped() | Failed() | Interrupted():
                self.state, self.ended_at = _ENDS[type(event)], event.at
                self.trouble = event if isinstance(event, Failed | Interrupted) else None

    def _measure(self, event: Measured) -> None:
        """A resumed run measures some epochs again.

        The newer measurement replaces the older and all that came after it, so that a chart has
        no epoch twice.
        """
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


def write(folder: Path, event: Event) -> None:
    """Append one event to the job's story, and see it onto the disk."""
    line = json.dumps({"kind": type(event).__name__, **asdict(event)})
    path = folder / EVENTS_FILE
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
            event = _parse(line)
            if event is not None:
                events.append(event)
    return events, offset


def _parse(line: bytes) -> Event | None:
    try:
        facts = json.loads(line)
        kind = KINDS[facts.pop("kind")]
        known = {f.name for f in fields(kind)}
        event: Event = kind(**{name: value for name, value in facts.items() if name in known})
    except (ValueError, KeyError, TypeError, AttributeError):
        return None
    return event
