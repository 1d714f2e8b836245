"""What the numbers in masks mean: classes that a file names, classes without names, things."""

import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field

from components.data.formats.mask_background import Background, background_of
from components.data.formats.mask_classes import MaskClasses, is_nothing, number_of_colour
from components.data.formats.mask_pixels import MaskPixels, blobs, is_soft, read_mask
from components.data.masks import is_mask_folder
from components.data.names import folded
from components.data.unpack import Entry
from components.errors import LabelError

_SAMPLE = 24  # masks that are looked at to tell what their numbers mean
_MANY_THINGS = 8  # more classes are seldom on one picture; our own choice
_VOID = 255  # VOC's rim around things, of no class
_CREAM = (224, 224, 192)  # the same where a palette was lost
ONE_CLASS = "object"
_THINGS = "segmentationobject"


@dataclass(slots=True)
class MaskSet:
    """What is needed to read the masks of one picture."""

    masks_of: dict[int, list[Entry]] = field(default_factory=dict)
    classes: list[MaskClasses] = field(default_factory=list)
    values: set[int] = field(default_factory=set)
    words: dict[str, str] = field(default_factory=dict)  # mask to what its name adds: a_cat.png
    is_numbered: bool = False  # each number is one thing
    is_soft: bool = False  # black and white, with grey between them along the edges
    has_things: bool = False  # some masks lie in a folder for single things
    background: Background = field(
        default_factory=Background
    )  # what is nothing, where no file says it

    def opened(self, entry: Entry) -> MaskPixels:
        """A mask that no class file explains.

        Raises:
            LabelError: It cannot be decoded, is too large, or is no mask.
        """
        mask = read_mask(entry, [], by_colour=False)
        return self.background.taken_from(mask.cut() if self.is_soft else mask)

    def classes_for(self, name: str) -> MaskClasses | None:
        """The class file nearest to a mask."""
        parts = folded(name).split("/")

        def closeness(one: MaskClasses) -> tuple[int, int]:
            own = folded(one.file).split("/")[:-1]
            common = sum(1 for _ in _while_alike(own, parts))
            return common - (len(own) - common), len(one.values) + len(one.colours)

        return max(self.classes, key=closeness, default=None)


def _while_alike(a: Iterable[str], b: Iterable[str]) -> Iterable[str]:
    for one, other in zip(a, b, strict=False):
        if one != other:
            return
        yield one


def look(whole: MaskSet, said: str = "") -> None:
    """Tell from a sample what the numbers mean.

    Args:
        whole: The masks; what is found out is written there.
        said: What the person has answered to questions.
    """
    every = [entry for masks in whole.masks_of.values() for entry in masks]
    whole.has_things = any(shows_things(entry) for entry in every)
    sample = every[:: max(1, len(every) // _SAMPLE)]
    if not whole.classes and not whole.has_things:
        mixed = [is_soft(mask) for mask in _readable(sample) if mask.is_mixed]
        whole.is_soft = any(mixed) and sum(mixed) * 2 >= len(mixed)
        cut = (mask.cut() if whole.is_soft else mask for mask in _readable(sample))
        whole.background = background_of(cut, said)
    counted: list[int] = []
    single: list[bool] = []
    for mask in _readable(sample):
        mask = whole.background.taken_from(mask.cut() if whole.is_soft else mask)
        values = mask.values()
        whole.values.update(values)
        if not mask.is_coloured and values == list(range(1, len(values) + 1)):
            counted.append(len(values))
        else:
            counted.append(-1)
        if not whole.classes:
            single.append(not mask.is_coloured and _are_single(mask, values))
    # Classes have holes and seldom begin anew at 1 on each picture; numbered things always do,
    # but where things were cut off or thrown out.
    whole.is_numbered = not whole.classes and len(counted) > 1 and (
        (min(counted) >= 0 and max(counted) >= 4 and len(set(counted)) > 1)
        or sum(single) * 2 > len(single)
    )  # fmt: skip
    whole.classes = [
        one.counted_from_one() if _begins_at_one(one, whole.values) else one
        for one in whole.classes
    ]


def _are_single(mask: MaskPixels, values: list[int]) -> bool:
    """Whether a mask has many values, and each is one area: classes are on several places."""
    if len(values) < _MANY_THINGS:
        return False
    some = values[:: max(1, len(values) // _MANY_THINGS)]
    return sum(len(blobs("", mask.numbers == value)[0]) == 1 for value in some) >= 0.9 * len(some)


def _readable(sample: list[Entry]) -> Iterator[MaskPixels]:
    for entry in sample:
        with suppress(LabelError):
            yield read_mask(entry, [], by_colour=False)


def _begins_at_one(one: MaskClasses, values: set[int]) -> bool:
    """Whether a bare list of names leaves out the background, which masks have as 0."""
    if not one.is_list or any(is_nothing(name, n) for n, name in one.values.items()):
        return False
    return max(values - {_VOID}, default=0) == len(one.values)


def shows_things(entry: Entry) -> bool:
    """Whether a mask lies where VOC keeps those that number single things."""
    return any(part.startswith(_THINGS) for part in folded(entry.name).split("/"))


def shown(value: int, mask: MaskPixels) -> str:
    """A value as people know it: a number, or a colour as #rrggbb."""
    value = max(value, 0)  # `mask_pixels.BLACK`
    return f"#{value:06x}" if mask.is_coloured else str(value)


def named(
    mask: MaskPixels, classes: MaskClasses | None, whole: MaskSet, entry: Entry
) -> list[tuple[int, str | None]]:
    """Values with the name of their class; None when a file names classes but not this one."""
    values = mask.values()
    if classes is None:
        return [(value, _unnamed(value, mask, whole, entry)) for value in values
                if not is_void(value, mask, whole.values)]  # fmt: skip
    names = (
        {number_of_colour(colour): name for colour, name in classes.colours.items()}
        if mask.is_coloured else classes.values
    )  # fmt: skip
    if 0 in names and not is_nothing(names[0], 0) and not classes.is_list:
        values = [0, *values] if (mask.numbers == 0).any() else values
    if not mask.is_coloured and len(values) == 1 and len(names) and values[0] not in names:
        only = classes.names()
        if len(only) == 1:  # 0 and 255 where the file says 0 and 1
            return [(values[0], only[0])]
    return [
        (value, names.get(value)) for value in values
        if not is_nothing(names.get(value, ""), value)
        and not (value not in names and is_void(value, mask, set(names)))
    ]  # fmt: skip


def is_void(value: int, mask: MaskPixels, others: set[int]) -> bool:
    """VOC's rim: 255 among lower numbers, or its cream colour."""
    if mask.is_coloured:
        return value == number_of_colour(_CREAM)
    return value == _VOID and any(0 < other < _VOID for other in others)


def _unnamed(value: int, mask: MaskPixels, whole: MaskSet, entry: Entry) -> str:
    if whole.is_numbered or len(whole.values) <= 1:
        if entry.name in whole.words:
            own = whole.words[entry.name] if len({*whole.words.values()}) > 1 else ""
            return own or ONE_CLASS
        return _class_in_name(entry.name) or ONE_CLASS
    return f"class {shown(value, mask)}"


def is_named(entry: Entry) -> bool:
    """Whether a mask's own folder says its class."""
    return bool(_class_in_name(entry.name))


def are_named(whole: MaskSet) -> bool:
    """Whether names or folders say the classes of all masks, where no file does."""
    if not whole.is_numbered and len(whole.values) > 1:
        return False
    has_words = len({*whole.words.values()}) > 1
    return all(
        is_named(mask) if mask.name not in whole.words else has_words and whole.words[mask.name]
        for masks in whole.masks_of.values() for mask in masks
    )  # fmt: skip


def _class_in_name(name: str) -> str:
    """The class that a mask's folder names: masks/cat/001.png."""
    parts = name.split("/")[:-1]
    at = max((n for n, part in enumerate(parts) if is_mask_folder(part)), default=len(parts))
    below = [part for part in parts[at + 1 :] if not re.fullmatch(r"\d*|train|val|test", part)]
    return below[-1] if below and len(below[-1]) <= 40 else ""
