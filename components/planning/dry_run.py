"""What a dry run measured, and what follows from it for a plan: time, memory, what would fit.

The dry run itself (`runs.trying_out`) trains a few real batches. Its figures hold for one plan; for
a plan that differs in epochs, freeze depth, picture size or batch they are derived, and every
step of that is told.
"""

import hashlib
import json
import platform
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from components.planning.kept_figures import figures
from components.planning.machine import Machine
from components.planning.plan import TrainingPlan
from components.planning.schedule import batches_per_epoch, optimizer_steps
from components.workspace import Workspace

PREFIX, FILE = "trial-", "trial.json"
DRIFT = 0.15  # a computer that does other things as well; rule of thumb
DERIVED_DRIFT = 0.15  # more of it for each step away from what was measured; rule of thumb
STRIDE_PX = 32
REFERENCE_CHECKS = 2  # after the last epoch


@dataclass(frozen=True, slots=True)
class Trial:
    """One dry run. Times in seconds, memory in bytes; 0 where nothing was seen.

    Attributes:
        base: Weights or architecture.
        weights: What tells the file apart from another of its name.
        device: Where it ran.
        machine: The computer, in words; a trial of another computer is not used.
        trainer: "tuned" or "reference".
        recipe: What makes loading a picture costly; see `recipe_weight`.
        dataset: Its slug.
        version: Hash of the pictures and labels.
        frozen_layers: As tried.
        image_size_px: As the trainer used it.
        batch: As the trainer used it.
        train: Training pictures.
        val: Validation pictures.
        at: When it was tried, Unix seconds.
        took_s: The whole dry run.
        startup_s: From the worker's first step to the first batch, and what the first epoch takes
            longer than the others.
        batch_s: One training batch, the mean, without the optimizer's step.
        batch_error_s: Standard error of that mean.
        batches: How many were timed.
        check_s: One validation picture, between epochs.
        rest_s: What an epoch takes beside batches and validation.
        memory_bytes: The most that was in use: the card's, or the process's.
        memory_total_bytes: What the device has.
        resting_bytes: On a card: what stays in use between two batches.
        steps: Freeze depth to seconds of one step (forward and backward) on the same pictures.
        kept: Freeze depth to bytes kept for the way back, counted tensor by tensor.
        left_out: Names of pictures that the trainer could not read.
        plain_s: One batch of pictures that are not mixed, as in the last epochs; 0: as the others.
        step_s: One step of the optimizer, which does not follow every batch.
        last_check_s: One picture of the last validation, in full precision; 0: as the others.
        end_s: What the end takes beside its validation.
    """

    base: str
    weights: str
    device: str
    machine: str
    trainer: str
    recipe: str
    dataset: str
    version: str
    frozen_layers: int
    image_size_px: int
    batch: int
    train: int
    val: int
    at: float
    took_s: float
    startup_s: float
    batch_s: float
    batch_error_s: float
    batches: int
    check_s: float
    rest_s: float
    memory_bytes: int
    memory_total_bytes: int
    resting_bytes: int = 0
    steps: dict[int, float] = field(default_factory=dict)
    kept: dict[int, int] = field(default_factory=dict)
    left_out: tuple[str, ...] = ()
    plain_s: float = 0.0
    step_s: float = 0.0
    last_check_s: float = 0.0
    end_s: float = 0.0

    def to_json(self) -> str:
        """As the text of `trial.json`."""
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str) -> "Trial":
        """What `to_json` wrote.

        Raises:
            ValueError: It is no such text, or an older Tailor's.
        """
        return figures(cls, text, _with_whole_numbers)


def _with_whole_numbers(facts: dict[str, Any]) -> dict[str, Any]:
    """JSON has no keys but texts, and no tuples."""
    by_depth = {
        name: {int(depth): value for depth, value in facts.get(name, {}).items()}
        for name in ("steps", "kept")
    }
    return {**by_depth, "left_out": tuple(facts.get("left_out", ()))}


@dataclass(frozen=True, slots=True)
class Expectation:
    """What a plan will take, judged by a dry run.

    Attributes:
        seconds: The whole run, without an early end.
        low: It will hardly be less.
        high: It will hardly be more.
        epoch_s: One epoch.
        memory_bytes: The most that will be in use.
        derived: How the plan differs from what was tried, a phrase each; empty when it does not.
    """

    seconds: float
    low: float
    high: float
    epoch_s: float
    memory_bytes: float
    derived: tuple[str, ...] = ()


def key_of(plan: TrainingPlan, weights: str, machine: str) -> str:
    """What a dry run depends on, as a name. The device and the version must be decided."""
    facts = (
        plan.dataset, plan.version, plan.base, weights, plan.task, plan.frozen_layers,
        plan.image_size_px, plan.batch, plan.device, plan.trainer, recipe_weight(plan.recipe),
        sorted(plan.expert.items()), machine,
    )  # fmt: skip
    return hashlib.sha256(repr(facts).encode()).hexdigest()[:20]


def machine_words(machine: Machine, device: str) -> str:
    """The computer as far as speed depends on it."""
    label = machine.device(device).label
    return f"{platform.machine()}, {label}, {machine.memory_bytes / 1e9:.0f} GB"


def weights_mark(workspace: Workspace, base: str) -> str:
    """Tells a weights file apart from another of its name, without reading it; "" for none."""
    path = workspace.models / Path(base).name
    if not path.is_file():
        return ""
    facts = path.stat()
    return f"{facts.st_size}.{facts.st_mtime_ns}"


def recipe_weight(recipe: dict[str, Any]) -> str:
    """What of a recipe costs time: collages, blends, and how many extra effects."""
    trainer = recipe.get("trainer", {})
    costly = [name for name in ("mosaic", "mixup", "cutmix", "copy_paste") if trainer.get(name)]
    extra = len(recipe.get("extra", ()))
    return "+".join([*costly, *([f"{extra} effects"] if extra else [])]) or "light"


def trials(workspace: Workspace) -> list[Trial]:
    """Every dry run that is kept, the newest first."""
    found = []
    for path in workspace.cache.glob(f"{PREFIX}*/{FILE}"):
        try:
            found.append(Trial.from_json(path.read_text(encoding="utf-8")))
        except (OSError, ValueError):
            continue  # thrown away this moment, or an older Tailor's
    return sorted(found, key=lambda trial: -trial.at)


def fitting(
    found: list[Trial], plan: TrainingPlan, weights: str, machine: str
) -> Trial | None:  # fmt: skip
    """The dry run that says most about a plan; None when none does."""
    usable = [
        trial for trial in found
        if (trial.base, trial.weights, trial.device, trial.machine, trial.trainer, trial.dataset)
        == (plan.base, weights, plan.device, machine, plan.trainer, plan.dataset)
        and trial.recipe == recipe_weight(plan.recipe)
    ]  # fmt: skip
    return min(usable, key=lambda trial: len(_steps_away(plan, trial)), default=None)


def expect(
    plan: TrainingPlan, trial: Trial, *, train: int, val: int, truth: float = 1.0
) -> Expectation:
    """What a plan will take.

    Args:
        plan: The plan.
        trial: A dry run that fits it; see `fitting`.
        train: Training pictures now.
        val: Validation pictures now.
        truth: What runs on this computer took, as a share of what was expected of them.
    """
    batch = plan.batch or trial.batch
    pixels = (plan.image_size_px / trial.image_size_px) ** 2
    _, kept = freezing_share(trial, plan.frozen_layers)
    batch_s = _mean_batch_s(plan, trial) * pixels * (batch / trial.batch)
    check_s = trial.check_s * pixels * val
    learning_s = batch_s * batches_per_epoch(train, batch) * _last_batch(train, batch)
    stepping_s = trial.step_s * optimizer_steps(plan, train, batch) / plan.epochs
    epoch_s = learning_s + stepping_s + check_s + trial.rest_s
    seconds = (trial.startup_s + plan.epochs * epoch_s + _end_s(trial, pixels * val)) * truth
    derived = _steps_away(plan, trial)
    doubt = DRIFT + DERIVED_DRIFT * len(derived) + 2 * trial.batch_error_s / trial.batch_s
    grows = trial.kept.get(trial.frozen_layers, 0)
    wanted = grows * pixels * (batch / trial.batch) * kept
    memory = trial.memory_bytes - grows + wanted
    return Expectation(
        seconds, seconds / (1 + doubt), seconds * (1 + doubt), epoch_s * truth, memory, derived
    )


def _end_s(trial: Trial, pictures: float) -> float:
    """After the last epoch; the reference trainer validates once for itself, once for Tailor."""
    checks = REFERENCE_CHECKS if trial.trainer == "reference" else 1
    return checks * (trial.end_s + (trial.last_check_s or trial.check_s) * pictures)


def _mean_batch_s(plan: TrainingPlan, trial: Trial) -> float:
    """Over the whole run: in the last epochs pictures are not mixed, which is quicker."""
    plain = min(plan.close_mosaic, plan.epochs) / plan.epochs if trial.plain_s else 0.0
    mixed_s, plain_s = (
        seconds * freezing_share(trial, plan.frozen_layers, seconds)[0]
        for seconds in (trial.batch_s, trial.plain_s or trial.batch_s)
    )
    return (1 - plain) * mixed_s + plain * plain_s


def freezing_share(trial: Trial, depth: int, batch_s: float = 0.0) -> tuple[float, float]:
    """Time of a batch and memory kept for the way back at a freeze depth, against as tried.

    Between measured depths it is a straight line; without a measurement 1, which is too much.

    Args:
        trial: The dry run.
        depth: Layers that are frozen.
        batch_s: Of a batch as tried; that of most of them when left out.
    """
    before = trial.steps.get(trial.frozen_layers, 0.0)
    kept_before = trial.kept.get(trial.frozen_layers, 0)
    if not before or not kept_before:
        return 1.0, 1.0
    step = _between(trial.steps, depth)
    kept = _between({d: float(b) for d, b in trial.kept.items()}, depth)
    # Loading, the optimizer and the rest of a batch take the same whatever is frozen.
    beside = max((batch_s or trial.batch_s) - before, 0.0)
    return (beside + step) / (beside + before), kept / kept_before


def _steps_away(plan: TrainingPlan, trial: Trial) -> tuple[str, ...]:
    found = []
    if _whole_strides(plan.image_size_px) != trial.image_size_px:
        found.append(f"picture size by the square law, from {trial.image_size_px} px")
    if plan.batch and plan.batch != trial.batch:
        found.append(f"batch in proportion, from {trial.batch}")
    if plan.frozen_layers not in trial.steps and plan.frozen_layers != trial.frozen_layers:
        found.append(f"freeze depth by a line between those timed ({_listed(trial)})")
    elif plan.frozen_layers != trial.frozen_layers:
        found.append(f"freeze depth from single steps timed at {_listed(trial)} layers")
    return tuple(found)


def _listed(trial: Trial) -> str:
    return ", ".join(str(depth) for depth in sorted(trial.steps) or [trial.frozen_layers])


def _whole_strides(size_px: int) -> int:
    return -(-size_px // STRIDE_PX) * STRIDE_PX


def _last_batch(pictures: int, batch: int) -> float:
    """The last batch of an epoch may be smaller than the others."""
    return pictures / max(batches_per_epoch(pictures, batch) * batch, 1)


def _between(points: dict[int, float], at: int) -> float:
    below = max((x for x in points if x <= at), default=min(points))
    above = min((x for x in points if x >= at), default=max(points))
    if below == above:
        return points[below]
    share = (at - below) / (above - below)
    return points[below] + share * (points[above] - points[below])
