"""The demos: labelled data sets that Tailor draws by itself, so that nothing needs to be fetched.

One for each task. A few things are not as they should be, so that the checks have something to
show: one picture has no labels, one is there twice with a little more light, one thing has another
class's name, and of one class there are few.
"""

import hashlib
import io
import shutil
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import product
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from components.data import split
from components.data.demo_subjects import DEMOS, Demo
from components.data.pictures import make_thumbnail
from components.data.records import Label, PictureState
from components.data.rows import NewPicture
from components.data.schema import FILE, changing
from components.data.store import create
from components.data.writing import set_keypoints
from components.workspace import Workspace

SLUG = DEMOS["detect"].slug
SEED = 7
FIELDS = 20  # pictures of each series
_AT_ONCE = 2  # drawn side by side; most of the work is numpy's and Pillow's, which let others run


def open_demo(workspace: Workspace, task: str = "detect") -> str:
    """The slug of a task's demo; drawn now if it is not there, in a few seconds.

    Drawn beside and renamed, so a half-drawn demo is never seen.

    Args:
        workspace: Where it is kept.
        task: A key of `DEMOS`, which has one for every task.

    Raises:
        DiskFull: No room was left.
    """
    demo = DEMOS[task]
    folder = workspace.datasets / demo.slug
    if not (folder / FILE).is_file():
        beside = workspace.datasets / f".{demo.slug}-{uuid.uuid4().hex[:8]}"
        try:
            _draw_all(beside, demo)
            _take_place(beside, folder)
        finally:
            shutil.rmtree(beside, ignore_errors=True)
    return demo.slug


def demo_of(slug: str) -> Demo | None:
    """The demo with this slug; None for the person's own data sets."""
    return next((demo for demo in DEMOS.values() if demo.slug == slug), None)


def _draw_all(folder: Path, demo: Demo) -> None:
    for part in ("images", "thumbnails"):
        (folder / part).mkdir(parents=True)
    dataset = create(folder, name=demo.name, task=demo.task, classes=list(demo.classes))
    dataset.add_pictures(_pictures(folder, demo))
    if demo.points:
        with changing(folder) as db:
            set_keypoints(db, demo.points)
    split.redeal(dataset, (0.7, 0.2, 0.1), demo.split_seed)


def _pictures(folder: Path, demo: Demo) -> Iterator[NewPicture]:
    places = list(product(range(demo.series_count), range(FIELDS)))
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        for made in pool.map(lambda place: _at(folder, demo, place), places):
            yield from made


def _at(folder: Path, demo: Demo, place: tuple[int, int]) -> list[NewPicture]:
    """The picture that stands at a place of the series, with the fault it has there."""
    series, field = place
    pixels, labels = demo.draw(series, field, np.random.default_rng([SEED, series, field]))
    state = PictureState.LABELLED if labels else PictureState.EMPTY
    if place == demo.mistaken:
        labels = _mistaken(labels, *demo.wrong)
    if place == demo.unlabelled:
        labels, state = (), PictureState.UNLABELLED
    made = [_stored(folder, demo.stem(series, field), pixels, labels, state)]
    if place == demo.twice:
        lighter = (pixels * 1.04).clip(0, 255).astype(np.uint8)
        made.append(_stored(folder, demo.stem(series, FIELDS), lighter, labels, state))
    return made


def _mistaken(labels: tuple[Label, ...], right: str, wrong: str) -> tuple[Label, ...]:
    """The same, with the first thing of a class called by another's name."""
    at = next(i for i, label in enumerate(labels) if label.class_name == right)
    return (*labels[:at], labels[at]._replace(class_name=wrong), *labels[at + 1 :])


def _stored(
    folder: Path, stem: str, pixels: NDArray[np.uint8], labels: tuple[Label, ...],
    state: PictureState,
) -> NewPicture:  # fmt: skip
    jpeg = _jpeg(pixels)
    file, thumbnail = f"images/{stem}.jpg", f"thumbnails/{stem}.jpg"
    (folder / file).write_bytes(jpeg)
    make_thumbnail(folder / file, folder / thumbnail)
    return NewPicture(
        file=file,
        original=file,
        name=f"{stem}.jpg",
        width=pixels.shape[1],
        height=pixels.shape[0],
        state=state,
        labels=labels,
        thumbnail=thumbnail,
        sha256=hashlib.sha256(jpeg).hexdigest(),
    )


def _jpeg(pixels: NDArray[np.uint8]) -> bytes:
    from PIL import Image  # loaded late: the app starts without it

    written = io.BytesIO()
    Image.fromarray(pixels).save(written, "JPEG", quality=92)
    return written.getvalue()


def _take_place(beside: Path, folder: Path) -> None:
    try:
        beside.rename(folder)
    except OSError:
        if not (folder / FILE).is_file():  # else a second tab was faster, with the same pictures
            raise
