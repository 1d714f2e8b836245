"""Exports of FiftyOne, V7 Darwin, VisDrone and Scale, and outlines in records of any tool."""

import base64
import io
import zlib

import numpy as np
import pytest

from tests.data.drawn_sets import boxes_of, codes, picture, read, text, write_json
from tests.data.test_more_dialects import BOTH, CAT, DOG, SORTED, lines, pictures

TWO = (("a", CAT), ("b", DOG))
CLASSES = [f"other {n}" for n in range(60)] + ["cat", "dog"]


def share(box):
    _, left, top, right, bottom = box
    return [left / 100, top / 80, (right - left) / 100, (bottom - top) / 80]


def fiftyones_labels(d):
    pictures(d, "a.jpg", "b.jpg", below="data")
    rows = {
        name: [{"label": CLASSES.index(box[0]), "bounding_box": share(box)}] for name, box in TWO
    }
    write_json(d / "labels.json", {"classes": CLASSES, "labels": rows})


def fiftyones_classes(d):
    pictures(d, "a.jpg", "b.jpg", below="data")
    write_json(d / "labels.json", {"classes": ["cat", "dog"], "labels": {"a": 0, "b": 1}})


def fiftyones_samples(d):
    pictures(d, "a.jpg", "b.jpg", below="data")
    write_json(d / "samples.json", {"samples": [
        {"filepath": f"data/{name}.jpg", "tags": ["train"], "metadata": {"width": 100},
         "predictions": {"_cls": "Detections", "detections": [
             {"_cls": "Detection", "label": "wrong", "bounding_box": [0.1, 0.1, 0.2, 0.2]}] * 3},
         "ground_truth": {"_cls": "Detections", "detections": [
             {"_cls": "Detection", "label": box[0], "bounding_box": share(box)}]}}
        for name, box in TWO]})  # fmt: skip


def fiftyones_outlines(d):
    pictures(d, "a.jpg", "b.jpg", below="data")
    write_json(d / "samples.json", {"samples": [
        {"filepath": f"/home/x/{name}.jpg", "ground_truth": {"_cls": "Polylines", "polylines": [
            {"_cls": "Polyline", "label": kind, "closed": True, "filled": True, "points": [
                [[x / 100, y / 80] for x, y in ((x1, y1), (x2, y1), (x2, y2), (x1, y2))]]}]}}
        for name, (kind, x1, y1, x2, y2) in TWO]})  # fmt: skip


def darwins_second(d):
    pictures(d, "a.jpg", "b.jpg", below="images")
    for name, (kind, left, top, right, bottom) in TWO:
        write_json(d / f"releases/{name}.json", {
            "version": "2.0", "schema_ref": "x", "item": {"name": f"{name}.jpg", "path": "/",
            "slots": [{"type": "image", "width": 100, "height": 80}]}, "annotations": [
                {"name": kind, "slot_names": ["0"], "bounding_box": {
                    "x": left, "y": top, "w": right - left, "h": bottom - top}},
                {"name": "wet", "slot_names": ["0"], "tag": {}}]})  # fmt: skip


def darwins_first(d):
    pictures(d, "a.jpg", "b.jpg")
    for name, (kind, left, top, right, bottom) in TWO:
        path = [{"x": x, "y": y} for x, y in ((left, top), (right, top), (right, bottom),
                                              (left, bottom))]  # fmt: skip
        write_json(d / f"{name}.json", {
            "dataset": "d", "image": {"filename": f"{name}.jpg", "width": 100, "height": 80},
            "annotations": [{"name": kind, "polygon": {"path": path}}]})  # fmt: skip


def visdrones(d):
    rows = {"a": "10,20,30,40,1,4,0,0\n5,5,20,20,0,0,0,0\n", "b": "30,30,40,20,1,9,1,2,\n"}
    for name, row in rows.items():
        pictures(d, f"{name}.jpg", below="images")
        text(d / f"annotations/{name}.txt", row)


def scales_tasks(d):
    pictures(d, "a.jpg", "b.jpg")
    write_json(d / "tasks.json", [
        {"task_id": f"5{name}", "type": "imageannotation", "params": {
            "attachment": f"https://files.example/x/{name}.jpg"}, "response": {"annotations": [
                {"type": "box", "label": kind, "left": left, "top": top, "width": right - left,
                 "height": bottom - top}]}}
        for name, (kind, left, top, right, bottom) in TWO])  # fmt: skip


@pytest.mark.parametrize(
    ("draw", "expected"),
    [
        (fiftyones_labels, BOTH), (fiftyones_classes, SORTED), (fiftyones_samples, BOTH),
        (fiftyones_outlines, BOTH), (darwins_second, BOTH), (darwins_first, BOTH),
        (scales_tasks, BOTH),
        (visdrones, {"a": [("car", *CAT[1:])], "b": [("bus", *DOG[1:])]}),
    ],
    ids=lambda one: getattr(one, "__name__", ""),
)  # fmt: skip
def test_an_export_comes_in_whole(draw, expected, tmp_path):
    draw(tmp_path / "set")
    reading = read(tmp_path / "set", room=tmp_path)
    found = {name.rpartition("/")[2].split(".")[0]: boxes for name, boxes in
             boxes_of(reading).items()}  # fmt: skip
    assert found == expected
    assert reading.task == ("classify" if expected is SORTED else "detect")


def test_regions_in_which_nobody_looked_and_tags_are_told(tmp_path):
    visdrones(tmp_path / "one")
    picture(tmp_path / "one/images/c.jpg")
    text(tmp_path / "one/annotations/c.txt", "5,5,20,20,0,0,0,0\n")
    reading = read(tmp_path / "one", room=tmp_path)
    assert codes(reading) >= {"dont_care", "no_label_left"}
    assert [str(one.state) for one in reading.pictures] == ["labelled", "labelled", "unlabelled"]
    darwins_second(tmp_path / "two")
    assert "no_object" in codes(read(tmp_path / "two", room=tmp_path))


def test_outlines_of_several_lines_and_with_holes_stay_one_thing(tmp_path):
    pictures(tmp_path / "set", "a.jpg", "b.jpg")
    outer = [{"x": x, "y": y} for x, y in ((10, 10), (60, 10), (60, 60), (10, 60))]
    hole = [{"x": x, "y": y} for x, y in ((20, 20), (40, 20), (40, 40), (20, 40))]
    for name, paths in (("a", [outer, hole]), ("b", [hole])):
        write_json(tmp_path / f"set/{name}.json", {
            "version": "2.0", "schema_ref": "x", "item": {"name": f"{name}.jpg"},
            "annotations": [{"name": "cat", "polygon": {"paths": paths}}]})  # fmt: skip
    reading = read(tmp_path / "set", room=tmp_path)
    (ring,) = (label.points for label in reading.pictures[0].labels)
    area = sum(x1 * y2 - x2 * y1 for (x1, y1), (x2, y2) in
               zip(ring, [*ring[1:], ring[0]], strict=True)) / 2  # fmt: skip
    assert abs(area) == pytest.approx(50 * 50 - 20 * 20)


def test_of_records_the_outline_counts_before_its_box_and_what_has_no_place_is_told(tmp_path):
    pictures(tmp_path / "set", "a.jpg")
    lines(tmp_path / "set/a.jsonl", {"image": "a.jpg", "objects": [
        {"label": "cat", "bbox": [10, 20, 30, 40],
         "polygon": [[10, 20], [40, 20], [40, 60], [10, 60], [8, 30]]},
        {"label": "dog", "bbox": "everywhere"}]})  # fmt: skip
    reading = read(tmp_path / "set", room=tmp_path)
    (label,) = reading.pictures[0].labels
    assert (label.shape, len(label.points)) == ("polygon", 5)
    assert "row_unreadable" in codes(reading)


def place(box, order, parts, form):
    _, left, top, right, bottom = box
    shares = {"l": left / 100, "t": top / 80, "r": right / 100, "b": bottom / 80}
    return "".join(form.format(round(shares[side] * parts)) for side in order)


@pytest.mark.parametrize("dialect", ["paligemma", "florence", "messages"])
def test_places_that_a_language_model_says_are_read(dialect, tmp_path):
    pictures(tmp_path / "set", "a.jpg", "b.jpg", "c.jpg")
    for part, name, boxes in (("train", "a", [CAT, DOG]), ("valid", "b", [DOG]), ("test", "c", [])):
        google = " ; ".join(f"{place(box, 'tlbr', 1024, '<loc{:04d}>')} {box[0]}" for box in boxes)
        microsoft = "".join(f"{box[0]}{place(box, 'ltrb', 1000, '<loc_{}>')}" for box in boxes)
        url = {"type": "image_url", "image_url": {"url": f"https://x.example/{name}.jpg?k=1"}}
        line = {
            "paligemma": {"image": f"{name}.jpg", "prefix": "detect cat", "suffix": google},
            "florence": {"image": f"{name}.jpg", "prefix": "<OD>", "suffix": microsoft},
            "messages": {"messages": [{"role": "user", "content": [url]},
                                      {"role": "assistant", "content": google}]},
        }[dialect]  # fmt: skip
        lines(tmp_path / f"set/_annotations.{part}.jsonl", line)
    reading = read(tmp_path / "set", room=tmp_path)
    found = [[(label.class_name, *label.box) for label in one.labels] for one in reading.pictures]
    for boxes, expected in zip(found, [[CAT, DOG], [DOG], []], strict=True):
        assert [box[0] for box in boxes] == [box[0] for box in expected]
        for box, one in zip(boxes, expected, strict=True):
            assert box[1:] == pytest.approx(one[1:], abs=0.11)
    assert [one.split for one in reading.pictures] == ["train", "val", "test"]
    assert str(reading.pictures[2].state) == "empty"
    assert codes(reading) == {"places_rounded", "empty_pictures"}


def test_an_answer_that_is_no_place_is_told_and_classes_without_names_as_well(tmp_path):
    pictures(tmp_path / "set", "a.jpg", "b.jpg")
    half = "<loc0001><loc0001><loc0400> cat"
    lines(tmp_path / "set/a.jsonl", {"image": "a.jpg", "prefix": "", "suffix": "no idea"},
          {"image": "b.jpg", "prefix": "", "suffix": half})  # fmt: skip
    reading = read(tmp_path / "set", room=tmp_path)
    assert [str(one.state) for one in reading.pictures] == ["unlabelled", "unlabelled"]
    assert "row_unreadable" in codes(reading)
    lines(tmp_path / "two/m.jsonl", {"file_name": "a.jpg", "objects": {
        "bbox": [[10, 20, 30, 40]], "categories": [3]}})  # fmt: skip
    pictures(tmp_path / "two", "a.jpg")
    assert "no_class_names" in codes(read(tmp_path / "two", room=tmp_path))


def fiftyones(tmp_path, *rows, kind="Detections"):
    pictures(tmp_path / "set", "a.jpg", below="data")
    field = {"_cls": kind, kind.lower(): list(rows)}
    write_json(tmp_path / "set/samples.json",
               {"samples": [{"filepath": "data/a.jpg", "truth": field}]})  # fmt: skip
    return read(tmp_path / "set", room=tmp_path)


def test_a_mask_of_fiftyone_is_an_outline_within_its_box(tmp_path):
    memory = io.BytesIO()
    mask = np.zeros((40, 40), bool)
    mask[:20] = True
    np.save(memory, mask)
    packed = base64.b64encode(zlib.compress(memory.getvalue())).decode()
    row = {"_cls": "Detection", "label": "cat", "bounding_box": [0.1, 0.25, 0.4, 0.5],
           "mask": {"$binary": {"base64": packed, "subType": "00"}}}  # fmt: skip
    reading = fiftyones(tmp_path, row, {**row, "mask": "AAAA"})
    (label,) = reading.pictures[0].labels
    assert (label.shape, label.box) == ("polygon", (10.0, 20.0, 50.0, 60.0))
    assert max(y for _, y in label.points) == pytest.approx(40, abs=1)
    assert "row_unreadable" in codes(reading)


def test_a_polyline_of_several_lines_stays_whole_and_an_open_one_is_told(tmp_path):
    square = [[x, y] for x, y in ((0.1, 0.1), (0.2, 0.1), (0.2, 0.2), (0.1, 0.2))]
    other = [[x + 0.5, y] for x, y in square]
    whole = {"_cls": "Polyline", "label": "cat", "closed": True, "points": [square, other]}
    reading = fiftyones(tmp_path, whole, {**whole, "closed": False, "filled": False},
                        kind="Polylines")  # fmt: skip
    (label,) = reading.pictures[0].labels
    assert label.box == pytest.approx((10, 8, 70, 16))
    assert "no_object" in codes(reading)


def darwins(tmp_path, **annotations):
    pictures(tmp_path / "set", *(f"{name}.jpg" for name in annotations))
    for name, rows in annotations.items():
        slots = [{"type": "image", "width": 100, "height": 80}]
        write_json(tmp_path / f"set/{name}.json", {
            "version": "2.0", "schema_ref": "x", "annotations": rows,
            "item": {"name": f"{name}.jpg", "path": "/", "slots": slots}})  # fmt: skip
    return read(tmp_path / "set", room=tmp_path)


def test_tags_of_darwin_sort_pictures_on_which_nothing_is_drawn(tmp_path):
    reading = darwins(
        tmp_path, a=[{"name": "cat", "tag": {}}], b=[{"name": "dog", "tag": {}}], c=[]
    )
    assert (reading.task, reading.classes) == ("classify", ("cat", "dog"))
    assert [one.state for one in reading.pictures] == ["labelled", "labelled", "unlabelled"]


def test_skeletons_of_darwin_have_their_points_in_one_order(tmp_path):
    nodes = [
        {"name": "nose", "x": 10, "y": 20},
        {"name": "eye", "x": 40, "y": 60, "occluded": True},
    ]
    box = {"bounding_box": {"x": 5, "y": 5, "w": 50, "h": 70}}
    reading = darwins(tmp_path, a=[{"name": "cat", "skeleton": {"nodes": nodes}}],
                      b=[{"name": "cat", "skeleton": {"nodes": nodes[::-1]}, **box}])  # fmt: skip
    assert [one.labels[0].points for one in reading.pictures] == [((10, 20, 2), (40, 60, 1))] * 2
    assert [one.labels[0].box for one in reading.pictures] == [CAT[1:], (5, 5, 55, 75)]
    assert reading.keypoints.names == ("nose", "eye")


def test_masks_of_darwin_are_read_from_their_layer(tmp_path):
    runs = [0, 20 * 100 + 10]
    for _ in range(40):
        runs += [1, 30, 0, 70]
    layer = {"dense_rle": runs, "mask_annotation_ids_mapping": {"m": 1, "n": 2}}
    rows = [{"id": "m", "name": "cat", "mask": {}}, {"id": "gone", "name": "dog", "mask": {}},
            {"id": "r", "name": "__raster_layer__", "raster_layer": layer}]  # fmt: skip
    broken = [{**rows[-1], "raster_layer": {**layer, "dense_rle": [0, 9e9, "x"]}}, rows[0]]
    reading = darwins(tmp_path, a=rows, b=broken)
    (label,) = reading.pictures[0].labels
    assert (label.class_name, label.box, label.shape) == ("cat", CAT[1:], "polygon")
    assert {"no_object", "row_unreadable"} <= codes(reading)
    assert reading.pictures[1].state == "unlabelled"


def test_keypoints_of_fiftyone_keep_their_places(tmp_path):
    row = {"_cls": "Keypoint", "label": "cat",
           "points": [[0.1, 0.25], [float("nan"), float("nan")], [0.4, 0.75]]}  # fmt: skip
    (label,) = fiftyones(tmp_path, row, kind="Keypoints").pictures[0].labels
    assert label.points == ((10, 20, 2), (0, 0, 0), (40, 60, 2))
    assert label.box == CAT[1:]
