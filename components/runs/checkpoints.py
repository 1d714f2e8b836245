"""Weights files that are whole or not there: written beside, synced, then renamed.

A kill, a crash of the computer or a full disk in the middle of writing leaves the file of before
untouched, and that one's predecessor beside it until the new one is safely on the disk.
"""

import contextlib
import os
from pathlib import Path

PART = ".part"


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
    _sync(new)
    if keep_previous and path.exists():
        _keep(path, previous(path))
    new.replace(path)
    _sync_folder(path.parent)


def discard(*paths: Path) -> None:
    """Forget what was written beside these, if anything was."""
    for path in paths:
        beside(path).unlink(missing_ok=True)


def _keep(path: Path, old: Path) -> None:
    second_name = beside(old)
    second_name.unlink(missing_ok=True)
    try:
        second_name.hardlink_to(path)
    except OSError:  # a disk without hard links, such as FAT: for a moment only `old` is there
        path.replace(old)
        return
    second_name.replace(old)


def _sync(path: Path) -> None:
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def _sync_folder(folder: Path) -> None:
    """See the renaming itself onto the disk, where the system can (Windows cannot)."""
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
