"""An import as a folder: what was asked for, how far it is, and what became of it.

```
imports/<id>/   source.json        what to read, or how to write it: told by the app
                reading.sqlite     what was found, between the two phases
                summary.json       the report in numbers
                unpacked/          members of archives, under numbers
                events.jsonl ...   as every job has
```
"""

import json
import secrets
import shutil
import time
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal

from components.errors import DatasetError
from components.jobs.events import State
from components.jobs.job import progress_of
from components.jobs.worker import read_needle
from components.workspace import Workspace, write_atomic

SOURCE_FILE = "source.json"
SUMMARY_FILE = "summary.json"
UNPACKED = "unpacked"
KEPT_DONE_S = 24 * 3600.0  # a finished import's folder tells a page that was left open its end

Conflicts = Literal["skip", "keep both", "replace"]  # labels for a picture that has some
Phase = Literal["reading", "ready", "writing", "done", "failed", "stopped"]


@dataclass(frozen=True, slots=True)
class Order:
    """What the worker shall do.

    Attributes:
        phase: "read" or "write".
        sources: Absolute paths of zips, loose files and folders.
        name: Title of the data set.
        is_kept: Whether the sources are the user's own and stay; else they are uploads.
        classes: Old class name to new one, None to leave it out; empty while reading.
        into: Slug of the data set that it is added to; "" for a new one.
        conflicts: Which labels count where a picture is there already and has some.
        prefer: Format to take where several describe the same pictures ("" for the fullest), and
            what was answered to questions, as `questions` has it.
        in_place: Whether pictures stay in the user's own folder instead of being copied.
    """

    phase: Literal["read", "write"]
    sources: tuple[str, ...]
    name: str
    is_kept: bool
    classes: dict[str, str | None] = field(default_factory=dict)
    into: str = ""
    conflicts: Conflicts = "skip"
    prefer: str = ""
    in_place: bool = False


@dataclass(frozen=True, slots=True)
class ImportView:
    """An import as a page shows it.

    Attributes:
        id: Name of its folder.
        name: Title of the data set.
        phase: Where it stands.
        needle: `phase` (words), `done`, `total`, `left_s`; empty before it began.
        summary: The report's numbers (`ReportSummary.to_dict`), once read.
        trouble: What happened and what to do, when it failed.
        dataset: Slug of the data set, once done.
        said: What became of pictures that were added to a data set, in sentences.
    """

    id: str
    name: str
    phase: Phase
    needle: dict[str, Any]
    summary: dict[str, Any] | None
    trouble: tuple[str, str] | None
    dataset: str | None
    said: tuple[str, ...] = ()


def workspace_of(folder: Path) -> Workspace:
    """The workspace that an import's folder lies in."""
    return Workspace(folder.resolve().parent.parent)


def building_folder(folder: Path) -> Path:
    """Where the data set is built before it gets its name."""
    return workspace_of(folder).datasets / f".building-{folder.name}"


def new_folder(workspace: Workspace) -> Path:
    """A fresh folder for an import; finished ones of yesterday are swept away."""
    workspace.imports.mkdir(parents=True, exist_ok=True)
    workspace.datasets.mkdir(parents=True, exist_ok=True)
    _sweep(workspace)
    folder = workspace.imports / f"{int(time.time()):x}-{secrets.token_hex(4)}"
    folder.mkdir()
    return folder


def _sweep(workspace: Workspace) -> None:
    for path in workspace.imports.glob(f"*/{SOURCE_FILE}"):
        is_old = time.time() - path.stat().st_mtime > KEPT_DONE_S
        if is_old and view(path.parent).phase == "done":
            shutil.rmtree(path.parent, ignore_errors=True)
    for path in workspace.datasets.glob(".building-*"):
        if not (workspace.imports / path.name.removeprefix(".building-")).exists():
            shutil.rmtree(path, ignore_errors=True)


def write_order(folder: Path, order: Order) -> None:
    """Tell the worker what to do."""
    write_atomic(folder / SOURCE_FILE, json.dumps(asdict(order)))


def read_order(folder: Path) -> Order:
    """What the worker shall do.

    Raises:
        DatasetError: The folder is no import.
    """
    try:
        facts = json.loads((folder / SOURCE_FILE).read_text(encoding="utf-8"))
        return Order(
            facts["phase"], tuple(facts["sources"]), facts["name"], facts["is_kept"],
            facts["classes"], facts.get("into", ""), facts.get("conflicts", "skip"),
            facts.get("prefer", ""), facts.get("in_place", False),
        )  # fmt: skip
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise DatasetError(
            f"The import {folder.name} is not there any more.", "Bring the pictures in again."
        ) from error


def view(folder: Path) -> ImportView:
    """Where an import stands. Cheap: a few small files.

    Raises:
        DatasetError: The folder is no import.
    """
    order = read_order(folder)
    progress = progress_of(folder)
    trouble = progress.trouble
    slug = progress.told.get("dataset", {}).get("slug")
    return ImportView(
        folder.name, order.name, _phase(order, progress.state), read_needle(folder),
        read_summary(folder), (trouble.what, trouble.fix) if trouble else None, slug,
        tuple(progress.told.get("added", {}).get("said", ())),
    )  # fmt: skip


def _phase(order: Order, state: State) -> Phase:
    is_reading = order.phase == "read"
    match state:
        case State.FINISHED:
            return "ready" if is_reading else "done"
        case State.FAILED | State.INTERRUPTED:
            return "failed"
        case State.STOPPED:
            return "stopped"
    return "reading" if is_reading else "writing"


def read_summary(folder: Path) -> dict[str, Any] | None:
    """The report's numbers, or None before there is one."""
    try:
        facts = json.loads((folder / SUMMARY_FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return facts if isinstance(facts, dict) else None


def remove_uploads(workspace: Workspace, sources: Iterable[str]) -> None:
    """Delete what the browser sent for this import; never anything outside of uploads/."""
    uploads = workspace.uploads.resolve()
    for source in sources:
        path = Path(source)
        while path.parent not in (uploads, path):
            path = path.parent
        if path.parent != uploads:
            continue
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)
