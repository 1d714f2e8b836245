"""What the import's worker does: the reading, and the writing after it was accepted."""

import errno
import json
import shutil
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from itertools import chain
from pathlib import Path

from components.data import already_there, reading_file, schema, writing
from components.data.adding import pictures_there
from components.data.collecting import seldom_collecting
from components.data.import_job import (
    SUMMARY_FILE,
    UNPACKED,
    Order,
    building_folder,
    read_order,
    workspace_of,
)
from components.data.keypoints import of_json
from components.data.missing import names_missing, note_missing
from components.data.problems import warn
from components.data.reading_file import ReadingWriter
from components.data.recognise import recognise
from components.data.records import Problem
from components.data.remarks import OnlyLabels
from components.data.report import ReportSummary, summarise
from components.data.safe_names import SafeNames
from components.data.scan import search
from components.data.storing import discard, keep_pictures_only, storing_of
from components.data.unpack import Entry
from components.errors import DatasetError, DiskFull
from components.jobs.worker import Needle
from components.workspace import Workspace, free_name, write_atomic

MOST_PER_PICTURE = 100  # rows that somebody might still read


def read(folder: Path, heed: Callable[[], None]) -> None:
    """The first phase: unpack, recognise, look at every picture, keep what was found.

    Raises:
        AppError: There is nothing to read.
    """
    needle = Needle(folder)
    seen = 0

    def between_files() -> None:
        nonlocal seen
        heed()
        seen += 1
        needle.show("Looking through the files", seen)

    shutil.rmtree(folder / UNPACKED, ignore_errors=True)
    writer = ReadingWriter(folder)
    try:
        with _full_disk_told(folder), seldom_collecting():
            order = read_order(folder)
            sources = [Path(source) for source in order.sources]
            finds = search(sources, folder / UNPACKED, heed=between_files)
            is_late = bool(order.into) and not finds.pictures  # labels for what is there
            if is_late:
                finds.pictures = pictures_there(workspace_of(folder), order.into)
            needle.show("Recognising the labels")
            note_missing(folder, [])
            try:
                finds.prefer = order.prefer
                found = recognise(finds, order.prefer)
            except OnlyLabels as error:
                note_missing(folder, error.unfound)
                raise
            note_missing(folder, names_missing(found.problems))
            writer.problems(found.problems)
            writer.fact("bytes_elsewhere", _bytes_elsewhere(found.finds.pictures, folder))
            for done, (picture, told) in enumerate(found.pictures(), start=1):
                heed()
                needle.show("Looking at the pictures", done, found.total)
                writer.problems(_bearable(told))
                if picture is not None:
                    writer.picture(picture)
            writer.problems(found.closing_problems())
            facts = {"format": found.format, "why": found.why, "task": found.task,
                     "labels_only": is_late,
                     "classes": list(found.classes), "choices": list(found.choices),
                     "filled": found.filled,
                     "questions": [one.to_dict() for one in found.questions],
                     "keypoints": found.keypoints.to_json() if found.keypoints else ""}  # fmt: skip
            for key, value in facts.items():
                writer.fact(key, value)
            writer.finish()
            already_there.compare(folder, heed)
    finally:
        writer.close()
    report = summarise(folder)
    if report.pictures == 0:
        raise _nothing_readable(folder, report)
    write_atomic(folder / SUMMARY_FILE, json.dumps(report.to_dict()))


def _bytes_elsewhere(pictures: Iterable[Entry], folder: Path) -> int:
    """Bytes of the pictures that lie in the user's own folders, not in an archive of his."""
    ours = str((folder / UNPACKED).resolve())
    return sum(picture.size for picture in pictures if not picture.place.startswith(ours))


def _bearable(told: list[Problem]) -> list[Problem]:
    """The first problems of a picture; the rest of a file of rubbish is only counted."""
    more = len(told) - MOST_PER_PICTURE
    if more <= 0:
        return told
    name = told[0].file
    return [*told[:MOST_PER_PICTURE], warn(
        "many_problems", name, f"{name} has {more:,} more problems of these kinds.",
        "They are dealt with like the others.",
    )]  # fmt: skip


def _nothing_readable(folder: Path, report: ReportSummary) -> DatasetError:
    first = reading_file.problems(folder, 0, 1)
    what = first[0].what if first else "There is nothing in it."
    return DatasetError(
        f"None of the pictures can be read ({report.problem_count:,} problems): {what}",
        "Open the pictures in a picture program, save them again and bring them in.",
    )


def store(folder: Path, order: Order, heed: Callable[[], None] = lambda: None) -> str:
    """The second phase: build the data set beside and give it its place; returns its slug.

    Pictures that a worker had put there before it was killed are taken as they are.

    Raises:
        AppError: It cannot be built; nothing is left behind.
    """
    building = building_folder(folder)
    keep_pictures_only(building)
    try:
        with _full_disk_told(building), seldom_collecting():
            _build(folder, order, building, heed)
            return _put_in_place(workspace_of(folder), building, order.name)
    except BaseException:
        discard(building)
        raise


def _build(folder: Path, order: Order, building: Path, heed: Callable[[], None]) -> None:
    from components.data import store as dataset_store
    from components.data.kinds import settle

    words = ("Making the data set", "the data set")
    storing = storing_of(folder, order, building, SafeNames(), words, heed)
    change = storing.change
    names = (change.of(name) for name in reading_file.fact(folder, "classes"))
    classes = list(dict.fromkeys(name for name in names if name is not None))
    storing.resumes = building.exists()
    building.mkdir(parents=True, exist_ok=True)
    with storing.begun(reading_file.pictures(folder)) as stored:
        dataset = dataset_store.create(
            building, name=order.name, task=reading_file.fact(folder, "task"), classes=classes
        )
        with schema.changing(building) as db:
            ids = writing.add_pictures(db, stored)
    if not ids:
        raise _nothing_readable(folder, summarise(folder))
    dataset.add_problems(chain(reading_file.every_problem(folder), storing.problems))
    with schema.changing(building) as db:
        writing.set_keypoints(db, of_json(reading_file.fact(folder, "keypoints") or ""))
    settle(dataset)


def _put_in_place(workspace: Workspace, building: Path, name: str) -> str:
    """Rename the finished folder to a free slug; another import may take one meanwhile."""
    for _ in range(20):
        slug = free_name(workspace.datasets, name)
        try:
            building.rename(workspace.datasets / slug)
        except OSError:
            if not (workspace.datasets / slug).exists():
                raise
            continue
        return slug
    raise DatasetError(f"There are too many data sets named {name}.", "Choose another name.")


@contextmanager
def _full_disk_told(place: Path) -> Iterator[None]:
    """A disk that fills up on the way is told in words."""
    try:
        yield
    except (OSError, sqlite3.OperationalError) as error:
        is_full = getattr(error, "errno", None) == errno.ENOSPC or "disk is full" in str(error)
        if not is_full:
            raise
        raise DiskFull(
            f"The disk became full while {place.parent.name} was being written.",
            "Free some space and start again, or move the workspace with TAILOR_WORKSPACE.",
        ) from error
