"""Archives that are broken or mean harm. The good picture lies in the archive where it can."""

import io
import random
import stat
import struct
import zipfile
from pathlib import Path

from tests.data.drawn_sets import picture_bytes
from tests.hostile.case import CASES, SIZE, YOLO_ROW, Case, case, good_yolo, put


def _good(archive: zipfile.ZipFile) -> None:
    archive.writestr("images/good.jpg", picture_bytes(SIZE))
    archive.writestr("labels/good.txt", YOLO_ROW)
    archive.writestr("data.yaml", "names: [cat, dog]\n")


def _zip(folder: Path, members=(), *, good: bool = True) -> Path:
    path = folder / "bad.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        if good:
            _good(archive)
        for name, data in members:
            archive.writestr(name, data)
    return path


def whole() -> bytes:
    memory = io.BytesIO()
    with zipfile.ZipFile(memory, "w", zipfile.ZIP_DEFLATED) as archive:
        _good(archive)
    return memory.getvalue()


WAYS_OUT = {
    "up": "../../escaped.jpg", "far up": "../" * 40 + "tmp/escaped.jpg", "root": "/tmp/escaped.jpg",
    "Windows": "..\\..\\escaped.jpg", "drive": "C:\\escaped.jpg", "share": "\\\\host\\escaped.jpg",
    "in the middle": "images/../../../escaped.jpg", "null": "a.jpg\x00/../../escaped.jpg",
    "in disguise": "images/..%2f..%2fescaped.jpg", "dots": "....//....//escaped.jpg",
    "wide dots": "．．/．．/escaped.jpg", "blank dots": ".. /.. /escaped.jpg",
}  # fmt: skip
_INSIDE = {"null", "in disguise", "dots", "wide dots", "blank dots"}  # harmless: they stay inside
for _name, _way in WAYS_OUT.items():

    def _way_out(folder: Path, way: str = _way) -> None:
        _zip(folder, [(zipfile.ZipInfo(way), picture_bytes(SIZE))])

    CASES.append(Case(f"zip that leads out: {_name}", _way_out, "" if _name in _INSIDE else
                      "escaped.jpg"))  # fmt: skip


def _special(kind: int, target: str):
    def build(folder: Path) -> None:
        about = zipfile.ZipInfo("images/link.jpg")
        about.create_system = 3
        about.external_attr = (kind | 0o777) << 16
        _zip(folder, [(about, target)])

    return build


CASES += [
    Case("zip: link to a file", _special(stat.S_IFLNK, "/etc/passwd"), "link.jpg"),
    Case("zip: link to a folder", _special(stat.S_IFLNK, "../../.."), "link.jpg"),
    Case("zip: device", _special(stat.S_IFCHR, ""), "link.jpg"),
    Case("zip: pipe", _special(stat.S_IFIFO, ""), "link.jpg"),
]

BROKEN = {
    "empty": b"", "only the end mark": b"PK\x05\x06" + bytes(18), "rubbish": b"rubbish" * 500,
    "cut in half": None, "cut at the list": None, "RAR": b"Rar!\x1a\x07\x00" + bytes(99),
    "7z": b"7z\xbc\xaf\x27\x1c" + bytes(99), "gzip": b"\x1f\x8b\x08" + bytes(99),
    "an HTML page": b"<!doctype html><title>404</title>", "a JSON": b"{}",
}  # fmt: skip
_CUT = {"cut in half": 0.5, "cut at the list": 0.97}
for _name, _data in BROKEN.items():

    def _broken(folder: Path, name: str = _name, data: bytes | None = _data) -> None:
        good_yolo(folder)
        content = whole()[: int(len(whole()) * _CUT[name])] if data is None else data
        put(folder, "bad.zip", content)

    CASES.append(Case(f"zip: {_name}", _broken, "bad.zip"))


@case("zip: one file that grows a thousand times", "zeros.txt")
def _(folder: Path) -> None:
    path = _zip(folder)
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive, \
            archive.open("zeros.txt", "w") as file:  # fmt: skip
        for _ in range(400):
            file.write(bytes(1_000_000))


@case("zip: a hundred thousand empty members")
def _(folder: Path) -> None:
    _zip(folder, [(f"e/{n}.bin", b"") for n in range(60_000)])


@case("zip: overlapping members", "bad.zip")
def _(folder: Path) -> None:
    """Every entry of the list points to the same packed bytes, as in the best bombs."""
    good_yolo(folder)
    memory = io.BytesIO()
    with zipfile.ZipFile(memory, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.txt", bytes(3_000_000))
    data = memory.getvalue()
    (size, at) = struct.unpack_from("<II", data, len(data) - 10)
    entry = data[at : at + size]
    many = entry * 60_000
    end = struct.pack("<4sHHHHIIH", b"PK\x05\x06", 0, 0, 60_000, 60_000, len(many), at, 0)
    put(folder, "bad.zip", data[:at] + many + end)


@case("zip: a size that lies", "liar.txt")
def _(folder: Path) -> None:
    path = _zip(folder, [("labels/liar.txt", "0 0.5 0.5 0.1 0.1\n" * 100)])
    data = path.read_bytes()
    packed = struct.pack("<I", 1800)
    path.write_bytes(data.replace(packed, struct.pack("<I", 7)))


@case("zip: a checksum that lies", "liar.txt")
def _(folder: Path) -> None:
    about = zipfile.ZipInfo("labels/liar.txt")
    path = folder / "bad.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        _good(archive)
        archive.writestr(about, "0 0.1 0.2 0.3 0.4\n")
    path.write_bytes(path.read_bytes().replace(b"0.1 0.2 0.3", b"0.9 0.9 0.9"))


@case("zip: locked with a password", "bad.zip")
def _(folder: Path) -> None:
    good_yolo(folder)
    data = bytearray(whole())
    at = 0
    while (at := data.find(b"PK\x01\x02", at)) >= 0:
        data[at + 8] |= 1
        at += 4
    put(folder, "bad.zip", bytes(data))


@case("zip: a way of packing nobody knows", "odd.jpg")
def _(folder: Path) -> None:
    path = _zip(folder, [("images/odd.jpg", picture_bytes(SIZE))])
    data = bytearray(path.read_bytes())
    at = data.rfind(b"PK\x01\x02")
    struct.pack_into("<H", data, at + 10, 77)
    path.write_bytes(bytes(data))


@case("zip: in a zip, in a zip, in a zip", "1.zip")
def _(folder: Path) -> None:
    data, name = picture_bytes(SIZE), "deep.jpg"
    for level in (4, 3, 2, 1):
        memory = io.BytesIO()
        with zipfile.ZipFile(memory, "w") as archive:
            archive.writestr(name, data)
        data, name = memory.getvalue(), f"{level}.zip"
    _zip(folder, [(name, data)])


@case("zip: the same member three times", "good.jpg")
def _(folder: Path) -> None:
    import warnings

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        _zip(folder, [("images/good.jpg", picture_bytes(SIZE))] * 2)


@case("zip: names that are files and folders at once")
def _(folder: Path) -> None:
    _zip(folder, [("a", b""), ("a/b.jpg", picture_bytes(SIZE)), ("a/b.jpg/c.jpg",
                  picture_bytes(SIZE))])  # fmt: skip


@case("zip: macOS's traces")
def _(folder: Path) -> None:
    _zip(folder, [("__MACOSX/._good.jpg", b"\x00\x05\x16\x07" + bytes(99)), (".DS_Store", b"x")])


@case("zip: names of 60,000 letters")
def _(folder: Path) -> None:
    _zip(folder, [("images/" + "x" * 60_000 + ".jpg", picture_bytes(SIZE))])


@case("zip: names of devices")
def _(folder: Path) -> None:
    _zip(folder, [(f"images/{name}.jpg", picture_bytes(SIZE)) for name in ("CON", "nul", "a:b")])


@case("zip: a comment that holds another list", "bad.zip", comes=False)
def _(folder: Path) -> None:
    path = _zip(folder)
    with zipfile.ZipFile(path, "a") as archive:
        archive.comment = b"PK\x05\x06" + bytes(18)


@case("zip: a list of a billion members", "bad.zip")
def _(folder: Path) -> None:
    good_yolo(folder)
    end = struct.pack("<4sHHHHIIH", b"PK\x05\x06", 0, 0, 65_535, 65_535, 2**31, 5, 0)
    put(folder, "bad.zip", b"PK\x03\x04" + bytes(30) + end)


for _seed in range(12):

    def _damaged(folder: Path, seed: int = _seed) -> None:
        dice, data = random.Random(seed), bytearray(whole())
        for _ in range(dice.randint(1, 6)):
            at = dice.randrange(len(data))
            data[at : at + dice.randint(1, 9)] = dice.randbytes(dice.randint(0, 9))
        good_yolo(folder)
        put(folder, "bad.zip", bytes(data))

    CASES.append(Case(f"zip: damaged {_seed}", _damaged))
