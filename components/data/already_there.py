"""How many pictures of a reading are in a data set already, told before anything is accepted.

Counted as `adding` will find them: by the SHA-256 of their bytes. Only files whose size is that of
a stored picture are read, so a set that is all new costs one look at each file's size.

What the labels of two pictures have to do with each other is kept as pairs of classes, for which
classes mean the same is chosen in the report.
"""

import json
import sqlite3
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from components.data import queries, reading_file, schema
from components.data.adding import SAME_BYTES, SAME_NAME, SAME_THING, go_together
from components.data.alike_names import alike_name
from components.data.boxes import Boxes, overlap
from components.data.conversion import digest_of
from components.data.import_job import workspace_of
from components.data.records import Label, PictureState
from components.data.rows import StoredLabel
from components.data.store import Dataset, find, list_datasets
from components.errors import DatasetError
from components.jobs.worker import Needle
from components.workspace import write_atomic

FILE = "there.json"
WORDS = "Comparing with your data sets"
_BYTES = 32  # of a SHA-256
_NO_DIGEST = bytes(_BYTES)

Pair = tuple[str | None, str | None]  # class that comes, class there; None: only one has the label
Pairs = tuple[Pair, ...]  # of one picture, each kind of pair once


@dataclass(frozen=True, slots=True)
class Overlap:
    """What a reading and a data set have in common.

    Attributes:
        silent: Pictures that are there already and that come without a word about labels.
        open: Pictures that are there without labels, and get those that come in any case.
        pairs: How many of the other pictures that are there have labels that go together so.
        namesakes: Pictures with the name of one that is there, and other content.
    """

    silent: int
    open: int
    pairs: Mapping[Pairs, int]
    namesakes: int

    @property
    def pictures(self) -> int:
        """All that are there already."""
        return self.silent + self.open + sum(self.pairs.values())

    def same(self, classes: Mapping[str, str | None]) -> int:
        """Pictures with the same labels there, once classes have their new names."""
        return sum(
            number for pairs, number in self.pairs.items()
            if all(classes.get(old, old) == there if old is not None else there is None
                   for old, there in pairs)
        )  # fmt: skip


def compare(folder: Path, heed: Callable[[], None]) -> None:
    """Keep what the reading in `folder` has in common with each data set it could be added to.

    One that is deleted meanwhile, or damaged, is passed over: that is not the reading's fault.
    """
    (folder / FILE).unlink(missing_ok=True)
    workspace, task = workspace_of(folder), reading_file.fact(folder, "task")
    datasets = [find(workspace, card.slug) for card in list_datasets(workspace)
                if not card.trouble and card.pictures and go_together(card.task, task)]  # fmt: skip
    if not datasets:
        return
    digests, facts = _digests(folder, _sizes(datasets), heed), {}
    for each in datasets:
        with suppress(DatasetError, sqlite3.Error):
            facts[each.slug] = _facts(folder, each, digests, heed)
    write_atomic(folder / FILE, json.dumps(facts))


def overlap_with(folder: Path, slug: str) -> Overlap | None:
    """What a reading has in common with a data set; None when that is not known (any more)."""
    known = _known(folder).get(slug)
    if known is None:
        return None
    with schema.reading(find(workspace_of(folder), slug).folder) as db:
        return known[1] if _stand(db) == known[0] else None


def mostly_in(folder: Path) -> tuple[str, int]:
    """The data set that has most of a reading's pictures, by its slug, and how many; "" and 0."""
    known = ((slug, found.pictures) for slug, (_, found) in _known(folder).items())
    return max(known, key=lambda one: one[1], default=("", 0))


def _known(folder: Path) -> dict[str, tuple[list[float], Overlap]]:
    """What was kept of each data set, by its slug, with what that was when it was looked at."""
    path = folder / FILE
    try:
        return _parsed(path, path.stat().st_mtime_ns)
    except (OSError, ValueError):
        return {}


@lru_cache(maxsize=4)  # a page asks at every click, and there may be a kind of pair per picture
def _parsed(path: Path, _: int) -> dict[str, tuple[list[float], Overlap]]:
    made = {}
    for slug, facts in json.loads(path.read_text(encoding="utf-8")).items():
        pairs = {tuple((old, there) for old, there in key): n for key, n in facts["pairs"]}
        made[slug] = (
            facts["stand"], Overlap(facts["silent"], facts["open"], pairs, facts["namesakes"])
        )  # fmt: skip
    return made


def _stand(db: sqlite3.Connection) -> list[float]:
    """What tells a data set from itself later, and from another one of its folder's name."""
    return list(db.execute("SELECT made_at, revision FROM dataset").fetchone())


def _digests(folder: Path, sizes: set[int] | None, heed: Callable[[], None]) -> bytearray:
    """The SHA-256 of every picture, 32 bytes each; zeros when none that is there has its size."""
    total = reading_file.counted(folder, "SELECT count(*) FROM pictures")[0][0]
    needle, digests = Needle(folder), bytearray()
    for done, path in enumerate(reading_file.paths(folder), start=1):
        heed()
        needle.show(WORDS, done, total)
        digests += _digest(path, sizes)
    return digests


def _digest(path: Path, sizes: set[int] | None) -> bytes:
    try:
        if sizes is None or path.stat().st_size in sizes:
            return bytes.fromhex(digest_of(path))
    except OSError:  # the storing tells what is wrong with it
        pass
    return _NO_DIGEST


def _sizes(datasets: list[Dataset]) -> set[int] | None:
    """Bytes of all pictures that are there; None when the size of one is not known."""
    sizes = set()
    try:
        for dataset in datasets:
            with schema.reading(dataset.folder) as db:
                for original, stamp in db.execute("SELECT original, stamp FROM pictures"):
                    sizes.add(int(stamp.partition(":")[0]) if stamp
                              else (dataset.folder / original).stat().st_size)  # fmt: skip
    except (OSError, DatasetError, sqlite3.Error):
        return None
    return sizes


def _facts(
    folder: Path, dataset: Dataset, digests: bytearray, heed: Callable[[], None]
) -> dict[str, Any]:
    found: Counter[str] = Counter()
    pairs: Counter[Pairs] = Counter()
    with schema.reading(dataset.folder) as db:
        names = dict(db.execute("SELECT id, name FROM classes"))
        for place, (number, name, state) in enumerate(reading_file.heads(folder)):
            heed()
            digest = digests[place * _BYTES : (place + 1) * _BYTES]
            there = db.execute(SAME_BYTES, (digest.hex(),)).fetchone() if any(digest) else None
            if there is None:
                found["namesakes"] += db.execute(SAME_NAME, (name,)).fetchone() is not None
            elif state not in (PictureState.LABELLED, PictureState.EMPTY):
                found["silent"] += 1
            elif there[1] == PictureState.UNLABELLED:
                found["open"] += 1
            else:
                come = reading_file.labels_of(folder, number)
                pairs[_pairs(come, queries.labels(db, [there[0]])[there[0]], names)] += 1
        stand = _stand(db)
    return {"stand": stand, "silent": found["silent"], "open": found["open"],
            "namesakes": found["namesakes"], "pairs": list(pairs.items())}  # fmt: skip


def _pairs(come: list[Label], there: list[StoredLabel], names: dict[int, str]) -> Pairs:
    """Which classes stand at the same places on two versions of a picture's labels."""
    free = set(range(len(there)))
    found: set[Pair] = set()
    shared = _shared(come, there)
    for number, label in enumerate(come):
        places = [place for place in np.flatnonzero(shared[number] >= SAME_THING).tolist()
                  if place in free and there[place].shape == label.shape]  # fmt: skip
        if not places:
            found.add((label.class_name, None))
            continue
        alike = alike_name(label.class_name)
        best = max(places, key=lambda place: (
            alike_name(names[there[place].class_id]) == alike, shared[number, place]
        ))  # fmt: skip
        free.discard(best)
        found.add((label.class_name, names[there[best].class_id]))
    found |= {(None, names[there[place].class_id]) for place in free}
    return tuple(sorted(found, key=lambda pair: (pair[0] or "", pair[1] or "")))


def _shared(come: list[Label], there: list[StoredLabel]) -> Boxes:
    def corners(labels: Sequence[Label | StoredLabel]) -> Boxes:
        return np.array([label.box for label in labels], dtype=np.float64).reshape(-1, 4)

    return overlap(corners(come), corners(there))
