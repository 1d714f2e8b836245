"""Masks in folders whose names say nothing, as sets of medicine and of microscopes have them."""

from zlib import crc32

import numpy as np
import pytest
from PIL import Image

from components.data.records import PictureState
from tests.data.drawn_sets import codes, picture, read, text
from tests.data.test_mask_pictures import A, B, found, painted, saved

NAMES = [f"{number}" for number in range(4)]


def draw(tmp_path, folder, names=NAMES, size=(100, 80)):
    for name in names:
        picture(tmp_path / f"set/{folder}/{name}.png", size, seed=crc32((folder + name).encode()))


@pytest.mark.parametrize(
    ("images", "masks", "ending"),
    [("Original", "Ground Truth", ""), ("images_png", "masks_png", ""), ("x/train", "y/train", ""),
     ("Stills", "LabeledApproved", "_L"), ("tissue images", "label masks", "")],
)  # fmt: skip
def test_masks_are_known_by_a_look_in_a_folder_of_any_name(images, masks, ending, tmp_path):
    draw(tmp_path, images)
    for name in NAMES:
        saved(tmp_path / f"set/{masks}/{name}{ending}.png", painted((A, 255)))
    reading, boxes = found(tmp_path)
    assert boxes == {f"{images}/{name}.png": [("object", *A)] for name in NAMES}
    assert reading.format == "Mask pictures"


def test_one_empty_mask_does_not_hide_the_others(tmp_path):
    draw(tmp_path, "Original")
    for name in NAMES:
        saved(tmp_path / f"set/Manual/{name}.tif", painted(*([] if name == "2" else [(A, 255)])))
    reading, _ = found(tmp_path)
    assert [p.state == PictureState.EMPTY for p in reading.pictures] == [
        False, False, True, False,
    ]  # fmt: skip


def test_of_several_folders_of_masks_one_is_read_and_the_others_are_told(tmp_path):
    draw(tmp_path, "tissue")
    for name in NAMES:
        saved(tmp_path / f"set/binary/{name}.png", painted((A, 255), (B, 255)))
        saved(tmp_path / f"set/label masks/{name}.tif", painted((A, 1)))
    reading, boxes = found(tmp_path)
    assert boxes == {f"tissue/{name}.png": [("object", *A)] for name in NAMES}
    (twice,) = [p.what for p in reading.problems if p.code == "masks_twice"]
    assert "4 pictures in binary look like masks" in twice
    assert "label masks" in twice


def test_folders_alike_of_several_organs_are_told_in_one_sentence(tmp_path):
    for organ in ("liver", "lung"):
        draw(tmp_path, f"{organ}/tissue")
        for name in NAMES:
            for folder in ("binary", "label masks"):
                saved(tmp_path / f"set/{organ}/{folder}/{name}.png", painted((A, 1), (B, 1)))
    reading, _ = found(tmp_path)
    (twice,) = [p.what for p in reading.problems if p.code == "masks_twice"]
    assert twice.startswith("8 pictures in 2 folders such as ")


def test_films_whose_frames_are_called_alike_keep_their_masks(tmp_path):
    for film, area in (("bear", A), ("cow", B)):
        draw(tmp_path, f"JPEGImages/480p/{film}")
        for name in NAMES:
            saved(tmp_path / f"set/Annotations/480p/{film}/{name}.png", painted((area, 255)))
    reading, boxes = found(tmp_path)
    assert boxes == {
        f"JPEGImages/480p/{film}/{name}.png": [(film, *area)]
        for film, area in (("bear", A), ("cow", B)) for name in NAMES
    }  # fmt: skip
    assert "masks_twice" not in codes(reading)


@pytest.mark.parametrize("other", ["right", "1"])
def test_photographs_called_alike_stay_pictures(other, tmp_path):
    draw(tmp_path, "left")
    draw(tmp_path, other)
    reading, _ = found(tmp_path)
    assert len(reading.pictures) == 8
    assert not {"masks", "masks_twice"} & codes(reading)


def test_drawings_sorted_into_folders_stay_pictures(tmp_path):
    for folder in ("circle", "square", "cross"):
        for number, name in enumerate(NAMES):
            saved(tmp_path / f"set/{folder}/{name}.png", painted(((3, 4, 9 + number, 30), 255)))
    reading, _ = found(tmp_path)
    assert (reading.task, len(reading.pictures)) == ("classify", 12)


def test_drawings_of_another_size_than_the_photographs_stay_pictures(tmp_path):
    draw(tmp_path, "photos", size=(120, 80))
    for name in NAMES:
        saved(tmp_path / f"set/logos/{name}.png", painted((A, 255)))
    reading, _ = found(tmp_path)
    assert len(reading.pictures) == 8


def test_masks_of_cellpose_beside_their_pictures_number_cells(tmp_path):
    for number in range(3):
        picture(tmp_path / f"set/cells {number}.tif", seed=number)
        cells = [((x, 10, x + 8, 20 + number), n + 1) for n, x in enumerate(range(0, 90, 9))]
        cut = [cell for cell in cells if cell[1] != number + 3]  # one was thrown out
        saved(tmp_path / f"set/cells {number}_cp_masks.png", painted(*cut, kind=np.uint16))
    reading, boxes = found(tmp_path)
    assert reading.classes == ("object",)
    assert [len(things) for things in boxes.values()] == [9, 9, 9]
    assert "blobs_as_things" not in codes(reading)


def test_colours_stand_before_their_names_with_blanks_between(tmp_path):
    draw(tmp_path, "images", "a")
    red = np.zeros((80, 100, 3), np.uint8)
    red[10:30, 10:40] = (64, 0, 128)
    Image.fromarray(red).save(tmp_path / "set/images/a_mask.png")
    text(tmp_path / "set/label_colors.txt", "64 128 64\tAnimal\n64 0 128\t\tCar\n0 0 0\t\tVoid\n")
    _, boxes = found(tmp_path)
    assert boxes == {"images/a.png": [("Car", *A)]}


def test_a_list_of_pictures_with_defects_names_no_classes(tmp_path):
    for name in "12":
        picture(tmp_path / f"set/Train/{name}.png", seed=ord(name))
    saved(tmp_path / "set/Train/Label/1_label.png", painted((A, 255)))
    text(
        tmp_path / "set/Train/Label/Labels.txt", "1\n1\t1\t1.png\t0\t1_label.png\n2\t0\t2.png\t0\t0"
    )
    reading = read(tmp_path / "set", room=tmp_path)
    assert [[one.class_name for one in p.labels] for p in reading.pictures] == [["object"], []]
