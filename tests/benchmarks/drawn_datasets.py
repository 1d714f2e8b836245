"""Data sets for measuring: drawn pictures, written straight into a workspace's store."""

import hashlib
import os
import random
from collections.abc import Iterator
from pathlib import Path

from PIL import Image, ImageDraw

from components.data import split, store
from components.data.records import Label, PictureState
from components.data.rows import NewPicture
from components.workspace import Workspace

CLASSES = ["round", "square", "wide"]
COLOURS = ["#c8553d", "#3d7ac8", "#e0b13a"]
DRAWN = 60  # different pictures; the rest are hard links to these under other names


def draw_dataset(
    workspace: Workspace, slug: str, pictures: int, *, width: int = 320, height: int = 240
) -> str:
    """A labelled detection set with a split; the same for the same arguments.

    Returns:
        Its slug.
    """
    folder = workspace.datasets / slug
    made = store.create(folder, name=slug, task="detect", classes=CLASSES)
    for name in ("images", "thumbnails"):
        (folder / name).mkdir(exist_ok=True)
    made.add_pictures(_pictures(folder, pictures, width, height))
    split.redeal(made)
    return slug


def _pictures(folder: Path, count: int, width: int, height: int) -> Iterator[NewPicture]:
    first: list[NewPicture] = []
    for number in range(count):
        name = f"picture_{number:05d}.jpg"
        file, thumbnail = f"images/{name}", f"thumbnails/{name}"
        if number < DRAWN:
            labels = _draw(folder / file, folder / thumbnail, number, width, height)
            sha256 = hashlib.sha256((folder / file).read_bytes()).hexdigest()
        else:
            twin = first[number % DRAWN]
            os.link(folder / twin.file, folder / file)
            os.link(folder / twin.thumbnail, folder / thumbnail)
            labels = twin.labels
            # Said to be another picture, or the split would keep all copies together.
            sha256 = hashlib.sha256(name.encode()).hexdigest()
        picture = NewPicture(
            file, file, name, width, height, PictureState.LABELLED,
            labels=labels, thumbnail=thumbnail, sha256=sha256,
        )  # fmt: skip
        if number < DRAWN:
            first.append(picture)
        yield picture


def _draw(file: Path, thumbnail: Path, seed: int, width: int, height: int) -> tuple[Label, ...]:
    dice = random.Random(seed)
    noise = Image.frombytes("L", (width, height), dice.randbytes(width * height))
    picture = Image.blend(noise.convert("RGB"), Image.new("RGB", noise.size, "#9aa58f"), 0.8)
    pen, labels = ImageDraw.Draw(picture), []
    for _ in range(dice.randint(2, 5)):
        kind = dice.randrange(len(CLASSES))
        side = dice.randint(width // 12, width // 5)
        wide = side * 2 if kind == 2 else side
        left, top = dice.randint(0, width - wide - 1), dice.randint(0, height - side - 1)
        corners = (left, top, left + wide, top + side)
        (pen.ellipse if kind == 0 else pen.rectangle)(corners, fill=COLOURS[kind])
        labels.append(Label(CLASSES[kind], tuple(float(corner) for corner in corners)))
    picture.save(file, quality=88)
    picture.thumbnail((256, 256))
    picture.save(thumbnail, quality=80)
    return tuple(labels)
