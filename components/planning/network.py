"""The one look at a network that needs torch: its layers, their kinds and their parameters.

Runs in the warm process, called by `freezing.structure`; JSON in and out.
"""

from pathlib import Path
from typing import Any


def read_network(base: str) -> dict[str, Any]:
    """The layers of weights that were checked, or of an architecture Ultralytics knows.

    Args:
        base: Path of a checked .pt file, or a name such as "yolo26n.yaml".

    Returns:
        `{"task", "layers": [{"index", "type", "stage", "parameters"}]}`; the stage is
        backbone, neck or head.
    """
    from components.ultralytics_quiet import quiet_here

    quiet_here()
    from ultralytics.models import YOLO

    model: Any = YOLO(base).model
    backbone = len(model.yaml["backbone"])
    last = len(model.model) - 1
    layers = [
        {
            "index": i,
            "type": str(layer.type).rpartition(".")[2],
            "stage": "head" if i == last else "backbone" if i < backbone else "neck",
            "parameters": sum(p.numel() for p in layer.parameters()),
        }
        for i, layer in enumerate(model.model)
    ]
    return {"task": model.task, "layers": layers, "file": Path(base).name}
