"""The demo: a labelled data set that Tailor draws by itself, so that nothing needs to be fetched.

Blood cells under a microscope, six slides of fifteen pictures. A few things are not as they should
be, so that the checks have something to show: one picture has no labels, one is there twice with a
little more light, one white cell is labelled as a platelet, and of one class there are few.
"""

import hashlib
import io
import shutil
import uuid
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np

from components.data import smear, split
from components.data.pictures import make_thumbnail
from components.data.records import Label, PictureState
from components.data.rows import NewPicture
from components.data.schema import FILE
from components.data.store import create
from components.workspace import Workspace

SLUG = "blood-cells-demo"
NAME = "Blood cells (demo)"
SEED = 7
FIELDS_PER_SLIDE = 15
BARE = {(2, 6), (5, 3)}  # slide and field with nothing to be found on them
UNLABELLED = (3, 9)
TWICE = (1, 4)
MISTAKEN = (4, 6)  # a white cell that is labelled as a platelet
INFECTED = {(0, 7), (1, 11), (2, 3), (3, 12), (4, 1), (5, 8)}  # with a parasite: too few of them


def open_demo(workspace: Workspace) -> str:
    """The demo's slug; drawn now if it is not there, in a few seconds.

    Drawn beside and renamed, so a half-drawn demo is never seen.

    Raises:
        DiskFull: No room was left.
    """
    folder = workspace.datasets / SLUG
    if not (folder / FILE).is_file():
        beside = workspace.datasets / f".{SLUG}-{uuid.uuid4().hex[:8]}"
        try:
            _draw_all(beside)
            _take_place(beside, folder)
        finally:
            shutil.rmtree(beside, ignore_errors=True)
    return SLUG


def _draw_all(folder: Path) -> None:
    dataset = create(folder, name=NAME, task="detect", classes=list(smear.CLASSES))
    dataset.add_pictures(_pictures(folder))
    split.redeal(dataset, (0.7, 0.2, 0.1), SEED)


def _pictures(folder: Path) -> Iterator[NewPicture]:
    for slide in range(len(smear.SLIDES)):
        for field in range(FIELDS_PER_SLIDE):
            dice = np.random.default_rng([SEED, slide, field])
            bare = (slide, field) in BARE
            cells = smear.throw(smear.SLIDES[slide], dice, bare=bare)
            if (slide, field) in INFECTED:
                cells = smear.infect(cells, dice)
            pixels = smear.draw(cells, smear.SLIDES[slide], dice)
            jpeg = _jpeg(pixels)
            labels = tuple(Label(kind, box) for kind, box in smear.boxes(cells))
            if (slide, field) == MISTAKEN:
                labels = _mistaken(labels)
            state = PictureState.EMPTY if bare else PictureState.LABELLED
            if (slide, field) == UNLABELLED:
                labels, state = (), PictureState.UNLABELLED
            stem = f"slide-{slide + 1}-field-{field + 1:02d}"
            yield _stored(folder, stem, jpeg, labels, state)
            if (slide, field) == TWICE:
                lighter = (pixels * 1.04).clip(0, 255).astype(np.uint8)
                again = f"slide-{slide + 1}-field-{FIELDS_PER_SLIDE + 1}"
                yield _stored(folder, again, _jpeg(lighter), labels, state)


def _mistaken(labels: tuple[Label, ...]) -> tuple[Label, ...]:
    """The same, with the first white cell called a platelet."""
    wrong = next(i for i, label in enumerate(labels) if label.class_name == "white cell")
    return (*labels[:wrong], replace(labels[wrong], class_name="platelet"), *labels[wrong + 1 :])


def _stored(
    folder: Path, stem: str, jpeg: bytes, labels: tuple[Label, ...], state: PictureState
) -> NewPicture:
    file, thumbnail = f"images/{stem}.jpg", f"thumbnails/{stem}.jpg"
    for path in (folder / file, folder / thumbnail):
        path.parent.mkdir(parents=True, exist_ok=True)
    (folder / file).write_bytes(jpeg)
    make_thumbnail(folder / file, folder / thumbnail)
    return NewPicture(
        file=file,
        original=file,
        name=f"{stem}.jpg",
        width=smear.SIDE_PX,
        height=smear.SIDE_PX,
        state=state,
        labels=labels,
        thumbnail=thumbnail,
        sha256=hashlib.sha256(jpeg).hexdigest(),
    )


def _jpeg(pixels: np.ndarray) -> bytes:
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
