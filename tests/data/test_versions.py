import json
import os
import threading
import time
from dataclasses import replace

import numpy as np
import pytest
import yaml
from PIL import Image

from components.data import links, versions
from components.data.records import Label, PictureState
from components.data.store import create, rename
from components.errors import DatasetError
from tests.data.dataset_of import dataset_of, picture

ODD_NAMES = ["<b>cat</b> & 'co'", "Hündin: #1 🐕"]
OUTLINES = {
    "x/a.png": [(1.25, 2.5, 30.75, 40.0), (50.0, 60.0, 64.0, 80.0)],
    "y/a.png": [(0.0, 0.0, 64.0, 80.0)],
    "z/a.png": [(10.0, 12.0, 20.0, 33.3)],
}


@pytest.fixture
def drawn(tmp_path):
    """Three labelled pictures whose names differ by folder only, an empty and a new one."""
    folder = tmp_path / "drawn"
    dice = np.random.default_rng(0)
    pictures = []
    splits = ["train", "train", "val", "train", "train"]
    for n, name in enumerate([*OUTLINES, "Leer Ö.PNG", "new.png"]):
        file = folder / "images" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(dice.integers(0, 255, (80, 64, 3), np.uint8)).save(file)
        boxes = [Label(ODD_NAMES[k % 2], box) for k, box in enumerate(OUTLINES.get(name, []))]
        state = PictureState.UNLABELLED if name == "new.png" else None
        plain = picture(name, state=state, split=splits[n], size=(64, 80))
        if boxes:
            plain = replace(plain, labels=tuple(boxes), state=PictureState.LABELLED)
        pictures.append(plain)
    return dataset_of(folder, pictures, ODD_NAMES)


def test_a_version_holds_labelled_and_empty_pictures_only(drawn):
    version = versions.freeze(drawn)
    assert versions.counts_of(drawn.folder, version) == {
        "train": 3, "val": 1, "test": 0, "boxes": 4, "classes": ODD_NAMES,
    }  # fmt: skip


def test_a_version_is_reused_until_something_changes(drawn):
    first = versions.freeze(drawn)
    assert versions.freeze(rename(drawn, "Another name")) == first
    drawn.set_state([4], PictureState.IGNORED)
    second = versions.freeze(drawn)
    assert second != first
    drawn.set_state([4], PictureState.EMPTY)
    assert versions.freeze(drawn) == first
    assert {path.stem for path in (drawn.folder / "versions").iterdir()} == {first, second}


def test_a_look_at_the_present_makes_no_version(drawn):
    now, place = versions.present(drawn)
    assert not (drawn.folder / "versions").exists()
    assert versions.read(place, now)[0]["class_names"] == dict(zip("01", ODD_NAMES, strict=True))
    assert versions.freeze(drawn) == now
    assert versions.present(drawn) == (now, drawn.folder)
    drawn.set_state([4], PictureState.IGNORED)
    later, place = versions.present(drawn)
    assert later != now
    assert len(versions.read(place, later)[1]) == 3
    assert {path.stem for path in (drawn.folder / "versions").iterdir()} == {now}


def test_folders_are_made_once_and_hold_links(drawn):
    data_yaml = versions.materialise(drawn.folder, versions.freeze(drawn))
    root = data_yaml.parent
    assert sorted(path.name for path in (root / "images" / "train").iterdir()) == [
        "000001-a.png",
        "000002-a.png",
        "000004-leer-o.png",
    ]
    assert (root / "images/train/000001-a.png").samefile(drawn.picture_file(1))
    assert (root / "labels/train/000004-leer-o.txt").read_text() == ""
    mark = root / "mark"
    mark.touch()
    assert versions.materialise(drawn.folder, root.name) == data_yaml
    assert mark.exists(), "what is there already is not made again"


def test_the_manifest_leads_ultralytics_to_the_pictures(drawn):
    """In its NDJSON format a picture lies at `<path>/images/<split>/<file>` beside the file."""
    version = versions.freeze(drawn)
    versions.materialise(drawn.folder, version)
    manifest = versions.manifest_file(drawn.folder, version)
    head, *records = map(json.loads, manifest.read_text(encoding="utf-8").splitlines())
    assert (head["type"], head["task"]) == ("dataset", "detect")
    assert head["class_names"] == {"0": ODD_NAMES[0], "1": ODD_NAMES[1]}
    for record in records:
        assert record["type"] == "image"
        image = manifest.parent / head["path"] / "images" / record["split"] / record["file"]
        with Image.open(image) as opened:
            assert opened.size == (record["width"], record["height"])


def test_the_yaml_holds_odd_class_names_and_no_place(drawn):
    data_yaml = versions.materialise(drawn.folder, versions.freeze(drawn))
    assert yaml.safe_load(data_yaml.read_text(encoding="ascii")) == {
        "train": "images/train",
        "val": "images/val",
        "names": dict(enumerate(ODD_NAMES)),
    }


def test_a_file_in_a_version_leads_back_to_its_picture():
    assert versions.picture_id("/somewhere/images/val/000042-a-cat.jpg") == 42
    assert versions.picture_id("1234567-x.jpg") == 1234567
    assert versions.picture_id("cat.jpg") is None


def test_boxes_outside_are_kept_inside_for_the_trainer(tmp_path):
    outside = replace(
        picture("a.png", split="train", size=(100, 50)),
        labels=(Label("cat", (-10.0, -5.0, 110.0, 55.0)),),
        state=PictureState.LABELLED,
    )
    dataset = dataset_of(tmp_path / "d", [outside])
    _, (record,) = versions.read(dataset.folder, versions.freeze(dataset))
    assert record["annotations"]["boxes"] == [[0, 0.5, 0.5, 1.0, 1.0]]


def test_nothing_to_train_on_is_told(tmp_path):
    with pytest.raises(DatasetError, match="train part"):
        versions.freeze(dataset_of(tmp_path / "d", [picture("a.jpg", ["cat"], split="val")]))


def test_a_picture_that_is_gone_is_told_and_nothing_is_left_behind(drawn):
    version = versions.freeze(drawn)
    drawn.picture_file(2).unlink()
    with pytest.raises(DatasetError, match=r"images/y/a\.png"):
        versions.materialise(drawn.folder, version)
    assert [path.name for path in (drawn.folder / "versions").iterdir()] == [f"{version}.ndjson"]


def test_a_version_that_is_not_there_is_told(drawn):
    with pytest.raises(DatasetError, match="0123abc"):
        versions.materialise(drawn.folder, "0123abc")


def test_a_damaged_version_is_told(drawn):
    version = versions.freeze(drawn)
    versions.manifest_file(drawn.folder, version).write_text('{"type": "dataset", "na')
    for ask in (versions.counts_of, versions.read, versions.materialise):
        with pytest.raises(DatasetError, match="damaged"):
            ask(drawn.folder, version)


def test_a_version_can_be_thrown_away_and_made_again_after_the_folder_moved(drawn):
    version = versions.freeze(drawn)
    moved = drawn.folder.rename(drawn.folder.with_name("moved"))
    assert versions.materialise(moved, version).is_file()


def test_what_a_killed_process_left_is_swept_away(drawn):
    version = versions.freeze(drawn)
    left = drawn.folder / "versions" / ".abc.123.part"
    left.mkdir()
    os.utime(left, (time.time() - 7200,) * 2)
    versions.materialise(drawn.folder, version)
    assert not left.exists()


def test_two_that_make_the_same_version_do_not_disturb_each_other(drawn):
    version = versions.freeze(drawn)
    failures = []

    def make():
        try:
            versions.materialise(drawn.folder, version)
        except Exception as error:
            failures.append(error)

    makers = [threading.Thread(target=make) for _ in range(6)]
    for maker in makers:
        maker.start()
    for maker in makers:
        maker.join()
    assert failures == []
    assert len(list((drawn.folder / "versions").iterdir())) == 2


def test_what_others_finish_meanwhile_is_no_trouble_for_the_sweep(drawn, monkeypatch):
    version = versions.freeze(drawn)
    gone = drawn.folder / "versions" / ".abc.123.part"  # renamed between the look and the question
    monkeypatch.setattr(versions.Path, "glob", lambda *_: iter([gone]))
    assert versions.materialise(drawn.folder, version).is_file()


def test_a_disk_without_links_gets_copies(tmp_path, monkeypatch):
    def cannot(*_):
        raise OSError

    monkeypatch.setattr(links.os, "link", cannot)
    (tmp_path / "a").write_text("one")
    links.link(tmp_path / "a", tmp_path / "symbolic")
    monkeypatch.setattr(links.os, "symlink", cannot)
    links.link(tmp_path / "a", tmp_path / "copied")
    assert (tmp_path / "copied").read_text() == "one"
    assert not (tmp_path / "copied").is_symlink()
    assert (tmp_path / "symbolic").is_symlink()


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_the_trainer_finds_the_same_boxes(drawn):
    from ultralytics.data.dataset import YOLODataset
    from ultralytics.data.utils import check_det_dataset

    data = check_det_dataset(str(versions.materialise(drawn.folder, versions.freeze(drawn))))
    assert data["names"] == dict(enumerate(ODD_NAMES))
    seen = {}
    for part in ("train", "val"):
        dataset = YOLODataset(img_path=data[part], data=data, task="detect", augment=False)
        for label in dataset.labels:
            height, width = label["shape"]
            centre, size = label["bboxes"][:, :2], label["bboxes"][:, 2:]
            corners = np.hstack([centre - size / 2, centre + size / 2])
            seen[versions.picture_id(label["im_file"])] = (
                corners * [width, height, width, height],
                label["cls"].ravel().tolist(),
            )
    assert set(seen) == {1, 2, 3, 4}
    for number, outlines in enumerate(OUTLINES.values(), start=1):
        boxes, classes = seen[number]
        wanted = sorted(zip(outlines, [0, 1], strict=False))
        found = sorted(zip(boxes.tolist(), classes, strict=True))
        assert [kind for _, kind in found] == [kind for _, kind in wanted]
        np.testing.assert_allclose([b for b, _ in found], [b for b, _ in wanted], atol=0.01)
    assert len(seen[4][0]) == 0


RING = ((4.0, 5.0), (40.0, 9.5), (33.0, 44.0))
DRAWN = {
    "segment": ("polygon", RING),
    "pose": ("keypoints", ((4.0, 5.0, 2.0), (0.0, 0.0, 0.0), (40.0, 44.0, 1.0))),
    "obb": ("rotated", ((20.0, 10.0), (40.0, 30.0), (20.0, 50.0), (0.0, 30.0))),
    "classify": ("whole", ()),
}


def of_task(folder, task):
    """Six pictures with one thing each in the shape of the task, the third an odd one out."""
    shape, points = DRAWN[task]
    xs, ys = [p[0] for p in points if sum(p)], [p[1] for p in points if sum(p)]
    box = (min(xs), min(ys), max(xs), max(ys)) if points else (0.0, 0.0, 64.0, 80.0)
    rows = []
    for n in range(6):
        name = f"pic{n}.png"
        (folder / "images").mkdir(parents=True, exist_ok=True)
        Image.new("RGB", (64, 80), (40 * n, 90, 20)).save(folder / "images" / name)
        odd = ("keypoints", ()) if n == 2 else (shape, points)
        label = Label("ab"[n % 2], box, *odd)
        plain = picture(name, split="val" if n > 3 else "train", size=(64, 80))
        rows.append(replace(plain, labels=(label,), state=PictureState.LABELLED))
    dataset = create(folder, name="Things", task=task, classes=["a", "b", "../c: d"])
    dataset.add_pictures(rows)
    return dataset


@pytest.mark.parametrize("task", DRAWN)
def test_a_picture_that_does_not_carry_what_the_task_needs_is_left_out_and_said(tmp_path, task):
    dataset = of_task(tmp_path / "d", task)
    version = versions.freeze(dataset)
    counts = versions.counts_of(dataset.folder, version)
    assert (counts["train"], counts["val"], counts["boxes"]) == (3, 2, 5)
    [(why, pictures)] = versions.left_out_of(dataset.folder, version).items()
    assert (why.split()[0], pictures) in (("a", 1), ("its", 1))


def test_a_set_without_anything_to_learn_from_for_its_task_is_told(tmp_path):
    boxes = dataset_of(tmp_path / "d", [picture(f"{n}.jpg", ["cat"], split="train") for n in "abc"])
    with pytest.raises(DatasetError, match="3 pictures, a label has no outline"):
        versions.freeze(replace(boxes, task="segment"))


def test_labels_come_back_from_a_version_as_they_were(tmp_path):
    for task in DRAWN:
        dataset = of_task(tmp_path / task, task)
        _, records = versions.read(dataset.folder, versions.freeze(dataset))
        for record in records:
            [stored] = dataset.labels([versions.picture_id(record["file"])]).popitem()[1]
            [label] = versions.labels_of(record)
            assert (label.class_id, label.shape) == (stored.class_id, stored.shape)
            np.testing.assert_allclose(label.box, stored.box, atol=0.01)
            np.testing.assert_allclose(label.points, stored.points, atol=0.01)


def test_whole_pictures_lie_in_a_folder_for_each_class_of_every_part(tmp_path):
    dataset = of_task(tmp_path / "d", "classify")
    folder = versions.materialise(dataset.folder, versions.freeze(dataset))
    assert folder.is_dir()
    assert sorted(str(path.relative_to(folder)) for path in folder.glob("*/*")) == [
        f"{part}/00000{number}" for part in ("train", "val") for number in range(3)
    ]
    assert [path.name for path in (folder / "train" / "000001").iterdir()] == [
        "000002-pic1.png", "000004-pic3.png",
    ]  # fmt: skip
    names = yaml.safe_load((folder / ".ndjson.yaml").read_text(encoding="utf-8"))["names"]
    assert names == {0: "a", 1: "b", 2: "../c: d"}


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("task", ["segment", "pose", "obb"])
def test_the_trainer_of_each_task_reads_what_was_drawn(tmp_path, task):
    from ultralytics.data.dataset import YOLODataset
    from ultralytics.data.utils import check_det_dataset

    dataset = of_task(tmp_path / "d", task)
    data = check_det_dataset(str(versions.materialise(dataset.folder, versions.freeze(dataset))))
    seen = YOLODataset(img_path=data["train"], data=data, task=task, augment=False).labels
    assert len(seen) == 3
    points = np.array(DRAWN[task][1])
    for each in seen:
        if task == "pose":
            np.testing.assert_allclose(each["keypoints"][0] * [64, 80, 1], points, atol=0.01)
        else:
            np.testing.assert_allclose(each["segments"][0] * [64, 80], points, atol=0.01)


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_the_trainer_of_whole_pictures_finds_classes_by_their_number(tmp_path):
    from types import SimpleNamespace

    from ultralytics.data.dataset import ClassificationDataset
    from ultralytics.data.utils import check_cls_dataset

    dataset = of_task(tmp_path / "d", "classify")
    data = check_cls_dataset(str(versions.materialise(dataset.folder, versions.freeze(dataset))))
    assert data["names"] == {0: "a", 1: "b", 2: "../c: d"}
    args = SimpleNamespace(
        fraction=1.0, cache=False, single_cls=False, imgsz=64, scale=0.5, fliplr=0.5, flipud=0.0,
        auto_augment=None, hsv_h=0.0, hsv_s=0.0, hsv_v=0.0, erasing=0.0,
    )  # fmt: skip
    read = ClassificationDataset(data["train"], args, names=data["names"])
    assert sorted((versions.picture_id(row[0]), row[1]) for row in read.samples) == [
        (1, 0), (2, 1), (4, 1),
    ]  # fmt: skip
