"""The import: read, show a report, then write; or cancel, and nothing is left.

The app's side submits and asks (`start_reading`, `import_state`, `accept`, `cancel`); the
worker's side is `python -m components.data.importing FOLDER`. Between the two phases the user
reads the report, so each is a job of its own in the same folder.
"""

import shutil
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from components.data import reading_file
from components.data.adding import add, demand_alike
from components.data.import_job import (
    UNPACKED,
    Conflicts,
    ImportView,
    Order,
    building_folder,
    new_folder,
    read_order,
    read_summary,
    remove_uploads,
    view,
    workspace_of,
    write_order,
)
from components.data.import_phases import read, store
from components.data.plain_boxes import tidy_class
from components.data.records import Problem
from components.data.report import ReportSummary, from_dict
from components.data.storing import discard
from components.errors import DatasetError
from components.jobs.events import Told, write
from components.jobs.job import LIGHT_LANE, ask, lives, process_of, progress_of, submit
from components.jobs.process import end_tree
from components.jobs.worker import at_work, heed_stop
from components.workspace import Workspace

MODULE = "components.data.importing"
_PATIENCE_S = 8.0  # for a worker to leave by itself; it looks between any two files


def start_reading(
    workspace: Workspace, sources: list[Path], name: str, *, kept: bool = False, into: str = ""
) -> Path:
    """Put the reading of some files in line; nothing is written before `accept`.

    Args:
        workspace: Where the import and later the data set live.
        sources: Zips, loose files and folders.
        name: Title of the data set to be.
        kept: Whether the sources are the user's own and stay as they are; otherwise they lie in
            uploads/ and go when the import ends.
        into: Slug of a data set whose pictures the labels may mean, when no pictures are given.

    Returns:
        The import's folder.

    Raises:
        DatasetError: A source is not there.
    """
    folder = _prepare(workspace, sources, name, kept, into)
    submit(folder, MODULE, LIGHT_LANE, resumes=True)  # each phase begins anew, cleanly
    return folder


def _prepare(
    workspace: Workspace, sources: list[Path], name: str, kept: bool, into: str = ""
) -> Path:
    missing = next((source for source in sources if not source.exists()), None)
    if missing is not None or not sources:
        raise DatasetError(
            f"There is no file or folder {missing}." if missing else "Nothing was chosen.",
            "Check the path, or choose the files again.",
        )
    folder = new_folder(workspace)
    paths = tuple(str(source.resolve()) for source in sources)
    write_order(folder, Order("read", paths, _title(name), kept, into=into))
    return folder


def _title(name: str) -> str:
    return tidy_class(name) or "My pictures"


def import_state(folder: Path) -> ImportView:
    """Where an import stands. Cheap enough to ask every second.

    Raises:
        DatasetError: There is no such import.
    """
    return view(folder)


def open_imports(workspace: Workspace) -> list[ImportView]:
    """Imports that are not done, newest first: going on, waiting for an answer, or failed."""
    views = []
    for path in workspace.imports.glob("*/source.json"):
        with suppress(DatasetError):  # cancelled this moment, in another tab
            views.append(view(path.parent))
    views.sort(key=lambda one: one.id, reverse=True)
    return [one for one in views if one.phase != "done"]


def read_report(folder: Path) -> ReportSummary:
    """The report on a reading.

    Raises:
        DatasetError: It is not read yet.
    """
    facts = read_summary(folder)
    if facts is None:
        raise DatasetError(f"The import {folder.name} is not read yet.", "Wait until it is read.")
    return from_dict(facts)


def problems(folder: Path, offset: int = 0, limit: int = 100, code: str = "") -> list[Problem]:
    """A page of the report's problems, the most serious first; `code` picks one kind."""
    return reading_file.problems(folder, offset, limit, code)


def accept(
    folder: Path,
    *,
    name: str,
    classes: dict[str, str | None],
    into: str = "",
    conflicts: Conflicts = "skip",
    in_place: bool = False,
) -> None:
    """Put the writing of the data set in line.

    Args:
        folder: The import's folder; its phase is "ready" (or "failed" in writing).
        name: Title of the data set.
        classes: Old class name to new one; the same new name merges, None leaves the class out.
        into: Slug of the data set that it is added to; "" for a new one.
        conflicts: Which labels count where a picture is there already and has some: the old ones
            ("skip"), all ("keep both"), the new ones ("replace").
        in_place: Whether pictures in a folder of the user's stay there instead of being copied.

    Raises:
        DatasetError: It is not read yet, a class would have no name, or the data set to add to is
            not there or holds other labels.
    """
    order = read_order(folder)
    if order.phase == "write" and view(folder).phase in ("writing", "done"):
        return  # pressed twice
    if not (folder / reading_file.READING_FILE).exists():
        raise DatasetError(f"The import {folder.name} is not read yet.", "Wait until it is read.")
    wanted = {old: None if new is None else tidy_class(new) for old, new in classes.items()}
    nameless = next((old for old, new in wanted.items() if new == ""), None)
    if nameless is not None:
        raise DatasetError(
            f"The class {nameless!r} would have no name.", "Write a name, or leave the class out."
        )
    if into:
        demand_alike(workspace_of(folder), into, reading_file.fact(folder, "task"))
    write_order(
        folder,
        replace(
            order,
            phase="write",
            name=_title(name),
            classes=wanted,
            into=into,
            conflicts=conflicts,
            in_place=in_place and order.is_kept,
        ),
    )
    submit(folder, MODULE, LIGHT_LANE, resumes=True)  # each phase begins anew, cleanly


def cancel(folder: Path) -> None:
    """End the import and delete everything of it; what the user owns stays.

    Raises:
        DatasetError: There is no such import.
    """
    order = read_order(folder)
    if not progress_of(folder).state.is_over:
        ask(folder, "stop")
        _wait_for_end(folder)
    (folder / "job.json").unlink(missing_ok=True)  # the supervisor forgets it first
    discard(building_folder(folder))
    if not order.is_kept:
        remove_uploads(workspace_of(folder), order.sources)
    shutil.rmtree(folder, ignore_errors=True)


def _wait_for_end(folder: Path) -> None:
    """Until the worker is gone; one that does not listen is ended."""
    deadline = time.monotonic() + _PATIENCE_S
    unstarted_until = time.monotonic() + 1.0  # a supervisor, if there is one, looks meanwhile
    while time.monotonic() < deadline:
        if progress_of(folder).state.is_over and not lives(folder):
            return
        if process_of(folder) is None and time.monotonic() > unstarted_until:
            return
        time.sleep(0.05)
    process = process_of(folder)
    if process is not None:
        end_tree(*process, kill=True)


def import_now(
    workspace: Workspace,
    sources: list[Path],
    name: str,
    classes: dict[str, str | None] | None = None,
    *,
    into: str = "",
    conflicts: Conflicts = "skip",
    in_place: bool = False,
) -> str:
    """Both phases at once in this process, for scripts, tests and benchmarks.

    Returns:
        The data set's slug.

    Raises:
        AppError: What was given cannot become a data set; nothing is left behind.
    """
    folder = _prepare(workspace, sources, name, kept=True, into=into)
    try:
        read(folder, lambda: None)
        if into:
            demand_alike(workspace, into, reading_file.fact(folder, "task"))
        order = replace(
            read_order(folder), phase="write", classes=classes or {}, conflicts=conflicts,
            in_place=in_place,
        )  # fmt: skip
        return _put(folder, order, lambda: None)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def main(folder: Path) -> None:
    """The worker: does what the order says."""
    with at_work(folder):
        order = read_order(folder)
        if order.phase == "read":
            read(folder, lambda: heed_stop(folder))
            return
        slug = _put(folder, order, lambda: heed_stop(folder))
        write(folder, Told("dataset", {"slug": slug}))
        _clear_away(folder, order)


def _put(folder: Path, order: Order, heed: Callable[[], None]) -> str:
    return (add if order.into else store)(folder, order, heed)


def _clear_away(folder: Path, order: Order) -> None:
    """What only the way to the data set needed."""
    shutil.rmtree(folder / UNPACKED, ignore_errors=True)
    (folder / reading_file.READING_FILE).unlink(missing_ok=True)
    if not order.is_kept:
        remove_uploads(workspace_of(folder), order.sources)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
