"""The other Ultralytics settings: typed, limited, explained; the rows stand in `expert.json`.

Every setting of Ultralytics' `default.yaml` is a knob, an augmentation, a row here, or left out
with a reason; a test holds the table to the installed Ultralytics.
"""

import json
import math
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from components.errors import PlanError
from components.planning.knobs import Kind

Scalar = float | int | str | bool | None


@dataclass(frozen=True, slots=True)
class ExpertSetting:
    """One setting of Ultralytics that is no knob.

    Attributes:
        name: Ultralytics' name.
        group: Heading it stands under.
        label: Plain words.
        kind: What its value is.
        default: What Tailor trains with; None leaves the choice to Ultralytics.
        low: Smallest allowed number.
        high: Largest allowed number.
        help: One plain sentence.
        choices: For `Kind.CHOICE`, value to words.
        tasks: Tasks it concerns; empty means all.
    """

    name: str
    group: str
    label: str
    kind: Kind
    default: Scalar
    low: float
    high: float
    help: str
    choices: tuple[tuple[Scalar, str], ...]
    tasks: tuple[str, ...]


@cache
def settings() -> dict[str, ExpertSetting]:
    """All rows, by name, in the order of the screen."""
    return {row["name"]: _setting(row) for row in _table()["rows"]}


def excluded() -> dict[str, str]:
    """Ultralytics' settings that a plan cannot hold, with the reason."""
    reasons: dict[str, str] = _table()["excluded"]
    return reasons


def for_task(task: str) -> list[ExpertSetting]:
    """The rows that concern a task."""
    return [row for row in settings().values() if not row.tasks or task in row.tasks]


def check(name: str, value: Any) -> None:
    """Hold a value against its row.

    Raises:
        PlanError: There is no such setting, or the value does not fit.
    """
    row = settings().get(name)
    if row is None:
        reason = excluded().get(name, "Ultralytics has no such training setting.")
        raise PlanError(
            f"The expert setting {name!r} cannot be set: {reason}", "Remove it from the plan."
        )
    if value is None and row.default is None:
        return
    match row.kind:
        case Kind.SWITCH:
            fits, wanted = isinstance(value, bool), "true or false"
        case Kind.CHOICE:
            allowed = [choice for choice, _ in row.choices]
            # `1 == True` in Python: compare the kinds as well
            fits = any(value == each and type(value) is type(each) for each in allowed)
            wanted = "one of " + ", ".join(map(str, allowed))
        case _:
            fits, wanted = _is_number(row, value), f"a number from {row.low:g} to {row.high:g}"
    if not fits:
        raise PlanError(f"{row.label} ({name}) is {value!r}.", f"Choose {wanted}.")


def arguments(changed: dict[str, Any]) -> dict[str, Scalar]:
    """What the trainer is given: every row's default, with the plan's changes on top."""
    return {name: changed.get(name, row.default) for name, row in settings().items()}


def _is_number(row: ExpertSetting, value: Any) -> bool:
    if not isinstance(value, int | float) or isinstance(value, bool) or not math.isfinite(value):
        return False
    is_whole = row.kind is not Kind.WHOLE or value == int(value)
    return is_whole and row.low <= value <= row.high


@cache
def _table() -> dict[str, Any]:
    table: dict[str, Any] = json.loads(
        Path(__file__).with_name("expert.json").read_text(encoding="utf-8")
    )
    return table


def _setting(row: dict[str, Any]) -> ExpertSetting:
    return ExpertSetting(
        name=row["name"], group=row["group"], label=row["label"], kind=Kind(row["kind"]),
        default=row["default"], low=row.get("low", 0.0), high=row.get("high", 0.0),
        help=row["help"], choices=tuple((value, words) for value, words in row.get("choices", ())),
        tasks=tuple(row.get("tasks", ())),
    )  # fmt: skip
