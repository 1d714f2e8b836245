"""A job as a folder: how it is put in line, and what its files say of it."""

import contextlib
import json
import time
from dataclasses import asdict, dataclass
from pathlib import Path

from components.jobs.events import EVENTS_FILE, Progress, Queued, fold, read, write
from components.jobs.process import is_alive
from components.workspace import sync_folder, write_atomic

JOB_FILE = "job.json"
PROCESS_FILE = "process.json"
LIGHT_LANE = "light"  # short work that need not wait for a training


@dataclass(frozen=True, slots=True)
class Job:
    """What to run, and in which line it waits.

    Attributes:
        module: Run as `python -m module FOLDER`.
        lane: "cpu", "cuda:0" ...: one job at a time in each; `LIGHT_LANE` holds a few.
        queued_at: Unix seconds; the line goes by it.
        resumes: Whether its worker goes on by itself where a lost one left off.
    """

    module: str
    lane: str
    queued_at: float
    resumes: bool = False


def submit(folder: Path, module: str, lane: str = LIGHT_LANE, *, resumes: bool = False) -> None:
    """Put the folder's job in line. The supervisor that owns the workspace starts it.

    A job that is over can be submitted again; what was asked of the old one is forgotten.
    """
    for asked in (folder / "ask").glob("*"):
        asked.unlink(missing_ok=True)
    (folder / PROCESS_FILE).unlink(missing_ok=True)
    now = time.time()
    write(folder, Queued(now))
    write_atomic(folder / JOB_FILE, json.dumps(asdict(Job(module, lane, now, resumes))))
    sync_folder(folder)
    sync_folder(folder.parent)


def ask(folder: Path, what: str) -> None:
    """Ask the job for something: "stop", "pause" (after this epoch), "pause-now".

    The worker looks for it, the supervisor insists.
    """
    (folder / "ask").mkdir(exist_ok=True)
    (folder / "ask" / what).touch()


def job_of(folder: Path) -> Job | None:
    """What was submitted, or None when nothing (readable) was."""
    try:
        facts = json.loads((folder / JOB_FILE).read_text(encoding="utf-8"))
        resumes = facts.get("resumes") is True
        return Job(facts["module"], facts["lane"], float(facts["queued_at"]), resumes)
    except (OSError, ValueError, KeyError, TypeError):
        return None


def progress_of(folder: Path) -> Progress:
    """The job's story, read anew."""
    return fold(read(folder))


def note_process(folder: Path, pid: int, birth: float) -> None:
    """Write down which process was started, before it has said anything itself."""
    write_atomic(folder / PROCESS_FILE, json.dumps({"pid": pid, "born": birth}))


def process_of(folder: Path) -> tuple[int, float] | None:
    """Pid and birth of the process that was started for the job, or None."""
    try:
        facts = json.loads((folder / PROCESS_FILE).read_text(encoding="utf-8"))
        return int(facts["pid"]), float(facts["born"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def stand_again(folder: Path) -> None:
    """Let a job whose worker is lost wait for another, in its old place in the line."""
    (folder / PROCESS_FILE).unlink(missing_ok=True)


def lives(folder: Path) -> bool:
    """Whether the job's process is alive."""
    process = process_of(folder)
    return process is not None and is_alive(*process)


def log_tail(folder: Path, *, most: int = 20_000) -> str:
    """The last `most` bytes of what the worker printed; terminal colours and bars taken out."""
    import re

    path = folder / "log.txt"
    if not path.exists():
        return ""
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - most))
        text = file.read().decode("utf-8", "replace")
    text = re.sub(r"\x1b\[[0-9;]*[A-Za-z]", "", text)
    return "\n".join(line.rsplit("\r", 1)[-1] for line in text.splitlines())


def say_in_log(folder: Path, what: str) -> None:
    """A line of ours between those of the workers, with the time of day; it may be missing."""
    with contextlib.suppress(OSError), (folder / "log.txt").open("a", encoding="utf-8") as log:
        log.write(f"\n--- {time.strftime('%Y-%m-%d %H:%M:%S')} {what}\n")


def wait(folder: Path, seconds: float) -> Progress:
    """Wait until the job is over, for scripts and tests.

    Raises:
        TimeoutError: It is not over after `seconds`.
    """
    deadline = time.monotonic() + seconds
    while not (progress := progress_of(folder)).state.is_over:
        if time.monotonic() > deadline:
            raise TimeoutError(f"{folder / EVENTS_FILE}: still {progress.state}")
        time.sleep(0.05)
    return progress
