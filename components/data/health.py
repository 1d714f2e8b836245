"""Health checks: what a data set lacks before it is trained on.

A check is a function from the data set to findings, silent when all is well, cheap enough to be
asked whenever the page is drawn. A new one is a function here and its name in `CHECKS`.
"""

from collections.abc import Callable

from components.data import schema, split
from components.data.box_sizes import boxes_have_usual_sizes
from components.data.in_place import pictures_are_where_they_were
from components.data.store import Dataset
from components.data.wording import listed, some
from components.findings import Finding, Severity, most_serious_first
from components.tasks import TASKS, LabelShape

Check = Callable[[Dataset], list[Finding]]

FEW_BOXES = 10  # rule of thumb; below it a class is learned by heart at best
FEW_PICTURES_TO_JUDGE = 10  # rule of thumb
USUAL_SIZE_PX = 640  # the trainer's usual picture size
FINEST_GRID_PX = 8  # YOLO26's finest grid has one cell per 8 px
MOST_NAMES = 50  # in a finding; more help nobody

_TRAINED = "state IN ('labelled', 'empty')"


def findings(dataset: Dataset) -> list[Finding]:
    """What all checks have to say, most serious first."""
    return most_serious_first([finding for check in CHECKS for finding in check(dataset)])


def can_be_trained(dataset: Dataset) -> list[Finding]:
    """There is something to learn from and something to judge by."""
    return split.ensure_usable(dataset)


def classes_have_boxes(dataset: Dataset) -> list[Finding]:
    """No class is a mere name."""
    names = [each.name for each in dataset.classes() if not each.boxes]
    if not names or not dataset.summary().boxes:
        return []  # a data set without any box is told by another check
    return [
        Finding(
            Severity.WARN,
            f"{some(len(names), 'class has', 'classes have')} no {_counted(dataset)[0]}: "
            f"{listed(names)}",
            "Label some examples, or strike the name from the list.",
            tuple(names),
            "A class without examples cannot be learned and lowers the mean of the others.",
            (("fix", "drop_unused_classes"),),
        )
    ]


def classes_have_enough_boxes(dataset: Dataset) -> list[Finding]:
    """Every class has a handful of examples."""
    few = [each for each in dataset.classes() if 0 < each.boxes < FEW_BOXES]
    if not few:
        return []
    told = listed([f"{each.name} ({each.boxes})" for each in few])
    return [
        Finding(
            Severity.WARN,
            f"{some(len(few), 'class has', 'classes have')} fewer than {FEW_BOXES} "
            f"{_counted(dataset)[1]}: {told}",
            "Label more examples of it, or merge it with a class that looks alike.",
            tuple(each.name for each in few),
            "rule of thumb",
        )
    ]


def _counted(dataset: Dataset) -> tuple[str, str]:
    """What a class needs many of, one and several: what the task learns from."""
    task = TASKS[dataset.task]
    if task.label_shape is LabelShape.WHOLE:
        return "picture", "pictures"
    return task.label_words.one, task.label_words.many


def more_than_one_class(dataset: Dataset) -> list[Finding]:
    """With one class a model finds things, but tells none apart."""
    classes = dataset.classes()
    if len(classes) != 1:
        return []
    if dataset.task == "classify":
        return [
            Finding(
                Severity.WARN,
                f"There is one class, {classes[0].name}: every picture gets it, so the model has "
                "nothing to learn and its score says nothing",
                "Bring in pictures of a second class.",
                source="By definition.",
            )
        ]
    return [
        Finding(
            Severity.NOTE,
            f"There is one class, {classes[0].name}: the model will find things but not tell them "
            "apart",
            "Label a second class if the model should tell things apart; else all is well.",
            source="By definition.",
        )
    ]


def classes_are_in_train_and_val(dataset: Dataset) -> list[Finding]:
    """Every class that has boxes is learned from and judged by."""
    parts = split.counts(dataset)
    if not parts["train"].boxes or not parts["val"].boxes:
        return []  # told by another check
    return [
        Finding(
            Severity.WARN,
            f"{some(len(missing), 'class is', 'classes are')} missing from {part}, so the model "
            f"{what}: {listed(missing)}",
            "Deal the split again, or label at least two pictures that show it.",
            tuple(missing),
            "By definition.",
            (("fix", "deal_again"),),
        )
        for part, what in (
            ("train", "never sees an example"),
            ("val", "is never judged by it"),
        )
        if (
            missing := [
                each.name
                for each in dataset.classes()
                if each.boxes and each.id not in parts[part].class_boxes
            ]
        )
    ]


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
            apply=(("fix", "deal_with_more_val"),),
        )
    ]


def pictures_are_labelled(dataset: Dataset) -> list[Finding]:
    """No picture is left out for want of labels."""
    names, count = _names(dataset, "state = 'unlabelled'")
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
            (("fix", "mark_empty"),),
        )
    ]


def pictures_have_a_part(dataset: Dataset) -> list[Finding]:
    """No picture is left out for want of a part."""
    names, count = _names(dataset, f"{_TRAINED} AND split IS NULL")
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
            (("fix", "give_parts"),),
        )
    ]


def parts_share_no_picture(dataset: Dataset) -> list[Finding]:
    """No picture lies in two parts under two names."""
    twins = (
        "sha256 IN (SELECT sha256 FROM pictures WHERE split IS NOT NULL AND sha256 != '' "
        f"AND {_TRAINED} GROUP BY sha256 HAVING count(DISTINCT split) > 1)"
    )
    names, count = _names(dataset, f"{_TRAINED} AND split IS NOT NULL AND {twins}")
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
            (("fix", "gather_groups"),),
        )
    ]


def pictures_are_there_once(dataset: Dataset) -> list[Finding]:
    """No picture counts double."""
    twins = (
        "EXISTS (SELECT 1 FROM pictures AS first WHERE first.sha256 = pictures.sha256 "
        "AND first.id < pictures.id AND first.state != 'ignored')"
    )
    names, count = _names(dataset, f"state != 'ignored' AND sha256 != '' AND {twins}")
    if not count:
        return []
    return [
        Finding(
            Severity.NOTE,
            f"{some(count, 'picture is a copy', 'pictures are copies')} of another, byte for byte",
            "Put the copies aside as ignored, unless they are to count double.",
            names,
            "Equal to the last byte (SHA-256).",
            (("fix", "put_copies_aside"),),
        )
    ]


def boxes_are_large_enough(dataset: Dataset, size_px: int = USUAL_SIZE_PX) -> list[Finding]:
    """Few boxes become smaller than the model's finest grid at this training size."""
    tiny, boxes = _tiny(dataset, size_px)
    if tiny * 100 < max(boxes, 1):
        return []
    larger = [size for size in _LARGER_PX if size > size_px]
    enough = next((size for size in larger if _tiny(dataset, size)[0] * 100 < boxes), 0)
    return [
        Finding(
            Severity.WARN,
            f"{some(tiny, 'box', 'boxes')} ({100 * tiny / boxes:.0f} %) will be smaller than "
            f"{FINEST_GRID_PX} px when pictures are shrunk to {size_px} px",
            f"Train at {enough} px, which takes {(enough / size_px) ** 2:.1f} times as long."
            if enough
            else "Choose a larger picture size on the Plan page, or cut the pictures into pieces.",
            source="YOLO26's finest grid has one cell per 8 px.",
            apply=(("image_size_px", enough),) if enough else (),
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


def _names(dataset: Dataset, condition: str) -> tuple[tuple[str, ...], int]:
    """The first few names of the pictures that meet the condition, and how many there are."""
    with schema.reading(dataset.folder) as db:
        (count,) = db.execute(f"SELECT count(*) FROM pictures WHERE {condition}").fetchone()
        found = f"SELECT name FROM pictures WHERE {condition} ORDER BY id LIMIT {MOST_NAMES}"
        return tuple(name for (name,) in db.execute(found)), count
