"""Masks whose picture is not there: they lie among other masks and would come in as pictures."""

from components.data.formats.mask_looks import has_few_shades
from components.data.masks import bare_stems, may_be_mask
from components.data.names import folded, stem_of
from components.data.numbered import Fingerprints, NumberSet
from components.data.scan import Finds
from components.data.unpack import suffix_of

_MOST_OPENED = 12  # of those that are called masks; our own choice
Place = tuple[str, str]  # a folder and an ending


def orphan_masks(finds: Finds, masks: NumberSet) -> list[int]:
    """Pictures that are masks as those beside them are, but of pictures that are not there.

    Args:
        finds: What was found.
        masks: The pictures that are masks of others.
    """
    called, others = _left_beside(finds, masks)
    sample = called[:: max(1, len(called) // _MOST_OPENED)]
    if not all(has_few_shades(finds.pictures[number]) for number in sample):
        called = []
    if len(others) > len(masks):  # more like pictures than like masks that were left behind
        others = []
    return called + [number for number in others if has_few_shades(finds.pictures[number])]


def _left_beside(finds: Finds, masks: NumberSet) -> tuple[list[int], list[int]]:
    """Pictures beside masks that have none: those called masks, and those of a mask's ending."""
    pictured, places = _of_masks(finds, masks)
    called, others = list[int](), list[int]()
    mixed = set[Place]()  # where pictures have the ending of the masks beside them
    for number, entry in enumerate(finds.pictures):
        if number in masks or (place := _place(entry.name)) not in places:
            continue
        if folded(stem_of(entry.name)) in pictured:
            mixed.add(place)
        else:
            (called if may_be_mask(entry) else others).append(number)
    return called, [n for n in others if _place(finds.pictures[n].name) not in mixed]


def _of_masks(finds: Finds, masks: NumberSet) -> tuple[Fingerprints, set[Place]]:
    """Stems of pictures that have a mask, and where masks lie."""
    pictured, places = Fingerprints(), set[Place]()
    for number, entry in enumerate(finds.pictures):
        if number in masks:
            places.add(_place(entry.name))
            for stem in bare_stems(entry.name):
                pictured.add(stem)
    return pictured, places


def _place(name: str) -> Place:
    return folded(name.rpartition("/")[0]), suffix_of(name)
