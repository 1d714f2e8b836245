"""Hostile labels of the kinds told by their content: records, lists, tables, points, masks."""

import json
import struct
from pathlib import Path

from tests.data.drawn_sets import picture_bytes
from tests.hostile.case import CASES, SIZE, Case, coco_with, good_coco, put

GOOD = {"file_name": "good.jpg", "objects": [{"label": "cat", "bbox": [10, 20, 20, 40],
        "bbox_mode": "xywh"}]}  # fmt: skip


def _records(bad: object, name: str = "labels.json"):
    """One good record and, in a file of its own, one that is not."""

    def build(folder: Path) -> None:
        put(folder, "good.jpg", picture_bytes(SIZE))
        put(folder, "bad.jpg", picture_bytes(SIZE))
        put(folder, name, json.dumps([GOOD, {"file_name": "bad.jpg", "objects": bad}]))

    return build


def _box(*numbers: object) -> list[dict]:
    return [{"label": "cat", "bbox": list(numbers), "bbox_mode": "xywh"}]


RECORDS: dict[str, object] = {
    "not a number": _box(float("nan"), 1, 5, 5), "infinite": _box(1, 1, float("inf"), 5),
    "1e308 wide": _box(1, 1, 1e308, 1e308), "outside": _box(900, 900, 5, 5),
    "negative size": _box(30, 30, -10, -10), "without size": _box(10, 10, 0, 0),
    "an outline that crosses itself far outside": [
        {"label": "cat", "polygon": [[-1e9, 5], [1e9, 50], [1e9, 5], [-1e9, 50]]}],
    "two points": [{"label": "cat", "polygon": [[5, 5], [5, 5]]}],
}  # fmt: skip
for _name, _bad in RECORDS.items():
    CASES.append(Case(f"JSON record: {_name}", _records(_bad), "bad"))
CASES.append(Case("JSON record: a million points", _records(
    [{"label": "cat", "polygon": [[n % 97, n % 79] for n in range(1_000_000)]}]
)))  # fmt: skip
CASES.append(Case("JSON record: lists 400 deep", _records(
    json.loads("[" * 400 + "]" * 400)
)))  # fmt: skip


def _beside_coco(name: str, data: bytes | str):
    """A good COCO set with a broken file of another kind beside it."""

    def build(folder: Path) -> None:
        good_coco(folder)
        put(folder, name, data)

    return build


RECORD_FILES: dict[str, bytes] = {
    "a length of 18 exabytes": b"\xff" * 8 + b"\0" * 64,
    "cut off": struct.pack("<Q", 500) + b"\0" * 30,
    "random bytes": bytes((n * 89 + n // 7) % 256 for n in range(4096)),
    "an endless number": struct.pack("<Q", 64) + b"\0" * 4 + b"\xff" * 64 + b"\0" * 4,
}
for _name, _data in RECORD_FILES.items():
    CASES.append(Case(f"TFRecord: {_name}", _beside_coco("bad.record", _data), "bad.record"))


def _coco(**annotation):
    def build(folder: Path) -> None:
        put(folder, "bad.jpg", picture_bytes(SIZE))
        row = {"id": 9, "image_id": 9, "category_id": 1, **annotation}
        good_coco(folder, images=[{"id": 9, "file_name": "bad.jpg", "width": 100, "height": 80}],
                  annotations=[row])  # fmt: skip

    return build


CASES.append(Case("keypoints: visibility out of range", _coco(
    bbox=[10, 10, 30, 30], keypoints=[20, 20, 99, 30, 30, -5]), "bad"))  # fmt: skip
CASES.append(Case("keypoints: not numbers", _coco(
    bbox=[10, 10, 30, 30], keypoints=[float("nan"), 20, 2, 30, 30, 2]), "bad"))  # fmt: skip
CASES.append(Case("mask: larger than any picture", _coco(
    segmentation={"size": [10**9, 10**9], "counts": [5, 10**18]}), "bad"))  # fmt: skip


def _lists(folder: Path) -> None:
    put(folder, "good.jpg", picture_bytes(SIZE))
    put(folder, "train.txt", "good.jpg 10,20,30,60,0\n" + "bad.jpg nan,1,2,3,4 1e999\n" * 1000)
    put(folder, "classes.txt", "cat\n")


CASES.append(Case("text list: a thousand rows of nonsense", _lists, "bad.jpg"))


def _ticks(folder: Path) -> None:
    good_coco(folder)
    head = ",".join(f"c{n}" for n in range(5000))
    put(folder, "_classes.csv", f"filename,{head}\ngood.jpg,{','.join('1' * 5000)}\n")


CASES.append(Case("table of classes: five thousand columns", _ticks))


def _points(folder: Path) -> None:
    put(folder, "good.jpg", picture_bytes(SIZE))
    skeleton = [[1, 10**30], ["a", None], [float("nan"), 2]] * 1000
    category = {"id": 2, "name": "dog", "keypoints": [None, {}, "x"] * 5000, "skeleton": skeleton}
    put(folder, "labels.json", json.dumps(coco_with(categories=[category])))


CASES.append(Case("keypoints: names and skeleton of nonsense", _points))
