"""A small data set in YOLO's layout, drawn here: bright rectangles on noise, two classes."""

from pathlib import Path

import numpy as np
import yaml
from PIL import Image

NAMES = ["wide", "tall"]
INKS = ((230, 60, 40), (40, 90, 230))


def draw_small_yolo(
    folder: Path, *, train: int = 8, val: int = 2, size: tuple[int, int] = (120, 90)
) -> Path:
    """The data.yaml of a new data set; picture `i` shows `1 + i % 3` rectangles."""
    random = np.random.default_rng(7)
    for split, count in (("train", train), ("val", val)):
        for kind in ("images", "labels"):
            (folder / kind / split).mkdir(parents=True, exist_ok=True)
        for i in range(count):
            boxes = _boxes(random, 1 + i % 3, size)
            _picture(random, boxes, size).save(folder / "images" / split / f"{split}{i}.png")
            lines = [_line(class_id, box, size) for class_id, box in boxes]
            (folder / "labels" / split / f"{split}{i}.txt").write_text("\n".join(lines))
    return write_data_yaml(folder)


def write_data_yaml(folder: Path) -> Path:
    values = {"path": str(folder), "train": "images/train", "val": "images/val",
              "names": dict(enumerate(NAMES))}  # fmt: skip
    path = folder / "data.yaml"
    path.write_text(yaml.safe_dump(values))
    return path


def pixels_of(path: Path) -> np.ndarray:
    """A picture file as (H, W, 3) integers, safe to subtract."""
    with Image.open(path) as picture:
        return np.asarray(picture.convert("RGB")).astype(int)


def _boxes(random, count, size):
    width, height = size
    found = []
    for third in range(count):  # each in a third of its own, so that none hides another
        class_id = int(random.integers(2))
        w, h = ((width // 3, height // 6), (width // 8, height // 2))[class_id]
        left = third * (width // 3) + int(random.integers(0, width // 3 - w + 1))
        top = int(random.integers(0, height - h))
        found.append((class_id, (left, top, left + w, top + h)))
    return found


def _picture(random, boxes, size):
    pixels = random.integers(60, 110, (size[1], size[0], 3), dtype=np.uint8)
    for class_id, (left, top, right, bottom) in boxes:
        pixels[top:bottom, left:right] = INKS[class_id]
    return Image.fromarray(pixels)


def _line(class_id, box, size):
    left, top, right, bottom = box
    width, height = size
    numbers = ((left + right) / 2 / width, (top + bottom) / 2 / height,
               (right - left) / width, (bottom - top) / height)  # fmt: skip
    return f"{class_id} " + " ".join(f"{number:.6f}" for number in numbers)
