"""What the first bytes of a picture say is what Pillow says, or they say nothing."""

import io
import zlib

import pytest
from PIL import Image, PngImagePlugin

from components.data import pictures
from components.data.picture_head import read_head
from components.data.pictures import probe
from components.errors import PictureError


def saved(kind: str, mode: str = "RGB", size=(31, 17), **how) -> bytes:
    memory = io.BytesIO()
    Image.effect_noise(size, 60).convert(mode).save(memory, kind, **how)
    return memory.getvalue()


def turned(orientation: int) -> bytes:
    exif = Image.Exif()
    exif[274] = orientation
    exif[271] = "a maker"
    return exif.tobytes()


def text_chunks() -> PngImagePlugin.PngInfo:
    info = PngImagePlugin.PngInfo()
    info.add_text("Comment", "made by hand")
    info.add_itxt("Title", "é", zip=True)
    return info


def at_end(png: bytes, kind: bytes, body: bytes) -> bytes:
    """The PNG with one more chunk behind its pixels."""
    total = zlib.crc32(kind + body).to_bytes(4, "big")
    return png[:-12] + len(body).to_bytes(4, "big") + kind + body + total + png[-12:]


PLAIN = {
    "grey.jpg": saved("JPEG", "L"),
    "progressive.jpg": saved("JPEG", progressive=True, optimize=True),
    "comment.jpg": saved("JPEG", comment=b"hello", dpi=(72, 72)),
    "profile.jpg": saved("JPEG", icc_profile=b"x" * 70_000),
    "rgb.png": saved("PNG"), "grey.png": saved("PNG", "L"), "both.png": saved("PNG", "LA"),
    "clear.png": saved("PNG", "RGBA"), "text.png": saved("PNG", pnginfo=text_chunks(), dpi=(9, 9)),
    "large.png": saved("PNG", size=(400, 300)),
    "late.png": at_end(saved("PNG", size=(200, 150)), b"eXIf", turned(1)[6:]),
    **{f"turned{n}.jpg": saved("JPEG", exif=turned(n)) for n in range(1, 9)},
}  # fmt: skip
ODD = {
    "cmyk.jpg": saved("JPEG", "CMYK"), "palette.png": saved("PNG", "P"),
    "deep.png": saved("PNG", "I;16"), "bits.png": saved("PNG", "1"),
    "turned.png": at_end(saved("PNG", size=(200, 150)), b"eXIf", turned(6)[6:]),
    "cut.jpg": saved("JPEG")[:-20], "cut.png": saved("PNG")[:-20],
    "tail.jpg": saved("JPEG") + b"behind", "web.webp": saved("WEBP"), "plain.tif": saved("TIFF"),
    "xmp.jpg": saved("JPEG", xmp=b'<x tiff:Orientation="6"/>'), "jpeg.tif": saved("JPEG"),
    "moving.png": saved("PNG", save_all=True, append_images=[Image.new("RGB", (31, 17))]),
    "frame.jpg": saved("JPEG").replace(b"\xff\xc0", b"\xff\xc3"), "none.jpg": b"\xff\xd8\xff\xd9",
}  # fmt: skip


def both(path, monkeypatch):
    """What `probe` says with and without the short way."""
    said = []
    for reader in (read_head, lambda *_: None):
        monkeypatch.setattr(pictures, "read_head", reader)
        try:
            said.append(probe(path))
        except PictureError as error:
            said.append(str(error))
    return said


@pytest.mark.parametrize("name", [*PLAIN, *ODD])
def test_the_short_way_says_what_pillow_says(name, tmp_path, monkeypatch):
    (tmp_path / name).write_bytes((PLAIN | ODD)[name])
    quick, slow = both(tmp_path / name, monkeypatch)
    assert quick == slow


@pytest.mark.parametrize("name", PLAIN)
def test_plain_pictures_need_no_pillow(name, tmp_path):
    (tmp_path / name).write_bytes(PLAIN[name])
    with (tmp_path / name).open("rb", buffering=0) as file:
        assert read_head(file, len(PLAIN[name])) is not None


@pytest.mark.parametrize("name", ["comment.jpg", "turned6.jpg", "text.png", "late.png"])
def test_any_cut_and_any_wrong_byte_is_no_crash(name, tmp_path, monkeypatch):
    data = PLAIN[name]
    path = tmp_path / name
    for at in range(0, min(len(data), 900), 60):
        path.write_bytes(data[:at])
        quick, slow = both(path, monkeypatch)
        assert isinstance(quick, str)
        assert isinstance(slow, str)
        path.write_bytes(data[:at] + bytes([data[at] ^ 0xFF]) + data[at + 1 :])
        with path.open("rb", buffering=0) as file:
            read_head(file, len(data))
