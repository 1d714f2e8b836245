"""What a picture looks like in a few numbers: enough to tell copies, blank ones and bursts.

Everything is read from the thumbnail, grey, shrunk to 32 × 32: a hash of 64 bits that says for
8 × 8 places whether it grows brighter to the right (dHash), the mean brightness, the contrast, and
the 1,024 grey values themselves, by which two pictures of nearly the same hash are compared.

Source of the hash: N. Krawetz, "Kind of like that", 2013.
"""

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from PIL import Image

SIDE = 32  # of the grey picture, pixels
BLANK_CONTRAST = 3.0  # grey levels; a blank wall with the noise of a camera stays below. No source
_DATE_TAKEN, _DATE_CHANGED, _EXIF = 0x9003, 0x0132, 0x8769


@dataclass(frozen=True, slots=True)
class Look:
    """What one picture looks like.

    Attributes:
        hash: 64 bits, as the signed number that SQLite keeps.
        brightness: Mean grey value, 0 to 255.
        contrast: Standard deviation of the grey values, 0 to 127.5.
        taken_at: By the camera's clock, seconds; None when the picture does not say.
        grey: 1,024 bytes, row by row.
        trouble: Why it cannot be looked at; "" when it could.
    """

    hash: int
    brightness: float
    contrast: float
    taken_at: float | None
    grey: bytes
    trouble: str = ""


def look(thumbnail: Path, original: Path) -> Look:
    """Look at a picture; one that cannot be opened is told in `trouble`, never raised."""
    from PIL import Image

    try:
        with Image.open(thumbnail) as image:
            image.draft("L", (SIDE, SIDE))
            grey = image.convert("L").resize((SIDE, SIDE), Image.Resampling.BOX, reducing_gap=2.0)
        pixels = np.asarray(grey, np.uint8)
        moment = taken_at(original)
    except Exception as error:  # a decoder may raise anything on a broken file
        return Look(0, 0.0, 0.0, None, b"", f"{type(error).__name__}: {error}"[:200])
    return Look(
        dhash(pixels), float(pixels.mean()), float(pixels.std()), moment, pixels.tobytes()
    )  # fmt: skip


def dhash(grey: NDArray[np.uint8]) -> int:
    """The 64 bits of a grey picture.

    Args:
        grey: Shape (SIDE, SIDE).
    """
    rows = grey.reshape(8, SIDE // 8, SIDE).mean(axis=1)
    places = np.linspace(0, SIDE, 10).round().astype(int)  # nine columns, so eight steps
    columns = np.stack([rows[:, a:b].mean(axis=1) for a, b in pairwise(places)], axis=1)
    bits = np.packbits(columns[:, 1:] > columns[:, :-1])
    return int(bits.view(np.int64)[0])


def taken_at(original: Path) -> float | None:
    """When the camera says the picture was taken, in seconds; None when it does not say.

    Raises:
        OSError: The file cannot be opened as a picture.
    """
    from PIL import Image

    with Image.open(original) as image:
        return _moment(image)


def _moment(image: "Image.Image") -> float | None:
    with suppress(Exception):  # EXIF is often broken; then it says nothing
        exif = image.getexif()
        told = exif.get_ifd(_EXIF).get(_DATE_TAKEN) or exif.get(_DATE_CHANGED)
        return datetime.strptime(str(told).strip("\0 "), "%Y:%m:%d %H:%M:%S").timestamp()
    return None
