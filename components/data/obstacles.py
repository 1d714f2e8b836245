"""What stands in the way of any training with a data set, and what to do about each."""

from components.data import quick_kinds
from components.data.finding_rows import BRING_IN, mend_by
from components.data.records import Split
from components.data.wording import some
from components.findings import Finding, Severity
from components.tasks import TASKS, LabelShape


def task_not_ready(name: str, task_key: str) -> Finding:
    """The labels are for a task that is not trained yet."""
    task = TASKS[task_key]
    drawn = task.label_shape is not LabelShape.WHOLE
    return Finding(
        Severity.STOP,
        f"The labels of {name} are for another kind of model: {task.label.lower()}",
        "Train it to find things with boxes: the box around each label is learned then."
        if drawn
        else "Bring in labels that are boxes or outlines.",
        source="Tailor does not train this task yet.",
        apply=mend_by("train_as", task="detect") if drawn else BRING_IN,
    )


def nothing_labelled(labelled_aside: int, unlabelled: int) -> Finding:
    """No picture that training would use has a label.

    Args:
        labelled_aside: How many pictures with labels were put aside.
        unlabelled: How many pictures nobody has said anything about.
    """
    if labelled_aside:
        return Finding(
            Severity.STOP,
            "All pictures that have labels are put aside, so there is nothing to learn from",
            f"Take the {some(labelled_aside, 'picture')} with labels back in.",
            source="A model learns from labelled examples only.",
            apply=mend_by("take_labelled_back"),
            also=(BRING_IN,),
        )
    return Finding(
        Severity.STOP,
        "No picture has a label, so there is nothing to learn from",
        "Bring in pictures together with their label files; pictures that are here already take "
        "the labels.",
        source="A model learns from labelled examples only.",
        apply=BRING_IN,
        kind=quick_kinds.UNLABELLED if unlabelled else "",
    )


def only_one_picture() -> Finding:
    """One labelled picture cannot be learned from and judged by."""
    return Finding(
        Severity.STOP,
        "There is one labelled picture, but training needs at least two",
        "Add more labelled pictures: one part to learn from, one to judge by.",
        source="A model cannot be judged by the picture it learned.",
        apply=BRING_IN,
    )


def part_missing(part: Split, pictures: int) -> Finding:
    """Train or val has nothing in it that counts."""
    use = "learn from" if part == "train" else "judge the model by"
    what = f"{some(pictures, 'picture')} but no labels" if pictures else "no pictures"
    return Finding(
        Severity.STOP,
        f"The {part} part has {what}, so there is nothing to {use}",
        f"Deal all pictures again, move the handles of the split so that {part} gets a share, or "
        "add labelled pictures.",
        source="Ultralytics needs labelled pictures in train and in val.",
        apply=mend_by("deal_again"),
        also=(BRING_IN,),
    )
