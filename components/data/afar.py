"""Label files that find their picture further off than other pictures lie.

The picture has the right name, but in sets side by side every one has a 001.jpg: of two formats
the one that lies nearer to the picture is believed, and of one alone it is told.
"""

from collections.abc import Sequence

from components.data.formats.description import Description
from components.data.numbered import NumberSet
from components.data.problems import count, warn
from components.data.records import Problem
from components.data.unpack import Entry


def settle_far(found: Sequence[Description], pictures: Sequence[Entry]) -> None:
    """Take pictures from descriptions that speak of them from afar where others lie nearer."""
    for one in found:
        far = one.far & one.described
        lost = NumberSet(picture for picture in far if _has_nearer(picture, one, found))
        if lost:
            one.described = one.described - lost
            one.filled = max(one.filled - len(lost), 0)
            one.problems.append(_yielded(one, lost, pictures))
        kept = far - lost
        if 0 < len(kept) * 2 < len(one.described):  # else all lie there, as in many a set
            one.problems.append(_kept(NumberSet(kept), pictures))


def _has_nearer(picture: int, one: Description, found: Sequence[Description]) -> bool:
    return any(
        picture in other.described and picture not in other.far
        for other in found if other is not one and other.task == one.task and other.filled
    )  # fmt: skip


def _yielded(one: Description, lost: NumberSet, pictures: Sequence[Entry]) -> Problem:
    name = pictures[next(iter(lost))].name
    return warn(
        "labels_from_afar", name,
        f"{one.format} labels in another folder speak of {count(len(lost), 'picture')} such as "
        f"{name}, which {'has' if len(lost) == 1 else 'have'} other labels nearby.",
        "Those nearby are used; the picture that was meant is not there.",
    )  # fmt: skip


def _kept(far: NumberSet, pictures: Sequence[Entry]) -> Problem:
    name = pictures[next(iter(far))].name
    return warn(
        "labels_from_afar", name,
        f"{count(len(far), 'picture')} such as {name} "
        f"{'lies' if len(far) == 1 else 'lie'} in another folder than the label file, beside which "
        "there are other pictures of its own.",
        "The labels are taken, since no other picture is called so; look at it, and take them off "
        "if another one was meant.",
    )  # fmt: skip
