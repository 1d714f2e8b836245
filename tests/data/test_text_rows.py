"""KITTI and DOTA rows, and the XML of LabelMe's web tool: a file per picture each."""

import pytest

from components.data.records import PictureState
from tests.data.drawn_sets import boxes_of, codes, picture, read, text

BOX = ("cat", 30.0, 20.0, 70.0, 60.0)
KITTI = "cat 0.0 0 -1.5 30 20 70 60 -1 -1 -1 -1 -1 -1 -1"
DOTA = "30 20 70 20 70 60 30 60 cat 0"


def a_set(tmp_path, files):
    for number, last in enumerate(("a.jpg", "b.jpg")):
        picture(tmp_path / "set" / "images" / last, seed=number)
    for name, content in files.items():
        text(tmp_path / "set" / name, content)
    return read(tmp_path / "set", room=tmp_path)


@pytest.mark.parametrize("row", [KITTI, f"{KITTI} 0.9", f"{KITTI}\r\n\r\n"])
def test_kitti_rows_are_read(row, tmp_path):
    reading = a_set(tmp_path, {"label_2/a.txt": row, "label_2/b.txt": ""})
    assert (reading.format, boxes_of(reading)["images/a.jpg"]) == ("KITTI", [BOX])
    assert [p.state for p in reading.pictures] == [PictureState.LABELLED, PictureState.EMPTY]


def test_a_kitti_class_may_hold_blanks(tmp_path):
    reading = a_set(tmp_path, {"label_2/a.txt": f"big {KITTI}"})
    assert reading.classes == ("big cat",)


def test_regions_in_which_nobody_looked_are_told(tmp_path):
    unseen = KITTI.replace("cat", "DontCare")
    reading = a_set(tmp_path, {"label_2/a.txt": f"{KITTI}\n{unseen}", "label_2/b.txt": unseen})
    assert boxes_of(reading)["images/a.jpg"] == [BOX]
    assert "dont_care" in codes(reading)
    assert reading.pictures[1].state is PictureState.UNLABELLED


@pytest.mark.parametrize("head", ["", "imagesource:GoogleEarth\ngsd:0.146\n", "gsd:null\n"])
@pytest.mark.parametrize("row", [DOTA, DOTA[:-2], DOTA.replace("cat", "big cat")])
def test_dota_rows_keep_their_corners(head, row, tmp_path):
    reading = a_set(tmp_path, {"labelTxt/a.txt": head + row})
    (label,) = reading.pictures[0].labels
    assert (reading.format, label.box, label.shape) == ("DOTA", BOX[1:], "rotated")
    assert label.points[0] == (30.0, 20.0)


@pytest.mark.parametrize("row", [KITTI, DOTA, "cat 30 20 70 60"])
def test_rows_beside_a_set_of_yolo_are_read_as_what_they_are(row, tmp_path):
    for number, name in enumerate(("c", "d", "e")):
        picture(tmp_path / f"set/yolo/images/{name}.jpg", seed=10 + number)
        text(tmp_path / f"set/yolo/labels/{name}.txt", "0 0.5 0.5 0.2 0.2\n")
    text(tmp_path / "set/yolo/data.yaml", "names: [dog]\n")
    reading = a_set(tmp_path, {"labelTxt/a.txt": row})
    assert boxes_of(reading)["images/a.jpg"] == [BOX]
    assert sum(len(one.labels) for one in reading.pictures) == 4
    assert codes(reading) >= {"formats_joined"}


@pytest.mark.parametrize("row", [KITTI, DOTA])
def test_a_bad_row_costs_only_itself(row, tmp_path):
    reading = a_set(tmp_path, {"labels/a.txt": f"{row}\nno row of labels at all"})
    assert boxes_of(reading)["images/a.jpg"] == [BOX]
    assert "row_unreadable" in codes(reading)


CORNERS = "cat 30 20 70 60"


def test_a_second_file_of_rows_for_one_picture_is_told(tmp_path):
    reading = a_set(tmp_path, {"labelTxt-v1.0/a.txt": DOTA, "labelTxt-v1.5/a.txt": DOTA})
    assert [len(one.labels) for one in reading.pictures] == [1, 0]
    assert "label_twice" in codes(reading)


def test_label_files_that_are_all_empty_are_told(tmp_path):
    reading = a_set(tmp_path, {"labelTxt/a.txt": "", "labelTxt/b.txt": ""})
    assert [one.state for one in reading.pictures] == [PictureState.UNLABELLED] * 2
    assert codes(reading) == {"format_not_read"}


@pytest.mark.parametrize(
    "row", [CORNERS, "cat 30.0 20.0 70.0 60.0", "cat 0.93 30 20 70 60", f"{CORNERS} difficult"]
)
def test_rows_of_a_class_and_corners_are_read(row, tmp_path):
    reading = a_set(tmp_path, {"Label/a.txt": row, "Label/b.txt": f"traffic {CORNERS}"})
    assert boxes_of(reading) == {"images/a.jpg": [BOX], "images/b.jpg": [("traffic cat", *BOX[1:])]}
    assert reading.format == "OIDv4 ToolKit"


def test_texts_named_like_pictures_that_nobody_can_read_are_told(tmp_path):
    reading = a_set(tmp_path, {"labels/a.txt": "cat at 30 20", "README.txt": "A set of cats."})
    assert [one.state for one in reading.pictures] == [PictureState.UNLABELLED] * 2
    assert [(one.code, one.file) for one in reading.problems] == [
        ("format_not_read", "labels/a.txt")
    ]


def labelme_xml(things, size="<imagesize><nrows>80</nrows><ncols>100</ncols></imagesize>"):
    return f"<annotation><filename>a.jpg</filename>{size}{things}</annotation>"


def thing(points, more="", name="cat"):
    listed = "".join(f"<pt><x>{x}</x><y>{y}</y></pt>" for x, y in points)
    return f"<object><name>{name}</name>{more}<polygon>{listed}</polygon></object>"


SQUARE = [(30, 20), (70, 20), (70, 60), (30, 60)]
BOUNDING = "<type>bounding_box</type>"


@pytest.mark.parametrize(("more", "shape"), [("", "polygon"), (BOUNDING, "box")])
def test_the_xml_of_labelme_is_read(more, shape, tmp_path):
    reading = a_set(tmp_path, {"Annotations/a.xml": labelme_xml(thing(SQUARE, more))})
    assert (reading.format, boxes_of(reading)["images/a.jpg"]) == ("LabelMe (XML)", [BOX])
    assert reading.pictures[0].labels[0].shape == shape


def test_deleted_things_are_gone(tmp_path):
    content = thing(SQUARE) + thing(SQUARE[:3], "<deleted>1</deleted>", "dog")
    reading = a_set(tmp_path, {"Annotations/a.xml": labelme_xml(content)})
    assert boxes_of(reading)["images/a.jpg"] == [BOX]
    assert not codes(reading) & {"row_unreadable"}


BAD = [thing([]), thing([(1, 2)]), thing([(1, "x"), (2, 3), (4, 5)]), thing(SQUARE, name=" ")]


@pytest.mark.parametrize("bad", BAD)
def test_a_bad_object_costs_only_itself(bad, tmp_path):
    reading = a_set(tmp_path, {"Annotations/a.xml": labelme_xml(thing(SQUARE) + bad)})
    assert boxes_of(reading)["images/a.jpg"] == [BOX]
    assert "row_unreadable" in codes(reading)


def test_rows_of_one_part_are_not_torn_between_pictures_of_both(tmp_path):
    for part in ("training", "testing"):
        picture(tmp_path / f"set/data_image_2/{part}/image_2/000000.png", seed=len(part))
    text(tmp_path / "set/data_label_2/training/label_2/000000.txt", KITTI)
    reading = read(tmp_path / "set", room=tmp_path)
    assert boxes_of(reading) == {
        "data_image_2/testing/image_2/000000.png": [],
        "data_image_2/training/image_2/000000.png": [BOX],
    }
    assert "label_ambiguous" not in codes(reading)
