"""Pascal VOC files as tools write them, and as they should not."""

import pytest

from components.data.recognise import recognise
from components.data.records import PictureState
from components.data.scan import search
from tests.data.drawn_sets import boxes_of, codes, picture, read, text, voc_xml

BOX = ("cat", 30.0, 20.0, 70.0, 60.0)


def a_set(tmp_path, xmls, pictures=("JPEGImages/a.jpg",), encoding="utf-8"):
    for number, name in enumerate(pictures):
        picture(tmp_path / "set" / name, seed=number)
    for name, content in xmls.items():
        text(tmp_path / "set" / name, content, encoding)
    return read(tmp_path / "set", room=tmp_path)


@pytest.mark.parametrize("filename", ["a.jpg", "A.JPG", "a.png", "", "other.jpg", "x/y/a.jpg", "a"])
def test_the_picture_is_found_by_filename_or_by_the_xmls_own_name(filename, tmp_path):
    reading = a_set(tmp_path, {"Annotations/a.xml": voc_xml(filename, [BOX])})
    assert (reading.format, boxes_of(reading)) == ("Pascal VOC", {"JPEGImages/a.jpg": [BOX]})


def test_a_filename_copied_into_all_files_takes_nobodys_picture(tmp_path):
    xmls = {f"Annotations/{letter}.xml": voc_xml("b.jpg", [(letter, *BOX[1:])]) for letter in "abc"}
    reading = a_set(tmp_path, xmls, tuple(f"JPEGImages/{letter}.jpg" for letter in "abc"))
    assert {name[-5]: boxes[0][0] for name, boxes in boxes_of(reading).items()} == {
        "a": "a", "b": "b", "c": "c"
    }  # fmt: skip


@pytest.mark.parametrize("size", [None, (0, 0), (100, 80)])
def test_a_missing_size_is_no_loss(size, tmp_path):
    reading = a_set(tmp_path, {"Annotations/a.xml": voc_xml("a.jpg", [BOX], size)})
    assert boxes_of(reading) == {"JPEGImages/a.jpg": [BOX]}
    assert not reading.problems


@pytest.mark.parametrize(
    ("encoding", "head"),
    [("utf-8", ""), ("utf-8-sig", ""), ("utf-16", ""), ("utf-8-sig", '<?xml version="1.0"?>'),
     ("cp1252", '<?xml version="1.0" encoding="utf-8"?>'),
     ("utf-8", '<?xml version="1.0" encoding="nonsense"?>'),
     ("utf-8", '\n<?xml version="1.0" encoding="utf-8"?>')],
)  # fmt: skip
def test_encodings_may_lie(encoding, head, tmp_path):
    xml = head + voc_xml("a.jpg", [("Käfer", *BOX[1:])])
    reading = a_set(tmp_path, {"a.xml": xml}, ("a.jpg",), encoding)
    assert boxes_of(reading) == {"a.jpg": [("Käfer", *BOX[1:])]}


def test_image_sets_give_the_parts(tmp_path):
    names = ("a", "b", "c")
    xmls = {f"Annotations/{n}.xml": voc_xml(f"{n}.jpg", [BOX]) for n in names}
    lists = {"train": "a", "val": "b", "trainval": "a\nb", "test": "c"}
    sets = {f"ImageSets/Main/{part}.txt": listed for part, listed in lists.items()}
    sets |= {"ImageSets/Main/cat_train.txt": "b 1", "ImageSets/Layout/train.txt": "c"}
    reading = a_set(tmp_path, {**xmls, **sets}, tuple(f"JPEGImages/{n}.jpg" for n in names))
    assert {p.name[-5]: p.split for p in reading.pictures} == {
        "a": "train",
        "b": "val",
        "c": "test",
    }


def test_an_xml_without_objects_is_an_empty_picture(tmp_path):
    reading = a_set(
        tmp_path,
        {"Annotations/a.xml": voc_xml("a.jpg", []), "Annotations/b.xml": voc_xml("b.jpg", [BOX])},
        ("JPEGImages/a.jpg", "JPEGImages/b.jpg", "JPEGImages/c.jpg"),
    )  # fmt: skip
    assert [p.state for p in reading.pictures] == [
        PictureState.EMPTY, PictureState.LABELLED, PictureState.UNLABELLED
    ]  # fmt: skip


def test_parts_of_a_person_are_no_objects(tmp_path):
    xml = voc_xml("a.jpg", [BOX]).replace(
        "</object>",
        "<part><name>head</name><bndbox><xmin>1</xmin><ymin>1</ymin><xmax>5</xmax><ymax>5</ymax>"
        "</bndbox></part></object>",
    )
    reading = a_set(tmp_path, {"a.xml": xml}, ("a.jpg",))
    assert (boxes_of(reading), codes(reading)) == ({"a.jpg": [BOX]}, {"parts_left_out"})


BAD_OBJECTS = [
    "<object><name>cat</name></object>",
    "<object><bndbox><xmin>1</xmin><ymin>1</ymin><xmax>9</xmax><ymax>9</ymax></bndbox></object>",
    "<object><name>cat</name><bndbox><xmin>1</xmin><ymin>x</ymin><xmax>9</xmax><ymax>9</ymax></bndbox></object>",
    "<object><name>cat</name><bndbox><xmin>1</xmin></bndbox></object>",
    "<object><name>  </name><bndbox/></object>",
]


@pytest.mark.parametrize("bad", BAD_OBJECTS)
def test_a_bad_object_costs_only_itself(bad, tmp_path):
    xml = voc_xml("a.jpg", [BOX]).replace("<object>", f"{bad}<object>", 1)
    reading = a_set(tmp_path, {"a.xml": xml}, ("a.jpg",))
    assert boxes_of(reading) == {"a.jpg": [BOX]}
    assert codes(reading) == {"row_unreadable"}


def test_corners_the_wrong_way_round_are_swapped(tmp_path):
    reading = a_set(tmp_path, {"a.xml": voc_xml("a.jpg", [("cat", 70, 60, 30, 20)])}, ("a.jpg",))
    assert boxes_of(reading) == {"a.jpg": [BOX]}
    assert codes(reading) == {"box_turned_round"}


BOMB = (
    '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x "xxxxxxxxxx">'
    + "".join(f'<!ENTITY x{n} "{"&x;" * 10}">' for n in range(9))
    + "]><annotation><filename>&x8;</filename></annotation>"
)
OUTSIDE = (
    '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/hostname">]>'
    "<annotation><filename>&x;</filename></annotation>"
)


@pytest.mark.parametrize("xml", [BOMB, OUTSIDE, "<annotation>", "", "\x00\xff", "<a>" * 5000])
def test_broken_and_hostile_xml_is_told_and_the_rest_goes_on(xml, tmp_path):
    reading = a_set(tmp_path, {"a.xml": xml, "b.xml": voc_xml("b.jpg", [BOX])}, ("a.jpg", "b.jpg"))
    assert boxes_of(reading) == {"a.jpg": [], "b.jpg": [BOX]}
    assert codes(reading) == {"xml_broken"}


def test_turned_boxes_of_rolabelimg_become_the_boxes_around_them(tmp_path):
    xml = (
        "<annotation><filename>a.jpg</filename><object><name>ship</name><robndbox><cx>50</cx>"
        "<cy>40</cy><w>40</w><h>20</h><angle>1.5707963267948966</angle></robndbox></object></annotation>"
    )
    reading = a_set(tmp_path, {"a.xml": xml}, ("a.jpg",))
    assert boxes_of(reading) == {"a.jpg": [("ship", 40.0, 20.0, 60.0, 60.0)]}
    assert reading.pictures[0].labels[0].shape == "rotated"


@pytest.mark.parametrize(
    "more", ["<name>dog</name>", "<bndbox><xmin>1</xmin><ymin>1</ymin><xmax>9</xmax></bndbox>"]
)
def test_a_second_name_or_box_of_an_object_is_told(more, tmp_path):
    xml = voc_xml("a.jpg", [BOX]).replace("</object>", f"{more}</object>")
    reading = a_set(tmp_path, {"a.xml": xml}, ("a.jpg",))
    assert (boxes_of(reading), codes(reading)) == ({"a.jpg": [BOX]}, {"object_of_two"})


def test_width_and_height_that_are_exchanged_move_no_box(tmp_path):
    reading = a_set(tmp_path, {"a.xml": voc_xml("a.jpg", [BOX], (80, 100))}, ("a.jpg",))
    assert (boxes_of(reading), codes(reading)) == ({"a.jpg": [BOX]}, {"size_differs"})


def test_a_second_xml_for_one_picture_and_classes_without_names_are_told(tmp_path):
    xml = voc_xml("a.jpg", [("1", *BOX[1:])])
    reading = a_set(tmp_path, {"v1/a.xml": xml, "v2/a.xml": xml}, ("a.jpg",))
    assert [len(one.labels) for one in reading.pictures] == [1]
    assert codes(reading) == {"label_twice", "classes_are_numbers"}


@pytest.mark.parametrize(
    ("answer", "first", "second"),
    [("", "cat", "dog"), ("the one that is named like the XML", "cat", "dog"),
     ("the one that stands in <filename>", "dog", "cat")],
)  # fmt: skip
def test_a_file_with_the_names_of_two_pictures_is_asked_about(answer, first, second, tmp_path):
    for number, (own, said, name) in enumerate([("1", "2", "cat"), ("2", "1", "dog")]):
        picture(tmp_path / f"set/{own}.jpg", seed=number)
        text(tmp_path / f"set/{own}.xml", voc_xml(f"{said}.jpg", [(name, *BOX[1:])]))
    finds = search([tmp_path / "set"], tmp_path / "room")
    finds.prefer = f"Pascal VOC: {answer}" if answer else ""
    found = recognise(finds)
    assert [one.labels[0].class_name for one, _ in found.pictures() if one] == [first, second]
    assert [question.topic for question in found.questions] == ["Pascal VOC"]
    assert "names_differ" in {problem.code for problem in found.problems}


@pytest.mark.parametrize(("degrees", "shape"), [("90.0", "rotated"), ("0.0", "box"), ("x", "box")])
def test_a_box_that_cvat_has_turned_is_turned(degrees, shape, tmp_path):
    said = f"<attribute><name>rotation</name><value>{degrees}</value></attribute>"
    xml = voc_xml("a.jpg", [("ship", 30, 30, 70, 50)]).replace(
        "</object>", f"<attributes>{said}</attributes></object>"
    )
    reading = a_set(tmp_path, {"a.xml": xml}, ("a.jpg",))
    (label,) = reading.pictures[0].labels
    expected = (40.0, 20.0, 60.0, 60.0) if shape == "rotated" else (30.0, 30.0, 70.0, 50.0)
    assert (label.shape, tuple(round(side, 6) for side in label.box)) == (shape, expected)


@pytest.mark.parametrize(
    ("sides", "box"),
    [(("30,5", "20,25", "70,5", "60,75"), (30.5, 20.25, 70.5, 60.75)),
     (("30,500", "20,250", "70,500", "60,750"), (30.5, 20.25, 70.5, 60.75)),
     (("30", "20,25", "70,5", "60"), (30, 20.25, 70.5, 60))],
)  # fmt: skip
def test_decimal_commas_are_read(sides, box, tmp_path):
    reading = a_set(tmp_path, {"a.xml": voc_xml("a.jpg", [("cat", *sides)])}, ("a.jpg",))
    (label,) = reading.pictures[0].labels
    assert (label.box, codes(reading)) == (box, set())


def test_a_turned_box_and_an_outline_may_have_decimal_commas(tmp_path):
    turned_box = (
        "<object><name>ship</name><robndbox><cx>50,0</cx><cy>40,0</cy><w>40,0</w><h>20,0</h>"
        "<angle>1,5707963267948966</angle></robndbox></object>"
    )
    outline = "".join(
        f"<x{n}>{x},5</x{n}><y{n}>{y},25</y{n}>"
        for n, (x, y) in enumerate([(30, 20), (70, 20), (70, 60)], start=1)
    )
    xml = voc_xml("a.jpg", [BOX]).replace("</object>", f"<polygon>{outline}</polygon></object>")
    xml = xml.replace("</annotation>", f"{turned_box}</annotation>")
    first, second = a_set(tmp_path, {"a.xml": xml}, ("a.jpg",)).pictures[0].labels
    assert first.points == ((30.5, 20.25), (70.5, 20.25), (70.5, 60.25))
    assert second.box == pytest.approx((40, 20, 60, 60))


def test_a_comma_that_may_part_thousands_is_told_and_not_guessed(tmp_path):
    xml = voc_xml("a.jpg", [("cat", "30", "20", "1,070", "60")])
    reading = a_set(tmp_path, {"a.xml": xml}, ("a.jpg",))
    assert (boxes_of(reading), codes(reading)) == (
        {"a.jpg": []}, {"row_unreadable", "no_label_left"}
    )  # fmt: skip
