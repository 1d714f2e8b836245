"""Figures of a plan: what a range test saw."""

from collections.abc import Sequence

from components.charts.figure import Figure

FROZEN = "#9aa5b1"
LEARNING = "#2f6fde"


def rate_sweep(
    rates: Sequence[float], losses: Sequence[float], smoothed: Sequence[float], *,
    suggested: float = 0.0, lowest: float = 0.0,
) -> Figure:  # fmt: skip
    """The loss over the learning rate, on a logarithmic axis.

    Args:
        rates: Of each batch.
        losses: Of each batch, drawn faintly.
        smoothed: The same without the luck of the pictures.
        suggested: Marked with a line; 0 for none.
        lowest: The rate at which the loss is lowest, marked more faintly; 0 for none.
    """
    top, bottom = 1.1 * max(smoothed), 0.9 * min(smoothed)
    marks = [(suggested, LEARNING, "suggested", "solid"), (lowest, FROZEN, "lowest", "dot")]
    lines = [
        {"type": "scatter", "mode": "markers", "x": list(rates), "y": list(losses),
         "marker": {"color": FROZEN, "size": 4, "opacity": 0.6}, "name": "each batch",
         "hovertemplate": "rate %{x:.2g}: loss %{y:.3g}<extra></extra>"},
        {"type": "scatter", "mode": "lines", "x": list(rates), "y": list(smoothed),
         "line": {"color": LEARNING, "width": 3}, "name": "smoothed",
         "hovertemplate": "rate %{x:.2g}: loss %{y:.3g}<extra>smoothed</extra>"},
        *(
            {"type": "scatter", "mode": "lines+text", "x": [rate] * 3,
             "y": [bottom, top - 0.06 * (top - bottom), top],
             "line": {"color": colour, "width": 2, "dash": dash}, "text": ["", f" {word}", ""],
             "textposition": "middle right", "hoverinfo": "skip", "name": word}
            for rate, colour, word, dash in marks if rate > 0
        ),
    ]  # fmt: skip
    return Figure(lines, {
        "height": 240, "margin": {"l": 10, "r": 10, "t": 16, "b": 10}, "showlegend": False,
        "xaxis": {"type": "log", "title": {"text": "Learning rate"}, "exponentformat": "power",
                  "dtick": 1},
        "yaxis": {"title": {"text": "Loss"}, "range": [bottom, top]},
    })  # fmt: skip
