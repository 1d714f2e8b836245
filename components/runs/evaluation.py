"""How good a run's best weights are: one file with everything the Results page shows.

Made by the worker from one validation of `best.pt`; read by the pages.
"""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from components.errors import RunError
from components.runs.interval import interval, judged, share_interval
from components.runs.points_off import per_point
from components.runs.store import Run
from components.workspace import write_atomic

FILE = "evaluation.json"
SAMPLES = 24
CURVE_POINTS = 101
MOST_LINES = 20  # classes with a curve of their own; more cannot be told apart
NOTHING = "nothing there"
ALL = "all classes"


def read(run: Run) -> dict[str, Any] | None:
    """What is known about the run's model; None as long as nothing is.

    Returns:
        metrics: Ultralytics' names to numbers.
        per_class: {class, pictures, boxes, precision, recall, map50, map50_95} of each class, in
            the order of class ids; numbers are None where validation holds none of the class. Of
            masks and poses the numbers are those of masks and poses; classification has only
            precision and recall.
        per_point: Of a pose: {point, error, things} of each named point; `error` is how far it is
            off on average as a share of the thing's size, over the `things` that were found, or
            None where none was. [] for other tasks.
        curves: "pr" and "f1", each {x: [...], series: {line: [...]}}; about a hundred points.
        best_confidence: Where precision and recall balance best, 0 to 1.
        confusion: {labels, matrix}; matrix[predicted][true] counts, the last is "nothing there".
        samples: Up to 24 validation pictures: {picture, name, width, height,
            truth: [[class id, l, t, r, b]], predicted: [[class id, confidence, l, t, r, b]],
            truth_shapes, predicted_shapes: a form for each (`drawn_shape`)}.
        pictures: How many were validated on.
        interval: {low, high, pictures, draws, how} of the headline; None with too few pictures.
        weights_bytes: Size of best.pt.

    Raises:
        RunError: The file is there but cannot be read.
    """
    path = run.folder / FILE
    if not path.exists():
        return None
    try:
        facts = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise RunError(
            f"The results of the run “{run.title}” cannot be read ({error}).",
            "Start the run again from the Train page.",
        ) from error
    return facts if isinstance(facts, dict) else None


def write(folder: Path, facts: dict[str, Any]) -> None:
    """Keep the evaluation of a run."""
    write_atomic(folder / FILE, json.dumps(facts))


def spread(files: Sequence[str], most: int = SAMPLES) -> list[str]:
    """Up to `most` files, evenly over the sorted list: not the easiest, not the hardest."""
    ordered = sorted(files)
    count = min(most, len(ordered))
    return [ordered[round(i * (len(ordered) - 1) / max(count - 1, 1))] for i in range(count)]


def summarise(validator: Any, scores: dict[str, Any], weights: Path, seed: int) -> dict[str, Any]:
    """The evaluation, from a validator (see `validation`) that has just done its final round.

    Args:
        validator: Its metrics, confusion matrix, samples and kept statistics are read.
        scores: What the validation returned.
        weights: The file that was validated.
        seed: For the draws of the interval.
    """
    names = {number: str(name) for number, name in validator.names.items()}
    about = _of_classes if validator.args.task == "classify" else _of_things
    return {
        "metrics": {key: round(float(value), 5) for key, value in scores.items()},
        **about(validator, names, seed),
        "samples": sorted(validator.samples.values(), key=lambda sample: sample["name"]),
        "pictures": int(validator.seen),
        "weights_bytes": weights.stat().st_size,
    }


def _of_things(validator: Any, names: dict[int, str], seed: int) -> dict[str, Any]:
    """What is known of a model that finds things, by what its task is judged by."""
    metrics, part = validator.metrics, _JUDGED_BY.get(validator.args.task, ("box", "tp"))
    scores = getattr(metrics, part[0])
    stats = {**validator.kept_stats, "tp": validator.kept_stats[part[1]]}
    return {
        "per_class": [_class_row(metrics, scores, i, names[i]) for i in range(len(names))],
        "per_point": per_point(validator.points_off, _point_names(validator.data)),
        "curves": _curves(scores, [names[int(i)] for i in scores.ap_class_index]),
        "best_confidence": _best_confidence(scores),
        "confusion": {
            "labels": [*(names[i] for i in range(len(names))), NOTHING],
            "matrix": validator.confusion_matrix.matrix.astype(int).tolist(),
        },
        "interval": interval(judged(stats, len(names)), seed=seed),
    }


def _point_names(data: dict[str, Any]) -> list[str]:
    """What a data.yaml calls the points: one list for every class, of which all are the same."""
    return next((list(names) for names in (data.get("kpt_names") or {}).values()), [])


# Task to the part of Ultralytics' metrics that judges it, and to its kept statistics.
_JUDGED_BY = {"segment": ("seg", "tp_m"), "pose": ("pose", "tp_p")}


def _of_classes(validator: Any, names: dict[int, str], _seed: int) -> dict[str, Any]:
    """What is known of a model that sorts pictures."""
    matrix = validator.confusion_matrix.matrix.astype(int)  # [predicted][true]
    right = int(matrix.diagonal().sum())
    return {
        "per_class": [
            {"class": names[i], "pictures": int(matrix[:, i].sum()), "boxes": 0,
             "precision": _share(matrix[i, i], matrix[i].sum()),
             "recall": _share(matrix[i, i], matrix[:, i].sum()),
             "map50": None, "map50_95": None}
            for i in range(len(names))
        ],
        "per_point": [],
        "curves": {},
        "best_confidence": None,
        "confusion": {"labels": [names[i] for i in range(len(names))], "matrix": matrix.tolist()},
        "interval": share_interval(right, int(matrix.sum())),
    }  # fmt: skip


def _share(part: Any, whole: Any) -> float | None:
    return round(float(part) / float(whole), 4) if whole else None


def _class_row(metrics: Any, scores: Any, class_id: int, name: str) -> dict[str, Any]:
    row: dict[str, Any] = {
        "class": name,
        "pictures": int(metrics.nt_per_image[class_id]),
        "boxes": int(metrics.nt_per_class[class_id]),
    }
    keys = ("precision", "recall", "map50", "map50_95")
    judged_classes = [int(i) for i in scores.ap_class_index]
    if class_id not in judged_classes:
        return row | dict.fromkeys(keys)
    result = scores.class_result(judged_classes.index(class_id))
    return row | {key: round(float(value), 4) for key, value in zip(keys, result, strict=True)}


def _curves(scores: Any, classes: list[str]) -> dict[str, Any]:
    if not classes:
        return {}
    return {
        "pr": _lines(scores.px, scores.prec_values, classes),
        "f1": _lines(scores.px, scores.f1_curve, classes),
    }


def _lines(x: Any, rows: Any, classes: list[str]) -> dict[str, Any]:
    import numpy as np

    at = np.linspace(0, len(x) - 1, CURVE_POINTS).round().astype(int)
    series = {ALL: np.mean(rows, axis=0)}
    if len(classes) <= MOST_LINES:
        series |= dict(zip(classes, rows, strict=True))
    return {
        "x": [round(float(value), 4) for value in np.asarray(x)[at]],
        "series": {name: [round(float(v), 4) for v in row[at]] for name, row in series.items()},
    }


def _best_confidence(box: Any) -> float | None:
    if not len(box.ap_class_index):
        return None
    return round(float(box.px[box.f1_curve.mean(0).argmax()]), 3)
