"""A small drawn data set, and the app as a test sees it."""

import json
from pathlib import Path

import numpy as np
import pytest
from filelock import FileLock
from PIL import Image
from streamlit.testing.v1 import AppTest

from components.data.records import Label, PictureState
from components.data.split import redeal
from components.data.store import Dataset, NewPicture, create
from components.data.versions import freeze
from components.jobs.events import Queued, write
from components.planning.plan import TrainingPlan
from components.runs.store import RunStore
from components.web import background
from components.workspace import slug

APP = Path(__file__).parents[2] / "app.py"
SIDE = 64
CLASSES = ["mug", "<b>spoon</b>", "*fork*"]


def open_page(page: str = "", **address: str) -> AppTest:
    """The app with a page of it open: "make/data", or Home."""
    at = AppTest.from_file(str(APP), default_timeout=60).run()
    if page:
        at.switch_page(f"pages/{page}.py")
    for key, value in address.items():
        at.query_params[key] = value
    return at.run()


def asked(at: AppTest, key: str) -> str:
    """What the page's address says under this name."""
    value = at.query_params[key]
    return value if isinstance(value, str) else value[0]


def draw_dataset(workspace, name="Mugs", labelled=12, empty=2, unlabelled=3) -> Dataset:
    """A data set of small drawn pictures; labelled picture i shows class i mod 3."""
    folder = workspace.datasets / slug(name)
    for kind in ("images", "thumbnails"):
        (folder / kind).mkdir(parents=True)
    dataset = create(folder, name=name, task="detect", classes=CLASSES)
    states = (
        [PictureState.LABELLED] * labelled
        + [PictureState.EMPTY] * empty
        + [PictureState.UNLABELLED] * unlabelled
    )
    dataset.add_pictures([_picture(folder, i, state) for i, state in enumerate(states)])
    return dataset


def _picture(folder: Path, i: int, state: PictureState) -> NewPicture:
    file = f"images/{i:02d}.png"
    pixels = np.full((SIDE, SIDE, 3), 40 + i, np.uint8)
    pixels[8:40, 8:40] = (200, 30, 30)
    for path in (file, file.replace("images", "thumbnails")):
        Image.fromarray(pixels).save(folder / path)
    labels = (Label(CLASSES[i % 3], (8.0, 8.0, 40.0, 40.0)),)
    return NewPicture(
        file, file, f"shelf/{i:02d}.png", SIDE, SIDE, state, None,
        labels if state is PictureState.LABELLED else (), file.replace("images", "thumbnails"),
        sha256=f"{i:064d}",
    )  # fmt: skip


@pytest.fixture
def unsplit(workspace) -> Dataset:
    """Twelve labelled pictures, two empty, three unlabelled; no split."""
    return draw_dataset(workspace)


@pytest.fixture
def mugs(unsplit) -> Dataset:
    """The same, split."""
    redeal(unsplit)
    return unsplit


def write_run(workspace, dataset, *events, name="first", weights=True, results=None, task="detect"):
    """A run's folder as its worker leaves it, written by hand; its slug."""
    plan = TrainingPlan(
        dataset=dataset.slug, task=task, name=name, base="yolo26n.yaml", epochs=2,
        image_size_px=64, version=freeze(dataset),
    )  # fmt: skip
    run = RunStore(workspace).create(plan)
    for event in (Queued(1.0), *events):
        write(run.folder, event)
    if weights:
        run.best_weights.parent.mkdir(parents=True)
        run.best_weights.write_bytes(b"PK")
    if results is not None:
        (run.folder / "evaluation.json").write_text(json.dumps(results), encoding="utf-8")
    return run.slug


@pytest.fixture
def in_line(workspace):
    """Whatever a page starts stays in line: another owner holds the workspace's supervisor lock."""
    workspace.root.mkdir(parents=True, exist_ok=True)
    background.close()
    with FileLock(workspace.root / ".supervisor.lock"):
        yield
        background.close()


def place(block, key, way=()):
    """The indexes that lead from the page's root to a widget, by which the browser knows it."""
    for index, child in getattr(block, "children", {}).items():
        if getattr(child, "key", None) == key:
            return (*way, index)
        if found := place(child, key, (*way, index)):
            return found
    return ()
