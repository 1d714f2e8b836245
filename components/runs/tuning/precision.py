"""Number format and memory layout, chosen by trying them on the model in hand for two seconds.

Gain: 0.56 of the processor time of a step (102 to 57 ms per picture of 320 px). Check: below
`CLOSE` the candidate is not taken, whatever it gains; see `levers`.
"""

import copy
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from typing import Any

from components.runs.tuning.threads import use

SIDE_PX = 320  # larger pictures take longer and give the same answer
PICTURES = 2
ROUNDS = 2  # the faster counts; one more before them is not timed
WINS = 0.95  # of the time without: less gain is not worth other numbers
CLOSE = 0.99  # cosine of the outputs' angle to full precision


@dataclass(frozen=True, slots=True)
class Choice:
    """What a run computes with.

    Attributes:
        dtype: "float32" is full precision; else torch's name of the half one.
        channels_last: Whether colours of one pixel lie beside each other in memory.
        threads: Of the processor.
        halves: Whether two halves of a batch are learned from at once, each by so many threads.
        device: It was chosen for, as torch names it.
        seconds: Of a step as Ultralytics does it, and as chosen; nothing when not tried.
    """

    dtype: str = "float32"
    channels_last: bool = False
    threads: int = 1
    device: str = "cpu"
    seconds: tuple[float, ...] = ()
    halves: bool = False

    @property
    def is_half(self) -> bool:
        """Whether half precision was chosen."""
        return self.dtype != "float32"

    def to_dict(self) -> dict[str, Any]:
        """As plain values."""
        return asdict(self)

    @classmethod
    def from_dict(cls, facts: dict[str, Any]) -> "Choice":
        """As `to_dict` told."""
        return cls(**{**facts, "seconds": tuple(facts["seconds"])})


def on_a_card(usual: Choice, asked: str) -> Choice:
    """What Ultralytics takes on a graphics card where half precision is on."""
    return replace(usual, dtype="bfloat16" if asked == "bf16" else "float16")


def choose(model: Any, image_size_px: int, usual: Choice) -> Choice:
    """Try what this device offers on a copy of the model.

    On a graphics card bf16 is tried against Ultralytics' fp16, whose memory layout and checks
    stay; on Apple's chips nothing is tried, since Ultralytics found wrong numbers there.

    Args:
        model: As it is trained, on its device; not touched.
        image_size_px: As trained.
        usual: What Ultralytics would compute with, and the threads.
    """
    import torch

    device = next(model.parameters()).device
    candidates = _candidates(device.type, usual)
    if not candidates:
        return usual
    side = min(image_size_px, SIDE_PX)
    with torch.random.fork_rng(devices=[device.index or 0] if device.type == "cuda" else []):
        tried = copy.deepcopy(model).train()
        pictures = torch.rand(PICTURES, 3, side, side, device=device)
        use(1)
        best, fastest = usual, _seconds(tried, pictures, usual)
        before = fastest
        for candidate in candidates:
            seconds = _seconds(tried, pictures, candidate)
            if seconds < WINS * fastest and _is_close(tried, pictures, candidate):
                best, fastest = candidate, seconds
    return replace(best, seconds=(round(before, 4), round(fastest, 4)))


@contextmanager
def used(choice: Callable[[], Choice]) -> Iterator[None]:
    """Inside, Ultralytics' trainer computes as chosen by then.

    Ultralytics' own `autocast` refuses half precision on a processor.
    """
    from ultralytics.engine import trainer

    theirs = getattr(trainer, "autocast")  # noqa: B009 - the module does not export the name

    def chosen(enabled: Any, device: str = "cuda") -> Any:
        ours = choice().is_half or device == "cpu"
        return half(choice()) if ours else theirs(enabled, device=device)

    setattr(trainer, "autocast", chosen)  # noqa: B010
    try:
        yield
    finally:
        setattr(trainer, "autocast", theirs)  # noqa: B010


def half(choice: Choice) -> Any:
    """The context in which torch computes as chosen."""
    import torch

    kind = choice.device.partition(":")[0]
    dtype = getattr(torch, choice.dtype) if choice.is_half else None
    return torch.autocast(kind, dtype=dtype, enabled=choice.is_half)


def lay_out(module: Any, choice: Choice) -> None:
    """Put a model's weights into the chosen memory layout, in place."""
    import torch

    if choice.channels_last:
        module.to(memory_format=torch.channels_last)


def laid_out(pictures: Any, choice: Choice) -> Any:
    """A batch of pictures in the chosen memory layout."""
    import torch

    if not choice.channels_last:
        return pictures
    return pictures.contiguous(memory_format=torch.channels_last)


def _candidates(kind: str, usual: Choice) -> list[Choice]:
    import torch

    if kind == "cpu":
        layout = replace(usual, channels_last=True)
        # Without units for it bf16 is computed in full precision with conversions around.
        is_there = torch.ops.mkldnn._is_mkldnn_bf16_supported()
        return [layout, replace(layout, dtype="bfloat16")] if is_there else [layout]
    if usual.dtype == "float16" and torch.cuda.is_bf16_supported(including_emulation=False):
        return [replace(usual, dtype="bfloat16")]
    return []


def _seconds(model: Any, pictures: Any, choice: Choice) -> float:
    """Of a forward and backward pass: the processor's own, which other work does not disturb."""
    import torch

    is_card = pictures.device.type == "cuda"
    clock = time.perf_counter if is_card else time.process_time
    lay_out(model, choice)
    pictures = laid_out(pictures, choice)
    taken = []
    for _ in range(ROUNDS + 1):
        began = clock()
        with half(choice):
            total = sum(each.float().mean() for each in _tensors(model(pictures)))
        total.backward()
        if is_card:
            torch.cuda.synchronize(pictures.device)
        taken.append(clock() - began)
        model.zero_grad(set_to_none=True)
    return min(taken[1:])


def _is_close(model: Any, pictures: Any, choice: Choice) -> bool:
    """Whether the model says the same in this precision."""
    import torch

    def answer(context: Any) -> Any:
        with torch.no_grad(), context:
            return torch.cat([each.float().flatten() for each in _tensors(model(pictures))])

    model.eval()
    exact = answer(torch.autocast(pictures.device.type, enabled=False))
    rough = answer(half(choice))
    model.train()
    cosine = torch.nn.functional.cosine_similarity(exact, rough, dim=0)
    return bool(torch.isfinite(rough).all()) and float(cosine) >= CLOSE


def _tensors(answer: Any) -> list[Any]:
    """All numbers that a model answers with, in a list."""
    if isinstance(answer, dict):
        return [each for value in answer.values() for each in _tensors(value)]
    if isinstance(answer, list | tuple):
        return [each for value in answer for each in _tensors(value)]
    return [answer] if getattr(answer, "is_floating_point", bool)() else []
