"""What an ordinary picture says in its first bytes, read without a decoder.

Pillow builds an object with all tables of a JPEG to tell its size, and decodes a PNG to look for
EXIF behind the pixels. Most of a set are plain pictures, of which a few hundred bytes say it all.
Whatever is not quite plain gives None: then Pillow is asked, and its word counts.

Source: ITU-T T.81 (JPEG), annex B; CIPA DC-008 (Exif 2.32), 4.6; PNG third edition, 5 and 11.
"""

import zlib
from io import BytesIO, FileIO
from typing import NamedTuple

HEAD_BYTES = 16_384  # holds all markers before the pixels, but for embedded previews
_MOST_HEAD = 262_144
# Tables, restart interval, comment, application data: nothing of theirs is told here.
_PLAIN_SEGMENTS = {0xC4, 0xDB, 0xDD, 0xFE, *range(0xE0, 0xF0)}
_JPEG_MODES = {1: "L", 3: "RGB"}
_PNG_MODES = {b"\x08\x00": "L", b"\x08\x02": "RGB", b"\x08\x04": "LA", b"\x08\x06": "RGBA"}
_PLAIN_CHUNKS = {  # those that cannot change what is told here
    b"PLTE", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"pHYs", b"tIME", b"bKGD", b"sBIT", b"hIST",
}  # fmt: skip
_MOST_CHUNKS = 20_000
_ORIENTATION = 274  # EXIF tag


class Head(NamedTuple):
    """What the first bytes say: Pillow's names, size as stored, EXIF orientation."""

    format: str
    mode: str
    width: int
    height: int
    orientation: int


def read_head(file: FileIO | BytesIO, size: int) -> Head | None:
    """The head of a whole, plain JPEG or PNG; None for all else.

    Args:
        file: Open at its start, without a buffer.
        size: Bytes of the file.
    """
    data = file.read(HEAD_BYTES) or b""
    if data[:3] == b"\xff\xd8\xff":
        if _tail(file, data, size, 2) != b"\xff\xd9":
            return None
        if size > len(data) and b"\xff\xda" not in data:
            file.seek(0)
            data = file.read(_MOST_HEAD) or b""
        return _jpeg(data)
    if data[:8] == b"\x89PNG\r\n\x1a\n":
        return _png(file, data, size)
    return None


def _tail(file: FileIO | BytesIO, data: bytes, size: int, length: int) -> bytes:
    if size <= len(data):
        return data[size - length : size]
    file.seek(size - length)
    return file.read(length) or b""


def _jpeg(data: bytes) -> Head | None:
    """Walks the segments up to the pixels."""
    at = 2
    frame: bytes | None = None
    orientations: list[int | None] = []
    end = len(data) - 4
    while at < end and data[at] == 0xFF:
        marker, length = data[at + 1], (data[at + 2] << 8) | data[at + 3]
        body = data[at + 4 : at + 2 + length]
        at += 2 + length
        if marker == 0xDA:
            return _whole(frame, orientations)
        if marker == 0xE1:
            orientations.append(_app1(body))
        elif 0xC0 <= marker <= 0xC2 and frame is None:
            frame = body
        elif marker not in _PLAIN_SEGMENTS or (marker == 0xE2 and body[:4] == b"MPF\0"):
            return None
    return None


def _whole(frame: bytes | None, orientations: list[int | None]) -> Head | None:
    """The head that a start of frame and the EXIF segments make together."""
    said = [each for each in orientations if each != 0]
    if frame is None or len(frame) < 6 or frame[0] != 8 or len(said) > 1 or None in said:
        return None
    height, width, mode = frame[1] << 8 | frame[2], frame[3] << 8 | frame[4], frame[5]
    if mode not in _JPEG_MODES or len(frame) != 6 + 3 * mode or not (width and height):
        return None
    return Head("JPEG", _JPEG_MODES[mode], width, height, (said[0] or 1) if said else 1)


def _app1(body: bytes) -> int | None:
    """Orientation of an EXIF segment, 0 of one that says nothing of it; None for the unusual."""
    if body[:6] == b"Exif\0\0":
        return exif_orientation(body[6:])
    return None if b"rientation" in body else 0


def exif_orientation(tiff: bytes) -> int | None:
    """The orientation that EXIF's first directory gives, 1 to 8; None where that is unclear."""
    order = {b"II*\0": "little", b"MM\0*": "big"}.get(tiff[:4])
    if order is None:
        return None

    def number(at: int, size: int) -> int:
        return int.from_bytes(tiff[at : at + size], "big" if order == "big" else "little")

    start = number(4, 4)
    count = number(start, 2)
    if start < 8 or start + 2 + 12 * count > len(tiff):
        return None
    for at in range(start + 2, start + 2 + 12 * count, 12):
        if number(at, 2) == _ORIENTATION:
            value = number(at + 8, 2)
            is_plain = number(at + 2, 2) == 3 and number(at + 4, 4) == 1 and 1 <= value <= 8
            return value if is_plain else None
    return 1


def _png(file: FileIO | BytesIO, data: bytes, size: int) -> Head | None:
    """Walks the chunks to the end: EXIF may stand behind the pixels."""
    mode = _PNG_MODES.get(data[24:26])
    width, height = int.from_bytes(data[16:20], "big"), int.from_bytes(data[20:24], "big")
    is_sound = data[8:16] == b"\0\0\0\rIHDR" and zlib.crc32(data[12:29]) == int.from_bytes(
        data[29:33], "big"
    )
    if mode is None or not is_sound or not (width and height):
        return None
    at, orientation = 33, 1
    for _ in range(_MOST_CHUNKS):
        head = _piece(file, data, at, 8)
        length, kind = int.from_bytes(head[:4], "big"), head[4:]
        if at + 12 + length > size:
            return None
        if kind == b"IEND":
            return Head("PNG", mode, width, height, orientation)
        if kind == b"eXIf":
            found = exif_orientation(_piece(file, data, at + 8, length))
            if found is None:
                return None
            orientation = found
        elif kind != b"IDAT" and not _is_sound_chunk(file, data, at, length, kind):
            return None
        at += 12 + length
    return None


def _is_sound_chunk(file: FileIO | BytesIO, data: bytes, at: int, length: int, kind: bytes) -> bool:
    """Whether a chunk says nothing that matters here, and its sum is right."""
    if kind == b"iCCP" or (kind in (b"tEXt", b"zTXt", b"iTXt") and length < HEAD_BYTES):
        word = _piece(file, data, at + 8, min(length, 22))
        if word.startswith((b"Raw profile", b"XML:com")):
            return False
    elif kind not in _PLAIN_CHUNKS or length > 4096:
        return False
    whole = _piece(file, data, at + 4, length + 8)
    return zlib.crc32(whole[:-4]) == int.from_bytes(whole[-4:], "big")


def _piece(file: FileIO | BytesIO, data: bytes, at: int, length: int) -> bytes:
    if at + length <= len(data):
        return data[at : at + length]
    file.seek(at)
    return file.read(length) or b""
