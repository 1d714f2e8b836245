"""The kinds of event a job's story is made of; `events` writes, reads and adds them up."""

from dataclasses import dataclass
from typing import Any


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
class Resumed:
    """The worker goes on where an earlier one left off.

    Attributes:
        epoch: The last one that is done; the next is trained now.
        why: A sentence for the user: what ended the work before.
        at: Unix time in seconds.
    """

    epoch: int
    why: str
    at: float = 0.0


@dataclass(frozen=True, slots=True)
class Lost:
    """The worker is gone without a last word, and the job stands in line again by itself.

    Attributes:
        what: A sentence for the user.
        at: Unix time in seconds.
        killed: Whether it is known that the system or somebody killed it, as happens when main
            memory is short.
    """

    what: str
    at: float = 0.0
    killed: bool = False


@dataclass(frozen=True, slots=True)
class Paused:
    """It waits for the user to let it go on.

    Attributes:
        at: Unix time in seconds.
        what: Why, when it was not the user who asked; else empty.
        fix: What to do before it can go on; empty when nothing.
    """

    at: float = 0.0
    what: str = ""
    fix: str = ""


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
