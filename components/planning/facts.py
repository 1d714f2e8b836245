"""What advice depends on beside the plan: the data set in numbers, the base model, the device."""

from dataclasses import dataclass

import numpy as np

from components.data.records import PictureState
from components.data.rows import PictureFilter
from components.data.store import Dataset
from components.data.versions import learned_in_val
from components.planning.freezing import BaseKind, Layer

_SAMPLE = 300  # pictures that stand for the size of all
_SMALL = 10  # percent of the things that count as the small ones


@dataclass(frozen=True, slots=True)
class Facts:
    """What advice depends on beside the plan. Numbers that are not known are 0.

    Attributes:
        train: Training pictures.
        val: Validation pictures.
        val_boxes: Labels on the validation pictures.
        classes: Class names.
        rarest: Fewest labels of any class.
        commonest: Most labels of any class.
        small_share: Side of a small thing (the lower tenth) as a share of the picture's longer
            side, 0 to 1.
        picture_px: Longer side of a usual picture.
        device_kind: "cpu", "cuda" or "mps".
        base_kind: What the base model has seen.
        layers: The base model's layers; empty when not known.
        expected_s: What the plan is expected to take, in seconds.
        expected_from: What that figure comes from.
        is_base_from_here: Whether the base model has learned from pictures of this data set.
        val_learned: Validation pictures that it has learned from.
        kept_backbone: Time of a round with the backbone frozen, as a share of that with nothing
            frozen, as a dry run on this computer measured it.
    """

    train: int
    val: int
    val_boxes: int = 0
    classes: tuple[str, ...] = ()
    rarest: int = 0
    commonest: int = 0
    small_share: float = 0.0
    picture_px: int = 0
    device_kind: str = "cpu"
    base_kind: BaseKind = BaseKind.PHOTOGRAPHS
    layers: tuple[Layer, ...] = ()
    expected_s: float = 0.0
    expected_from: str = ""
    kept_backbone: float = 0.0
    is_base_from_here: bool = False
    val_learned: int = 0


def facts_about(
    dataset: Dataset,
    *,
    device_kind: str = "cpu",
    base_kind: BaseKind = BaseKind.PHOTOGRAPHS,
    layers: tuple[Layer, ...] = (),
    learned: tuple[tuple[str, str], ...] = (),
) -> Facts:
    """Everything advice needs to know, read from the data set.

    Args:
        dataset: The data set.
        device_kind: "cpu", "cuda" or "mps".
        base_kind: What the base model has seen.
        layers: Its layers.
        learned: Data set and version of each training that it comes from.
    """
    classes = dataset.classes()
    versions = [version for slug, version in learned if slug == dataset.slug]
    pages = dataset.rows(limit=_SAMPLE)
    longer = [max(page.width, page.height) for page in pages]
    flatness = [min(page.width, page.height) / max(page.width, page.height, 1) for page in pages]
    val_ids = dataset.ids(PictureFilter(split="val"))
    table = dataset.box_table()
    # A letterboxed picture's longer side becomes the picture size, so sides count in it.
    sides = np.sqrt(table["w"] * table["h"] * (np.median(flatness) if flatness else 1.0))
    return Facts(
        train=_usable(dataset, "train"),
        val=_usable(dataset, "val"),
        val_boxes=int(np.isin(table["picture_id"], val_ids).sum()),
        classes=tuple(each.name for each in classes),
        rarest=min((each.boxes for each in classes), default=0),
        commonest=max((each.boxes for each in classes), default=0),
        small_share=float(np.percentile(sides, _SMALL)) if len(sides) else 0.0,
        picture_px=int(np.median(longer)) if longer else 0,
        device_kind=device_kind, base_kind=base_kind, layers=layers,
        is_base_from_here=bool(versions), val_learned=learned_in_val(dataset, versions),
    )  # fmt: skip


def _usable(dataset: Dataset, split: str) -> int:
    """Pictures of a part that training can use: those nobody has labelled are left out."""
    unlabelled = PictureFilter(split=split, state=PictureState.UNLABELLED)
    return dataset.count(PictureFilter(split=split)) - dataset.count(unlabelled)
