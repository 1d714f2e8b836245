"""A look at a picture, to tell whether it is a mask or a photograph."""

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from components.data.formats.mask_pixels import KINDS
from components.data.formats.outlines import MOST_PIXELS
from components.data.unpack import Entry

if TYPE_CHECKING:
    from PIL import Image

_LOOKED_AT = 256  # pixels along a side, to tell photographs; our own choice
_SHADES = 24  # most of a mask has no more; our own choice
_SHARE = 0.7  # so much of it; our own choice
_SURE_SHARE = 0.95  # the same where no name says that it is a mask; our own choice
_FLAT_SHARE = 0.9  # of pixels that have a neighbour like them; our own choice
_CELLS = 32  # along a side, to compare two pictures; our own choice
_APART, _CELLS_APART = 32, 3  # how much brighter a cell is, and how many are; our own choice
Size = tuple[int, int]


def is_photograph(entry: Entry) -> bool:
    """Whether a picture has so many colours that it can be no mask, however blurred that is."""
    small, _ = _small(entry)
    if small is None or small.mode in ("1", "P"):
        return False
    coarse = np.asarray(small.convert("RGB")).astype(np.int64) >> 4
    is_grey = int((coarse.max(axis=2) - coarse.min(axis=2)).max()) <= 1
    return not is_grey and _share(coarse) < _SHARE


def has_few_shades(entry: Entry) -> bool:
    """Whether nearly all of a picture has so few colours as only masks and drawings have."""
    small, _ = _small(entry)
    return small is not None and _share(_exact(small)) >= _SURE_SHARE


def is_flat(entry: Entry) -> bool:
    """Whether it holds one number a pixel, mostly that of its neighbour: it numbers many things."""
    middle, _ = _small(entry, is_cut=True)
    if middle is None or middle.width < 2 or middle.mode == "RGB":
        return False
    pixels = _exact(middle)
    return float((pixels[:, 1:] == pixels[:, :-1]).all(axis=2).mean()) >= _FLAT_SHARE


def _exact(image: "Image.Image") -> NDArray[np.int64]:
    """The values of a picture; shape (H, W, channels)."""
    pixels = np.asarray(image if image.mode in ("1", "P", "L", "RGB") else image.convert("I"))
    return pixels.reshape(*pixels.shape[:2], -1).astype(np.int64)


def looks_like(entry: Entry, other: Entry) -> bool:
    """Whether two pictures may be the same one in two formats."""
    (one, _), (two, _) = _small(entry), _small(other)
    if one is None or two is None:
        return True
    a, b = _cells(one), _cells(two)
    return int((abs(a - b) > _APART).sum()) < _CELLS_APART


def have_one_size(entry: Entry, other: Entry) -> bool:
    """Whether two pictures have as many pixels; one may lie on its side, as cameras write it."""
    size = _small(entry)[1]
    return size in ((other_size := _small(other)[1]), other_size[::-1]) and size != (0, 0)


def _small(entry: Entry, *, is_cut: bool = False) -> "tuple[Image.Image | None, Size]":
    """A picture with few pixels, colours unmixed, and its size; None when nothing can be seen.

    Args:
        entry: The file.
        is_cut: Whether to cut out its middle rather than make it smaller.
    """
    from PIL import Image

    try:
        with Image.open(entry.path, formats=KINDS) as image:
            size = image.size
            if size[0] * size[1] > MOST_PIXELS:
                return None, size
            if not is_cut:
                image.draft("RGB", (_LOOKED_AT, _LOOKED_AT))
            kept = image.mode in ("1", "P", "L") or image.mode.startswith("I")
            made = _middle(image) if is_cut else image.copy()
            made = made if kept else made.convert("RGB")
            made.thumbnail((_LOOKED_AT, _LOOKED_AT), Image.Resampling.NEAREST)
    except (OSError, ValueError, SyntaxError, EOFError, TypeError, MemoryError,
            Image.DecompressionBombError, Image.DecompressionBombWarning):  # fmt: skip
        return None, (0, 0)
    return made, size


def _middle(image: "Image.Image") -> "Image.Image":
    left, top = (max(0, (side - _LOOKED_AT) // 2) for side in image.size)
    right, bottom = min(image.width, left + _LOOKED_AT), min(image.height, top + _LOOKED_AT)
    return image.crop((left, top, right, bottom))


def _share(pixels: NDArray[np.int64]) -> float:
    """How much of a picture its most frequent shades make up; shape (H, W, channels)."""
    numbers = np.zeros(pixels.shape[:2], dtype=np.int64)
    for channel in range(pixels.shape[2]):
        numbers = numbers << 8 | pixels[..., channel]
    times = np.sort(np.unique(numbers, return_counts=True)[1])[::-1]
    return float(times[:_SHADES].sum() / numbers.size)


def _cells(image: "Image.Image") -> NDArray[np.int64]:
    from PIL import Image

    grey = image.convert("L").resize((_CELLS, _CELLS), Image.Resampling.BOX)
    return np.asarray(grey).astype(np.int64)
