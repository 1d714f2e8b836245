"""Tables that a contest wants handed in: they look like labels, and hold guesses."""

import re

from components.data.listing import entries, of_ending
from components.data.names import folded, stem_of
from components.data.problems import warn
from components.data.scan import Finds

_TO_HAND_IN = re.compile(r"(?:^|[^a-z])(?:sample)?[-_ ]?submissions?(?:[^a-z]|$)|^sample[-_]?sub$")


def set_submissions_aside(finds: Finds) -> None:
    """Take tables to be handed in out of what is read, with a word about each."""
    found = [
        entry.name for entry in of_ending(finds.texts, ".csv", ".tsv")
        if _TO_HAND_IN.search(folded(stem_of(entry.name)))
    ]  # fmt: skip
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
    ) for name in found]  # fmt: skip
