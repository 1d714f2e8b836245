"""The network as a row of blocks with the names of its stages; frozen ones are grey."""

from collections.abc import Sequence
from typing import Any

from components.planning.freezing import Layer, Stage, stages
from components.ui.parts.source import part

_LOWEST = 0.25  # of the height, so that small layers are seen as well


def network_picture(layers: Sequence[Layer], frozen: int, alt: str, *, key: str) -> None:
    """Draw a network.

    Args:
        layers: From the picture's side to the answer.
        frozen: How many of them, counted from the picture's side, keep what they know.
        alt: What the picture shows, for screen readers.
        key: The part's name on the page.
    """
    part("network_picture")(key=key, data=as_blocks(layers, frozen) | {"alt": alt})


def as_blocks(layers: Sequence[Layer], frozen: int) -> dict[str, Any]:
    """What is drawn.

    Returns:
        `blocks`, each `{height (0 to 1), stays, opens (whether a stage begins), title}`, and
        `stages`, each `{label, sees, stays ("all", "part" or "")}`.
    """
    found = stages(list(layers))
    opening = {stage.first for stage in found[1:]}
    most = max((layer.parameters for layer in layers), default=0) or 1
    return {
        "blocks": [
            {
                "height": round(_LOWEST + (1 - _LOWEST) * (layer.parameters / most) ** 0.5, 3),
                "stays": layer.index < frozen, "opens": layer.index in opening,
                "title": f"Layer {layer.index} · {layer.type}: {layer.parameters:,} numbers, "
                f"{'stay as they are' if layer.index < frozen else 'learn'}",
            }
            for layer in layers
        ],
        "stages": [
            {"label": stage.label, "sees": stage.sees, "stays": _staying(stage, frozen)}
            for stage in found
        ],
    }  # fmt: skip


def _staying(stage: Stage, frozen: int) -> str:
    if stage.first >= frozen:
        return ""
    return "all" if stage.last < frozen else "part"
