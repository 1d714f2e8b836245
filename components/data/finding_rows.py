"""Findings about pictures: which ones meet a condition, and a sentence with their number."""

import sqlite3

from components.data.wording import some
from components.findings import Changes, Finding, Severity

BRING_IN: Changes = (("go", "bring-in"),)  # opens the page where pictures and labels come in
MIRROR_OFF: Changes = (("matters", "left_right"),)  # answers a question of the Augment page
EDIT_CLASSES: Changes = (("edit", "classes"),)  # opens the list of classes: rename, merge, strike


def mend_by(name: str, **more: str) -> Changes:
    """What a button does: the fix of this name (`fixes.FIXES`), told these things."""
    return ("fix", name), *more.items()


def names_where(db: sqlite3.Connection, condition: str, join: str = "") -> list[str]:
    """Names of the pictures that are not put aside and meet the condition."""
    query = f"SELECT name FROM pictures {join} WHERE ({condition}) AND state != 'ignored' ORDER BY "
    return [name for (name,) in db.execute(query + "pictures.id")]


def told(
    names: list[str], severity: Severity, title: str, one: str, many: str, fix: str, source: str,
    apply: str = "", *, kind: str, also: tuple[Changes, ...] = (),
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
        apply: Name of the fix (`fixes.FIXES`) that a click does; "" when looking is all there is.
        kind: Few words for these pictures, under which the gallery shows them.
        also: What other buttons do.
    """
    if not names:
        return []
    return [
        Finding(
            severity, title.format(some(len(names), one, many)), fix, tuple(names), source,
            (("fix", apply),) if apply else (), also, kind,
        )
    ]  # fmt: skip
