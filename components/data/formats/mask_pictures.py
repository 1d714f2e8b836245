"""Mask pictures: beside a picture lies another one whose pixels say what is where.

Most masks say of what class a pixel is, not which thing it belongs to. Each connected area is
then taken as one thing, and the report says so. Masks that number single things are told by
their numbers, or by the folder that VOC keeps them in.
"""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np

from components.data.formats.description import Description, RawLabel, RawPicture
from components.data.formats.mask_classes import MaskClasses, is_background, mask_classes
from components.data.formats.mask_pixels import MaskPixels, blobs, number_of_colour, read_mask
from components.data.formats.outlines import label_of_mask
from components.data.masks import bare_stems, is_mask_folder
from components.data.matching import PictureIndex, Reference
from components.data.names import folded
from components.data.problems import count, note, warn
from components.data.records import Corners, Problem
from components.data.scan import Finds
from components.data.unpack import Entry
from components.errors import LabelError

NAME = "Mask pictures"
_SAMPLE = 24  # masks that are looked at to tell what their numbers mean
_VOID = 255  # VOC's rim around things, of no class
ONE_CLASS = "object"
_THINGS = "segmentationobject"


@dataclass(slots=True)
class _Set:
    """What is needed to read the masks of one picture."""

    masks_of: dict[int, list[Entry]] = field(default_factory=dict)
    classes: list[MaskClasses] = field(default_factory=list)
    values: set[int] = field(default_factory=set)
    is_numbered: bool = False  # each number is one thing
    shows_things: bool = False  # some masks lie in a folder for single things

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


def find(
    finds: Finds,
    index: PictureIndex,
    told: list[Problem],  # noqa: ARG001 - one shape for all
) -> Description | None:
    """The masks of pictures among what was found, or None when there are none."""
    if not finds.masks:
        return None
    whole = _Set(classes=mask_classes(finds))
    problems = _match(whole, finds.masks, index)
    if not whole.masks_of:
        return None
    _look(whole)
    names = {name: None for one in whole.classes for name in one.names()}
    if not whole.is_numbered:
        problems.append(note(
            "blobs_as_things", finds.masks[0].name,
            "The masks say which pixels are of a class, not where one thing ends and the next "
            "begins.", "Each connected area is taken as one thing; things that touch come in as "
            "one.",
        ))  # fmt: skip
    if not whole.classes:
        problems.append(warn(
            "no_class_names", "", "No file says what the classes of the masks are called.",
            f'They are called "{ONE_CLASS}", or "class 1" and so on by their values; you can '
            "rename them here.",
        ))  # fmt: skip
    return Description(
        NAME, _why(whole), tuple(names), len(whole.masks_of), frozenset(whole.masks_of),
        lambda picture, told: _read(whole, picture, told), problems=problems,
    )  # fmt: skip


def _match(whole: _Set, masks: list[Entry], index: PictureIndex) -> list[Problem]:
    """Masks by their picture; one picture may have several."""
    groups: dict[tuple[str, ...], list[Entry]] = {}
    for entry in masks:
        folder, _, _ = entry.name.rpartition("/")
        rest = "/".join(part for part in folder.split("/") if not is_mask_folder(part))
        stems = sorted((s for s in bare_stems(entry.name) if s in index.by_stem), key=len)
        names = tuple(f"{rest}/{stem}.png".lstrip("/") for stem in reversed(stems))
        if names:
            groups.setdefault(names[:1], []).append(entry)
    keys = list(groups)
    matches = index.match([Reference(names, "") for names in keys])
    for number, picture in matches.picture_of.items():
        whole.masks_of[picture] = groups[keys[number]]
    lost = [groups[keys[number]][0].name for number in (*matches.missing, *matches.ambiguous)]
    return [warn("label_ambiguous", name, f"{name} could be the mask of several pictures.",
                 "It is left out.") for name in lost]  # fmt: skip


def _look(whole: _Set) -> None:
    """Tell from a sample what the numbers mean."""
    every = [entry for masks in whole.masks_of.values() for entry in masks]
    whole.shows_things = any(_shows_things(entry) for entry in every)
    counted: list[int] = []
    for entry in every[:: max(1, len(every) // _SAMPLE)]:
        try:
            mask = read_mask(entry, [], by_colour=False)
        except LabelError:
            continue
        values = mask.values()
        whole.values.update(values)
        if not mask.is_coloured and values == list(range(1, len(values) + 1)):
            counted.append(len(values))
        else:
            counted.append(-1)
    # Classes have holes and seldom begin anew at 1 on each picture; numbered things always do.
    whole.is_numbered = (
        not whole.classes and len(counted) > 1 and min(counted) >= 0
        and max(counted) >= 4 and len(set(counted)) > 1
    )  # fmt: skip
    whole.classes = [
        one.counted_from_one() if _begins_at_one(one, whole.values) else one
        for one in whole.classes
    ]


def _begins_at_one(one: MaskClasses, values: set[int]) -> bool:
    """Whether a bare list of names leaves out the background, which masks have as 0."""
    if not one.is_list or any(is_background(name) for name in one.values.values()):
        return False
    return max(values - {_VOID}, default=0) == len(one.values)


def _shows_things(entry: Entry) -> bool:
    return _THINGS in folded(entry.name).split("/")


def _why(whole: _Set) -> str:
    masks = [entry for entries in whole.masks_of.values() for entry in entries]
    what = (
        f"{count(len(masks), 'picture')} such as {masks[0].name} "
        f"{'is a mask' if len(masks) == 1 else 'are masks'} of "
        f"{count(len(whole.masks_of), 'other picture')}"
    )
    return f"{what}; {whole.classes[0].file} names the classes." if whole.classes else f"{what}."


def _read(whole: _Set, picture: int, told: list[Problem]) -> RawPicture:
    masks = whole.masks_of[picture]
    raw = RawPicture(masks[0].name, "fraction")
    specks = 0
    try:
        if whole.shows_things and (made := _voc_pair(whole, masks)) is not None:
            raw.labels = made
        else:
            for entry in masks:
                if not _shows_things(entry) or len(masks) == 1:
                    specks += _add(raw, whole, entry, told)
    except LabelError as error:
        raw.lost += 1
        told.append(warn("mask_unreadable", masks[0].name, error.what, "It is left out."))
    if specks:
        told.append(note(
            "mask_specks", masks[0].name,
            f"{masks[0].name} has {count(specks, 'speck')} beside its larger areas.",
            "Specks of a few pixels are left out.",
        ))  # fmt: skip
    return raw


def _open(whole: _Set, entry: Entry) -> tuple[MaskPixels, MaskClasses | None]:
    classes = whole.classes_for(entry.name)
    if classes is None:
        return read_mask(entry, [], by_colour=False), None
    by_colour = bool(classes.colours) and not classes.values
    return read_mask(entry, list(classes.colours), by_colour=by_colour), classes


def _add(raw: RawPicture, whole: _Set, entry: Entry, told: list[Problem]) -> int:
    """Labels of one mask; returns how many specks were left out."""
    mask, classes = _open(whole, entry)
    specks = 0
    nameless: list[int] = []
    for value, name in _named(mask, classes, whole, entry):
        if name is None:
            nameless.append(value)
            continue
        painted = mask.numbers == value
        if whole.is_numbered:
            label = label_of_mask(name, painted.astype(np.uint8))
            made = [label] if label else []
        else:
            made, left = blobs(name, painted)
            specks += left
        raw.labels += [_in_fractions(label, mask) for label in made]
    if nameless:
        raw.lost += 1
        told.append(warn(
            "unknown_class", entry.name,
            f"{entry.name} holds {count(len(nameless), 'value')} such as "
            f"{_shown(nameless[0], mask)}, which {classes.file if classes else 'no file'} does "
            "not name.", "Its pixels are left out.",
        ))  # fmt: skip
    return specks


def _shown(value: int, mask: MaskPixels) -> str:
    return f"#{value:06x}" if mask.is_coloured else str(value)


def _named(
    mask: MaskPixels, classes: MaskClasses | None, whole: _Set, entry: Entry
) -> list[tuple[int, str | None]]:
    """Values with the name of their class; None when a file names classes but not this one."""
    values = mask.values()
    if classes is None:
        return [(value, _unnamed(value, mask, whole, entry)) for value in values
                if not _is_void(value, mask, whole.values)]  # fmt: skip
    names = (
        {number_of_colour(colour): name for colour, name in classes.colours.items()}
        if mask.is_coloured else classes.values
    )  # fmt: skip
    if 0 in names and not is_background(names[0]) and not classes.is_list:
        values = [0, *values] if (mask.numbers == 0).any() else values
    if not mask.is_coloured and len(values) == 1 and len(names) and values[0] not in names:
        only = classes.names()
        if len(only) == 1:  # 0 and 255 where the file says 0 and 1
            return [(values[0], only[0])]
    return [
        (value, names.get(value)) for value in values
        if not is_background(names.get(value, ""))
        and not (value not in names and _is_void(value, mask, set(names)))
    ]  # fmt: skip


def _is_void(value: int, mask: MaskPixels, others: set[int]) -> bool:
    """VOC's rim: 255 among lower numbers, or its cream colour."""
    if mask.is_coloured:
        return value == number_of_colour((224, 224, 192))
    return value == _VOID and any(0 < other < _VOID for other in others)


def _unnamed(value: int, mask: MaskPixels, whole: _Set, entry: Entry) -> str:
    if whole.is_numbered or len(whole.values) <= 1:
        return _class_in_name(entry.name) or ONE_CLASS
    return f"class {_shown(value, mask)}"


def _class_in_name(name: str) -> str:
    """The class that a mask's folder names: masks/cat/001.png."""
    parts = name.split("/")[:-1]
    at = next((n for n, part in enumerate(parts) if is_mask_folder(part)), len(parts))
    below = [part for part in parts[at + 1 :] if not re.fullmatch(r"\d*|train|val|test", part)]
    return below[-1] if below and len(below[-1]) <= 40 else ""


def _voc_pair(whole: _Set, masks: list[Entry]) -> list[RawLabel] | None:
    """Things of one mask with the classes of another, as VOC and CVAT write them."""
    things = next((entry for entry in masks if _shows_things(entry)), None)
    other = next((entry for entry in masks if not _shows_things(entry)), None)
    if things is None or other is None:
        return None
    single = read_mask(things, [], by_colour=False)
    of_class, classes = _open(whole, other)
    if single.size != of_class.size:
        return None
    names = dict(_named(of_class, classes, whole, other))
    labels = []
    for value in single.values():
        if _is_void(value, single, set(single.values())):
            continue
        painted = single.numbers == value
        common = Counter(of_class.numbers[painted].tolist()).most_common(1)[0][0]
        name = names.get(int(common))
        label = label_of_mask(name, painted.astype(np.uint8)) if name else None
        if label is not None:
            labels.append(_in_fractions(label, single))
    return labels


def _in_fractions(label: RawLabel, mask: MaskPixels) -> RawLabel:
    width, height = mask.size
    left, top, right, bottom = label.box
    box: Corners = (left / width, top / height, right / width, bottom / height)
    points = tuple((x / width, y / height) for x, y in label.points)
    return RawLabel(label.class_name, box, label.shape, points)
