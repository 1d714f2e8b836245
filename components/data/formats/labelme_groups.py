"""What LabelMe joins by a group: the parts of one thing, and a thing with its points.

Source: LabelMe's own converters, which take shapes of one label and one group as one thing.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from components.data.formats.description import RawLabel
from components.data.formats.outlines import in_parts
from components.data.problems import count, note
from components.data.records import Corners, Problem

Grouped = tuple[str, RawLabel]  # a group, "" for none, and a label
Owned = dict[str, dict[str, tuple[float, ...]]]  # group to its points by name
_UNSET = "0"  # what other programs write for every shape


def is_unset(groups: Iterable[str], files: int) -> bool:
    """Whether groups say nothing, as all shapes of several files have the one that is no number.

    Args:
        groups: Those of all shapes, "" among them for shapes of none.
        files: How many there are.
    """
    return files > 1 and {*groups} == {_UNSET}


def join_parts(things: Sequence[Grouped]) -> tuple[list[Grouped], int]:
    """Outlines of one class and group as one thing, and how many of them there were."""
    parts: dict[tuple[str, str], list[RawLabel]] = defaultdict(list)
    for group, label in things:
        if group and label.shape == "polygon":
            parts[group, label.class_name].append(label)
    several = {key: labels for key, labels in parts.items() if len(labels) > 1}
    made: list[Grouped] = []
    for group, label in things:
        key = group, label.class_name
        if label.shape != "polygon" or key not in several:
            made.append((group, label))
        elif label is parts[key][0]:  # the others come in with the first
            made.append((group, _whole(several[key])))
    return made, sum(map(len, several.values()))


def _whole(parts: Sequence[RawLabel]) -> RawLabel:
    rings = [np.array(part.points, dtype=np.float64) for part in parts]
    lefts, tops, rights, bottoms = zip(*(part.box for part in parts), strict=True)
    box: Corners = (min(lefts), min(tops), max(rights), max(bottoms))
    points = in_parts(rings)
    return RawLabel(parts[0].class_name, box, "polygon" if points else "box", points)


def left_alone(things: Sequence[Grouped]) -> int:
    """How many shapes have a class and a group in common with others."""
    groups = Counter((group, label.class_name) for group, label in things if group)
    return sum(number for number in groups.values() if number > 1)


def join_points(things: Sequence[Grouped], points: Owned) -> int:
    """Keep the points of those groups that hold one thing; how many others there were."""
    owned = Counter(group for group, _ in things)
    return sum(len(points.pop(group)) for group in [g for g in points if owned[g] != 1])


def with_points(
    label: RawLabel, found: Mapping[str, tuple[float, ...]], order: Mapping[str, int]
) -> RawLabel:
    """A thing with its points, in the order that all files have in common, where that is known."""
    places = [found.get(name, (0.0, 0.0, 0.0)) for name in (order or found)]
    return RawLabel(label.class_name, label.box, "keypoints", tuple(places))


def about_groups(joined: int, alone: int, *, are_unset: bool) -> list[Problem]:
    """What was made of groups.

    Args:
        joined: Outlines that became parts of one thing.
        alone: Shapes that stayed as they are.
        are_unset: Whether groups say nothing.
    """
    problems = []
    if joined and are_unset:
        alone, joined = alone + joined, 0
    if joined:
        problems.append(note(
            "parts_joined", "",
            f"{count(joined, 'outline')} are parts of things: they have their class and their "
            "group in common with others of the same picture.",
            "Outlines of one group come in as one thing of several parts.",
        ))  # fmt: skip
    if alone:
        why = "All shapes are of the same group" if are_unset else "They are no outlines"
        problems.append(note(
            "shapes_grouped", "",
            f"{count(alone, 'shape')} {'has' if alone == 1 else 'have'} a class and a group in "
            f"common with others of the same picture. {why}.", "Each stays a label of its own.",
        ))  # fmt: skip
    return problems
