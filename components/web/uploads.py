"""Files on their way from the browser: a batch of them, in slices, resumable, never in memory.

```
uploads/<batch>/listing.json     what was announced: names, sizes; whether it is complete
uploads/<batch>/parts/<n>        file n so far; its length is the offset to go on from
uploads/<batch>/files/<name>     file n when it is whole, in the folders it had on the user's side
```

A batch's id is made from what was announced, so choosing the same files again finds the same
batch and goes on where it stopped, also after a reload or a restart.
"""

import hashlib
import json
import shutil
import threading
import time
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from components.errors import DatasetError
from components.web.safe_names import stored_names
from components.workspace import Workspace, demand_space, is_slug, write_atomic

SLICE_BYTES = 8 << 20  # large enough for 80 MB/s and more, small enough to lose and send again
MOST_FILES = 100_000
MOST_BYTES = 1 << 40
STALE_S = 7 * 86_400.0
LISTING = "listing.json"
_one_writer = threading.RLock()


class OffsetDiffers(Exception):
    """The slice does not begin where the file ends.

    Attributes:
        offset: Bytes that are there.
    """

    def __init__(self, offset: int) -> None:
        super().__init__(offset)
        self.offset = offset


@dataclass(frozen=True, slots=True)
class Announced:
    """One file that the browser is going to send.

    Attributes:
        name: Relative, with forward slashes, as on the user's side; may hold anything.
        size: Bytes.
        modified: When it was last changed there, milliseconds; tells two versions apart.
        stored: Where it will lie under `files/`.
    """

    name: str
    size: int
    modified: int
    stored: str = ""


@dataclass(frozen=True, slots=True)
class Batch:
    """Files that belong together.

    Attributes:
        id: A folder name of ours.
        folder: Where it lies.
        files: In the order they were announced.
        is_complete: Whether all of it came and was confirmed.
    """

    id: str
    folder: Path
    files: tuple[Announced, ...]
    is_complete: bool

    @property
    def bytes(self) -> int:
        """Size of all files."""
        return sum(file.size for file in self.files)

    def path(self, number: int) -> Path:
        """Where file `number` lies when it is whole."""
        return self.folder / "files" / self.files[number].stored

    def part(self, number: int) -> Path:
        """Where file `number` grows."""
        return self.folder / "parts" / str(number)

    def offset(self, number: int) -> int:
        """Bytes of file `number` that have arrived."""
        if self.path(number).exists():
            return self.files[number].size
        part = self.part(number)
        return part.stat().st_size if part.exists() else 0


def begin(workspace: Workspace, announced: list[Announced]) -> Batch:
    """A batch for the files, new or found again half sent.

    Raises:
        DatasetError: There are none, or more or larger ones than Tailor takes.
        DiskFull: They will not fit.
    """
    total = sum(file.size for file in announced)
    if not announced or len(announced) > MOST_FILES or total > MOST_BYTES:
        raise DatasetError(
            f"{len(announced):,} files of {total / 1e9:,.1f} GB together cannot be sent at once.",
            f"Choose between 1 and {MOST_FILES:,} files, or give the path of the folder instead.",
        )
    with _one_writer:
        batch = _same(workspace, announced)
        arrived = sum(batch.offset(number) for number in range(len(batch.files)))
        demand_space(workspace.uploads, total - arrived, "these files")
        (batch.folder / "parts").mkdir(parents=True, exist_ok=True)
        _write(batch, is_complete=False)
        for number, file in enumerate(batch.files):
            if file.size == 0:
                _settle(batch, number)
        return batch


def _same(workspace: Workspace, announced: list[Announced]) -> Batch:
    """The batch of these very files that is not complete yet; a fresh number otherwise."""
    facts = json.dumps([[file.name, file.size, file.modified] for file in announced])
    digest = hashlib.sha256(facts.encode()).hexdigest()[:24]
    stored = stored_names([file.name for file in announced])
    files = tuple(
        Announced(file.name, file.size, file.modified, name)
        for file, name in zip(announced, stored, strict=True)
    )
    number = 1
    while True:
        name = f"{digest}-{number}"
        found = _read(workspace.uploads / name)
        if found is None or not found.is_complete:
            return Batch(name, workspace.uploads / name, files, is_complete=False)
        number += 1


def find(workspace: Workspace, batch_id: str) -> Batch | None:
    """The batch of that id, or None."""
    return _read(workspace.uploads / batch_id) if is_slug(batch_id) else None


def append(batch: Batch, number: int, offset: int, data: bytes) -> int:
    """Add a slice to a file; returns how much of the file is there now.

    Raises:
        OffsetDiffers: The file's end is elsewhere (the slice came twice, or in two tabs).
        DatasetError: The file would become longer than announced.
        DiskFull: No room is left.
    """
    file = batch.files[number]
    with _one_writer:
        have = batch.offset(number)
        if offset != have:
            raise OffsetDiffers(have)
        if have + len(data) > file.size:
            raise DatasetError(
                f"'{file.name}' is longer than the {file.size:,} bytes it was announced with.",
                "Choose the file again; it was changed while it was being sent.",
            )
        demand_space(batch.folder, len(data), f"'{file.name}'")
        with batch.part(number).open("ab") as part:
            part.write(data)
        if have + len(data) == file.size:
            _settle(batch, number)
    return have + len(data)


def _settle(batch: Batch, number: int) -> None:
    """The file is whole: give it its name."""
    part, path = batch.part(number), batch.path(number)
    path.parent.mkdir(parents=True, exist_ok=True)
    part.touch()
    part.replace(path)


def finish(batch: Batch) -> Batch:
    """Confirm that all files are there.

    Raises:
        DatasetError: One is not whole.
    """
    for number, file in enumerate(batch.files):
        if not batch.path(number).exists():
            raise DatasetError(
                f"'{file.name}' has arrived only in part: {batch.offset(number):,} of "
                f"{file.size:,} bytes.",
                "Choose the same files again; sending goes on where it stopped.",
            )
    shutil.rmtree(batch.folder / "parts", ignore_errors=True)
    _write(batch, is_complete=True)
    return Batch(batch.id, batch.folder, batch.files, is_complete=True)


def cancel(batch: Batch) -> None:
    """Forget the batch and everything that came of it."""
    with _one_writer:
        shutil.rmtree(batch.folder, ignore_errors=True)


def sources(workspace: Workspace, batch_id: str) -> list[Path]:
    """What a complete batch holds at its top (archives, loose files, folders), as announced.

    Raises:
        DatasetError: There is no such batch, or it is not complete.
    """
    batch = find(workspace, batch_id)
    if batch is None or not batch.is_complete:
        raise DatasetError(
            "These files have not arrived completely.", "Choose the same files again."
        )
    tops = dict.fromkeys(file.stored.partition("/")[0] for file in batch.files)
    return [batch.folder / "files" / top for top in tops]


def sweep(workspace: Workspace | None = None, *, older_than_s: float = STALE_S) -> int:
    """Remove batches that nobody came back to and no import rests on; returns how many."""
    workspace = workspace or Workspace.current()
    wanted = "".join(
        path.read_text("utf-8", "replace") for path in workspace.imports.glob("*/source.json")
    )
    swept = 0
    for folder in workspace.uploads.iterdir():
        newest = time.time()  # unless all can be asked: somebody is sending just now
        with suppress(FileNotFoundError):
            newest = max(path.stat().st_mtime for path in [folder, *folder.glob("*")])
        if folder.is_dir() and time.time() - newest > older_than_s and folder.name not in wanted:
            shutil.rmtree(folder, ignore_errors=True)
            swept += 1
    return swept


def _write(batch: Batch, *, is_complete: bool) -> None:
    facts = {"files": [asdict(file) for file in batch.files], "complete": is_complete}
    write_atomic(batch.folder / LISTING, json.dumps(facts))


_known: dict[Path, tuple[int, Batch]] = {}  # a listing of 10,000 files is not parsed per slice


def _read(folder: Path) -> Batch | None:
    path = folder / LISTING
    try:
        stamp = path.stat().st_mtime_ns
        if folder in _known and _known[folder][0] == stamp:
            return _known[folder][1]
        facts = json.loads(path.read_text(encoding="utf-8"))
        files = tuple(Announced(**file) for file in facts["files"])
        batch = Batch(folder.name, folder, files, bool(facts["complete"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None
    while len(_known) > 8:
        _known.pop(next(iter(_known)))
    _known[folder] = (stamp, batch)
    return batch
