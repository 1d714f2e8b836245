"""How good a run's best weights are: one file with everything the Results page shows.

Made by the worker from one validation of `best.pt`; read by the pages.
"""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from components.errors import RunError
from components.runs.interval import interval, judged
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
            the order of class ids; numbers are None where validation holds none of the class.
        curves: "pr" and "f1", each {x: [...], series: {line: [...]}}; about a hundred points.
        best_confidence: Where precision and recall balance best, 0 to 1.
        confusion: {labels, matrix}; matrix[predicted][true] counts, the last is "nothing there".
        samples: Up to 24 validation pictures: {picture, name, width, height,
            truth: [[class id, l, t, r, b]], predicted: [[class id, confidence, l, t, r, b]]}.
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
    """The evaluation, from a `Watching` validator that has just done its final round.

    Args:
        validator: Its metrics, confusion matrix, samples and kept statistics are read.
        scores: What the validation returned.
        weights: The file that was validated.
        seed: For the draws of the interval.
    """
    metrics, names = validator.metrics, validator.names
    return {
        "metrics": {key: round(float(value), 5) for key, value in scores.items()},
        "per_class": [_class_row(metrics, i, str(names[i])) for i in range(len(names))],
        "curves": _curves(metrics, names),
        "best_confidence": _best_confidence(metrics.box),
        "confusion": {
            "labels": [*(str(names[i]) for i in range(len(names))), NOTHING],
            "matrix": validator.confusion_matrix.matrix.astype(int).tolist(),
        },
        "samples": sorted(validator.samples.values(), key=lambda sample: sample["name"]),
        "pictures": int(validator.seen),
        "interval": interval(judged(validator.kept_stats, len(names)), seed=seed),
        "weights_bytes": weights.stat().st_size,
    }


def _class_row(metrics: Any, class_id: int, name: str) -> dict[str, Any]:
    row: dict[str, Any] = {
        "class": name,
        "pictures": int(metrics.nt_per_image[class_id]),
        "boxes": int(metrics.nt_per_class[class_id]),
    }
    keys = ("precision", "recall", "map50", "map50_95")
    judged_classes = [int(i) for i in metrics.ap_class_index]
    if class_id not in judged_classes:
        return row | dict.fromkeys(keys)
    result = metrics.class_result(judged_classes.index(class_id))
    return row | {key: round(float(value), 4) for key, value in zip(keys, result, strict=True)}


def _curves(metrics: Any, names: dict[int, str]) -> dict[str, Any]:
    box = metrics.box
    classes = [str(names[int(i)]) for i in metrics.ap_class_index]
    if not classes:
        return {}
    return {
        "pr": _lines(box.px, box.prec_values, classes),
        "f1": _lines(box.px, box.f1_curve, classes),
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
