"""Random bytes under every name a reader looks at: answered in words, never by a traceback."""

import contextlib
import random
import zipfile

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from components.data.pictures import probe
from components.data.recognise import read_all
from components.data.scan import search
from components.errors import AppError
from tests.data.drawn_sets import coco, picture, picture_bytes, voc_xml

NAMES = ["a.txt", "a.xml", "a.json", "data.yaml", "classes.txt", "train.txt", "x.csv",
         "notes.json", "labels/a.txt", "ImageSets/Main/train.txt", "a.png", "b"]  # fmt: skip
pieces = st.sampled_from(
    [b"0 0.5 0.5 0.1 0.1\n", b"nan inf", b"<annotation>", b"<object><name>", b"</object>", b"{",
     b"[",
     b'"images":', b'"annotations":', b'"bbox":[1,2,3,4]', b"}", b"]", b",", b":",
     b"names: [a, b]\n",
     b"\xff\xfe", b"\xef\xbb\xbf", b"\x00", b"/../", b"a.jpg\n", b"1e999 ", b"&x;", b"- ", b"null"]
)  # fmt: skip
content = st.binary(max_size=200) | st.lists(pieces, max_size=12).map(b"".join)
common = settings(
    deadline=None, max_examples=120, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@common
@given(st.dictionaries(st.sampled_from(NAMES), content, max_size=5))
def test_any_files_are_read_or_refused_in_words(tmp_path_factory, files):
    folder = tmp_path_factory.mktemp("any")
    picture(folder / "set" / "images" / "a.jpg")
    for name, data in files.items():
        (folder / "set" / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / "set" / name).write_bytes(data)
    with contextlib.suppress(AppError):
        read_all([folder / "set"], folder / "room")


def damaged(data: bytes, dice: random.Random) -> bytes:
    """The bytes with a few of them changed, cut out or doubled."""
    made = bytearray(data)
    for _ in range(dice.randint(1, 6)):
        at = dice.randrange(len(made) or 1)
        match dice.randrange(4):
            case 0:
                made[at : at + 1] = bytes([dice.randrange(256)])
            case 1:
                del made[at : at + dice.randint(1, 40)]
            case 2:
                made[at:at] = made[at : at + dice.randint(1, 40)]
            case 3:
                made[at : at + 4] = b"\xff\xff\xff\x7f"
        made = made or bytearray(b"x")
    return bytes(made)


@pytest.mark.parametrize("seed", range(60))
def test_damaged_archives_are_opened_as_far_as_they_go(seed, tmp_path):
    import io
    import json

    memory = io.BytesIO()
    with zipfile.ZipFile(memory, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("images/a.jpg", picture_bytes())
        archive.writestr("labels/a.txt", "0 0.5 0.5 0.1 0.1")
        archive.writestr("x.xml", voc_xml("a.jpg", [("cat", 1, 1, 9, 9)]))
        archive.writestr("x.json", json.dumps(coco({"a.jpg": [("cat", 1, 1, 9, 9)]}, ["cat"])))
    (tmp_path / "a.zip").write_bytes(damaged(memory.getvalue(), random.Random(seed)))
    with contextlib.suppress(AppError):
        search([tmp_path / "a.zip"], tmp_path / "room")
    assert not list(tmp_path.parent.glob("*.jpg"))


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "BMP", "TIFF", "GIF", "AVIF"])
def test_damaged_pictures_are_probed_or_refused_in_words(kind, tmp_path):
    whole = picture_bytes((60, 40), kind)
    for seed in range(80):
        path = tmp_path / f"{seed}.{kind.lower()}"
        path.write_bytes(damaged(whole, random.Random(seed)))
        with contextlib.suppress(AppError):
            assert probe(path).width > 0
