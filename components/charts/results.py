"""Figures of a finished run: curves, mix-ups between classes, quality per class."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import plotly.graph_objects as go

BLUE, ORANGE = "#2f6fde", "#e07b39"


def per_class(rows: Sequence[Mapping[str, Any]]) -> "go.Figure":
    """Overall quality of each class, best on top.

    Args:
        rows: Each with `class`, `map50` and `map50_95`, both 0 to 1, or None where validation
            holds none of the class; such classes are left out.
    """
    import plotly.graph_objects as go

    judged = [row for row in rows if row["map50_95"] is not None]
    ordered = sorted(judged, key=lambda row: float(row["map50_95"]))
    names = [_short(str(row["class"])) for row in ordered]
    figure = go.Figure(
        [
            go.Bar(y=names, x=[row["map50"] for row in ordered], orientation="h",
                   name="Found at all (mAP50)", marker_color="#a9c4f5",
                   hovertemplate="%{y}: %{x:.2f}<extra>mAP50</extra>"),
            go.Bar(y=names, x=[row["map50_95"] for row in ordered], orientation="h",
                   name="Overall quality (mAP50-95)", marker_color=BLUE,
                   hovertemplate="%{y}: %{x:.2f}<extra>mAP50-95</extra>"),
        ]
    )  # fmt: skip
    figure.update_layout(
        barmode="overlay", height=130 + 34 * len(names),
        margin={"l": 10, "r": 10, "t": 50, "b": 10},
        legend={"orientation": "h", "yref": "container", "y": 1, "yanchor": "top"},
        xaxis={"range": [0, 1]},
        yaxis={"type": "category"},
    )  # fmt: skip
    return figure


def curve(
    x: Sequence[float], series: Mapping[str, Sequence[float]], x_title: str, y_title: str
) -> "go.Figure":
    """One line per class (or one for all) over a shared axis; both axes run from 0 to 1."""
    import plotly.graph_objects as go

    figure = go.Figure(
        [
            go.Scatter(
                x=list(x), y=list(values), mode="lines", name=_short(name),
                line={"width": 4 if name == "all classes" else 1.6},
            )
            for name, values in series.items()
        ]
    )  # fmt: skip
    figure.update_layout(
        height=340, margin={"l": 10, "r": 10, "t": 10, "b": 10},
        xaxis={"title": x_title, "range": [0, 1.01]}, yaxis={"title": y_title, "range": [0, 1.02]},
        legend={"orientation": "h", "y": -0.25},
    )  # fmt: skip
    return figure


def confusion(labels: Sequence[str], matrix: Sequence[Sequence[float]]) -> "go.Figure":
    """What the model took for what.

    Args:
        labels: Class names; the last stands for "nothing there".
        matrix: `matrix[predicted][true]`, counts of boxes.
    """
    import plotly.graph_objects as go

    names = [_short(label) for label in labels]
    figure = go.Figure(
        go.Heatmap(
            z=[list(row) for row in matrix], x=names, y=names, colorscale="Blues",
            showscale=False, texttemplate="%{z:.0f}" if len(names) <= 15 else None,
            hovertemplate="really %{x}, taken for %{y}: %{z:.0f}<extra></extra>",
        )
    )  # fmt: skip
    figure.update_layout(
        height=max(300, 90 + 30 * len(names)), margin={"l": 10, "r": 10, "t": 10, "b": 10},
        xaxis={"title": "What it really is", "type": "category"},
        yaxis={"title": "What the model said", "type": "category", "autorange": "reversed"},
    )  # fmt: skip
    return figure


def _short(name: str, most: int = 28) -> str:
    """A class name that fits an axis and that Plotly does not read as markup."""
    plain = name.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return plain if len(name) <= most else plain[: most - 1] + "…"
