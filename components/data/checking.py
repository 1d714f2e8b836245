"""The background health check: every picture is looked at once, and what was found is kept.

```
cache/health-<slug>/    order.json     which data set, which revision of it: told by the app
                        events.jsonl   as every job has
```

What was seen of a picture and what was found stand in the data set's file, with the revision they
were found at. After a change only pictures that are new or whose file has changed are looked at
again. The app's side asks (`state`, `keep_fresh`); the worker's side is
`python -m components.data.checking FOLDER`.
"""

import json
import os
import sqlite3
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, replace
from functools import partial
from itertools import chain
from pathlib import Path
from typing import Any, Literal

import numpy as np

from components.data import alike, found, schema
from components.data.looks import Look, look
from components.data.seen import seen_findings
from components.data.store import Dataset, find
from components.errors import DatasetError
from components.findings import Changes, Finding, Severity
from components.jobs.job import LIGHT_LANE, ask, progress_of, submit
from components.jobs.worker import Needle, at_work, heed_stop, read_needle
from components.workspace import Workspace, write_atomic

MODULE = "components.data.checking"
ORDER_FILE = "order.json"
_AT_ONCE = 256  # pictures between two looks at the Stop button

Phase = Literal["none", "checking", "fresh", "failed", "stopped"]
_Row = tuple[int, str, str, str]  # id, thumbnail, original, stamp


@dataclass(frozen=True, slots=True)
class HealthView:
    """Where the check stands.

    Attributes:
        phase: "none" before it was ever asked for at this revision.
        findings: What was found last.
        is_fresh: Whether the data set is still as it was then.
        needle: `phase` (words), `done`, `total`, `left_s`.
        trouble: What happened and what to do, when it failed.
    """

    phase: Phase
    findings: tuple[Finding, ...]
    is_fresh: bool
    needle: dict[str, Any]
    trouble: tuple[str, str] | None


def folder_of(workspace: Workspace, slug: str) -> Path:
    """Where the check of this data set leaves its word."""
    return workspace.cache / f"health-{slug}"


def state(workspace: Workspace, dataset: Dataset) -> HealthView:
    """Where the check of a data set stands. Cheap enough to ask every second."""
    revision, kept_at, findings = _kept(dataset)
    if kept_at == revision:
        return HealthView("fresh", findings, True, {}, None)
    folder = folder_of(workspace, dataset.slug)
    phase, trouble = _phase(folder, revision)
    return HealthView(phase, findings, False, read_needle(folder), trouble)


def _phase(folder: Path, revision: int) -> tuple[Phase, tuple[str, str] | None]:
    progress = progress_of(folder)
    if not (folder / ORDER_FILE).is_file():
        return "none", None
    if not progress.state.is_over:
        return "checking", None
    if _order(folder)["revision"] != revision:
        return "none", None
    if progress.trouble:
        return "failed", (progress.trouble.what, progress.trouble.fix)
    return ("stopped" if progress.state.value == "stopped" else "none"), None


def keep_fresh(workspace: Workspace, dataset: Dataset) -> bool:
    """Put the check in line if the data set has changed since; returns whether it was.

    One that failed or was stopped waits for `start`.
    """
    if state(workspace, dataset).phase != "none":
        return False
    start(workspace, dataset)
    return True


def start(workspace: Workspace, dataset: Dataset) -> Path:
    """Put the check in line; returns the job's folder."""
    folder = folder_of(workspace, dataset.slug)
    folder.mkdir(parents=True, exist_ok=True)
    order = {"dataset": dataset.slug, "revision": dataset.revision()}
    write_atomic(folder / ORDER_FILE, json.dumps(order))
    submit(folder, MODULE, LIGHT_LANE)
    return folder


def stop(workspace: Workspace, dataset: Dataset) -> None:
    """Ask the check to stop; what was seen so far is kept."""
    ask(folder_of(workspace, dataset.slug), "stop")


def check_now(dataset: Dataset, show: Callable[[str, int, int], None] | None = None) -> int:
    """The whole check in this process; `show` is told phase, done and total.

    Returns:
        How many pictures were looked at: those that are new or have changed.
    """
    began = time.monotonic()
    told = show or (lambda *_: None)
    revision = dataset.revision()
    looked_at = _look_at_new(dataset, told)
    told("Comparing the pictures", 0, 0)
    if looked_at or _alike_is_missing(dataset):
        _compare(dataset)
    told("Looking at the labels", 0, 0)
    findings = seen_findings(dataset)
    told("Writing down what was found", 0, 0)
    with schema.changing(dataset.folder) as db:
        found.keep(db, findings)
        db.execute(
            "INSERT OR REPLACE INTO health VALUES (1, ?, ?, ?)",
            (revision, _as_json(findings), time.monotonic() - began),
        )
    return looked_at


def _as_json(findings: list[Finding]) -> str:
    few = [replace(each, where=each.where[: found.MOST_NAMES]) for each in findings]
    return json.dumps([asdict(each) for each in few])


def _kept(dataset: Dataset) -> tuple[int, int, tuple[Finding, ...]]:
    with schema.reading(dataset.folder) as db:
        (revision,) = db.execute("SELECT revision FROM dataset").fetchone()
        row = db.execute("SELECT revision, findings FROM health").fetchone()
    if row is None:
        return revision, -1, ()
    return revision, row[0], tuple(_finding(facts) for facts in json.loads(row[1]))


def _finding(facts: dict[str, Any]) -> Finding:
    return Finding(
        Severity(facts["severity"]), facts["title"], facts["fix"], tuple(facts["where"]),
        facts["source"], _changes(facts["apply"]),
        tuple(_changes(each) for each in facts.get("also", ())), facts.get("kind", ""),
    )  # fmt: skip


def _changes(pairs: list[list[Any]]) -> Changes:
    return tuple((key, value) for key, value in pairs)


def _unseen(dataset: Dataset, after: int) -> tuple[list[_Row], int]:
    """Of the next pictures those never looked at, or whose file is another one now.

    Also the id to go on after; the same as before at the end.
    """
    with schema.reading(dataset.folder) as db:
        rows = db.execute(
            "SELECT id, file, thumbnail, original, stamp_seen FROM pictures LEFT JOIN "
            "(SELECT picture_id, stamp AS stamp_seen FROM looks) ON picture_id = id "
            "WHERE id > ? ORDER BY id LIMIT ?", (after, _AT_ONCE),
        ).fetchall()  # fmt: skip
    waiting = []
    for picture_id, file, thumbnail, original, seen in rows:
        stamp = _stamp(dataset.folder / file)
        if seen != stamp:
            waiting.append((picture_id, thumbnail or file, original, stamp))
    return waiting, rows[-1][0] if rows else after


def _stamp(path: Path) -> str:
    try:
        facts = os.stat(path)  # noqa: PTH116 - a hundred thousand times; twice as fast
    except OSError:
        return "missing"
    return f"{facts.st_size}-{facts.st_mtime_ns}"


def _look_at_new(dataset: Dataset, told: Callable[[str, int, int], None]) -> int:
    """Look at what is new, some at a time; returns how many were looked at."""
    done, before, last, total = 0, -1, 0, dataset.summary().pictures
    passed = 0
    # Pillow lets go of the interpreter while it decodes; one core is left to the pages.
    with ThreadPoolExecutor(max(1, min(4, (os.cpu_count() or 2) - 1))) as pool:
        while last != before:
            told("Looking at the pictures", min(passed, total), total)
            before = last
            rows, last = _unseen(dataset, before)
            passed += _AT_ONCE
            if rows:
                looks = list(pool.map(partial(_see, dataset.folder), rows))
                with schema.changing(dataset.folder) as db:
                    _keep(db, rows, looks)
                done += len(rows)
    told("Looking at the pictures", total, total)
    return done


def _see(folder: Path, row: _Row) -> Look:
    _, thumbnail, original, stamp = row
    if stamp == "missing":
        return Look(0, 0.0, 0.0, None, b"", "the file is gone")
    return look(folder / thumbnail, folder / original)


def _keep(db: sqlite3.Connection, rows: list[_Row], looks: list[Look]) -> None:
    db.executemany(
        "INSERT OR REPLACE INTO looks VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (row[0], row[3], seen.hash, seen.brightness, seen.contrast, seen.taken_at, seen.grey,
             seen.trouble)
            for row, seen in zip(rows, looks, strict=True)
        ],
    )  # fmt: skip


def _alike_is_missing(dataset: Dataset) -> bool:
    with schema.reading(dataset.folder) as db:
        return db.execute("SELECT 1 FROM health").fetchone() is None


def _compare(dataset: Dataset) -> None:
    """Find the pairs afresh; a hundred thousand hashes take seconds."""
    query = "SELECT picture_id, hash, contrast, grey FROM looks WHERE trouble = '' ORDER BY 1"
    with schema.reading(dataset.folder) as db:
        rows = db.execute(query)
        first = rows.fetchone()
        if first is None:
            return
        kind = np.dtype([("id", np.int64), ("hash", np.int64), ("contrast", np.float64),
                         ("grey", np.void, len(first[3]))])  # fmt: skip
        told = np.fromiter(chain([first], rows), kind)  # row by row: a tenth of the memory
    ids, hashes, contrasts = (
        np.ascontiguousarray(told[key]) for key in ("id", "hash", "contrast")
    )  # fmt: skip
    grey = np.frombuffer(np.ascontiguousarray(told["grey"]).tobytes(), np.uint8)
    grey = grey.reshape(len(told), -1)
    pairs, differences = alike.find(hashes, contrasts, grey)
    found = zip(*ids[pairs].T.tolist(), differences.tolist(), strict=True)
    with schema.changing(dataset.folder) as db:
        db.execute("DELETE FROM alike")
        db.executemany("INSERT INTO alike VALUES (?, ?, ?)", found)


def _order(folder: Path) -> dict[str, Any]:
    try:
        facts = json.loads((folder / ORDER_FILE).read_text(encoding="utf-8"))
        return {"dataset": str(facts["dataset"]), "revision": int(facts["revision"])}
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise DatasetError(
            "The health check does not know its data set.", "Press “Check again” under Data, Look."
        ) from error


def main(folder: Path) -> None:
    """The worker: does what the order says."""
    with at_work(folder):
        dataset = find(Workspace(folder.resolve().parent.parent), _order(folder)["dataset"])
        needle = Needle(folder)

        def show(phase: str, done: int, total: int) -> None:
            heed_stop(folder)
            needle.show(phase, done, total)

        check_now(dataset, show)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
