"""Putting a picture into the store: the original untouched, what the trainer reads beside it."""

import os
import shutil
from pathlib import Path

from components.data.pictures import JPEG_END, PictureFacts, upright


def trainer_suffix(facts: PictureFacts, original: str) -> str:
    """The ending that the file for the trainer gets."""
    if facts.conversion in ("copy", "end"):
        ending = {"JPEG": ".jpg", "MPO": ".jpg", "TIFF": ".tif"}.get(facts.format)
        return ending or f".{facts.format.lower()}"
    if facts.conversion == "pixels":
        return ".jpg" if facts.format in ("HEIF", "HEIC", "JPEG", "MPO") else ".png"
    return original


def keep_original(source: Path, target: Path, *, may_link: bool) -> None:
    """Put the original's bytes at `target`, untouched; as a link only where nobody edits them."""
    target.parent.mkdir(parents=True, exist_ok=True)
    target.unlink(missing_ok=True)  # of a worker that was killed before it told anybody
    if may_link:
        try:
            os.link(source, target)
            return
        except OSError:  # another disk, or one without links
            pass
    shutil.copyfile(source, target)


def convert(source: Path, target: Path, facts: PictureFacts) -> None:
    """Write what the trainer reads in place of `source`.

    Raises:
        PictureError: The pixels cannot be decoded.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    if facts.conversion in ("copy", "end"):
        data = source.read_bytes()
        target.write_bytes(data + JPEG_END if facts.conversion == "end" else data)
        return
    image = upright(source)
    if target.suffix == ".jpg":
        image.save(target, "JPEG", quality=95, subsampling=0)
    else:
        image.save(target, "PNG", compress_level=3)
