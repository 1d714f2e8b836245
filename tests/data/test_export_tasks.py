"""What goes out comes back for every task, outlines and points to a hundredth of a pixel."""

import json
import zipfile
from dataclasses import replace

import numpy as np
import pytest
import yaml
from PIL import Image

from components.data import store, versions
from components.data.annotations import near, same_points
from components.data.exporting import export_now
from components.data.importing import import_now
from components.data.records import Label, PictureState
from components.data.store import create
from components.workspace import Workspace
from tests.data.dataset_of import picture

SIZE = (317, 211)  # odd, so that fractions do not come out even
CLASSES = ["cat", "dog"]
DRAWN = {
    "segment": ("polygon", ((10.3, 20.7), (100.1, 30.2), (80.9, 99.6), (30.0, 77.7), (9.1, 50.0))),
    "pose": ("keypoints", ((12.5, 22.5, 2.0), (0.0, 0.0, 0.0), (90.1, 88.8, 1.0))),
    "obb": ("rotated", ((60.0, 20.0), (110.0, 70.0), (80.0, 100.0), (30.0, 50.0))),
    "classify": ("whole", ()),
}


@pytest.fixture
def workspace(tmp_path):
    made = Workspace(tmp_path / "ws")
    for folder in (made.datasets, made.imports, made.uploads, made.cache):
        folder.mkdir(parents=True)
    return made


def a_dataset(workspace, task):
    """Twelve pictures, each with a thing or two of the shape of the task."""
    folder, dice, rows = workspace.datasets / "things", np.random.default_rng(3), []
    shape, points = DRAWN[task]
    (folder / "images").mkdir(parents=True)
    for n in range(12):
        noise = dice.integers(0, 255, (*SIZE[::-1], 3), np.uint8)
        Image.fromarray(noise).save(folder / "images" / f"pic {n}.png")
        labels = []
        for k in range(1 if task == "classify" else 2):
            moved = tuple((x + n + 90 * k, y + n / 3, *v) if v != [0] else (0.0, 0.0, 0.0)
                          for x, y, *v in points)  # fmt: skip
            seen = [each for each in moved if sum(each)] or [(0.0, 0.0), SIZE]
            xs, ys = [each[0] for each in seen], [each[1] for each in seen]
            box = (float(min(xs)), float(min(ys)), float(max(xs)), float(max(ys)))
            labels.append(Label(CLASSES[(n + k) % 2], box, shape, moved))
        row = picture(f"pic {n}.png", split=("train", "train", "val")[n % 3], size=SIZE)
        rows.append(replace(row, labels=tuple(labels), state=PictureState.LABELLED))
    dataset = create(folder, name="Things", task=task, classes=CLASSES)
    dataset.add_pictures(rows)
    return dataset


def content(dataset):
    names = [each.name for each in dataset.classes()]
    rows = dataset.rows()
    labels = dataset.labels([row.id for row in rows])
    return {
        dataset.picture_file(row.id).read_bytes(): (
            row.split,
            sorted(((names[each.class_id], each) for each in labels[row.id]),
                   key=lambda one: one[1].box),
        )
        for row in rows
    }  # fmt: skip


def assert_same(before, after):
    assert before.keys() == after.keys()
    for key, (split, labels) in before.items():
        assert after[key][0] == split
        for (name, one), (other_name, other) in zip(labels, after[key][1], strict=True):
            assert (name, one.shape) == (other_name, other.shape)
            assert near(one.box, other.box, 0.01)
            assert same_points(one.points, other.points, 0.01)


@pytest.mark.parametrize(
    ("task", "form"),
    [(task, form) for task in ("segment", "pose", "obb") for form in ("yolo", "ndjson")]
    + [("segment", "coco"), ("pose", "coco"), ("classify", "yolo"), ("classify", "ndjson")]
    + [("segment", "voc"), ("obb", "voc"), ("obb", "coco"), ("classify", "coco")],
)
def test_labels_of_each_task_come_back_the_same(task, form, workspace, tmp_path):
    dataset = a_dataset(workspace, task)
    version = versions.freeze(dataset)  # which holds no more than the data set itself
    told = export_now(dataset, form, tmp_path / "out.zip", version)
    assert not [note for note in told if "drawn" in note]
    back = store.find(workspace, import_now(workspace, [tmp_path / "out.zip"], "back"))
    assert_same(content(dataset), content(back))


def test_a_yolo_of_poses_says_how_many_points_and_which_swap(workspace, tmp_path):
    export_now(a_dataset(workspace, "pose"), "yolo", tmp_path / "out.zip")
    with zipfile.ZipFile(tmp_path / "out.zip") as archive:
        facts = yaml.safe_load(archive.read("data.yaml"))
    assert (facts["kpt_shape"], facts["flip_idx"]) == ([3, 3], [0, 1, 2])


def test_an_ndjson_of_classes_is_what_ultralytics_reads(workspace, tmp_path):
    export_now(a_dataset(workspace, "classify"), "ndjson", tmp_path / "out.zip")
    with zipfile.ZipFile(tmp_path / "out.zip") as archive:
        head, *records = map(json.loads, archive.read("dataset.ndjson").decode().splitlines())
    assert head["task"] == "classify"
    assert [each["annotations"] for each in records[:2]] == [
        {"classification": [0]}, {"classification": [1]},
    ]  # fmt: skip


def test_a_label_of_another_shape_goes_out_as_its_box_and_that_is_said(workspace, tmp_path):
    dataset = replace(a_dataset(workspace, "segment"), task="detect")
    [told] = export_now(dataset, "yolo", tmp_path / "out.zip")
    assert told.startswith("24 drawn labels are not of the shape")
