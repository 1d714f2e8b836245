"""Real exports of real tools, against counts that somebody else's reader found."""

import contextlib
import json
from collections import Counter

import pytest

from components.data.formats.registry import NAMES
from components.data.records import PictureState
from components.errors import DatasetError
from tests.data.drawn_sets import codes, picture, read
from tests.shared_data import shared


def counts(reading):
    per_class = Counter(label.class_name for p in reading.pictures for label in p.labels)
    return len(reading.pictures), sum(per_class.values()), dict(per_class)


def expected(folder):
    return json.loads((folder / "expected.json").read_text(encoding="utf-8"))


def by_split(reading, split):
    pictures = [p for p in reading.pictures if p.split == split]
    return len(pictures), sum(len(p.labels) for p in pictures)


@pytest.mark.parametrize(
    ("name", "kind"),
    [("apples_roboflow_coco", "COCO JSON"), ("cells_roboflow_yolo", "YOLO")],
)
def test_an_export_with_parts_is_read_part_by_part(name, kind, tmp_path):
    folder = shared(name)
    reading = read(folder / "export", room=tmp_path)
    assert reading.format == kind
    for part, facts in expected(folder).items():
        split = "val" if part == "valid" else part
        assert by_split(reading, split) == (facts["images"], facts["objects"])
    assert not reading.problems


def test_the_blood_cells_come_in_but_for_two_boxes_without_size(tmp_path):
    folder = shared("bccd_voc")
    reading = read(folder / "export", room=tmp_path)
    facts = expected(folder)["voc"]
    images, objects, per_class = counts(reading)
    assert (reading.format, images, objects) == ("Pascal VOC", 364, facts["objects"] - 2)
    assert per_class == {**facts["per_class"], "RBC": facts["per_class"]["RBC"] - 2}
    assert Counter(p.code for p in reading.problems) == {"box_without_size": 2}
    assert Counter(p.split for p in reading.pictures) == {"train": 205, "val": 87, "test": 72}


def test_the_unused_super_category_of_roboflow_is_no_class(tmp_path):
    folder = shared("insects_roboflow_coco")
    reading = read(folder / "export", room=tmp_path)
    assert counts(reading) == (20, 214, expected(folder)["train"]["per_class"])
    assert set(reading.classes) == {"verde", "marrom"}


def test_three_descriptions_of_the_raccoons_do_not_triple_their_boxes(tmp_path):
    folder = shared("raccoon_voc_csv_tfrecord")
    reading = read(folder / "export", room=tmp_path)
    assert (reading.format, *counts(reading)) == ("Pascal VOC", 100, 107, {"raccoon": 107})
    assert "described_twice" in codes(reading)


def test_outlines_with_holes_in_their_class_numbers_become_boxes(tmp_path):
    folder = shared("coco_yolo_seg")
    reading = read(folder / "export", room=tmp_path)
    facts = expected(folder)["yoloseg"]
    images, objects, per_class = counts(reading)
    assert (images, objects) == (facts["images"], facts["objects"])
    assert len(per_class) == facts["classes"]
    assert facts["per_class"].items() <= per_class.items()
    shapes = {label.shape for p in reading.pictures for label in p.labels}
    assert shapes <= {"polygon", "rotated"}
    assert all(label.points for p in reading.pictures for label in p.labels)
    assert "shapes_as_boxes" in codes(reading)


def test_turned_boxes_come_in_as_the_boxes_around_them(tmp_path):
    folder = shared("dota8_obb")
    reading = read(folder / "export" / "datasets", folder / "export" / "dota8.yaml", room=tmp_path)
    assert counts(reading)[:2] == (8, 133)
    assert counts(reading)[2] == expected(folder)["yoloobb"]["per_class"]


def test_keypoints_come_in_as_boxes_with_their_points(tmp_path):
    folder = shared("salmon_cvat_yolopose")
    reading = read(folder / "export", room=tmp_path)
    assert counts(reading) == (120, 214, {"salmon": 214})
    assert {len(label.points) for p in reading.pictures for label in p.labels} == {11}
    assert Counter(p.split for p in reading.pictures) == {"train": 80, "val": 40}


@pytest.mark.parametrize("part", ["coco", "ap10k", "animalpose", "zebra", "onehand10k"])
def test_coco_keypoints_come_in_as_boxes(part, tmp_path):
    folder = shared("mmpose_coco_keypoints")
    reading = read(folder / "export" / part, room=tmp_path)
    facts = expected(folder)[part]
    assert counts(reading) == (facts["images"], facts["objects"], facts["per_class"])


class TestLabelStudio:
    def test_voc_zip_leaves_four_pictures_unlabelled(self, tmp_path):
        folder = shared("raccoon_labelstudio_rect") / "export"
        reading = read(folder / "VOC.zip", room=tmp_path)
        states = Counter(p.state for p in reading.pictures)
        assert states == {PictureState.LABELLED: 65, PictureState.UNLABELLED: 4}

    def test_labels_find_pictures_that_lack_the_prefix(self, tmp_path):
        zips = shared("raccoon_labelstudio_rect") / "export"
        pictures = shared("raccoon_voc_csv_tfrecord") / "export" / "images"
        have = {path.stem for path in pictures.glob("*.jpg")}
        reading = read(zips / "YOLO.zip", pictures, room=tmp_path)
        labelled = [p for p in reading.pictures if p.state is PictureState.LABELLED]
        assert labelled
        assert {p.name.rsplit("/", 1)[-1][:-4] for p in labelled} <= have
        assert reading.classes == ("other animal", "raccoon")

    def test_empty_files_of_label_studio_are_not_taken_for_backgrounds(self, tmp_path):
        zips = shared("raccoon_labelstudio_rect") / "export"
        pictures = shared("raccoon_voc_csv_tfrecord") / "export" / "images"
        reading = read(zips / "YOLO.zip", pictures, room=tmp_path)
        assert not [p for p in reading.pictures if p.state is PictureState.EMPTY]

    @pytest.mark.parametrize("name", ["COCO.zip", "YOLO.zip"])
    def test_labels_alone_are_told_what_they_lack(self, name, tmp_path):
        folder = shared("raccoon_labelstudio_rect") / "export"
        with pytest.raises(DatasetError, match="none of their pictures"):
            read(folder / name, room=tmp_path)

    def test_three_zips_at_once_are_one_description(self, tmp_path):
        folder = shared("raccoon_labelstudio_rect") / "export"
        reading = read(*sorted(folder.glob("*.zip")), room=tmp_path)
        assert len(reading.pictures) == 69
        assert counts(reading)[1] in (70, 71)  # one task was labelled by two people
        assert "described_twice" in codes(reading)


TRUTH = "voc_labelimg"
READ = [
    "datumaro_coco", "datumaro_voc", "datumaro_yolo", "globox_yolo_darknet", "supervision_coco",
    "supervision_yolo", "globox_labelme", "supervision_labelme",
    "globox_via", "datumaro_cvat", "globox_cvat", "datumaro_datumaro", "supervision_createml",
    "datumaro_open_images", "globox_openimage", "datumaro_kitti",
    "datumaro_label_me",
]  # fmt: skip


def plain_boxes(reading):
    return {
        p.name.rsplit("/", 1)[-1]: sorted(label.box for label in p.labels) for p in reading.pictures
    }


@pytest.mark.parametrize("name", READ)
def test_the_same_set_in_many_formats_has_the_same_boxes(name, tmp_path):
    folder = shared("same_set_many_formats") / "export"
    truth = plain_boxes(read(folder / TRUTH, room=tmp_path / "a"))
    found = plain_boxes(read(folder / name, room=tmp_path / "b"))
    assert found.keys() == truth.keys()
    for file, boxes in truth.items():
        assert len(found[file]) == len(boxes)
        for a, b in zip(found[file], boxes, strict=True):
            assert max(abs(x - y) for x, y in zip(a, b, strict=True)) <= 1.01


def test_a_format_not_read_is_named_and_not_passed_over(tmp_path):
    picture(tmp_path / "set" / "a.jpg")
    (tmp_path / "set" / "labels.json").write_text('{"of": "a tool nobody knows"}')
    reading = read(tmp_path / "set", room=tmp_path)
    (problem,) = reading.problems
    assert "labels.json" in problem.what
    assert NAMES in problem.what


def test_masks_are_not_taken_as_pictures_to_train_on(tmp_path):
    reading = read(shared("scenes_roboflow_masks") / "export", room=tmp_path)
    assert len(reading.pictures) == 9
    assert "masks" in codes(reading)


TINY = [
    ("datumaro/coco_dataset/coco", "COCO JSON", 2),
    ("datumaro/coco_dataset/coco_instances", "COCO JSON", 2),
    ("datumaro/coco_dataset/coco_roboflow", "COCO JSON", 2),
    ("datumaro/coco_dataset/mmdet_coco", "COCO JSON", 2),
    ("datumaro/coco_dataset/coco_person_keypoints", "COCO JSON", 2),
    ("datumaro/roboflow_dataset/coco", "COCO JSON", 3),
    ("datumaro/roboflow_dataset/voc", "Pascal VOC", 4),
    ("datumaro/roboflow_dataset/yolo", "YOLO", 4), ("datumaro/yolo_dataset/annotations", "YOLO", 2),
    ("datumaro/yolo_dataset/labels", "YOLO", 4), ("datumaro/yolo_dataset/strict", "YOLO", 2),
    ("datumaro/voc_dataset/voc_dataset1", "Pascal VOC", 2),
    ("datumaro/voc_dataset/voc_dataset3", "Pascal VOC", 1),
    ("labelformat/instance_segmentation/YOLOv8", "YOLO", 3),
    ("labelformat/object_detection/COCO", "COCO JSON", 16),
    ("labelformat/object_detection/YOLOv8", "YOLO", 16),
]  # fmt: skip


@pytest.mark.parametrize(("name", "kind", "boxes"), TINY)
def test_fixtures_of_other_readers_are_read(name, kind, boxes, tmp_path):
    reading = read(shared("tiny_fixtures") / "export" / name, room=tmp_path)
    assert reading.format == kind
    assert sum(len(p.labels) for p in reading.pictures) == boxes


def test_every_folder_of_every_real_set_is_read_or_answered_in_words(tmp_path):
    top = shared("tiny_fixtures").parent
    folders = sorted(top.glob("*/export/*")) + sorted(top.glob("tiny_fixtures/export/*/*"))
    for folder in folders:
        reading = read_or_told(folder, tmp_path)
        assert reading is None or reading.pictures or reading.problems


def read_or_told(folder, tmp_path):
    with contextlib.suppress(DatasetError):
        return read(folder, room=tmp_path)
    return None
