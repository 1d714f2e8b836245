"""Small sets that a test draws for itself: pictures, and labels in any dialect."""

import io
import json
import random
import zipfile
from pathlib import Path

from PIL import Image

from components.data.recognise import read_all
from components.data.records import Reading

Box = tuple[str, float, float, float, float]


def picture(path: Path, size: tuple[int, int] = (100, 80), seed: int = 0, **how) -> Path:
    """A picture of noise blocks; `how` goes to Pillow's `save`."""
    path.parent.mkdir(parents=True, exist_ok=True)
    dice = random.Random(seed)
    small = Image.new("RGB", (8, 8))
    small.putdata([tuple(dice.randrange(256) for _ in range(3)) for _ in range(64)])
    small.resize(size, Image.Resampling.NEAREST).save(path, **how)
    return path


def picture_bytes(size: tuple[int, int] = (100, 80), kind: str = "JPEG") -> bytes:
    memory = io.BytesIO()
    Image.new("RGB", size, (200, 30, 30)).save(memory, kind)
    return memory.getvalue()


def text(path: Path, content: str, encoding: str = "utf-8") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode(encoding))
    return path


def voc_xml(filename: str, boxes: list[Box], size: tuple[int, int] | None = (100, 80)) -> str:
    head = f"<filename>{filename}</filename><path>/home/x/{filename}</path>"
    if size:
        head += f"<size><width>{size[0]}</width><height>{size[1]}</height><depth>3</depth></size>"
    things = "".join(
        f"<object><name>{name}</name><bndbox><xmin>{left}</xmin><ymin>{top}</ymin>"
        f"<xmax>{right}</xmax><ymax>{bottom}</ymax></bndbox></object>"
        for name, left, top, right, bottom in boxes
    )
    return f"<annotation>{head}{things}</annotation>"


def coco(images: dict[str, list[Box]], classes: list[str], size: tuple[int, int] = (100, 80)):
    """A COCO mapping; ids of categories count from 1."""
    listed, things = [], []
    for number, (name, boxes) in enumerate(images.items()):
        listed.append({"id": number, "file_name": name, "width": size[0], "height": size[1]})
        for cls, left, top, right, bottom in boxes:
            things.append({
                "id": len(things), "image_id": number, "category_id": classes.index(cls) + 1,
                "bbox": [left, top, right - left, bottom - top], "iscrowd": 0,
            })  # fmt: skip
    categories = [{"id": n + 1, "name": name} for n, name in enumerate(classes)]
    return {"images": listed, "annotations": things, "categories": categories}


def write_json(path: Path, content: object) -> Path:
    return text(path, json.dumps(content))


def zipped(path: Path, members: dict[str, bytes | str]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return path


def read(*sources: Path, room: Path) -> Reading:
    return read_all(list(sources), room / "room")


def boxes_of(reading: Reading) -> dict[str, list[Box]]:
    """Picture name to its boxes, rounded to a tenth of a pixel, sorted."""
    return {
        p.name: sorted((b.class_name, *(round(v, 1) for v in b.box)) for b in p.labels)
        for p in reading.pictures
    }


def codes(reading: Reading) -> set[str]:
    return {problem.code for problem in reading.problems}
