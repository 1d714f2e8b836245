"""The catalogue of base models: data, not code. A new family is rows in `bases.json`.

Parameters and GFLOPs (forward, one picture of 640 px, with the 80 or 1,000 classes they come
with) were counted from the models themselves; sizes and hashes stand there where they are known.
"""

import json
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

from components.models.offline import network
from components.planning.shipped import STARTERS, shipped
from components.workspace import Workspace

STARTER_HELP = (
    "Comes with Tailor and works without any network. It has only seen drawn shapes, never a "
    "photograph: far better than starting from nothing, not as good as Ultralytics' own weights "
    "where those can be had."
)
_HALF_PRECISION_BYTES = 2  # a number in the official files
_DESCRIPTION_BYTES = 400_000  # what is not numbers, about
ARCHITECTURES = (".yaml", ".yml")


class Availability(StrEnum):
    """Whether a base model can be used at once."""

    HERE = "here"
    SHIPPED = "shipped"  # came with Tailor
    FETCHABLE = "fetchable"
    GIVEN = "given"  # the user's own file
    SCRATCH = "scratch"  # an architecture; nothing to fetch
    MISSING = "missing"  # neither here nor in the catalogue


@dataclass(frozen=True, slots=True)
class Base:
    """One row of the catalogue.

    Attributes:
        family: "YOLO26" ...
        scale: n, s, m, l or x.
        task: Key of `TASKS`.
        key: File name of the weights, and their name in plans.
        parameters: Learnable numbers.
        gflops: Work for one picture of 640 px.
        size_bytes: Of the file; None when not known.
        sha256: Of the file; None when not known.
    """

    family: str
    scale: str
    task: str
    key: str
    parameters: int
    gflops: float
    size_bytes: int | None = None
    sha256: str | None = None

    @property
    def is_starter(self) -> bool:
        """Whether it comes with Tailor."""
        return self.key in STARTERS

    @property
    def label(self) -> str:
        """Family and size, as a person says it."""
        if self.is_starter:
            return f"Tailor's starter ({Path(self.key).stem})"
        return f"{self.family} {_scales()[self.scale][0]} ({Path(self.key).stem})"

    @property
    def help(self) -> str:
        """When to take it."""
        if self.is_starter:
            return STARTER_HELP
        millions = self.parameters / 1e6
        return f"{_scales()[self.scale][1]} {millions:.1f} million numbers."

    @property
    def yaml(self) -> str:
        """Its architecture, for learning from nothing."""
        if self.is_starter:
            return f"{STARTERS[self.key]}.yaml"
        return f"{Path(self.key).stem}.yaml"

    @property
    def about_bytes(self) -> int:
        """Size of the file, estimated where it is not known."""
        return self.size_bytes or self.parameters * _HALF_PRECISION_BYTES + _DESCRIPTION_BYTES


@dataclass(frozen=True, slots=True)
class BaseChoice:
    """One line of the choice on the screen.

    Attributes:
        key: What the plan's `base` becomes.
        label: What the line says.
        help: More about it.
        availability: Whether it can be used at once.
        base: The catalogue's row it belongs to; None for the user's own file.
    """

    key: str
    label: str
    help: str
    availability: Availability
    base: Base | None


@cache
def bases() -> dict[str, Base]:
    """The whole catalogue by key, in the order of the screen."""
    return {row["key"]: Base(**row) for row in _table()["models"]}


def for_task(task: str) -> list[Base]:
    """The rows for a task."""
    return [base for base in bases().values() if base.task == task]


def row_of(base: str) -> Base | None:
    """The catalogue's row behind weights or an architecture; None for the user's own file."""
    if base.endswith(ARCHITECTURES):
        return next((row for row in bases().values() if row.yaml == Path(base).name), None)
    return bases().get(f"{Path(base).stem}.pt")


def available(workspace: Workspace, base: str) -> Availability:
    """Whether a plan's base can be used at once."""
    if base.endswith(ARCHITECTURES):
        return Availability.SCRATCH if row_of(base) else Availability.MISSING
    if base in STARTERS:
        return Availability.SHIPPED if shipped(base) else Availability.MISSING
    is_here = (workspace.models / Path(base).name).is_file()
    if base in bases():
        return Availability.HERE if is_here else Availability.FETCHABLE
    return Availability.GIVEN if is_here else Availability.MISSING


def choices(workspace: Workspace, task: str) -> list[BaseChoice]:
    """Everything a plan for the task can start from: own files, catalogue, architectures."""
    from components.models.weights import adopt, given, note_of

    adopt(workspace)
    own = [
        BaseChoice(name, f"{Path(name).stem} (your file)",
                   str(note.get("came_from", "")), Availability.GIVEN, None)
        for name in given(workspace)
        if (note := note_of(workspace, name)) and note.get("task", task) == task
    ]  # fmt: skip
    trained = [
        BaseChoice(base.key, base.label, base.help, available(workspace, base.key), base)
        for base in in_order(workspace, task)
    ]
    scratch = [
        BaseChoice(base.yaml, f"{base.label}, from nothing",
                   "Starts without knowledge: needs thousands of pictures and much time.",
                   Availability.SCRATCH, base)
        for base in for_task(task)
        if not base.is_starter
    ]  # fmt: skip
    return own + trained + scratch


def in_order(workspace: Workspace, task: str) -> list[Base]:
    """The trained models for a task as they are offered: what can be had at once comes first.

    With a network that is the smallest official model, and the starter second; without one the
    starter, unless official weights are here already.
    """
    rows = for_task(task)
    starter = [row for row in rows if row.is_starter and shipped(row.key)]
    official = [row for row in rows if not row.is_starter]
    here = [row for row in official if available(workspace, row.key) is Availability.HERE]
    ahead = 0 if network(workspace).is_offline and not here else 1
    return official[:ahead] + starter + official[ahead:]


def ready_base(workspace: Workspace, task: str) -> str:
    """A trained model for the task that can be used at once, the best of them.

    The first official model that is here, else the starter; where neither is, the first of the
    list, which has to be fetched.
    """
    rows = in_order(workspace, task)
    at_once = (Availability.HERE, Availability.SHIPPED)
    ready = [row for row in rows if available(workspace, row.key) in at_once]
    ready.sort(key=lambda row: row.is_starter)
    return (ready or rows)[0].key


def task_of(workspace: Workspace, base: str) -> str:
    """The task that a base model is for; "" when that is not known."""
    from components.models.weights import note_of

    row = row_of(base)
    return row.task if row else str(note_of(workspace, base).get("task", ""))


def counterpart(workspace: Workspace, base: str, task: str) -> str:
    """The model of the same family and size for another task, else the first on offer."""
    row, rows = row_of(base), in_order(workspace, task)
    alike = [
        each
        for each in rows
        if row and (each.family, each.scale) == (row.family, row.scale) and not each.is_starter
    ]
    chosen = (alike or rows)[0]
    return chosen.yaml if base.endswith(ARCHITECTURES) else chosen.key


def _scales() -> dict[str, tuple[str, str]]:
    scales: dict[str, tuple[str, str]] = _table()["scales"]
    return scales


@cache
def _table() -> dict[str, Any]:
    table: dict[str, Any] = json.loads(
        Path(__file__).with_name("bases.json").read_text(encoding="utf-8")
    )
    return table
