"""Masks as the lengths of their runs, in the four dialects that tools write.

Every decoder knows the size it may fill, and refuses what says more.
Sources: the COCO API's mask format (rleToString); CVAT's XML 1.1 (`<mask rle=...>`); Label
Studio's brush format (a bit stream after @thi.ng/rle-pack).
"""

from collections.abc import Iterable, Iterator, Sequence

import numpy as np

from components.data.formats.description import RawLabel
from components.data.formats.mask_pixels import blobs
from components.data.formats.outlines import Mask, label_of_mask
from components.data.formats.shapes import moved
from components.errors import LabelError

_FIX = "Export it again."
_OPAQUE = 128
MOST_SIZE = 2_000_000_000  # pixels that a mask may say it has; only the lines it touches are held
_MOST_TOUCHED = 32_000_000  # of those; of what is larger only the box is taken. Our own choice
MOST_TEXT = 20_000_000  # characters of one compressed mask


def size_checked(width: float, height: float) -> tuple[int, int]:
    """Width and height of a mask as whole numbers.

    Raises:
        LabelError: No mask has that size, or none that can be held.
    """
    if not (1 <= width <= MOST_SIZE and 1 <= height <= MOST_SIZE):
        raise LabelError(f"A mask is {width:g} × {height:g} pixels large.", _FIX)
    if width * height > MOST_SIZE:
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


def _painted(runs: Iterable[float], size: int) -> tuple[list[int], list[int]]:
    """Where runs of 1 begin and end; runs of 0 and 1 take turns, beginning with 0.

    Raises:
        LabelError: A run is not a whole number, or they reach beyond the mask.
    """
    starts: list[int] = []
    ends: list[int] = []
    at, is_painted = 0, False
    for run in runs:
        if not 0 <= run <= size - at:
            raise LabelError(f"A mask's run of {run:g} pixels reaches beyond its size.", _FIX)
        end = at + int(run)
        if is_painted and end > at:
            starts.append(at)
            ends.append(end)
        at, is_painted = end, not is_painted
    return starts, ends


def _lines(starts: Sequence[int], ends: Sequence[int], length: int) -> tuple[Mask, int]:
    """The lines (of so many pixels) that runs touch, shape (lines, length), and the first's number.

    A small thing on a large picture so costs little.
    """
    first = starts[0] // length
    count = (ends[-1] - 1) // length + 1 - first
    steps = np.zeros(count * length + 1, dtype=np.int8)
    steps[np.asarray(starts) - first * length] += 1
    steps[np.asarray(ends) - first * length] -= 1
    flat = np.cumsum(steps[:-1], dtype=np.int8).view(np.uint8)
    return flat.reshape(count, length), first


def _label(
    name: str, starts: list[int], ends: list[int], length: int, *, is_down: bool = False
) -> RawLabel | None:
    """What runs along lines of so many pixels outline; `is_down` when the lines are columns."""
    if not starts:
        return None
    touched = ((ends[-1] - 1) // length + 1 - starts[0] // length) * length
    if touched > _MOST_TOUCHED:
        along, first, past = _reach(starts, ends, length)
        box = (first, along[0], past, along[1]) if is_down else (along[0], first, along[1], past)
        return RawLabel(name, box)
    lines, first = _lines(starts, ends, length)
    return label_of_mask(name, lines.T, (first, 0)) if is_down else (
        label_of_mask(name, lines, (0, first))
    )  # fmt: skip


def _reach(
    starts: list[int], ends: list[int], length: int
) -> tuple[tuple[float, float], float, float]:
    """From where to where runs reach along their lines, and the first and past the last line."""
    begin, last = np.asarray(starts), np.asarray(ends) - 1
    is_within = begin // length == last // length
    low = np.where(is_within, begin % length, 0).min()
    high = np.where(is_within, last % length, length - 1).max() + 1
    return (float(low), float(high)), float(begin[0] // length), float(last[-1] // length + 1)


def coco_label(
    name: str, counts: Sequence[float] | str, width: int, height: int
) -> RawLabel | None:
    """What COCO's RLE outlines, compressed or not; it runs down the columns.

    Raises:
        LabelError: It is no RLE of this size.
    """
    runs = runs_of_text(counts) if isinstance(counts, str) else counts
    if sum(runs) != width * height:
        raise LabelError(
            f"A mask's runs cover {sum(runs):,.0f} pixels and not its {width} × {height}.", _FIX
        )
    return _label(name, *_painted(runs, width * height), height, is_down=True)


def cvat_label(
    name: str, runs: Sequence[float], width: int, height: int, corner: tuple[int, int]
) -> RawLabel | None:
    """What CVAT's RLE outlines; it runs along the rows, from `corner` on (left, top).

    Raises:
        LabelError: It is no RLE of this size.
    """
    label = _label(name, *_painted(runs, width * height), width)
    return label and moved(label, *corner)


def runs_labels(
    name: str, pairs: Sequence[int], size: tuple[int, int], *, is_down: bool, apart: bool
) -> list[RawLabel]:
    """What pairs of start (counted from 1) and length outline.

    Args:
        name: The class.
        pairs: Start, length, start, length and so on.
        size: Width and height of the picture.
        is_down: Whether pixels are counted down the columns; else along the rows.
        apart: Whether each connected area is a thing of its own.

    Raises:
        LabelError: They reach beyond a picture of this size.
    """
    width, height = size
    begin = np.asarray(pairs[0 : len(pairs) // 2 * 2 : 2], dtype=np.int64) - 1
    end = begin + np.asarray(pairs[1::2], dtype=np.int64)
    kept = end > begin
    order = np.argsort(begin[kept], kind="stable")
    starts, ends = np.maximum(begin[kept][order], 0), end[kept][order]
    if not len(starts):
        return []
    if ends.max() > width * height:
        raise LabelError(
            f"A mask's run reaches to pixel {int(ends.max()):,} of {width} × {height}.", _FIX
        )
    ends[:-1] = np.minimum(ends[:-1], starts[1:])  # what overlaps is painted once
    length = height if is_down else width
    if apart and (int(ends[-1]) // length - int(starts[0]) // length + 1) * length < _MOST_TOUCHED:
        lines, first = _lines(starts.tolist(), ends.tolist(), length)
        made, _ = blobs(name, (lines.T if is_down else lines) > 0)
        return [moved(label, *((first, 0) if is_down else (0, first))) for label in made]
    label = _label(name, starts.tolist(), ends.tolist(), length, is_down=is_down)
    return [label] if label is not None else []


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


def brush_label(name: str, data: bytes, width: int, height: int) -> RawLabel | None:
    """What a stroke of Label Studio's brush outlines: pixels of at least half opacity.

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
    starts: list[int] = []
    ends: list[int] = []
    for first, last, value in _opacities(bits, total, word, lengths):
        if value & 255 < _OPAQUE or last <= first:
            continue
        if ends and ends[-1] == first:
            ends[-1] = last
        else:
            starts.append(first)
            ends.append(last)
    return _label(name, starts, ends, width)


def _opacities(
    bits: _Bits, total: int, word: int, lengths: Sequence[int]
) -> Iterator[tuple[int, int, int]]:
    """First pixel, the one behind the last, and their opacity; in the order of the pixels."""
    at = 0
    while at < total:
        is_run = bits.read(1)
        end = min(at + 1 + bits.read(lengths[bits.read(2)]), total)
        if is_run:
            yield at // 4, end // 4, bits.read(word)
        else:
            for n in range(at, end):
                value = bits.read(word)
                if n % 4 == 3:
                    yield n // 4, n // 4 + 1, value
        at = end
