"""Picture files of all kinds: what they are, and what the trainer gets of them."""

import struct

import numpy as np
import pytest
from PIL import Image

from components.data.conversion import convert, keep_original, trainer_suffix
from components.data.pictures import THUMBNAIL_SIDE, make_thumbnail, probe, upright
from components.errors import PictureError
from tests.data.drawn_sets import picture


def turned(path, orientation, size=(60, 40), **how):
    exif = Image.Exif()
    exif[274] = orientation
    return picture(path, size, exif=exif, **how)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_sizes_are_those_of_the_upright_picture(orientation, tmp_path):
    facts = probe(turned(tmp_path / "a.jpg", orientation))
    expected = (40, 60) if orientation >= 5 else (60, 40)
    assert (facts.width, facts.height, facts.orientation) == (*expected, orientation)
    assert upright(tmp_path / "a.jpg").size == expected


@pytest.mark.parametrize("name", ["a.png", "a.webp", "a.tiff", "a.avif"])
def test_turned_pictures_of_other_formats_have_their_upright_size(name, tmp_path):
    facts = probe(turned(tmp_path / name, 6))
    assert (facts.width, facts.height) == (40, 60)
    assert upright(tmp_path / name).size == (40, 60)


@pytest.mark.parametrize("name", ["a.jpg", "A.JPEG", "a.png", "a.webp", "a.bmp", "a.tif", "a.avif"])
def test_common_pictures_are_used_as_they_are(name, tmp_path):
    path = tmp_path / name
    picture(tmp_path / name.lower()).rename(path)
    facts = probe(path)
    assert (facts.width, facts.height, facts.needs_conversion) == (100, 80, False)


@pytest.mark.parametrize("name", ["a.png", "a.webp", "a.tiff", "a.avif", "a.jpg"])
@pytest.mark.parametrize("orientation", [3, 5, 6, 7, 8])
def test_the_trainers_own_reader_sees_the_upright_picture(name, orientation, tmp_path):
    pytest.importorskip("cv2")
    path = turned(tmp_path / name, orientation)
    shown = np.asarray(upright(path)).astype(int)
    facts = probe(path)
    if facts.needs_conversion:
        convert(path, tmp_path / f"out{trainer_suffix(facts, path.suffix)}", facts)
        path = tmp_path / f"out{trainer_suffix(facts, path.suffix)}"
    seen = as_the_trainer_reads(path)
    assert seen.shape == shown.shape
    assert abs(seen - shown).mean() < 4


def as_the_trainer_reads(path):
    import cv2

    data = cv2.imdecode(np.fromfile(path, np.uint8), cv2.IMREAD_COLOR)
    return data[..., ::-1].astype(int)


def tiff_of_4_bits(path):
    """Pillow reads such a file and does not write one."""
    rows = bytes(range(0, 256, 16)) * 20  # 32 values a row, 20 rows
    facts = ((256, 32), (257, 20), (258, 4), (259, 1), (262, 1), (273, 8), (277, 1), (278, 20),
             (279, len(rows)))  # fmt: skip
    entries = b"".join(struct.pack("<HHII", tag, 4, 1, value) for tag, value in facts)
    head = b"II*\0" + struct.pack("<I", 8 + len(rows))
    path.write_bytes(head + rows + struct.pack("<H", len(facts)) + entries + bytes(4))


def clear_tiff(path):
    image = Image.new("RGBA", (32, 20), (200, 100, 50, 120))
    image.save(path)


@pytest.mark.parametrize("draw", [tiff_of_4_bits, clear_tiff])
def test_a_tiff_that_the_trainer_sees_otherwise_is_converted(draw, tmp_path):
    import cv2

    draw(tmp_path / "a.tif")
    facts = probe(tmp_path / "a.tif")
    assert facts.conversion == "pixels"
    convert(tmp_path / "a.tif", tmp_path / "out.png", facts)
    seen = cv2.imread(str(tmp_path / "out.png"))[..., ::-1]
    assert np.array_equal(seen, np.asarray(upright(tmp_path / "a.tif")))


def test_a_tiff_whose_transparency_hides_nothing_is_used_as_it_is(tmp_path):
    Image.new("RGBA", (32, 20), (200, 100, 50, 255)).save(tmp_path / "a.tif")
    assert not probe(tmp_path / "a.tif").needs_conversion


def test_a_picture_as_thin_as_a_hair_gets_its_thumbnail(tmp_path):
    make_thumbnail(picture(tmp_path / "a.jpg", (6000, 10)), tmp_path / "t.jpg")
    with Image.open(tmp_path / "t.jpg") as small:
        assert small.size == (250, 1)


def stored(path, tmp_path):
    """What the trainer gets for a picture."""
    facts = probe(path)
    assert facts.needs_conversion
    target = tmp_path / f"out{trainer_suffix(facts, path.suffix)}"
    convert(path, target, facts)
    assert not probe(target).needs_conversion
    return Image.open(target)


def test_a_gif_becomes_its_first_picture(tmp_path):
    frames = [Image.new("RGB", (30, 20), colour) for colour in ((255, 0, 0), (0, 0, 255))]
    frames[0].save(tmp_path / "a.gif", save_all=True, append_images=frames[1:])
    with stored(tmp_path / "a.gif", tmp_path) as image:
        assert image.convert("RGB").getpixel((5, 5)) == (255, 0, 0)


def test_animated_webp_and_tiff_become_their_first_picture(tmp_path):
    frames = [Image.new("RGB", (30, 20), colour) for colour in ((255, 0, 0), (0, 0, 255))]
    for name in ("a.webp", "a.tiff"):
        frames[0].save(tmp_path / name, save_all=True, append_images=frames[1:])
        with stored(tmp_path / name, tmp_path) as image:
            assert image.convert("RGB").getpixel((5, 5))[2] < 30


def test_12_bit_pictures_do_not_turn_black(tmp_path):
    values = np.linspace(0, 4095, 40 * 30).reshape(30, 40).astype(np.uint16)
    Image.fromarray(values).save(tmp_path / "a.png")
    Image.fromarray(values).save(tmp_path / "a.tif")
    for name in ("a.png", "a.tif"):
        with stored(tmp_path / name, tmp_path) as image:
            seen = np.asarray(image.convert("L"))
        assert seen.max() == 255
        assert seen.min() == 0


def test_16_bit_colours_keep_their_colour(tmp_path):
    import cv2

    values = np.zeros((30, 40, 3), np.uint16)
    values[:, :, 2] = 4000  # red, as OpenCV orders colours
    (tmp_path / "a.png").write_bytes(cv2.imencode(".png", values)[1].tobytes())
    with stored(tmp_path / "a.png", tmp_path) as image:
        assert image.convert("RGB").getpixel((5, 5)) == (249, 0, 0)


def test_float_pictures_are_seen(tmp_path):
    Image.fromarray(np.linspace(0, 1, 1200, dtype=np.float32).reshape(30, 40)).save(
        tmp_path / "a.tiff"
    )
    with stored(tmp_path / "a.tiff", tmp_path) as image:
        assert np.asarray(image.convert("L")).max() == 255


def test_cmyk_becomes_rgb(tmp_path):
    Image.new("CMYK", (30, 20), (0, 255, 255, 0)).save(tmp_path / "a.jpg")
    with stored(tmp_path / "a.jpg", tmp_path) as image:
        assert (image.mode, image.getpixel((5, 5))[0] > 200) == ("RGB", True)


def test_a_broken_heic_is_told(tmp_path):
    (tmp_path / "a.heic").write_bytes(b"\x00\x00\x00\x18ftypheic" + b"\x00" * 40)
    with pytest.raises(PictureError, match=r"a\.heic"):
        probe(tmp_path / "a.heic")


def test_a_jpeg_with_a_tail_is_mended_without_new_pixels(tmp_path):
    path = picture(tmp_path / "a.jpg")
    with Image.open(path) as image:
        before = np.asarray(image)
    path.write_bytes(path.read_bytes() + b"camera maker's own data")
    with stored(path, tmp_path) as image:
        assert (np.asarray(image) == before).all()


def test_other_endings_of_jpeg_are_only_copied(tmp_path):
    path = picture(tmp_path / "a.jfif", format="JPEG")
    facts = probe(path)
    convert(path, tmp_path / "b.jpg", facts)
    assert facts.conversion == "copy"
    assert (tmp_path / "b.jpg").read_bytes() == path.read_bytes()


@pytest.mark.parametrize("name", ["a.jpg", "a.png", "a.webp", "a.bmp", "a.tif", "a.avif", "a.gif"])
@pytest.mark.parametrize("share", [0.0, 0.02, 0.5, 0.9])
def test_cut_off_pictures_are_told_by_name(name, share, tmp_path):
    path = picture(tmp_path / name, (300, 200))
    data = path.read_bytes()
    path.write_bytes(data[: int(len(data) * share)])
    with pytest.raises(PictureError, match=name):
        probe(path)


def test_a_picture_of_too_many_pixels_is_refused_unopened(tmp_path, monkeypatch):
    monkeypatch.setattr("components.data.pictures.MOST_PIXELS", 1000)
    with pytest.raises(PictureError, match="100 × 80"):
        probe(picture(tmp_path / "a.png"))


def test_a_tiny_picture_is_told_small(tmp_path):
    assert probe(picture(tmp_path / "a.png", (9, 50))).is_small
    assert not probe(picture(tmp_path / "a.png", (10, 50))).is_small


def test_damaged_exif_is_no_reason_to_refuse(tmp_path):
    path = picture(tmp_path / "a.jpg")
    data = path.read_bytes()
    path.write_bytes(data[:2] + b"\xff\xe1\x00\x10Exif\x00\x00broken!!" + data[2:])
    assert probe(path).width == 100


@pytest.mark.parametrize("side", [7, 239, 240, 479, 480, 500, 640, 1000, 1919, 1921, 5000])
@pytest.mark.parametrize("suffix", [".jpg", ".png"])
def test_thumbnails_have_their_longer_side_in_one_range(tmp_path, side, suffix):
    make_thumbnail(picture(tmp_path / f"a{suffix}", (side, side // 2 + 1)), tmp_path / "t.jpg")
    with Image.open(tmp_path / "t.jpg") as small:
        assert min(side, THUMBNAIL_SIDE) <= max(small.size) < 2 * THUMBNAIL_SIDE


def test_thumbnails_are_small_and_upright(tmp_path):
    make_thumbnail(turned(tmp_path / "a.jpg", 6, (800, 400)), tmp_path / "t" / "a.jpg")
    with Image.open(tmp_path / "t" / "a.jpg") as small:
        assert small.size == (200, 400)


def test_the_original_is_kept_to_the_byte(tmp_path):
    path = picture(tmp_path / "a.jpg")
    for may_link in (True, False):
        target = tmp_path / f"kept-{may_link}" / "a.jpg"
        keep_original(path, target, may_link=may_link)
        assert target.read_bytes() == path.read_bytes()
        assert target.samefile(path) is may_link
