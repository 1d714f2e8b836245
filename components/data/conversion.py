"""Putting a picture into the store: the original untouched, what the trainer reads beside it."""

import hashlib
import os
from io import FileIO
from pathlib import Path

from components.data.pictures import JPEG_END, PictureFacts, upright

_BLOCK = 1 << 20


def trainer_suffix(facts: PictureFacts, original: str) -> str:
    """The ending that the file for the trainer gets."""
    if facts.conversion in ("copy", "end"):
        ending = {"JPEG": ".jpg", "MPO": ".jpg", "TIFF": ".tif"}.get(facts.format)
        return ending or f".{facts.format.lower()}"
    if facts.conversion == "pixels":
        return ".jpg" if facts.format in ("HEIF", "HEIC", "JPEG", "MPO") else ".png"
    return original


def keep_original(source: Path, target: Path, *, may_link: bool) -> str:
    """Put the original's bytes at `target`, untouched; as a link only where nobody edits them.

    Returns:
        The SHA-256 of the bytes.
    """
    try:
        return _put(source, target, may_link)
    except FileNotFoundError:
        target.parent.mkdir(parents=True, exist_ok=True)
    except FileExistsError:  # of a worker that was killed before it told anybody
        target.unlink()
    return _put(source, target, may_link)


def _put(source: Path, target: Path, may_link: bool) -> str:
    if may_link:
        try:
            os.link(source, target)
            return digest_of(source)
        except (FileNotFoundError, FileExistsError):
            raise
        except OSError:  # another disk, or one without links
            pass
    digest = hashlib.sha256()
    with FileIO(os.fspath(source)) as read, target.open("xb") as written:
        while block := read.read(_BLOCK):
            digest.update(block)
            written.write(block)
    return digest.hexdigest()


def digest_of(path: Path) -> str:
    """SHA-256 of a file's bytes."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


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
