"""Health checks: what a data set lacks before it is trained on.

A check is a function from the data set to findings, silent when all is well, cheap enough to be
asked whenever the page is drawn. A new one is a function here and its name in `CHECKS`.
"""

from collections.abc import Callable

from components.data import quick_kinds, schema, split
from components.data.box_sizes import boxes_have_usual_sizes
from components.data.finding_rows import BRING_IN, mend_by
from components.data.health_classes import (
    classes_are_in_train_and_val,
    classes_have_boxes,
    classes_have_enough_boxes,
    more_than_one_class,
)
from components.data.in_place import pictures_are_where_they_were
from components.data.quick_kinds import FINEST_GRID_PX
from components.data.store import Dataset
from components.data.wording import some
from components.findings import Finding, Severity, most_serious_first

Check = Callable[[Dataset], list[Finding]]

FEW_PICTURES_TO_JUDGE = 10  # rule of thumb
USUAL_SIZE_PX = 640  # the trainer's usual picture size
MOST_NAMES = 50  # in a finding; more help nobody


def findings(dataset: Dataset) -> list[Finding]:
    """What all checks have to say, most serious first."""
    return most_serious_first([finding for check in CHECKS for finding in check(dataset)])


def can_be_trained(dataset: Dataset) -> list[Finding]:
    """There is something to learn from and something to judge by."""
    return split.ensure_usable(dataset)


def enough_to_judge_by(dataset: Dataset) -> list[Finding]:
    """Val holds more than a few pictures."""
    count = split.counts(dataset)["val"].pictures
    if not 0 < count < FEW_PICTURES_TO_JUDGE:
        return []
    return [
        Finding(
            Severity.NOTE,
            f"The val part has only {some(count, 'picture')}, so the measured quality will jump "
            "from run to run",
            "Give val a larger share, or add labelled pictures.",
            source="rule of thumb",
            apply=mend_by("deal_with_more_val"),
            also=(BRING_IN,),
        )
    ]


def pictures_are_labelled(dataset: Dataset) -> list[Finding]:
    """No picture is left out for want of labels."""
    names, count = _names(dataset, quick_kinds.UNLABELLED)
    if not count:
        return []
    return [
        Finding(
            Severity.NOTE,
            f"{some(count, 'picture has', 'pictures have')} no labels yet and will be left out of "
            "training",
            "Label them, or mark as empty those that show nothing to be found.",
            names,
            "Taken as background, an unlabelled picture would teach the model to overlook things.",
            mend_by("mark_empty"),
            (BRING_IN,),
            quick_kinds.UNLABELLED,
        )
    ]


def pictures_have_a_part(dataset: Dataset) -> list[Finding]:
    """No picture is left out for want of a part."""
    names, count = _names(dataset, quick_kinds.WITHOUT_PART)
    if not count:
        return []
    return [
        Finding(
            Severity.WARN,
            f"{some(count, 'picture lies', 'pictures lie')} in none of the parts and will be left "
            "out of training",
            "Press “Give them a part” under Data, Split; the others stay where they are.",
            names,
            "By definition.",
            mend_by("give_parts"),
            kind=quick_kinds.WITHOUT_PART,
        )
    ]


def parts_share_no_picture(dataset: Dataset) -> list[Finding]:
    """No picture lies in two parts under two names."""
    names, count = _names(dataset, quick_kinds.TWINS)
    if not count:
        return []
    return [
        Finding(
            Severity.WARN,
            f"{count:,} pictures are the same as a picture of another part, so the model is judged "
            "by what it learned",
            "Bring them together, or deal the split again: equal pictures then stay together.",
            names,
            "Equal to the last byte (SHA-256).",
            mend_by("gather_groups"),
            kind=quick_kinds.TWINS,
        )
    ]


def pictures_are_there_once(dataset: Dataset) -> list[Finding]:
    """No picture counts double."""
    names, count = _names(dataset, quick_kinds.COPIES)
    if not count:
        return []
    return [
        Finding(
            Severity.NOTE,
            f"{some(count, 'picture is a copy', 'pictures are copies')} of another, byte for byte",
            f"Put the copies aside as ignored, unless they are to count double.{_apart(dataset)}",
            names,
            "Equal to the last byte (SHA-256).",
            mend_by("put_copies_aside"),
            kind=quick_kinds.COPIES,
        )
    ]


def _apart(dataset: Dataset) -> str:
    """A warning where it is not the same which of the copies is kept."""
    with schema.reading(dataset.folder) as db:
        (count,) = db.execute(quick_kinds.LABELLED_APART).fetchone()
    if not count:
        return ""
    return (
        f" Look at them first: {some(count, 'picture is', 'pictures are')} not labelled the same "
        "in each copy, and only the labels of the copy that is kept will count."
    )


def boxes_are_large_enough(dataset: Dataset, size_px: int = USUAL_SIZE_PX) -> list[Finding]:
    """Few boxes become smaller than the model's finest grid at this training size."""
    tiny, boxes = _tiny(dataset, size_px)
    if tiny * 100 < max(boxes, 1):
        return []
    larger = [size for size in _LARGER_PX if size > size_px]
    enough = next((size for size in larger if _tiny(dataset, size)[0] * 100 < boxes), 0)
    best = enough or max(larger, default=0)
    kind = quick_kinds.tiny_at(size_px)
    put_aside = mend_by("put_shown_aside", kind=kind)
    return [
        Finding(
            Severity.WARN,
            f"{some(tiny, 'box', 'boxes')} ({100 * tiny / boxes:.0f} %) will be smaller than "
            f"{FINEST_GRID_PX} px when pictures are shrunk to {size_px} px",
            f"Train at {enough} px, which takes {(enough / size_px) ** 2:.1f} times as long."
            if enough
            else "Train at the largest size that the graphics card holds, cut the pictures into "
            "pieces before you bring them in, or put these aside.",
            source="YOLO26's finest grid has one cell per 8 px.",
            apply=(("image_size_px", best),) if best else put_aside,
            also=(put_aside,) if best else (),
            kind=kind,
        )
    ]


_LARGER_PX = (960, 1280, 1600)


def _tiny(dataset: Dataset, size_px: int) -> tuple[int, int]:
    """How many boxes are smaller than the finest grid at this training size, and of how many."""
    with schema.reading(dataset.folder) as db:
        found: tuple[int, int] = db.execute(
            "SELECT coalesce(sum(min(box_right - box_left, box_bottom - box_top) * ? "
            "< ? * max(width, height)), 0), count(*) FROM labels "
            "JOIN pictures ON pictures.id = picture_id WHERE state = 'labelled'",
            (size_px, FINEST_GRID_PX),
        ).fetchone()
        return found


CHECKS: list[Check] = [
    can_be_trained,
    pictures_are_where_they_were,
    classes_have_boxes,
    classes_have_enough_boxes,
    more_than_one_class,
    classes_are_in_train_and_val,
    enough_to_judge_by,
    pictures_are_labelled,
    pictures_have_a_part,
    parts_share_no_picture,
    pictures_are_there_once,
    boxes_are_large_enough,
    boxes_have_usual_sizes,
]


def _names(dataset: Dataset, kind: str) -> tuple[tuple[str, ...], int]:
    """The first few names of the pictures of the kind, and how many there are."""
    condition = quick_kinds.CONDITIONS[kind]
    with schema.reading(dataset.folder) as db:
        (count,) = db.execute(f"SELECT count(*) FROM pictures WHERE {condition}").fetchone()
        found = f"SELECT name FROM pictures WHERE {condition} ORDER BY id LIMIT {MOST_NAMES}"
        return tuple(name for (name,) in db.execute(found)), count
