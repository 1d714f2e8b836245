"""Supervisely's annotation files: titles, outlines with holes, packed bitmaps."""

import base64
import io
import json
import math
import zlib

import numpy as np
import pytest
from PIL import Image

from tests.data.drawn_sets import boxes_of, codes, picture, read, write_json
from tests.shared_data import shared

BOX = ("cat", 30.0, 20.0, 70.0, 60.0)
SQUARE = [[30, 20], [70, 20], [70, 60], [30, 60]]


def thing(kind="rectangle", exterior=((30, 20), (70, 60)), interior=(), **others):
    points = {"exterior": [list(p) for p in exterior], "interior": [list(h) for h in interior]}
    return {"classTitle": "cat", "classId": 4131, "geometryType": kind, "points": points, **others}


def bitmap(mask, origin, mode="1"):
    memory = io.BytesIO()
    Image.fromarray(mask).convert(mode).save(memory, "PNG")
    data = base64.b64encode(zlib.compress(memory.getvalue())).decode()
    return thing("bitmap", bitmap={"data": data, "origin": list(origin)})


def one(tmp_path, *things, titles=("dog", "cat")):
    picture(tmp_path / "set" / "ds1" / "img" / "a.jpg")
    content = {"description": "", "tags": [], "size": {"height": 80, "width": 100}}
    write_json(tmp_path / "set" / "ds1" / "ann" / "a.jpg.json", {**content, "objects": things})
    classes = [{"id": 633, "title": title, "shape": "bitmap"} for title in titles]
    write_json(tmp_path / "set" / "meta.json", {"classes": classes, "tags": []})
    return read(tmp_path / "set", room=tmp_path)


def the_label(reading):
    return reading.pictures[0].labels[0]


@pytest.mark.parametrize(("kind", "points"), [("rectangle", SQUARE[::2]), ("polygon", SQUARE)])
def test_boxes_and_outlines_are_read(kind, points, tmp_path):
    reading = one(tmp_path, thing(kind, points))
    assert (reading.format, boxes_of(reading)) == ("Supervisely", {"ds1/img/a.jpg": [BOX]})
    assert the_label(reading).shape == ("box" if kind == "rectangle" else "polygon")


def test_holes_stay_holes_in_one_line(tmp_path):
    hole = [[40, 30], [60, 30], [60, 50], [40, 50]]
    label = the_label(one(tmp_path, thing("polygon", SQUARE, [hole])))
    points = np.array(label.points)
    x, y = points[:, 0], points[:, 1]
    area = abs(float((x * np.roll(y, -1) - np.roll(x, -1) * y).sum())) / 2
    assert area == pytest.approx(40 * 40 - 20 * 20)
    assert label.box == BOX[1:]


@pytest.mark.parametrize("mode", ["1", "L", "P", "LA", "RGBA"])
def test_a_bitmap_lies_at_its_origin(mode, tmp_path):
    mask = np.zeros((30, 40), dtype=bool)
    mask[5:15, 10:30] = True
    if mode in ("LA", "RGBA"):  # painted is what is opaque
        image = np.zeros((30, 40, 2 if mode == "LA" else 4), dtype=np.uint8)
        image[mask] = 255
        memory = io.BytesIO()
        Image.fromarray(image, mode).save(memory, "PNG")
        data = base64.b64encode(zlib.compress(memory.getvalue())).decode()
        given = thing("bitmap", bitmap={"data": data, "origin": [20, 30]})
    else:
        given = bitmap(mask, (20, 30), mode)
    reading = one(tmp_path, given)
    assert boxes_of(reading) == {"ds1/img/a.jpg": [("cat", 30.0, 35.0, 50.0, 45.0)]}
    assert the_label(reading).shape == "polygon"


def test_points_and_lines_are_told(tmp_path):
    reading = one(tmp_path, thing(), thing("point", [[1, 2]]), thing("line", [[1, 2], [3, 4]]))
    assert boxes_of(reading) == {"ds1/img/a.jpg": [BOX]}
    assert "no_object" in codes(reading)


def test_a_graph_is_a_set_of_keypoints(tmp_path):
    nodes = {"a": {"loc": [30, 20]}, "b": {"loc": [70, 60], "disabled": True}}
    reading = one(tmp_path, thing("graph", nodes=nodes))
    assert boxes_of(reading) == {"ds1/img/a.jpg": [BOX]}
    assert the_label(reading).points == ((30, 20, 2), (70, 60, 1))


def project(tmp_path, meta, files):
    for number, (name, content) in enumerate(files.items()):
        picture(tmp_path / "set" / "ds1" / "img" / name, seed=number)
        facts = {"tags": [], "objects": [], "size": {"height": 80, "width": 100}, **content}
        write_json(tmp_path / "set" / "ds1" / "ann" / f"{name}.json", facts)
    write_json(tmp_path / "set" / "meta.json", meta)
    return read(tmp_path / "set", room=tmp_path)


def test_points_of_a_skeleton_come_in_the_order_of_the_project(tmp_path):
    nodes = {key: {"label": name, "loc": [1, 1]} for key, name in (("u", "nose"), ("v", "eye"))}
    first = thing("graph", nodes={"u": {"loc": [30, 20]}, "v": {"loc": [70, 60]}})
    turned = thing("graph", nodes={"v": {"loc": [70, 60]}, "u": {"loc": [30, 20]}})
    classes = [{"title": "cat", "shape": "graph", "geometry_config": {"nodes": nodes}}]
    reading = project(tmp_path, {"classes": classes, "tags": []},
                      {"a.jpg": {"objects": [first]}, "b.jpg": {"objects": [turned]}})  # fmt: skip
    for one_picture in reading.pictures:
        assert one_picture.labels[0].points == ((30, 20, 2), (70, 60, 2))
    assert reading.keypoints.names == ("nose", "eye")


def test_a_point_that_is_not_there_leaves_the_others_in_their_place(tmp_path):
    nodes = {key: {"label": key, "loc": [1, 1]} for key in "uvw"}
    two = thing("graph", nodes={"w": {"loc": [70, 60]}, "v": {"loc": [30, 20]}})
    classes = [{"title": "cat", "shape": "graph", "geometry_config": {"nodes": nodes}}]
    reading = project(tmp_path, {"classes": classes, "tags": []}, {"a.jpg": {"objects": [two]}})
    assert the_label(reading).points == ((0, 0, 0), (30, 20, 2), (70, 60, 2))


def test_tags_alone_sort_whole_pictures(tmp_path):
    reading = project(tmp_path, {"classes": [], "tags": [{"name": "cat"}, {"name": "kind"}]}, {
        "a.jpg": {"tags": [{"name": "cat", "value": None}, {"name": "train"}]},
        "b.jpg": {"tags": [{"name": "kind", "value": "dog"}]}, "c.jpg": {},
        "d.jpg": {"tags": ["cat"]},
    })  # fmt: skip
    assert (reading.task, reading.classes) == ("classify", ("cat", "dog"))
    assert [one.state for one in reading.pictures] == [
        "labelled", "labelled", "unlabelled", "labelled",
    ]  # fmt: skip
    assert reading.pictures[0].split == "train"


def test_tags_beside_objects_are_told(tmp_path):
    reading = project(tmp_path, {"classes": [{"title": "cat"}], "tags": [{"name": "wet"}]},
                      {"a.jpg": {"objects": [thing()], "tags": [{"name": "wet"}]}})  # fmt: skip
    assert (boxes_of(reading), reading.task) == ({"ds1/img/a.jpg": [BOX]}, "detect")
    assert "tags_left_out" in codes(reading)


BOMB = base64.b64encode(zlib.compress(b"\x89PNG\r\n\x1a\n" + bytes(80_000_000))).decode()
BAD = [
    {"classTitle": "", "geometryType": "rectangle"}, thing(classTitle=None), thing(points=[]),
    thing("rectangle", [[1, 2]]), thing("polygon", [[1, 2], [3, 4]]), thing("cuboid", []),
    thing("bitmap"), thing("bitmap", bitmap={"data": "%%%", "origin": [1, 2]}),
    thing("bitmap", bitmap={"data": "AAAA", "origin": [1, 2]}),
    thing("bitmap", bitmap={"data": BOMB, "origin": [1, 2]}),
    thing("bitmap", bitmap={"data": 7, "origin": "here"}),
    thing("bitmap", bitmap={"origin": [1e400, 2]}), thing("graph", nodes={"a": 1}),
    bitmap(np.zeros((4, 4), dtype=bool), (1, 1)),
]  # fmt: skip


@pytest.mark.parametrize("bad", BAD)
def test_a_bad_object_costs_only_itself(bad, tmp_path):
    reading = one(tmp_path, thing(), bad)
    assert boxes_of(reading) == {"ds1/img/a.jpg": [BOX]}
    assert codes(reading) == {"row_unreadable"}


def test_the_lemons_come_in_whole(tmp_path):
    folder = shared("lemons_supervisely")
    reading = read(folder / "export", room=tmp_path)
    facts = json.loads((folder / "expected.json").read_text(encoding="utf-8"))["sly"]
    found = [label.class_name for p in reading.pictures for label in p.labels]
    assert {name: found.count(name) for name in set(found)} == facts["per_class"]
    assert {label.shape for p in reading.pictures for label in p.labels} == {"polygon"}
    assert reading.classes == ("kiwi", "lemon")  # as in meta.json


def corners_of(label):
    return [tuple(round(value, 6) for value in point) for point in label.points]


@pytest.mark.parametrize("form", ["list", "exterior", "other order"])
def test_a_turned_box_keeps_its_corners(form, tmp_path):
    ends = [[30, 30], [70, 50]] if form != "other order" else [[70, 50], [30, 30]]
    given = thing("oriented_bbox", ends, angle=math.pi / 2)
    if form != "exterior":
        given["points"] = ends
    label = the_label(one(tmp_path, given))
    assert (label.shape, label.box) == ("rotated", pytest.approx((40, 20, 60, 60)))
    assert corners_of(label) == [(60, 20), (60, 60), (40, 60), (40, 20)]


@pytest.mark.parametrize("angle", [0, None])
def test_a_turned_box_that_lies_straight_is_a_turned_box_still(angle, tmp_path):
    given = {**thing("oriented_bbox"), "points": SQUARE[::2], "angle": angle}
    label = the_label(one(tmp_path, given))
    assert (label.shape, label.box) == ("rotated", BOX[1:])
    assert corners_of(label) == [tuple(point) for point in SQUARE]


@pytest.mark.parametrize("is_packed", [True, False])
@pytest.mark.parametrize("key", ["bitmap", "alpha_mask"])
def test_a_mask_with_soft_edges_is_an_outline(is_packed, key, tmp_path):
    alpha = np.zeros((30, 40), np.uint8)
    alpha[5:15, 10:30] = 200
    alpha[7:13, 12:28] = 255
    memory = io.BytesIO()
    Image.fromarray(alpha).save(memory, "PNG", transparency=0)
    data = memory.getvalue()
    data = base64.b64encode(zlib.compress(data) if is_packed else data).decode()
    given = {"classTitle": "cat", "geometryType": "alpha_mask", "shape": "alpha_mask",
             key: {"data": data, "origin": [20, 30]}}  # fmt: skip
    reading = one(tmp_path, given)
    assert boxes_of(reading) == {"ds1/img/a.jpg": [("cat", 30.0, 35.0, 50.0, 45.0)]}
    assert the_label(reading).shape == "polygon"
