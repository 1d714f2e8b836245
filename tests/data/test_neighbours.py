"""Sets side by side whose pictures have the same names: labels keep to the pictures nearby."""

from zlib import crc32

import pytest

from tests.data.drawn_sets import coco, picture, read, text, voc_xml, write_json


def in_coco(folder, names, label):
    boxes = {name: [(label, 10, 10, 30, 30)] for name in names}
    write_json(folder / f"{label}.json", coco(boxes, [label]))


def in_voc(folder, names, label):
    for name in names:
        text(folder / name.replace(".jpg", ".xml"), voc_xml(name, [(label, 10, 10, 30, 30)]))


def in_a_table(folder, names, label):
    rows = "".join(f"{name},{label},10,10,30,30\n" for name in names)
    text(folder / f"{label}.csv", f"filename,class,xmin,ymin,xmax,ymax\n{rows}")


def in_yolo(folder, names, label):
    for name in names:
        text(folder / name.replace(".jpg", ".txt"), "0 0.2 0.25 0.2 0.25")
    text(folder / "classes.txt", label)


FORMATS = [in_coco, in_voc, in_a_table, in_yolo]  # the last goes by its own path alone


def draw(folder, *names):
    for name in names:
        picture(folder / name, seed=crc32(name.encode()))  # no two are alike


def classes_in(reading):
    return {one.name: [label.class_name for label in one.labels] for one in reading.pictures}


def told(reading, code="labels_from_afar"):
    return [problem.what for problem in reading.problems if problem.code == code]


@pytest.mark.parametrize("first", FORMATS)
@pytest.mark.parametrize("second", FORMATS)
@pytest.mark.parametrize("inside", ["", "images/"])
def test_each_of_two_sets_keeps_its_pictures(first, second, inside, tmp_path):
    folders = tmp_path / "set/a", tmp_path / "set/b"
    for folder, write in zip(folders, (first, second), strict=True):
        draw(tmp_path / "set", *(f"{folder.name}/{inside}{n}.jpg" for n in "12"))
        write(folder / "labels" if inside else folder, ("1.jpg", "2.jpg"), folder.name)
    reading = read(tmp_path / "set", room=tmp_path)
    assert classes_in(reading) == {
        f"{folder}/{inside}{n}.jpg": [folder] for folder in "ab" for n in "12"
    }
    assert not told(reading)


@pytest.mark.parametrize("write", FORMATS)
@pytest.mark.parametrize("other", FORMATS)
def test_labels_of_a_picture_that_is_gone_take_none_of_the_neighbours(write, other, tmp_path):
    draw(tmp_path / "set", "a/1.jpg", "a/2.jpg", "b/1.jpg", "b/3.jpg")
    write(tmp_path / "set/a", ("1.jpg", "2.jpg", "3.jpg"), "ours")
    other(tmp_path / "set/b", ("1.jpg", "3.jpg"), "theirs")
    reading = read(tmp_path / "set", room=tmp_path)
    assert classes_in(reading) == {
        "a/1.jpg": ["ours"], "a/2.jpg": ["ours"], "b/1.jpg": ["theirs"], "b/3.jpg": ["theirs"]
    }  # fmt: skip
    assert [one.code for one in reading.problems if "3" in one.what + one.file]


def test_a_second_file_of_which_no_picture_is_there_takes_none_of_the_neighbours(tmp_path):
    draw(tmp_path / "set", "coco/images/1.jpg", "voc/JPEGImages/1.jpg", "voc/JPEGImages/3.jpg")
    in_coco(tmp_path / "set/coco/annotations", ["1.jpg"], "train")
    in_coco(tmp_path / "set/coco/annotations", ["3.jpg"], "val")
    in_voc(tmp_path / "set/voc/Annotations", ["1.jpg", "3.jpg"], "theirs")
    reading = read(tmp_path / "set", room=tmp_path)
    assert classes_in(reading) == {
        "coco/images/1.jpg": ["train"], "voc/JPEGImages/1.jpg": ["theirs"],
        "voc/JPEGImages/3.jpg": ["theirs"],
    }  # fmt: skip
    assert told(reading)


@pytest.mark.parametrize("write", FORMATS[:3])
def test_a_picture_of_the_name_that_lies_elsewhere_gets_the_labels_and_it_is_told(write, tmp_path):
    draw(tmp_path / "set", "a/1.jpg", "a/2.jpg", "b/3.jpg")
    write(tmp_path / "set/a", ("1.jpg", "2.jpg", "3.jpg"), "ours")
    reading = read(tmp_path / "set", room=tmp_path)
    assert set(map(len, classes_in(reading).values())) == {1}
    assert any("b/3.jpg" in what for what in told(reading))


@pytest.mark.parametrize("write", FORMATS[:3])
def test_a_set_whose_labels_lie_apart_from_all_its_pictures_is_as_it_should_be(write, tmp_path):
    draw(tmp_path / "set", "x/images/1.jpg", "x/images/2.jpg", "y/preview.jpg")
    write(tmp_path / "set/y/labels", ("1.jpg", "2.jpg"), "ours")
    reading = read(tmp_path / "set", room=tmp_path)
    assert classes_in(reading) == {
        "x/images/1.jpg": ["ours"], "x/images/2.jpg": ["ours"], "y/preview.jpg": []
    }  # fmt: skip
    assert not told(reading)


@pytest.mark.parametrize("write", FORMATS[:3])
def test_a_picture_at_the_top_is_not_meant_where_one_of_its_name_lies_nearer(write, tmp_path):
    draw(tmp_path / "set", "1.jpg", "a/images/1.jpg", "a/images/2.jpg")
    write(tmp_path / "set/a/annotations", ("1.jpg", "2.jpg"), "ours")
    assert classes_in(read(tmp_path / "set", room=tmp_path)) == {
        "1.jpg": [], "a/images/1.jpg": ["ours"], "a/images/2.jpg": ["ours"]
    }  # fmt: skip


@pytest.mark.parametrize("write", [in_coco, in_a_table])
@pytest.mark.parametrize(
    ("names", "pictures", "is_told"),
    [(("s1/a.jpg", "s2/a.jpg"), ("a.jpg",), True),
     (("s1/a.jpg", "s2/a.jpg"), ("x/a.jpg",), True),
     (("s1/a.jpg", "s2/a.jpg"), ("s1/a.jpg",), False),
     (("s1/a.jpg", "s2/a.jpg"), ("s1/a.jpg", "s2/a.jpg"), False),
     (("images/a.jpg", "s2/a.jpg"), ("a.jpg",), False)],
)  # fmt: skip
def test_a_picture_that_either_of_two_names_may_mean_is_told(
    write, names, pictures, is_told, tmp_path
):
    draw(tmp_path / "set", *pictures)
    write(tmp_path / "set", names, "ours")
    reading = read(tmp_path / "set", room=tmp_path)
    assert set(map(len, classes_in(reading).values())) == {1}
    assert bool(told(reading, "picture_of_two_names")) == is_told
