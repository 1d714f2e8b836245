"""VIA's JSON in its four forms and its CSV; which attribute is the class is found by counting."""

import csv
import json

import pytest

from components.data.recognise import recognise
from components.data.records import PictureState
from components.data.scan import search
from tests.data.drawn_sets import boxes_of, codes, picture, read, text, write_json

BOX = ("cat", 30.0, 20.0, 70.0, 60.0)
RECT = {"name": "rect", "x": 30, "y": 20, "width": 40, "height": 40}


def region(shape=RECT, **attributes):
    return {"shape_attributes": shape, "region_attributes": attributes or {"kind": "cat"}}


def entry(*regions, name="a.jpg"):
    return {"filename": name, "size": 1, "regions": list(regions), "file_attributes": {}}


def a_set(tmp_path, content, pictures=("a.jpg",)):
    for number, name in enumerate(pictures):
        picture(tmp_path / "set" / name, seed=number)
    write_json(tmp_path / "set" / "via.json", content)
    return read(tmp_path / "set", room=tmp_path)


NUMBERED = {**entry(), "regions": {"0": region(), "1": region({**RECT, "x": 1})}}
FORMS = {
    "regions": {"a.jpg1": entry(region())},
    "project": {
        "_via_settings": {"ui": {}}, "_via_img_metadata": {"a.jpg1": entry(region())},
        "_via_attributes": {"region": {"kind": {"type": "text"}}, "file": {}},
    },
    "list": [entry(region())],
    "trailing line end": {"a.jpg1": entry(region(), name="a.jpg\n")},
    "address": {"a.jpg-1": entry(region(), name="https://somewhere/pictures/a.jpg")},
}  # fmt: skip


@pytest.mark.parametrize("form", FORMS)
def test_every_form_is_read(form, tmp_path):
    reading = a_set(tmp_path, FORMS[form])
    assert (reading.format, boxes_of(reading)) == (
        "VGG Image Annotator (VIA)", {"a.jpg": [BOX]}
    )  # fmt: skip
    assert not reading.problems


def test_numbered_regions_are_read(tmp_path):
    assert len(a_set(tmp_path, {"a.jpg1": NUMBERED}).pictures[0].labels) == 2


POLYGON = {"name": "polygon", "all_points_x": [30, 70, 50], "all_points_y": [20, 20, 60]}
SHAPES = {
    "polygon": POLYGON, "polyline": {**POLYGON, "name": "polyline"},
    "circle": {"name": "circle", "cx": 50, "cy": 40, "r": 20},
    "ellipse": {"name": "ellipse", "cx": 50, "cy": 40, "rx": 20, "ry": 20, "theta": 0.3},
}  # fmt: skip


@pytest.mark.parametrize("shape", SHAPES)
def test_shapes_become_outlines_with_the_box_around_them(shape, tmp_path):
    reading = a_set(tmp_path, {"a": entry(region(SHAPES[shape]))})
    (label,) = reading.pictures[0].labels
    assert label.box == pytest.approx(BOX[1:], abs=0.1)
    assert (label.shape, len(label.points) >= 3) == ("polygon", True)


def test_points_are_no_things_and_are_told(tmp_path):
    point = region({"name": "point", "cx": 3, "cy": 4})
    reading = a_set(tmp_path, {"a": entry(region(), point)})
    assert boxes_of(reading) == {"a.jpg": [BOX]}
    assert "no_object" in codes(reading)


def test_the_class_is_the_attribute_that_is_filled_most(tmp_path):
    regions = [region(note="", kind="cat"), region({**RECT, "x": 1}, note="blurred", kind="dog")]
    reading = a_set(tmp_path, {"a": entry(*regions)})
    assert set(reading.classes) == {"cat", "dog"}
    assert "'kind'" in reading.why
    assert "class_chosen" in codes(reading)


@pytest.mark.parametrize(
    ("value", "name"), [(7, "7"), ({"cat": True, "dog": False}, "cat"), (" cat\n", "cat")]
)
def test_an_attribute_may_be_a_number_or_ticked_boxes(value, name, tmp_path):
    assert a_set(tmp_path, {"a": entry(region(kind=value))}).classes == (name,)


def test_regions_without_attribute_get_a_class_to_be_renamed(tmp_path):
    bare = {"shape_attributes": RECT, "region_attributes": {}}
    reading = a_set(tmp_path, {"a": entry(bare)})
    assert boxes_of(reading) == {"a.jpg": [("(none)", *BOX[1:])]}
    assert "class_nameless" in codes(reading)


def test_a_picture_that_was_only_opened_is_unlabelled(tmp_path):
    listed = {"a": entry(region()), "b": entry(name="b.jpg")}
    reading = a_set(tmp_path, listed, ("a.jpg", "b.jpg"))
    assert [p.state for p in reading.pictures] == [PictureState.LABELLED, PictureState.UNLABELLED]


BAD = [
    None, 7, {}, {"shape_attributes": 3}, region({"name": "rect", "x": 1}),
    region({"name": "rect", "x": "a", "y": 1, "width": 2, "height": 3}),
    region({"name": "polygon", "all_points_x": [1, 2, 3], "all_points_y": [1, 2]}),
    region({"name": "circle", "cx": 1}), region({"name": "star", "x": 1}),
]  # fmt: skip


@pytest.mark.parametrize("bad", BAD)
def test_a_bad_region_costs_only_itself(bad, tmp_path):
    reading = a_set(tmp_path, {"a": entry(region(), bad)})
    assert boxes_of(reading) == {"a.jpg": [BOX]}
    assert codes(reading) == {"row_unreadable"}


@pytest.mark.parametrize("head", ["filename", "#filename"])
@pytest.mark.parametrize("delimiter", [",", ";"])
def test_the_csv_is_read(head, delimiter, tmp_path):
    picture(tmp_path / "set" / "a.jpg")
    path = text(tmp_path / "set" / "via.csv", "")
    with path.open("w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file, delimiter=delimiter)
        rows.writerow([head, "file_size", "file_attributes", "region_count", "region_id",
                       "region_shape_attributes", "region_attributes"])  # fmt: skip
        for number, x in enumerate((30, 1)):
            shape = json.dumps({**RECT, "x": x})
            rows.writerow(["a.jpg", 1, "{}", 2, number, shape, '{"kind":"cat"}'])
    reading = read(tmp_path / "set", room=tmp_path)
    assert boxes_of(reading) == {"a.jpg": [("cat", 1.0, 20.0, 41.0, 60.0), BOX]}


def test_which_attribute_is_the_class_is_asked_and_the_answer_counts(tmp_path):
    picture(tmp_path / "set/a.jpg")
    write_json(tmp_path / "set/v.json", {"a.jpg1": entry(region(kind="cat", colour="red"))})
    finds = search([tmp_path / "set"], tmp_path / "room")
    (question,) = recognise(finds).questions
    assert set(question.answers) == {"kind", "colour"}
    assert question.answers[question.chosen] == "kind"
    finds = search([tmp_path / "set"], tmp_path / "room")
    finds.prefer = question.said("colour")
    found = recognise(finds, finds.prefer)
    ((read_one, _),) = found.pictures()
    assert [label.class_name for label in read_one.labels] == ["red"]
    assert found.questions[0].answers[found.questions[0].chosen] == "colour"


def test_numbered_answers_are_called_by_their_words(tmp_path):
    options = {"kind": {"type": "dropdown", "options": {"1": "cat", "2": "dog"}}}
    content = {"_via_settings": {}, "_via_attributes": {"region": options, "file": {}},
               "_via_img_metadata": {"a.jpg1": entry(region(kind="1"))}}  # fmt: skip
    assert boxes_of(a_set(tmp_path, content)) == {"a.jpg": [BOX]}


def test_an_open_line_is_closed_and_told(tmp_path):
    line = {"name": "polyline", "all_points_x": [10, 40, 80], "all_points_y": [10, 12, 30]}
    closed = {**line, "all_points_x": [10, 40, 80, 10], "all_points_y": [10, 12, 30, 10]}
    reading = a_set(tmp_path, {"a": entry(region(line), region(closed))})
    (told,) = [one for one in reading.problems if one.code == "lines_closed"]
    assert told.what.startswith("1 region")


def test_attributes_of_pictures_sort_them_where_nothing_is_drawn(tmp_path):
    about = {"a": {"time": "day", "text": "one"}, "b": {"time": "night", "text": "two"},
             "c": {"time": "day", "text": "three"}, "d": {"text": "four"}}  # fmt: skip
    content = {name: {**entry(name=f"{name}.jpg"), "file_attributes": said}
               for name, said in about.items()}  # fmt: skip
    reading = a_set(tmp_path, content, tuple(f"{name}.jpg" for name in about))
    assert (reading.task, reading.classes) == ("classify", ("day", "night"))
    assert [one.state for one in reading.pictures] == [*["labelled"] * 3, "unlabelled"]


def test_captions_of_pictures_are_no_classes(tmp_path):
    content = {name: {**entry(name=f"{name}.jpg"), "file_attributes": {"caption": f"{name} sits"}}
               for name in "abcd"}  # fmt: skip
    reading = a_set(tmp_path, content, tuple(f"{name}.jpg" for name in "abcd"))
    assert (reading.task, reading.classes) == ("detect", ())
    assert {one.state for one in reading.pictures} == {"unlabelled"}


def test_the_csv_of_via_3_is_read(tmp_path):
    attributes = {"1": {"aname": "kind", "options": {"0": "cat", "1": "dog"}}}
    rows = [
        "# Exported using VGG Image Annotator", f"# ATTRIBUTE = {json.dumps(attributes)}",
        "# CSV_HEADER = metadata_id,file_list,flags,temporal_coordinates,spatial_coordinates,"
        "metadata",
        '"1_a","[""a.jpg""]",0,"[]","[2,30,20,40,40]","{""1"":""0""}"',
        '"2_b","["b.jpg""]",0,"[]","[2,10,20,10,10]","{""1"":""1""}"',
    ]  # fmt: skip
    for number, name in enumerate("ab"):
        picture(tmp_path / f"set/{name}.jpg", seed=number)
    text(tmp_path / "set/via3.csv", "\n".join(rows))
    reading = read(tmp_path / "set", room=tmp_path)
    assert reading.format == "VGG Image Annotator 3"
    assert boxes_of(reading) == {"a.jpg": [BOX], "b.jpg": [("dog", 10.0, 20.0, 20.0, 30.0)]}


def test_what_via_3_says_of_whole_pictures_is_told(tmp_path):
    picture(tmp_path / "set/a.jpg")
    rows = {"1": {"vid": "1", "z": [], "xy": [2, 30, 20, 40, 40], "av": {"1": "cat"}},
            "2": {"vid": "1", "z": [], "xy": [], "av": {"2": "sunny"}}}  # fmt: skip
    write_json(tmp_path / "set/p.json", {
        "project": {}, "config": {}, "attribute": {"1": {"aname": "kind"}},
        "file": {"1": {"fid": "1", "fname": "a.jpg"}}, "metadata": rows,
        "view": {"1": {"fid_list": ["1"]}}})  # fmt: skip
    reading = read(tmp_path / "set", room=tmp_path)
    assert boxes_of(reading) == {"a.jpg": [BOX]}
    assert "tags_left_out" in codes(reading)
