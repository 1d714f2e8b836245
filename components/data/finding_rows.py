"""Findings about pictures: which ones meet a condition, and a sentence with their number."""

import sqlite3
from typing import TypeAlias

from components.data.wording import some
from components.findings import Finding, Severity

MOST_NAMES = 200
Apply: TypeAlias = tuple[tuple[str, float | int | str | bool], ...]


def names_where(db: sqlite3.Connection, condition: str, join: str = "") -> list[str]:
    """Names of the pictures that are not put aside and meet the condition."""
    query = f"SELECT name FROM pictures {join} WHERE ({condition}) AND state != 'ignored' ORDER BY "
    return [name for (name,) in db.execute(query + "pictures.id")]


def told(
    names: list[str], severity: Severity, title: str, one: str, many: str, fix: str, source: str,
    apply: str = "",
) -> list[Finding]:  # fmt: skip
    """A finding about pictures; nothing when there are none.

    Args:
        names: Of the pictures.
        severity: How much it matters.
        title: With {} for the number, a blank, and `one` or `many`.
        one: Noun and verb for one picture.
        many: Noun and verb for several.
        fix: What to do about it, starting with a verb.
        source: What it rests on.
        apply: Name of the fix (`fixes.FIXES`) that a click does; "" when there is none.
    """
    if not names:
        return []
    return [
        Finding(
            severity, title.format(some(len(names), one, many)), fix, tuple(names[:MOST_NAMES]),
            source, (("fix", apply),) if apply else (),
        )
    ]  # fmt: skip
