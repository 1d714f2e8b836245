"""Validation between epochs computed as the training is; the last one in full precision.

Gain: 0.5 of the processor time of a validation picture (28 to 14 ms at 320 px). Check: these
numbers choose among epochs and draw the charts; what is told about the finished model comes from
`final_eval`, which is computed as Ultralytics does it, only that both halves of a batch are looked
at and sifted at once. Folding batch normalisation into the convolutions as well gained 10 % of
that and is left out.
"""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import replace
from typing import Any

from components.runs.tuning.precision import Choice, half, laid_out

START = 3  # times as many guesses as are kept are sifted at first


class QuickChecks:
    """Put in front of Ultralytics' validator.

    Attributes:
        choice: What to compute with between epochs; full precision when nothing was chosen.
    """

    choice: Choice = Choice()
    _sharing: ExitStack | None = None  # while a validation goes on

    def __call__(self, trainer: Any = None, model: Any = None, **named: Any) -> Any:
        """Gain: see the head of this file."""
        mine: Any = self
        usual: Any = super()
        with ExitStack() as sharing:
            self._sharing = sharing
            if self.choice != Choice():  # else everything is as Ultralytics does it
                sharing.enter_context(sifting_few(int(mine.args.max_det)))
            if trainer is not None and (self.choice.is_half or self.choice.channels_last):
                sharing.enter_context(_asked(lambda: half(self.choice)))
            return usual.__call__(trainer, model, **named)

    def init_metrics(self, model: Any) -> None:
        """Gain: from here on both halves of a batch are looked at at once."""
        mine: Any = self
        super().init_metrics(model)  # type: ignore[misc]
        if self._sharing is not None and self.choice.halves:
            kind = self.choice.dtype if mine.training else Choice().dtype
            self._sharing.enter_context(in_halves(model, replace(self.choice, dtype=kind)))

    def preprocess(self, batch: dict[str, Any]) -> dict[str, Any]:
        """Gain: the pictures lie in memory as the weights do."""
        mine: Any = self
        if mine.training:
            batch["img"] = laid_out(batch["img"], self.choice)
        prepared: dict[str, Any] = super().preprocess(batch)  # type: ignore[misc]
        return prepared

    def postprocess(self, preds: Any, *more: Any) -> Any:
        """Numpy, which counts what was found, knows no bf16."""
        whole = _in_full(preds) if self.choice.is_half else preds
        return super().postprocess(whole, *more)  # type: ignore[misc]


@contextmanager
def in_halves(model: Any, choice: Choice) -> Iterator[None]:
    """Inside, a model looks at both halves of a batch at once where that was chosen.

    Every picture is looked at by itself, so nothing else changes.
    """
    import torch
    from ultralytics.utils import nms

    whole, sift = model.forward, nms.non_max_suppression

    def look(pictures: Any, *more: Any, **named: Any) -> Any:
        if not torch.is_tensor(pictures) or len(pictures) < 2:
            return whole(pictures, *more, **named)
        first, second = pictures.tensor_split(2)
        other = thread.submit(look_aside, second, *more, **named)
        mine = whole(first, *more, **named)
        return joined(mine, other.result(), len(first))

    def look_aside(*given: Any, **named: Any) -> Any:
        torch.set_num_threads(choice.threads)
        with torch.inference_mode(), half(choice):  # both hold for one thread only
            return whole(*given, **named)

    def sift_both(guesses: Any, *more: Any, **named: Any) -> Any:
        """Which guesses are of one thing is asked picture by picture, too."""
        rows = guesses[0] if isinstance(guesses, list | tuple) else guesses
        if len(rows) < 2 or named.get("return_idxs"):
            return sift(guesses, *more, **named)
        first, second = rows.tensor_split(2)
        other = thread.submit(sift_aside, second, *more, **named)
        return sift(first, *more, **named) + other.result()

    def sift_aside(*given: Any, **named: Any) -> Any:
        with torch.inference_mode():
            return sift(*given, **named)

    if not choice.halves:
        yield
        return
    with ThreadPoolExecutor(1, "second-half") as thread:
        model.forward = look
        setattr(nms, "non_max_suppression", sift_both)  # noqa: B010 - typed as what it was
        try:
            yield
        finally:
            model.__dict__.pop("forward", None)
            setattr(nms, "non_max_suppression", sift)  # noqa: B010


@contextmanager
def sifting_few(most: int) -> Iterator[None]:
    """Inside, overlapping guesses are sifted from the surest on, until `most` are left.

    Ultralytics sifts all that there are, thousands in the first epochs, and keeps `most` then.
    Whether a guess stays depends on surer ones only, so the ones kept are the same.
    """
    import torchvision

    theirs = torchvision.ops.nms

    def sifted(boxes: Any, scores: Any, overlap: float) -> Any:
        tried = START * most
        if len(scores) > 2 * tried:
            order = scores.argsort(stable=True, descending=True)
            while 2 * tried < len(scores):
                surest = order[:tried]
                kept = theirs(boxes[surest], scores[surest], overlap)
                if len(kept) >= most:
                    return surest[kept]
                tried *= 2
        return theirs(boxes, scores, overlap)

    torchvision.ops.nms = sifted
    try:
        yield
    finally:
        torchvision.ops.nms = theirs


def joined(first: Any, second: Any, pictures: int) -> Any:
    """What a model answers to both halves of a batch, as it would to the whole.

    Args:
        first: The answer to the first half; tensors begin with the picture, others are the same.
        second: The answer to the second half.
        pictures: In the first half.
    """
    import torch

    if isinstance(first, dict):
        return {name: joined(value, second[name], pictures) for name, value in first.items()}
    if isinstance(first, list | tuple):
        return type(first)(joined(a, b, pictures) for a, b in zip(first, second, strict=True))
    is_by_picture = torch.is_tensor(first) and first.ndim > 0 and len(first) == pictures
    return torch.cat((first, second)) if is_by_picture else first


@contextmanager
def _asked(context: Callable[[], AbstractContextManager[Any]]) -> Iterator[None]:
    """Inside, Ultralytics' validator computes in this context."""
    from ultralytics.engine import validator

    theirs = getattr(validator, "autocast")  # noqa: B009 - the module does not export the name
    setattr(validator, "autocast", lambda *_, **__: context())  # noqa: B010
    try:
        yield
    finally:
        setattr(validator, "autocast", theirs)  # noqa: B010


def _in_full(answer: Any) -> Any:
    """Whatever a model answers with, in full precision."""
    import torch

    if isinstance(answer, dict):
        return {name: _in_full(value) for name, value in answer.items()}
    if isinstance(answer, list | tuple):
        return type(answer)(_in_full(value) for value in answer)
    is_half = torch.is_tensor(answer) and answer.dtype in (torch.bfloat16, torch.float16)
    return answer.float() if is_half else answer
