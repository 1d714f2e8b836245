"""Things at places that are known, pictures turned by EXIF that show them, and their label files.

Every picture is written in all eight EXIF orientations: the file's pixels are turned so that a
program which heeds the note shows the same upright picture. Labels are those of the upright one.
"""

import json
import math
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import yaml
from hypothesis import strategies as st
from PIL import Image, ImageDraw

CLASSES = ("ant", "bee")
POINTS = ("nose", "left ear", "right ear")
FLIP = [0, 2, 1]
ORIENTATIONS = range(1, 9)
SIZES = ((128, 96), (96, 128))  # upright, pixels; the longer side is one that a model takes
NAMES = {f"{ending}-{number}.{ending}": number  # EXIF orientation
         for ending in ("jpg", "png") for number in ORIENTATIONS}  # fmt: skip
INKS = ((250, 60, 40), (40, 90, 250))
_ORIENTATION = 0x0112
# How the upright picture becomes the file's: the opposite of what a viewer does.
_TURNED = {
    2: Image.Transpose.FLIP_LEFT_RIGHT, 3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM, 5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90, 7: Image.Transpose.TRANSVERSE, 8: Image.Transpose.ROTATE_270,
}  # fmt: skip


@dataclass(frozen=True)
class Thing:
    """One thing: class number, turned corners and keypoints, pixels of the upright picture."""

    class_id: int
    middle: tuple[float, float]
    half: tuple[float, float]
    turn: float  # radians, clockwise
    seen: tuple[int, ...]

    @property
    def corners(self):
        """(4, 2), clockwise from its own top left."""
        w, h = self.half
        return self._turned([(-w, -h), (w, -h), (w, h), (-w, h)])

    @property
    def outline(self):
        """(6, 2): a hexagon."""
        w, h = self.half
        return self._turned(
            [(w * math.cos(a), h * math.sin(a)) for a in np.arange(6) * math.pi / 3]
        )

    @property
    def points(self):
        """(3, 3): x, y, visibility; 0, 0, 0 for one that is not there."""
        w, h = self.half
        found = np.c_[self._turned([(0, -h / 2), (-w / 2, h / 2), (w / 3, h / 2)]), self.seen]
        return np.where(found[:, 2:] > 0, found, 0.0)

    def _turned(self, places):
        c, s = math.cos(self.turn), math.sin(self.turn)
        return np.array(places) @ np.array([[c, s], [-s, c]]) + self.middle


@dataclass(frozen=True)
class Scene:
    """An upright picture's size and what is on it, each in a quarter of its own."""

    size: tuple[int, int]
    things: tuple[Thing, ...]

    def upright(self):
        """The picture that a person sees, PIL, RGB."""
        width, height = self.size
        across, down = np.meshgrid(np.linspace(20, 120, width), np.linspace(20, 120, height))
        pixels = np.stack([across, down, (across + down) / 2], axis=-1).astype(np.uint8)
        picture = Image.fromarray(pixels)
        pen = ImageDraw.Draw(picture)
        for thing in self.things:
            pen.polygon([tuple(place) for place in thing.corners], fill=INKS[thing.class_id])
        return picture


def around(points):
    """Left, top, right, bottom of (N, 2+) points."""
    return np.r_[points[:, :2].min(axis=0), points[:, :2].max(axis=0)]


@st.composite
def scenes(draw):
    """Two to four things; no two overlap, so no mask hides another."""
    size = draw(st.sampled_from(SIZES))
    quarters = draw(st.lists(st.integers(0, 3), min_size=2, max_size=4, unique=True))
    share = st.floats(-1, 1, width=32)
    things = []
    for quarter in sorted(quarters):
        middle = [
            side * (0.25 + 0.5 * place) + 3 * draw(share)
            for side, place in zip(size, divmod(quarter, 2), strict=True)
        ]
        half = 11.0 + 4 * draw(share), 8.0 + 3 * draw(share)  # the sides differ: so does the turn
        things.append(Thing(
            draw(st.integers(0, 1)), (middle[0], middle[1]), half, draw(share) * math.pi,
            (2, *draw(st.tuples(st.integers(0, 2), st.integers(1, 2)))),
        ))  # fmt: skip
    return Scene(size, tuple(things))


def write_pictures(folder: Path, scene: Scene):
    """The scene in all orientations and both kinds of file; returns the files' names."""
    folder.mkdir(parents=True, exist_ok=True)
    upright = scene.upright()
    for name, number in NAMES.items():
        picture = upright.transpose(_TURNED[number]) if number in _TURNED else upright.copy()
        # One value differs: pictures that are equal byte for byte would be dealt with as copies.
        picture.putpixel((0, 0), (number, number, number))
        exif = Image.Exif()
        exif[_ORIENTATION] = number
        picture.save(folder / name, exif=exif, quality=95)
    return [*NAMES]


def write_yolo(folder: Path, scene: Scene, task: str) -> None:
    """Pictures, texts and data.yaml."""
    (folder / "labels").mkdir(parents=True)
    text = "\n".join(" ".join(map(repr, _yolo_row(thing, task, scene.size)))
                     for thing in scene.things)  # fmt: skip
    for name in write_pictures(folder / "images", scene):
        (folder / "labels" / Path(name).with_suffix(".txt")).write_text(text)
    facts = {"names": [*CLASSES], "train": "images", "val": "images"}
    if task == "pose":
        facts |= {"kpt_shape": [3, 3], "flip_idx": FLIP, "kpt_names": {0: [*POINTS]}}
    (folder / "data.yaml").write_text(yaml.safe_dump(facts))


def _yolo_row(thing, task, size):
    if task in ("segment", "obb"):
        ring = thing.outline if task == "segment" else thing.corners
        return [thing.class_id, *(float(n) for n in (ring / size).ravel())]
    left, top, right, bottom = around(thing.corners)
    width, height = size
    row = [(left + right) / 2 / width, (top + bottom) / 2 / height,
           (right - left) / width, (bottom - top) / height]  # fmt: skip
    if task == "pose":
        for x, y, seen in thing.points:
            row += [x / width, y / height, seen]
    return [thing.class_id, *map(float, row)]


def write_coco(folder: Path, scene: Scene, task: str) -> None:
    """Pictures and one JSON."""
    width, height = scene.size
    pictures, labels = [], []
    for name in write_pictures(folder, scene):
        pictures.append({"id": len(pictures) + 1, "file_name": name,
                         "width": width, "height": height})  # fmt: skip
        for thing in scene.things:
            left, top, right, bottom = map(float, around(
                thing.outline if task == "segment" else thing.corners
            ))  # fmt: skip
            label = {
                "id": len(labels) + 1, "image_id": len(pictures), "category_id": thing.class_id + 1,
                "bbox": [left, top, right - left, bottom - top], "iscrowd": 0,
                "area": (right - left) * (bottom - top),
            }  # fmt: skip
            if task == "segment":
                label["segmentation"] = [[float(n) for n in thing.outline.ravel()]]
            if task == "pose":
                label["keypoints"] = [float(n) for n in thing.points.ravel()]
                label["num_keypoints"] = int((thing.points[:, 2] > 0).sum())
            labels.append(label)
    kinds = [{"id": number, "name": name} for number, name in enumerate(CLASSES, start=1)]
    if task == "pose":
        kinds = [{**kind, "keypoints": [*POINTS], "skeleton": [[1, 2], [1, 3]]} for kind in kinds]
    facts = {"images": pictures, "annotations": labels, "categories": kinds}
    (folder / "labels.json").write_text(json.dumps(facts))


def write_labelme(folder: Path, scene: Scene, task: str) -> None:
    """Pictures and a JSON beside each."""
    for name in write_pictures(folder, scene):
        shapes = []
        for thing in scene.things:
            kind, points = _labelme_shape(thing, task)
            shapes.append({"label": CLASSES[thing.class_id], "points": points.tolist(),
                           "shape_type": kind, "flags": {}, "group_id": None})  # fmt: skip
        facts = {"version": "5.5.0", "flags": {}, "shapes": shapes, "imagePath": name,
                 "imageData": None, "imageWidth": scene.size[0],
                 "imageHeight": scene.size[1]}  # fmt: skip
        (folder / Path(name).with_suffix(".json")).write_text(json.dumps(facts))


def _labelme_shape(thing, task):
    if task == "segment":
        return "polygon", thing.outline
    if task == "obb":
        return "rotation", thing.corners
    return "rectangle", around(thing.corners).reshape(2, 2)


def write_folders(folder: Path, scene: Scene, _task: str) -> None:
    """A folder for each class, the pictures dealt between them by their orientation."""
    beside = folder.with_name(f"{folder.name}-all")
    for name in write_pictures(beside, scene):
        place = folder / CLASSES[NAMES[name] % 2]
        place.mkdir(parents=True, exist_ok=True)
        (beside / name).rename(place / name)
