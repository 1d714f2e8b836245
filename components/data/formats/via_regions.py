"""One region of VIA: its shape as a label, and what its attributes say."""

import math
from collections.abc import Mapping
from typing import Any

from components.data.formats.description import RawLabel
from components.data.formats.drawn import number_of, numbers_of
from components.data.formats.shapes import ellipse, outlined

Attributes = tuple[tuple[str, str], ...]


def attributes_of(given: Any) -> Attributes:
    """Attributes that say something, as texts."""
    if isinstance(given, str):  # files of other tools give the class at once
        return (("class", given.strip()),) if given.strip() else ()
    if not isinstance(given, dict):
        return ()
    pairs = ((str(name), _word(value)) for name, value in given.items())
    return tuple((name, word) for name, word in pairs if word)


def _word(value: Any) -> str:
    """An attribute's value: a text, a number, or check boxes that are ticked."""
    if isinstance(value, dict):
        return ", ".join(str(name) for name, is_set in value.items() if is_set)[:200]
    if isinstance(value, str | int | float) and not isinstance(value, bool):
        return str(value).strip()
    return ""


def options_of(given: Any, kind: str) -> dict[str, dict[str, str]]:
    """What the numbered answers of attributes mean, by `_via_attributes`.

    Args:
        given: The mapping.
        kind: Of what attributes: "region" or "file".
    """
    made: dict[str, dict[str, str]] = {}
    kept = given.get(kind) if isinstance(given, dict) else None
    for name, facts in kept.items() if isinstance(kept, dict) else ():
        options = facts.get("options") if isinstance(facts, dict) else None
        if isinstance(options, dict):
            made[str(name)] = {
                str(key): words.strip() for key, words in options.items()
                if isinstance(words, str) and words.strip()
            }  # fmt: skip
    return made


def in_words(said: str, options: Mapping[str, str]) -> str:
    """An answer as its words, where it is no more than numbers that stand for them."""
    keys = said.split(", ")
    if all(key.isdecimal() and key in options for key in keys):
        return ", ".join(options[key] for key in keys)[:200]
    return said


def is_open_line(shape: Mapping[str, Any]) -> bool:
    """Whether a region is a line that does not come back to where it began."""
    ends = [(line[0], line[-1]) for key in ("all_points_x", "all_points_y")
            if isinstance(line := shape.get(key), list) and line]  # fmt: skip
    return shape.get("name") == "polyline" and any(first != last for first, last in ends)


def shape_of(shape: dict[str, Any]) -> RawLabel | None:
    """A region's shape as a label without class; None when it is no outline of a thing."""
    kind = shape.get("name")
    if kind in ("polygon", "polyline") or "all_points_x" in shape:
        xs = numbers_of(shape.get("all_points_x"), 3)
        ys = numbers_of(shape.get("all_points_y"), 3)
        if xs is None or ys is None or len(xs) != len(ys):
            return None
        return outlined("", list(zip(xs, ys, strict=True)))
    if kind in ("circle", "ellipse"):
        keys = ("cx", "cy", "r", "r") if kind == "circle" else ("cx", "cy", "rx", "ry")
        x, y, rx, ry = (number_of(shape.get(key)) for key in keys)
        angle = math.degrees(number_of(shape.get("theta", 0)))
        return None if _lacks(x, y, rx, ry, angle) else ellipse("", (x, y), (rx, ry), angle)
    left, top, width, height = (number_of(shape.get(key)) for key in ("x", "y", "width", "height"))
    if kind not in ("rect", None) or _lacks(left, top, width, height):
        return None
    return RawLabel("", (left, top, left + width, top + height))


def _lacks(*numbers: float) -> bool:
    return not all(map(math.isfinite, numbers))
