"""Which pictures are nearly the same: copies saved anew, resized, a little brighter.

Two steps. Hashes that differ in few of their 64 bits are found without comparing everything with
everything: cut into four bands of 16 bits, two hashes that differ in at most 7 bits have a band in
which they differ in at most one, so equal bands and bands with one bit turned are looked up. Then
the small grey pictures are compared place by place, for a dark or empty picture has the hash of
any other.

Source of the first step: Norouzi, Punjani and Fleet, "Fast search in Hamming space with multi-index
hashing", CVPR 2012.
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from components.data.looks import BLANK_CONTRAST, SIDE

MOST_BITS = 6  # at most 7, or the bands would miss some
# Grey levels of 0 to 255, after both are brought to the same brightness and contrast. Measured on
# 400 photographs (blood cells, insects, apples): halved in size and saved as JPEG of quality 30, or
# made 20 % brighter, half of them differ by less than 3, 98 % by less than 10.
MOST_DIFFERENCE = 10.0
_PLACES = 8  # the difference is taken in 8 x 8 places, so that one small change is not lost
_BANDS, _BAND_BITS = 4, 16
_AT_ONCE = 20_000  # pairs whose grey pictures are in memory, 40 MB

Pairs = NDArray[np.int64]


def find(
    hashes: NDArray[np.int64], contrasts: NDArray[np.float64], grey: NDArray[np.uint8]
) -> tuple[Pairs, NDArray[np.float64]]:
    """Pairs of pictures that are nearly the same.

    Blank pictures are like no other. Of many equal ones each is paired with the first and with its
    neighbour, not with all, so the pairs stay few; together they still hang together.

    Args:
        hashes: Shape (N,), from `looks.dhash`.
        contrasts: Shape (N,), grey levels.
        grey: Shape (N, SIDE * SIDE).

    Returns:
        Pairs of shape (M, 2), places in the arrays, the smaller first; and the differences, shape
        (M,), grey levels.
    """
    seeing = np.flatnonzero(contrasts >= BLANK_CONTRAST)
    order = seeing[np.argsort(hashes[seeing], kind="stable")]
    _, starts = np.unique(hashes[order], return_index=True)
    found = [_within(order, starts), order[starts][_near(hashes[order[starts]])]]
    pairs = np.unique(np.sort(np.concatenate(found), axis=1), axis=0).astype(np.int64)
    if not len(pairs):
        return pairs.reshape(0, 2), np.empty(0)
    differences = np.concatenate(
        [difference(grey[part[:, 0]], grey[part[:, 1]]) for part in _parts(pairs)]
    )
    keep = differences <= MOST_DIFFERENCE
    return pairs[keep], differences[keep]


def difference(one: NDArray[np.uint8], other: NDArray[np.uint8]) -> NDArray[np.float64]:
    """How far the pictures are apart in the place where they differ most.

    Args:
        one: Shape (M, SIDE * SIDE).
        other: The same.

    Returns:
        Shape (M,), grey levels.
    """
    first, second = _evened(one), _evened(other)
    step = SIDE // _PLACES
    places = (first - second).reshape(-1, _PLACES, step, _PLACES, step).mean(axis=(2, 4))
    return np.asarray(np.abs(places).max(axis=(1, 2)), np.float64)


def _evened(grey: NDArray[np.uint8]) -> NDArray[np.float32]:
    """The pictures at the same brightness and contrast: lighting makes no other picture."""
    pixels = grey.astype(np.float32)
    pixels -= pixels.mean(axis=1, keepdims=True)
    spread = pixels.std(axis=1, keepdims=True)
    pixels *= 50.0 / np.maximum(spread, BLANK_CONTRAST)  # 50: a usual photograph's
    return pixels


def _within(order: NDArray[np.int64], starts: NDArray[np.int64]) -> Pairs:
    """Pictures of the same hash: each with the first and with the one before."""
    first = np.repeat(starts, np.diff([*starts, len(order)]))
    later = np.flatnonzero(first != np.arange(len(order)))
    stars = np.stack([order[first[later]], order[later]], axis=1)
    chains = np.stack([order[later - 1], order[later]], axis=1)
    return np.concatenate([stars, chains]).reshape(-1, 2)


def _near(hashes: NDArray[np.int64]) -> Pairs:
    """Pairs of hashes, all different, that differ in at most `MOST_BITS` bits."""
    bits = hashes.view(np.uint64)
    found = [np.empty((0, 2), np.int64)]
    for band in range(_BANDS):
        keys = (bits >> np.uint64(band * _BAND_BITS)).astype(np.uint16)
        order = np.argsort(keys, kind="stable")
        table = keys[order]
        for turned in (0, *(1 << bit for bit in range(_BAND_BITS))):
            wanted = keys ^ np.uint16(turned)
            low = np.searchsorted(table, wanted, "left")
            high = np.searchsorted(table, wanted, "right")
            for one, other in _matches(order, low, high):
                few = np.bitwise_count(bits[one] ^ bits[other]) <= MOST_BITS
                found.append(np.stack([one[few], other[few]], axis=1))
    return np.unique(np.concatenate(found), axis=0)


def _matches(
    order: NDArray[np.int64], low: NDArray[np.int64], high: NDArray[np.int64]
) -> Iterator[tuple[NDArray[np.int64], NDArray[np.int64]]]:
    """Every hash with every other that lies in its bucket, a few million at a time."""
    counts = high - low
    ends = np.cumsum(counts)
    first = 0
    while first < len(counts):
        before = ends[first - 1] if first else 0
        last = max(first + 1, int(np.searchsorted(ends, before + 4_000_000, "right")))
        sizes = counts[first:last]
        one = np.repeat(np.arange(first, last), sizes)
        inside = np.arange(sizes.sum()) - np.repeat(np.cumsum(sizes) - sizes, sizes)
        other = order[np.repeat(low[first:last], sizes) + inside]
        once = one < other
        yield one[once], other[once]
        first = last


def _parts(pairs: Pairs) -> Iterator[Pairs]:
    for first in range(0, len(pairs), _AT_ONCE):
        yield pairs[first : first + _AT_ONCE]
