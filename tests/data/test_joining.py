"""Two formats in one set: joined where the pictures differ, one taken where they are the same."""

import pytest
from PIL import Image

from components.data.recognise import recognise
from components.data.scan import search
from tests.data.drawn_sets import boxes_of, coco, codes, picture, read, text, voc_xml, write_json

CAT = ("cat", 10.0, 20.0, 40.0, 60.0)
DOG = ("dog", 10.0, 20.0, 40.0, 60.0)


def voc(folder, *names):
    for name in names:
        picture(folder / f"{name}.jpg", seed=ord(name))
        text(folder / f"{name}.xml", voc_xml(f"{name}.jpg", [CAT]))


def test_formats_of_different_pictures_become_one_set(tmp_path):
    voc(tmp_path / "set/one", "a", "b")
    picture(tmp_path / "set/two/c.jpg")
    write_json(tmp_path / "set/two/labels.json", coco({"c.jpg": [DOG]}, ["dog"]))
    picture(tmp_path / "set/three/images/d.jpg", seed=7)
    text(tmp_path / "set/three/labels/d.txt", "0 0.25 0.5 0.3 0.5\n")
    text(tmp_path / "set/three/data.yaml", "names: [cat]\n")
    reading = read(tmp_path / "set", room=tmp_path)
    assert reading.format == "Pascal VOC, COCO JSON and YOLO"
    assert boxes_of(reading) == {
        "one/a.jpg": [CAT], "one/b.jpg": [CAT], "two/c.jpg": [DOG], "three/images/d.jpg": [CAT],
    }  # fmt: skip
    assert reading.classes == ("cat", "dog")
    assert [p.code for p in reading.problems] == ["formats_joined", "formats_joined"]


def test_formats_of_the_same_pictures_are_never_mixed(tmp_path):
    voc(tmp_path / "set", "a", "b")
    write_json(tmp_path / "set/labels.json", coco({"a.jpg": [DOG]}, ["dog"]))
    reading = read(tmp_path / "set", room=tmp_path)
    assert boxes_of(reading) == {"a.jpg": [CAT], "b.jpg": [CAT]}
    assert codes(reading) == {"described_twice"}


def test_pictures_that_only_the_second_format_knows_get_its_labels(tmp_path):
    voc(tmp_path / "set", "a", "b", "d")
    picture(tmp_path / "set/c.jpg")
    both = coco({"a.jpg": [DOG], "c.jpg": [DOG]}, ["dog"])
    write_json(tmp_path / "set/labels.json", both)
    reading = read(tmp_path / "set", room=tmp_path)
    assert boxes_of(reading) == {"a.jpg": [CAT], "b.jpg": [CAT], "c.jpg": [DOG], "d.jpg": [CAT]}
    assert codes(reading) == {"described_twice", "formats_joined"}


def test_pictures_copied_for_a_second_export_are_not_described_twice(tmp_path):
    voc(tmp_path / "set/first", "a", "b", "d")
    for name in "ab":
        source = Image.open(tmp_path / f"set/first/{name}.jpg")
        (tmp_path / "set/second/images").mkdir(parents=True, exist_ok=True)
        source.save(tmp_path / f"set/second/images/{name}.jpg", quality=70)  # saved anew
        text(tmp_path / f"set/second/labels/{name}.txt", "0 0.25 0.5 0.3 0.5\n")
    reading = read(tmp_path / "set", room=tmp_path)
    assert reading.format == "Pascal VOC"
    assert {p.name for p in reading.pictures if p.labels} == {
        "first/a.jpg", "first/b.jpg", "first/d.jpg",
    }  # fmt: skip


def test_pictures_of_one_name_that_show_something_else_are_joined(tmp_path):
    voc(tmp_path / "set/first", "a", "b", "d")
    picture(tmp_path / "set/second/images/a.jpg", seed=99)
    text(tmp_path / "set/second/labels/a.txt", "0 0.25 0.5 0.3 0.5\n")
    assert read(tmp_path / "set", room=tmp_path).format == "Pascal VOC and YOLO"


@pytest.mark.parametrize(("chosen", "used"), [("", "first"), ("YOLO", "second/images")])
def test_of_two_exports_with_copies_of_the_pictures_either_can_be_chosen(chosen, used, tmp_path):
    voc(tmp_path / "set/first", "a", "b")
    for name in "ab":
        picture(tmp_path / f"set/second/images/{name}.jpg", seed=ord(name))
        text(tmp_path / f"set/second/labels/{name}.txt", "0 0.25 0.5 0.3 0.5\n")
    found = recognise(search([tmp_path / "set"], tmp_path / "room"), chosen)
    labelled = {one.name for one, _ in found.pictures() if one and one.labels}
    assert labelled == {f"{used}/a.jpg", f"{used}/b.jpg"}
    assert set(found.choices) == {"Pascal VOC", "YOLO"}
    assert "described_twice" in {problem.code for problem in found.problems}


def test_labels_take_the_pictures_beside_them_and_not_their_copies(tmp_path):
    for folder in ("coco/images", "voc/images", "yolo/images"):
        for name in "ab":
            picture(tmp_path / f"set/{folder}/{name}.jpg", seed=ord(name))
    for name in "ab":
        text(tmp_path / f"set/yolo/labels/{name}.txt", "0 0.25 0.5 0.3 0.5\n")
        text(tmp_path / f"set/voc/labels/{name}.xml", voc_xml(f"{name}.jpg", [CAT]))
    labels = coco({"a.jpg": [DOG], "b.jpg": [DOG]}, ["dog"])
    write_json(tmp_path / "set/coco/labels/labels.json", labels)
    for chosen, folder in (("COCO JSON", "coco"), ("Pascal VOC", "voc"), ("YOLO", "yolo")):
        found = recognise(search([tmp_path / "set"], tmp_path / "room"), chosen)
        labelled = [one.name for one, _ in found.pictures() if one and one.labels]
        assert labelled == [f"{folder}/images/a.jpg", f"{folder}/images/b.jpg"]
        assert set(found.choices) == {"COCO JSON", "Pascal VOC", "YOLO"}


def test_labels_that_fit_no_picture_are_told_beside_others(tmp_path):
    voc(tmp_path / "set", "a")
    write_json(tmp_path / "set/labels.json", coco({"gone.jpg": [DOG]}, ["dog"]))
    assert codes(read(tmp_path / "set", room=tmp_path)) == {"label_without_picture"}


def side_by_side(folder, seed):
    picture(folder / "coco/images/a.jpg", seed=1)
    write_json(folder / "coco/labels.json", coco({"a.jpg": [DOG]}, ["dog"]))
    picture(folder / "yolo/images/a.jpg", seed=seed)
    text(folder / "yolo/labels/a.txt", "0 0.25 0.5 0.3 0.5\n")
    text(folder / "yolo/data.yaml", "names: [cat]\n")


def test_folders_called_like_formats_keep_the_labels_of_each_at_its_own_pictures(tmp_path):
    side_by_side(tmp_path / "set", seed=99)
    reading = read(tmp_path / "set", room=tmp_path)
    assert boxes_of(reading) == {"coco/images/a.jpg": [DOG], "yolo/images/a.jpg": [CAT]}


def test_copies_that_come_in_without_labels_are_told(tmp_path):
    side_by_side(tmp_path / "set", seed=1)
    reading = read(tmp_path / "set", room=tmp_path)
    [told] = reading.problems
    assert "1 picture copied from those that COCO JSON describes" in told.what
    assert "without labels" in told.done
    found = recognise(search([tmp_path / "set"], tmp_path / "again"))
    assert found.choices == ("COCO JSON", "YOLO")


def test_places_on_all_pictures_go_before_the_classes_of_whole_pictures(tmp_path):
    for number, name in enumerate("abcd"):
        picture(tmp_path / f"set/{name}.png", seed=number)
    text(tmp_path / "set/boxes.csv", "id,x,y,width,height,class\na,10,20,30,40,cat\n"
         "b,10,20,30,40,cat\nc,,,,,\nd,,,,,\n")  # fmt: skip
    text(tmp_path / "set/info.csv", "id,class\na,ill\nb,ill\nc,well\nd,well\n")
    reading = read(tmp_path / "set", room=tmp_path)
    assert (reading.task, reading.classes) == ("detect", ("cat",))
    assert "described_twice" in codes(reading)


def test_classes_of_pictures_stay_where_places_are_known_of_few(tmp_path):
    for number, name in enumerate("abcd"):
        picture(tmp_path / f"set/{name}.png", seed=number)
    text(tmp_path / "set/boxes.csv", "id,x,y,width,height,class\na,10,20,30,40,cat\n")
    text(tmp_path / "set/info.csv", "id,class\na,ill\nb,ill\nc,well\nd,well\n")
    assert read(tmp_path / "set", room=tmp_path).classes == ("ill", "well")
