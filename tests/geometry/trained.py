"""From a scene to what the trainer and the validator are told of it, by the app's own way."""

from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np

from components.augment.preview import Fed, fed, prepared, training_arguments
from components.augment.recipe import NONE, Recipe
from components.data import kinds, store, versions
from components.data.importing import import_now
from components.data.rows import SplitOrigin
from components.data.store import Dataset
from components.runs.validation import watching_validator
from components.workspace import Workspace
from tests.geometry import things

WRITERS = {
    "yolo": things.write_yolo, "coco": things.write_coco, "labelme": things.write_labelme,
    "folders": things.write_folders,
}  # fmt: skip
SURE = 0.9


@dataclass
class Way:
    """A data set on its way into a model.

    Attributes:
        dataset: In the store.
        classes: Their names by number.
        data: Of its version, what the trainer takes.
        size: The model's pictures' side, pixels: the longer side of the pictures.
        pad: What is added left and above to make them square, pixels.
    """

    dataset: Dataset
    classes: list[str]
    data: Path
    size: int
    pad: np.ndarray

    def fed(self, recipe: Recipe = NONE) -> dict[str, Fed]:
        """What the trainer is fed, by the picture's own name."""
        dataset = prepared(self.data, recipe, self.size, 0, self.dataset.task)
        return {
            self._name(file): fed(dataset, 0, index) for index, file in enumerate(dataset.im_files)
        }

    def seen(self) -> dict[str, dict[str, Any]]:
        """What a validator draws of predictions that are what it was told, by picture."""
        from ultralytics.data.build import build_dataloader, build_yolo_dataset
        from ultralytics.data.utils import check_det_dataset

        task = self.dataset.task
        arguments = training_arguments(NONE, self.size, 0, task)
        facts = check_det_dataset(str(self.data), autodownload=False)
        pictures = build_yolo_dataset(
            arguments, facts["train"], 4, facts, mode="val", rect=True, stride=32
        )
        loader = build_dataloader(pictures, 4, 0, shuffle=False)
        validator = _validator(task)(loader, args=arguments)
        validator.device, validator.data, validator.training = _cpu(), facts, False
        validator.name_of = self._name
        validator.watch(pictures.im_files)
        validator.init_metrics(SimpleNamespace(names=facts["names"]))
        for batch in loader:
            batch = validator.preprocess(batch)
            told = [validator._prepare_batch(i, batch) for i in range(len(batch["im_file"]))]
            validator.update_metrics([_as_predicted(each) for each in told], batch)
        return {str(sample["picture"]): sample for sample in validator.samples.values()}

    def _name(self, file: str) -> str:
        number = versions.picture_id(file)
        assert number is not None
        return Path(self.dataset.picture(number).name).name


def bring(root: Path, scene: things.Scene, task: str, way: str) -> Way:
    """Write the scene's label files, import them, and freeze and lay out a version."""
    WRITERS[way](root / "given", scene, task)
    workspace = Workspace(root / "workspace")
    for folder in (workspace.datasets, workspace.imports, workspace.uploads):
        folder.mkdir(parents=True, exist_ok=True)
    dataset = store.find(workspace, import_now(workspace, [root / "given"], "things"))
    dataset = dataset if dataset.task == task else kinds.set_task(dataset, task)
    dataset.set_split(dict.fromkeys(dataset.ids(), "train"), SplitOrigin("hand"))
    data = versions.materialise(dataset.folder, versions.freeze(dataset))
    size = max(scene.size)
    classes = [each.name for each in dataset.classes()]
    return Way(dataset, classes, data, size, (size - np.array(scene.size)) / 2)


def _validator(task: str) -> Any:
    from ultralytics.models import yolo

    return watching_validator({
        "detect": yolo.detect.DetectionValidator, "segment": yolo.segment.SegmentationValidator,
        "pose": yolo.pose.PoseValidator, "obb": yolo.obb.OBBValidator,
    }[task])  # fmt: skip


def _cpu() -> Any:
    import torch

    return torch.device("cpu")


def _as_predicted(told: dict[str, Any]) -> dict[str, Any]:
    """Labels as a model that is right would give them, in pixels of its picture."""
    import torch

    names = {"cls", "bboxes", "masks", "keypoints"} & told.keys()
    made = {name: told[name].clone() for name in names}
    return {**made, "conf": torch.full((len(told["cls"]),), SURE)}
