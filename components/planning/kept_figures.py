"""Figures of a try, read as they were written: the same for dry runs and range tests."""

import json
from collections.abc import Callable
from dataclasses import fields
from typing import Any, TypeVar

_Kind = TypeVar("_Kind")


def figures(
    kind: type[_Kind], text: str, convert: Callable[[dict[str, Any]], dict[str, Any]]
) -> _Kind:
    """What was written of a dataclass.

    Args:
        kind: The dataclass.
        text: JSON of its fields.
        convert: Gives the fields that JSON knows no kind for, such as tuples.

    Raises:
        ValueError: It is no such text, or an older Tailor's.
    """
    facts = json.loads(text)
    known = {each.name for each in fields(kind)}  # type: ignore[arg-type]
    if not isinstance(facts, dict) or not known >= set(facts):
        raise ValueError(f"not the text of a {kind.__name__}")
    try:
        return kind(**{**facts, **convert(facts)})
    except (KeyError, TypeError) as error:
        raise ValueError(f"a {kind.__name__} lacks a figure") from error
