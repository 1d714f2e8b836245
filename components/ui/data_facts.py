"""What the Data page knows of a data set, looked up once per change of it.

A page runs again at every click; with 10,000 pictures the same questions would cost more than the
answer is worth. The key is the data set's revision, so nothing old is ever shown.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from components.data import found, health, health_classes, in_place, kinds
from components.data.keypoints import KeypointScheme
from components.data.kinds import Offer
from components.data.split import counts
from components.data.store import (
    Dataset,
    DatasetCard,
    DatasetClass,
    PictureFilter,
    Summary,
    find,
)
from components.findings import Finding, most_serious_first
from components.planning.drafts import load
from components.workspace import Workspace

if TYPE_CHECKING:
    import numpy as np

    from components.data.split import PartCounts

_OF_THE_PARTS = (
    health.can_be_trained,
    health_classes.classes_are_in_train_and_val,
    health.enough_to_judge_by,
    health.pictures_have_a_part,
)


@dataclass(frozen=True, slots=True)
class Stand:
    """A data set at one moment; two that are equal hold the same.

    Attributes:
        dataset: The data set.
        made_at: When it was made, Unix seconds: another one may come to have its folder's name.
        revision: Grows with every change.
    """

    dataset: Dataset
    made_at: float
    revision: int


def stand(workspace: Workspace, card: DatasetCard) -> Stand:
    """The data set of a card as it is now.

    Raises:
        DatasetError: It cannot be opened.
    """
    dataset = find(workspace, card.slug)
    return Stand(dataset, card.made_at, dataset.revision())


def ids_of(at: Stand, wanted: PictureFilter) -> list[int]:
    """Ids of the pictures meant. The list is shared: do not change it."""
    if wanted.found in (in_place.GONE, in_place.CHANGED):
        return found.pictures(at.dataset, wanted)  # of which the revision knows nothing
    return _known_ids(at, wanted)


@lru_cache(maxsize=64)
def _known_ids(at: Stand, wanted: PictureFilter) -> list[int]:
    return found.pictures(at.dataset, wanted)


@lru_cache(maxsize=16)
def summary_of(at: Stand) -> Summary:
    """How many there are of everything."""
    return at.dataset.summary()


@lru_cache(maxsize=16)
def classes_of(at: Stand) -> tuple[DatasetClass, ...]:
    """Every class with its counts."""
    return tuple(at.dataset.classes())


@lru_cache(maxsize=16)
def keypoints_of(at: Stand) -> KeypointScheme | None:
    """What the points of each thing are called and how they belong together; None without."""
    return at.dataset.keypoints() if at.dataset.task == "pose" else None


@lru_cache(maxsize=16)
def offers_of(at: Stand) -> tuple[Offer, ...]:
    """The tasks that the labels can teach, the natural one first."""
    return kinds.offers(kinds.shapes(at.dataset))


def findings_of(at: Stand, size_px: int) -> tuple[Finding, ...]:
    """What the quick checks say, most serious first; `size_px` is the training size.

    Before anybody has split the pictures, checks of the parts are left out: the split is simply
    the next step, and nothing is amiss. Whether the user's own folder is as it was is asked of the
    disk, every half minute: the data set's revision knows nothing of it.
    """
    return tuple(most_serious_first(
        [*in_place.pictures_are_where_they_were(at.dataset), *_known_findings(at, size_px)]
    ))  # fmt: skip


@lru_cache(maxsize=16)
def _known_findings(at: Stand, size_px: int) -> tuple[Finding, ...]:
    checks = [check for check in health.CHECKS if is_split(at) or check not in _OF_THE_PARTS]
    for check in (health.boxes_are_large_enough, in_place.pictures_are_where_they_were):
        checks.remove(check)
    told = [finding for check in checks for finding in check(at.dataset)]
    return (*told, *health.boxes_are_large_enough(at.dataset, size_px))


def noticed_of(at: Stand, size_px: int) -> list[str]:
    """Kinds of pictures that findings are about, those of the last background check too."""
    quick = [finding.kind for finding in findings_of(at, size_px) if finding.kind]
    return list(dict.fromkeys([*quick, *found.kinds(at.dataset)]))


@lru_cache(maxsize=16)
def is_split(at: Stand) -> bool:
    """Whether anybody has divided the pictures, or there is nothing to be divided yet."""
    return bool(at.dataset.split_origin().source or not summary_of(at).labelled)


def training_size(at: Stand) -> int:
    """The longer side that the draft of the plan shrinks pictures to, pixels."""
    return int(load(at.dataset.folder).values.get("image_size_px", health.USUAL_SIZE_PX))


@lru_cache(maxsize=16)
def parts_of(at: Stand) -> "dict[str, PartCounts]":
    """What training would get of each part."""
    return counts(at.dataset)


@lru_cache(maxsize=2)  # 44 bytes a box
def boxes_of(at: Stand) -> "np.ndarray[Any, Any]":
    """Every box, as the charts want them."""
    return at.dataset.box_table()
