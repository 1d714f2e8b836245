"""Sets of any size to bring in: the same small pictures, eight boxes each, in several formats."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.data.drawn_sets import picture_bytes, voc_xml

SIZE = (64, 48)
NAMES = ["a", "b", "c"]
ROWS = [(k % 3, (k + 1.5) / 10, 0.5, 0.1, (k + 1) / 10) for k in range(8)]
BOXES = [(NAMES[c], (x - w / 2) * 64, (y - h / 2) * 48, (x + w / 2) * 64, (y + h / 2) * 48)
         for c, x, y, w, h in ROWS]  # fmt: skip
_PART = Path("images") / "train"


def drawn(folder: Path, number: int, kind: str = "yolo") -> Path:
    """A set of small pictures, no two of the same bytes, eight boxes each."""
    whole_picture = picture_bytes(SIZE)
    (folder / _PART).mkdir(parents=True)
    for n in range(number):
        told = b"\xff\xfe\x00\x0a" + f"{n:08d}".encode()  # a comment tells it from the others
        (folder / _PART / f"{n:06d}.jpg").write_bytes(whole_picture[:2] + told + whole_picture[2:])
    KINDS[kind](folder, number)
    return folder


def as_yolo(folder: Path, number: int) -> None:
    """A text file per picture."""
    row = "".join(f"{c} {x:g} {y:g} {w:g} {h:g}\n" for c, x, y, w, h in ROWS)
    (folder / "labels" / "train").mkdir(parents=True)
    for n in range(number):
        (folder / f"labels/train/{n:06d}.txt").write_text(row, encoding="utf-8")
    (folder / "data.yaml").write_text("train: images/train\nnames: [a, b, c]\n", encoding="utf-8")


def as_coco(folder: Path, number: int) -> None:
    """One JSON beside the pictures, written row by row: it may be 100 MB."""
    with (folder / _PART / "instances.json").open("w", encoding="utf-8") as file:
        file.write('{"images": [')
        file.write(", ".join(
            f'{{"id": {n}, "file_name": "{n:06d}.jpg", "width": 64, "height": 48}}'
            for n in range(number)
        ))  # fmt: skip
        file.write('], "annotations": [')
        for n, row in enumerate(_annotations(number)):
            file.write((", " if n else "") + json.dumps(row))
        kinds = [{"id": n + 1, "name": name} for n, name in enumerate(NAMES)]
        file.write(f'], "categories": {json.dumps(kinds)}}}')


def _annotations(number: int) -> Iterator[dict[str, object]]:
    for image in range(number):
        for name, left, top, right, bottom in BOXES:
            yield {
                "image_id": image, "category_id": NAMES.index(name) + 1,
                "bbox": [left, top, right - left, bottom - top], "iscrowd": 0,
            }  # fmt: skip


def as_voc(folder: Path, number: int) -> None:
    """An XML file beside each picture."""
    for n in range(number):
        text = voc_xml(f"{n:06d}.jpg", BOXES, SIZE)
        (folder / _PART / f"{n:06d}.xml").write_text(text, encoding="utf-8")


def as_csv(folder: Path, number: int) -> None:
    """A table with a row per box."""
    with (folder / _PART / "labels.csv").open("w", encoding="utf-8") as file:
        file.write("filename,width,height,class,xmin,ymin,xmax,ymax\n")
        for n in range(number):
            for name, *box in BOXES:
                file.write(f"{n:06d}.jpg,64,48,{name},{','.join(map(str, box))}\n")


KINDS: dict[str, Callable[[Path, int], None]] = {
    "yolo": as_yolo, "coco": as_coco, "voc": as_voc, "csv": as_csv,
}  # fmt: skip
