"""Files that look like labels and hold guesses: to be handed in, or found by a detector."""

import re

from components.data.listing import entries, of_ending
from components.data.names import folded, stem_of
from components.data.problems import warn
from components.data.scan import Finds

_TO_HAND_IN = re.compile(r"(?:^|[^a-z])(?:sample)?[-_ ]?submissions?(?:[^a-z]|$)|^sample[-_]?sub$")
_FOUND = "/det/det.txt"  # what a detector has found, beside the truth in gt/gt.txt


def set_submissions_aside(finds: Finds) -> None:
    """Take tables to be handed in, and what detectors found, out of what is read; tell of each."""
    submissions = [
        entry.name for entry in of_ending(finds.texts, ".csv", ".tsv")
        if _TO_HAND_IN.search(folded(stem_of(entry.name)))
    ]  # fmt: skip
    detections = _detections(finds)
    found = {*submissions, *detections}
    if not found:
        return
    kept = entries()
    for entry in finds.texts:
        if entry.name not in found:
            kept.append(entry)
    finds.texts = kept
    finds.problems += [warn(
        "submission", name,
        f"{name} is called like a table to be handed in, whose values are guesses.",
        "It is not read; give it another name if it holds labels.",
    ) for name in submissions]  # fmt: skip
    finds.problems += [warn(
        "submission", name, f"{name} holds what a detector found, and gt.txt beside it what is "
        "there.", "Only gt.txt is read.",
    ) for name in detections]  # fmt: skip


def _detections(finds: Finds) -> list[str]:
    """MOT's files of boxes that a detector found, where the true ones are there as well."""
    found = [entry.name for entry in of_ending(finds.texts, ".txt")
             if f"/{folded(entry.name)}".endswith(_FOUND)]  # fmt: skip
    truth = {folded(entry.name) for entry in of_ending(finds.texts, ".txt")} if found else set()
    return [name for name in found if f"{folded(name)[: -len(_FOUND) + 1]}gt/gt.txt" in truth]
