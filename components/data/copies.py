"""Pictures that lie in a set twice, as tools leave them that write another export beside the first.

Told by their bytes or, as some tools save pictures anew, by their name and what they show.
"""

import contextlib
import hashlib
from collections.abc import Iterable, Sequence

import numpy as np

from components.data.names import folded, stem_of
from components.data.unpack import Entry

_LOOKED_AT = 8  # pairs of one name; a tool has copied all of them or none
_SIDE = 16  # pixels of the small picture that is compared
_ALIKE = 6.0  # mean difference of grey values, 0 to 255, that saving anew may make; our own choice


def copies(these: Iterable[int], of: Iterable[int], pictures: Sequence[Entry]) -> set[int]:
    """Those pictures that are copies of others, by their numbers."""
    these = list(these)
    by_size: dict[int, list[int]] = {}
    by_stem: dict[str, int] = {}
    for number in of:
        by_size.setdefault(pictures[number].size, []).append(number)
        by_stem.setdefault(folded(stem_of(pictures[number].name)), number)
    pairs = [
        (number, by_stem[stem])
        for number in these
        if (stem := folded(stem_of(pictures[number].name))) in by_stem
    ]
    sample = pairs[:: max(1, len(pairs) // _LOOKED_AT)]
    alike = sum(_show_the_same(pictures[one], pictures[other]) for one, other in sample)
    found = {number for number, _ in pairs} if alike * 2 > len(sample) else set()
    return found | {
        number for number in these if number not in found and _is_among(number, by_size, pictures)
    }


def _is_among(number: int, by_size: dict[int, list[int]], pictures: Sequence[Entry]) -> bool:
    same = by_size.get(pictures[number].size, [])
    return bool(same) and _digest(pictures[number]) in {_digest(pictures[n]) for n in same[:20]}


def _digest(entry: Entry) -> str:
    try:
        with entry.path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return f"gone: {entry.name}"


def _show_the_same(one: Entry, other: Entry) -> bool:
    from PIL import Image

    small = []
    with contextlib.suppress(OSError, ValueError, SyntaxError, Image.DecompressionBombError,
                             Image.DecompressionBombWarning):  # fmt: skip
        for entry in (one, other):
            with Image.open(entry.path) as image:
                image.draft("L", (_SIDE * 4, _SIDE * 4))
                small.append(image.convert("L").resize((_SIDE, _SIDE)))
    if len(small) < 2:
        return False
    first, second = (np.asarray(picture, dtype=np.float64) for picture in small)
    return bool(np.abs(first - second).mean() < _ALIKE)
