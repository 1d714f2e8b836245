"""Turned boxes come in as they were turned, whatever way they are told; and doubts are asked."""

import math
from dataclasses import replace

import pytest

from components.data import import_phases, importing
from components.data.formats.shapes import turned
from components.data.formats.yolo_hints import ANSWERS, EIGHT
from components.data.import_job import read_order, write_order
from components.data.recognise import recognise
from components.data.scan import search
from tests.data.drawn_sets import coco, codes, picture, read, text, write_json

SIZE = (200, 100)
MIDDLE, SIDES, DEGREES = (100.0, 50.0), (60.0, 20.0), 30.0
CORNER = (MIDDLE[0] - SIDES[0] / 2, MIDDLE[1] - SIDES[1] / 2)
EXPECTED = turned("cat", CORNER, SIDES, DEGREES, MIDDLE).points
SHARES = "0.5 0.5 0.3 0.2"  # middle and sides as fractions of the picture
EIGHT_NUMBERS = " ".join(f"{x / SIZE[0]:.6f} {y / SIZE[1]:.6f}" for x, y in EXPECTED)


def yolo(folder, *rows, yaml="names: [cat]\n"):
    for number, row in enumerate(rows):
        picture(folder / f"images/{number}.png", SIZE, seed=number)
        text(folder / f"labels/{number}.txt", f"{row}\n")
    text(folder / "data.yaml", yaml)
    return folder


def same(points, expected=EXPECTED):
    return all(math.dist(a, b) < 0.01 for a, b in zip(points, expected, strict=True))


@pytest.mark.parametrize(
    ("angle", "degrees", "yaml"),
    [
        (f"{math.radians(DEGREES):.6f}", 30.0, "names: [cat]\ntask: obb\n"),
        ("30.0", 30.0, "names: [cat]\ntask: obb\n"),
        ("30.5", 30.5, "names: [cat]\n"),
    ],
    ids=["radians", "degrees", "no task said"],
)
def test_a_sixth_column_is_an_angle_in_a_picture_that_is_no_square(angle, degrees, yaml, tmp_path):
    folder = yolo(tmp_path / "set", f"0 {SHARES} {angle}", f"0 {SHARES} -1.2", yaml=yaml)
    reading = read(folder, room=tmp_path)
    (label,) = reading.pictures[0].labels
    assert label.shape == "rotated"
    expected = turned("cat", CORNER, SIDES, degrees, MIDDLE).points
    unit = "degrees" if angle.startswith("30") else "radians"
    assert same(label.points, expected)
    assert any(unit in one.done for one in reading.problems if one.code == "angle_column")


def test_a_confidence_and_the_number_of_a_track_turn_nothing(tmp_path):
    for name, rows, code in (
        ("one", (f"0 {SHARES} 0.97", f"0 {SHARES} 0.5"), "confidence_column"),
        ("two", (f"0 {SHARES} 17", f"0 {SHARES} 4"), "sixth_column"),
    ):
        reading = read(yolo(tmp_path / name, *rows), room=tmp_path / f"{name} room")
        assert {one.labels[0].shape for one in reading.pictures} == {"box"}
        assert codes(reading) >= {code}


@pytest.mark.parametrize(
    ("answer", "shape"), list(zip(ANSWERS, ("rotated", "polygon", "keypoints"), strict=True))
)
def test_what_eight_numbers_are_is_asked_and_the_answer_counts(answer, shape, tmp_path):
    folder = yolo(tmp_path / "set", f"0 {EIGHT_NUMBERS}", f"0 {EIGHT_NUMBERS}")
    finds = search([folder], tmp_path / "room")
    finds.prefer = answer
    found = recognise(finds, answer)
    first, _ = next(iter(found.pictures()))
    assert first.labels[0].shape == shape
    (told,) = [one for one in found.problems if one.code == EIGHT]
    assert ANSWERS[answer] in told.done


def test_two_sets_may_have_rows_of_another_kind_each(tmp_path):
    outline = "0 0.1 0.1 0.5 0.12 0.6 0.4 0.3 0.5 0.1 0.3"
    for name, row in (("a", outline), ("b", f"0 {EIGHT_NUMBERS}")):
        picture(tmp_path / f"set/{name}/images/{name}.jpg", seed=ord(name))
        text(tmp_path / f"set/{name}/labels/{name}.txt", row)
        text(tmp_path / f"set/{name}/data.yaml", f"names: [{name}]")
    reading = read(tmp_path / "set", room=tmp_path)
    assert [one.labels[0].shape for one in reading.pictures] == ["polygon", "rotated"]
    assert EIGHT in codes(reading)


def test_the_answer_travels_with_the_order(workspace, tmp_path):
    folder = yolo(tmp_path / "set", *[f"0 {EIGHT_NUMBERS}"] * 2)
    job = importing._prepare(workspace, [folder], "set", kept=True)
    write_order(job, replace(read_order(job), prefer="YOLO: outlines of four corners"))
    import_phases.read(job, lambda: None)
    done = [one.done for one in importing.problems(job) if one.code == EIGHT]
    assert ["outlines" in each for each in done] == [True]


def test_coco_with_an_angle_is_turned(tmp_path):
    x, y = MIDDLE
    w, h = SIDES
    facts = coco({"a.png": [("cat", 0, 0, 1, 1)], "b.png": [("cat", 0, 0, 1, 1)]}, ["cat"], SIZE)
    first, second = facts["annotations"]
    first["bbox"] = [x, y, w, h, -DEGREES]  # Detectron2: the middle, and against the clock
    second.update(bbox=[*CORNER, w, h], attributes={"occluded": False, "rotation": DEGREES})
    for number, name in enumerate("ab"):
        picture(tmp_path / f"set/{name}.png", SIZE, seed=number)
    write_json(tmp_path / "set/labels.json", facts)
    reading = read(tmp_path / "set", room=tmp_path)
    assert all(same(one.labels[0].points) for one in reading.pictures)


def test_a_yaml_with_a_path_of_windows_in_double_quotes_names_the_classes(tmp_path):
    paths = r'train: "C:\Users\me\set\images"' + "\nnames: ['cat', 'dog']\n"
    reading = read(yolo(tmp_path / "set", f"1 {SHARES}", yaml=paths), room=tmp_path)
    assert reading.pictures[0].labels[0].class_name == "dog"
    assert "names_unreadable" not in codes(reading)


def test_an_xml_is_read_in_the_encoding_that_it_says(tmp_path):
    picture(tmp_path / "set/a.png")
    body = ('<?xml version="1.0" encoding="GB2312"?><annotation><filename>a.png</filename><object>'
            "<name>猫</name><bndbox><xmin>1</xmin><ymin>2</ymin><xmax>30</xmax><ymax>40</ymax>"
            "</bndbox></object></annotation>")  # fmt: skip
    text(tmp_path / "set/a.xml", body, "gb2312")
    assert read(tmp_path / "set", room=tmp_path).classes == ("猫",)
