"""Telling mask pictures from photographs, so that nobody trains on masks as if they were any."""

from components.data.folders_of_masks import MaskFolder, about_others, folders_of_masks
from components.data.formats.mask_looks import is_photograph
from components.data.listing import entries
from components.data.masks import named_masks
from components.data.numbered import NumberSet
from components.data.orphan_masks import orphan_masks
from components.data.paired_masks import paired_masks
from components.data.problems import count, note, warn
from components.data.records import Problem
from components.data.scan import Finds

_MOST_OPENED = 6  # to tell whether they are photographs; our own choice


def set_masks_aside(finds: Finds) -> None:
    """Move pictures that are masks of other pictures out of the way, with a word about it."""
    chosen, folders = _masks_of(finds)
    unread = NumberSet(n for one in folders if one.other for n in one.numbers)
    orphans = NumberSet(orphan_masks(finds, chosen) if chosen else ())
    masks, pictures = entries(), entries()
    for number, entry in enumerate(finds.pictures):
        if number not in unread:
            (masks if number in chosen or number in orphans else pictures).append(entry)
    if not masks or not pictures:
        return
    finds.problems += about_others(folders)
    if orphans:
        finds.problems.append(_about_orphans(orphans, finds))
    first = finds.pictures[next(iter(chosen))].name
    finds.pictures, finds.masks = pictures, masks
    finds.problems.append(note(
        "masks", first,
        f"{count(len(chosen), 'picture')} such as {first} "
        f"{'is a mask' if len(chosen) == 1 else 'are masks'} of other pictures.",
        "They are not taken as pictures to train on.",
    ))  # fmt: skip


def _masks_of(finds: Finds) -> tuple[NumberSet, list[MaskFolder]]:
    """Pictures that are masks of others, and the folders that only a look could tell."""
    chosen = named_masks(finds)
    if 0 < len(chosen) < len(finds.pictures) and _are_photographs(finds, chosen):
        chosen = NumberSet()
    for number in paired_masks(finds):
        chosen.add(number)
    folders = folders_of_masks(finds, chosen)
    for one in folders:
        for number in () if one.other else one.numbers:
            chosen.add(number)
    return chosen, folders


def _about_orphans(orphans: NumberSet, finds: Finds) -> Problem:
    name = finds.pictures[next(iter(orphans))].name
    what = "looks like a mask, and its picture is" if len(orphans) == 1 else (
        "look like masks, and their pictures are")  # fmt: skip
    return warn(
        "mask_without_picture", name,
        f"{count(len(orphans), 'picture')} such as {name} {what} not there.",
        "Masks alone are left out; add what they are masks of.",
    )  # fmt: skip


def _are_photographs(finds: Finds, masks: NumberSet) -> bool:
    """Whether most are photographs: people who wear masks are sorted into folders called so."""
    step = max(1, len(masks) // _MOST_OPENED)
    sample = [finds.pictures[n] for place, n in enumerate(masks) if place % step == 0]
    if sum(map(is_photograph, sample)) * 2 <= len(sample):
        return False
    finds.problems.append(note(
        "masks_are_photographs", sample[0].name,
        f"{count(len(masks), 'picture')} such as {sample[0].name} "
        f"{'is' if len(masks) == 1 else 'are'} called like masks of others, but "
        f"{'has' if len(masks) == 1 else 'have'} as many colours as photographs.",
        "They are taken as pictures.",
    ))  # fmt: skip
    return True
