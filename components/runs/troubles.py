"""What goes wrong in training, in two sentences for a person."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager

from components.errors import AppError, DatasetError, DiskFull, MemoryRanOut, PlanError
from components.jobs.worker import PauseAsked, StopAsked
from components.planning.plan import TrainingPlan
from components.runs.remedies import LossNotFinite, MainMemoryRanOut

# What torch and CUDA write when memory is short, in lower case.
_MEMORY = (
    "out of memory", "can't allocate memory", "not enough memory", "cublas_status_alloc_failed",
    "unable to allocate", "cannot allocate memory",
)  # fmt: skip
_CARD = ("cuda", "cublas", "mps backend", "hip out", "xpu")  # said with it where it is the card's
_MAIN = ("dataloader worker (pid", "insufficient shared memory")  # a loader that was killed
_DISK = ("no space left", "pytorchstreamwriter failed", "disk quota exceeded", "file write failed")
_NOT_FINITE = ("nan persisted", "nan/inf")  # Ultralytics' `_handle_nan_recovery`
_PICTURES = ("no images found", "no valid images", "images not found", "image not found")


@contextmanager
def told_in_words(plan: TrainingPlan) -> Iterator[None]:
    """Turn what is known to go wrong inside into an `AppError`; the rest stays as it is."""
    try:
        yield
    except (AppError, PauseAsked, StopAsked):
        raise
    except Exception as error:
        words = in_words(error, plan)
        if words is None:
            raise
        raise words from error


def in_words(error: BaseException, plan: TrainingPlan) -> AppError | None:
    """The error for a person, or None when it is not a known one."""
    chain = _chain(error)
    said = " ".join(str(each).lower() for each in chain)
    if any(isinstance(each, MemoryError) for each in chain) or _any((*_MEMORY, *_MAIN), said):
        return _memory(plan, of_card=_any(_CARD, said))
    if any(getattr(each, "errno", None) == errno.ENOSPC for each in chain) or _any(_DISK, said):
        return DiskFull(
            "The disk has no room left for the weights of this run.",
            "Free some space on the disk of the workspace and start the run again.",
        )
    return _in_the_plan(said, plan)


def _memory(plan: TrainingPlan, *, of_card: bool) -> MemoryRanOut:
    kind = MemoryRanOut if of_card else MainMemoryRanOut
    of_card = of_card and plan.device not in ("cpu", "mps")
    place = "graphics card" if of_card else "computer"
    batch = "the automatic batch" if plan.batch == 0 else f"a batch of {plan.batch}"
    fix = "a smaller batch or" if plan.batch != 1 else ""
    return kind(
        f"The {place} ran out of memory with {batch} and pictures of {plan.image_size_px} px.",
        f"Choose {fix} a smaller picture size on the Plan page, or a smaller base model.".replace(
            "  ", " "
        ),
    )


def _in_the_plan(said: str, plan: TrainingPlan) -> AppError | None:
    if _any(_NOT_FINITE, said):
        return LossNotFinite(
            f"The loss is no longer a number: the learning rate of {plan.learning_rate:g} is "
            "too high for these pictures.",
            f"Choose {plan.learning_rate / 10:g} as the learning rate and start again.",
        )
    if "batchnorm a single value" in said or "expected more than 1 value per channel" in said:
        return PlanError(
            f"The last batch of an epoch would hold 1 picture of {plan.image_size_px} px, which "
            "is too little to learn from.",
            "Choose another batch or a picture size of at least 128.",
        )
    if "froze the entire model" in said:
        return PlanError(
            f"With {plan.frozen_layers} frozen layers nothing is left to learn.",
            "Choose fewer frozen layers.",
        )
    if "invalid cuda" in said or "invalid device id" in said:
        return PlanError(
            f"The device {plan.device} is not there.", "Choose another device on the Plan page."
        )
    if _any(_PICTURES, said):
        return DatasetError(
            f"The trainer found no usable pictures in a part of {plan.dataset}.",
            "Look at the split and at the problems on the Data page.",
        )
    return None


def _chain(error: BaseException) -> list[BaseException]:
    """The error and what led to it."""
    found: list[BaseException] = []
    current: BaseException | None = error
    while current is not None and current not in found:
        found.append(current)
        current = current.__cause__ or current.__context__
    return found


def _any(words: tuple[str, ...], said: str) -> bool:
    return any(word in said for word in words)
