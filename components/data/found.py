"""The pictures that a finding is about, all of them, so that the gallery can show just these.

Those of the background check were written down by it (table `found`). Those of the quick checks
are looked up afresh: by a condition, or by asking the check itself.
"""

import json
import sqlite3
from collections.abc import Callable

from components.data import schema
from components.data.box_sizes import SIZES, unusual_pictures
from components.data.in_place import CHANGED, GONE, look
from components.data.store import Dataset, PictureFilter
from components.findings import Finding

MOST_NAMES = 200  # of a finding that are kept beside it; the table has all

Quick = Callable[[Dataset], list[int]]

ASKED: dict[str, Quick] = {
    SIZES: unusual_pictures,
    GONE: lambda dataset: [number for number, _ in look(dataset).gone],
    CHANGED: lambda dataset: [number for number, _ in look(dataset).changed],
}


def pictures(dataset: Dataset, wanted: PictureFilter) -> list[int]:
    """Ids of the pictures meant by a filter, also by one that names a finding."""
    if wanted.found not in ASKED:
        return dataset.ids(wanted)
    among = set(ASKED[wanted.found](dataset))
    return [each for each in dataset.ids(wanted.without_finding()) if each in among]


def keep(db: sqlite3.Connection, findings: list[Finding]) -> None:
    """Write down which pictures the findings are about; `where` holds their names."""
    db.execute("DELETE FROM found")
    for finding in findings:
        if finding.kind:
            db.execute(
                "INSERT OR IGNORE INTO found SELECT ?, id FROM pictures "
                "WHERE name IN (SELECT value FROM json_each(?))",
                (finding.kind, json.dumps(finding.where)),
            )


def kinds(dataset: Dataset) -> list[str]:
    """The kinds of pictures that the last background check spoke of."""
    with schema.reading(dataset.folder) as db:
        return [kind for (kind,) in db.execute("SELECT DISTINCT kind FROM found ORDER BY kind")]


def pictures_of(dataset: Dataset, finding: Finding) -> list[int]:
    """Ids of the pictures that a finding is about; [] when it is about something else."""
    if not finding.kind:
        return []
    with schema.reading(dataset.folder) as db:
        found = [number for (number,) in db.execute(
            "SELECT picture_id FROM found WHERE kind = ?", (finding.kind,)
        )]  # fmt: skip
    return found or pictures(dataset, PictureFilter(found=finding.kind))
