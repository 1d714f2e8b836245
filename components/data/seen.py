"""What the background check has to say: checks that need every picture or every box.

A check is a function over the open file of the data set to findings, silent when all is well. A
new one is a function here and its name in `SEEN_CHECKS`. The cheap ones are in `health`.
"""

import sqlite3
from collections import defaultdict
from collections.abc import Callable, Sequence

from components.data import groups, schema
from components.data.looks import BLANK_CONTRAST
from components.data.store import Dataset
from components.data.wording import listed, some
from components.findings import Finding, Severity, most_serious_first
from components.tasks import TASKS

MOST_NAMES = 200
MOST_UNEVEN = 20  # times more boxes; rule of thumb
MOST_LONG = 4.0  # longer side by shorter; the trainer's square would be three quarters empty
FEW_PIXELS = 32  # the model's coarsest grid has one cell per 32 px
DRIFT = 0.8  # differences of the means by the spread: Cohen calls 0.8 large (1988)
ENOUGH = 20  # pictures of a part, before its mean says anything; rule of thumb

SeenCheck = Callable[[sqlite3.Connection], list[Finding]]


def seen_findings(dataset: Dataset) -> list[Finding]:
    """What all checks of this file have to say, most serious first."""
    with schema.reading(dataset.folder) as db:
        return most_serious_first([found for check in SEEN_CHECKS for found in check(db)])


def pictures_can_be_read(db: sqlite3.Connection) -> list[Finding]:
    """Every picture opens."""
    names = _names(db, "trouble != ''", _SEEN)
    return _told(
        names, Severity.STOP, "{} cannot be opened any more", "picture", "pictures",
        "Put them aside, or put the files back into the data set's folder.",
        "Tailor tried to open each.", "put_unreadable_aside",
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
    return _told(
        names, Severity.WARN, "{} of a group that lies in several parts: the model is judged by "
        "what it has learned", "picture is", "pictures are",
        "Move each group into the part where most of it lies.",
        "Such leakage makes scores look better than they are.", "gather_groups",
    )  # fmt: skip


def pictures_are_not_alike(db: sqlite3.Connection) -> list[Finding]:
    """No two pictures are nearly the same."""
    names = _names(
        db,
        "EXISTS (SELECT 1 FROM alike JOIN pictures AS other ON other.id = first_id "
        "WHERE second_id = pictures.id AND other.sha256 != pictures.sha256 "
        "AND other.state != 'ignored')",
    )
    return _told(
        names, Severity.NOTE, "{} nearly the same as another", "picture is", "pictures are",
        "Look at the pairs below; put one of each aside unless both are to count.",
        "Perceptual hash, then the thumbnails compared.", "put_alike_aside",
    )  # fmt: skip


def pictures_show_something(db: sqlite3.Connection) -> list[Finding]:
    """No picture is blank."""
    names = _names(db, f"trouble = '' AND contrast < {BLANK_CONTRAST}", _SEEN)
    return _told(
        names, Severity.WARN, "{} of one colour all over", "picture is", "pictures are",
        "Put them aside unless they are meant to be blank.",
        f"The grey values differ by less than {BLANK_CONTRAST:g} of 255.", "put_blank_aside",
    )  # fmt: skip


def pictures_have_usual_sizes(db: sqlite3.Connection) -> list[Finding]:
    """No picture is tiny or a long strip."""
    names = _names(
        db, f"min(width, height) < {FEW_PIXELS} "
        f"OR max(width, height) > {MOST_LONG} * min(width, height)",
    )  # fmt: skip
    return _told(
        names, Severity.NOTE, "{} of an odd size: tiny, or a long strip", "picture is",
        "pictures are", "Cut long pictures into pieces, and leave out those that are too small.",
        "Pictures are fitted into a square for training.",
    )  # fmt: skip


def boxes_lie_inside(db: sqlite3.Connection) -> list[Finding]:
    """No box is empty or leaves its picture."""
    names = _names(
        db, "id IN (SELECT picture_id FROM labels JOIN pictures AS p ON p.id = picture_id "
        "WHERE box_right - box_left < 1 OR box_bottom - box_top < 1 OR box_left < -0.5 "
        "OR box_top < -0.5 OR box_right > p.width + 0.5 OR box_bottom > p.height + 0.5)",
    )  # fmt: skip
    return _told(
        names, Severity.WARN, "{} boxes that are empty or leave the picture", "picture has",
        "pictures have", "Cut the boxes at the edge and delete those without area.",
        "The trainer skips a whole picture for one such box.", "cut_boxes",
    )  # fmt: skip


def boxes_are_there_once(db: sqlite3.Connection) -> list[Finding]:
    """No box is drawn twice."""
    names = _names(db, f"id IN (SELECT picture_id FROM labels {DOUBLED})")
    return _told(
        names, Severity.WARN, "{} the same box of the same class twice", "picture has",
        "pictures have", "Delete the second of each.",
        "Corners equal to the pixel.", "drop_doubled_boxes",
    )  # fmt: skip


DOUBLED = (
    "GROUP BY picture_id, class_id, round(box_left), round(box_top), round(box_right), "
    "round(box_bottom), points HAVING count(*) > 1"
)


def labels_fit_the_task(db: sqlite3.Connection) -> list[Finding]:
    """Labels are of the shape that the task learns from."""
    (task,) = db.execute("SELECT task FROM dataset").fetchone()
    wanted = TASKS[task].label_shape
    if wanted == "box":
        return []  # a box can be drawn around every other shape
    names = _names(db, f"id IN (SELECT picture_id FROM labels WHERE shape != '{wanted}')")
    return _told(
        names, Severity.WARN, f"{{}} labels that are no {wanted}, which “{TASKS[task].label}” "
        "learns from", "picture has", "pictures have",
        "Bring in labels of that shape, or bring the set in as one to find things with boxes.",
        "Each kind of model learns from one kind of label.",
    )  # fmt: skip


def class_names_differ(db: sqlite3.Connection) -> list[Finding]:
    """No two classes have nearly the same name."""
    names: dict[str, list[str]] = defaultdict(list)
    for (name,) in db.execute("SELECT name FROM classes ORDER BY boxes DESC, id"):
        names[alike_name(name)].append(name)
    return [
        Finding(
            Severity.WARN, f"{len(same)} classes have nearly the same name: "
            f"{listed([repr(name) for name in same])}",
            f"Make them one class, {same[0].strip()!r}, if they mean the same.", tuple(same),
            "Equal but for capitals, spaces, hyphens and a plural s.",
            (("fix", "merge_classes"), ("class", same[0])),
        )
        for same in names.values() if len(same) > 1
    ]  # fmt: skip


def alike_name(name: str) -> str:
    """A class name without what people type in one way or another.

    >>> alike_name("Traffic_Lights ") == alike_name("traffic light")
    True
    """
    plain = "".join(sign for sign in name.casefold() if sign.isalnum())
    return (plain[:-1] if len(plain) > 3 and plain.endswith("s") else plain) or name


def classes_are_even(db: sqlite3.Connection) -> list[Finding]:
    """No class has many times the boxes of another."""
    counts = db.execute("SELECT name, boxes FROM classes WHERE boxes > 0 ORDER BY boxes").fetchall()
    if len(counts) < 2 or counts[-1][1] < MOST_UNEVEN * counts[0][1]:
        return []
    (few, least), (many, most) = counts[0], counts[-1]
    return [
        Finding(
            Severity.NOTE, f"{many} has {most:,} boxes, {few} only {least:,}",
            f"Add pictures that show {few}; the model will often overlook it otherwise.",
            (few, many), f"More than {MOST_UNEVEN} times as many; rule of thumb",
        )
    ]  # fmt: skip


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
    boxes_lie_inside,
    boxes_are_there_once,
    class_names_differ,
    labels_fit_the_task,
    pictures_show_something,
    parts_are_alike,
    pictures_are_not_alike,
    classes_are_even,
    pictures_have_usual_sizes,
]


_SEEN = "JOIN looks ON picture_id = id"


def _names(db: sqlite3.Connection, condition: str, join: str = "") -> list[str]:
    """Names of the pictures that are not put aside and meet the condition."""
    query = f"SELECT name FROM pictures {join} WHERE ({condition}) AND state != 'ignored' ORDER BY "
    return [name for (name,) in db.execute(query + "pictures.id")]


def _told(
    names: list[str], severity: Severity, title: str, one: str, many: str, fix: str, source: str,
    apply: str = "",
) -> list[Finding]:  # fmt: skip
    if not names:
        return []
    return [
        Finding(
            severity, title.format(some(len(names), one, many)), fix, tuple(names[:MOST_NAMES]),
            source, (("fix", apply),) if apply else (),
        )
    ]  # fmt: skip
