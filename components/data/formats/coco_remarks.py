"""Sentences about COCO files as a whole: what they do not name, and pictures that are not there."""

from collections.abc import Callable, Iterator

from components.data.formats.class_names import named_twice
from components.data.formats.coco_file import CocoFile
from components.data.matches import Matches
from components.data.problems import count, warn
from components.data.records import Problem


def broken(files: list[CocoFile]) -> list[Problem]:
    """What is wrong with files as a whole."""
    problems = []
    for coco in files:
        problems += named_twice(
            coco.name, [name for key, name in coco.categories.items() if key in coco.used]
        )
        if coco.is_nameless:
            problems.append(warn(
                "no_class_names", coco.name, f"{coco.name} does not say what its classes are "
                "called.", 'They are called "class 1" and so on; you can rename them here.',
            ))  # fmt: skip
        if coco.broken:
            problems.append(warn(
                "row_unreadable", coco.name,
                f"{count(coco.broken, 'entry', 'entries')} in {coco.name} "
                f"{'has' if coco.broken == 1 else 'have'} no name or number to go by.",
                "They are left out.",
            ))  # fmt: skip
        unlisted = coco.counts[:]
        for key, _, _ in coco.images:
            if key < len(unlisted):
                unlisted[key] = 0
        lost = sum(unlisted)
        if lost:
            problems.append(warn(
                "label_without_picture", coco.name,
                f"{count(lost, 'label')} in {coco.name} "
                f"{'belongs' if lost == 1 else 'belong'} to no picture that it lists.",
                "They are left out.",
            ))  # fmt: skip
    return problems


def not_there(coco: CocoFile, name: str) -> Problem:
    """A picture that a file lists and that is not there."""
    return warn(
        "label_without_picture", name, f"{coco.name} describes {name}, which is not there.",
        "Its labels are left out.",
    )  # fmt: skip


def missing(coco: CocoFile, name: Callable[[int], str], matches: Matches) -> Iterator[Problem]:
    """Pictures that a file lists and that are not there, or could be several."""
    for called in map(name, matches.missing):
        yield not_there(coco, called)
    for called in map(name, matches.ambiguous):
        yield warn(
            "label_ambiguous", called, f"{called} in {coco.name} could mean several pictures.",
            "Its labels are left out.",
        )  # fmt: skip
