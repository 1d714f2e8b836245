"""One `<object>` of Pascal VOC as a label: a box, an outline beside it, or a turned box."""

import math
from typing import Any

from components.data.formats.drawn import number_of, with_point
from components.data.formats.shapes import four_corners
from components.data.records import Corners

Said = tuple[str, Corners, str, tuple[tuple[float, ...], ...]]  # the fields of a `RawLabel`
HAS_MORE = "has a second name or box"
HAS_PARTS = "has parts of its own"
_DEGREES_FROM = 2 * math.pi + 0.01  # an angle that is larger is in degrees


def label_of(thing: Any) -> tuple[Said | None, str]:
    """The label of an `<object>`, or what is wrong with it; beside a label, what is left out."""
    parts: dict[str, Any] = {}
    has_more = False
    for part in thing:
        if parts.setdefault(part.tag, part) is not part:  # of two of a kind, the first counts
            has_more = has_more or part.tag in ("name", "bndbox")
    name = tidy(parts["name"].text) if "name" in parts else ""
    if not name:
        return None, "has no name"
    if "robndbox" in parts or "bndbox" not in parts:
        return _turned(name, parts["robndbox"]) if "robndbox" in parts else (None, "has no box")
    try:
        left, top, right, bottom = _sides(parts["bndbox"])
    except (KeyError, TypeError, ValueError):
        return None, "has a box without four numbers"
    # Not a number; written out, for it is asked of every box.
    if left != left or top != top or right != right or bottom != bottom:
        return None, "has a box without four numbers"
    if "attributes" in parts and (degrees := _degrees(parts["attributes"])) % 360:
        return _four(name, (left, top, right, bottom), degrees), ""
    shape, points = _outline(parts["polygon"]) if "polygon" in parts else ("box", ())
    more = HAS_MORE if has_more else HAS_PARTS if "part" in parts else ""
    return (name, (left, top, right, bottom), shape, points), more


def _sides(place: Any) -> Corners:
    if len(place) == 4:
        a, b, c, d = place
        if a.tag == "xmin" and b.tag == "ymin" and c.tag == "xmax" and d.tag == "ymax":
            try:
                return float(a.text), float(b.text), float(c.text), float(d.text)
            except ValueError:  # none, or with decimal commas
                pass
    texts = {side.tag: side.text for side in reversed(place)}
    left, top, right, bottom = (texts[key] or "" for key in ("xmin", "ymin", "xmax", "ymax"))
    are_commas = all("," in side for side in (left, top, right, bottom))  # no thousands all through
    read = with_point if are_commas else number_of
    return read(left), read(top), read(right), read(bottom)


def _outline(polygon: Any) -> tuple[str, tuple[tuple[float, ...], ...]]:
    """The polygon that Roboflow writes beside a box: `<x1>`, `<y1>`, `<x2>` and so on."""
    points: list[tuple[float, ...]] = []
    while polygon is not None:
        n = len(points) + 1
        x, y = number_of(polygon.findtext(f"x{n}")), number_of(polygon.findtext(f"y{n}"))
        if math.isnan(x) or math.isnan(y):
            break
        points.append((x, y))
    return ("polygon", tuple(points)) if len(points) >= 3 else ("box", ())


def _turned(name: str, place: Any) -> tuple[Said | None, str]:
    """A turned box as roLabelImg writes it: centre, size, angle clockwise, mostly in radians."""
    values = [number_of(place.findtext(key)) for key in ("cx", "cy", "w", "h", "angle")]
    if not all(math.isfinite(value) for value in values):
        return None, "has a turned box without five numbers"
    x, y, w, h, angle = values
    degrees = angle if abs(angle) > _DEGREES_FROM else math.degrees(angle)
    box = x - w / 2, y - h / 2, x + w / 2, y + h / 2
    return _four(name, box, degrees), ""


def _four(name: str, box: Corners, degrees: float) -> Said:
    made = four_corners(name, box, degrees)
    return made.class_name, made.box, made.shape, made.points


def _degrees(attributes: Any) -> float:
    """How far CVAT says that a box was turned after it was drawn; 0 when it says nothing."""
    for each in attributes.iterfind("attribute"):
        if tidy(each.findtext("name")) == "rotation":
            said = number_of(each.findtext("value"))
            return said if math.isfinite(said) else 0.0
    return 0.0


def tidy(text: str | None) -> str:
    """An element's text without the blanks and line ends around it."""
    return (text or "").strip()
