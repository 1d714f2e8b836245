"""Figures of a finished run: curves, mix-ups between classes, quality per class."""

from collections.abc import Mapping, Sequence
from typing import Any

from components.charts.figure import Figure, as_text

BLUE, PALE_BLUE = "#2f6fde", "#a9c4f5"
_BLUES = [[0, "#f7fbff"], [0.25, "#c6dbef"], [0.5, "#6baed6"], [0.75, "#2171b5"], [1, "#08306b"]]
_MARGIN = {"l": 10, "r": 10, "t": 10, "b": 10}
_MOST_NUMBERS = 15  # names a side; with more, the counts in the cells cannot be read


def per_class(rows: Sequence[Mapping[str, Any]]) -> Figure:
    """Overall quality of each class, best on top.

    Args:
        rows: Each with `class`, `map50` and `map50_95`, both 0 to 1, or None where validation
            holds none of the class; such classes are left out.
    """
    judged = [row for row in rows if row["map50_95"] is not None]
    ordered = sorted(judged, key=lambda row: float(row["map50_95"]))
    names = [as_text(str(row["class"])) for row in ordered]
    bars = [
        {"type": "bar", "orientation": "h", "y": names, "x": [row[key] for row in ordered],
         "name": label, "marker": {"color": colour},
         "hovertemplate": f"%{{y}}: %{{x:.2f}}<extra>{term}</extra>"}
        for key, label, term, colour in (
            ("map50", "Found at all (mAP50)", "mAP50", PALE_BLUE),
            ("map50_95", "Overall quality (mAP50-95)", "mAP50-95", BLUE),
        )
    ]  # fmt: skip
    return Figure(bars, {
        "barmode": "overlay", "height": 130 + 34 * len(names), "margin": _MARGIN | {"t": 50},
        "legend": {"orientation": "h", "yref": "container", "y": 1, "yanchor": "top"},
        "xaxis": {"range": [0, 1]}, "yaxis": {"type": "category"},
    })  # fmt: skip


def curve(
    x: Sequence[float], series: Mapping[str, Sequence[float]], x_title: str, y_title: str
) -> Figure:
    """One line per class (or one for all) over a shared axis; both axes run from 0 to 1."""
    lines = [
        {"type": "scatter", "mode": "lines", "x": list(x), "y": list(values),
         "name": as_text(name), "line": {"width": 4 if name == "all classes" else 1.6}}
        for name, values in series.items()
    ]  # fmt: skip
    return Figure(lines, {
        "height": 340, "margin": _MARGIN, "legend": {"orientation": "h", "y": -0.25},
        "showlegend": True,
        "xaxis": {"title": {"text": x_title}, "range": [0, 1.01]},
        "yaxis": {"title": {"text": y_title}, "range": [0, 1.02]},
    })  # fmt: skip


def confusion(labels: Sequence[str], matrix: Sequence[Sequence[float]]) -> Figure:
    """What the model took for what.

    Args:
        labels: Class names; the last stands for "nothing there".
        matrix: `matrix[predicted][true]`, counts of boxes.
    """
    names = [as_text(label) for label in labels]
    cells = {
        "type": "heatmap", "x": names, "y": names, "z": [list(row) for row in matrix],
        "colorscale": _BLUES, "showscale": False,
        "texttemplate": "%{z:.0f}" if len(names) <= _MOST_NUMBERS else "",
        "hovertemplate": "really %{x}, taken for %{y}: %{z:.0f}<extra></extra>",
    }  # fmt: skip
    return Figure([cells], {
        "height": max(300, 90 + 30 * len(names)), "margin": _MARGIN,
        "xaxis": {"title": {"text": "What it really is"}, "type": "category"},
        "yaxis": {"title": {"text": "What the model said"}, "type": "category",
                  "autorange": "reversed"},
    })  # fmt: skip
