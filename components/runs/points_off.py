"""How far each named point of a pose was predicted from where it was labelled.

A prediction counts for the label of its class that it covers best, when their boxes overlap by
half or more; each label counts once, the surest prediction first. Distances are shares of the
thing's size, the square root of its labelled box's area, as OKS measures sizes.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

SAME_THING = 0.5  # intersection over union of the boxes

Floats = NDArray[np.float64]


def distances(predicted: dict[str, Any], truth: dict[str, Any]) -> Floats:
    """Of each labelled thing that was found, how far its points are off.

    Args:
        predicted: Of one picture, as Ultralytics' pose validator has it: `cls`, `conf`, `bboxes`
            (corners) and `keypoints`, pixels of the model's picture.
        truth: What its `_prepare_batch` told.

    Returns:
        (things found, K) shares of the thing's size; NaN for points that are not labelled.
    """
    from ultralytics.utils.metrics import box_iou

    there = truth["keypoints"].float().cpu().numpy().astype(np.float64)
    if not len(truth["cls"]) or not len(predicted["cls"]):
        return np.zeros((0, there.shape[1]))
    overlap = box_iou(truth["bboxes"].float(), predicted["bboxes"].float()).cpu().numpy()
    same = (truth["cls"][:, None] == predicted["cls"][None]).cpu().numpy()
    points = predicted["keypoints"].float().cpu().numpy().astype(np.float64)
    edges = truth["bboxes"].float().cpu().numpy().astype(np.float64)
    sizes = np.sqrt(np.maximum((edges[:, 2] - edges[:, 0]) * (edges[:, 3] - edges[:, 1]), 1.0))
    surest_first = predicted["conf"].argsort(descending=True).tolist()
    rows = []
    for label, guess in _pairs(np.where(same, overlap, 0.0), surest_first):
        apart = np.hypot(*(points[guess, :, :2] - there[label, :, :2]).T) / sizes[label]
        is_labelled = there[label, :, 2] > 0 if there.shape[2] > 2 else np.full(len(apart), True)
        rows.append(np.where(is_labelled, apart, np.nan))
    return np.array(rows).reshape(len(rows), there.shape[1])


def _pairs(overlap: Any, surest_first: Sequence[int]) -> list[tuple[int, int]]:
    """Label and prediction that mean the same thing."""
    found, left = [], overlap.copy()
    for guess in surest_first:
        label = int(left[:, guess].argmax())
        if left[label, guess] >= SAME_THING:
            found.append((label, guess))
            left[label] = 0.0
    return found


def per_point(rows: Sequence[Floats], names: Sequence[str]) -> list[dict[str, Any]]:
    """What the pictures tell together.

    Args:
        rows: `distances` of each picture.
        names: Of the points; [] when they have none.

    Returns:
        {point, error, things} for each: the mean share of the thing's size, None where no thing
        with this point was found, and how many were.
    """
    if not rows:
        return []
    every = np.concatenate(rows)
    called = [*names] if len(names) == every.shape[1] else [
        f"point {number + 1}" for number in range(every.shape[1])
    ]  # fmt: skip
    told = []
    for name, column in zip(called, every.T, strict=True):
        known = column[~np.isnan(column)]
        error = round(float(known.mean()), 4) if len(known) else None
        told.append({"point": name, "error": error, "things": len(known)})
    return told
