"""Masks in a folder of their own whose name says nothing: CVC's "Ground Truth", "manual", "y".

They are told by a look at some: each is called like a picture of another folder, is as large, has
few colours where that has many, and is no copy of it.
"""

from array import array
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache

from components.data.masks import bare_stems
from components.data.names import folded, stem_of
from components.data.numbered import Fingerprints, NumberSet
from components.data.paired_masks import is_drawn, is_mask_of, rank_of
from components.data.problems import count, warn
from components.data.records import Problem
from components.data.scan import Finds

_MOST_OPENED = 6  # of a folder; our own choice
_MOST_FOLDERS = 200  # that hold drawings; more are drawings sorted by what they show
_MOST_LOOKED_AT = 3_000  # folders; our own choice
_PARTNERS = 4  # pictures of one name that a mask is compared with; our own choice
# What folders are called of which one is to be read, the best first.
_WORDS = (("instance", "label"), ("mask", "seg", "truth", "gt", "annot", "manual"))


@dataclass(slots=True)
class MaskFolder:
    """A folder of masks.

    Attributes:
        name: As the user knows it.
        numbers: Its pictures.
        pictures: Those that some of its masks belong to, by their names.
        other: The folder that is read instead, if one is.
    """

    name: str
    numbers: "array[int]"
    pictures: set[str] = field(default_factory=set)
    other: str = ""


def folders_of_masks(finds: Finds, masks: NumberSet) -> list[MaskFolder]:
    """The folders that hold masks, where no name says so.

    Args:
        finds: What was found.
        masks: Pictures that are known for masks.
    """
    there = list(_drawn_folders(finds, masks))
    if not 0 < len(there) <= _MOST_FOLDERS:
        return []
    partners = _partners(there, finds, masks)
    found = [one for number, one in enumerate(there) if _has_masks(one, finds, partners[number])]
    covered = Fingerprints()
    for number in masks:
        for stem in bare_stems(finds.pictures[number].name):
            covered.add(stem)
    for one in found:
        if all(folded(stem_of(name)) in covered for name in one.pictures):
            one.other = "folders that are called so"
    _choose([one for one in found if not one.other])
    return found


def about_others(folders: list[MaskFolder]) -> Iterator[Problem]:
    """What is told of folders that are not read, since there is another for their pictures."""
    alike: dict[tuple[str, str], list[MaskFolder]] = defaultdict(list)
    for one in folders:
        if one.other:
            alike[_last(one.name), _last(one.other)].append(one)
    for some in alike.values():  # organs and products have the same folders each
        first, number = some[0], sum(len(one.numbers) for one in some)
        where = first.name if len(some) == 1 else f"{len(some)} folders such as {first.name}"
        yield warn(
            "masks_twice", first.name,
            f"{count(number, 'picture')} in {where} "
            f"{'looks like a mask' if number == 1 else 'look like masks'}, and there are masks of "
            f"the same pictures in {first.other}.",
            f"They are left out; bring them in without {first.other} if they are the right ones.",
        )  # fmt: skip


def _last(folder: str) -> str:
    return folded(folder.rpartition("/")[2])


def _drawn_folders(finds: Finds, masks: NumberSet) -> Iterator[MaskFolder]:
    """Folders beside others of which a picture has few colours."""
    in_folder: dict[str, array[int]] = {}
    others = set[str]()
    for number, entry in enumerate(finds.pictures):
        folder = entry.name.rpartition("/")[0]
        if number in masks or not rank_of(entry.name):
            others.add(folder)
        else:
            in_folder.setdefault(folder, array("I")).append(number)
    if len(in_folder.keys() | others) < 2 or len(in_folder) > _MOST_LOOKED_AT:
        return
    for name, numbers in in_folder.items():
        if is_drawn(finds.pictures[numbers[len(numbers) // 2]]):
            yield MaskFolder(name, numbers)


def _some(one: MaskFolder) -> "array[int]":
    return one.numbers[:: max(1, len(one.numbers) // _MOST_OPENED)][: _MOST_OPENED + 1]


Partner = tuple[int, int]  # how near a picture's folder is to that of a mask, and its number
Partners = dict[int, list[Partner]]  # some masks of a folder, each with pictures called alike


def _partners(there: list[MaskFolder], finds: Finds, masks: NumberSet) -> list[Partners]:
    found: list[Partners] = [{number: [] for number in _some(one)} for one in there]
    wanted: dict[str, list[tuple[str, list[Partner]]]] = defaultdict(list)
    for one, partners in zip(there, found, strict=True):
        for number, alike in partners.items():
            for stem in bare_stems(finds.pictures[number].name):
                wanted[stem].append((one.name, alike))
    own = NumberSet(number for one in there for number in one.numbers)
    for number, entry in enumerate(finds.pictures):
        if number in own or number in masks:
            continue
        folder = entry.name.rpartition("/")[0]
        for name, alike in wanted.get(folded(stem_of(entry.name)), ()):
            alike.append((-_shared(name, folder), number))
            if len(alike) > _PARTNERS:
                alike.remove(max(alike))
    return found


@lru_cache(maxsize=4096)
def _shared(a: str, b: str) -> int:
    return len(set(folded(a).split("/")).intersection(folded(b).split("/")))


def _has_masks(one: MaskFolder, finds: Finds, partners: Partners) -> bool:
    """Whether some pictures of a folder are masks; the pictures they belong to are kept."""
    fitting = 0
    for number, alike in partners.items():
        mask = finds.pictures[number]
        if not alike or not is_drawn(mask):
            return False
        pictures = [finds.pictures[other] for _, other in sorted(alike)]
        if (meant := next((p for p in pictures if is_mask_of(mask, p)), None)) is not None:
            fitting += 1
            one.pictures.add(meant.name)
    return fitting * 3 >= len(partners) * 2  # empty ones look like dark pictures


def _choose(folders: list[MaskFolder]) -> None:
    """Of folders with masks of the same pictures, one is read."""
    kept: list[MaskFolder] = []
    for one in sorted(folders, key=lambda one: (_likeliness(one.name), len(one.name), one.name)):
        rival = next((other for other in kept if one.pictures & other.pictures), None)
        if rival is None:
            kept.append(one)
        else:
            one.other = rival.name


def _likeliness(folder: str) -> int:
    last = _last(folder)
    return next((n for n, words in enumerate(_WORDS) if any(word in last for word in words)),
                len(_WORDS))  # fmt: skip
