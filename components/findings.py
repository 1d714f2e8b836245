"""Findings: what a check has to say. One shape for data health, plan advice and results."""

from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias


class Severity(StrEnum):
    """How much a finding matters."""

    STOP = "stop"  # training would fail or be meaningless
    WARN = "warn"  # training works, the result may disappoint
    NOTE = "note"  # good to know


Changes: TypeAlias = tuple[tuple[str, float | int | str | bool], ...]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing a check noticed.

    Attributes:
        severity: How much it matters.
        title: The fact, with its number ("12 pictures have no label file").
        fix: What to do about it, starting with a verb.
        where: Names of the pictures or settings concerned; may be empty.
        source: What the advice rests on: a measurement, a document, or "rule of thumb".
        apply: Settings that one click would change, as plan field to value; may be empty.
        also: What further clicks would do instead, each like `apply`.
        kind: Few words for the pictures concerned ("outlines that cross"), under which a data set
            shows just these; "" when it is not about pictures.
    """

    severity: Severity
    title: str
    fix: str
    where: tuple[str, ...] = ()
    source: str = ""
    apply: Changes = ()
    also: tuple[Changes, ...] = ()
    kind: str = ""


ORDER = {Severity.STOP: 0, Severity.WARN: 1, Severity.NOTE: 2}


def most_serious_first(findings: list[Finding]) -> list[Finding]:
    """The findings, most serious first; equals keep their order."""
    return sorted(findings, key=lambda finding: ORDER[finding.severity])
