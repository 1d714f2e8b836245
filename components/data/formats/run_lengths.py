"""Masks as the lengths of their runs, in the three dialects that tools write.

Every decoder knows the size it may fill, and refuses what says more.
Sources: the COCO API's mask format (rleToString); CVAT's XML 1.1 (`<mask rle=...>`); Label
Studio's brush format (a bit stream after @thi.ng/rle-pack).
"""

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from components.data.formats.outlines import MOST_PIXELS, Mask
from components.errors import LabelError

_FIX = "Export it again."
MOST_TEXT = 20_000_000  # characters of one compressed mask


def size_checked(width: float, height: float) -> tuple[int, int]:
    """Width and height of a mask as whole numbers.

    Raises:
        LabelError: No mask has that size, or none that can be held.
    """
    if not (0 < width <= MOST_PIXELS and 0 < height <= MOST_PIXELS):
        raise LabelError(f"A mask is {width:g} × {height:g} pixels large.", _FIX)
    if width * height > MOST_PIXELS:
        raise LabelError(
            f"A mask of {width:g} × {height:g} pixels is larger than can be read.", _FIX
        )
    return int(width), int(height)


def runs_of_text(text: str) -> list[int]:
    """COCO's compressed counts: 5 bits a character from "0" on, differences to two runs before.

    Raises:
        LabelError: It holds other characters, or a number that no run can have.
    """
    if len(text) > MOST_TEXT:
        raise LabelError("A mask is written in more characters than can be read.", _FIX)
    runs: list[int] = []
    value = shift = 0
    for character in text:
        bits = ord(character) - 48
        if not 0 <= bits < 64 or shift > 40:
            raise LabelError("A compressed mask holds a character that it cannot.", _FIX)
        value |= (bits & 31) << shift
        shift += 5
        if bits & 32:
            continue
        if bits & 16:
            value -= 1 << shift
        runs.append(value + (runs[-2] if len(runs) > 2 else 0))
        value = shift = 0
    return runs


def filled_by(runs: Iterable[float], size: int) -> Mask:
    """Pixels in a row, shape (size,): runs of 0 and 1 in turn, beginning with 0.

    Raises:
        LabelError: A run is not a whole number, or they reach beyond the mask.
    """
    flat = np.zeros(size, dtype=np.uint8)
    at, value = 0, 0
    for run in runs:
        if not 0 <= run <= size - at:
            raise LabelError(f"A mask's run of {run:g} pixels reaches beyond its size.", _FIX)
        end = at + int(run)
        if value:
            flat[at:end] = 1
        at, value = end, 1 - value
    return flat


def coco_mask(counts: Sequence[float] | str, width: int, height: int) -> Mask:
    """COCO's RLE, compressed or not; it runs down the columns. Shape (height, width).

    Raises:
        LabelError: It is no RLE of this size.
    """
    runs = runs_of_text(counts) if isinstance(counts, str) else counts
    return filled_by(runs, width * height).reshape(width, height).T


def cvat_mask(runs: Sequence[float], width: int, height: int) -> Mask:
    """CVAT's RLE; it runs along the rows. Shape (height, width).

    Raises:
        LabelError: It is no RLE of this size.
    """
    return filled_by(runs, width * height).reshape(height, width)


class _Bits:
    """Numbers of any width from bytes, the highest bit first."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    def read(self, bits: int) -> int:
        first, past = self._at >> 3, self._at + bits
        if past > 8 * len(self._data):
            raise LabelError("A brush stroke is broken off.", _FIX)
        last = (past + 7) >> 3
        window = int.from_bytes(self._data[first:last], "big")
        self._at = past
        return (window >> (8 * last - past)) & ((1 << bits) - 1)


def brush_mask(data: bytes, width: int, height: int) -> NDArray[np.uint8]:
    """Label Studio's brush: its opacity 0 to 255, shape (height, width).

    The stream holds red, green, blue, opacity of every pixel; only the last is looked at.

    Raises:
        LabelError: It is broken off, or is of another size.
    """
    bits = _Bits(data)
    total = bits.read(32)
    if total != 4 * width * height:
        raise LabelError(
            f"A brush stroke is drawn on {total // 4:,} pixels, and the picture has "
            f"{width} × {height}.", _FIX,
        )  # fmt: skip
    word = bits.read(5) + 1
    lengths = [bits.read(4) + 1 for _ in range(4)]
    opacity = np.zeros(width * height, dtype=np.uint8)
    at = 0
    while at < total:
        is_run = bits.read(1)
        end = min(at + 1 + bits.read(lengths[bits.read(2)]), total)
        if is_run:
            opacity[at // 4 : end // 4] = bits.read(word) & 255
        else:
            for n in range(at, end):
                value = bits.read(word)
                if n % 4 == 3:
                    opacity[n // 4] = value & 255
        at = end
    return opacity.reshape(height, width)
