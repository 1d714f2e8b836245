"""Trying hostile inputs: each in a process of its own with little time and memory.

A process is forked from one that has everything imported, so a trial costs a hundredth of a
second and not a second. `resource` and `fork` exist on Linux and macOS only.
"""

import hashlib
import json
import os
import resource
import shutil
import signal
import time
import traceback
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from components.data import store
from components.data.conversion import convert  # noqa: F401 - imported before the fork
from components.data.importing import import_now
from components.data.recognise import recognise  # noqa: F401
from components.errors import AppError
from components.workspace import Workspace
from tests.hostile.case import GOOD_BOX, Case

SECONDS = 20  # of computing; a trial that waits is ended after six times that
MEMORY = 2_500_000_000  # of address space beyond what the parent has
OPEN_FILES = 256


@dataclass(frozen=True)
class Verdict:
    """What came of a trial: `kind` is "fine", "crashed", "escaped", "hung" or "silent"."""

    case: str
    kind: str
    about: str
    seconds: float


def try_all(cases: Iterable[Case], room: Path, at_once: int = 2) -> Iterator[Verdict]:
    """Every case in a folder of its own below `room`."""
    with ThreadPoolExecutor(at_once) as pool:
        yield from pool.map(lambda pair: _try(pair[1], room / f"{pair[0]:04d}"), enumerate(cases))


def _try(case: Case, room: Path) -> Verdict:
    given = room / "given"
    given.mkdir(parents=True)
    case.build(given)
    before, began = _seen(given), time.monotonic()
    pid = os.fork()
    if pid == 0:  # the child never returns from here
        _child(case, room)
    status = _waited(pid, began + 6 * SECONDS)
    seconds = time.monotonic() - began
    kind, about = _judged(case, room, status)
    if kind in ("fine", "silent"):
        outside = {path.name for path in room.iterdir()} - {"given", "ws", "told.json"}
        if outside or _seen(given) != before or Path("owned").exists():
            kind, about = "escaped", f"{outside or 'the given folder was changed'}"
    shutil.rmtree(room, ignore_errors=True)
    return Verdict(case.name, kind, about, round(seconds, 2))


def _seen(folder: Path) -> dict[str, str]:
    """Every file below, with a print of its content."""
    seen = {}
    for top, folders, files in os.walk(os.fsencode(folder)):
        for name in [*folders, *files]:
            path = os.path.join(top, name)  # noqa: PTH118 - names that are no text
            is_plain = os.path.isfile(path) and not os.path.islink(path)  # noqa: PTH113, PTH114
            seen[os.fsdecode(path)] = _print(path) if is_plain else ""
    return seen


def _print(path: bytes) -> str:
    with open(path, "rb") as file:  # noqa: PTH123
        return hashlib.file_digest(file, "md5").hexdigest()


def _waited(pid: int, until: float) -> int | None:
    """The child's exit status; None when it had to be ended."""
    while time.monotonic() < until:
        done, status = os.waitpid(pid, os.WNOHANG)
        if done:
            return status
        time.sleep(0.005)
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    return None


def _child(case: Case, room: Path) -> None:
    told = {"crash": ""}
    try:
        _limit()
        os.chdir(room / "given")
        told = _imported(room)
    except BaseException:
        told = {"crash": traceback.format_exc()[-1500:]}
    finally:
        try:
            (room / "told.json").write_text(json.dumps(told), encoding="utf-8")
        finally:
            os._exit(0)


def _limit() -> None:
    with Path("/proc/self/statm").open() as file:
        used = int(file.read().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (used + MEMORY, used + MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS + 1))
    resource.setrlimit(resource.RLIMIT_NOFILE, (OPEN_FILES, OPEN_FILES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    devnull = os.open(os.devnull, os.O_WRONLY)
    os.dup2(devnull, 2)


def _imported(room: Path) -> dict:
    """The import as the app does it, and what it told."""
    workspace = Workspace(room / "ws")
    for folder in (workspace.datasets, workspace.imports, workspace.uploads, workspace.cache):
        folder.mkdir(parents=True)
    try:
        slug = import_now(workspace, [room / "given"], "hostile")
    except AppError as error:
        return {"crash": "", "refused": f"{error.what} {error.fix}"}
    dataset = store.find(workspace, slug)
    problems = [f"{each.file} {each.what} {each.done}" for each in dataset.problems()]
    names = [each.name for each in dataset.classes()]
    good = [row.id for row in dataset.rows() if row.name.endswith("good.jpg")]
    boxes = [
        [names[label.class_id], *(round(edge) for edge in label.box)]
        for labels in dataset.labels(good).values()
        for label in labels
    ]
    return {"crash": "", "refused": "", "problems": problems[:5000], "good": boxes}


def _judged(case: Case, room: Path, status: int | None) -> tuple[str, str]:
    if status is None:
        return "hung", f"no end after {6 * SECONDS} s"
    if os.WIFSIGNALED(status):
        number = os.WTERMSIG(status)
        kind = "hung" if number in (signal.SIGXCPU, signal.SIGKILL) else "crashed"
        return kind, f"ended by signal {number}"
    try:
        told = json.loads((room / "told.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return "crashed", "no last word"
    if told["crash"]:
        return "crashed", told["crash"]
    if told["refused"]:
        if case.comes:
            return "silent", f"the good picture did not come in: {told['refused']}"
        is_told = not case.named or case.named in told["refused"]
        return ("fine" if is_told else "silent"), told["refused"]
    return _judged_content(case, told)


def _judged_content(case: Case, told: dict) -> tuple[str, str]:
    if case.comes and not _boxed(told["good"]):
        return "silent", f"the good picture's box is not there: {told['good']}"
    if case.named and not any(case.named in each for each in told["problems"]):
        return "silent", f"nothing names {case.named}: {told['problems'][:3]}"
    return "fine", ""


def _boxed(boxes: list) -> bool:
    """Whether the good box came, under whatever name a broken list of classes left it."""
    return [round(edge) for edge in GOOD_BOX[1:]] in [box[1:] for box in boxes]
