"""One COCO JSON, read into little memory: what it says about pictures, not yet judged.

Source: the COCO data format; deviations as Roboflow, Label Studio, CVAT and Datumaro write them.
"""

import math
import re
from array import array
from dataclasses import dataclass, field
from typing import Any

from components.data.formats.json_stream import elements
from components.data.keypoints import KeypointScheme, of_coco
from components.data.names import split_of_word
from components.data.records import Split
from components.data.unpack import Entry

_LISTS = {"images", "annotations", "categories"}


@dataclass(slots=True)
class CocoImage:
    """An entry of `images`."""

    key: str
    reference: str
    size: tuple[float, float] | None


@dataclass(frozen=True, slots=True)
class Runs:
    """A mask as the lengths of its runs, compressed as text or not; sizes in pixels."""

    counts: "str | array[float]"
    width: float
    height: float


@dataclass(slots=True)
class CocoThing:
    """An entry of `annotations`; polygons and keypoints lie in arrays, 8 bytes a number."""

    category: str
    box: tuple[float, ...] | None
    polygons: tuple["array[float]", ...] = ()
    keypoints: "array[float] | None" = None
    mask: Runs | None = None
    is_crowd: bool = False

    def says_where(self) -> bool:
        """Whether it has a place, in any of the ways."""
        return bool(self.box or self.polygons or self.mask) or self.keypoints is not None


@dataclass(slots=True)
class CocoFile:
    """What one JSON holds.

    Attributes:
        name: The file, as the user knows it.
        images: In the order of the file.
        things: Image key to annotations.
        categories: Category key to name, in the order of the ids.
        supers: Names that other categories give as their super-category.
        broken: Rows that were no mappings or had no key.
        is_nameless: Whether no category says what its number means.
        points: What categories say of the points of their things.
    """

    name: str
    images: list[CocoImage] = field(default_factory=list)
    things: dict[str, list[CocoThing]] = field(default_factory=dict)
    categories: dict[str, str] = field(default_factory=dict)
    supers: set[str] = field(default_factory=set)
    broken: int = 0
    is_nameless: bool = False
    points: list[KeypointScheme] = field(default_factory=list)
    is_all_crowd: bool = False  # nearly everything is marked so: then the tool marks masks so

    @property
    def folder(self) -> str:
        """The JSON's folder."""
        return self.name.rpartition("/")[0]

    @property
    def split(self) -> Split | None:
        """The part that the JSON's own name stands for, as in instances_train2017.json."""
        stem = self.name.rpartition("/")[2].lower().removesuffix(".json")
        return split_of_word(re.sub(r"\.coco$|_annotations$|-annotations$", "", stem))

    def boxes(self) -> int:
        """Annotations that say where something is."""
        return sum(1 for things in self.things.values() for thing in things if thing.says_where())


def read_file(entry: Entry) -> CocoFile | None:
    """A JSON's pictures and things, or None when it is no COCO.

    Raises:
        LabelError: It begins like COCO and is broken off.
    """
    coco = CocoFile(entry.name)
    seen: set[str] = set()
    for key, value in elements(entry.path, entry.name):
        if key not in _LISTS:
            if key == "" or (not seen and key in _FOREIGN):
                return None
            continue
        if value is None or isinstance(value, dict):
            seen.add(key)
        if isinstance(value, dict):
            _take(coco, key, value)
    if "images" not in seen or not coco.images:
        return None
    total = sum(map(len, coco.things.values()))
    crowds = sum(thing.is_crowd for things in coco.things.values() for thing in things)
    coco.is_all_crowd = crowds > 0.9 * total
    if not coco.categories:
        used = {thing.category for things in coco.things.values() for thing in things}
        coco.categories, coco.is_nameless = {key: f"class {key}" for key in used}, bool(used)
    coco.categories = dict(sorted(coco.categories.items(), key=lambda pair: _order(pair[0])))
    return coco


# Keys that stand at the head of other formats; no need to read on.
_FOREIGN = {"shapes", "imagePath", "_via_settings", "_via_img_metadata", "items", "objects"}


def _order(key: str) -> tuple[int, float, str]:
    try:
        return 0, float(key), ""
    except ValueError:
        return 1, 0.0, key


def _take(coco: CocoFile, key: str, row: dict[str, Any]) -> None:
    match key:
        case "images":
            _take_image(coco, row)
        case "annotations":
            _take_thing(coco, row)
        case _:
            if "id" in row:
                coco.categories[_key(row["id"])] = str(row.get("name", f"class {row['id']}"))
                if isinstance(row.get("supercategory"), str):
                    coco.supers.add(row["supercategory"])
                if (made := of_coco(row)) is not None:
                    coco.points.append(made)


def _key(value: Any) -> str:
    """An id as a key: files write 7, "7" and 7.0 for the same one."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return str(value)


def _take_image(coco: CocoFile, row: dict[str, Any]) -> None:
    reference = next(
        (row[k] for k in ("file_name", "filename", "path", "name", "coco_url") if k in row), None
    )
    if "id" not in row or not isinstance(reference, str):
        coco.broken += 1
        return
    width, height = _number(row.get("width")), _number(row.get("height"))
    size = (width, height) if width > 0 and height > 0 else None
    coco.images.append(CocoImage(_key(row["id"]), reference, size))


def _number(value: Any) -> float:
    """A finite number, or -1."""
    try:
        number = float(value)
    except (TypeError, ValueError, OverflowError):
        return -1.0
    return number if math.isfinite(number) else -1.0


def _take_thing(coco: CocoFile, row: dict[str, Any]) -> None:
    if "image_id" not in row:
        coco.broken += 1
        return
    segmentation = row.get("segmentation")
    polygons: tuple[array[float], ...] = ()
    if isinstance(segmentation, list):
        flat = [segmentation] if _is_flat(segmentation) else segmentation
        polygons = tuple(made for ring in flat if (made := _array(ring, 6, 2)) is not None)
    things = coco.things.setdefault(_key(row["image_id"]), [])
    things.append(
        CocoThing(
            category=_key(row.get("category_id")),
            box=_box(row.get("bbox")),
            polygons=polygons,
            keypoints=_array(row.get("keypoints"), 3, 3),
            mask=_runs(segmentation) if isinstance(segmentation, dict) else None,
            is_crowd=row.get("iscrowd") in (1, True, "1"),
        )
    )


def _runs(segmentation: dict[str, Any]) -> Runs | None:
    size, counts = segmentation.get("size"), segmentation.get("counts")
    kept = counts if isinstance(counts, str) else _array(counts, 1, 1)
    if kept is None or not isinstance(size, list) or len(size) != 2:
        return None
    return Runs(kept, _number(size[1]), _number(size[0]))


def _is_flat(values: list[Any]) -> bool:
    return bool(values) and isinstance(values[0], int | float)


def _array(values: Any, least: int, group: int) -> "array[float] | None":
    if not isinstance(values, list) or len(values) < least or len(values) % group:
        return None
    try:
        return array("d", values)
    except (TypeError, ValueError, OverflowError):
        return None


def _box(values: Any) -> tuple[float, ...] | None:
    """`bbox` as left, top, width, height; empty when there is one that cannot be read."""
    if values is None or values == []:
        return None
    if not isinstance(values, list) or len(values) < 4:
        return ()
    try:
        return tuple(float(value) for value in values[:4])
    except (TypeError, ValueError, OverflowError):
        return ()
