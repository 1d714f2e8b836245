"""How far to trust a score: the range it would take on other pictures of the same kind.

A bootstrap over pictures: the validation pictures are drawn anew with replacement, many times,
and the score is computed each time; 95 of 100 results lie in the interval. (B. Efron, "Bootstrap
Methods: Another Look at the Jackknife", 1979.) Pictures are drawn, not boxes, since boxes of one
picture share its light and its camera.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

DRAWS = 200  # the ends of the interval then move by about a tenth of its width
FEWEST_PICTURES = 5
MOST_WORK = 200_000_000  # predictions x draws: about a second of numpy
_RECALLS = np.linspace(0, 1, 101)  # where precision is read off, as COCO does

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Judged:
    """What was predicted and what was there, picture by picture.

    Attributes:
        right: (N, T) whether each prediction is right at each strictness.
        confidence: (N,) 0 to 1.
        predicted: (N,) class ids.
        picture: (N,) index of each prediction's picture.
        truths: (P, C) how many things of each class each picture holds.
    """

    right: NDArray[np.bool_]
    confidence: Floats
    predicted: NDArray[np.int64]
    picture: NDArray[np.int64]
    truths: NDArray[np.int64]


def judged(stats: dict[str, Sequence[Any]], classes: int) -> Judged:
    """From the validator's statistics, one entry per picture in each list.

    Args:
        stats: `tp` (n, T), `conf` (n,), `pred_cls` (n,), `target_cls` (m,) for each picture.
        classes: How many classes there are.
    """
    count = [len(confidences) for confidences in stats["conf"]]
    truths = [
        np.bincount(np.asarray(there, dtype=np.int64), minlength=classes)
        for there in stats["target_cls"]
    ]
    return Judged(
        np.concatenate([np.asarray(tp, dtype=bool) for tp in stats["tp"]]),
        np.concatenate(stats["conf"]).astype(np.float64),
        np.concatenate(stats["pred_cls"]).astype(np.int64),
        np.repeat(np.arange(len(count)), count),
        np.array(truths, dtype=np.int64).reshape(len(count), classes),
    )


def interval(found: Judged, *, seed: int = 0) -> dict[str, Any] | None:
    """The 95% interval of the mean average precision over all classes and strictnesses.

    Returns:
        low, high, pictures, draws and `how` (a sentence); None when there are too few pictures
        to say anything.
    """
    pictures = len(found.truths)
    if pictures < FEWEST_PICTURES or not len(found.confidence):
        return None
    draws = int(np.clip(MOST_WORK // max(len(found.confidence), 1), 40, DRAWS))
    dice = np.random.default_rng(seed)
    sorted_by_class = _by_class(found)
    scores = [
        _score(sorted_by_class, found.truths, np.bincount(drawn, minlength=pictures))
        for drawn in dice.integers(0, pictures, size=(draws, pictures))
    ]
    low, high = np.quantile(scores, [0.025, 0.975])
    return {
        "low": round(float(low), 4),
        "high": round(float(high), 4),
        "pictures": pictures,
        "draws": draws,
        "how": f"Found by drawing the {pictures} validation pictures anew {draws} times "
        "(bootstrap); 95 of 100 scores lie in between.",
    }


def share_interval(right: int, pictures: int) -> dict[str, Any] | None:
    """The 95% interval of a share of pictures, for classification.

    E. B. Wilson, "Probable Inference, the Law of Succession, and Statistical Inference", 1927.

    Returns:
        As `interval`; None when there are too few pictures to say anything.
    """
    if pictures < FEWEST_PICTURES:
        return None
    z = 1.96  # of the normal distribution lies 95% within so many deviations
    share, spread = right / pictures, z * z / pictures
    middle = (share + spread / 2) / (1 + spread)
    half = z * np.sqrt(share * (1 - share) / pictures + spread / (4 * pictures)) / (1 + spread)
    return {
        "low": round(float(middle - half), 4),
        "high": round(float(middle + half), 4),
        "pictures": pictures,
        "draws": 0,
        "how": f"Follows from {right} of {pictures} validation pictures being right (Wilson's "
        "interval); it holds the true share in 95 of 100 cases.",
    }


def score(found: Judged) -> float:
    """The mean average precision itself, as COCO reads it off at 101 recalls."""
    once = np.ones(len(found.truths), dtype=np.int64)
    return _score(_by_class(found), found.truths, once)


@dataclass(frozen=True, slots=True)
class _ClassRows:
    """One class's predictions, the surest first.

    Only rows that are right at some strictness can raise the precision-recall curve, so only
    these are kept in full; of the others it matters whose pictures they stand on.
    """

    class_id: int
    pictures: NDArray[np.int64]  # of all predictions
    hits: NDArray[np.int64]  # rows that are right at some strictness
    right: NDArray[np.bool_]  # (hits, T)


def _by_class(found: Judged) -> list[_ClassRows]:
    surest_first = np.argsort(-found.confidence, kind="stable")
    rows = []
    for class_id in np.flatnonzero(found.truths.sum(0)):
        mine = surest_first[found.predicted[surest_first] == class_id]
        right = found.right[mine]
        hits = np.flatnonzero(right.any(axis=1))
        rows.append(_ClassRows(int(class_id), found.picture[mine], hits, right[hits]))
    return rows


def _score(rows: list[_ClassRows], truths: NDArray[np.int64], times: NDArray[np.int64]) -> float:
    """The score when picture p is there `times[p]` times."""
    there = times @ truths
    each = [
        _average_precision(row, times, float(there[row.class_id]))
        for row in rows
        if there[row.class_id]
    ]
    return float(np.mean(each)) if each else 0.0


def _average_precision(rows: _ClassRows, times: NDArray[np.int64], there: float) -> float:
    """Area under the precision-recall curve, averaged over the strictnesses."""
    if not len(rows.hits):
        return 0.0
    weight = times[rows.pictures]
    shown = np.cumsum(weight)[rows.hits, None]
    found = np.cumsum(weight[rows.hits, None] * rows.right, axis=0, dtype=np.float64)
    envelope = np.maximum.accumulate((found / np.maximum(shown, 1))[::-1], axis=0)[::-1]
    recall = found / there
    areas = []
    for column in range(rows.right.shape[1]):
        at = np.searchsorted(recall[:, column], _RECALLS, side="left")
        areas.append(envelope[at[at < len(recall)], column].sum() / len(_RECALLS))
    return float(np.mean(areas))
