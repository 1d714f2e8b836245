"""Picture files: what one is, whether the trainer can read it, and its thumbnail.

An original is never re-encoded. What the trainer cannot read is converted once, beside it.
Sizes are those after EXIF orientation, since that is how a picture is shown and trained.
"""

import os
from io import FileIO
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, NamedTuple

from components.data.depth import DEEP, DEEP_MODES, eight_bit
from components.data.picture_head import Head, read_head
from components.errors import PictureError

if TYPE_CHECKING:
    from PIL import Image

MOST_PIXELS = 400_000_000  # 1.2 GB once decoded; our own choice
LEAST_SIDE = 10  # Ultralytics leaves out pictures with a side below 10 pixels (check_image)
THUMBNAIL_SIDE = 240  # pixels of the longer side, at least
_ORIENTATION = 274  # EXIF tag
_TURNED = {5, 6, 7, 8}  # orientations that swap width and height
# Endings under which Ultralytics looks for pictures and formats that it then reads rightly.
_TRAINER_SUFFIXES = {".jpg", ".jpeg", ".png", ".webp", ".bmp", ".tif", ".tiff", ".avif", ".mpo"}
_TRAINER_FORMATS = {"JPEG", "MPO", "PNG", "WEBP", "BMP", "TIFF", "AVIF"}
JPEG_END = b"\xff\xd9"


class PictureFacts(NamedTuple):
    """What a picture file is.

    Attributes:
        width: Pixels, after EXIF orientation.
        height: Pixels, after EXIF orientation.
        mode: Pillow's mode ("RGB", "CMYK", "I;16" ...).
        format: Pillow's name of the format ("JPEG").
        frames: Pictures in the file; an animation has several.
        orientation: EXIF orientation, 1 (upright) to 8.
        conversion: What the trainer needs: "" (nothing), "copy" (the same bytes under another
            ending), "end" (the same bytes and an end mark behind a foreign tail) or "pixels".
        why: Why it is converted, part of a sentence; empty when it is not.
    """

    width: int
    height: int
    mode: str
    format: str
    frames: int = 1
    orientation: int = 1
    conversion: str = ""
    why: str = ""

    @property
    def needs_conversion(self) -> bool:
        """Whether the trainer gets another file than the original."""
        return bool(self.conversion)

    @property
    def is_small(self) -> bool:
        """Whether the trainer would leave it out."""
        return min(self.width, self.height) < LEAST_SIDE


def probe(path: Path, name: str = "") -> PictureFacts:
    """What a picture file is, from its head and its tail; pixels only where those say nothing.

    Args:
        path: The file.
        name: What to call it; the file's name otherwise.

    Raises:
        PictureError: It is empty, cut off, too large or no picture.
    """
    name = name or path.name
    try:
        with FileIO(os.fspath(path)) as raw:  # twice as quick to open as a path, and enough
            size = os.fstat(raw.fileno()).st_size
            plain = read_head(raw, size) if size else None
        if size == 0:
            raise _unreadable(name, "is empty: it has 0 bytes")
        if plain is not None and (facts := plain_facts(plain, path)) is not None:
            return facts
        with path.open("rb") as file, _opened(file) as image:
            if image.width * image.height > MOST_PIXELS:
                raise _unreadable(name, f"has {image.width:,} × {image.height:,} pixels, too many")
            whole = _is_whole(file, image, size)
            return _facts(image, path, deep=_is_deep(file, image), has_end=whole)
    except PictureError:
        raise
    except Exception as error:  # Pillow's readers raise whatever a broken file makes them
        raise _unreadable(name, _reason(error)) from error


def plain_facts(head: Head, path: Path) -> PictureFacts | None:
    """The facts of a picture that the trainer reads as it is; None when Pillow must look."""
    width, height, turn = head.width, head.height, head.orientation
    suffix = os.path.splitext(path.name)[1].lower()  # noqa: PTH122 - quicker, for every picture
    is_untouched = turn == 1 or (head.format == "JPEG" and turn not in (5, 7))
    is_fitting = suffix in _TRAINER_SUFFIXES and suffix not in (".tif", ".tiff")
    if not (is_untouched and is_fitting) or width * height > MOST_PIXELS:
        return None
    if turn in _TURNED:
        width, height = height, width
    return PictureFacts(width, height, head.mode, head.format, 1, turn)


def _unreadable(name: str, what: str) -> PictureError:
    return PictureError(f"{name} {what}.", "Open it in a picture program and save it again.")


def _reason(error: Exception) -> str:
    from PIL import UnidentifiedImageError

    if isinstance(error, UnidentifiedImageError):
        return "is not a picture, whatever its name says"
    if isinstance(error, FileNotFoundError):
        return "is not there any more"
    said = str(error).lower()
    if "truncated" in said or "not enough" in said or isinstance(error, EOFError):
        return "is cut off: a part of the picture is missing"
    return f"cannot be read as a picture ({type(error).__name__})"


def _opened(file: BinaryIO) -> "Image.Image":
    """The picture, not decoded yet. Our own limit stands in for Pillow's, which only warns."""
    from PIL import Image, UnidentifiedImageError

    Image.MAX_IMAGE_PIXELS = None
    try:
        return Image.open(file)
    except UnidentifiedImageError:
        import pi_heif

        file.seek(0)
        if file.read(12)[4:8] != b"ftyp":
            raise
        pi_heif.register_heif_opener()  # its import takes most of a second: only when needed
        file.seek(0)
        return Image.open(file)


def _is_whole(file: BinaryIO, image: "Image.Image", size: int) -> bool:
    """Whether the file ends as its format says; decodes it where the end does not tell.

    Returns:
        False for a whole JPEG with something else behind its end mark.
    """
    match image.format:
        case "JPEG" | "MPO":
            file.seek(max(0, size - 2))
            if file.read(2) == JPEG_END:
                return True
        case "PNG":
            file.seek(max(0, size - 12))
            if b"IEND" in file.read(12):
                return True
        case "WEBP":
            file.seek(4)
            if int.from_bytes(file.read(4), "little") + 8 <= size:
                return True
    file.seek(0)
    image.load()
    return image.format not in ("JPEG", "MPO")


def _is_deep(file: BinaryIO, image: "Image.Image") -> bool:
    """Whether it has more than 8 bits a channel. Pillow hides that for coloured PNG and TIFF."""
    if image.mode in DEEP_MODES:
        return True
    if image.format == "PNG":
        file.seek(24)
        return file.read(1) == b"\x10"
    if image.format == "TIFF":
        bits = getattr(image, "tag_v2", {}).get(258, 8)
        return bool(max(bits if isinstance(bits, tuple) else (bits,)) > 8)
    return False


def _facts(image: "Image.Image", path: Path, *, deep: bool, has_end: bool) -> PictureFacts:
    kind = str(image.format)
    frames = 1 if kind in ("JPEG", "MPO") else int(getattr(image, "n_frames", 1))
    orientation = _orientation(image)
    width, height = image.size
    if orientation in _TURNED:
        width, height = height, width
    conversion, why = _conversion(image, path.suffix.lower(), frames, orientation, deep, has_end)
    return PictureFacts(width, height, image.mode, kind, frames, orientation, conversion, why)


def _orientation(image: "Image.Image") -> int:
    try:
        value = image.getexif().get(_ORIENTATION, 1)
    except Exception:  # EXIF is a dialect of TIFF and as often broken; then it says nothing
        return 1
    return value if isinstance(value, int) and 1 <= value <= 8 else 1


def _conversion(
    image: "Image.Image", suffix: str, frames: int, orientation: int, deep: bool, has_end: bool
) -> tuple[str, str]:
    is_jpeg = image.format in ("JPEG", "MPO")
    reasons = (
        (deep, DEEP),
        (image.format not in _TRAINER_FORMATS, f"the trainer does not read {image.format}"),
        (frames > 1, f"it holds {frames} pictures, of which the first is used"),
        (image.mode in ("CMYK", "YCbCr", "LAB"), f"its colours are {image.mode}"),
        (
            image.format == "TIFF" and _is_unlike_others(image),
            "the trainer sees a TIFF of few bits or with see-through parts otherwise",
        ),
        (
            orientation != 1 and (not is_jpeg or orientation in (5, 7)),
            "it is turned by a mark that the trainer does not read",
        ),
    )
    for holds, why in reasons:
        if holds:
            return "pixels", why
    if not has_end and image.format == "JPEG":
        return "end", "something else stands behind its end mark"
    if suffix not in _TRAINER_SUFFIXES:
        return "copy", f"the trainer does not look for files that end in {suffix or 'nothing'}"
    if suffix in (".tif", ".tiff") and image.format != "TIFF":
        return "copy", f"it is {image.format} under the name of a TIFF"
    return "", ""


def _is_unlike_others(image: "Image.Image") -> bool:
    """Whether OpenCV cannot read a TIFF (grey of 2 or 4 bits) or mixes its colours with black."""
    bits = getattr(image, "tag_v2", {}).get(258, 8)
    if image.mode == "L" and bits in (2, 4, (2,), (4,)):
        return True
    return image.mode == "RGBA" and image.getchannel("A").getextrema()[0] != 255


def upright(source: Path, *, near_side: int | None = None) -> "Image.Image":
    """The picture as it is meant to be seen: RGB, 8 bit, first frame, EXIF orientation applied.

    Args:
        source: Any file that `probe` accepts.
        near_side: When given, a JPEG may be decoded coarser, down to this side in pixels.

    Raises:
        PictureError: The pixels cannot be decoded.
    """
    from PIL import ImageOps

    try:
        with source.open("rb") as file, _opened(file) as image:
            if near_side is not None:
                share = near_side / max(image.size)  # both sides: the shorter may be below it
                wanted = (max(1, int(image.width * share)), max(1, int(image.height * share)))
                image.draft("RGB", wanted)
            if _is_deep(file, image):
                return ImageOps.exif_transpose(eight_bit(source, image)[0])
            file.seek(0)
            return ImageOps.exif_transpose(image).convert("RGB")
    except Exception as error:
        raise undecodable(source.name, error) from error


def undecodable(name: str, error: Exception) -> PictureError:
    """What there is to say of a picture that a decoder gave up."""
    return _unreadable(name, _reason(error))


def size_of(path: Path, name: str) -> tuple[int, int] | None:
    """Width and height of a picture, upright, pixels; None when it cannot be read."""
    try:
        facts = probe(path, name)
    except PictureError:
        return None
    return facts.width, facts.height


def make_thumbnail(source: Path, target: Path) -> None:
    """A small JPEG of the upright picture, for galleries.

    Raises:
        PictureError: The pixels cannot be decoded.
    """
    image = small(upright(source, near_side=THUMBNAIL_SIDE))
    target.parent.mkdir(parents=True, exist_ok=True)
    image.save(target, "JPEG", quality=82)


def small(image: "Image.Image") -> "Image.Image":
    """The picture, its longer side from `THUMBNAIL_SIDE` to below twice that; or as small as it is.

    Shrunk by a whole number: resampling to one size took longer than decoding and saving together.
    """
    by = max(image.size) // THUMBNAIL_SIDE
    return image.reduce(by) if by > 1 else image
