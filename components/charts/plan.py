"""Figures of a plan: the learning rate over the epochs, and the network with its frozen part."""

from collections.abc import Sequence
from typing import Any

from components.charts.figure import Figure, upright_band, upright_line

FROZEN = "#9aa5b1"
LEARNING = "#2f6fde"
STAGE_WORDS = {"backbone": "Eyes (backbone)", "neck": "Combining (neck)", "head": "Answer (head)"}


def learning_rate_curve(rates: Sequence[float], warmup_epochs: float) -> Figure:
    """The rate over the epochs.

    Args:
        rates: One rate per epoch, from epoch 1.
        warmup_epochs: How long the rate climbs at first; shaded.
    """
    line = {
        "type": "scatter", "mode": "lines", "x": list(range(1, len(rates) + 1)), "y": list(rates),
        "line": {"color": LEARNING, "width": 3},
        "hovertemplate": "epoch %{x}: %{y:.2g}<extra></extra>",
    }  # fmt: skip
    layout: dict[str, Any] = {
        "height": 220, "margin": {"l": 10, "r": 10, "t": 26, "b": 10}, "showlegend": False,
        "xaxis": {"title": {"text": "Epoch"}},
        "yaxis": {"title": {"text": "Learning rate"}, "rangemode": "tozero",
                  "exponentformat": "power"},
    }  # fmt: skip
    if warmup_epochs > 0:
        layout["shapes"] = [upright_band(0.5, min(warmup_epochs, len(rates)) + 0.5, FROZEN)]
        layout["annotations"] = [
            {"text": "warm-up", "showarrow": False, "x": 0.5, "xanchor": "left", "y": 1,
             "yref": "y domain", "yanchor": "bottom"}
        ]  # fmt: skip
    return Figure([line], layout)


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


def network(layers: Sequence[dict[str, object]], frozen: int) -> Figure:
    """The network as a row of blocks, the frozen ones grey.

    Args:
        layers: In order, each with `index`, `type`, `stage` and `parameters`.
        frozen: How many, counted from the picture's side, keep what they know.
    """
    largest = max(1, *(int(str(layer["parameters"])) for layer in layers))
    heights = [0.25 + 0.75 * (int(str(layer["parameters"])) / largest) ** 0.5 for layer in layers]
    text = [
        f"Layer {layer['index']} · {layer['type']}<br>{int(str(layer['parameters'])):,} numbers"
        f"<br>{'stays as it is' if i < frozen else 'learns'}"
        for i, layer in enumerate(layers)
    ]
    colours = [FROZEN if i < frozen else LEARNING for i in range(len(layers))]
    blocks = {
        "type": "bar", "x": list(range(len(layers))), "y": heights,
        "base": [-height / 2 for height in heights], "width": 0.82,
        "marker": {"color": colours, "cornerradius": 4}, "hovertext": text, "hoverinfo": "text",
    }  # fmt: skip
    spans = _spans(layers)
    layout = {
        "height": 190, "margin": {"l": 4, "r": 4, "t": 6, "b": 4}, "showlegend": False,
        "xaxis": {"visible": False, "fixedrange": True},
        "yaxis": {"visible": False, "fixedrange": True, "range": [-0.85, 0.6]},
        "shapes": [upright_line(first - 0.5, FROZEN) for _, first, _ in spans if first],
        "annotations": [
            {"text": STAGE_WORDS.get(stage, stage), "showarrow": False, "x": (first + last) / 2,
             "y": -0.72}
            for stage, first, last in spans
        ],
    }  # fmt: skip
    return Figure([blocks], layout)


def _spans(layers: Sequence[dict[str, object]]) -> list[tuple[str, int, int]]:
    """Stage, first and last position of each run of layers of one stage."""
    spans: list[tuple[str, int, int]] = []
    for i, layer in enumerate(layers):
        stage = str(layer["stage"])
        if spans and spans[-1][0] == stage:
            spans[-1] = (stage, spans[-1][1], i)
        else:
            spans.append((stage, i, i))
    return spans
