"""Plain pictures put into the store by one look at the file: copied, summed, made small.

Nearly all pictures are JPEG or PNG that the trainer reads as they are. What is not plain gives
None, and goes the long way (`conversion`, `pictures`).
"""

import hashlib
import os
from collections.abc import Callable
from functools import partial
from io import BytesIO, FileIO
from pathlib import Path
from typing import TYPE_CHECKING

from components.data.picture_head import Head, read_head
from components.data.pictures import THUMBNAIL_SIDE, plain_facts, small, undecodable

if TYPE_CHECKING:
    from PIL import Image

Deeds = list[Callable[[], None]]
_SMALL = 256 << 10  # bytes of a file that takes longer to be made than to be written
MOST_BYTES = 32 << 20  # of a file that is held whole; there are as many at a time as threads
MOST_PIXELS = 50_000_000  # of a picture: more may lie in a small file, and take memory when decoded
_SCALES = (8, 4, 2)  # by which a JPEG can be decoded coarser
_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)


def keep_plain(
    source: Path, original: Path | None, thumbnail: Path, *, may_link: bool = False,
    later: Deeds | None = None,
) -> str | None:  # fmt: skip
    """Put a plain picture at `original`, untouched, and a small one at `thumbnail`.

    Args:
        source: Where it lies.
        original: Where it goes; what a killed worker left there is written anew. None for one
            that stays where it is.
        thumbnail: Where the small one goes.
        may_link: Whether nobody edits the source, so that a link will do for a copy.
        later: Given, small files are not written here; what writes them is added to it.

    Returns:
        The SHA-256 of its bytes; None for one that is not plain.

    Raises:
        PictureError: Its pixels cannot be decoded.
    """
    data = _whole(source)
    head = read_head(BytesIO(data), len(data)) if data else None
    if data is None or head is None or head.width * head.height > MOST_PIXELS:
        return None
    if plain_facts(head, source) is None:
        return None
    do = _at_once if later is None or len(data) > _SMALL else later.append
    if original is not None:
        do(partial(_copy, source if may_link else None, original, data))
    try:
        do(partial(_write, thumbnail, thumbnail_of(data, head)))
    except (ValueError, OSError, SyntaxError) as error:
        if isinstance(error, OSError) and error.errno is not None:
            raise  # the disk's, not the picture's
        raise undecodable(source.name, error) from error
    return hashlib.sha256(data).hexdigest()


def thumbnail_of(data: bytes, head: Head) -> bytes:
    """A small upright JPEG of a plain picture.

    Raises:
        ValueError: The pixels end too early or make no sense.
        OSError: Likewise, without a number.
    """
    image = _turned(small(_decoded(data, head)), head.orientation)
    made = BytesIO()
    image.save(made, "JPEG", quality=82)
    return made.getvalue()


def _decoded(data: bytes, head: Head) -> "Image.Image":
    """The pixels, a JPEG's no finer than a thumbnail needs."""
    from PIL import Image

    if head.format != "JPEG":
        with Image.open(BytesIO(data), formats=(head.format,)) as image:
            return image.convert("RGB")
    # All that Pillow would read from the head stands in `head`; the decoder reads it by itself.
    share = THUMBNAIL_SIDE / max(head.width, head.height)
    wanted = max(1, int(head.width * share)), max(1, int(head.height * share))
    coarser = min(head.width // wanted[0], head.height // wanted[1])
    scale = next((scale for scale in _SCALES if coarser >= scale), 1)
    size = (head.width + scale - 1) // scale, (head.height + scale - 1) // scale
    return Image.frombytes(head.mode, size, data, "jpeg", head.mode, "", scale, 0).convert("RGB")


def _turned(image: "Image.Image", orientation: int) -> "Image.Image":
    """The picture upright, by its EXIF orientation."""
    from PIL import Image

    turns = Image.Transpose
    way = {
        2: turns.FLIP_LEFT_RIGHT, 3: turns.ROTATE_180, 4: turns.FLIP_TOP_BOTTOM,
        5: turns.TRANSPOSE, 6: turns.ROTATE_270, 7: turns.TRANSVERSE, 8: turns.ROTATE_90,
    }.get(orientation)  # fmt: skip
    return image if way is None else image.transpose(way)


def _whole(source: Path) -> bytes | None:
    """A file's bytes; None for one that is too large to be held, or not there."""
    try:
        with FileIO(os.fspath(source)) as file:
            size = os.fstat(file.fileno()).st_size
            data = file.read(size) if 0 < size <= MOST_BYTES else None
            return data if data and len(data) == size else None
    except OSError:
        return None  # the long way has the words for it


def _at_once(deed: Callable[[], None]) -> None:
    """Do it here."""
    deed()


def _copy(linked: Path | None, target: Path, data: bytes) -> None:
    """Write a picture's bytes, or link the file that holds them."""
    if linked is None or not _linked(linked, target):
        _write(target, data)


def _linked(source: Path, target: Path) -> bool:
    try:
        _anew(target, lambda: os.link(source, target))
    except OSError:  # another disk, or one without links
        return False
    return True


def _write(target: Path, data: bytes) -> None:
    def write() -> None:
        handle = os.open(target, _NEW, 0o666)
        with FileIO(handle, "w") as file:
            rest = memoryview(data)
            while rest:
                rest = rest[file.write(rest) or 0 :]

    _anew(target, write)


def _anew(target: Path, make: Callable[[], None]) -> None:
    """Make a file; its folder first where it is missing, and in place of one that is there."""
    for _ in range(2):
        try:
            make()
            return
        except FileNotFoundError:
            target.parent.mkdir(parents=True, exist_ok=True)
        except FileExistsError:  # of a worker that was killed before it told anybody
            target.unlink()
    make()
