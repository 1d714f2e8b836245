"""The supervisor: one background thread that starts workers, and sees each of them to its end.

It knows only what the folders say, so it can be stopped and started at any time: what lives is
watched on, what died without a last word is said to be interrupted, what waits is started when
its lane is free. Everybody (a page, a script, a test) submits by writing into the folder.

Who writes `events.jsonl`: the worker while it lives; before and after that the supervisor. One
supervisor owns a workspace, by a lock that the system gives back when its process dies; the
supervisor of a second app waits for that lock and does nothing else.
"""

import signal
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from enum import Enum, auto
from pathlib import Path

from filelock import FileLock, Timeout

from components.errors import DiskFull
from components.jobs.events import (
    Failed,
    Interrupted,
    Lost,
    Paused,
    Progress,
    State,
    Stopped,
    write,
)
from components.jobs.job import (
    JOB_FILE,
    LIGHT_LANE,
    Job,
    job_of,
    lives,
    note_process,
    process_of,
    progress_of,
    say_in_log,
    stand_again,
)
from components.jobs.patience import Patience, Step
from components.jobs.process import born, end_orphans, end_tree, is_alive, start_detached
from components.jobs.worker import was_asked_to_pause, was_asked_to_stop

LIGHT_ROOM = 3  # short jobs at once
LOOK_EVERY_S = 0.25
MOST_LOSSES = 3  # workers in a row that may be lost without getting further

_ENDED = {Stopped: "was stopped", Paused: "was paused"}
_KILLS_ARE_TOLD = sys.platform != "win32"
_HUNG = (
    "It did not answer any more and was ended; what it learned up to its last whole epoch is kept.",
    "Let it go on; if it hangs again, look at the end of its log.",
)
_KILLED = "The system or somebody ended the work by force; most often main memory is too short."


class _Standing(Enum):
    WAITS = auto()
    RUNS = auto()
    OVER = auto()


class Supervisor:
    """Runs the jobs found under some folders, one at a time per lane.

    Args:
        roots: Folders whose sub-folders are jobs.
        lock: File whose lock makes one supervisor the owner.
        grace_s: Seconds between asking a worker to stop and terminating it; then as long again
            until it is killed (see `Patience`). A YOLO26-x batch on a slow CPU takes about 20 s.
    """

    def __init__(self, roots: Sequence[Path], lock: Path, *, grace_s: float = 30.0) -> None:
        self._roots = tuple(roots)
        self._lock = FileLock(lock)
        self._end = threading.Event()
        self._wake = threading.Event()
        self._thread: threading.Thread | None = None
        self._children: dict[Path, subprocess.Popen[bytes]] = {}
        self._settled: dict[Path, int] = {}  # over, as of this mtime of job.json
        self._exits: dict[Path, int] = {}  # what the process of a job that is over ended with
        self._patience = Patience(grace_s)

    def start(self) -> None:
        """Begin to watch, in a thread of its own. Again: nothing happens."""
        if self._thread is None:
            self._thread = threading.Thread(target=self._watch, name="supervisor", daemon=True)
            self._thread.start()

    def close(self) -> None:
        """Stop watching. Workers go on; the next supervisor adopts them."""
        self._end.set()
        self._wake.set()
        if self._thread is not None:
            self._thread.join(timeout=5)
            self._thread = None

    def wake(self) -> None:
        """Look now instead of at the next tick."""
        self._wake.set()

    def _watch(self) -> None:
        while not self._end.is_set():
            try:
                with self._lock.acquire(timeout=LOOK_EVERY_S * 4):
                    while not self._end.is_set():
                        self.look()
                        self._wake.wait(LOOK_EVERY_S)
                        self._wake.clear()
            except Timeout:
                continue
            except (OSError, DiskFull) as error:  # a full disk, a folder thrown away this moment
                print(f"The supervisor will look again: {error}", file=sys.stderr)
                self._end.wait(LOOK_EVERY_S * 4)

    def look(self) -> None:
        """One round: settle what ended, insist where asked, start what may start."""
        waiting: list[tuple[Job, Path]] = []
        busy: dict[str, int] = {}
        for folder in self._open_jobs():
            job = job_of(folder)
            standing = _Standing.OVER if job is None else self._attend(folder)
            if job is None or standing is _Standing.OVER:
                continue
            if standing is _Standing.RUNS:
                busy[job.lane] = busy.get(job.lane, 0) + 1
            else:
                waiting.append((job, folder))
        for job, folder in sorted(waiting, key=lambda entry: entry[0].queued_at):
            asked = _what_was_asked(folder)
            if asked is not None:
                _say(folder, asked)
            elif busy.get(job.lane, 0) < (LIGHT_ROOM if job.lane == LIGHT_LANE else 1):
                busy[job.lane] = busy.get(job.lane, 0) + 1
                self._launch(job, folder)

    def _attend(self, folder: Path) -> _Standing:
        """See to one job that is not known to be over. Its trouble is not that of the others."""
        try:
            if self._is_running(folder):
                self._insist(folder)
                return _Standing.RUNS
            progress = progress_of(folder)
            if progress.state is State.WAITING and process_of(folder) is None:
                return _Standing.WAITS
            if progress.state is State.RUNNING and is_alive(progress.pid or 0, progress.born):
                # Started by an app that died before it could note the process.
                note_process(folder, progress.pid or 0, progress.born)
                return _Standing.RUNS
            self._settle(folder)
        except (OSError, DiskFull) as error:  # a full disk, a folder thrown away this moment
            print(f"{folder.name} will be looked at again: {error}", file=sys.stderr)
        return _Standing.OVER

    def _open_jobs(self) -> list[Path]:
        """Folders with a job that is not known to be over. Cheap: one stat per old job."""
        found = []
        for root in self._roots:
            for path in root.glob(f"*/{JOB_FILE}"):
                try:
                    stamp = path.stat().st_mtime_ns
                except OSError:  # thrown away this moment
                    continue
                if self._settled.get(path.parent) != stamp:
                    found.append(path.parent)
        return found

    def _is_running(self, folder: Path) -> bool:
        child = self._children.get(folder)
        if child is not None:
            if child.poll() is None:
                return True
            self._exits[folder] = child.returncode
            del self._children[folder]  # reaped: no zombie stays behind
        return lives(folder)

    def _launch(self, job: Job, folder: Path) -> None:
        try:
            process = start_detached(job.module, folder)
        except OSError as error:
            _say(
                folder,
                Failed(
                    f"The background process could not be started ({error}).",
                    "Close other programs and start it again.",
                    time.time(),
                ),
            )
            return
        self._children[folder] = process  # first, in case the note does not fit on the disk
        try:
            note_process(folder, process.pid, born(process.pid))
        except (OSError, DiskFull) as error:  # the worker's own first word will tell who it is
            print(f"{folder.name} could not be noted: {error}", file=sys.stderr)

    def _settle(self, folder: Path) -> None:
        """The process is gone. If it left no last word, say it in its place, or try again."""
        job, stamp = job_of(folder), (folder / JOB_FILE).stat().st_mtime_ns
        progress = progress_of(folder)
        process = process_of(folder) or (progress.pid or 0, progress.born)
        end_orphans(*process)
        killed = self._exits.pop(folder, 0) == -signal.SIGKILL if _KILLS_ARE_TOLD else False
        if not progress.state.is_over:
            hung = self._patience.had_to_insist(folder)
            word = _what_was_asked(folder, hung=hung) or _last_word(job, progress, killed)
            write(folder, word)
            say_in_log(folder, getattr(word, "what", "") or f"The work {_ENDED[type(word)]}.")
            self._patience.forget(folder)
            if isinstance(word, Lost):
                stand_again(folder)
                return
        self._patience.forget(folder)
        self._settled[folder] = stamp

    def _insist(self, folder: Path) -> None:
        """A worker that was asked to leave and does not: terminate it, then kill it."""
        process, step = process_of(folder), self._patience.step(folder)
        if process is not None and step is not Step.WAIT:
            end_tree(*process, kill=step is Step.KILL)


def _what_was_asked(folder: Path, *, hung: bool = False) -> Stopped | Paused | None:
    """The end that the user wished for, for a job that no process works on."""
    if was_asked_to_stop(folder):
        return Stopped(time.time())
    if was_asked_to_pause(folder, now=True) or was_asked_to_pause(folder, now=False):
        return Paused(time.time(), *(_HUNG if hung else ()))
    return None


def _say(folder: Path, word: Stopped | Paused | Failed) -> None:
    """Write a last word; a folder that vanished this moment needs none."""
    try:
        write(folder, word)
    except (OSError, DiskFull) as error:
        print(f"{folder.name} will be looked at again: {error}", file=sys.stderr)


def _last_word(job: Job | None, progress: Progress, killed: bool) -> Lost | Interrupted:
    died = (
        _KILLED
        if killed
        else (
            "The work ended without a word: the computer restarted, memory ran out, or somebody "
            "ended the process."
        )
    )
    if job is not None and job.resumes and progress.losses < MOST_LOSSES:
        return Lost(died, time.time(), killed)
    if job is not None and job.resumes:
        died = (
            f"The work ended without a word {progress.losses + 1} times in a row and got no "
            "further in between; most often memory is too short."
        )
    return Interrupted(
        died,
        "Start it again; if it happens again, choose a smaller batch or picture size.",
        time.time(),
    )
