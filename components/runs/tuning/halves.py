"""A batch is learned from in two halves at once, each by a thread of its own.

Gain: a processor's second core. Threads that share every single operation meet a thousand times
in a step, and each time the slower one is waited for: on two cores that were also used by other
programs it cost more than it gained. Halves meet once. Why a thread and no process: PyTorch lets
others run while it computes, and both see the same weights.

What differs from plain Ultralytics: batch normalisation and the balance of the losses look at half
a batch each, as they do in Ultralytics' own training on two graphics cards; what both have seen
is averaged. Check: a sum of both halves' gradients is what is stepped with (test_halves); mAP
against plain Ultralytics over seeds (the benchmark).
"""

import copy
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

from components.runs.tuning.precision import Choice, half

FEWEST = 4  # pictures in a half: of fewer, batch normalisation sees too little
_OF_PICTURES = frozenset({"img", "sem_masks", "im_file", "ori_shape", "resized_shape", "ratio_pad"})
_OF_LABELS = frozenset({"cls", "bboxes", "keypoints", "batch_idx", "masks", "segments", "obb"})


class Halves:
    """Stands in the place of a training model's `forward`; what is not a batch passes through.

    Args:
        model: Ultralytics' model, which lies on the processor; its `forward` is put aside.
        choice: What to compute with.
    """

    def __init__(self, model: Any, choice: Choice) -> None:
        self._model, self._choice = model, choice
        self._whole = model.forward
        self._twin: Any = None
        self._weights: list[tuple[Any, Any]] = []  # the model's and the twin's
        self._parts: list[tuple[Any, Any]] = []
        self._thread = ThreadPoolExecutor(1, "second-half")
        self._learning: Future[None] | None = None
        model.forward = self.forward

    def forward(self, x: Any, *more: Any, **named: Any) -> Any:
        """The loss of a batch and its parts, as the model's own `forward` tells them.

        The second half's share of the loss is a mere number: its gradients are made here.
        """
        if not isinstance(x, dict) or not self._model.training or len(x["img"]) < 2 * FEWEST:
            return self._whole(x, *more, **named)
        self.join()
        self._follow()
        middle, painted = len(x["img"]) // 2, bool(self._model.args.overlap_mask)
        first = part(x, 0, middle, painted=painted)
        second = part(x, middle, len(x["img"]), painted=painted)
        told: Future[Any] = Future()
        self._learning = self._thread.submit(self._learn, second, told)
        try:
            loss, items = self._whole(first, *more, **named)
            their_loss, their_items = told.result()
        except BaseException:  # memory ran out, say: nothing of this batch is learned from
            self._forget()
            raise
        share = middle / len(x["img"])
        both = {name: share * items[name] + (1 - share) * their_items[name] for name in items}
        return loss + their_loss, both

    def join(self) -> None:
        """Wait for the second half, and add its gradients to those of the first.

        To be called when the first half's gradients are there, too.

        Raises:
            Exception: Whatever went wrong in the other thread.
        """
        import torch

        if self._learning is None:
            return
        learning, self._learning = self._learning, None
        learning.result()
        pairs = [pair for pair in self._weights if pair[1].grad is not None]
        for mine, _ in pairs:
            if mine.grad is None:
                mine.grad = torch.zeros_like(mine)
        if pairs:
            torch._foreach_add_([m.grad for m, _ in pairs], [t.grad for _, t in pairs])
        for _, theirs in pairs:
            theirs.grad = None
        # What batch normalisation has seen, of both; not earlier, for going backwards looks at it.
        torch._foreach_lerp_(self._buffers[0], self._buffers[1], 0.5)

    def _forget(self) -> None:
        learning, self._learning = self._learning, None
        if learning is not None:
            learning.exception()  # waits; what went wrong is told by whoever forgets
        for _, theirs in self._weights:
            theirs.grad = None

    def close(self) -> None:
        """Give the model its own `forward` back; no thread of ours is left."""
        self._thread.shutdown(wait=True)
        self._learning = self._twin = None
        self._weights, self._parts = [], []
        self._model.__dict__.pop("forward", None)

    def _learn(self, batch: dict[str, Any], told: Future[Any]) -> None:
        """The second half, from pictures to gradients; in the other thread."""
        import torch

        try:
            torch.set_num_threads(self._choice.threads)  # each thread has a number of its own
            with half(self._choice):
                loss, items = self._twin.loss(batch)
            total = loss.sum()
            told.set_result((loss.detach(), items))
        except BaseException as trouble:
            told.set_exception(trouble)
            return
        total.backward()

    def _follow(self) -> None:
        """The twin stands as the model does: same weights, same state, its own gradients."""
        import torch

        if self._twin is None:
            self._twin = _twin_of(self._model)
            # Listed once: walking through a network takes milliseconds, and while one thread does
            # it the other one has nothing to do.
            self._buffers = _floats(self._model), _floats(self._twin)
            self._weights = [*zip(self._model.parameters(), self._twin.parameters(), strict=True)]
            self._parts = [*zip(self._model.modules(), self._twin.modules(), strict=True)]
        for mine, theirs in self._parts:
            if theirs.training is not mine.training:
                theirs.training = mine.training
        torch._foreach_copy_(self._buffers[1], self._buffers[0])
        _carry_numbers(self._model.criterion, self._twin.criterion)


def part(batch: dict[str, Any], start: int, end: int, *, painted: bool) -> dict[str, Any]:
    """Pictures `start` to `end` of one of Ultralytics' batches, with their labels.

    Args:
        batch: Of B pictures and N labels, of which `batch_idx` (N,) tells the picture.
        start: The first picture.
        end: Behind the last one.
        painted: Whether all masks of a picture are painted into one, (B, H, W); else (N, H, W).
    """
    kept = (batch["batch_idx"] >= start) & (batch["batch_idx"] < end)
    found = dict(batch)
    for name, value in batch.items():
        if name in _OF_PICTURES or (name == "masks" and painted):
            found[name] = value[start:end]
        elif name in _OF_LABELS:
            found[name] = value[kept]
    found["batch_idx"] = found["batch_idx"] - start
    return found


def _twin_of(model: Any) -> Any:
    """A copy that shares the model's weights: one memory, gradients apart."""
    if getattr(model, "criterion", None) is None:
        model.criterion = model.init_criterion()
    aside = model.__dict__.pop("forward", None)
    try:
        twin = copy.deepcopy(model)
    finally:
        if aside is not None:
            model.forward = aside
    for mine, theirs in zip(model.parameters(), twin.parameters(), strict=True):
        theirs.data, theirs.grad = mine.data, None
    return twin


def _floats(model: Any) -> list[Any]:
    return [buffer for buffer in model.buffers() if buffer.dtype.is_floating_point]


def _carry_numbers(mine: Any, theirs: Any) -> None:
    """What a criterion counts over the epochs, such as the weights of its two heads."""
    for name, value in vars(mine).items():
        if isinstance(value, bool | int | float):
            setattr(theirs, name, value)
