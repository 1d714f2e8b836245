"""Boxes become pictures to be sorted: cut out in place, never parted from their picture."""

import numpy as np
import pytest
from PIL import Image

from components.data import crops, groups, split
from components.data.pictures import upright
from components.data.records import Label, PictureState
from components.data.rows import NewPicture
from components.data.store import create, find
from components.errors import DatasetError

INKS = {"ant": (200, 30, 30), "bee": (30, 30, 200)}


@pytest.fixture
def boxed(workspace):
    """Six pictures, four of them a film of two each, with an ant and a bee; one is empty."""
    folder = workspace.datasets / "boxed"
    dataset = create(folder, name="Boxed", task="detect", classes=["ant", "bee", "wasp"])
    (folder / "images").mkdir()
    dice = np.random.default_rng(3)

    def pictures():
        for number in range(6):
            pixels = dice.integers(90, 140, (80, 100, 3), dtype=np.uint8)
            labels = []
            for left, (name, ink) in zip((10, 60), INKS.items(), strict=True):
                top = 10 + 5 * number
                pixels[top : top + 20, left : left + 30] = ink
                labels.append(Label(name, (left, top, left + 30, top + 20)))
            labels.append(Label("ant", (0, 0, 5, 5)))
            file = f"images/{number}.png"
            Image.fromarray(pixels).save(folder / file)
            yield NewPicture(
                file, file, f"{number}.png", 100, 80,
                PictureState.EMPTY if number == 5 else PictureState.LABELLED,
                ("train", "train", "train", "val", "val", "train")[number],
                () if number == 5 else tuple(labels), sha256=f"{number:064d}",
            )  # fmt: skip

    dataset.add_pictures(pictures())
    groups.give(dataset, {"0": "a", "1": "a", "3": "b", "4": "b"})
    return dataset


def test_each_box_is_a_picture_with_its_class_and_its_part(workspace, boxed):
    made = crops.make(workspace, boxed)
    assert (made.pictures, made.left_out) == (
        10, {"labels smaller than 8 pixels": 5, "pictures without labels": 1},
    )  # fmt: skip
    dataset = find(workspace, made.slug)
    assert (dataset.task, dataset.name) == ("classify", "Boxed: crops")
    assert [each.name for each in dataset.classes()] == ["ant", "bee"]
    counts = split.counts(dataset)
    assert (counts["train"].pictures, counts["val"].pictures, counts["test"].pictures) == (6, 4, 0)
    for row in dataset.rows():
        [label] = dataset.labels([row.id])[row.id]
        kind = dataset.classes()[label.class_id].name
        pixels = np.asarray(upright(dataset.picture_file(row.id)))
        assert pixels.shape == (26, 36, 3)  # a tenth of the longer side all around
        assert np.abs(pixels[3:23, 3:33].astype(int) - INKS[kind]).max() == 0
        assert "Cut out of" in row.note


def test_crops_of_one_group_are_never_parted(workspace, boxed):
    dataset = find(workspace, crops.make(workspace, boxed).slug)
    split.redeal(dataset, (0.5, 0.5, 0.0), seed=5)
    parts = {}
    for row in dataset.rows():
        source = row.name.split("-")[0]
        parts.setdefault({"1": "0", "4": "3"}.get(source, source), set()).add(row.split)
    assert all(len(found) == 1 for found in parts.values())


def test_what_is_lost_is_said(boxed):
    assert crops.loses(boxed) == "One picture for each label; where things are is not kept."


def test_what_has_nothing_to_cut_out_is_refused_and_leaves_nothing(workspace):
    bare = create(workspace.datasets / "bare", name="Bare", task="detect", classes=["ant"])
    before = sorted(workspace.datasets.iterdir())
    with pytest.raises(DatasetError, match="no boxes or outlines"):
        crops.make(workspace, bare)
    assert sorted(workspace.datasets.iterdir()) == before


def test_the_old_data_set_stays_as_it_was(workspace, boxed):
    before = (boxed.revision(), boxed.labels(boxed.ids()))
    crops.make(workspace, boxed)
    assert (boxed.revision(), boxed.labels(boxed.ids())) == before
