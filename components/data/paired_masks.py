"""Masks that lie beside their pictures under the same name, or with "label" behind it.

No word in a name tells them from a photograph that was saved in two formats, so some of each
folder are opened: a mask has few colours, and it does not look like its picture.
"""

from collections import defaultdict

from components.data.formats.mask_looks import (
    has_few_shades,
    have_one_size,
    is_flat,
    looks_like,
)
from components.data.masks import ENDINGS_THERE, STARTS_THERE, bare_stems
from components.data.names import folded, stem_of
from components.data.numbered import Fingerprints, NumberSet
from components.data.scan import Finds
from components.data.unpack import Entry, suffix_of

# Endings of masks, which blur nothing; of two alike the higher is the mask.
_RANKS = {".tif": 1, ".tiff": 1, ".png": 2, ".bmp": 2, ".gif": 2}
_MOST_OPENED = 12  # pairs of a folder; our own choice


def paired_masks(finds: Finds) -> NumberSet:
    """Which of the pictures are masks of others in the same folder."""
    ranks = {rank_of(entry.name) for entry in finds.pictures}
    if len(ranks) < 2 and not any(_is_called_label(entry.name) for entry in finds.pictures):
        return NumberSet()
    there = Fingerprints()
    for entry in finds.pictures:
        there.add(_key(entry.name))
    in_folder: dict[str, list[int]] = defaultdict(list)
    for number, entry in enumerate(finds.pictures):
        if any(key in there for key in _keys_of_picture(entry.name)):
            in_folder[entry.name.rpartition("/")[0]].append(number)
    return NumberSet(
        number for numbers in in_folder.values() for number in _masks_among(numbers, finds)
    )


def rank_of(name: str) -> int:
    """How likely the ending is a mask's, of two pictures called alike; 0 for none."""
    return _RANKS.get(suffix_of(name), 0)


def _key(name: str) -> str:
    folder = folded(name).rpartition("/")[0]
    return f"{rank_of(name)}:{folder}/{folded(stem_of(name))}"


def _is_called_label(name: str) -> bool:
    stem = folded(stem_of(name))
    return rank_of(name) > 0 and (stem.endswith(ENDINGS_THERE) or stem.startswith(STARTS_THERE))


def _keys_of_picture(name: str) -> list[str]:
    """Keys of the picture that this one may be the mask of."""
    folder, stem, rank = folded(name).rpartition("/")[0], folded(stem_of(name)), rank_of(name)
    keys = [f"{lower}:{folder}/{stem}" for lower in range(rank)]
    if _is_called_label(name):
        others = bare_stems(name) - {stem}
        keys += [f"{one}:{folder}/{bare}" for bare in others for one in {0, *_RANKS.values()}]
    return keys


def _masks_among(numbers: list[int], finds: Finds) -> list[int]:
    """Those of such pictures of one folder that are masks, by a look at some; at all if need be.

    They are none where most are photographs: pictures that were collected may have numbers alike.
    """
    flat = [is_drawn(finds.pictures[number]) for number in _some(numbers)]
    if sum(flat) * 2 <= len(flat):
        return []
    if not all(flat):  # a photograph in two formats among them
        numbers = [number for number in numbers if is_drawn(finds.pictures[number])]
    sample = [finds.pictures[number] for number in _some(numbers)]
    wanted = {key: mask for mask in sample for key in _keys_of_picture(mask.name)}
    pairs: list[tuple[Entry, Entry]] = [
        (wanted[key], entry) for entry in finds.pictures if (key := _key(entry.name)) in wanted
    ]
    differ = sum(is_mask_of(mask, picture) for mask, picture in pairs)
    return numbers if differ * 2 > len(pairs) else []


def _some(numbers: list[int]) -> list[int]:
    return numbers[:: max(1, len(numbers) // _MOST_OPENED)]


def is_drawn(entry: Entry) -> bool:
    """Whether it may be a mask and is no photograph."""
    return has_few_shades(entry) or is_flat(entry)


def is_mask_of(mask: Entry, picture: Entry) -> bool:
    """Whether a drawing fits a picture: it is as large, no copy, and not one of many drawings."""
    return (
        have_one_size(mask, picture) and not looks_like(mask, picture)
        and (has_few_shades(mask) or not is_flat(picture))
    )  # fmt: skip
