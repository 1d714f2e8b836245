"""Every short cut of the tuned trainer: why it is there, what it gains, what holds it to the truth.

Gains were measured on two cores with AVX512-BF16, YOLO26n, in processor time unless said
otherwise; `python -m tests.benchmarks.trainer` measures them again, each one left out in turn.
"""

from dataclasses import dataclass

BOXES = frozenset({"detect", "segment", "pose", "obb"})
ALL_TASKS = BOXES | {"classify"}


@dataclass(frozen=True, slots=True)
class Lever:
    """One short cut.

    Attributes:
        key: Its name in `TailorTrainer.levers` and in the benchmark.
        label: What it does, for a person.
        reason: Why there is something to gain.
        check: What shows that the result is the same.
        tasks: Tasks it serves.
        why_not: Why it does not serve the others.
    """

    key: str
    label: str
    reason: str
    check: str
    tasks: frozenset[str] = ALL_TASKS
    why_not: str = ""


LEVERS: dict[str, Lever] = {
    lever.key: lever
    for lever in (
        Lever(
            "starting", "Nothing is loaded that is not used",
            "Ultralytics imports a table library and a plotting library on the way.",
            "The same numbers are read: test_starting.",
        ),
        Lever(
            "threads", "All cores but one compute",
            "Ultralytics asks for one thread on a processor, whatever it has. They wait "
            "asleep (see `quiet`): a thread that waits awake burns what other programs need.",
            "Sums are only added up in another order; a run that goes on keeps its number.",
        ),
        Lever(
            "halves", "Two halves of a batch at once",
            "Threads that share every operation meet a thousand times in a step, halves once.",
            "Batch normalisation sees half a batch, as in Ultralytics' own training on two cards. "
            "mAP against plain Ultralytics over seeds: the benchmark; test_halves.",
            BOXES,
            "a model that sorts drops numbers by dice, which two threads would share",
        ),
        Lever(
            "precision", "Half precision where it wins",
            "Processors with bf16 units do twice the work, and half the memory is moved; "
            "Ultralytics refuses it without a graphics card.",
            "Asked once on each computer: numbers finite, close to full precision, and really "
            "faster. mAP against plain Ultralytics over seeds: the benchmark.",
        ),
        Lever(
            "memory", "Memory is kept from step to step",
            "Linux takes freed memory back and clears it anew for each step.",
            "Nothing is computed otherwise: test_tuned.",
        ),
        Lever(
            "feeding", "Pictures are made while the step runs",
            "On a processor Ultralytics makes a batch, then learns from it, then makes the next.",
            "Each picture is a function of (seed, epoch, index): test_same_pixels, test_feeding.",
            BOXES,
            "its pictures draw from the generator that the network draws from as well",
        ),
        Lever(
            "assigning", "Boxes are assigned to cells by pairs",
            "Ultralytics compares every box with every cell in tables that are nearly all zero.",
            "The same targets, to the last digit: test_assigning.",
            BOXES,
            "whole pictures are not assigned to cells",
        ),
        Lever(
            "fusing", "Each weight is changed in one go",
            "PyTorch's optimizers read and write all weights a dozen times for one step.",
            "The same formula; the last digit may differ: test_tuned.",
        ),
        Lever(
            "saving", "Weights are packed and written beside the next epoch",
            "Ultralytics lets the training stand still until the file is written.",
            "Ultralytics' own code writes the file, from a copy: test_saving.",
        ),
        Lever(
            "validation", "Validation between epochs as training computes",
            "It chooses among epochs and draws charts; the last one is in full precision.",
            "The final numbers are Ultralytics' own computation.",
        ),
    )
}  # fmt: skip

ALL = frozenset(LEVERS)


def serving(task: str, wanted: frozenset[str] = ALL) -> frozenset[str]:
    """The levers among those wanted that serve a task."""
    return frozenset(key for key in wanted if task in LEVERS[key].tasks)
