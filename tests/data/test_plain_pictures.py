"""What the one look at a plain picture makes is what the long way makes."""

import hashlib

import numpy as np
import pytest
from PIL import Image

from components.data.pictures import make_thumbnail
from components.data.plain_pictures import keep_plain
from components.errors import PictureError
from tests.data.test_picture_head import ODD, PLAIN, saved, turned

MIRRORED = ("turned5.jpg", "turned7.jpg")  # Ultralytics turns these wrongly: they are converted
SHORT = {f"small {name}": data for name, data in PLAIN.items() if name not in MIRRORED}
LARGE = {
    "photo.jpg": saved("JPEG", size=(1000, 700), quality=90),
    "grey.jpg": saved("JPEG", "L", size=(900, 1300)),
    "turned.jpg": saved("JPEG", size=(1200, 500), exif=turned(6)),
    "round.jpg": saved("JPEG", size=(517, 513)),
    "long.jpg": saved("JPEG", size=(2311, 9)),
    "screen.png": saved("PNG", size=(800, 600)), "clear.png": saved("PNG", "RGBA", size=(700, 90)),
}  # fmt: skip


@pytest.fixture
def place(tmp_path):
    return tmp_path / "images" / "x" / "kept", tmp_path / "thumbnails" / "x" / "small.jpg"


def written(folder, name, data):
    (folder / name).write_bytes(data)
    return folder / name


@pytest.mark.parametrize("name", [*LARGE, *SHORT])
def test_it_keeps_the_bytes_and_makes_the_same_small_one(name, tmp_path, place):
    data = (LARGE | SHORT)[name]
    source, (original, thumbnail) = written(tmp_path, name, data), place
    assert keep_plain(source, original, thumbnail) == hashlib.sha256(data).hexdigest()
    assert original.read_bytes() == data
    make_thumbnail(source, tmp_path / "long way.jpg")
    with Image.open(thumbnail) as quick, Image.open(tmp_path / "long way.jpg") as slow:
        assert (quick.size, quick.mode) == (slow.size, slow.mode)
        apart = np.abs(np.asarray(quick, dtype=int) - np.asarray(slow, dtype=int))
    assert apart.mean() < 1  # of 255


@pytest.mark.parametrize("name", [*ODD, *MIRRORED])
def test_what_is_not_plain_goes_the_long_way_and_leaves_nothing(name, tmp_path, place):
    assert keep_plain(written(tmp_path, name, (ODD | PLAIN)[name]), *place) is None
    assert not any(path.exists() for path in place)


def test_pixels_that_make_no_sense_are_told_with_the_name(tmp_path, place):
    whole = saved("JPEG", size=(640, 480))
    torn = whole.replace(b"\xff\xdb", b"\xff\xfe")  # the steps of its colours are comments now
    with pytest.raises(PictureError, match=r"torn\.jpg"):
        keep_plain(written(tmp_path, "torn.jpg", torn), *place)


def test_a_file_that_stays_where_it_is_gets_a_small_one_only(tmp_path, place):
    source = written(tmp_path, "photo.jpg", LARGE["photo.jpg"])
    assert keep_plain(source, None, place[1])
    assert place[1].exists()
    assert not place[0].exists()


def test_what_a_killed_worker_left_is_written_anew(tmp_path, place):
    for path in place:
        path.parent.mkdir(parents=True)
        path.write_bytes(b"half")
    source = written(tmp_path, "photo.jpg", LARGE["photo.jpg"])
    for may_link in (True, False):
        assert keep_plain(source, *place, may_link=may_link)
        assert place[0].read_bytes() == LARGE["photo.jpg"]
        assert place[0].samefile(source) is may_link
        with Image.open(place[1]) as image:
            image.load()


@pytest.mark.parametrize("limit", ["MOST_BYTES", "MOST_PIXELS"])
def test_a_picture_too_large_to_hold_goes_the_long_way(limit, tmp_path, place, monkeypatch):
    monkeypatch.setattr(f"components.data.plain_pictures.{limit}", 1000)
    assert keep_plain(written(tmp_path, "photo.jpg", LARGE["photo.jpg"]), *place) is None


@pytest.mark.parametrize("may_link", [True, False])
def test_small_files_can_be_left_to_be_written_later(tmp_path, place, may_link):
    source, later = written(tmp_path, "round.jpg", LARGE["round.jpg"]), []
    assert keep_plain(source, *place, may_link=may_link, later=later)
    assert not any(path.exists() for path in place)
    for deed in later:
        deed()
    assert place[0].read_bytes() == LARGE["round.jpg"]
    assert place[0].samefile(source) is may_link
    with Image.open(place[1]) as image:
        image.load()


def test_large_files_are_written_at_once(tmp_path, place):
    pixels = np.random.default_rng(1).integers(0, 256, (700, 900, 3), np.uint8)
    Image.fromarray(pixels).save(tmp_path / "noise.png")
    later = []
    assert keep_plain(tmp_path / "noise.png", *place, later=later)
    assert later == []
    assert all(path.exists() for path in place)
