"""Weights files that are whole or not there: written beside, synced, then renamed.

A kill, a crash of the computer or a full disk in the middle of writing leaves the file of before
untouched, and that one's predecessor beside it until the new one is safely on the disk. A note
beside them (`best.pt` -> `best.json`) holds the SHA-256 of the newest: damage is noticed.

A loss of power may undo renamings whose folder was not synced, in any order. So the folder is
synced after each step that a later step relies on.
"""

import hashlib
import json
import os
import zipfile
from pathlib import Path
from typing import Any

from components.workspace import sync_folder, write_atomic

PART = ".part"
NOTED = 3  # files a note may speak of: the new one, the one it replaces, the one before


def beside(path: Path) -> Path:
    """Where the new content of `path` is written until it is whole."""
    return path.with_name(path.name + PART)


def previous(path: Path) -> Path:
    """Where the version before the present one is kept: `last.pt` -> `last.previous.pt`."""
    return path.with_name(f"{path.stem}.previous{path.suffix}")


def publish(path: Path, *, keep_previous: bool = False) -> None:
    """Put what was written to `beside(path)` in the place of `path`, in one step.

    Args:
        path: The file to replace.
        keep_previous: Keep what stood there as `previous(path)`; both are the same file for a
            moment, so that at no time there is none.

    Raises:
        FileNotFoundError: Nothing was written beside.
    """
    new = beside(path)
    sync(new)
    if keep_previous and path.exists():
        _keep(path, previous(path))
        sync_folder(path.parent)
    new.replace(path)
    sync_folder(path.parent)


def discard(*paths: Path) -> None:
    """Forget what was written beside these, if anything was."""
    for path in paths:
        beside(path).unlink(missing_ok=True)


def note(path: Path, facts: dict[str, Any]) -> None:
    """Say what `path` is about to hold, before it is published; it stays said of those before.

    Args:
        path: The file, its new content whole in `beside(path)`.
        facts: `sha256` and `bytes` of the new content, and what else is to be known of it.
    """
    write_atomic(_note_file(path), json.dumps([facts, *notes(path)][:NOTED]))
    sync_folder(path.parent)


def notes(path: Path) -> list[dict[str, Any]]:
    """What was noted of `path` and of those it replaced, the newest first; empty when nothing."""
    try:
        read = json.loads(_note_file(path).read_text(encoding="utf-8"))
        return [{**n, "sha256": str(n["sha256"]), "bytes": int(n["bytes"])} for n in read]
    except (OSError, ValueError, KeyError, TypeError):
        return []


def note_of(file: Path, noted: list[dict[str, Any]]) -> dict[str, Any] | None:
    """Which of the notes speaks of the very content of `file`; None when none does."""
    try:
        size = file.stat().st_size
        if all(each["bytes"] != size for each in noted):
            return None
        digest = sha256(file)
    except OSError:
        return None
    return next((each for each in noted if each["sha256"] == digest), None)


def is_sound(weights: Path) -> bool:
    """Whether a weights file is there and whole by its own checksums (it is a zip)."""
    try:
        with zipfile.ZipFile(weights) as archive:
            return archive.testzip() is None
    except (OSError, zipfile.BadZipFile, EOFError):
        return False


def sha256(file: Path) -> str:
    """The file's SHA-256, in hexadecimal digits."""
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def sync(path: Path) -> None:
    """See the file's content onto the disk."""
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def _note_file(path: Path) -> Path:
    return path.with_suffix(".json")


def _keep(path: Path, old: Path) -> None:
    second_name = beside(old)
    second_name.unlink(missing_ok=True)
    try:
        second_name.hardlink_to(path)
    except OSError:  # a disk without hard links, such as FAT: for a moment only `old` is there
        path.replace(old)
        return
    second_name.replace(old)
