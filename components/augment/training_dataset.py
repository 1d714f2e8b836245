"""The data set that training reads, and the preview too: Ultralytics' own, made repeatable.

The trainer uses it in three places:

```python
def build_dataset(self, img_path, mode="train", batch=None):          # in the trainer
    if mode == "train":
        stride = max(int(unwrap_model(self.model).stride.max()), 32)
        return build_training_dataset(self.args, self.data, img_path, batch, stride)
    return super().build_dataset(img_path, mode, batch)

def get_dataloader(self, dataset_path, batch_size=16, rank=0, mode="train"):
    loader = super().get_dataloader(dataset_path, batch_size, rank, mode)
    return number_epochs(loader) if mode == "train" else loader

trainer.add_callback("on_train_epoch_start",
                     lambda trainer: set_epoch(trainer.train_loader.dataset, trainer.epoch))
```

What differs from Ultralytics' class, and why:

* Each item is a pure function of (seed, epoch, index): see `dice`. So a preview can show it.
* Partners of a mosaic come from the whole data set; Ultralytics takes them from the pictures it
  happened to load last, which depends on the order of loading. When the pictures are not cached
  in memory this means more decoding, so more decoded pictures are kept.
* Without extra effects the albumentations step is taken out. Ultralytics would put blur, median
  blur, grey and CLAHE there, on 1 % of the pictures each, which no control shows. Half a second
  of importing the library is saved, too.
* An extra effect that cannot be built stops the run; Ultralytics only logs it and goes without.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

from components.augment.dice import thrown
from components.errors import PlanError

MEMORY_SHARE = 0.25  # of what is free, for decoded pictures; Ultralytics' RAM cache takes half


def build_training_dataset(
    args: Any, data: dict[str, Any], img_path: str | Path, batch: int | None, stride: int = 32
) -> Any:
    """The training data set, built as `ultralytics.data.build.build_yolo_dataset` would.

    Args:
        args: The trainer's arguments; `seed`, `imgsz`, `cache` and the augmentations are read.
        data: What `check_det_dataset` made of data.yaml.
        img_path: Folder of the training pictures.
        batch: Pictures per batch; matters for rectangular training only.
        stride: Largest stride of the model, pixels.

    Raises:
        PlanError: An extra effect is not known to the albumentations that is installed.
    """
    if args.task == "classify":
        return _of_classes(args, data, img_path)
    from ultralytics.data.utils import get_split_fraction

    fraction = 1.0 if data.get("complete") else get_split_fraction(args.fraction, "train")
    dataset = training_dataset_class()(
        img_path=str(img_path), imgsz=args.imgsz, batch_size=batch, augment=True, hyp=args,
        rect=args.rect, cache=args.cache or None, single_cls=args.single_cls or False,
        stride=stride, pad=0.0, prefix="train: ", task=args.task, classes=args.classes,
        data=data, fraction=fraction,
    )  # fmt: skip
    dataset.task = args.task
    dataset.max_buffer_length = _pictures_to_keep(dataset.ni, args)
    return dataset


def _of_classes(args: Any, data: dict[str, Any], img_path: str | Path) -> Any:
    """Pictures with one class each, built as `ClassificationTrainer.build_dataset` would."""
    dataset = class_dataset_class()(
        str(img_path), args, augment=True, prefix="train", names=data["names"]
    )
    dataset.seed, dataset.data = int(args.seed), data
    return dataset


def renew_class_transforms(dataset: Any, args: Any) -> None:
    """Give a data set of `_of_classes` the changes that other arguments ask for."""
    from ultralytics.data.augment import classify_augmentations

    dataset.seed = int(args.seed)
    dataset.torch_transforms = classify_augmentations(
        size=args.imgsz, scale=(1.0 - args.scale, 1.0), hflip=args.fliplr, vflip=args.flipud,
        erasing=args.erasing, auto_augment=args.auto_augment, hsv_h=args.hsv_h,
        hsv_s=args.hsv_s, hsv_v=args.hsv_v,
    )  # fmt: skip


def set_epoch(dataset: Any, epoch: int) -> None:
    """Say which epoch is being trained, counted from 0.

    Needed before the first batch and before `loader.reset()` takes effect; between these the
    loader of `number_epochs` counts for itself.
    """
    dataset.epoch = int(epoch)


def number_epochs(loader: Any) -> Any:
    """Let every index carry its epoch to the process that loads the picture.

    Worker processes prepare the first batches of the next epoch while this one is still being
    trained, so a number they look up would be too small; a number that travels with the index
    is right.

    Args:
        loader: Ultralytics' `InfiniteDataLoader` over a data set of `build_training_dataset`,
            before its first batch.

    Returns:
        The same loader.
    """
    batches = NumberedBatches(loader.batch_sampler.sampler, loader.dataset)
    object.__setattr__(loader, "batch_sampler", batches)  # DataLoader forbids the plain way
    return loader


class NumberedBatches:
    """Batches of (epoch, index), for ever; one pass over the sampler is one epoch."""

    def __init__(self, sampler: Any, dataset: Any) -> None:
        self.sampler = sampler  # the name that InfiniteDataLoader reads its length from
        self._dataset = dataset

    def __iter__(self) -> Iterator[list[tuple[int, int]]]:
        epoch = int(self._dataset.epoch)
        while True:
            self._shuffle(epoch)
            for batch in self.sampler:
                yield [(epoch, int(index)) for index in batch]
            epoch += 1

    def _shuffle(self, epoch: int) -> None:
        """The order of an epoch depends on (seed, epoch) only, so a resumed run has the same."""
        generator = getattr(getattr(self.sampler, "sampler", None), "generator", None)
        if generator is not None:
            generator.manual_seed((int(self._dataset.seed) << 32) + epoch)


class PureItems:
    """What is put in front of Ultralytics' class; see the head of this file."""

    epoch = 0  # of items asked for by index alone
    seed = 0
    extras: Any = None  # the albumentations.Compose among the transforms, if there is one

    def __getitem__(self, item: int | tuple[int, int]) -> dict[str, Any]:
        """The picture as it is trained, by index or by (epoch, index)."""
        epoch, index = item if isinstance(item, tuple) else (self.epoch, item)
        with thrown(self.seed, epoch, index, self.extras):
            picture: dict[str, Any] = super().__getitem__(index)  # type: ignore[misc]
        return picture

    def build_transforms(self, hyp: Any) -> Any:
        """Ultralytics' transforms without hidden ones; called again when mosaics end."""
        self.seed = int(hyp.seed)
        hyp.augmentations = list(getattr(hyp, "augmentations", None) or [])
        with _importing_albumentations(bool(hyp.augmentations)):
            composed = super().build_transforms(hyp)  # type: ignore[misc]
        self.extras = _settle_extras(composed, hyp.augmentations)
        for step in _steps(composed):
            if hasattr(step, "buffer_enabled"):
                step.buffer_enabled = False
        return composed


class PureClassItems:
    """As `PureItems`, for pictures that have one class each; torchvision draws from torch."""

    epoch = 0
    seed = 0
    task = "classify"

    def __getitem__(self, item: int | tuple[int, int]) -> dict[str, Any]:
        """The picture as it is trained, by index or by (epoch, index)."""
        import random

        import torch

        epoch, index = item if isinstance(item, tuple) else (self.epoch, item)
        with thrown(self.seed, epoch, index), torch.random.fork_rng(devices=[]):
            torch.manual_seed(random.getrandbits(63))
            picture: dict[str, Any] = super().__getitem__(index)  # type: ignore[misc]
        return picture

    @property
    def im_files(self) -> list[str]:
        """The pictures' files, in the order of their indices."""
        mine: Any = self
        return [str(sample[0]) for sample in mine.samples]


PURE = (PureItems, PureClassItems)


@cache
def class_dataset_class() -> Any:
    """Ultralytics' `ClassificationDataset` behind `PureClassItems`."""
    from ultralytics.data.dataset import ClassificationDataset

    place = {"__module__": __name__, "__qualname__": "ClassDataset"}
    return type("ClassDataset", (PureClassItems, ClassificationDataset), place)


@cache
def training_dataset_class() -> Any:
    """Ultralytics' `YOLODataset` behind `PureItems`; made once, for its import takes seconds."""
    from ultralytics.data.dataset import YOLODataset

    place = {"__module__": __name__, "__qualname__": "TrainingDataset"}
    return type("TrainingDataset", (PureItems, YOLODataset), place)


def __getattr__(name: str) -> Any:
    """The classes by name: worker processes that are not forked unpickle them that way."""
    if name == "TrainingDataset":
        return training_dataset_class()
    if name == "ClassDataset":
        return class_dataset_class()
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


@contextmanager
def _importing_albumentations(wanted: bool) -> Iterator[None]:
    """Inside, Ultralytics' step of extra effects is an empty one where none are wanted."""
    from ultralytics.data import augment

    theirs = augment.Albumentations
    if not wanted:

        class Nothing(theirs):  # type: ignore[misc, valid-type]
            def __init__(self, *_: Any, **__: Any) -> None:
                self.transform = None

        setattr(augment, "Albumentations", Nothing)  # noqa: B010 - not a name of theirs to change
    try:
        yield
    finally:
        setattr(augment, "Albumentations", theirs)  # noqa: B010


def _settle_extras(composed: Any, wanted: list[Any]) -> Any:
    """Take the albumentations step out when nothing is wanted, else find what it applies."""
    from ultralytics.data.augment import Albumentations

    steps = [step for step in composed.transforms if isinstance(step, Albumentations)]
    if not wanted:
        composed.transforms = [step for step in composed.transforms if step not in steps]
        return None
    if not steps or steps[0].transform is None:
        names = ", ".join(str(w["transform"]["__class_fullname__"]) for w in wanted)
        raise PlanError(
            f"The {len(wanted)} extra augmentations ({names}) cannot be built.",
            "Remove them from the recipe, or install albumentations 2.0.8.",
        )
    return steps[0].transform


def _steps(transform: Any) -> Iterator[Any]:
    yield transform
    inner = [*getattr(transform, "transforms", ()), getattr(transform, "pre_transform", None)]
    for step in inner:
        if step is not None:
            yield from _steps(step)


def _pictures_to_keep(pictures: int, args: Any) -> int:
    """How many decoded pictures a loading process keeps when they are not all cached."""
    import psutil

    size = args.imgsz if isinstance(args.imgsz, int) else max(args.imgsz)
    processes = max(1, int(getattr(args, "workers", 0) or 0))
    room = int(psutil.virtual_memory().available * MEMORY_SHARE / processes / (3 * size * size))
    return min(pictures + 1, max(room, 16))  # one more than there are: then none is dropped
