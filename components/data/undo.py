"""One click back: the data set's file as it was before each of the last changes made by a click.

```
datasets/<slug>/undo/    steps.json    what was done, oldest first
                         <n>.sqlite    the file before it
```

A step can be taken back as long as nothing else has changed the data set since; then the step
before it can be taken back as well. Pictures are never touched by these changes, so the file is all
there is to keep.
"""

import json
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from components.data import schema
from components.data.store import Dataset
from components.errors import DatasetError
from components.workspace import write_atomic

FOLDER = "undo"
STEPS_FILE = "steps.json"
MOST = 5  # copies of the file; that of 100,000 pictures with their labels takes some 200 MB


@dataclass(frozen=True, slots=True)
class Step:
    """A change that was made.

    Attributes:
        label: What the button said.
        file: Name of the copy from before.
        before: The data set's revision right before the change.
        after: The one right after it.
        made_at: Unix seconds.
    """

    label: str
    file: str
    before: int
    after: int
    made_at: float


@contextmanager
def can_be_undone(dataset: Dataset, label: str) -> Iterator[None]:
    """Keep the data set's file as it is before what happens inside.

    Nothing is kept when that fails or changes nothing.
    """
    folder = dataset.folder / FOLDER
    folder.mkdir(exist_ok=True)
    before = dataset.revision()
    copy_at = folder / f"{time.time_ns()}.sqlite"
    try:
        with schema.reading(dataset.folder) as db, closing(sqlite3.connect(copy_at)) as copy:
            db.backup(copy)
        yield
        after = dataset.revision()
        if after == before:
            copy_at.unlink()
            return
    except BaseException:
        copy_at.unlink(missing_ok=True)
        raise
    _keep(folder, [*_steps(folder), Step(label, copy_at.name, before, after, time.time())][-MOST:])


def last_step(dataset: Dataset) -> Step | None:
    """The change that can be taken back now; None when there is none, or something came after."""
    steps = _steps(dataset.folder / FOLDER)
    if not steps or steps[-1].after != dataset.revision():
        return None
    return steps[-1]


def undo(dataset: Dataset) -> Step:
    """Take the last change back; returns it.

    Raises:
        DatasetError: There is none, or the data set has changed since.
    """
    folder = dataset.folder / FOLDER
    step = last_step(dataset)
    if step is None or not (folder / step.file).is_file():
        raise DatasetError(
            "There is no change that could be taken back: the data set has changed since.",
            "Go back to a version under Data, Versions, if you want an older state.",
        )
    revision = step.after + 1  # never one that was there before: what is kept in memory rests on it
    _put_back(folder / step.file, dataset.folder / schema.FILE, revision)
    (folder / step.file).unlink(missing_ok=True)
    steps = _steps(folder)[:-1]
    # The data set is now as it was right after the step before, if nothing came between.
    if steps and steps[-1].after == step.before:
        steps[-1] = replace(steps[-1], after=revision)
    _keep(folder, steps)
    return step


def _put_back(copy_at: Path, file: Path, revision: int) -> None:
    with (
        closing(sqlite3.connect(copy_at)) as copy,
        closing(sqlite3.connect(file, timeout=schema.WAIT_S)) as live,
    ):
        # What the health check found then is true again.
        copy.execute(
            "UPDATE health SET revision = ? WHERE revision = (SELECT revision FROM dataset)",
            (revision,),
        )
        copy.execute("UPDATE dataset SET revision = ?", (revision,))
        copy.commit()
        copy.backup(live)


def _steps(folder: Path) -> list[Step]:
    try:
        facts = json.loads((folder / STEPS_FILE).read_text(encoding="utf-8"))
        return [Step(**each) for each in facts]
    except (OSError, ValueError, TypeError):
        return []  # nothing was done yet, or a newer Tailor wrote it


def _keep(folder: Path, steps: list[Step]) -> None:
    write_atomic(folder / STEPS_FILE, json.dumps([asdict(step) for step in steps]))
    kept = {step.file for step in steps}
    for path in folder.glob("*.sqlite"):
        if path.name not in kept:
            path.unlink(missing_ok=True)
