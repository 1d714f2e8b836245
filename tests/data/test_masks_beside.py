"""Masks that lie in the folder of their pictures, and photographs that only look so."""

import numpy as np
import pytest
from PIL import Image, ImageDraw

from tests.data.drawn_sets import codes, picture, read, text
from tests.data.test_mask_pictures import A, B, found, painted, saved


def palette(values):
    image = Image.fromarray(values).convert("P")
    image.putpalette([0, 0, 0, 128, 0, 0, 0, 128, 0])
    return image


@pytest.mark.parametrize("kind", ["grey", "palette", "black and white", "colours"])
def test_a_mask_of_the_same_name_in_another_format_is_no_picture(kind, tmp_path):
    values = painted((A, 255 if kind == "black and white" else 1))
    image = {
        "grey": Image.fromarray(values), "palette": palette(values),
        "black and white": Image.fromarray(values).convert("1"),
        "colours": palette(values).convert("RGB"),
    }[kind]  # fmt: skip
    for name in ("a", "b"):
        picture(tmp_path / f"set/{name}.jpg", seed=ord(name))
        image.save(tmp_path / f"set/{name}.png")
    reading, boxes = found(tmp_path)
    assert reading.format == "Mask pictures"
    assert boxes == {f"{name}.jpg": [("object", *A)] for name in ("a", "b")}
    assert "masks" in codes(reading)


@pytest.mark.parametrize(
    "mask",
    ["a_mask", "a-mask", "mask_a", "a_segmentation", "a_label", "a_labels", "label_a", "a-label",
     "a_seg", "a_gt", "a-gt", "seg_a", "a_groundtruth", "a_bw", "a_annotation"],
)  # fmt: skip
@pytest.mark.parametrize("ending", ["jpg", "png"])
def test_a_word_for_masks_around_the_pictures_name_is_enough(mask, ending, tmp_path):
    picture(tmp_path / f"set/train/a.{ending}")
    saved(tmp_path / f"set/train/{mask}.png", painted((A, 1), (B, 1)))
    reading, boxes = found(tmp_path)
    assert boxes == {f"train/a.{ending}": [("object", *A), ("object", *B)]}
    assert reading.format == "Mask pictures"


def test_photographs_in_two_formats_stay_pictures(tmp_path):
    for name in ("a", "b"):
        for ending in ("jpg", "png"):
            picture(tmp_path / f"set/{name}.{ending}", seed=ord(name))
    assert len(read(tmp_path / "set", room=tmp_path).pictures) == 4


def test_a_photograph_called_label_stays_a_picture(tmp_path):
    for number, name in enumerate(("wine", "wine_label", "a_l", "a_r", "a")):
        picture(tmp_path / f"set/{name}.png", seed=number)
    assert len(read(tmp_path / "set", room=tmp_path).pictures) == 5


@pytest.mark.parametrize("how", ["same size", "smaller"])
def test_a_drawing_of_few_colours_in_two_formats_stays_two_pictures(how, tmp_path):
    for number, name in enumerate(("a", "b")):
        plan = Image.new("L", (400, 300), 255)
        pen = ImageDraw.Draw(plan)
        for line in range(6):
            pen.line((20 + 40 * line, 30, 350 - 30 * line, 260 - 10 * number), fill=0, width=3)
        (tmp_path / "set").mkdir(exist_ok=True)
        plan.convert("RGB").save(tmp_path / f"set/{name}.jpg", quality=60)
        small = plan if how == "same size" else plan.resize((200, 150))
        small.convert("1").save(tmp_path / f"set/{name}.png")
    assert len(read(tmp_path / "set", room=tmp_path).pictures) == 4


def test_masks_of_a_dark_micrograph_are_told_by_what_they_show(tmp_path):
    dice = np.random.default_rng(0)
    for name in ("a", "b"):
        cells = painted((A, 120)).astype(np.int64) + dice.integers(0, 12, (80, 100))
        saved(tmp_path / f"set/{name}.tif", cells.astype(np.uint8))
        saved(tmp_path / f"set/{name}.png", painted((A, 255)))
    assert found(tmp_path)[1] == {f"{name}.tif": [("object", *A)] for name in ("a", "b")}


def test_a_folder_of_masks_beside_a_folder_of_photographs_in_two_formats(tmp_path):
    for name in ("a", "b"):
        picture(tmp_path / f"set/one/{name}.jpg", seed=ord(name))
        saved(tmp_path / f"set/one/{name}.png", painted((A, 255)))
        for ending in ("jpg", "png"):
            picture(tmp_path / f"set/two/{name}.{ending}", seed=ord(name) + 9)
    _, boxes = found(tmp_path)
    assert boxes == {
        **{f"one/{name}.jpg": [("object", *A)] for name in "ab"},
        **{f"two/{name}.{ending}": [] for name in "ab" for ending in ("jpg", "png")},
    }


@pytest.mark.parametrize("kind", [np.uint8, np.uint16])
def test_masks_that_number_many_things_lie_beside_their_pictures_too(kind, tmp_path):
    cells = [(12 * row, 12 * column) for row in range(40) for column in range(40)]
    for count, name in ((200, "a"), (120, "b")):
        areas = [((x, y, x + 11, y + 11), n + 1) for n, (x, y) in enumerate(cells[:count])]
        picture(tmp_path / f"set/{name}.jpg", size=(480, 480), seed=ord(name))
        saved(tmp_path / f"set/{name}.png", painted(*areas, size=(480, 480), kind=kind))
    _, boxes = found(tmp_path)
    assert {name: len(each) for name, each in boxes.items()} == {"a.jpg": 200, "b.jpg": 120}


def test_grey_photographs_in_two_formats_stay_pictures(tmp_path):
    dice = np.random.default_rng(0)
    for name in ("a", "b"):
        grey = Image.fromarray(dice.integers(0, 256, (12, 15)).astype(np.uint8))
        grey = grey.resize((600, 480), Image.Resampling.BICUBIC)
        (tmp_path / "set").mkdir(exist_ok=True)
        grey.save(tmp_path / f"set/{name}.jpg")
        grey.point(lambda value: value // 2).save(tmp_path / f"set/{name}.png")
    assert len(read(tmp_path / "set", room=tmp_path).pictures) == 4


def test_masks_beside_pictures_that_have_label_files_are_not_trained_on(tmp_path):
    for name in ("a", "b"):
        picture(tmp_path / f"set/{name}.jpg", seed=ord(name))
        saved(tmp_path / f"set/{name}.png", painted((A, 1)))
        text(tmp_path / f"set/{name}.txt", "0 0.5 0.5 0.2 0.2")
    reading, boxes = found(tmp_path)
    assert (reading.format, sorted(boxes)) == ("YOLO", ["a.jpg", "b.jpg"])
    assert {"masks", "described_twice"} <= codes(reading)


def test_a_photograph_in_two_formats_among_masks_stays_two_pictures(tmp_path):
    for name in ("a", "b"):
        picture(tmp_path / f"set/{name}.jpg", seed=ord(name))
        saved(tmp_path / f"set/{name}.png", painted((A, 255)))
    dice = np.random.default_rng(0)
    for ending in ("jpg", "png"):
        saved(tmp_path / f"set/c.{ending}", dice.integers(0, 255, (80, 100, 3), np.uint8))
    assert found(tmp_path)[1] == {
        "a.jpg": [("object", *A)], "b.jpg": [("object", *A)], "c.jpg": [], "c.png": []
    }  # fmt: skip


@pytest.mark.parametrize(
    ("image", "mask"),
    [("{}.jpg", "{}.png"), ("images/{}.jpg", "masks/{}.png"), ("{}.png", "{}_mask.png"),
     ("images/{}.png", "labels/{}.png")],
)  # fmt: skip
def test_a_mask_whose_picture_is_not_there_is_no_picture_and_told(image, mask, tmp_path):
    for name in ("a", "b"):
        picture(tmp_path / "set" / image.format(name), seed=ord(name))
    for name in ("a", "b", "z"):
        saved(tmp_path / "set" / mask.format(name), painted((A, 255)))
    reading, boxes = found(tmp_path)
    assert boxes == {image.format(name): [("object", *A)] for name in "ab"}
    assert [p.file for p in reading.problems if p.code == "mask_without_picture"] == [
        mask.format("z")
    ]


def test_a_picture_without_a_mask_stays_a_picture(tmp_path):
    drawing = Image.new("RGB", (100, 80), (250, 250, 250))
    ImageDraw.Draw(drawing).rectangle((10, 10, 60, 50), fill=(200, 30, 30))
    for name in ("a", "b", "c"):
        (tmp_path / "set").mkdir(exist_ok=True)
        drawing.rotate(10 * ord(name)).save(tmp_path / f"set/{name}.png")
    saved(tmp_path / "set/a_mask.png", painted((A, 255)))
    assert sorted(found(tmp_path)[1]) == ["a.png", "b.png", "c.png"]


def test_a_few_drawings_among_photographs_that_have_their_numbers_stay_pictures(tmp_path):
    dice = np.random.default_rng(0)
    for number in range(6):
        noise = dice.integers(0, 255, (80, 100, 3), np.uint8)
        saved(tmp_path / f"set/cat/{number}.jpg", noise)
        saved(tmp_path / f"set/cat/{number}.png", painted((A, 255)) if number < 2 else noise[::-1])
    assert len(read(tmp_path / "set", room=tmp_path).pictures) == 12


def test_a_drawing_of_another_size_is_no_mask(tmp_path):
    picture(tmp_path / "set/1.jpg", size=(100, 80))
    saved(tmp_path / "set/1.png", painted((A, 255), size=(120, 96)))
    assert len(read(tmp_path / "set", room=tmp_path).pictures) == 2
