"""The pixels of one mask picture: numbers that stand for classes or for single things.

Palette masks hold numbers, grey ones too; coloured ones are read as one number a colour. JPEG
blurs values, so of a JPEG only two are told apart, or the colours that a class file names.
"""

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from components.data.formats.description import RawLabel
from components.data.formats.mask_classes import Colour, number_of_colour
from components.data.formats.outlines import MOST_PIXELS, label_of_mask
from components.data.unpack import Entry
from components.errors import LabelError

if TYPE_CHECKING:
    from PIL import Image

KINDS = ("PNG", "JPEG", "BMP", "TIFF", "GIF", "WEBP")
MOST_VALUES = 5_000  # more is a photograph or noise; our own choice
MOST_BLOBS = 1_000  # of one class on one picture; our own choice
BLACK = -1  # the value 0 where something else is the background
_SOFT_VALUES = 8  # of a mask that was made smaller or larger, at least; our own choice
_SOFT_REACH = 13  # pixels across, around one on a blurred edge; our own choice
_SPECK = 5e-5  # share of the picture below which a blob is a speck: 20 pixels of 640 × 640
Numbers = NDArray[np.int64]  # shape (H, W)


@dataclass(frozen=True, slots=True)
class MaskPixels:
    """A mask.

    Attributes:
        numbers: Shape (H, W); 0 is nothing. A colour is red << 16 | green << 8 | blue.
        is_coloured: Whether the numbers are colours.
    """

    numbers: Numbers
    is_coloured: bool

    @property
    def size(self) -> tuple[int, int]:
        """Width and height."""
        return self.numbers.shape[1], self.numbers.shape[0]

    def without(self, background: int) -> "MaskPixels":
        """The same with another value as nothing; what was 0 is `BLACK` then."""
        if not background:
            return self
        numbers = np.where(self.numbers == background, 0, self.numbers)
        numbers[self.numbers == 0] = BLACK
        return MaskPixels(numbers, self.is_coloured)

    def cut(self) -> "MaskPixels":
        """A grey mask as black and white (255)."""
        return self if self.is_coloured else MaskPixels(_split(self.numbers) * 255, False)

    def border(self) -> Counter[int]:
        """How many pixels at the picture's border have each value."""
        edge = np.concatenate([self.numbers[0], self.numbers[-1],
                               self.numbers[1:-1, 0], self.numbers[1:-1, -1]])  # fmt: skip
        found, times = np.unique(edge, return_counts=True)
        return Counter(dict(zip(found.tolist(), times.tolist(), strict=True)))

    def has_black(self) -> bool:
        """Whether 0 occurs."""
        return bool((self.numbers == 0).any())

    @property
    def is_mixed(self) -> bool:
        """Whether it has more than one value."""
        return bool((self.numbers != self.numbers[0, 0]).any())

    def values(self) -> list[int]:
        """What occurs, without 0."""
        return [int(value) for value in np.unique(self.numbers) if value]


def read_mask(entry: Entry, colours: list[Colour], *, by_colour: bool) -> MaskPixels:
    """The numbers of a mask picture.

    Args:
        entry: The file.
        colours: Those that a class file names.
        by_colour: Whether a palette's colours count, and not its numbers.

    Raises:
        LabelError: It cannot be decoded, is too large, or is no mask.
    """
    from PIL import Image

    try:
        with Image.open(entry.path, formats=KINDS) as image:
            if image.width * image.height > MOST_PIXELS:
                raise LabelError(f"{entry.name} is larger than any mask.", "Check the file.")
            made = _numbers(image, colours, by_colour)
    except (OSError, ValueError, SyntaxError, EOFError, TypeError, MemoryError,
            Image.DecompressionBombError, Image.DecompressionBombWarning) as error:  # fmt: skip
        raise LabelError(f"{entry.name} cannot be decoded.", "Export it again.") from error
    if made is None:
        raise LabelError(
            f"{entry.name} is a coloured JPEG, whose colours are blurred and tell no classes.",
            "Export the masks as PNG.",
        )
    if len(made.values()) > MOST_VALUES:
        raise LabelError(
            f"{entry.name} holds {len(made.values()):,} values, as a photograph does.",
            "Check that it is a mask.",
        )
    return made


def _numbers(image: "Image.Image", colours: list[Colour], by_colour: bool) -> MaskPixels | None:
    is_blurred = image.format in ("JPEG", "WEBP")
    if image.mode == "P" and (by_colour or image.format == "GIF"):
        image = image.convert("RGB")
    if image.mode in ("LA", "PA", "CMYK", "YCbCr", "La", "RGBa"):
        image = image.convert("RGBA" if "A" in image.mode or "a" in image.mode else "RGB")
    pixels = np.asarray(image)
    if pixels.ndim == 2:
        return MaskPixels(_split(pixels) if is_blurred else _whole(pixels), False)
    solid = pixels[..., :3].astype(np.int64)
    if pixels.shape[2] == 4:
        solid[pixels[..., 3] == 0] = 0
    grey = int((solid.max(axis=2) - solid.min(axis=2)).max()) <= (24 if is_blurred else 0)
    if grey and not by_colour:
        return MaskPixels(_split(solid[..., 0]) if is_blurred else solid[..., 0], False)
    if is_blurred:
        return _nearest(solid, colours) if colours else None
    return MaskPixels(solid[..., 0] << 16 | solid[..., 1] << 8 | solid[..., 2], True)


def _whole(pixels: NDArray[np.generic]) -> Numbers:
    if pixels.dtype.kind == "f":
        pixels = np.nan_to_num(pixels.astype(np.float64), nan=0.0, posinf=0.0, neginf=0.0)
        pixels = pixels.clip(0, 1e9)
    return pixels.astype(np.int64).clip(0, None)


def _split(pixels: NDArray[np.generic]) -> Numbers:
    """Bright and dark; the threshold is half of the brightest."""
    values = pixels.astype(np.int64)
    return np.asarray(values * 2 > max(int(values.max()), 16), dtype=np.int64)


def is_soft(mask: MaskPixels) -> bool:
    """Whether a mask is black and white, with more values along the edges: it was resized.

    What lies between the two is close to both of them everywhere; areas of classes are not.
    """
    import cv2  # only in workers, and only for masks

    most = int(mask.numbers.max())
    if mask.is_coloured or not 128 <= most <= 255 or len(mask.values()) < _SOFT_VALUES:
        return False
    dark, bright = mask.numbers * 8 <= most, mask.numbers * 8 >= 7 * most
    between = ~(dark | bright)
    near = np.ones((_SOFT_REACH, _SOFT_REACH), np.uint8)
    close = [cv2.dilate(part.astype(np.uint8), near) > 0 for part in (dark, bright)]
    inside = int((between & close[0] & close[1]).sum())
    return inside >= 0.95 * int(between.sum()) and bool(dark.any() and bright.any())


def _nearest(solid: Numbers, colours: list[Colour]) -> MaskPixels:
    """Blurred colours as the nearest of those that are known; black is known always."""
    known = [(0, 0, 0), *(colour for colour in colours if any(colour))][:64]
    best = np.zeros(solid.shape[:2], dtype=np.int64)
    least = np.full(solid.shape[:2], np.iinfo(np.int64).max)
    for colour in known:
        distance = ((solid - np.array(colour)) ** 2).sum(axis=2)
        is_nearer = distance < least
        best[is_nearer], least[is_nearer] = number_of_colour(colour), distance[is_nearer]
    return MaskPixels(best, True)


def blobs(name: str, painted: NDArray[np.bool_]) -> tuple[list[RawLabel], int]:
    """The connected areas of a class as labels in pixels, and how many specks were left out.

    The largest one is kept however small it is, so that no class is lost.
    """
    import cv2  # only in workers, and only for masks

    count, parts, facts, _ = cv2.connectedComponentsWithStats(painted.astype(np.uint8))
    least = _SPECK * painted.size
    order = sorted(range(1, count), key=lambda n: -int(facts[n, cv2.CC_STAT_AREA]))
    kept = [n for place, n in enumerate(order[:MOST_BLOBS])
            if place == 0 or facts[n, cv2.CC_STAT_AREA] >= least]  # fmt: skip
    labels = []
    for number in sorted(kept):
        x, y, w, h = (int(value) for value in facts[number, :4])
        part = (parts[y : y + h, x : x + w] == number).astype(np.uint8)
        label = label_of_mask(name, part, (x, y))
        if label is not None:
            labels.append(label)
    return labels, len(order) - len(kept)
