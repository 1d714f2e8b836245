# ruff: noqa: PTH100, PTH103, PTH108, PTH110, PTH112, PTH115, PTH118, PTH120, PTH202
"""Python imports this at its start where this folder is on its path: it notes what is not synced.

Every renaming, linking, removing and opening for writing under `TAILOR_UNSYNCED_ROOT` is written
into a journal, with what stood there before kept in a vault, and so is every fsync. From that
`tests.benchmarks.power` works out what a loss of power may take.

No pathlib: its own calls would be noted, too.
"""

import contextlib
import json
import os
import sys
import threading
import time
import uuid

JOURNALS, ROOT = os.environ.get("TAILOR_UNSYNCED"), os.environ.get("TAILOR_UNSYNCED_ROOT", "?")
_ours = threading.local()  # the journal's own doings are not noted
_vaulted: list[tuple[str, str]] = []  # folder, file in the vault


def _note(**facts: object) -> None:
    os.write(_journal, (json.dumps({"at": time.monotonic_ns(), **facts}) + "\n").encode())


def _keep(path: str) -> str | None:
    """What stands at `path`, under a name in the vault; None where nothing does."""
    safe = os.path.join(JOURNALS or "", "vault", uuid.uuid4().hex)
    try:
        os.link(path, safe)
    except OSError:
        return None
    _vaulted.append((os.path.dirname(path), safe))
    return safe


def _hook(event: str, args: tuple[object, ...]) -> None:
    if event not in ("os.rename", "os.link", "os.remove", "open") or getattr(_ours, "busy", False):
        return
    _ours.busy = True
    try:
        _take(event, args)
    except (TypeError, ValueError, OSError):
        pass
    finally:
        _ours.busy = False


def _take(event: str, args: tuple[object, ...]) -> None:
    first = os.path.abspath(os.fsdecode(args[0]))  # type: ignore[arg-type]
    if not first.startswith(ROOT):
        return
    if event == "open":
        flags = int(args[2])  # type: ignore[call-overload]
        if flags & (os.O_WRONLY | os.O_RDWR):
            there = os.path.exists(first)
            stays = there and not flags & os.O_TRUNC
            size = os.path.getsize(first) if stays else 0
            _note(what="opened", path=first, size=size, new=not there)
        return
    if event == "os.remove":
        _note(what="changed", path=first, before=_keep(first))
        return
    second = os.path.abspath(os.fsdecode(args[1]))  # type: ignore[arg-type]
    _note(what="changed", path=second, before=_keep(second),
          source=first if event == "os.rename" else None)  # fmt: skip


def _forget(folder: str) -> None:
    for entry in [each for each in _vaulted if each[0] == folder]:
        _vaulted.remove(entry)
        with contextlib.suppress(OSError):
            os.unlink(entry[1])


def _fsync(handle: int) -> None:
    _really_sync(handle)
    path = os.readlink(f"/proc/self/fd/{handle}")
    if path.startswith(ROOT):
        _ours.busy = True
        _note(what="synced", path=path, size=os.fstat(handle).st_size)
        if os.path.isdir(path):
            _forget(path)
        _ours.busy = False


if JOURNALS and os.path.isdir("/proc/self/fd"):
    os.makedirs(os.path.join(JOURNALS, "vault"), exist_ok=True)
    _name = os.path.join(JOURNALS, f"{os.getpid()}.jsonl")
    _journal = os.open(_name, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    _really_sync, os.fsync = os.fsync, _fsync
    sys.addaudithook(_hook)
