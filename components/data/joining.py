"""Two descriptions in one set: joined where they speak of different pictures, else one is taken.

The same picture never gets the labels of both: they would stand there twice, or contradict each
other. Which one is taken, and why, is told; the user may have it the other way round.
"""

from collections.abc import Sequence
from dataclasses import replace

from components.data.copies import copies
from components.data.formats.description import Description, RawPicture
from components.data.formats.mask_background import TOPIC as MASK_PICTURES
from components.data.keypoints import best as best_points
from components.data.numbered import NumberMap, NumberSet, SplitOf
from components.data.problems import count, note, warn
from components.data.records import Problem
from components.data.unpack import Entry

_FEW = 10  # times as many pictures with a class as with a box, as of lungs; our own choice


def with_places(found: list[Description], prefer: str) -> Description:
    """The first, or one that says where things are on all pictures that it names the class of."""
    best = found[0]
    if best.task != "classify" or best.format == prefer:
        return best
    return next((
        one for one in found
        if one.task != "classify" and one.filled * _FEW >= best.filled
        and one.described >= best.described
    ), best)  # fmt: skip


def choices_of(best: Description, others: list[Description], taken: Description) -> tuple[str, ...]:
    """Formats with labels for pictures that `best` describes, or for copies of them.

    `best` comes first; nothing when there is no other. `taken` is what was put together: pictures
    that a format describes and that are not in it were passed over.
    """
    rivals = [one.format for one in others if one.filled
              and (one.described & best.described or one.described - taken.described)]  # fmt: skip
    return tuple(dict.fromkeys([best.format, *rivals])) if rivals else ()


def joined(
    best: Description, others: list[Description], pictures: Sequence[Entry], told: list[Problem], *,
    is_asked: bool = False,
) -> Description:  # fmt: skip
    """`best`, and for pictures that it does not speak of, what the others say.

    Args:
        best: The description that is taken wherever there are two.
        others: The other ones, the fullest first.
        pictures: All of them; copies of those that `best` describes are passed over.
        told: What was done with each of them is added here.
        is_asked: Whether the user chose `best`.
    """
    parts, taken = [best], best.described
    for other in others:
        rest = other.described - taken
        if rest and _fits(other, best):
            rest = rest - copies(rest, taken, pictures)
        if not other.described:  # labels of pictures that are not there, or could be several
            told += other.problems
        else:
            told += _about(other, best, len(rest) if _fits(other, best) else 0, is_asked)
        if rest and _fits(other, best):
            parts.append(replace(other, described=NumberSet(rest)))
            taken = taken | rest
            told += [one for one in other.problems if one not in best.problems]
    return best if len(parts) == 1 else _one_of(parts)


def _fits(other: Description, best: Description) -> bool:
    """Whether both say the same kind of thing; an empty description has nothing to add.

    Masks mostly say less than label files (not where one thing ends): they are never mixed in.
    """
    return other.filled > 0 and other.task == best.task and other.format != MASK_PICTURES


def _one_of(parts: list[Description]) -> Description:
    part_of = NumberMap()
    for number, part in enumerate(parts):
        for picture in part.described:
            part_of[picture] = number
    names = list(dict.fromkeys(part.format for part in parts))

    def read(picture: int, told: list[Problem]) -> RawPicture:
        return parts[part_of[picture]].read(picture, told)

    splits = SplitOf()
    for picture, number in part_of.items():
        if (split := parts[number].splits.get(picture)) is not None:
            splits[picture] = split
    return Description(
        " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names),
        " ".join(dict.fromkeys(part.why for part in parts)),
        tuple(dict.fromkeys(name for part in parts for name in part.classes)),
        sum(part.filled for part in parts), NumberSet(part_of), read, splits, parts[0].problems,
        parts[0].task, best_points(part.keypoints for part in parts),
        questions=[one for part in parts for one in part.questions],
    )  # fmt: skip


def _about(other: Description, best: Description, rest: int, is_asked: bool) -> list[Problem]:
    """What is done with a second description; it is named, and never mixed in silently."""
    shared = len(other.described & best.described)
    told: list[Problem] = []
    if shared or not rest:
        told.append(_left(other, best, shared, is_asked))
    if rest:
        told.append(note(
            "formats_joined", "",
            f"{count(rest, 'picture')} that {best.format} does not speak of "
            f"{'has' if rest == 1 else 'have'} {other.format} labels.",
            "Both are put together; give classes that mean the same one name.",
        ))  # fmt: skip
    return told


def _left(other: Description, best: Description, shared: int, is_asked: bool) -> Problem:
    """Why a second description is not used."""
    what = f"There are also {other.format} labels, for"
    why = "as you chose" if is_asked else (
        f"since it has labels for {count(best.filled, 'picture')}")  # fmt: skip
    pictures = count(shared or len(other.described), "picture")
    if shared:
        what += f" {pictures} that {best.format} describes too."
        done = f"Only {best.format} is used for them, {why}; the other can be chosen here, or "
        return warn("described_twice", "", what, f"{done}brought in by itself.")
    if _fits(other, best):
        what += f" {pictures} copied from those that {best.format} describes."
        done = (
            f"Only {best.format} is used, {why}; the other can be chosen here. The copies come in "
            "without labels, and the health check offers to put them aside."
        )
        return warn("described_twice", "", what, done)
    other_way = "choose the other here, or bring it" if other.filled else "bring the other"
    done = f"Only {best.format} is used, {why}; {other_way} in by itself if you want it."
    return warn("described_twice", "", f"{what} {pictures}.", done)
