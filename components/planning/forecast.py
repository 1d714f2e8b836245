"""How long a run will take, before it starts: from runs of this computer, or from a rule.

Work is counted in units: one picture of 640 px through one GFLOP of network, forward and
backward. What a unit costs here is learned from finished runs; before the first there is a
measurement for processors, and nothing for graphics cards, which differ too much.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from components.planning.plan import TrainingPlan

# Blood cells, 205 training and 87 validation pictures, 4 epochs at 320 px, YOLO26n (6.1 GFLOPs):
# 86 s in all with bf16 and channels_last, that is 66 s for 1,440 units (FACTS: measured).
CPU_SECONDS_PER_UNIT = 0.046
# Plain Ultralytics does the same work in full precision: 147 s for the same run, 127 without the
# overhead. On a graphics card both compute alike.
REFERENCE_ON_CPU = 127 / 66
SAVED_BY_FREEZING = 0.5
CHECK_SHARE = 0.35  # validation goes forward only
# The worker's start and the last check: 20 s, and by computer and what else it does from 4 to 30.
OVERHEAD_S, OVERHEAD_RANGE_S = 20.0, (4.0, 30.0)
FROM_A_RULE, FROM_RUNS = (0.5, 2.0), (0.75, 1.35)  # the range told, as factors


@dataclass(frozen=True, slots=True)
class Work:
    """What decides the work of a run beside the plan.

    Attributes:
        train: Training pictures.
        val: Validation pictures.
        gflops: Of the network at 640 px.
        layers: Of the network; 0 when not known.
    """

    train: int
    val: int
    gflops: float
    layers: int = 0


@dataclass(frozen=True, slots=True)
class PastRun:
    """A finished run on the same device: its work in units and the seconds it took."""

    units: float
    seconds: float


@dataclass(frozen=True, slots=True)
class Forecast:
    """How long it will take.

    Attributes:
        seconds: Most likely.
        low: It will hardly be less.
        high: It will hardly be more.
        source: Where the figure comes from, for the person.
    """

    seconds: float
    low: float
    high: float
    source: str


def units(plan: TrainingPlan, work: Work) -> float:
    """The work of a run; early stopping is not counted on.

    A run by the reference trainer counts as more of it, so that runs by either can be compared.
    """
    learning = 1.0
    if work.layers:
        learning -= SAVED_BY_FREEZING * min(plan.frozen_layers / work.layers, 1.0)
    pictures = work.train * learning + work.val * CHECK_SHARE
    is_reference = plan.trainer == "reference" and plan.device == "cpu"
    share = REFERENCE_ON_CPU if is_reference else 1.0
    return share * plan.epochs * pictures * work.gflops * (plan.image_size_px / 640) ** 2


def forecast(plan: TrainingPlan, work: Work, past: Sequence[PastRun]) -> Forecast | None:
    """How long the run will take on its device.

    Args:
        plan: The plan; its device must be decided.
        work: The data and the network.
        past: Finished runs on this device.

    Returns:
        None when nothing is known: no run yet on this graphics card, or an unknown network.
    """
    amount = units(plan, work)
    known = [run for run in past if run.units > 0 and run.seconds > OVERHEAD_S]
    if amount <= 0:
        return None
    if known:
        cost = median((run.seconds - OVERHEAD_S) / run.units for run in known)
        (low, high), source = FROM_RUNS, _from_runs(len(known))
    elif plan.device == "cpu":
        cost, (low, high) = CPU_SECONDS_PER_UNIT, FROM_A_RULE
        source = "a measurement on two processor cores; your computer may differ"
    else:
        return None
    seconds, (soonest, latest) = amount * cost, OVERHEAD_RANGE_S
    return Forecast(seconds + OVERHEAD_S, seconds * low + soonest, seconds * high + latest, source)


def _from_runs(number: int) -> str:
    return "the last run on this computer" if number == 1 else f"{number} runs on this computer"
