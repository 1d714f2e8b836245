"""Pictures with more than 8 bits a channel, as microscopes and X-ray detectors write them."""

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from components.errors import PictureError

if TYPE_CHECKING:
    from PIL import Image

DEEP_MODES = {"I", "F", "I;16", "I;16B", "I;16L", "I;16N"}


def eight_bit(source: Path, image: "Image.Image") -> "Image.Image":
    """Deep pixels as 8 bit RGB.

    The range is the smallest of 8, 10, 12, 14, 16 bits that holds the brightest pixel, not the
    picture's own extremes: so pictures of one camera keep their brightness to each other, and a
    12-bit camera's pictures do not turn black.
    """
    from PIL import Image

    is_grey = image.mode in DEEP_MODES
    values = np.asarray(image).astype(np.float64) if is_grey else _all_bits(source)
    values = np.nan_to_num(values, nan=0.0, posinf=0.0, neginf=0.0)
    low = min(0.0, float(values.min()))
    peak = float(values.max()) - low
    depths = (2.0**bits - 1 for bits in (8, 10, 12, 14, 16))
    whole = 1.0 if peak <= 1 else next((depth for depth in depths if peak <= depth), peak)
    scaled = ((values - low) * (255.0 / whole)).round().clip(0, 255).astype(np.uint8)
    converted = Image.fromarray(scaled).convert("RGB")
    converted.info["exif"] = image.info.get("exif", b"")
    return converted


def _all_bits(source: Path) -> NDArray[np.float64]:
    """Colours with all their bits, shape (H, W) or (H, W, 3), RGB; Pillow would cut them to 8."""
    import cv2  # only in workers, and only for such pictures

    data = np.fromfile(source, dtype=np.uint8)
    values = cv2.imdecode(data, cv2.IMREAD_UNCHANGED)
    if values is None:
        raise PictureError(f"{source.name} cannot be decoded.", "Save it again as an 8-bit PNG.")
    return values[..., 2::-1].astype(np.float64) if values.ndim == 3 else values.astype(np.float64)
