"""Text lists, VIA 3, COCO panoptic and TFRecord: what stands in them comes in, or is told."""

import struct

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from components.data.formats.protobuf import example
from tests.data.drawn_sets import (
    boxes_of,
    codes,
    picture,
    picture_bytes,
    read,
    text,
    write_json,
)
from tests.shared_data import shared

CAT, DOG = ("cat", 10.0, 20.0, 40.0, 60.0), ("dog", 50.0, 20.0, 70.0, 40.0)


def draw(folder, *names):
    for number, name in enumerate(names):
        picture(folder / name, seed=number)


class TestTextLists:
    def test_boxes_behind_a_name(self, tmp_path):
        draw(tmp_path / "set", "my pictures/a.jpg", "my pictures/b.jpg")
        text(tmp_path / "set/train.txt", "my pictures/a.jpg 10,20,40,60,0 50,20,70,40,1\n"
             "my pictures/b.jpg 50,20,70,40,1 oops\n")  # fmt: skip
        text(tmp_path / "set/classes.txt", "cat\ndog\n")
        reading = read(tmp_path / "set", room=tmp_path)
        assert boxes_of(reading) == {"my pictures/a.jpg": [CAT, DOG], "my pictures/b.jpg": [DOG]}
        assert codes(reading) == {"row_unreadable"}
        assert {p.split for p in reading.pictures} == {"train"}

    def test_wider_face(self, tmp_path):
        draw(tmp_path / "set", "images/0--Parade/a.jpg", "images/0--Parade/b.jpg")
        text(tmp_path / "set/wider_face_train_bbx_gt.txt", "0--Parade/a.jpg\n1\n10 20 30 40 0 0 0 "
             "0 0 0\n0--Parade/b.jpg\n0\n0 0 0 0 0 0 0 0 0 0\n0--Parade/c.jpg\n1\n1 1 9 9 0 0\n",
             )  # fmt: skip
        reading = read(tmp_path / "set", room=tmp_path)
        assert boxes_of(reading) == {
            "images/0--Parade/a.jpg": [("face", *CAT[1:])], "images/0--Parade/b.jpg": [],
        }  # fmt: skip
        assert codes(reading) == {"label_without_picture", "empty_pictures"}

    def test_frames_of_a_film(self, tmp_path):
        draw(tmp_path / "set", *(f"MOT-1/img1/00000{n}.jpg" for n in (1, 2)))
        text(tmp_path / "set/MOT-1/gt/gt.txt", "1,1,10,20,30,40,1,3,1\n2,1,10,20,30,40,0,3,1\n"
             "2,2,50,20,20,20,1,-1,-1\n")  # fmt: skip
        reading = read(tmp_path / "set", room=tmp_path)
        assert list(boxes_of(reading).values()) == [
            [("car", *CAT[1:])], [("(none)", *DOG[1:])],
        ]  # fmt: skip

    def test_a_class_behind_a_name(self, tmp_path):
        draw(tmp_path / "set", *(f"images/{n}.jpg" for n in "abcd"))
        text(tmp_path / "set/labels.txt", "a.jpg 0\nb.jpg 1\nc.jpg 0\nd.jpg 1\n")
        text(tmp_path / "set/classes.txt", "cat\ndog\n")
        reading = read(tmp_path / "set", room=tmp_path)
        assert (reading.task, set(reading.classes)) == ("classify", {"cat", "dog"})


def test_via_3_with_its_options(tmp_path):
    draw(tmp_path / "set", "a.jpg", "b.jpg")
    regions = [("1", [2, 10, 20, 30, 40], "0"), ("1", [7, 50, 20, 70, 20, 70, 40], "1"),
               ("2", [3, 30, 40, 10], "0"), ("2", [1, 5, 5], "0"), ("9", [2, 1, 1, 5, 5], "0"),
               ("2", [], "0"), ("2", [2, "x", 1, 1, 1], "0")]  # fmt: skip
    write_json(tmp_path / "set/project.json", {
        "project": {"pname": "p"}, "config": {}, "attribute": {
            "1": {"aname": "kind", "options": {"0": "cat", "1": "dog"}}},
        "file": {str(n): {"fid": str(n), "fname": f"{name}.jpg"} for n, name in ((1, "a"), (2, "b"))
                 },
        "view": {"1": {"fid_list": ["1"]}, "2": {"fid_list": ["2"]}},
        "metadata": {str(n): {"vid": view, "xy": place, "av": {"1": value}, "z": []}
                     for n, (view, place, value) in enumerate(regions)},
    })  # fmt: skip
    reading = read(tmp_path / "set", room=tmp_path)
    assert boxes_of(reading) == {"a.jpg": [CAT, DOG], "b.jpg": [("cat", 20, 30, 40, 50)]}
    assert codes(reading) == {"row_unreadable", "shapes_as_boxes", "tags_left_out"}


class TestPanoptic:
    def draw(self, folder, *, with_mask=True):
        picture(folder / "train2017/a.jpg")
        pixels = np.zeros((80, 100, 3), np.uint8)
        pixels[20:60, 10:40] = (5, 1, 0)
        pixels[20:40, 50:70] = (7, 0, 1)
        if with_mask:
            (folder / "panoptic_train2017").mkdir(parents=True)
            Image.fromarray(pixels).save(folder / "panoptic_train2017/a.png")
        segments = [{"id": 5 + 256, "category_id": 3}, {"id": 7 + 65_536, "category_id": 4},
                    {"id": 99, "category_id": 3}]  # fmt: skip
        write_json(folder / "panoptic_train2017.json", {
            "images": [{"id": 1, "file_name": "a.jpg", "width": 100, "height": 80}],
            "annotations": [{"image_id": 1, "file_name": "a.png", "segments_info": segments}],
            "categories": [{"id": 3, "name": "cat"}, {"id": 4, "name": "dog"}],
        })  # fmt: skip

    def test_segments_become_outlines(self, tmp_path):
        self.draw(tmp_path / "set")
        reading = read(tmp_path / "set", room=tmp_path)
        assert (reading.format, boxes_of(reading)) == (
            "COCO panoptic",
            {"train2017/a.jpg": [CAT, DOG]},
        )
        assert codes(reading) == {"masks", "row_unreadable", "shapes_as_boxes"}

    def test_a_mask_that_is_not_there_is_told(self, tmp_path):
        self.draw(tmp_path / "set", with_mask=False)
        reading = read(tmp_path / "set", room=tmp_path)
        assert codes(reading) == {"label_broken", "no_label_left"}


def varint(value):
    made = b""
    while value > 0x7F:
        made, value = made + bytes([value & 0x7F | 0x80]), value >> 7
    return made + bytes([value])


def chunk(number, data):
    return varint(number << 3 | 2) + varint(len(data)) + data


def feature(values):
    if isinstance(values[0], bytes):
        return chunk(1, b"".join(chunk(1, value) for value in values))
    if isinstance(values[0], float):
        return chunk(2, chunk(1, struct.pack(f"<{len(values)}f", *values)))
    return chunk(3, chunk(1, b"".join(map(varint, values))))


def record(features):
    entries = b"".join(chunk(1, chunk(1, name.encode()) + chunk(2, feature(values)))
                       for name, values in features.items())  # fmt: skip
    data = chunk(1, entries)
    return struct.pack("<Q", len(data)) + b"\0" * 4 + data + b"\0" * 4


def an_example(name):
    return {
        "image/filename": [name], "image/encoded": [picture_bytes()], "image/width": [100],
        "image/object/bbox/xmin": [0.1, 0.5], "image/object/bbox/xmax": [0.4, 0.7],
        "image/object/bbox/ymin": [0.25, 0.25], "image/object/bbox/ymax": [0.75, 0.5],
        "image/object/class/text": [b"cat", b"dog"], "image/object/class/label": [1, 2],
    }  # fmt: skip


class TestTFRecord:
    def test_pictures_and_boxes_come_out_of_one_file(self, tmp_path):
        folder = tmp_path / "set"
        folder.mkdir()
        (folder / "train.record").write_bytes(record(an_example(b"a.jpg")) * 2)
        reading = read(folder, room=tmp_path)
        assert (reading.format, len(reading.pictures)) == ("TFRecord", 2)
        assert all(boxes == [CAT, DOG] for boxes in boxes_of(reading).values())
        assert {p.split for p in reading.pictures} == {"train"}

    def test_what_stands_before_a_break_is_read(self, tmp_path):
        folder = tmp_path / "set"
        folder.mkdir()
        data = record(an_example(b"../../a.jpg")) + record(an_example(b"b.jpg"))
        (folder / "x.tfrecord").write_bytes(data[:-50])
        reading = read(folder, room=tmp_path)
        assert [p.name for p in reading.pictures] == ["_/_/a.jpg"]
        assert "record_broken" in codes(reading)

    def test_a_real_one_has_its_boxes(self, tmp_path):
        source = shared("raccoon_voc_csv_tfrecord") / "export/data/test.record"
        reading = read(source, room=tmp_path)
        assert reading.format == "TFRecord"
        assert (len(reading.pictures), sum(map(len, boxes_of(reading).values()))) == (40, 44)
        assert reading.classes == ("raccoon",)


@given(st.binary(max_size=200))
def test_any_bytes_are_an_example_of_tensorflow_or_none(data):
    made = example(data)
    assert made is None or all(isinstance(name, str) for name in made)


def test_what_a_detector_found_does_not_stand_in_for_what_is_there(tmp_path):
    draw(tmp_path / "set", "MOT-1/img1/000001.jpg", "MOT-1/img1/000002.jpg")
    text(tmp_path / "set/MOT-1/gt/gt.txt", "1,1,10,20,30,40,1,1,1\n")
    text(tmp_path / "set/MOT-1/det/det.txt", "1,-1,5,5,9,9,0.9\n2,-1,5,5,9,9,0.4\n")
    reading = read(tmp_path / "set", room=tmp_path)
    assert [[one.class_name for one in p.labels] for p in reading.pictures] == [["pedestrian"], []]
    assert "submission" in codes(reading)


def test_categories_of_detections_are_named_in_their_own_file(tmp_path):
    draw(tmp_path / "set", "a.jpg")
    write_json(tmp_path / "set/found.json", {
        "images": [{"file": "a.jpg", "detections": [
            {"category": "1", "conf": 0.9, "bbox": [0.1, 0.25, 0.3, 0.5]}]}],
        "detection_categories": {"1": "animal", "2": "person"},
    })  # fmt: skip
    assert read(tmp_path / "set", room=tmp_path).classes == ("animal",)
