"""Tailor's trainer: Ultralytics' own, with a few methods changed, each for a stated gain.

`trainer_class(task, "tuned")` is that; "reference" is Ultralytics' class, only kept from being
lost: the yardstick of every benchmark. What only saves time stands in `tuning`. With the same
batches both learn the same, to the digits that the chosen number format keeps.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from copy import copy
from functools import cache
from pathlib import Path
from typing import Any, cast

import psutil

from components.data.versions import picture_id
from components.runs import best_weights, checkpoints, evaluation, eyes, resuming
from components.runs.going_on import GoingOn
from components.runs.tuning.tuned import tuned
from components.runs.validation import watching_validator

MEMORY_SHARE = 0.1  # of what is free, for decoded validation pictures


class TailorTrainer(GoingOn):
    """What is put in front of Ultralytics' trainer.

    Attributes:
        evaluation: How good the best weights are, once the final validation is done.
        eyes: What the last validation saw on the fixed pictures.
    """

    evaluation: dict[str, Any] | None = None

    def build_dataset(self, img_path: str, mode: str = "train", batch: int | None = None) -> Any:
        """Gain: each training picture is a function of (seed, epoch, index).

        So the preview shows what will be trained, and an interrupted run goes on with the same
        pictures. A test holds preview and training to the same pixels.

        Validation pictures, which are the same every epoch, are decoded once where they take
        little of the free memory.
        """
        mine: Any = self
        if mode != "train":
            with self._kept_in_memory(Path(img_path)):
                return super().build_dataset(img_path, mode, batch)  # type: ignore[misc]
        from ultralytics.utils.torch_utils import unwrap_model

        from components.augment.training_dataset import build_training_dataset

        model: Any = unwrap_model(mine.model)
        stride = max(int(model.stride.max()), 32)
        return build_training_dataset(mine.args, mine.data, img_path, batch, stride)

    @contextmanager
    def _kept_in_memory(self, pictures: Path) -> Iterator[None]:
        arguments = cast(Any, self).args
        asked = arguments.cache
        needed = sum(1 for _ in pictures.glob("*")) * 3 * arguments.imgsz**2
        room = 0 if self.is_lean else MEMORY_SHARE * psutil.virtual_memory().available
        if not asked and needed < room:
            arguments.cache = "ram"
        try:
            yield
        finally:
            arguments.cache = asked

    def get_dataloader(
        self, dataset_path: str, batch_size: int = 16, rank: int = 0, mode: str = "train"
    ) -> Any:
        """Gain: as above, also when other processes load pictures ahead of their epoch."""
        loader = super().get_dataloader(dataset_path, batch_size, rank, mode)  # type: ignore[misc]
        from components.augment.training_dataset import PURE, number_epochs

        return number_epochs(loader) if isinstance(loader.dataset, PURE) else loader

    def get_validator(self) -> Any:
        """Gain: predictions on fixed pictures and all numbers per class, without a second pass."""
        mine: Any = self
        usual = super().get_validator()  # type: ignore[misc]
        validator = watching_validator(usual.__class__)(
            mine.test_loader, save_dir=mine.save_dir, args=copy(mine.args),
            _callbacks=mine.callbacks,
        )  # fmt: skip
        validator.name_of = name_of
        validator.watch(eyes.choose(classes_by_file(mine.test_loader.dataset)))
        return validator

    def _setup_train(self) -> None:
        mine: Any = self
        super()._setup_train()  # type: ignore[misc]
        from components.augment.training_dataset import set_epoch

        mine.add_callback(
            "on_train_epoch_start", lambda t: set_epoch(t.train_loader.dataset, t.epoch)
        )

    def final_eval(self) -> None:
        """Gain: one validation of the best weights that yields the whole evaluation.

        Ultralytics validates once more, too, but keeps four numbers of it, and tells them as an
        epoch that never was. It also strips last.pt of what is needed to go on; here last.pt
        stays whole, and only best.pt, which people take away, is made small.
        """
        mine: Any = self
        if not mine.best.exists():
            return
        strip(mine.best)
        validator = mine.validator
        validator.args.plots = False
        validator.args.compile = False  # compiling takes longer than one validation
        validator.watch(evaluation.spread([*classes_by_file(mine.test_loader.dataset)]), final=True)
        mine.metrics = validator(model=mine.best)
        mine.metrics.pop("fitness", None)
        mine.evaluation = evaluation.summarise(validator, mine.metrics, mine.best, mine.args.seed)
        for kept in (mine.last, mine.best, mine.wdir / resuming.FILE):
            checkpoints.previous(kept).unlink(missing_ok=True)


class ReferenceTrainer(GoingOn):
    """Plain Ultralytics that can be cut off at any moment and goes on."""

    def final_eval(self) -> None:
        """Gain: Ultralytics writes into best.pt and last.pt; a copy of the best stays till then."""
        mine: Any = self
        if mine.best.exists():
            best_weights.keep_copy(mine.best)
        super().final_eval()  # type: ignore[misc]
        if mine.best.exists():
            best_weights.note_again(mine.best)
        for kept in (mine.last, mine.best, mine.wdir / resuming.FILE):
            checkpoints.previous(kept).unlink(missing_ok=True)


def trainer_class(task: str, kind: str = "tuned") -> Any:
    """The trainer's class.

    Args:
        task: Key of `TASKS`.
        kind: "tuned" or "reference".
    """
    return _kept(task) if kind == "reference" else _tailored(task)


def evaluate(trainer: Any) -> dict[str, Any] | None:
    """The evaluation of a reference run: its own validation keeps too little.

    Returns:
        None when there are no weights.
    """
    if not trainer.best.exists():
        return None
    validator = watching_validator(trainer.validator.__class__)(
        trainer.test_loader, save_dir=trainer.save_dir, args=copy(trainer.args)
    )
    validator.name_of = name_of
    validator.watch(evaluation.spread([*classes_by_file(trainer.test_loader.dataset)]), final=True)
    scores = validator(model=trainer.best)
    scores.pop("fitness", None)
    return evaluation.summarise(validator, scores, trainer.best, trainer.args.seed)


def classes_by_file(dataset: Any) -> dict[str, list[int]]:
    """The class ids on each picture of a data set of Ultralytics', of any task."""
    if hasattr(dataset, "samples"):
        return {str(file): [int(class_id)] for file, class_id, *_ in dataset.samples}
    return {row["im_file"]: [int(c) for c in row["cls"].flatten()] for row in dataset.labels}


def strip(weights: Path) -> None:
    """Take out what only training needs, in one step on the disk."""
    from ultralytics.utils.torch_utils import strip_optimizer

    checkpoints.discard(weights)
    if strip_optimizer(weights, s=str(checkpoints.beside(weights))):
        best_weights.publish_smaller(weights)


def name_of(file: str) -> int | str:
    """The data set's id of a picture in a version; the file's name when it has none."""
    found = picture_id(file)
    return Path(file).name if found is None else found


@cache
def _tailored(task: str) -> Any:
    names = {"__module__": __name__, "__doc__": TailorTrainer.__doc__}
    above = _ultralytics_trainer(task)
    return type(f"Tailor{above.__name__}", (TailorTrainer, tuned(above)), names)


@cache
def _kept(task: str) -> Any:
    names = {"__module__": __name__, "__doc__": ReferenceTrainer.__doc__}
    above = _ultralytics_trainer(task)
    return type(f"Kept{above.__name__}", (ReferenceTrainer, above), names)


def _ultralytics_trainer(task: str) -> Any:
    from ultralytics.models import yolo

    trainers: dict[str, Callable[..., Any]] = {
        "detect": yolo.detect.DetectionTrainer, "segment": yolo.segment.SegmentationTrainer,
        "classify": yolo.classify.ClassificationTrainer, "pose": yolo.pose.PoseTrainer,
        "obb": yolo.obb.OBBTrainer,
    }  # fmt: skip
    return trainers[task]
