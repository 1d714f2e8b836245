"""The learning-rate range test: what its curve says about the rate, and how sure that is.

The test (`runs.sweeping`) trains a few batches while the rate rises exponentially from batch to
batch. The idea is Smith's ("Cyclical Learning Rates for Training Neural Networks", 2015, WACV
2017; he raised the rate in a straight line); the exponential rise, the smoothing by a moving mean
that forgets, and the tenth of the rate with the lowest loss are those of fast.ai's `lr_find`.
"""

import hashlib
import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from components.planning.kept_figures import figures
from components.planning.knobs import KNOBS
from components.planning.plan import TrainingPlan
from components.workspace import Workspace

PREFIX, FILE = "range-", "range.json"
SOURCE = (
    "Smith (2015, 2017), “Cyclical Learning Rates for Training Neural Networks”; rise, smoothing "
    "and the tenth of the lowest point as in fast.ai's rate finder"
)
# Where the rate begins and ends. Adam's family lives two powers of ten below SGD.
RATES = {"SGD": (1e-4, 3.0), "MuSGD": (1e-4, 3.0)}
RATES_OF_ADAM = (1e-5, 0.3)
BELOW_LOWEST = 10.0  # the rate with the lowest loss is already at the edge
FEWEST_BATCHES = 20  # with fewer there is no curve to read
FLAT_SHARE = 0.02  # of the loss at the start: a smaller fall is none
LUCK, SHUFFLES = 0.005, 1000  # how often shuffled losses may fall as clearly
REPEATS, SEED = 200, 0  # of drawing the curve anew with its own noise
SURE, ROUGH = 3.0, 12.0  # width of the range of suggestions, as a factor; rules of thumb
CAP = 1.5  # losses above this many times that at the start say nothing more
_BEGINNING, _EDGE = 0.2, 0.04  # shares of the curve, within which a lowest point is none

Floats: TypeAlias = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class RangeTest:
    """One range test, as its worker leaves it.

    Attributes:
        base: Weights or architecture.
        weights: What tells the file apart from another of its name.
        dataset: Its slug.
        version: Hash of the pictures and labels.
        optimizer: The one whose rate was raised.
        frozen_layers: As tried.
        image_size_px: As the trainer used it.
        batch: Pictures per batch as tried.
        planned_batch: As the plan has it; 0 is automatic.
        at: When, Unix seconds.
        took_s: All of it, start-up included.
        rates: The rate of each batch, rising.
        losses: The loss of each batch, before its step.
        is_cut: Whether it was ended because the loss ran away.
    """

    base: str
    weights: str
    dataset: str
    version: str
    optimizer: str
    frozen_layers: int
    image_size_px: int
    batch: int
    planned_batch: int
    at: float
    took_s: float
    rates: tuple[float, ...]
    losses: tuple[float, ...]
    is_cut: bool = False

    def to_json(self) -> str:
        """As the text of `range.json`."""
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str) -> "RangeTest":
        """What `to_json` wrote.

        Raises:
            ValueError: It is no such text, or an older Tailor's.
        """
        return figures(cls, text, _with_tuples)


def _with_tuples(facts: dict[str, Any]) -> dict[str, Any]:
    return {name: tuple(map(float, facts[name])) for name in ("rates", "losses")}


class Surety(StrEnum):
    """How much a suggestion is worth."""

    SURE = "sure"
    ROUGH = "rough"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What a range test lets suggest.

    Attributes:
        surety: How much it is worth; with `NONE` there is no rate.
        rate: The suggested learning rate, of two digits; 0 for none.
        low: Hardly less: nine of ten repeats and both halves of the batches suggest more.
        high: Hardly more, likewise.
        lowest: The rate at which the smoothed loss is lowest; 0 where it has no such place.
        smoothed: The smoothed loss of each batch.
        why: A sentence for the person: how sure it is and why, or why there is none.
    """

    surety: Surety
    rate: float
    low: float
    high: float
    lowest: float
    smoothed: tuple[float, ...]
    why: str


def span_of(optimizer: str) -> tuple[float, float]:
    """The first and the last rate of a test."""
    return RATES.get(optimizer, RATES_OF_ADAM)


def key_of(plan: TrainingPlan, weights: str) -> str:
    """What a range test depends on, as a name; the version must be decided. No rate, no epochs."""
    facts = (
        plan.dataset, plan.version, plan.base, weights, plan.task, plan.frozen_layers,
        plan.image_size_px, plan.batch, plan.device, plan.trainer, plan.optimizer, plan.seed,
        sorted(plan.recipe.items(), key=str), sorted(plan.expert.items(), key=str),
    )  # fmt: skip
    return hashlib.sha256(repr(facts).encode()).hexdigest()[:20]


def range_tests(workspace: Workspace) -> list[RangeTest]:
    """Every range test that is kept, the newest first."""
    found = []
    for path in workspace.cache.glob(f"{PREFIX}*/{FILE}"):
        try:
            found.append(RangeTest.from_json(path.read_text(encoding="utf-8")))
        except (OSError, ValueError):
            continue  # thrown away this moment, or an older Tailor's
    return sorted(found, key=lambda test: -test.at)


def fitting(found: list[RangeTest], plan: TrainingPlan, weights: str) -> RangeTest | None:
    """The newest test that speaks for a plan; None when none does."""
    for test in found:
        same = (test.base, test.weights, test.dataset, test.optimizer, test.frozen_layers)
        if same == (plan.base, weights, plan.dataset, plan.optimizer, plan.frozen_layers):
            return test
    return None


def unlike(plan: TrainingPlan, test: RangeTest) -> tuple[str, ...]:
    """How the plan differs from what was tried, a phrase each."""
    told = []
    if -(-plan.image_size_px // 32) * 32 != test.image_size_px:
        told.append(f"it was tried at {test.image_size_px} px")
    if plan.batch and plan.batch != test.batch:
        told.append(f"it was tried with {test.batch} pictures a batch")
    return tuple(told)


@lru_cache(maxsize=20)
def suggest(test: RangeTest) -> Suggestion:
    """Read the curve; the same curve always gives the same answer."""
    losses = np.array(test.losses, float)
    rates = np.array(test.rates, float)[: len(losses)]
    if len(losses) < FEWEST_BATCHES:
        return _nothing(
            losses, f"Only {len(losses)} of at least {FEWEST_BATCHES} batches fitted into a "
            "minute: too few for a curve. A smaller picture size or batch makes them quicker, and "
            "so does closing other programs."
        )  # fmt: skip
    start = _start(losses)
    capped = np.minimum(losses, CAP * start)
    curve = smoothed(capped)
    place = int(curve.argmin())
    if place < _BEGINNING * len(curve) or _is_flat(capped, curve, start):
        return _nothing(
            curve, "The curve was flat, or only rose: no rate made the loss fall by more than the "
            "luck of the pictures. So there is no suggestion."
        )  # fmt: skip
    if place >= (1 - _EDGE) * (len(curve) - 1) and not test.is_cut:
        return _nothing(
            curve, f"The loss still fell at the largest rate tried, {rates[-1]:.2g}: where it is "
            "too large is not known. So there is no suggestion."
        )  # fmt: skip
    drawn = _repeats(rates, curve, capped - curve)
    halves = [rates[i::2][int(smoothed(capped[i::2]).argmin())] for i in (0, 1)]
    low = min(float(np.percentile(drawn, 10)), *halves) / BELOW_LOWEST
    high = max(float(np.percentile(drawn, 90)), *halves) / BELOW_LOWEST
    surety = Surety.SURE if high / low <= SURE else Surety.ROUGH
    if high / low > ROUGH:
        return _nothing(
            curve, "The curve is too ragged: its halves and repeats suggest anything from "
            f"{low:.1g} to {high:.1g}. So there is no suggestion."
        )  # fmt: skip
    rate = rounded(float(np.median(drawn)) / BELOW_LOWEST)
    words = "Quite sure" if surety is Surety.SURE else "Only roughly"
    return Suggestion(
        surety, rate, rounded(low), rounded(high), float(rates[place]), tuple(map(float, curve)),
        f"{words}: each half of the batches alone, and eight of ten repeats with the noise dealt "
        f"anew, suggest {low:.1g} to {high:.1g}.",
    )  # fmt: skip


def smoothed(losses: Floats) -> Floats:
    """The moving mean that forgets, run from both sides, so that no rise comes too late."""
    keep = 1 - 2 / (_window(len(losses)) + 1)
    return (_forgetting(losses, keep) + _forgetting(losses[::-1], keep)[::-1]) / 2


def rounded(rate: float) -> float:
    """A rate of two digits within the limits of the knob."""
    knob = KNOBS["learning_rate"]
    return float(f"{min(max(rate, knob.low), knob.high):.1e}")


def _start(losses: Floats) -> float:
    """The loss before anything was learned: the median over the first eighth."""
    return float(np.median(losses[: max(3, len(losses) // 8)]))


def _is_flat(losses: Floats, curve: Floats, start: float) -> bool:
    """Whether the same losses in any order would fall as clearly, up to where they rise again.

    How clearly they fall: by how much those before some place exceed the mean, added up. The
    depth of the smoothed curve says less, for its lowest point lies beside the rise and is
    smoothed away: of drawn curves of 28 batches that fell by 30 % it knew 4 of 10, this one all.
    """
    if start - float(curve.min()) < FLAT_SHARE * start:
        return True
    place = int(curve.argmin())
    risen = np.flatnonzero(curve[place:] > start)
    before = losses[: place + int(risen[0]) if len(risen) else len(losses)]
    dice = np.random.default_rng(SEED)
    shuffled = dice.permuted(np.tile(before, (SHUFFLES, 1)), axis=1)
    return float(np.mean(_excess(shuffled) >= _excess(before))) > LUCK


def _excess(losses: Floats) -> Any:
    return np.cumsum(losses - losses.mean(axis=-1, keepdims=True), axis=-1).max(axis=-1)


def _window(number: int) -> int:
    """Batches that a smoothed loss stands for: a twelfth of the curve, at least 5."""
    return max(5, number // 12)


def _forgetting(losses: Floats, keep: float) -> Floats:
    """An exponentially weighted mean without fast.ai's bias towards 0 at the beginning."""
    mean, found = 0.0, np.empty_like(losses)
    for i, loss in enumerate(losses):
        mean = keep * mean + (1 - keep) * float(loss)
        found[i] = mean / (1 - keep ** (i + 1))
    return found


def _repeats(rates: Floats, curve: Floats, noise: Floats) -> Floats:
    """The rate with the lowest loss, once for each repeat with the noise dealt anew."""
    dice = np.random.default_rng(SEED)
    deal: Callable[[], Any] = lambda: dice.choice(noise, len(noise))  # noqa: E731
    return np.array([rates[int(smoothed(curve + deal()).argmin())] for _ in range(REPEATS)])


def _nothing(curve: Floats, why: str) -> Suggestion:
    return Suggestion(Surety.NONE, 0.0, 0.0, 0.0, 0.0, tuple(map(float, curve)), why)
