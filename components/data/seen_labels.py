"""What the background check has to say of labels: where they lie, their shapes, their classes.

As in `seen`: a check is a function over the open file of the data set to findings.
"""

import json
import sqlite3
from collections import defaultdict

from components.data import keypoint_order, manifest, rings
from components.data.alike_names import alike_name
from components.data.finding_rows import EDIT_CLASSES, MIRROR_OFF, mend_by, names_where, told
from components.data.wording import listed, some
from components.findings import Finding, Severity
from components.tasks import TASKS

MOST_UNEVEN = 20  # times more boxes; rule of thumb
# Ultralytics' power of the class weights, 0 to 1: at a half a class with a hundredth of the labels
# counts ten times as much. Rule of thumb.
RARE_COUNT_MORE = 0.5


def boxes_lie_inside(db: sqlite3.Connection) -> list[Finding]:
    """No box is empty or leaves its picture."""
    names = names_where(
        db, "id IN (SELECT picture_id FROM labels JOIN pictures AS p ON p.id = picture_id "
        "WHERE box_right - box_left < 1 OR box_bottom - box_top < 1 OR box_left < -0.5 "
        "OR box_top < -0.5 OR box_right > p.width + 0.5 OR box_bottom > p.height + 0.5)",
    )  # fmt: skip
    return told(
        names, Severity.WARN, "{} boxes that are empty or leave the picture", "picture has",
        "pictures have", "Cut the boxes at the edge and delete those without area.",
        "The trainer skips a whole picture for one such box.", "cut_boxes",
        kind="with boxes outside or empty",
    )  # fmt: skip


def boxes_are_there_once(db: sqlite3.Connection) -> list[Finding]:
    """No box is drawn twice."""
    names = names_where(db, f"id IN (SELECT picture_id FROM labels {DOUBLED})")
    return told(
        names, Severity.WARN, "{} the same box of the same class twice", "picture has",
        "pictures have", "Delete the second of each.",
        "Corners equal to the pixel.", "drop_doubled_boxes",
        kind="with a box twice",
    )  # fmt: skip


DOUBLED = (
    "GROUP BY picture_id, class_id, round(box_left), round(box_top), round(box_right), "
    "round(box_bottom), points HAVING count(*) > 1"
)


def labels_fit_the_task(db: sqlite3.Connection) -> list[Finding]:
    """Labels are of the shape that the task learns from, or can be turned into it."""
    (task,) = db.execute("SELECT task FROM dataset").fetchone()
    shapes = dict(db.execute(
        "SELECT shape, count(*) FROM labels JOIN pictures ON pictures.id = picture_id "
        "WHERE state != 'ignored' GROUP BY shape"
    ))  # fmt: skip
    if task == "detect" and "whole" not in shapes:
        return _could_learn_more(shapes)  # a box can be drawn around every other shape
    reasons = manifest.unfit(db)
    left_out = sorted(number for numbers in reasons.values() for number in numbers)
    if not left_out:
        return []
    names = names_where(db, f"id IN (SELECT value FROM json_each('{json.dumps(left_out)}'))")
    told_why = "; ".join(
        f"{some(len(ids), 'picture')}: {why}" for why, ids in sorted(reasons.items())
    )
    other, aside = _best_task(db, task, len(left_out)), mend_by("put_unfit_aside")
    label = TASKS[task].label
    if other:
        fix = f"Train it as “{TASKS[other].label}”, which all labels serve, or mend the labels."
    else:
        fix = f"Put them aside, or bring in {_WANTED[task]} for them, which “{label}” learns from."
    return [
        Finding(
            Severity.WARN, f"{some(len(left_out), 'picture')} will be left out of training "
            f"“{label}” ({told_why})", fix, tuple(names),
            "Nothing is made up: an outline becomes a box, but a box no outline.",
            mend_by("train_as", task=other) if other else aside, (aside,) if other else (),
            "that the task leaves out",
        )
    ]  # fmt: skip


_WANTED = {
    "detect": "boxes", "segment": "outlines", "pose": "the same named points on each thing",
    "obb": "turned boxes or outlines", "classify": "one class per picture",
}  # fmt: skip


def _best_task(db: sqlite3.Connection, task: str, left_out: int) -> str:
    """Another task that fewer than half as many pictures are lost to; "" when there is none."""
    best = {
        other: sum(map(len, manifest.unfit(db, other).values()))
        for other in TASKS
        if other != task and TASKS[other].is_ready
    }
    chosen = min(best, key=best.__getitem__, default="")
    return chosen if chosen and 2 * best[chosen] < left_out else ""


def _could_learn_more(shapes: dict[str, int]) -> list[Finding]:
    """Every label is drawn as what another task learns from."""
    task = next((key for key, row in TASKS.items() if row.label_shape in shapes), "")
    if len(shapes) != 1 or task in ("", "detect") or not TASKS[task].is_ready:
        return []
    return [
        Finding(
            Severity.NOTE, f"All labels are drawn for “{TASKS[task].label}”, but the data set is "
            "for boxes: the model will learn the box around each",
            f"Train it as “{TASKS[task].label}” if the model should give back what was drawn.", (),
            "The labels hold more than the task uses.", mend_by("train_as", task=task),
        )
    ]  # fmt: skip


def outlines_have_no_holes(db: sqlite3.Connection) -> list[Finding]:
    """No outline has a hole, or it is said how a trainer is told of it."""
    (task,) = db.execute("SELECT task FROM dataset").fetchone()
    if task != "segment":
        return []
    query = (
        "SELECT name, points FROM labels JOIN pictures ON pictures.id = picture_id "
        "WHERE shape = 'polygon' AND state = 'labelled' ORDER BY pictures.id"
    )
    names = [
        name for name, points in db.execute(query)
        if rings.holes([(point[0], point[1]) for point in json.loads(points or "[]")])
    ]  # fmt: skip
    return told(
        list(dict.fromkeys(names)), Severity.NOTE, "{} outlines with holes in them", "picture has",
        "pictures have", "Leave them as they are: the trainer keeps the holes open, told by a cut "
        "without width. Other tools may fill them.", "Ultralytics fills outlines by the even-odd "
        "rule.", "fill_holes", kind="with holes in outlines",
    )  # fmt: skip


def points_know_their_mirror(db: sqlite3.Connection) -> list[Finding]:
    """Of the points of a pose it is known which trade places in a mirror."""
    (task,) = db.execute("SELECT task FROM dataset").fetchone()
    if task != "pose":
        return []
    facts = keypoint_order.facts(db)
    if facts["flip_idx"] != list(range(facts["kpt_shape"][0])) or facts["kpt_shape"][0] < 2:
        return []
    return [
        Finding(
            Severity.NOTE, "No two points trade places when a picture is mirrored, so a left eye "
            "would stay a left eye in the mirror",
            "Leave mirroring off under Augment if there are left and right points, or bring in a "
            "data.yaml with flip_idx.", (), "Ultralytics' flip_idx.", MIRROR_OFF,
        )
    ]  # fmt: skip


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
            (("fix", "merge_classes"), ("class", same[0])), (EDIT_CLASSES,),
        )
        for same in names.values() if len(same) > 1
    ]  # fmt: skip


def classes_are_even(db: sqlite3.Connection) -> list[Finding]:
    """No class has many times the boxes of another."""
    counts = db.execute("SELECT name, boxes FROM classes WHERE boxes > 0 ORDER BY boxes").fetchall()
    if len(counts) < 2 or counts[-1][1] < MOST_UNEVEN * counts[0][1]:
        return []
    (few, least), (many, most) = counts[0], counts[-1]
    task = str(db.execute("SELECT task FROM dataset").fetchone()[0])
    of_what = "pictures" if task == "classify" else TASKS[task].label_words.many
    return [
        Finding(
            Severity.NOTE, f"{many} has {most:,} {of_what}, {few} only {least:,}",
            f"Let rare classes count more in training, or add pictures that show {few}; the model "
            "will often overlook it otherwise.",
            (few, many), f"More than {MOST_UNEVEN} times as many; rule of thumb",
            (("expert.cls_pw", RARE_COUNT_MORE),), (EDIT_CLASSES,),
        )
    ]  # fmt: skip
