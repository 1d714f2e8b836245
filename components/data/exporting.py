"""The export: a data set, or one of its versions, as a zip that other tools read.

```
cache/export-<id>/    order.json     what to write: told by the app
                      <name>.zip     there once it is whole
                      events.jsonl   as every job has
```

The app's side submits and asks; the worker's side is `python -m components.data.exporting FOLDER`.
"""

import json
import secrets
import shutil
import sys
import time
import zipfile
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from components.data.store import Dataset, find
from components.data.writers.outgoing import Outgoing, of_dataset, of_version
from components.data.writers.parcel import Parcel
from components.data.writers.registry import WRITERS
from components.errors import DatasetError
from components.jobs.events import State, Told, write
from components.jobs.job import LIGHT_LANE, ask, lives, progress_of, submit
from components.jobs.worker import Needle, at_work, heed_stop, read_needle
from components.workspace import Workspace, demand_space, write_atomic

MODULE = "components.data.exporting"
ORDER_FILE = "order.json"
PREFIX = "export-"
KEPT_S = 24 * 3600.0  # a zip can be made again


@dataclass(frozen=True, slots=True)
class ExportOrder:
    """What to write.

    Attributes:
        dataset: Slug of the data set.
        form: A key of `WRITERS`.
        version: Hash of a version; "" for the data set as it is.
    """

    dataset: str
    form: str
    version: str = ""

    @property
    def file_name(self) -> str:
        """Name of the zip."""
        return (
            "-".join(part for part in (self.dataset, self.version[:8], self.form) if part) + ".zip"
        )


@dataclass(frozen=True, slots=True)
class ExportView:
    """An export as a page shows it.

    Attributes:
        id: Name of its folder.
        order: What is written.
        state: Where it stands.
        needle: `phase` (words), `done`, `total`, `left_s`; empty before it began.
        file: The zip, once it is whole.
        notes: Sentences on what the format cannot hold, once it is whole.
        trouble: What happened and what to do, when it failed.
    """

    id: str
    order: ExportOrder
    state: State
    needle: dict[str, Any]
    file: Path | None
    notes: tuple[str, ...]
    trouble: tuple[str, str] | None


def start_export(workspace: Workspace, slug: str, form: str, version: str = "") -> Path:
    """Put the writing of a zip in line; returns the export's folder.

    Raises:
        DatasetError: There is no such data set or format.
    """
    find(workspace, slug)
    if form not in WRITERS:
        raise DatasetError(
            f"There is no format {form!r} to write.", f"Choose one of {', '.join(WRITERS)}."
        )
    _sweep(workspace)
    folder = workspace.cache / f"{PREFIX}{int(time.time()):x}-{secrets.token_hex(4)}"
    folder.mkdir(parents=True)
    write_atomic(folder / ORDER_FILE, json.dumps(asdict(ExportOrder(slug, form, version))))
    submit(folder, MODULE, LIGHT_LANE)
    return folder


def _sweep(workspace: Workspace) -> None:
    for path in workspace.cache.glob(f"{PREFIX}*/{ORDER_FILE}"):
        if time.time() - path.stat().st_mtime > KEPT_S and not lives(path.parent):
            shutil.rmtree(path.parent, ignore_errors=True)


def export_state(folder: Path) -> ExportView:
    """Where an export stands. Cheap enough to ask every second.

    Raises:
        DatasetError: There is no such export.
    """
    order, progress = _order(folder), progress_of(folder)
    file = folder / order.file_name
    trouble = progress.trouble
    return ExportView(
        folder.name, order, progress.state, read_needle(folder),
        file if file.is_file() else None, tuple(progress.told.get("export", {}).get("notes", ())),
        (trouble.what, trouble.fix) if trouble else None,
    )  # fmt: skip


def exports_of(workspace: Workspace, slug: str) -> list[ExportView]:
    """The exports of a data set that are there, newest first."""
    views = [export_state(path.parent) for path in workspace.cache.glob(f"{PREFIX}*/{ORDER_FILE}")]
    mine = [view for view in views if view.order.dataset == slug]
    return sorted(mine, key=lambda view: view.id, reverse=True)


def cancel_export(folder: Path) -> None:
    """Ask the worker to stop; what it wrote goes."""
    ask(folder, "stop")


def _order(folder: Path) -> ExportOrder:
    try:
        return ExportOrder(**json.loads((folder / ORDER_FILE).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError) as error:
        raise DatasetError(
            f"The export {folder.name} is not there any more.", "Export the data set again."
        ) from error


def export_now(
    dataset: Dataset,
    form: str,
    target: Path,
    version: str = "",
    show: Callable[[int, int], None] = lambda _done, _total: None,
) -> tuple[str, ...]:
    """Write the zip in this process; it is seen only once it is whole.

    Args:
        dataset: What to write.
        form: A key of `WRITERS`.
        target: The zip.
        version: Hash of a version; "" for the data set as it is.
        show: Told how many pictures of how many are in it; may raise to leave.

    Returns:
        Sentences on what the format cannot hold.

    Raises:
        AppError: It cannot be written.
    """
    room = target.with_name(f".{target.name}.room")
    room.mkdir(parents=True)
    try:
        out = of_version(dataset, version) if version else of_dataset(dataset, room)
        demand_space(room, sum(_size(each.file) for each in out.pictures()), "the export")
        _write(out, form, room / target.name, show)
        (room / target.name).replace(target)
    finally:
        shutil.rmtree(room, ignore_errors=True)
    return (*out.left_out, *WRITERS[form].lost(out))


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


def _write(out: Outgoing, form: str, target: Path, show: Callable[[int, int], None]) -> None:
    done = 0

    def between_pictures() -> None:
        nonlocal done
        show(done, out.total)
        done += 1

    with zipfile.ZipFile(target, "w", allowZip64=True) as archive:
        WRITERS[form].write(out, Parcel(archive, between_pictures))
    show(out.total, out.total)


def main(folder: Path) -> None:
    """The worker: does what the order says."""
    with at_work(folder):
        order, needle = _order(folder), Needle(folder)
        dataset = find(Workspace(folder.resolve().parent.parent), order.dataset)

        def show(done: int, total: int) -> None:
            heed_stop(folder)
            needle.show("Packing the pictures", done, total)

        notes = export_now(dataset, order.form, folder / order.file_name, order.version, show)
        write(folder, Told("export", {"notes": list(notes)}))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
