"""One hostile input: how it is made, and what has to be said about it."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tests.data.drawn_sets import picture_bytes

GOOD_BOX = ("cat", 10.0, 20.0, 30.0, 60.0)
SIZE = (100, 80)


@dataclass(frozen=True)
class Case:
    """One hostile input.

    Attributes:
        name: What it is.
        build: Puts it into an empty folder.
        named: A file name that has to stand in what the user is told; "" when nothing is wrong
            enough to be told.
        comes: Whether the good picture beside it has to come in, with its box.
    """

    name: str
    build: Callable[[Path], None]
    named: str = ""
    comes: bool = True


CASES: list[Case] = []


def case(name: str, named: str = "", *, comes: bool = True):
    """Register the function below as a case."""

    def add(build: Callable[[Path], None]):
        CASES.append(Case(name, build, named, comes))
        return build

    return add


def put(folder: Path, name: str, data: bytes | str) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data.encode("utf-8") if isinstance(data, str) else data)
    return path


GOOD_XML = (
    "<annotation><filename>good.jpg</filename><size><width>100</width><height>80</height></size>"
    "<object><name>cat</name><bndbox><xmin>10</xmin><ymin>20</ymin><xmax>30</xmax><ymax>60</ymax>"
    "</bndbox></object></annotation>"
)
YOLO_ROW = "0 0.2 0.5 0.2 0.5\n"


def good_yolo(folder: Path) -> None:
    """One good picture with its box, as YOLO."""
    put(folder, "images/good.jpg", picture_bytes(SIZE))
    put(folder, "labels/good.txt", YOLO_ROW)
    put(folder, "data.yaml", "names: [cat, dog]\n")


def good_voc(folder: Path) -> None:
    """One good picture with its box, as Pascal VOC."""
    put(folder, "good.jpg", picture_bytes(SIZE))
    put(folder, "good.xml", GOOD_XML)


def good_coco(folder: Path, **also) -> None:
    """One good picture with its box, as COCO; `also` adds images, annotations, categories."""
    put(folder, "good.jpg", picture_bytes(SIZE))
    put(folder, "labels.json", json.dumps(coco_with(**also)))


def coco_with(images=(), annotations=(), categories=()) -> dict:
    return {
        "images": [{"id": 1, "file_name": "good.jpg", "width": 100, "height": 80}, *images],
        "annotations": [
            {"id": 1, "image_id": 1, "category_id": 1, "bbox": [10, 20, 20, 40]}, *annotations
        ],
        "categories": [{"id": 1, "name": "cat"}, *categories],
    }  # fmt: skip
