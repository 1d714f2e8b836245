"""Quick health checks of the classes: as in `health`, functions from a data set to findings."""

from components.data import quick_kinds, split
from components.data.finding_rows import BRING_IN, EDIT_CLASSES, mend_by
from components.data.quick_kinds import FEW_BOXES
from components.data.store import Dataset
from components.data.wording import listed, some
from components.findings import Finding, Severity
from components.tasks import TASKS, LabelShape


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
            mend_by("drop_unused_classes"),
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
            "Label more examples of it, merge it with a class that looks alike, or leave it out.",
            tuple(each.name for each in few),
            "rule of thumb",
            EDIT_CLASSES,
            (BRING_IN,),
            quick_kinds.RARE,
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
                apply=BRING_IN,
            )
        ]
    return [
        Finding(
            Severity.NOTE,
            f"There is one class, {classes[0].name}: the model will find things but not tell them "
            "apart",
            "Bring in labels of a second class if the model should tell things apart; else all is "
            "well.",
            source="By definition.",
            apply=BRING_IN,
        )
    ]


def classes_are_in_train_and_val(dataset: Dataset) -> list[Finding]:
    """Every class that has boxes is learned from and judged by."""
    parts = split.counts(dataset)
    if not parts["train"].boxes or not parts["val"].boxes:
        return []  # told by another check
    found = []
    for part, what in (
        ("train", "never sees an example"),
        ("val", "is never judged by it"),
    ):
        missing = [
            each
            for each in dataset.classes()
            if each.boxes and each.id not in parts[part].class_boxes
        ]
        if missing:
            # A class on one picture cannot lie in two parts, however often it is dealt.
            can_be_dealt = any(each.pictures > 1 for each in missing)
            found.append(
                Finding(
                    Severity.WARN,
                    f"{some(len(missing), 'class is', 'classes are')} missing from {part}, so the "
                    f"model {what}: {listed([each.name for each in missing])}",
                    "Deal the split again, or label at least two pictures that show it."
                    if can_be_dealt
                    else "Label a second picture that shows it, or leave the class out.",
                    tuple(each.name for each in missing),
                    "By definition.",
                    mend_by("deal_again") if can_be_dealt else EDIT_CLASSES,
                    (EDIT_CLASSES, BRING_IN) if can_be_dealt else (BRING_IN,),
                    quick_kinds.MISSING[part],
                )
            )
    return found
