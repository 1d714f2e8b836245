"""One region of Label Studio: percent of the picture, turned about its own left top corner.

Source: Label Studio's JSON format; both of its forms hold the same `value` mappings.
"""

from collections.abc import Mapping
from typing import Any

from components.data.formats.description import RawLabel
from components.data.formats.drawn import mask_of_text, number_of
from components.data.formats.label_studio_curves import outline_of
from components.data.formats.outlines import label_of_mask
from components.data.formats.run_lengths import brush_label, size_checked
from components.data.formats.shapes import ellipse, outlined, turned
from components.data.records import Corners

_MOST_BRUSH = 20_000_000  # bytes of one stroke
_LINED = ("points", "vertices", "rle", "imageDataURL")
_AREAS = {"height", "radiusX", *_LINED}
Value = Mapping[str, Any]


def names_in(value: Value) -> list[str]:
    """The classes that a value gives: `rectanglelabels`, `labels` and so on."""
    for key, given in value.items():
        if key.endswith("labels") and isinstance(given, list):
            return [name for name in given if isinstance(name, str) and name.strip()]
    return []


def is_point(value: Value) -> bool:
    """Whether the value is a keypoint: a place without height."""
    return "x" in value and "y" in value and not value.keys() & _AREAS


def is_drawn(value: Value) -> bool:
    """Whether the value says where something is."""
    return bool(value.keys() & {"x", *_LINED})


def size_of(item: Value) -> tuple[float, float]:
    """Width and height of the picture in pixels; 100 by 100, the percent, when it says nothing."""
    width = number_of(item.get("original_width"))
    height = number_of(item.get("original_height"))
    return (width, height) if width >= 1 and height >= 1 else (100.0, 100.0)


def place(value: Value) -> tuple[float, float]:
    """Where a keypoint lies, in fractions."""
    return number_of(value["x"]) / 100, number_of(value["y"]) / 100


def label_of(value: Value, name: str, size: tuple[float, float]) -> RawLabel | None:
    """The label that a region draws, in fractions; None when it is blank.

    Raises:
        LabelError: A brush stroke cannot be read.
        ValueError: It is drawn in a way that nobody here knows.
    """
    if "rle" in value:
        made = _brush(value, name, size)
    elif "imageDataURL" in value:
        made = _bitmask(value, name, size)
    elif "points" in value or "vertices" in value:
        scale = size[0] / 100, size[1] / 100
        points = outline_of(value.get("points", value.get("vertices")), scale)
        if len(points) < 3 or value.get("closed") is False:
            raise ValueError("no outline")
        made = outlined(name, points)
    else:
        made = _measured(value, name, size)
    return made and _in_fractions(made, size)


def _brush(value: Value, name: str, size: tuple[float, float]) -> RawLabel | None:
    given = value["rle"]
    if not isinstance(given, list) or not 0 < len(given) <= _MOST_BRUSH:
        raise ValueError("no brush stroke")
    width, height = size_checked(*size)
    return brush_label(name, bytes(given), width, height)


def _bitmask(value: Value, name: str, size: tuple[float, float]) -> RawLabel | None:
    """A mask as a PNG of the whole picture, black where it is painted and clear elsewhere."""
    mask = mask_of_text(str(value["imageDataURL"]).rpartition(",")[2], is_packed=False)
    made = label_of_mask(name, mask)
    if made is None or mask.shape[::-1] == size:
        return made
    across, down = size[0] / mask.shape[1], size[1] / mask.shape[0]
    left, top, right, bottom = made.box
    return RawLabel(
        name, (left * across, top * down, right * across, bottom * down), made.shape,
        tuple((x * across, y * down) for x, y in made.points),
    )  # fmt: skip


def _measured(value: Value, name: str, size: tuple[float, float]) -> RawLabel:
    """A rectangle or an ellipse; sums are done in pixels, where a right angle is one."""
    across, down = size[0] / 100, size[1] / 100
    corner = number_of(value.get("x")) * across, number_of(value.get("y")) * down
    degrees = number_of(value.get("rotation") or 0)
    if "radiusX" in value:
        radii = number_of(value["radiusX"]) * across, number_of(value.get("radiusY")) * down
        return ellipse(name, corner, radii, degrees)
    if "width" not in value or "height" not in value:
        raise ValueError("no known shape")
    sides = number_of(value["width"]) * across, number_of(value["height"]) * down
    return turned(name, corner, sides, degrees, corner)


def _in_fractions(label: RawLabel, size: tuple[float, float]) -> RawLabel:
    width, height = size
    left, top, right, bottom = label.box
    box: Corners = (left / width, top / height, right / width, bottom / height)
    points = tuple((x / width, y / height) for x, y in label.points)
    return RawLabel(label.class_name, box, label.shape, points)
