"""Figures of a plan: the learning rate over the epochs, and the network with its frozen part."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import plotly.graph_objects as go

FROZEN = "#9aa5b1"
LEARNING = "#2f6fde"
STAGE_WORDS = {"backbone": "Eyes (backbone)", "neck": "Combining (neck)", "head": "Answer (head)"}


def learning_rate_curve(rates: Sequence[float], warmup_epochs: float) -> "go.Figure":
    """The rate over the epochs.

    Args:
        rates: One rate per epoch, from epoch 1.
        warmup_epochs: How long the rate climbs at first; shaded.
    """
    import plotly.graph_objects as go  # takes a third of a second: only when a figure is drawn

    figure = go.Figure(
        go.Scatter(
            x=list(range(1, len(rates) + 1)), y=list(rates), mode="lines",
            line={"color": LEARNING, "width": 3},
            hovertemplate="epoch %{x}: %{y:.2g}<extra></extra>",
        )
    )  # fmt: skip
    if warmup_epochs > 0:
        figure.add_vrect(
            x0=0.5, x1=min(warmup_epochs, len(rates)) + 0.5, fillcolor=FROZEN, opacity=0.18,
            line_width=0, annotation_text="warm-up", annotation_position="top left",
        )  # fmt: skip
    figure.update_layout(
        height=220, margin={"l": 10, "r": 10, "t": 26, "b": 10}, showlegend=False,
        xaxis_title="Epoch", yaxis_title="Learning rate", yaxis_rangemode="tozero",
        yaxis_exponentformat="power",
    )  # fmt: skip
    return figure


def network(layers: Sequence[dict[str, object]], frozen: int) -> "go.Figure":
    """The network as a row of blocks, the frozen ones grey.

    Args:
        layers: In order, each with `index`, `type`, `stage` and `parameters`.
        frozen: How many, counted from the picture's side, keep what they know.
    """
    import plotly.graph_objects as go

    largest = max(1, *(int(str(layer["parameters"])) for layer in layers))
    heights = [0.25 + 0.75 * (int(str(layer["parameters"])) / largest) ** 0.5 for layer in layers]
    colours = [FROZEN if i < frozen else LEARNING for i in range(len(layers))]
    text = [
        f"Layer {layer['index']} · {layer['type']}<br>{int(str(layer['parameters'])):,} numbers"
        f"<br>{'stays as it is' if i < frozen else 'learns'}"
        for i, layer in enumerate(layers)
    ]
    figure = go.Figure(
        go.Bar(
            x=list(range(len(layers))), y=heights, base=[-h / 2 for h in heights],
            marker={"color": colours, "cornerradius": 4}, hovertext=text, hoverinfo="text",
            width=0.82,
        )
    )  # fmt: skip
    for stage, first, last in _spans(layers):
        figure.add_annotation(
            x=(first + last) / 2, y=-0.72, text=STAGE_WORDS.get(stage, stage), showarrow=False
        )
        if first:
            figure.add_vline(x=first - 0.5, line_dash="dot", line_color=FROZEN, line_width=1)
    figure.update_layout(
        height=190, margin={"l": 4, "r": 4, "t": 6, "b": 4}, showlegend=False, bargap=0.1
    )
    figure.update_xaxes(visible=False, fixedrange=True)
    figure.update_yaxes(visible=False, fixedrange=True, range=[-0.85, 0.6])
    return figure


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
