"""Mask pictures: beside a picture lies another one whose pixels say what is where.

Most masks say of what class a pixel is, not which thing it belongs to. Each connected area is
then taken as one thing, and the report says so. Masks that number single things are told by
their numbers, or by the folder that VOC keeps them in.
"""

import re
from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np

from components.data.formats.description import Description, RawLabel, RawPicture
from components.data.formats.mask_background import TOPIC, about_background, question
from components.data.formats.mask_classes import MaskClasses, mask_classes
from components.data.formats.mask_folders import ask_folders
from components.data.formats.mask_kinds import CITYSCAPES, is_cityscapes, one_kind
from components.data.formats.mask_meaning import (
    ONE_CLASS,
    MaskSet,
    are_named,
    is_void,
    look,
    named,
    shown,
    shows_things,
)
from components.data.formats.mask_pixels import MaskPixels, blobs, read_mask
from components.data.formats.outlines import label_of_mask
from components.data.masks import (
    bare_stems,
    case_pictures,
    exploded_picture,
    is_mask_folder,
    picture_of_case,
    tails,
)
from components.data.matching import PictureIndex, Reference
from components.data.names import folded, split_of_folder
from components.data.problems import count, note, warn
from components.data.records import Corners, Problem, Split
from components.data.scan import Finds
from components.data.unpack import Entry
from components.errors import LabelError

NAME = TOPIC
_OTHER_USES = ("panoptic", "visualization", "label_viz.")


def find(
    finds: Finds,
    index: PictureIndex,
    told: list[Problem],
) -> Description | None:
    """The masks of pictures among what was found, or None when there are none."""
    if not finds.masks:
        return None
    classes = mask_classes(finds)
    by_colour = bool(classes) and all(one.colours and not one.values for one in classes)
    masks = one_kind(finds.masks, by_colour=by_colour)
    whole = MaskSet(classes=classes)
    if not whole.classes and is_cityscapes(masks):
        whole.classes = [CITYSCAPES]
    problems = _match(whole, masks, index)
    if not whole.masks_of:
        told += problems
        return None
    look(whole, finds.prefer)
    ask_folders(whole, finds, index)
    if whole.background.words:
        finds.questions.append(question(whole.background))
        problems.append(about_background(whole.background, finds.masks[0].name))
    if whole.is_soft:
        problems.append(note(
            "masks_soft", finds.masks[0].name,
            "The masks are black and white with blurred edges.",
            "They are cut at half of their brightness.",
        ))  # fmt: skip
    problems += [_about_left(one) for one in whole.classes if one.left_out()]
    names = {name: None for one in whole.classes for name in one.names()}
    if not whole.is_numbered and not all(map(_has_pair, whole.masks_of.values())):
        problems.append(warn(
            "blobs_as_things", finds.masks[0].name,
            "The masks say which pixels are of a class, not where one thing ends and the next "
            "begins.", "Each connected area is taken as one thing; things that touch come in as "
            "one.",
        ))  # fmt: skip
    if not whole.classes and not are_named(whole):
        problems.append(warn(
            "no_class_names", "", "No file says what the classes of the masks are called.",
            f'They are called "{ONE_CLASS}", or "class 1" and so on by their values; you can '
            "rename them here.",
        ))  # fmt: skip
    return Description(
        NAME, _why(whole), tuple(names), len(whole.masks_of), frozenset(whole.masks_of),
        lambda picture, told: _read(whole, picture, told), problems=problems,
    )  # fmt: skip


def _about_left(one: MaskClasses) -> Problem:
    named = " and ".join(f'"{name}"' for name in one.left_out())
    return note(
        "masks_nothing", one.file, f"{one.file} names {named} beside the classes.",
        "What is painted so is taken as nothing; give it another name in that file to have it as "
        "a class.",
    )  # fmt: skip


def _match(whole: MaskSet, masks: Sequence[Entry], index: PictureIndex) -> list[Problem]:
    """Masks by their picture; one picture may have several."""
    groups: dict[tuple[str, Split | None], list[Entry]] = {}
    places = {part for one in index.pictures for part in folded(one.name).split("/")[:-1]}
    cases = case_pictures(index.pictures)
    named = {entry.name: _named(entry.name, index, places, cases) for entry in masks}
    parts = {index.split(number) for number in range(len(index.pictures))}
    is_numbered = not any(named.values())
    for entry in masks:
        if any(word in entry.name.casefold() for word in _OTHER_USES):
            continue  # numbers that only a JSON explains; a photograph painted over
        names = named[entry.name] or _tailed(entry.name, index, places, whole, is_numbered)
        if names:
            part = split_of_folder(entry.name.rpartition("/")[0])
            groups.setdefault((names[0], part if part in parts else None), []).append(entry)
    keys = list(groups)
    matches = index.match([Reference((name,), "", part) for name, part in keys])
    for number, picture in matches.picture_of.items():
        whole.masks_of[picture] = groups[keys[number]]
    lost = [groups[keys[number]][0].name for number in (*matches.missing, *matches.ambiguous)]
    return [warn("label_ambiguous", name, f"{name} could be the mask of several pictures.",
                 "It is left out.") for name in lost]  # fmt: skip


def _named(
    name: str, index: PictureIndex, places: set[str], cases: Mapping[str, str]
) -> tuple[str, ...]:
    """What the picture of a mask may be called, the likeliest first."""
    stems = sorted((s for s in bare_stems(name) if s in index.by_stem), key=len)
    rest = _rest(name.rpartition("/")[0], places)
    alone = exploded_picture(name) or picture_of_case(name, cases)
    return tuple(f"{rest}/{stem}.png".lstrip("/") for stem in reversed(stems)) or (
        (alone,) if alone else ()
    )


def _tailed(
    name: str, index: PictureIndex, places: set[str], whole: MaskSet, is_numbered: bool
) -> tuple[str, ...]:
    """The same of a mask whose name or folder adds to its picture's; the word is kept."""
    folder = name.rpartition("/")[0]
    for stem, word in [*tails(name), *(tails(name, numbered=True) if is_numbered else [])]:
        if stem in index.by_stem:
            whole.words[name] = re.sub(r"[-_. ]*\d+$", "", word)
            above = folder if word else folder.rpartition("/")[0]
            return (f"{_rest(above, places)}/{stem}.png".lstrip("/"),)
    return ()


def _rest(folder: str, places: set[str]) -> str:
    """A mask's folder without words for masks, and without classes below them: masks/cat/a.png."""
    parts = folder.split("/")
    first = next((n for n, part in enumerate(parts) if is_mask_folder(part)), len(parts))
    below = [part for part in parts[first:] if folded(part) in places and not is_mask_folder(part)]
    return "/".join([*parts[:first], *below])


def _why(whole: MaskSet) -> str:
    masks = [entry for entries in whole.masks_of.values() for entry in entries]
    what = (
        f"{count(len(masks), 'picture')} such as {masks[0].name} "
        f"{'is a mask' if len(masks) == 1 else 'are masks'} of "
        f"{count(len(whole.masks_of), 'other picture')}"
    )
    return f"{what}; {whole.classes[0].file} names the classes." if whole.classes else f"{what}."


def _read(whole: MaskSet, picture: int, told: list[Problem]) -> RawPicture:
    masks = whole.masks_of[picture]
    raw = RawPicture(masks[0].name, "fraction")
    specks = 0
    try:
        if whole.has_things and (made := _voc_pair(whole, masks)) is not None:
            raw.labels, raw.size = made, _open(whole, masks[0])[0].size
        else:
            for entry in masks:
                if not shows_things(entry) or len(masks) == 1:
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


def _open(whole: MaskSet, entry: Entry) -> tuple[MaskPixels, MaskClasses | None]:
    classes = whole.classes_for(entry.name)
    if classes is None:
        return whole.opened(entry), None
    by_colour = bool(classes.colours) and not classes.values
    return read_mask(entry, list(classes.colours), by_colour=by_colour), classes


def _add(raw: RawPicture, whole: MaskSet, entry: Entry, told: list[Problem]) -> int:
    """Labels of one mask; returns how many specks were left out."""
    mask, classes = _open(whole, entry)
    raw.size = mask.size
    specks = 0
    nameless: list[int] = []
    for value, name in named(mask, classes, whole, entry):
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
            f"{shown(nameless[0], mask)}, which {classes.file if classes else 'no file'} does "
            "not name.", "Its pixels are left out.",
        ))  # fmt: skip
    return specks


def _has_pair(masks: Sequence[Entry]) -> bool:
    """Whether one mask says the classes and another numbers the things."""
    return len({shows_things(entry) for entry in masks}) > 1


def _voc_pair(whole: MaskSet, masks: Sequence[Entry]) -> list[RawLabel] | None:
    """Things of one mask with the classes of another, as VOC and CVAT write them."""
    things = next((entry for entry in masks if shows_things(entry)), None)
    other = next((entry for entry in masks if not shows_things(entry)), None)
    if things is None or other is None:
        return None
    single = read_mask(things, [], by_colour=False)
    of_class, classes = _open(whole, other)
    if single.size != of_class.size:
        return None
    names = dict(named(of_class, classes, whole, other))
    labels = []
    for value in single.values():
        if is_void(value, single, set(single.values())):
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
