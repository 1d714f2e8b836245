"""The preview's promise: a batch of a real training holds the pixels and boxes it shows."""

from dataclasses import dataclass, field

import numpy as np
import pytest

from components.augment import preview
from components.augment.recipe import (
    GENTLE,
    NORMAL,
    STRONG,
    ExtraEffect,
    Recipe,
    is_mosaic_closed,
    trainer_arguments,
)
from components.augment.training_dataset import (
    build_training_dataset,
    number_epochs,
    set_epoch,
)
from tests.augment.small_yolo import draw_small_yolo

pytestmark = pytest.mark.slow

SIZE_PX, SEED, EPOCHS, CLOSED = 64, 3, 3, 1
EVERYTHING = Recipe(
    {"mosaic": 0.7, "mixup": 0.5, "cutmix": 0.5, "degrees": 45.0, "shear": 5.0, "flipud": 0.5,
     "perspective": 0.0005, "bgr": 0.3},
    (ExtraEffect("noise", 0.5, 0.5), ExtraEffect("lens", 0.5, 0.5), ExtraEffect("grey", 1.0, 0.3),
     ExtraEffect("quarter_turns", 1.0, 0.5), ExtraEffect("holes", 0.5, 0.5)),
)  # fmt: skip
RECIPES = {"gentle": GENTLE, "normal": NORMAL, "strong": STRONG, "everything": EVERYTHING}


@dataclass
class Fed:
    """What one picture was when the network got it."""

    epoch: int
    file: str
    picture: np.ndarray = field(repr=False)
    classes: list[int] = field(repr=False)
    boxes: np.ndarray = field(repr=False)


def _items(batch, epoch):
    for k, file in enumerate(batch["im_file"]):
        mine = batch["batch_idx"].numpy() == k
        picture = batch["img"][k].numpy().transpose(1, 2, 0).copy()
        boxes = preview.corners(batch["bboxes"].numpy()[mine], SIZE_PX, SIZE_PX)
        yield Fed(epoch, file, picture, batch["cls"].numpy()[mine].reshape(-1).tolist(), boxes)


def _trainer_class(fed):
    from ultralytics.models.yolo.detect import DetectionTrainer

    class Trainer(DetectionTrainer):
        def build_dataset(self, img_path, mode="train", batch=None):
            if mode == "train":
                return build_training_dataset(self.args, self.data, img_path, batch)
            return super().build_dataset(img_path, mode, batch)

        def get_dataloader(self, dataset_path, batch_size=16, rank=0, mode="train"):
            loader = super().get_dataloader(dataset_path, batch_size, rank, mode)
            return number_epochs(loader) if mode == "train" else loader

        def preprocess_batch(self, batch):
            fed.extend(_items(batch, self.epoch))
            return super().preprocess_batch(batch)

    return Trainer


@pytest.fixture
def data_yaml(workspace, tmp_path):
    return draw_small_yolo(tmp_path / "small")


@pytest.mark.parametrize("name", RECIPES)
@pytest.mark.filterwarnings("default")  # torch's and matplotlib's own, while really training
def test_training_gets_what_the_preview_shows(name, data_yaml, tmp_path):
    recipe, fed = RECIPES[name], []
    preview.training_arguments(recipe, SIZE_PX, SEED)  # sets ultralytics up before its import
    overrides = {
        "model": "yolo26n.yaml", "data": str(data_yaml), "epochs": EPOCHS, "imgsz": SIZE_PX,
        "batch": 4, "seed": SEED, "close_mosaic": CLOSED, "device": "cpu", "val": False,
        "plots": False, "project": str(tmp_path / "run"), "exist_ok": True, "amp": False,
        **trainer_arguments(recipe),
    }  # fmt: skip
    trainer = _trainer_class(fed)(overrides=overrides)
    trainer.add_callback(
        "on_train_epoch_start", lambda t: set_epoch(t.train_loader.dataset, t.epoch)
    )
    trainer.train()

    assert [sum(item.epoch == epoch for item in fed) for epoch in range(EPOCHS)] == [8, 8, 8]
    for item in fed:
        closed = is_mosaic_closed(item.epoch, EPOCHS, CLOSED)
        dataset = preview.prepared(data_yaml, recipe, SIZE_PX, SEED, closed=closed)
        index = dataset.im_files.index(item.file)
        picture, classes, boxes = preview.as_trained(dataset, item.epoch, index)
        assert np.array_equal(picture, item.picture), item
        assert classes.tolist() == item.classes
        assert np.array_equal(boxes, item.boxes)


@pytest.mark.parametrize("cache", [None, "ram"])
@pytest.mark.filterwarnings("default")
def test_worker_processes_feed_the_same_and_know_the_epoch(cache, data_yaml):
    arguments = preview.training_arguments(EVERYTHING, SIZE_PX, SEED)
    arguments.cache = cache
    from ultralytics.data.build import build_dataloader
    from ultralytics.data.utils import check_det_dataset

    data = check_det_dataset(str(data_yaml))
    dataset = build_training_dataset(arguments, data, data["train"], 2)
    loader = number_epochs(build_dataloader(dataset, batch=2, workers=2, device="cpu"))
    assert loader.num_workers > 0
    fed = []
    try:
        for epoch in range(4):
            set_epoch(dataset, epoch)
            if epoch == 2:  # as at the end of mosaics: prepared batches are thrown away
                loader.reset()
            for batch in loader:
                fed.extend(_items(batch, epoch))
    finally:
        loader.close()

    assert len(fed) == 4 * 8
    shown = preview.prepared(data_yaml, EVERYTHING, SIZE_PX, SEED)
    for item in fed:
        picture, _, boxes = preview.as_trained(shown, item.epoch, shown.im_files.index(item.file))
        assert np.array_equal(picture, item.picture), item
        assert np.array_equal(boxes, item.boxes)
