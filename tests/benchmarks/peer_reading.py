"""Reads labels with a peer library; run by the Python of an environment that has it.

`python peer_reading.py LIBRARY FORMAT FOLDER [--whole ROOM]`: prints JSON with `seconds`,
`cpu_seconds` and `annotations`. Imports nothing of ours. Not counted are the library's import and
finding out where the labels lie and what the classes are called: a user tells these libraries.
`--whole` adds what else it takes to bring a set in, as one writes it around such a library.
"""

import hashlib
import json
import os
import sqlite3
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

PICTURES = {".jpg", ".jpeg", ".png", ".webp", ".bmp"}


def yolo_folders(top: Path) -> Iterator[tuple[Path, Path, Path]]:
    """Folders of pictures with the folder of their labels, and the data.yaml."""
    for labels in sorted(path for path in top.rglob("labels") if path.is_dir()):
        parts = sorted(path for path in labels.iterdir() if path.is_dir()) or [labels]
        for part in parts:
            images = labels.parent / "images" / (part.name if part != labels else "")
            settings = next(iter(sorted(top.rglob("data.yaml"))), None)
            if images.is_dir() and settings is not None:
                yield images, part, settings


def coco_files(top: Path) -> Iterator[tuple[Path, Path]]:
    """JSON files that are COCO's, with the folder of their pictures."""
    for path in sorted(top.rglob("*.json")):
        facts = json.loads(path.read_text(encoding="utf-8"))
        if isinstance(facts, dict) and "images" in facts and "annotations" in facts:
            yield path.parent, path


def voc_folders(top: Path) -> Iterator[tuple[Path, Path]]:
    """Folders of XML files, with the folder of their pictures."""
    for folder in sorted({path.parent for path in top.rglob("*.xml")}):
        beside = folder.parent / "JPEGImages"
        yield (beside if beside.is_dir() else folder), folder


FOUND: dict[str, Callable[[Path], Any]] = {
    "YOLO": yolo_folders, "COCO JSON": coco_files, "Pascal VOC": voc_folders,
}  # fmt: skip


def by_supervision(form: str, found: list[Any], names: str) -> list[Any]:
    import supervision as sv

    made = sv.DetectionDataset
    match form:
        case "YOLO":
            return [made.from_yolo(str(i), str(a), str(y)) for i, a, y in found]
        case "COCO JSON":
            return [made.from_coco(str(i), str(j)) for i, j in found]
    return [made.from_pascal_voc(str(i), str(a)) for i, a in found]


def by_globox(form: str, found: list[Any], names: str) -> list[Any]:
    from globox import AnnotationSet

    match form:
        case "YOLO":
            return [AnnotationSet.from_yolo_v5(a, image_folder=i) for i, a, _ in found]
        case "COCO JSON":
            return [AnnotationSet.from_coco(j) for _, j in found]
    return [AnnotationSet.from_pascal_voc(a) for _, a in found]


def by_labelformat(form: str, found: list[Any], names: str) -> list[Any]:
    from labelformat.formats import (
        COCOObjectDetectionInput,
        PascalVOCObjectDetectionInput,
        YOLOv8ObjectDetectionInput,
    )

    match form:
        case "YOLO":
            made = [YOLOv8ObjectDetectionInput(y, input_split=a.name) for _, a, y in found]
        case "COCO JSON":
            made = [COCOObjectDetectionInput(j) for _, j in found]
        case _:
            made = [PascalVOCObjectDetectionInput(a, names) for _, a in found]
    return [list(one.get_labels()) for one in made]


# How to read, and from what was read: how many boxes each picture has, and picture, class, corners.
READERS = {"supervision": by_supervision, "globox": by_globox, "labelformat": by_labelformat}
NUMBERS: dict[str, Callable[[Any], int]] = {
    "supervision": lambda one: sum(map(len, one.annotations.values())),
    "globox": lambda one: sum(len(each.boxes) for each in one),
    "labelformat": lambda one: sum(len(each.objects) for each in one),
}
ROWS: dict[str, Callable[[Any], Iterator[tuple[Any, ...]]]] = {
    "supervision": lambda one: (
        (name, one.classes[kind], *box)
        for name, boxes in one.annotations.items()
        for kind, box in zip(boxes.class_id.tolist(), boxes.xyxy.tolist(), strict=True)
    ),
    "globox": lambda one: (
        (each.image_id, str(box.label), *box.ltrb) for each in one for box in each.boxes
    ),
    "labelformat": lambda one: (
        (each.image.filename, thing.category.name, thing.box.xmin, thing.box.ymin, thing.box.xmax,
         thing.box.ymax)
        for each in one for thing in each.objects
    ),
}  # fmt: skip


def class_names(form: str, top: Path) -> str:
    """What labelformat has to be told of a VOC set."""
    if form != "Pascal VOC":
        return ""
    return ",".join(sorted({
        name.text for path in top.rglob("*.xml")
        for name in ElementTree.parse(path).iterfind("object/name") if name.text
    }))  # fmt: skip


def bring_in(top: Path, rows: Iterator[tuple[Any, ...]], room: Path) -> None:
    """The plain way to a copy of a set: pictures, small ones, and labels in SQLite."""
    from PIL import Image

    def one(path: Path) -> tuple[Any, ...]:
        data = path.read_bytes()
        name = path.relative_to(top).as_posix().replace("/", "_")
        (room / "images" / name).write_bytes(data)
        with Image.open(path) as picture:
            size = picture.size
            picture.thumbnail((256, 256))  # a JPEG is decoded no finer than needed
            picture.convert("RGB").save(room / "small" / f"{name}.jpg", quality=82)
        return name, *size, hashlib.sha256(data).hexdigest()

    for folder in ("images", "small"):
        (room / folder).mkdir()
    db = sqlite3.connect(room / "labels.sqlite")
    db.execute("CREATE TABLE pictures (name UNIQUE, width, height, sha256)")
    db.execute("CREATE TABLE labels (picture, class, l, t, r, b)")
    pictures = (path for path in top.rglob("*") if path.suffix.lower() in PICTURES)
    with ThreadPoolExecutor(max(1, min(4, os.cpu_count() or 1))) as pool:
        db.executemany("INSERT INTO pictures VALUES (?, ?, ?, ?)", pool.map(one, pictures))
    db.executemany("INSERT INTO labels VALUES (?, ?, ?, ?, ?, ?)", rows)
    db.execute("CREATE INDEX labels_of ON labels (picture)")
    db.commit()
    db.close()


def main() -> None:
    """Read and print."""
    library, form, folder = sys.argv[1:4]
    __import__(library)
    top = Path(folder)
    found, names = list(FOUND[form](top)), class_names(form, top)
    room = Path(sys.argv[5]) if "--whole" in sys.argv else None
    if room is not None:  # imports are not counted
        from PIL import Image

        Image.preinit()
    began, worked = time.perf_counter(), time.process_time()
    sets = READERS[library](form, found, names)
    number = sum(map(NUMBERS[library], sets))
    if room is not None:
        bring_in(top, (row for one in sets for row in ROWS[library](one)), room)
    took, worked = time.perf_counter() - began, time.process_time() - worked
    print(json.dumps({"seconds": took, "cpu_seconds": worked, "annotations": number}))


if __name__ == "__main__":
    main()
