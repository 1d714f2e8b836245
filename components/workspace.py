"""Where things live on disk.

```
<workspace>/
    datasets/<slug>/    dataset.sqlite, images/, thumbnails/, versions/
    runs/<slug>/        plan.json, events.jsonl, now.json, log.txt, ask/, train/weights/
    models/             base weights with a note of where they came from
    imports/<id>/       a reading in progress: job, report, what was unpacked
    uploads/<id>/       files as the browser sent them
    cache/              things that can be made again
```

The whole folder can be zipped, sent and deleted. `TAILOR_WORKSPACE` moves it.
"""

import contextlib
import os
import re
import shutil
import threading
import unicodedata
from dataclasses import dataclass
from pathlib import Path

from components.errors import DiskFull

SLUG_LENGTH = 60  # with a run's number behind it a path stays short enough for Windows
# Windows gives these names to devices, whatever stands behind a dot.
_RESERVED = {"con", "prn", "aux", "nul"} | {f"{d}{n}" for d in ("com", "lpt") for n in range(1, 10)}


@dataclass(frozen=True, slots=True)
class Workspace:
    """The folder that holds a person's work."""

    root: Path

    @classmethod
    def current(cls) -> "Workspace":
        """The workspace of this process, as the environment says; made if it is not there."""
        given = os.environ.get("TAILOR_WORKSPACE")
        if given:
            root = Path(given).expanduser().resolve()
        else:
            import platformdirs

            root = Path(platformdirs.user_data_path("Tailor", appauthor=False))
        workspace = cls(root)
        for folder in (workspace.datasets, workspace.runs, workspace.models, workspace.imports,
                       workspace.uploads, workspace.cache):  # fmt: skip
            folder.mkdir(parents=True, exist_ok=True)
        return workspace

    @property
    def datasets(self) -> Path:
        """One folder per data set."""
        return self.root / "datasets"

    @property
    def runs(self) -> Path:
        """One folder per run."""
        return self.root / "runs"

    @property
    def models(self) -> Path:
        """Base weights."""
        return self.root / "models"

    @property
    def imports(self) -> Path:
        """Readings in progress."""
        return self.root / "imports"

    @property
    def uploads(self) -> Path:
        """Files as the browser sent them."""
        return self.root / "uploads"

    @property
    def cache(self) -> Path:
        """What can be made again."""
        return self.root / "cache"


def slug(name: str) -> str:
    """A folder name for a title: small letters, digits and hyphens, never empty.

    >>> slug("Zellen im Blut (2024)")
    'zellen-im-blut-2024'
    """
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    short = re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")[:SLUG_LENGTH].strip("-")
    if not short:
        return "unnamed"
    return f"{short}-x" if short in _RESERVED else short


def free_name(folder: Path, name: str) -> str:
    """`slug(name)`, with a number behind it when `folder` already has an entry of that name."""
    wanted = slug(name)
    candidate, number = wanted, 1
    while (folder / candidate).exists():
        number += 1
        candidate = f"{wanted}-{number}"
    return candidate


def is_slug(text: str) -> bool:
    """Whether the text can be one of our folder names, and nothing that leads elsewhere."""
    return re.fullmatch(r"[a-z0-9][a-z0-9-]{0,80}", text) is not None


def write_atomic(path: Path, content: str | bytes, *, lasts: bool = True) -> None:
    """Write beside and rename, so that a reader sees the old file or the new, never a half.

    Args:
        path: The file.
        content: All of it.
        lasts: Whether it must outlive a loss of power; waiting for the disk takes milliseconds.

    Raises:
        DiskFull: No room was left; the old file still stands.
    """
    beside = path.with_name(f".{path.name}.{os.getpid()}-{threading.get_ident()}.part")
    data = content.encode("utf-8") if isinstance(content, str) else content
    try:
        with beside.open("wb") as file:
            file.write(data)
            if lasts:
                file.flush()
                os.fsync(file.fileno())
        beside.replace(path)
    except OSError as error:
        beside.unlink(missing_ok=True)
        if error.errno == 28:  # ENOSPC, the same number on Linux, macOS and Windows
            raise DiskFull(
                f"The disk has no room left for {path.name}.",
                f"Free some space on the disk of {path.parent} and try again.",
            ) from error
        raise


def sync_folder(folder: Path) -> None:
    """See what was renamed or made in the folder onto the disk, where the system can.

    Windows cannot; its file system keeps the order by itself.
    """
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def free_bytes(path: Path) -> int:
    """Bytes free on the disk that holds `path` (or its nearest existing parent)."""
    while not path.exists():
        path = path.parent
    return shutil.disk_usage(path).free


def demand_space(path: Path, needed: int, what_for: str) -> None:
    """Check that `needed` bytes fit, with a reserve of 200 MB so that the system stays usable.

    Raises:
        DiskFull: They do not.
    """
    short = needed + 200_000_000 - free_bytes(path)
    if short > 0:
        raise DiskFull(
            f"The disk is too full for {what_for}: {needed / 1e6:,.0f} MB are needed and "
            f"{free_bytes(path) / 1e6:,.0f} MB are free.",
            f"Free {short / 1e6:,.0f} MB and try again, or move the workspace with "
            "TAILOR_WORKSPACE.",
        )
