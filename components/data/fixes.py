"""One click per finding: what mends it. A finding names its fix in `apply` as ("fix", name).

A fix looks for what is to be mended afresh, so it does the right thing to a data set that has
changed since the finding was made.
"""

from collections.abc import Callable
from dataclasses import dataclass

from components.data import mending, mending_shapes
from components.data.store import Dataset
from components.data.undo import can_be_undone
from components.errors import DatasetError
from components.findings import Finding
from components.tasks import TASKS


@dataclass(frozen=True, slots=True)
class Fix:
    """One way to mend a finding.

    Attributes:
        label: What the button says.
        help: What it does, in one sentence.
        do: Mends the data set.
    """

    label: str
    help: str
    do: Callable[[Dataset, Finding], None]


def fix_of(finding: Finding) -> str:
    """The name of the finding's fix; "" when it has none."""
    return str(dict(finding.apply).get("fix", ""))


def mend(dataset: Dataset, finding: Finding) -> None:
    """Do what the finding offers; `undo.undo` takes it back.

    Raises:
        DatasetError: It offers nothing, or it cannot be done.
    """
    fix = FIXES.get(fix_of(finding))
    if fix is None:
        raise DatasetError(f"“{finding.title}” cannot be mended by a click.", finding.fix)
    with can_be_undone(dataset, label_of(finding)):
        fix.do(dataset, finding)


FIXES: dict[str, Fix] = {
    "put_unreadable_aside": Fix("Put them aside", "They stay here, but no training uses them.",
                                mending.put_unreadable_aside),
    "put_lost_aside": Fix("Put them aside", "They stay here, but no training uses them.",
                          mending.put_lost_aside),
    "put_blank_aside": Fix("Put them aside", "They stay here, but no training uses them.",
                           mending.put_blank_aside),
    "put_copies_aside": Fix("Keep one of each", "The copies stay here, but no training uses them.",
                            mending.put_copies_aside),
    "put_alike_aside": Fix("Keep one of each", "The others stay here, but no training uses them.",
                           mending.put_alike_aside),
    "gather_groups": Fix("Bring the groups together", "Each group moves into the part where most "
                         "of it lies; all others stay.", mending.gather_groups),
    "cut_boxes": Fix("Cut the boxes", "Boxes end at the edge; empty ones are deleted.",
                     mending.cut_boxes),
    "drop_doubled_boxes": Fix("Delete the doubles", "One box of each stays.",
                              mending.drop_doubled_boxes),
    "merge_classes": Fix("Make them one class", "All their labels get the same name.",
                         mending.merge_classes),
    "mark_empty": Fix("Nothing is on them", "They count as empty on purpose: the model learns to "
                      "keep quiet there.", mending.mark_empty),
    "give_parts": Fix("Give them a part", "The others stay where they are.", mending.give_parts),
    "deal_again": Fix("Deal again", "All pictures are dealt afresh, with the same shares.",
                      mending.deal_again),
    "put_odd_sizes_aside": Fix("Put them aside", "They stay here, but no training uses them.",
                               mending.put_odd_sizes_aside),
    "drop_unused_classes": Fix("Strike their names", "The classes without a label leave the list.",
                               mending.drop_unused_classes),
    "deal_with_more_val": Fix("Deal again, with more to check", "All pictures are dealt afresh.",
                              mending.deal_with_more_val),
    "train_as": Fix("Train it as {task}", "No label is changed, only what is learned from them.",
                    mending.train_as),
    "put_unfit_aside": Fix("Put them aside", "They stay here, but no training uses them.",
                           mending.put_unfit_aside),
    "pair_points": Fix("Let them trade places", "A left point becomes the right one in a mirrored "
                       "picture, by the names.", mending.pair_points),
    "put_shown_aside": Fix("Put them aside", "They stay here, but no training uses them.",
                           mending.put_shown_aside),
    "take_labelled_back": Fix("Take them back in", "They count again, with the labels they had.",
                              mending.take_labelled_back),
    "take_as_they_are": Fix("Take them as they are now", "Their sizes and small copies are made "
                            "anew; the labels stay.", mending.take_as_they_are),
    "untangle_outlines": Fix("Take them apart", "Cut where they cross; what they enclose stays.",
                             mending_shapes.untangle_outlines),
    "fill_holes": Fix("Fill the holes", "The outer line stays, the inner ones go.",
                      mending_shapes.fill_holes),
    "square_turned_boxes": Fix("Make them rectangles", "The smallest turned rectangle around the "
                               "corners takes the place of each.",
                               mending_shapes.square_turned_boxes),
    "drop_flat_outlines": Fix("Delete them", "Outlines without area go; all others stay.",
                              mending_shapes.drop_flat_outlines),
    "hide_points_outside": Fix("Mark them as not there", "All other points stay.",
                               mending_shapes.hide_points_outside),
    "be_stricter": Fix("Be stricter", "Fewer pictures count as nearly the same.",
                       mending.be_stricter),
}  # fmt: skip


def label_of(finding: Finding) -> str:
    """What the finding's button says; "" when it has none."""
    fix = FIXES.get(fix_of(finding))
    if fix is None:
        return ""
    task = TASKS.get(str(dict(finding.apply).get("task", "")))
    return fix.label.format(task=f"“{task.label}”" if task else "")
