"""Many small tensors as a few large ones: a file of 1,400 tensors takes ten times as long to write.

A state is nested dicts, lists and plain values. Its tensors are laid one behind the other, one
long tensor per number type, and in their place stands where they lie.
"""

from typing import Any

HERE = "__tensor__"  # marks a place: [number type, first position, shape]


def packed(state: Any) -> dict[str, Any]:
    """The state with its tensors laid together, on the processor.

    Returns:
        `{"state": the state with places for tensors, "tensors": {number type: flat tensor}}`.
    """
    import torch

    lying: dict[str, list[Any]] = {}
    lengths: dict[str, int] = {}

    def lay(value: Any) -> Any:
        if isinstance(value, torch.Tensor):
            kind, flat = str(value.dtype), value.detach().reshape(-1).cpu()
            first = lengths.get(kind, 0)
            lying.setdefault(kind, []).append(flat)
            lengths[kind] = first + flat.numel()
            return {HERE: [kind, first, list(value.shape)]}
        if isinstance(value, dict):
            return {key: lay(each) for key, each in value.items()}
        if isinstance(value, list | tuple):
            return type(value)([lay(each) for each in value])
        return value

    laid = lay(state)
    return {"state": laid, "tensors": {kind: torch.cat(flats) for kind, flats in lying.items()}}


def unpacked(whole: dict[str, Any]) -> Any:
    """What `packed` was given; every tensor owns its numbers."""
    tensors = whole["tensors"]

    def lift(value: Any) -> Any:
        if isinstance(value, dict):
            if HERE in value:
                kind, first, shape = value[HERE]
                length = 1
                for side in shape:
                    length *= side
                return tensors[kind][first : first + length].reshape(shape).clone()
            return {key: lift(each) for key, each in value.items()}
        if isinstance(value, list | tuple):
            return type(value)([lift(each) for each in value])
        return value

    return lift(whole["state"])
