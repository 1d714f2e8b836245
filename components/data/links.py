"""The same file in two places without a second copy, where the disk can do that."""

import os
import shutil
from pathlib import Path


def link(source: Path, target: Path) -> None:
    """Make `source` appear at `target` too: as hard link, else as symbolic link, else as copy.

    Hard links need the same disk, symbolic links a right that Windows gives to few; a copy always
    works and takes room.
    """
    for way in (os.link, os.symlink):
        try:
            way(source.resolve(), target)
            return
        except (OSError, NotImplementedError):
            continue  # this disk or system cannot; the next way can
    shutil.copy2(source, target)
