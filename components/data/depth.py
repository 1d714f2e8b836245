"""Pictures with more than 8 bits a channel, as microscopes and X-ray detectors write them."""

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from components.errors import PictureError

if TYPE_CHECKING:
    from PIL import Image

Span = tuple[float, float]  # the value that becomes black, the one that becomes white
DEEP = "it has more than 8 bits a channel"  # why such a picture is converted
DEEP_MODES = {"I", "F", "I;16", "I;16B", "I;16L", "I;16N"}


def eight_bit(
    source: Path, image: "Image.Image", span: Span | None = None
) -> "tuple[Image.Image, Span]":
    """Deep pixels as 8 bit RGB, and the values that became black and white.

    Unless it is given, the range is the smallest of 8, 10, 12, 14, 16 bits that holds the brightest
    pixel, not the picture's own extremes: so pictures of one camera keep their brightness to each
    other, and a 12-bit camera's pictures do not turn black.

    Args:
        source: The file.
        image: The same, opened by Pillow.
        span: The value that becomes black and the one that becomes white.
    """
    from PIL import Image

    values = _values(source, image)
    low, high = span or _camera_span(values)
    scale = 255.0 / (high - low) if high > low else 0.0
    scaled = ((values - low) * scale).round().clip(0, 255).astype(np.uint8)
    converted = Image.fromarray(scaled).convert("RGB")
    converted.info["exif"] = image.info.get("exif", b"")
    return converted, (low, high)


def span_of(source: Path) -> Span:
    """The darkest and the brightest value of a picture.

    Raises:
        PictureError: It cannot be decoded.
    """
    from PIL import Image

    if not source.is_file():
        raise gone(source)
    with Image.open(source) as image:
        values = _values(source, image)
    return float(values.min()), float(values.max())


def gone(source: Path) -> PictureError:
    """What there is to say of an original that is not in the data set's folder any more."""
    return PictureError(
        f"The original {source.name} is gone from the data set's folder.",
        "Put the file back, or put the picture aside.",
    )


def _values(source: Path, image: "Image.Image") -> NDArray[np.float64]:
    is_grey = image.mode in DEEP_MODES
    values = np.asarray(image).astype(np.float64) if is_grey else _all_bits(source)
    return np.nan_to_num(values, nan=0.0, posinf=0.0, neginf=0.0)


def _camera_span(values: NDArray[np.float64]) -> Span:
    low = min(0.0, float(values.min()))
    peak = float(values.max()) - low
    depths = (2.0**bits - 1 for bits in (8, 10, 12, 14, 16))
    whole = 1.0 if peak <= 1 else next((depth for depth in depths if peak <= depth), peak)
    return low, low + whole


def _all_bits(source: Path) -> NDArray[np.float64]:
    """Colours with all their bits, shape (H, W) or (H, W, 3), RGB; Pillow would cut them to 8."""
    import cv2  # only in workers, and only for such pictures

    data = np.fromfile(source, dtype=np.uint8)
    values = cv2.imdecode(data, cv2.IMREAD_UNCHANGED)
    if values is None:
        raise PictureError(f"{source.name} cannot be decoded.", "Save it again as an 8-bit PNG.")
    return values[..., 2::-1].astype(np.float64) if values.ndim == 3 else values.astype(np.float64)
