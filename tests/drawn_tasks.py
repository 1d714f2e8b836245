"""Drawn sets for the four tasks beside detection, written as people's exports are written.

Outlined stones (YOLO), turned boats (YOLO), kites with four named points (COCO), and pictures of
one shape each in a folder per class. The same seed draws the same set.
"""

import json
import math
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

Points = list[tuple[float, float]]
Thing = tuple[int, Points]  # class and points, in pixels

CLASSES = {
    "segment": ["stone", "leaf"],
    "obb": ["boat", "raft"],
    "pose": ["kite"],
    "classify": ["round", "pointed", "square"],
}
KITE = ["nose", "left corner", "right corner", "tail"]
KITE_LINES = [(0, 1), (0, 2), (1, 3), (2, 3), (0, 3)]
COLOURS = {
    "segment": ["#8d8578", "#4f8f3a"],
    "obb": ["#c8442f", "#8a5a2b"],
    "pose": ["#d2483a"],
    "classify": ["#c8553d", "#3d7ac8", "#c79a2a"],
}
GROUNDS = {
    "segment": (196, 178, 148), "obb": (64, 118, 148),
    "pose": (156, 196, 226), "classify": (205, 200, 190),
}  # fmt: skip
FINE = 3  # drawn so much larger, then made small: soft edges


def draw_set(folder: Path, task: str, *, train: int, val: int, side: int = 96) -> Path:
    """Draw pictures with labels into a folder, divided into train and val; gives the folder."""
    dice = np.random.default_rng(17)
    for part, count in (("train", train), ("val", val)):
        shown = [draw_picture(task, dice, side, number) for number in range(count)]
        _WRITERS.get(task, _write_yolo)(folder, task, part, shown)
    if task in ("segment", "obb"):
        names = json.dumps(CLASSES[task])
        text = f"task: {task}\nnames: {names}\ntrain: train/images\nval: val/images\n"
        (folder / "data.yaml").write_text(text, encoding="utf-8")
    return folder


def draw_picture(
    task: str, dice: np.random.Generator, side: int, number: int
) -> tuple[Image.Image, list[Thing]]:
    """One picture and what is to be seen on it."""
    ground = np.array(GROUNDS[task]) + dice.normal(0, 9, 3)
    coarse = ground + dice.normal(0, 12, (7, 7, 1))
    picture = Image.fromarray(coarse.clip(0, 255).astype(np.uint8)).resize(
        (side * FINE, side * FINE), Image.Resampling.BICUBIC
    )
    pen = ImageDraw.Draw(picture)
    things: list[Thing] = []
    if task == "classify":
        kind = number % len(CLASSES[task])
        things.append((kind, _sign(pen, dice, side, kind)))
    else:
        for left, top, room in _places(dice, side):
            kind = int(dice.integers(len(CLASSES[task])))
            things.append((kind, _SHAPES[task](pen, dice, left, top, room, kind)))
    small = picture.filter(ImageFilter.GaussianBlur(FINE / 2)).resize(
        (side, side), Image.Resampling.LANCZOS
    )
    grain = np.asarray(small, np.float64) + dice.normal(0, 5, (side, side, 3))
    return Image.fromarray(grain.clip(0, 255).astype(np.uint8)), things


def _places(dice: np.random.Generator, side: int) -> list[tuple[float, float, float]]:
    """Middles and radii of two to four things that do not touch: one in a quarter at most."""
    room = side / 4
    quarters = [(x, y) for x in (room, 3 * room) for y in (room, 3 * room)]
    chosen = dice.permutation(4)[: int(dice.integers(2, 5))]
    return [
        (*(float(middle + dice.uniform(-0.15, 0.15) * room) for middle in quarters[i]),
         room * float(dice.uniform(0.6, 0.82)))
        for i in chosen
    ]  # fmt: skip


def _outlined(
    pen: ImageDraw.ImageDraw, dice: np.random.Generator, x: float, y: float, r: float, kind: int
) -> Points:
    """A stone is nearly round and rough; a leaf is long and pointed."""
    turn, steps = dice.uniform(0, 2 * math.pi), 22
    rough = 1 + dice.normal(0, 0.07, steps) * (kind == 0)
    points = []
    for step in range(steps):
        angle = 2 * math.pi * step / steps
        along, across = math.cos(angle) * r, math.sin(angle) * r * (0.8 if kind == 0 else 0.4)
        across *= 1.0 if kind == 0 else abs(math.sin(angle)) ** 0.5
        points.append(_turned(x, y, along * rough[step], across * rough[step], turn))
    _fill(pen, points, COLOURS["segment"][kind], dice)
    if kind == 1:
        _line(pen, points[0], points[steps // 2], "#2f5f22", 2)
    return points


def _turned_box(
    pen: ImageDraw.ImageDraw, dice: np.random.Generator, x: float, y: float, r: float, kind: int
) -> Points:
    """A boat is slim and pointed at its front, a raft broad; both as their turned rectangle."""
    turn, half = dice.uniform(0, 2 * math.pi), 0.32 if kind == 0 else 0.6
    corners = [(1, -half), (1, half), (-1, half), (-1, -half)]  # its front first
    box = [_turned(x, y, u * r, v * r, turn) for u, v in corners]
    if kind == 0:
        hull = [(-1, -half), (0.45, -half), (1, 0), (0.45, half), (-1, half)]
        _fill(pen, [_turned(x, y, u * r, v * r, turn) for u, v in hull], COLOURS["obb"][0], dice)
        cabin = [(-0.5, -half / 2), (0.1, -half / 2), (0.1, half / 2), (-0.5, half / 2)]
        _fill(pen, [_turned(x, y, u * r, v * r, turn) for u, v in cabin], "#f3efe6", dice)
    else:
        _fill(pen, box, COLOURS["obb"][1], dice)
        for v in (-half / 3, half / 3):
            ends = [_turned(x, y, u * r, v * r, turn) for u in (-1, 1)]
            _line(pen, *ends, "#5f3b18", 2)
    return box


def _kite(
    pen: ImageDraw.ImageDraw, dice: np.random.Generator, x: float, y: float, r: float, kind: int
) -> Points:
    """Nose, left, right, tail; the left half is lighter, so that the sides can be told apart."""
    turn = dice.uniform(-0.6, 0.6)
    at = [(0, -1), (-0.62, -0.25), (0.62, -0.25), (0, 1)]
    nose, left, right, tail = (_turned(x, y, u * r, v * r, turn) for u, v in at)
    _fill(pen, [nose, right, tail], COLOURS["pose"][kind], dice)
    _fill(pen, [nose, left, tail], "#f0c24a", dice)
    return [nose, left, right, tail]


def _sign(pen: ImageDraw.ImageDraw, dice: np.random.Generator, side: int, kind: int) -> Points:
    """One large shape: a disc, a triangle or a square."""
    corners = (40, 3, 4)[kind]
    x, y = (float(side * dice.uniform(0.42, 0.58)) for _ in range(2))
    r, turn = side * float(dice.uniform(0.26, 0.36)), float(dice.uniform(-0.35, 0.35))
    start = math.pi / 4 if kind == 2 else -math.pi / 2
    angles = [start + 2 * math.pi * step / corners for step in range(corners)]
    points = [_turned(x, y, math.cos(a) * r, math.sin(a) * r, turn) for a in angles]
    _fill(pen, points, COLOURS["classify"][int(dice.integers(3))], dice)
    return points


def _turned(x: float, y: float, u: float, v: float, turn: float) -> tuple[float, float]:
    cos, sin = math.cos(turn), math.sin(turn)
    return x + u * cos - v * sin, y + u * sin + v * cos


def _fill(pen: ImageDraw.ImageDraw, points: Points, colour: str, dice: np.random.Generator) -> None:
    red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    light = int(dice.integers(-18, 19))
    shade = tuple(min(255, max(0, value + light)) for value in (red, green, blue))
    pen.polygon([(x * FINE, y * FINE) for x, y in points], fill=shade)


def _line(
    pen: ImageDraw.ImageDraw, one: tuple[float, float], other: tuple[float, float], colour: str,
    width: int,
) -> None:  # fmt: skip
    ends = [(x * FINE, y * FINE) for x, y in (one, other)]
    pen.line(ends, fill=colour, width=width * FINE // 2)


def _write_yolo(
    folder: Path, task: str, part: str, shown: list[tuple[Image.Image, list[Thing]]]
) -> None:
    for number, (picture, things) in enumerate(shown):
        stem = f"{part}-{number:03}"
        _save(picture, folder / part / "images" / f"{stem}.jpg")
        rows = [
            " ".join([str(kind), *(f"{v / picture.width:.5f}" for point in points for v in point)])
            for kind, points in things
        ]
        labels = folder / part / "labels" / f"{stem}.txt"
        labels.parent.mkdir(parents=True, exist_ok=True)
        labels.write_text("\n".join(rows), encoding="utf-8")


def _write_coco(
    folder: Path, task: str, part: str, shown: list[tuple[Image.Image, list[Thing]]]
) -> None:
    images, labels = [], []
    for number, (picture, things) in enumerate(shown):
        name = f"{part}-{number:03}.jpg"
        _save(picture, folder / part / name)
        images.append({"id": number, "file_name": name, "width": picture.width,
                       "height": picture.height})  # fmt: skip
        for kind, points in things:
            xs, ys = zip(*points, strict=True)
            box = [min(xs), min(ys), max(xs) - min(xs), max(ys) - min(ys)]
            flat = [round(v, 2) for point in points for v in (*point, 2)]
            labels.append({"id": len(labels), "image_id": number, "category_id": kind + 1,
                           "bbox": box, "area": box[2] * box[3], "iscrowd": 0,
                           "keypoints": flat, "num_keypoints": len(points)})  # fmt: skip
    skeleton = [[one + 1, other + 1] for one, other in KITE_LINES]
    categories = [{"id": n + 1, "name": name, "keypoints": KITE, "skeleton": skeleton}
                  for n, name in enumerate(CLASSES[task])]  # fmt: skip
    text = json.dumps({"images": images, "annotations": labels, "categories": categories})
    (folder / part / "_annotations.coco.json").write_text(text, encoding="utf-8")


def _write_folders(
    folder: Path, task: str, part: str, shown: list[tuple[Image.Image, list[Thing]]]
) -> None:
    for number, (picture, [(kind, _)]) in enumerate(shown):
        _save(picture, folder / part / CLASSES[task][kind] / f"{part}-{number:03}.jpg")


def _save(picture: Image.Image, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    picture.save(path, quality=92)


_SHAPES = {"segment": _outlined, "obb": _turned_box, "pose": _kite}
_WRITERS = {"pose": _write_coco, "classify": _write_folders}
