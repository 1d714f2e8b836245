"""The traffic light: whether a model can learn from the data set as it is."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from components.findings import Finding, Severity


class Light(StrEnum):
    """The colours of the light."""

    RED = "red"  # training would fail or be meaningless
    YELLOW = "yellow"  # a model can learn, and something deserves a look
    GREEN = "green"


@dataclass(frozen=True, slots=True)
class Readiness:
    """What the light says.

    Attributes:
        light: Its colour.
        missing: What must be mended first, one sentence each; empty unless red.
        doubts: How many findings deserve a look.
    """

    light: Light
    missing: tuple[str, ...] = ()
    doubts: int = 0


def readiness(findings: Sequence[Finding]) -> Readiness:
    """The light over all that the checks said."""
    missing = tuple(each.title for each in findings if each.severity is Severity.STOP)
    doubts = sum(each.severity is Severity.WARN for each in findings)
    light = Light.RED if missing else Light.YELLOW if doubts else Light.GREEN
    return Readiness(light, missing, doubts)
