"""What the background check has to say: checks that need every picture or every box.

A check is a function over the open file of the data set to findings, silent when all is well. A
new one is a function here and its name in `SEEN_CHECKS`. The cheap ones are in `health`.
"""

import sqlite3
from collections import defaultdict
from collections.abc import Callable, Sequence

from components.data import groups, schema
from components.data.finding_rows import names_where, told
from components.data.looks import BLANK_CONTRAST
from components.data.nearness import NEAR, dividing_difference
from components.data.seen_labels import (
    boxes_are_there_once,
    boxes_lie_inside,
    class_names_differ,
    classes_are_even,
    labels_fit_the_task,
    outlines_have_no_holes,
    points_know_their_mirror,
)
from components.data.seen_shapes import SHAPE_CHECKS
from components.data.store import Dataset
from components.findings import Finding, Severity, most_serious_first

MOST_LONG = 4.0  # longer side by shorter; the trainer's square would be three quarters empty
FEW_PIXELS = 32  # the model's coarsest grid has one cell per 32 px
DRIFT = 0.8  # differences of the means by the spread: Cohen calls 0.8 large (1988)
ENOUGH = 20  # pictures of a part, before its mean says anything; rule of thumb

_SEEN = "JOIN looks ON picture_id = id"

SeenCheck = Callable[[sqlite3.Connection], list[Finding]]


def seen_findings(dataset: Dataset) -> list[Finding]:
    """What all checks of this file have to say, most serious first."""
    with schema.reading(dataset.folder) as db:
        return most_serious_first([found for check in SEEN_CHECKS for found in check(db)])


def pictures_can_be_read(db: sqlite3.Connection) -> list[Finding]:
    """Every picture opens."""
    names = names_where(db, "trouble != ''", _SEEN)
    return told(
        names, Severity.STOP, "{} cannot be opened any more", "picture", "pictures",
        "Put them aside, or put the files back into the data set's folder.",
        "Tailor tried to open each.", "put_unreadable_aside",
        kind="that cannot be opened",
    )  # fmt: skip


def groups_are_whole(db: sqlite3.Connection) -> list[Finding]:
    """No group lies in two parts."""
    parts: dict[int, set[str]] = defaultdict(set)
    together = groups.of(db)
    query = "SELECT id, name, split FROM pictures WHERE state IN ('labelled', 'empty')"
    rows = [row for row in db.execute(query) if row[2]]
    for picture_id, _, split in rows:
        parts[together.group_of[picture_id]].add(split)
    names = [name for i, name, _ in rows if len(parts[together.group_of[i]]) > 1]
    return told(
        names, Severity.WARN, "{} of a group that lies in several parts: the model is judged by "
        "what it has learned", "picture is", "pictures are",
        "Move each group into the part where most of it lies.",
        "Such leakage makes scores look better than they are.", "gather_groups",
        kind="of a group in several parts",
    )  # fmt: skip


def groups_can_be_dealt(db: sqlite3.Connection) -> list[Finding]:
    """Not nearly everything looks alike."""
    found = groups.of(db)
    if not found.loosened:
        return []
    pictures = len(found.group_of)
    fix, words = "be_stricter", (
        "Be stricter about what counts as nearly the same, or choose a rule for groups under "
        "Data, Split.")  # fmt: skip
    if dividing_difference(db) is None:  # they are the same, and no strictness tells them apart
        fix, words = "put_alike_aside", "Keep one of each, and add pictures that differ."
    return [
        Finding(
            Severity.WARN, f"{found.chained:,} of {pictures:,} pictures look nearly the same one "
            "after the other, more than can be kept in one part, so near-duplicates may be parted",
            words, (),
            "With more than half of the pictures in one group there is nothing left to deal.",
            (("fix", fix),),
        )
    ]  # fmt: skip


def pictures_are_not_alike(db: sqlite3.Connection) -> list[Finding]:
    """No two pictures are nearly the same."""
    names = names_where(
        db,
        "EXISTS (SELECT 1 FROM alike JOIN pictures AS other ON other.id = first_id "
        f"WHERE second_id = pictures.id AND {NEAR} AND other.sha256 != pictures.sha256 "
        "AND other.state != 'ignored')",
    )
    return told(
        names, Severity.NOTE, "{} nearly the same as another", "picture is", "pictures are",
        "Look at the pairs below; put one of each aside unless both are to count.",
        "Perceptual hash, then the thumbnails compared.", "put_alike_aside",
        kind="nearly the same as others",
    )  # fmt: skip


def pictures_show_something(db: sqlite3.Connection) -> list[Finding]:
    """No picture is blank."""
    names = names_where(db, f"trouble = '' AND contrast < {BLANK_CONTRAST}", _SEEN)
    return told(
        names, Severity.WARN, "{} of one colour all over", "picture is", "pictures are",
        "Put them aside unless they are meant to be blank.",
        f"The grey values differ by less than {BLANK_CONTRAST:g} of 255.", "put_blank_aside",
        kind="of one colour",
    )  # fmt: skip


def pictures_have_usual_sizes(db: sqlite3.Connection) -> list[Finding]:
    """No picture is tiny or a long strip."""
    names = names_where(db, ODD_SIZE)
    return told(
        names, Severity.NOTE, "{} of an odd size: below " f"{FEW_PIXELS} px, or a strip more than "
        f"{MOST_LONG:g} times as long as wide", "picture is", "pictures are",
        "Put them aside, or bring long pictures in again cut into pieces.",
        "Pictures are fitted into a square for training.", "put_odd_sizes_aside",
        kind="of an odd size",
    )  # fmt: skip


ODD_SIZE = (
    f"(min(width, height) < {FEW_PIXELS} OR max(width, height) > {MOST_LONG} * min(width, height))"
)


def parts_are_alike(db: sqlite3.Connection) -> list[Finding]:
    """Train and val show pictures of the same brightness and things of the same size."""
    trained = "split = ? AND state IN ('labelled', 'empty')"
    measures = (
        ("brightness of the pictures", "SELECT brightness FROM looks JOIN pictures "
         f"ON id = picture_id WHERE trouble = '' AND {trained}"),
        ("size of the things", "SELECT sqrt((box_right - box_left) * (box_bottom - box_top) "
         f"/ width / height) FROM labels JOIN pictures ON pictures.id = picture_id WHERE {trained}"
         " AND box_right > box_left AND box_bottom > box_top"),
    )  # fmt: skip
    apart = [
        what
        for what, query in measures
        if _apart(*([row[0] for row in db.execute(query, (part,))] for part in ("train", "val")))
    ]
    if _classes_drift(db):
        apart.append("mix of the classes")
    if not apart:
        return []
    return [
        Finding(
            Severity.WARN, f"Train and val differ in the {' and the '.join(apart)}",
            "Deal the split again, unless val is meant to be different.", (),
            "The means are far apart against the spread (Cohen's d above 0.8), or a class's share "
            "is twice as large in one part.", (("fix", "deal_again"),),
        )
    ]  # fmt: skip


def _apart(one: Sequence[float], other: Sequence[float]) -> bool:
    import numpy as np

    if min(len(one), len(other)) < ENOUGH:
        return False
    spread = np.sqrt((np.var(one) + np.var(other)) / 2)
    return bool(abs(np.mean(one) - np.mean(other)) > DRIFT * max(float(spread), 1e-9))


def _classes_drift(db: sqlite3.Connection) -> bool:
    boxes: dict[int, dict[str, int]] = defaultdict(dict)
    for part, class_id, count in db.execute("SELECT split, class_id, boxes FROM class_tallies"):
        boxes[class_id][part] = count
    totals = {part: sum(row.get(part, 0) for row in boxes.values()) for part in ("train", "val")}
    for row in boxes.values():
        train, val = row.get("train", 0), row.get("val", 0)
        if min(train, val) < ENOUGH:
            continue
        ratio = (train / totals["train"]) / (val / totals["val"])
        if not 0.5 < ratio < 2:
            return True
    return False


SEEN_CHECKS: list[SeenCheck] = [
    pictures_can_be_read,
    groups_are_whole,
    groups_can_be_dealt,
    boxes_lie_inside,
    boxes_are_there_once,
    class_names_differ,
    labels_fit_the_task,
    pictures_show_something,
    parts_are_alike,
    pictures_are_not_alike,
    classes_are_even,
    pictures_have_usual_sizes,
    outlines_have_no_holes,
    points_know_their_mirror,
    *SHAPE_CHECKS,
]
