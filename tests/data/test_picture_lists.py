"""Files that list pictures with their labels: CreateML, Datumaro, VoTT, Ultralytics' NDJSON."""

import json

import pytest

from components.data.formats.description import RawLabel
from components.data.formats.page import Page
from components.data.records import PictureState
from tests.data.drawn_sets import boxes_of, codes, picture, read, text, write_json

BOX = ("cat", 30.0, 20.0, 70.0, 60.0)


def createml(*boxes, name="a.jpg", key="image"):
    things = [
        {"label": label, "coordinates": {"x": x, "y": y, "width": w, "height": h}}
        for label, x, y, w, h in boxes
    ]
    return {key: name, "annotations": things}


def datumaro(*things, **image):
    labels = [{"name": "background"}, {"name": "cat"}]
    item = {"id": "a", "annotations": list(things), "image": {"path": "a.jpg", **image}}
    return {
        "info": {}, "categories": {"label": {"labels": labels}}, "items": [item],
    }  # fmt: skip


def vott(*regions, state=2):
    asset = {"name": "a.jpg", "path": "file:/x/a.jpg", "size": {"width": 100, "height": 80},
             "state": state}  # fmt: skip
    return {"asset": asset, "regions": list(regions)}


REGION = {"type": "RECTANGLE", "tags": ["cat"],
          "boundingBox": {"left": 30, "top": 20, "width": 40, "height": 40}}  # fmt: skip
BBOX = {"type": "bbox", "label_id": 1, "bbox": [30, 20, 40, 40]}
CENTRE = ("cat", 50, 40, 40, 40)
HEAD = {"type": "dataset", "task": "detect", "class_names": {"0": "dog", "1": "cat"}}


def lines(*rows):
    return "\n".join(json.dumps(row) for row in rows)


def image(**annotations):
    return {"type": "image", "file": "a.jpg", "width": 100, "height": 80, "split": "train",
            "annotations": annotations}  # fmt: skip


def one(tmp_path, content, name="labels.json"):
    picture(tmp_path / "set" / "a.jpg")
    if isinstance(content, str):
        text(tmp_path / "set" / name, content)
    else:
        write_json(tmp_path / "set" / name, content)
    return read(tmp_path / "set", room=tmp_path)


GOOD = {
    "createml": ("CreateML", [createml(CENTRE)]),
    "createml, old key": ("CreateML", [createml(CENTRE, key="imagefilename")]),
    "createml, fractions": ("CreateML", [createml(("cat", 0.5, 0.5, 0.4, 0.5))]),
    "datumaro": ("Datumaro", datumaro(BBOX, size=[80, 100])),
    "datumaro without size": ("Datumaro", datumaro(BBOX)),
    "vott, all": ("VoTT", {"name": "x", "tags": [{"name": "cat"}], "assets": {"1": vott(REGION)}}),
    "vott, one": ("VoTT", vott(REGION)),
}  # fmt: skip


@pytest.mark.parametrize("case", GOOD)
def test_the_box_is_read(case, tmp_path):
    kind, content = GOOD[case]
    reading = one(tmp_path, content)
    assert (reading.format, boxes_of(reading)) == (kind, {"a.jpg": [BOX]})
    assert not reading.problems


@pytest.mark.parametrize("name", ["a.ndjson", "a.jsonl"])
def test_ultralytics_lines_are_read(name, tmp_path):
    row = image(boxes=[[1, 0.5, 0.5, 0.4, 0.5]])
    reading = one(tmp_path, lines(HEAD, row), name)
    assert (reading.format, boxes_of(reading)) == ("Ultralytics NDJSON", {"a.jpg": [BOX]})
    assert reading.classes == ("dog", "cat")
    assert reading.pictures[0].split == "train"


SQUARE = [0.3, 0.25, 0.7, 0.25, 0.7, 0.75, 0.3, 0.75]


@pytest.mark.parametrize(
    ("kind", "row", "shape", "points"),
    [("segments", [1, *SQUARE], "polygon", 4), ("obb", [1, *SQUARE], "rotated", 4),
     ("pose", [1, 0.5, 0.5, 0.4, 0.5, 0.3, 0.25, 2, 0.5, 0.5, 1], "keypoints", 2)],
)  # fmt: skip
def test_ultralytics_shapes_keep_their_points(kind, row, shape, points, tmp_path):
    reading = one(tmp_path, lines(HEAD, image(**{kind: [row]})), "a.ndjson")
    (label,) = reading.pictures[0].labels
    assert label.box == pytest.approx(BOX[1:])
    assert (label.shape, len(label.points)) == (shape, points)


def test_lines_of_others_are_named(tmp_path):
    reading = one(tmp_path, lines({"data_row": {"id": 1}}), "export.ndjson")
    (problem,) = reading.problems
    assert "export.ndjson looks like JSON with a record per line" in problem.what


def test_a_picture_without_annotations_is_empty_and_one_not_spoken_of_unlabelled(tmp_path):
    picture(tmp_path / "set" / "b.jpg", seed=1)
    bare = {"type": "image", "file": "b.jpg", "split": "train"}
    reading = one(tmp_path, lines(HEAD, image(), bare), "a.ndjson")
    assert [p.state for p in reading.pictures] == [PictureState.EMPTY, PictureState.UNLABELLED]


BAD = {
    "createml": [createml(CENTRE, ("dog", 1, 2, "x", 4)), 7, {}],
    "datumaro class": datumaro(BBOX, {**BBOX, "label_id": 9}),
    "datumaro place": datumaro(BBOX, {**BBOX, "bbox": [1, 2]}, None, {**BBOX, "type": "sphere"}),
    "datumaro mask": datumaro(
        BBOX, {"type": "mask", "label_id": 1, "rle": {"size": [9e9, 9e9], "counts": "x"}}
    ),
    "vott": vott(REGION, {"tags": ["cat"]}, 7, {**REGION, "boundingBox": {"left": "x"}}),
}


@pytest.mark.parametrize("case", BAD)
def test_a_bad_entry_costs_only_itself(case, tmp_path):
    reading = one(tmp_path, BAD[case])
    assert boxes_of(reading) == {"a.jpg": [BOX]}
    assert codes(reading) == {"row_unreadable"}


@pytest.mark.parametrize(
    "bad", ["{", "[1]", json.dumps(image(boxes=[[1, 2], "x", [-1, 0, 0, 0, 0]]))]
)
def test_a_bad_line_costs_only_itself(bad, tmp_path):
    row = json.dumps(image(boxes=[[1, 0.5, 0.5, 0.4, 0.5]]))
    reading = one(tmp_path, "\n".join([json.dumps(HEAD), bad, row]), "a.ndjson")
    assert boxes_of(reading) == {"a.jpg": [BOX]}
    assert codes(reading) == {"row_unreadable"}


def test_datumaro_outlines_and_masks_keep_their_shape(tmp_path):
    polygon = {"type": "polygon", "label_id": 1, "points": [30, 20, 70, 20, 50, 60]}
    runs = {"size": [80, 100], "counts": [80 * 5 + 7, 10, 70, 10, 80 * 94 - 17]}
    mask = {"type": "mask", "label_id": 1, "rle": runs}
    turned = {"type": "rotated_bbox", "label_id": 1, "bbox": [50, 40, 40, 20, 90]}
    by_cvat = {**BBOX, "bbox": [20, 30, 40, 20], "attributes": {"rotation": 90.0}}
    reading = one(tmp_path, datumaro(polygon, mask, turned, by_cvat))
    shapes = [label.shape for label in reading.pictures[0].labels]
    boxes = [tuple(round(v, 3) for v in label.box) for label in reading.pictures[0].labels]
    assert shapes == ["polygon", "polygon", "rotated", "rotated"]
    assert boxes == [(30, 20, 70, 60), (5, 7, 7, 17), (40, 20, 60, 60), (30, 20, 50, 60)]


def test_a_region_with_two_tags_is_a_label_of_each(tmp_path):
    reading = one(tmp_path, vott({**REGION, "tags": ["cat", "pet"]}))
    assert set(reading.classes) == {"cat", "pet"}


def test_one_picture_described_by_two_files_gets_one_of_them(tmp_path):
    picture(tmp_path / "set" / "b.jpg", seed=1)
    both = [createml(CENTRE), createml(CENTRE, name="b.jpg")]
    write_json(tmp_path / "set" / "all.json", both)
    reading = one(tmp_path, [createml(("cat", 9, 9, 4, 4))], "train.json")
    assert reading.classes == ("cat",)
    assert {p.name: [b.class_name for b in p.labels] for p in reading.pictures} == {
        "a.jpg": ["cat"], "b.jpg": ["cat"]
    }  # fmt: skip
    assert "described_twice" in codes(reading)


def test_a_page_gives_back_the_labels_it_was_given():
    page = Page(("a.jpg",))
    labels = [
        RawLabel("cat", (1.0, 2.0, 3.0, 4.0)),
        RawLabel("dog", (1.0, 2.0, 3.0, 4.0), "polygon", ((1.0, 2.0), (3.0, 2.0), (3.0, 4.0))),
        RawLabel("hand", (1.0, 2.0, 3.0, 4.0), "keypoints", ((1.0, 2.0, 2.0), (3.0, 4.0, 0.0))),
    ]
    for label in labels:
        page.add(label)
    assert page.labels() == labels
