"""Pictures and names that are broken or mean harm."""

import io
import os
import random
import struct
import zlib
from pathlib import Path

from PIL import Image

from tests.data.drawn_sets import picture_bytes
from tests.hostile.case import CASES, SIZE, YOLO_ROW, Case, case, good_yolo, put


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png_saying(width: int, height: int, packed: bytes = b"") -> bytes:
    """A PNG that claims to be this large."""
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = _chunk(b"IDAT", packed or zlib.compress(b"\x00" * 100))
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", head) + body + _chunk(b"IEND", b"")


def _bomb() -> bytes:
    """20,000 x 19,000 black pixels in a megabyte: within the limit, so it must come in or be
    told, in bounded memory."""
    packer = zlib.compressobj(9)
    row = b"\x00" * (1 + 19_000)
    data = b"".join(packer.compress(row) for _ in range(20_000)) + packer.flush()
    head = struct.pack(">IIBBBBB", 19_000, 20_000, 8, 0, 0, 0, 0)
    return (b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", head) + _chunk(b"IDAT", data)
            + _chunk(b"IEND", b""))  # fmt: skip


def _text_bomb() -> bytes:
    whole = picture_bytes(SIZE, "PNG")
    note = _chunk(b"zTXt", b"k\x00\x00" + zlib.compress(b"a" * 80_000_000, 9))
    return whole[:33] + note + whole[33:]


def _gif(frames: int) -> bytes:
    memory = io.BytesIO()
    first, *others = [Image.new("P", (64, 64), n % 256) for n in range(frames)]
    first.save(memory, "GIF", save_all=True, append_images=others)
    return memory.getvalue()


def _tiff_loop() -> bytes:
    """A TIFF whose list of pages leads back to its own start."""
    whole = bytearray(picture_bytes(SIZE, "TIFF"))
    (at,) = struct.unpack_from("<I", whole, 4)
    (entries,) = struct.unpack_from("<H", whole, at)
    struct.pack_into("<I", whole, at + 2 + 12 * entries, at)
    return bytes(whole)


def _exif(data: bytes) -> bytes:
    whole = picture_bytes(SIZE)
    return whole[:2] + b"\xff\xe1" + struct.pack(">H", len(data) + 8) + b"Exif\x00\x00" + data \
        + whole[2:]  # fmt: skip


JPEG, PNG = picture_bytes(SIZE), picture_bytes(SIZE, "PNG")
SVG = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"
PICTURES = {
    "empty": ("bad.jpg", b""), "one byte": ("bad.jpg", b"\xff"), "text": ("bad.png", b"hello"),
    "half a JPEG": ("bad.jpg", JPEG[: len(JPEG) // 2]), "half a PNG": ("bad.png", PNG[:60]),
    "head of a JPEG": ("bad.jpg", JPEG[:4]), "head of a PNG": ("bad.png", PNG[:8]),
    "a script": ("bad.jpg", b"#!/bin/sh\ntouch owned\n"), "SVG": ("bad.png", SVG),
    "an executable": ("bad.jpg", b"MZ" + bytes(5000)), "HTML": ("bad.jpg", b"<html><script>"),
    "PNG of 2^31 x 2^31": ("bad.png", png_saying(2**31 - 1, 2**31 - 1)),
    "PNG of 100,000 x 100,000": ("bad.png", png_saying(100_000, 100_000)),
    "PNG of no width": ("bad.png", png_saying(0, 10)),
    "PNG with a text of 80 MB": ("bad.png", _text_bomb()),
    "PNG with pixels of rubbish": ("bad.png", png_saying(50, 50, b"rubbish!" * 9)),
    "TIFF in a loop": ("bad.tif", _tiff_loop()),
    "TIFF head": ("bad.tif", b"II*\x00\xff\xff\xff\xff"),
    "BMP of minus sizes": ("bad.bmp", b"BM" + struct.pack("<IHHIIiiHHIIiiII", 54, 0, 0, 54, 40,
                           -(2**31), -(2**31), 1, 24, 0, 0, 0, 0, 0, 0)),
    "PostScript": ("bad.png", b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n(x) run\n"),
    "HEIC of rubbish": ("bad.heic", b"\x00\x00\x00\x18ftypheic" + bytes(200)),
    "AVIF of rubbish": ("bad.avif", b"\x00\x00\x00\x18ftypavif" + bytes(200)),
    "WebP of rubbish": ("bad.webp", b"RIFF\xff\xff\xff\xffWEBPVP8 " + bytes(100)),
    "a zip under the name of a picture": ("bad.jpg", b"PK\x03\x04" + bytes(100)),
    "a pickle": ("bad.png", b"\x80\x04cos\nsystem\n(S'touch owned'\ntR."),
    "ICO of rubbish": ("bad.png", b"\x00\x00\x01\x00\xff\xff" + bytes(64)),
    "PNG cut before its end": ("bad.png", picture_bytes((300, 200), "PNG")[:-30]),
}  # fmt: skip
FINE = {
    "EXIF of rubbish": ("fine.jpg", _exif(bytes(range(256)) * 4)),
    "EXIF in a loop": ("fine.jpg", _exif(b"MM\x00*\x00\x00\x00\x08\x00\x01\x01\x12\xff\xff\xff\xff"
                                         b"\x00\x00\x00\x00\x00\x00\x00\x08")),
    "something behind its end": ("fine.jpg", JPEG + b"<?php system('x'); ?>" * 99),
    "GIF of 400 pictures": ("fine.gif", _gif(400)),
    "1 x 1": ("fine.png", picture_bytes((1, 1), "PNG")),
    "1 x 60,000": ("fine.png", picture_bytes((1, 60_000), "PNG")),
    "380 million pixels in a megabyte": ("bad.png", _bomb),
}  # fmt: skip


def _add(name: str, file: str, data, told: str) -> None:
    def build(folder: Path) -> None:
        good_yolo(folder)
        put(folder, f"images/{file}", data() if callable(data) else data)
        put(folder, f"labels/{Path(file).stem}.txt", YOLO_ROW)

    CASES.append(Case(f"picture: {name}", build, told))


for _name, (_file, _data) in PICTURES.items():
    _add(_name, _file, _data, "" if _name == "TIFF in a loop" else _file)  # one page is whole
for _name, (_file, _data) in FINE.items():
    _add(_name, _file, _data, "")


def _damaged(kind: str, seed: int) -> bytes:
    dice, data = random.Random(seed), bytearray(picture_bytes((60, 40), kind))
    for _ in range(dice.randint(1, 8)):
        at = dice.randrange(len(data))
        data[at : at + dice.randint(1, 30)] = dice.randbytes(dice.randint(0, 30))
    return bytes(data)


for _kind in ("JPEG", "PNG", "WEBP", "BMP", "TIFF", "GIF"):
    for _seed in range(5):
        _add(f"damaged {_kind} {_seed}", f"hurt.{_kind.lower()}", _damaged(_kind, _seed), "")

NAMES = {
    "markup": "<img src=x onerror=alert(1)>.jpg", "quotes": "'; DROP TABLE pictures;--.jpg",
    "formula": "=cmd|'calc'!A0.jpg", "line end": "a\nb.jpg", "a device": "con.jpg",
    "another device": "LPT1.jpg", "dots at the end": "a. . ..jpg", "right to left": "\u202egpj.jpg",
    "long": "x" * 240 + ".jpg", "blank": " .jpg", "percent": "%2e%2e%2fetc.jpg",
    "braces": "{{7*7}}${x}.jpg", "control letters": "\x01\x1b[31m.jpg", "emoji": "🐕" * 50 + ".jpg",
    "combined letters": "e" + "\u0301" * 100 + ".jpg", "stars": "*?|.jpg", "backslash": "a\\b.jpg",
    "option": "--help.jpg", "tilde": "~root.jpg", "dollar": "$(touch owned).jpg",
}  # fmt: skip
for _name, _file in NAMES.items():

    def _odd_name(folder: Path, file: str = _file) -> None:
        good_yolo(folder)
        put(folder / "images", file, picture_bytes(SIZE))
        put(folder / "labels", file[:-4] + ".txt", YOLO_ROW)

    CASES.append(Case(f"name: {_name}", _odd_name))


@case("name: not UTF-8")
def _(folder: Path) -> None:
    good_yolo(folder)
    path = os.path.join(os.fsencode(folder), b"images", b"\xff\xfe\x80.jpg")  # noqa: PTH118
    with open(path, "wb") as file:  # noqa: PTH123 - a name that is no text
        file.write(picture_bytes(SIZE))


@case("folder: 100 deep")
def _(folder: Path) -> None:
    good_yolo(folder)
    put(folder, "/".join(["d"] * 100) + "/deep.jpg", picture_bytes(SIZE))


@case("folder: a link to itself")
def _(folder: Path) -> None:
    good_yolo(folder)
    (folder / "again").symlink_to(folder, target_is_directory=True)


@case("folder: a link that leads nowhere", "nowhere.jpg")
def _(folder: Path) -> None:
    good_yolo(folder)
    (folder / "images" / "nowhere.jpg").symlink_to(folder / "gone.jpg")


@case("folder: a pipe under the name of a picture", "pipe.jpg")
def _(folder: Path) -> None:
    good_yolo(folder)
    os.mkfifo(folder / "images" / "pipe.jpg")


@case("folder: a pipe under the name of a label", "good.txt")
def _(folder: Path) -> None:
    good_yolo(folder)
    os.mkfifo(folder / "good.txt")


@case("folder: a folder under the name of a picture")
def _(folder: Path) -> None:
    good_yolo(folder)
    (folder / "images" / "folder.jpg").mkdir()


@case("folder: nothing in it", comes=False)
def _(folder: Path) -> None:
    put(folder, "readme.md", "nothing")


@case("folder: broken pictures only", "bad.jpg", comes=False)
def _(folder: Path) -> None:
    put(folder, "bad.jpg", b"no picture")


@case("folder: names that differ by case only")
def _(folder: Path) -> None:
    good_yolo(folder)
    for name in ("A.jpg", "a.JPG", "a.jpg"):
        put(folder / "images", name, picture_bytes(SIZE))
