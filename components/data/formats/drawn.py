"""Numbers, points and masks as JSON and tables write them; none of it is believed."""

import base64
import binascii
import io
import math
import re
import zlib
from typing import Any

import numpy as np
from numpy.typing import NDArray

from components.errors import LabelError

Points = tuple[tuple[float, ...], ...]

MOST_MASK_PIXELS = 100_000_000  # larger than any photograph; our own choice
MOST_MASK_BYTES = 64_000_000  # as a packed picture; our own choice
_COMMA = re.compile(r"[-+]?\d*,\d+(?:[eE][-+]?\d+)?")
_THOUSANDS = re.compile(r"[-+]?[1-9]\d{0,2},\d{3}")
_KINDS = ("PNG", "JPEG", "BMP", "TIFF", "WEBP")


def number_of(value: object) -> float:
    """A number as JSON or a table has it, with a dot or a comma; NaN when it is none.

    "1,234" is none: it may be a thousand and more as well as one and a bit.
    """
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return math.nan
    try:
        return float(value)
    except (ValueError, OverflowError):
        is_open = not isinstance(value, str) or _THOUSANDS.fullmatch(value.strip())
        return math.nan if is_open else with_point(str(value))


def with_point(text: str) -> float:
    """A number with a comma before its fraction; NaN when it is none."""
    return number_of(text.replace(",", ".", 1)) if _COMMA.fullmatch(text.strip()) else math.nan


def numbers_of(values: object, least: int) -> tuple[float, ...] | None:
    """A list of at least so many numbers; None when it is not that."""
    if not isinstance(values, list) or len(values) < least:
        return None
    made = tuple(map(number_of, values))
    return None if any(math.isnan(value) for value in made) else made


def points_of(values: object) -> Points:
    """A list of [x, y], or of mappings with x and y, as points; empty when one of them is none."""
    if not isinstance(values, list):
        return ()
    points = []
    for value in values:
        if isinstance(value, dict):
            value = [value.get("x"), value.get("y")]
        if not isinstance(value, list) or len(value) < 2:
            return ()
        x, y = number_of(value[0]), number_of(value[1])
        if math.isnan(x) or math.isnan(y):
            return ()
        points.append((x, y))
    return tuple(points)


def paired(flat: tuple[float, ...]) -> Points:
    """x, y, x, y and so on as points; an odd one at the end is left out."""
    return tuple(zip(flat[0::2], flat[1::2], strict=False))


def mask_of_text(text: object, *, is_packed: bool) -> NDArray[np.uint8]:
    """A mask drawn as a picture and written as base64; shape (H, W), 0 outside.

    Args:
        text: The base64.
        is_packed: Whether the picture is packed by zlib once more, as Supervisely does.

    Raises:
        LabelError: It is no picture or too large; `what` is made to follow a label's name.
    """
    from PIL import Image

    if not isinstance(text, str):
        raise LabelError("has no mask", "Export it again.")
    try:
        data = base64.b64decode(text)
        if is_packed:
            data = zlib.decompressobj().decompress(data, MOST_MASK_BYTES)
        with Image.open(io.BytesIO(data), formats=_KINDS) as image:
            if image.width * image.height > MOST_MASK_PIXELS:
                raise LabelError("has a mask larger than any picture", "Export it again.")
            return _painted(np.asarray(image if image.mode != "P" else image.convert("RGBA")))
    except (binascii.Error, zlib.error, OSError, ValueError, SyntaxError, EOFError,
            Image.DecompressionBombError, Image.DecompressionBombWarning) as error:  # fmt: skip
        raise LabelError("has a mask that is not whole", "Export it again.") from error


def mask_of_array(given: object) -> NDArray[np.uint8]:
    """A mask as FiftyOne writes it: NumPy's own file, packed by zlib, as base64; shape (H, W).

    Raises:
        LabelError: It is no array of two sides, or too large; `what` follows a label's name.
    """
    while isinstance(given, dict):  # {"$binary": {"base64": "..."}}
        given = given.get("$binary", given.get("base64"))
    if not isinstance(given, str):
        raise LabelError("has no mask", "Export it again.")
    try:
        data = zlib.decompressobj().decompress(base64.b64decode(given), MOST_MASK_BYTES)
        array = np.lib.format.read_array(io.BytesIO(data), allow_pickle=False)
    except (binascii.Error, zlib.error, ValueError, EOFError, OSError, MemoryError) as error:
        raise LabelError("has a mask that is not whole", "Export it again.") from error
    if array.ndim != 2 or not array.size or array.dtype.kind not in "biuf":
        raise LabelError("has a mask that is not whole", "Export it again.")
    return np.asarray(array > 0, dtype=np.uint8)


def _painted(pixels: NDArray[Any]) -> NDArray[np.uint8]:
    """Where something is painted: opaque where there is an alpha channel, else not black."""
    painted = pixels > 0
    if pixels.ndim == 3 and pixels.shape[2] in (2, 4) and not painted[..., -1].all():
        return np.asarray(painted[..., -1], dtype=np.uint8)
    if pixels.ndim == 3:
        colours = painted[..., :-1] if pixels.shape[2] in (2, 4) else painted
        return np.asarray(colours.any(axis=2), dtype=np.uint8)
    return np.asarray(painted, dtype=np.uint8)
