"""A TrainingPlan: everything that decides what a run will do, and nothing else.

Whoever has the plan and the data set can repeat the run. It is frozen, and JSON, because it is
written once, into the run's folder, before the worker starts.
"""

import json
import math
import re
from dataclasses import asdict, dataclass, field, fields, replace
from typing import Any

from components.errors import PlanError
from components.planning import expert
from components.planning.knobs import KNOBS, Kind, Knob, Value
from components.tasks import TASKS

# "cuda:1", "cuda:0,1", "cpu", "mps", "auto"
_DEVICE = re.compile(r"auto|cpu|mps|cuda(:\d{1,2}(,\d{1,2})*)?")


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingPlan:
    """What to train, on what, and how. The knobs among the fields are described in `KNOBS`.

    Attributes:
        dataset: The data set's slug.
        version: Hash of the frozen data set; "" until the run is made.
        task: Key of `TASKS`.
        name: Title of the run.
        base: Catalogue key ("yolo26n.pt"), a file name in the workspace's models, or an
            architecture ("yolo26n.yaml") to learn from nothing.
        recipe: `Recipe.to_dict()` of the augment room; {} is that room's default.
        expert: Other Ultralytics settings, only those that differ from Tailor's default.

    Raises:
        PlanError: A value lies outside its limits or is of the wrong kind.
    """

    dataset: str
    base: str = "yolo26n.pt"
    version: str = ""
    task: str = "detect"
    name: str = ""
    frozen_layers: int = int(KNOBS["frozen_layers"].default)
    optimizer: str = str(KNOBS["optimizer"].default)
    learning_rate: float = float(KNOBS["learning_rate"].default)
    final_rate_share: float = float(KNOBS["final_rate_share"].default)
    cosine: bool = bool(KNOBS["cosine"].default)
    warmup_epochs: float = float(KNOBS["warmup_epochs"].default)
    epochs: int = int(KNOBS["epochs"].default)
    image_size_px: int = int(KNOBS["image_size_px"].default)
    batch: int = int(KNOBS["batch"].default)
    device: str = str(KNOBS["device"].default)
    patience: int = int(KNOBS["patience"].default)
    seed: int = int(KNOBS["seed"].default)
    close_mosaic: int = int(KNOBS["close_mosaic"].default)
    trainer: str = str(KNOBS["trainer"].default)
    recipe: dict[str, Any] = field(default_factory=dict)
    expert: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.task not in TASKS:
            raise PlanError(
                f"The task is {self.task!r}, which Tailor does not know.",
                f"Choose one of {', '.join(TASKS)}.",
            )
        if not self.base:
            raise PlanError("No base model is chosen.", "Choose a base model.")
        for knob in KNOBS.values():
            object.__setattr__(self, knob.name, checked(knob, getattr(self, knob.name)))
        for name, value in self.expert.items():
            expert.check(name, value)

    @property
    def is_from_scratch(self) -> bool:
        """Whether the model starts from nothing instead of from trained weights."""
        return self.base.endswith((".yaml", ".yml"))

    def with_values(self, values: dict[str, Value]) -> "TrainingPlan":
        """The plan with some knobs turned.

        Raises:
            PlanError: A value does not fit.
        """
        return replace(self, **values)  # type: ignore[arg-type]

    def to_dict(self) -> dict[str, Any]:
        """The plan as plain values."""
        return asdict(self)

    def to_json(self) -> str:
        """The plan as the text of `plan.json`."""
        return json.dumps(asdict(self), indent=2, ensure_ascii=False)

    @classmethod
    def from_dict(cls, facts: dict[str, Any]) -> "TrainingPlan":
        """The plan that `to_dict` told; what only a newer Tailor knows is passed over.

        Raises:
            PlanError: A value does not fit, or the data set is missing.
        """
        known = {each.name for each in fields(cls)}
        try:
            return cls(**{name: value for name, value in facts.items() if name in known})
        except (TypeError, AttributeError) as error:
            raise PlanError(
                "The plan lacks the data set or has a value of the wrong kind.",
                "Make the plan again on the Plan page.",
            ) from error

    @classmethod
    def from_json(cls, text: str) -> "TrainingPlan":
        """The plan that `to_json` wrote.

        Raises:
            PlanError: It is not such a text.
        """
        try:
            facts = json.loads(text)
        except ValueError as error:
            raise PlanError(
                f"The plan file is not readable JSON ({error}).", "Make the plan again."
            ) from error
        if not isinstance(facts, dict):
            raise PlanError("The plan file holds no settings.", "Make the plan again.")
        return cls.from_dict(facts)


def checked(knob: Knob, value: Any) -> Value:
    """The value in the knob's own type.

    Raises:
        PlanError: It is of another kind or outside the limits.
    """
    match knob.kind:
        case Kind.SWITCH:
            return _switch(knob, value)
        case Kind.CHOICE:
            return _choice(knob, value)
        case Kind.DEVICE:
            return _device(knob, value)
    return _number(knob, value)


def _number(knob: Knob, value: Any) -> int | float:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if not is_number or not math.isfinite(value) or not knob.low <= value <= knob.high:
        raise PlanError(
            f"{knob.label} is {value!r}.",
            f"Choose a number from {knob.low:g} to {knob.high:g}.",
        )
    if knob.kind is Kind.NUMBER:
        return float(value)
    if value != int(value):
        raise PlanError(f"{knob.label} is {value!r}.", "Choose a whole number.")
    return int(value)


def _switch(knob: Knob, value: Any) -> bool:
    if not isinstance(value, bool):
        raise PlanError(f"{knob.label} is {value!r}.", "Choose on or off (true or false).")
    return value


def _choice(knob: Knob, value: Any) -> str:
    allowed = [key for key, _ in knob.choices]
    if value not in allowed:
        raise PlanError(f"{knob.label} is {value!r}.", f"Choose one of {', '.join(allowed)}.")
    return str(value)


def _device(knob: Knob, value: Any) -> str:
    if not isinstance(value, str) or not _DEVICE.fullmatch(value):
        raise PlanError(
            f"{knob.label} is {value!r}.", "Choose auto, cpu, mps or a card such as cuda:0."
        )
    return value
