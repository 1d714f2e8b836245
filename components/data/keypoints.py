"""The points that every thing of a pose data set has: their names, which swap, which are joined.

Said in many places: `kpt_shape`, `flip_idx` and `kpt_names` of a data.yaml, `keypoints` and
`skeleton` of COCO's categories, skeleton labels of CVAT, names of keypoint labels of Label Studio
and LabelMe. Where no file says which points swap when a picture is mirrored, names with "left" and
"right" do.
"""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

MOST_POINTS = 1000  # of one thing; the trainer's own tables stay small
MOST_LINES = 10_000  # of one skeleton
_SIDE = re.compile(r"(?<![a-z])(left|right|l|r)(?![a-z])|^(left|right)|(left|right)$")
_OTHER = {"left": "right", "right": "left", "l": "r", "r": "l"}


@dataclass(frozen=True, slots=True)
class KeypointScheme:
    """What is known of the points of each thing.

    Attributes:
        names: One for each point, in the order in which labels have them.
        flip: For each point the number of the one that takes its place when the picture is
            mirrored, counted from 0; its own number where it stays.
        skeleton: Pairs of points, counted from 0, that are drawn joined; may be empty.
    """

    names: tuple[str, ...]
    flip: tuple[int, ...]
    skeleton: tuple[tuple[int, int], ...] = ()

    def to_json(self) -> str:
        """As the data set's file keeps it."""
        return json.dumps(asdict(self))


def of_json(text: str) -> KeypointScheme | None:
    """A scheme as `to_json` wrote it; None for an empty text."""
    facts = json.loads(text) if text else None
    if not facts:
        return None
    return KeypointScheme(
        tuple(facts["names"]), tuple(facts["flip"]),
        tuple((one, other) for one, other in facts["skeleton"]),
    )  # fmt: skip


def scheme(
    number: int, names: Any = (), flip: Any = (), skeleton: Any = (), *, first: int = 0
) -> KeypointScheme | None:
    """A scheme from what a file says; what does not fit together is left out.

    Args:
        number: How many points a thing has; 0 when only the names tell.
        names: What they are called, a list or nothing.
        flip: As `KeypointScheme.flip`, a list or nothing.
        skeleton: Pairs of points, a list or nothing.
        first: The number of the first point in `skeleton`: 1 in COCO, which counts from 1.

    Returns:
        None when not even the number of points is known.
    """
    called = [str(name).strip()[:200] for name in names] if isinstance(names, list | tuple) else []
    number = number or len(called)
    if not 0 < number <= MOST_POINTS:
        return None
    if len(called) != number or len({*called}) != number or not all(called):
        called = [f"point {n + 1}" for n in range(number)]
    swaps = _flip(flip, number)
    return KeypointScheme(
        tuple(called), swaps or swaps_by_name(called), tuple(_lines(skeleton, number, first))
    )


def of_coco(category: Mapping[str, Any]) -> KeypointScheme | None:
    """What a category of COCO says; its skeleton counts points from 1, in some files from 0."""
    lines = category.get("skeleton")
    ends = [_whole(n) for pair in lines if isinstance(pair, list) for n in pair] if (
        isinstance(lines, list)) else []  # fmt: skip
    return scheme(0, category.get("keypoints"), skeleton=lines, first=0 if 0 in ends else 1)


def _whole(value: Any) -> int:
    """A whole number as files write it (3, "3", 3.0); -1 for anything else."""
    try:
        return int(value) if not isinstance(value, bool) and int(value) == float(value) else -1
    except (TypeError, ValueError, OverflowError):
        return -1


def _flip(given: Any, number: int) -> tuple[int, ...]:
    """`flip_idx`, if every point is in it once."""
    if not isinstance(given, list | tuple) or len(given) != number:
        return ()
    made = tuple(map(_whole, given))
    return made if sorted(made) == list(range(number)) else ()


def _lines(given: Any, number: int, first: int) -> Iterable[tuple[int, int]]:
    if not isinstance(given, list | tuple):
        return
    for pair in given[:MOST_LINES]:
        if isinstance(pair, list | tuple) and len(pair) == 2:
            one, other = _whole(pair[0]) - first, _whole(pair[1]) - first
            if 0 <= one < number and 0 <= other < number:
                yield one, other


def swaps_by_name(names: Sequence[str]) -> tuple[int, ...]:
    """Which points swap, told by "left" and "right" in their names.

    >>> swaps_by_name(["nose", "left_eye", "right_eye", "L ear"])
    (0, 2, 1, 3)
    """
    at = {name.casefold(): number for number, name in enumerate(names)}
    made = []
    for number, name in enumerate(names):
        mirrored = _SIDE.sub(lambda found: _OTHER[found[0]], name.casefold())
        other = at.get(mirrored, number)
        made.append(other)
    return tuple(made if all(made[other] == n for n, other in enumerate(made)) else range(len(at)))


def has_side(name: str) -> bool:
    """Whether a point's name tells its side.

    >>> has_side("left eye"), has_side("bright spot")
    (True, False)
    """
    return _SIDE.search(name.casefold()) is not None


def best(schemes: Iterable[KeypointScheme | None]) -> KeypointScheme | None:
    """Of several, the one with most points: a data set has one number of points for all."""
    known = [one for one in schemes if one is not None]
    return max(known, key=lambda one: len(one.names), default=None)
