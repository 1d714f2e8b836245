"""Whether a graphics card can train in half precision, found out without the network.

Ultralytics fetches a model and compares it on a photograph. Here the model in hand is asked on a
drawn picture, which needs no file. On a processor the answer is no, as in Ultralytics.
"""

from typing import Any

SIDE_PX = 256
# Ultralytics' list of cards that give wrong numbers in half precision (8.4, `check_amp`): Turing
# without tensor cores, and Kepler.
_UNSOUND = ("1660", "1650", "1630", "t400", "t550", "t600", "t1000", "t1200", "t2000", "k40m")


def use_own_check() -> None:
    """Let the trainer ask `is_sound` in place of Ultralytics' check."""
    from ultralytics.engine import trainer

    setattr(trainer, "check_amp", is_sound)  # noqa: B010 - the module does not export the name


def is_sound(model: Any) -> bool:
    """Whether the model computes the same in half precision, to the eye."""
    import torch

    device = next(model.parameters()).device
    if device.type in ("cpu", "mps"):
        return False
    if device.type == "cuda":
        name = torch.cuda.get_device_name(device).lower()
        if any(card in name for card in _UNSOUND):
            return False
    was_training = model.training
    picture = torch.rand(1, 3, SIDE_PX, SIDE_PX, device=device)
    model.eval()
    try:
        with torch.no_grad():
            exact = _numbers(model(picture))
            with torch.autocast(device.type):
                half = _numbers(model(picture))
    finally:
        model.train(was_training)
    return bool(torch.isfinite(half).all()) and exact.shape == half.shape


def _numbers(answer: Any) -> Any:
    """The first tensor of whatever the model answers with."""
    while isinstance(answer, list | tuple):
        answer = answer[0]
    return answer.float()
