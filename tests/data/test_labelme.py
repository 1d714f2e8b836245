"""LabelMe files as the tool and its relatives write them, and as they should not."""

import base64
import json

import numpy as np
import pytest
from PIL import Image, ImageDraw

from components.data.records import PictureState
from tests.data.drawn_sets import boxes_of, codes, picture, picture_bytes, read, write_json
from tests.shared_data import shared

BOX = ("cat", 30.0, 20.0, 70.0, 60.0)
RECTANGLE = {"label": "cat", "points": [[30, 20], [70, 60]], "shape_type": "rectangle"}


def labelme(*shapes, **others):
    facts = {"version": "5.0", "flags": {}, "shapes": list(shapes), "imagePath": "a.jpg"}
    return {**facts, "imageData": None, "imageHeight": 80, "imageWidth": 100, **others}


def one(tmp_path, content, with_picture=True):
    if with_picture:
        picture(tmp_path / "set" / "a.jpg")
    write_json(tmp_path / "set" / "a.json", content)
    return read(tmp_path / "set", room=tmp_path)


def shapes(reading):
    return [(label.shape, len(label.points)) for label in reading.pictures[0].labels]


def test_a_rectangle_may_be_drawn_from_any_corner(tmp_path):
    shape = {**RECTANGLE, "points": [[70, 20], [30, 60]]}
    reading = one(tmp_path, labelme(shape))
    assert (reading.format, boxes_of(reading)) == ("LabelMe", {"a.jpg": [BOX]})
    assert not reading.problems


@pytest.mark.parametrize("key", ["shape_type", "version", "flags", "imageData", "imageWidth",
                                 "imageHeight", "imagePath"])  # fmt: skip
def test_missing_keys_are_no_loss(key, tmp_path):
    content = labelme(dict(RECTANGLE))
    content.pop(key, None)
    content["shapes"][0].pop(key, None)
    assert boxes_of(one(tmp_path, content)) == {"a.jpg": [BOX]}


@pytest.mark.parametrize("path", ["a.json", "..\\pictures\\a.jpg", "C:\\x\\a.PNG", "other.jpg", "",
                                  "/home/me/a.jpg", None])  # fmt: skip
def test_a_wrong_image_path_is_mended_by_the_files_own_name(path, tmp_path):
    reading = one(tmp_path, labelme(RECTANGLE, imagePath=path))
    assert boxes_of(reading) == {"a.jpg": [BOX]}


def test_an_outline_keeps_its_points(tmp_path):
    shape = {"label": "cat", "points": [[30, 20], [70, 20], [50, 60]]}
    reading = one(tmp_path, labelme(shape))
    assert boxes_of(reading) == {"a.jpg": [BOX]}
    assert reading.pictures[0].labels[0].points == ((30, 20), (70, 20), (50, 60))


def test_a_circle_is_its_centre_and_a_point_on_it(tmp_path):
    shape = {"label": "cat", "points": [[50, 40], [50, 60]], "shape_type": "circle"}
    reading = one(tmp_path, labelme(shape))
    assert boxes_of(reading) == {"a.jpg": [("cat", 30.0, 20.0, 70.0, 60.0)]}
    assert shapes(reading)[0][0] == "polygon"


def test_a_mask_lies_where_its_first_point_is(tmp_path):
    mask = np.zeros((30, 40), dtype=bool)
    mask[5:15, 10:30] = True
    path = tmp_path / "mask.png"
    Image.fromarray(mask).save(path)
    shape = {
        "label": "cat", "points": [[20, 30], [59, 59]], "shape_type": "mask",
        "mask": base64.b64encode(path.read_bytes()).decode(),
    }  # fmt: skip
    reading = one(tmp_path, labelme(shape))
    assert boxes_of(reading) == {"a.jpg": [("cat", 30.0, 35.0, 50.0, 45.0)]}
    assert shapes(reading)[0][0] == "polygon"


def test_a_turned_box_keeps_its_corners(tmp_path):
    points = [[50, 20], [70, 40], [50, 60], [30, 40]]
    reading = one(tmp_path, labelme({"label": "cat", "points": points, "shape_type": "rotation"}))
    assert boxes_of(reading) == {"a.jpg": [BOX]}
    assert shapes(reading) == [("rotated", 4)]


@pytest.mark.parametrize("kind", ["line", "point", "linestrip", "points"])
def test_lines_and_points_are_no_things_and_are_told(kind, tmp_path):
    other = {"label": "tip", "points": [[1, 2], [5, 6]], "shape_type": kind}
    reading = one(tmp_path, labelme(RECTANGLE, other))
    assert boxes_of(reading) == {"a.jpg": [BOX]}
    assert "no_object" in codes(reading)


def test_a_picture_with_nothing_but_a_line_is_not_taken_for_an_empty_one(tmp_path):
    line = {"label": "tip", "points": [[1, 2], [5, 6]], "shape_type": "line"}
    assert one(tmp_path, labelme(line)).pictures[0].state is PictureState.UNLABELLED


def test_a_saved_file_without_shapes_says_that_there_is_nothing(tmp_path):
    assert one(tmp_path, labelme()).pictures[0].state is PictureState.EMPTY


def test_flags_beside_drawn_pictures_make_no_empty_ones(tmp_path):
    picture(tmp_path / "set" / "b.jpg")
    write_json(tmp_path / "set" / "b.json", labelme(RECTANGLE, imagePath="b.jpg"))
    reading = one(tmp_path, labelme(flags={"cat": True, "dog": False}))
    assert reading.pictures[0].state is PictureState.UNLABELLED
    assert "whole_picture_labels" in codes(reading)


def test_flags_sort_whole_pictures_where_nothing_is_drawn(tmp_path):
    for name, flags in (("b", {"cat": False, "dog": True}), ("c", {"cat": False})):
        picture(tmp_path / "set" / f"{name}.jpg")
        write_json(tmp_path / "set" / f"{name}.json", labelme(flags=flags, imagePath=f"{name}.jpg"))
    reading = one(tmp_path, labelme(flags={"cat": True, "dog": True}))
    assert (reading.task, reading.classes) == ("classify", ("cat", "dog"))
    assert [[label.class_name for label in each.labels] for each in reading.pictures] == [
        ["cat", "dog"], ["dog"], [],
    ]  # fmt: skip
    assert reading.pictures[2].state is PictureState.UNLABELLED
    assert "several_classes" in codes(reading)


def test_boxes_of_a_group_stay_labels_and_are_told(tmp_path):
    other = {**RECTANGLE, "points": [[1, 1], [9, 9]], "group_id": 3}
    reading = one(tmp_path, labelme({**RECTANGLE, "group_id": 3}, other))
    assert len(reading.pictures[0].labels) == 2
    assert codes(reading) == {"shapes_grouped"}


def outline(left, top, right, bottom, group=None, label="cat"):
    points = [[left, top], [right, top], [right, bottom], [left, bottom]]
    return {"label": label, "points": points, "shape_type": "polygon", "group_id": group}


def filled(label):
    image = Image.new("1", (100, 80))
    ImageDraw.Draw(image).polygon([tuple(point) for point in label.points], fill=1)
    return np.asarray(image)


def test_outlines_of_one_class_and_group_are_parts_of_one_thing(tmp_path):
    parts = outline(10, 10, 30, 30, 1), outline(60, 40, 90, 70, 1)
    others = outline(40, 5, 50, 15, 2), outline(5, 50, 20, 60), outline(70, 5, 80, 15, 1, "dog")
    reading = one(tmp_path, labelme(parts[0], others[0], parts[1], *others[1:]))
    first, *rest = reading.pictures[0].labels
    assert (first.class_name, first.shape, first.box) == ("cat", "polygon", (10, 10, 90, 70))
    assert filled(first)[20, 20]
    assert filled(first)[50, 80]
    assert filled(first).sum() < 21 * 21 + 31 * 31 + 100  # a bridge is a line
    assert [label.box for label in rest] == [(40, 5, 50, 15), (5, 50, 20, 60), (70, 5, 80, 15)]
    assert "parts_joined" in codes(reading)


def test_parts_that_overlap_or_were_drawn_the_other_way_round_are_no_holes(tmp_path):
    inner = outline(20, 20, 30, 30, 1)
    inner["points"].reverse()
    reading = one(tmp_path, labelme(outline(10, 10, 60, 60, 1), inner))
    (label,) = reading.pictures[0].labels
    assert filled(label)[25, 25]


def test_a_group_that_all_shapes_of_all_files_have_joins_nothing(tmp_path):
    picture(tmp_path / "set" / "b.jpg", seed=1)
    shapes_of_b = [outline(10, 10, 30, 30, 0), outline(60, 40, 90, 70, 0)]
    write_json(tmp_path / "set" / "b.json", labelme(*shapes_of_b, imagePath="b.jpg"))
    reading = one(tmp_path, labelme(outline(1, 1, 9, 9, 0)))
    assert [len(each.labels) for each in reading.pictures] == [1, 2]
    assert "shapes_grouped" in codes(reading)


def test_points_belong_to_a_thing_of_several_parts(tmp_path):
    nose = {"label": "nose", "points": [[20, 20]], "shape_type": "point", "group_id": 1}
    reading = one(tmp_path, labelme(outline(10, 10, 30, 30, 1), outline(60, 40, 90, 70, 1), nose))
    (label,) = reading.pictures[0].labels
    assert (label.shape, label.box) == ("keypoints", (10, 10, 90, 70))


def test_a_picture_inside_the_json_is_taken_when_there_is_no_other(tmp_path):
    data = base64.b64encode(picture_bytes((100, 80), "PNG")).decode()
    reading = one(tmp_path, labelme(RECTANGLE, imageData=data), with_picture=False)
    assert boxes_of(reading) == {"a.png": [BOX]}
    assert not reading.problems
    assert not list((tmp_path / "set").glob("*.png"))  # the user's folder is left as it was


def test_a_picture_inside_is_not_taken_beside_the_true_one(tmp_path):
    data = base64.b64encode(picture_bytes((100, 80))).decode()
    reading = one(tmp_path, labelme(RECTANGLE, imageData=data))
    assert [p.name for p in reading.pictures] == ["a.jpg"]


@pytest.mark.parametrize("data", ["", "x", "AAAA", base64.b64encode(b"<html>").decode(), 7, [1]])
def test_what_is_no_picture_inside_is_told(data, tmp_path):
    picture(tmp_path / "set" / "b.jpg")
    reading = one(tmp_path, labelme(RECTANGLE, imageData=data), with_picture=False)
    assert boxes_of(reading) == {"b.jpg": []}
    assert codes(reading) == {"label_without_picture"}


BAD = [
    {}, {"label": "cat"}, {"label": "", "points": [[1, 2], [3, 4]]}, {"label": "cat", "points": []},
    {"label": "cat", "points": [[1, 2]]}, {"label": "cat", "points": [[1, "x"], [3, 4]]},
    {"label": "cat", "points": [[1], [3, 4]]}, {"label": "cat", "points": {"x": 1}},
    {"label": "cat", "points": [[1, 2], [3, 4]], "shape_type": "mask", "mask": "%%"},
    {"label": "cat", "points": [[1, 2], [3, 4], [5, 6]], "shape_type": "rectangle"},
]  # fmt: skip


@pytest.mark.parametrize("bad", BAD)
def test_a_bad_shape_costs_only_itself(bad, tmp_path):
    reading = one(tmp_path, labelme(RECTANGLE, bad))
    assert boxes_of(reading) == {"a.jpg": [BOX]}
    assert codes(reading) == {"row_unreadable"}


def test_a_file_that_breaks_off_is_told_and_the_rest_goes_on(tmp_path):
    picture(tmp_path / "set" / "b.jpg")
    whole = json.dumps(labelme(RECTANGLE, imagePath="b.jpg"))
    (tmp_path / "set" / "b.json").write_text(whole[: len(whole) // 2], encoding="utf-8")
    reading = one(tmp_path, labelme(RECTANGLE))
    assert boxes_of(reading) == {"a.jpg": [BOX], "b.jpg": []}
    assert codes(reading) == {"json_broken"}


@pytest.mark.parametrize(
    ("part", "left_out"),
    [("bbox_detection", 0), ("instance_segmentation", 4), ("primitives", 3),
     ("video_annotation", 0), ("tutorial", 0)],
)  # fmt: skip
def test_the_examples_of_labelme_come_in(part, left_out, tmp_path):  # or joined by groups
    folder = shared("labelme_examples")
    reading = read(folder / "export" / part, room=tmp_path)
    facts = json.loads((folder / "expected.json").read_text(encoding="utf-8"))[part]
    labelled = [p for p in reading.pictures if p.labels]
    assert len(labelled) == facts["with_image"]
    assert sum(len(p.labels) for p in labelled) == facts["objects"] - left_out
