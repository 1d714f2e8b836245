"""Sentences about pages that many formats have to say."""

from components.data.problems import count, warn
from components.data.records import Problem

NAMELESS = "(none)"  # the class of labels that have none; the user can rename or merge it


def row_lost(source: str, what: str) -> Problem:
    """A label that cannot be read: "Shape 3 of a.json" and what is wrong with it."""
    return warn("row_unreadable", source, f"{what}.", "It is left out.")


def no_objects(source: str, kinds: dict[str, int]) -> Problem:
    """Lines, points and such: drawn, but not things that a box can stand for."""
    number = sum(kinds.values())
    named = ", ".join(f"{n:,} {kind}" for kind, n in kinds.items())
    return warn(
        "no_object", source,
        f"{count(number, 'label')} of {source} {'is' if number == 1 else 'are'} no outline "
        f"of a thing ({named}).", "They are left out." if number > 1 else "It is left out.",
    )  # fmt: skip


def nameless(source: str, number: int) -> Problem:
    """Labels without any class."""
    return warn(
        "class_nameless", source,
        f"{count(number, 'label')} in {source} {'has' if number == 1 else 'have'} no class.",
        f"They come in as the class {NAMELESS}; rename it, or give it another's name to merge "
        "them.",
    )  # fmt: skip


def several_classes(number: int, source: str) -> list[Problem]:
    """Pictures that have more than one class as a whole; nothing for none of them."""
    if not number:
        return []
    return [warn(
        "several_classes", source,
        f"{count(number, 'picture')} of {source} {'has' if number == 1 else 'have'} more than one "
        "class.", "All are kept; a model that sorts pictures learns one of each.",
    )]  # fmt: skip


def missing(called: str, source: str, file: str) -> Problem:
    """A page about a picture that is not there."""
    return warn(
        "label_without_picture", file, f"{source} describes {called}, which is not there.",
        "Its labels are left out.",
    )  # fmt: skip


def ambiguous(called: str, source: str, file: str) -> Problem:
    """A page whose picture could be several."""
    return warn(
        "label_ambiguous", file, f"{called} in {source} could mean several pictures.",
        "Its labels are left out.",
    )  # fmt: skip
