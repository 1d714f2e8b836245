"""Reading a COCO JSON, of which there may be a gigabyte, into a `CocoFile`."""

import math
from array import array
from itertools import chain, pairwise
from typing import Any

from components.data.formats.coco_file import Box, CocoFile, Packed
from components.data.formats.json_stream import batches
from components.data.formats.shapes import turned
from components.data.keypoints import of_coco
from components.data.unpack import Entry

_KEYS = tuple(map(str, range(256)))  # of categories, which every annotation asks for
_NUMBERS_PER_LABEL = 24  # that many more numbers take the room of a plain label


def read_file(entry: Entry) -> CocoFile | None:
    """A JSON's pictures and things, or None when it is no COCO.

    Raises:
        LabelError: It begins like COCO and is broken off.
    """
    coco = CocoFile(entry.name)
    seen: set[str] = set()
    for key, values in batches(entry.path, entry.name):
        if key not in _TAKE:
            if key == "" or (not seen and key in _FOREIGN):
                return None
            continue
        rows = [row for row in values if isinstance(row, dict)]
        if rows or None in values:
            seen.add(key)
        _TAKE[key](coco, rows)
    if "images" not in seen or not len(coco.images):
        return None
    if not coco.categories:
        coco.categories = {key: f"class {key}" for key in coco.used}
        coco.is_nameless = bool(coco.used)
    coco.categories = dict(sorted(coco.categories.items(), key=lambda pair: _order(pair[0])))
    return coco


# Keys that stand at the head of other formats; no need to read on.
_FOREIGN = {"shapes", "imagePath", "_via_settings", "_via_img_metadata", "items", "objects"}


def _order(key: str) -> tuple[int, float, str]:
    try:
        return 0, float(key), ""
    except ValueError:
        return 1, 0.0, key


def _take_categories(coco: CocoFile, rows: list[dict[str, Any]]) -> None:
    for row in (row for row in rows if "id" in row):
        coco.categories[_key(row["id"])] = str(row.get("name", f"class {row['id']}"))
        if isinstance(row.get("supercategory"), str):
            coco.supers.add(row["supercategory"])
        if (made := of_coco(row)) is not None:
            coco.points.append(made)


def _key(value: Any) -> str:
    """An id as a key: files write 7, "7" and 7.0 for the same one."""
    if type(value) is int:
        return _KEYS[value] if 0 <= value < len(_KEYS) else str(value)
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return str(value)


def _take_images(coco: CocoFile, rows: list[dict[str, Any]]) -> None:
    for row in rows:
        _take_image(coco, row)


def _take_image(coco: CocoFile, row: dict[str, Any]) -> None:
    reference = row.get("file_name")
    if reference is None and "file_name" not in row:
        called = ("filename", "path", "name", "coco_url")
        reference = next((row[key] for key in called if key in row), None)
    if "id" not in row or not isinstance(reference, str):
        coco.broken += 1
        return
    width, height = row.get("width"), row.get("height")
    if type(width) is not int or type(height) is not int or width + height > _LARGEST:
        width, height = _number(width), _number(height)
    size = (width, height) if width > 0 and height > 0 else None
    number = coco.keys.number(_key(row["id"]))
    coco.images.add((number, reference, size))
    if row.get("annotated") is False:  # COCO Annotator's, where nobody has drawn anything
        coco.unlooked.add(number)


def _number(value: Any) -> float:
    """A finite number, or -1."""
    try:
        number = float(value)
    except (TypeError, ValueError, OverflowError):
        return -1.0
    return number if math.isfinite(number) else -1.0


def _take_things(coco: CocoFile, rows: list[dict[str, Any]]) -> None:
    """Annotations. There are ten times as many as images, so the plain ones are quickly done."""
    if _take_boxes(coco, rows):
        return
    last: Any = None
    values: list[Packed] = []
    weight = 0
    for row in rows:
        if "image_id" not in row:
            coco.broken += 1
            continue
        image = row["image_id"]
        if image != last or type(image) is not type(last):  # mostly many are of the same
            _put(coco, last, values, weight)
            last, values, weight = image, [], 0
        bbox = row.get("bbox")
        if bbox and row.get("isbbox") is True:  # COCO Annotator's box, with its corners as outline
            row = {**row, "segmentation": None}
        if "attributes" in row or (type(bbox) is list and len(bbox) == _TURNED):
            row = _unturned(row)
        shape = _shape(row) if "attributes" in row else ""
        category = _key(row.get("category_id"))
        coco.used.add(category)
        box = _box(row.get("bbox"))
        is_crowd = row.get("iscrowd", 0) in _YES
        weight += 1
        if not row.get("segmentation") and not row.get("keypoints"):
            coco.boxes += bool(box)
            values.append((category, box, (), None, None, is_crowd, shape))
        else:
            drawn, more = _drawn(row)
            weight += more
            coco.boxes += bool(box or drawn[0] or drawn[2]) or drawn[1] is not None
            values.append((category, box, *drawn, is_crowd, shape))
    _put(coco, last, values, weight)


def _take_boxes(coco: CocoFile, rows: list[dict[str, Any]]) -> bool:
    """Annotations that are all boxes and nothing else, column by column; False for others."""
    try:
        if any([row.get(key) for key in _MORE for row in rows]):  # noqa: C419 - a list is quicker
            return False
        images = [row["image_id"] for row in rows]
        kinds = [row["category_id"] for row in rows]
        boxes = [row["bbox"] for row in rows]
        if {*map(type, boxes)} != {list} or {*map(len, boxes)} != {4}:
            return False
        if {*map(type, images)} not in _IDS or {*map(type, kinds)} not in _IDS:
            return False
        sides = array("d", chain.from_iterable(boxes)).tobytes()
    except (KeyError, TypeError, OverflowError):
        return False
    keys = {kind: _key(kind) for kind in set(kinds)}
    coco.used.update(keys.values())
    coco.boxes += len(rows)
    categories = [keys[kind] for kind in kinds]
    starts = [n for n, (a, b) in enumerate(pairwise(images), start=1) if a != b]
    for start, end in pairwise((0, *starts, len(rows))):
        strip = (tuple(categories[start:end]), sides[_BOX * start : _BOX * end])
        _count(coco, images[start], [strip], end - start, 1 + (end - start) // _PER_STRIP)
    return True


_MORE = ("segmentation", "keypoints", "iscrowd", "attributes")  # what a bare box has not
_IDS: tuple[set[type], ...] = ({int}, {str})
_BOX = 32  # bytes of a box
_PER_STRIP = 6  # boxes that take the room of a plain label
_LARGEST = 1 << 50  # beyond it a number may not be a whole one any more
_YES = (1, True, "1")
_TURNED = 5  # numbers of a box with an angle


def _put(coco: CocoFile, image: Any, values: list[Packed], weight: int) -> None:
    """Keep annotations that stand one after the other and are of one image."""
    if values:
        coco.crowds += sum(packed[5] for packed in values)
        _count(coco, image, values, len(values), weight)


def _count(coco: CocoFile, image: Any, values: list[Any], many: int, weight: int) -> None:
    number, counts = coco.keys.number(_key(image)), coco.counts
    if number >= len(counts):
        counts.extend(array("i", bytes(4 * (number + 1 - len(counts)))))
    counts[number] += many
    coco.total += many
    coco.packed.extend(number, values, weight)


_TAKE = {"images": _take_images, "annotations": _take_things, "categories": _take_categories}


def _drawn(
    row: dict[str, Any]
) -> tuple[
    tuple[tuple[bytes, ...], bytes | None, tuple[str | bytes, float, float] | None], int
]:  # fmt: skip
    """Polygons, keypoints and mask of an annotation, and how many more labels' room they take."""
    segmentation = row.get("segmentation")
    polygons: tuple[bytes, ...] = ()
    if isinstance(segmentation, list):
        flat = [segmentation] if _is_flat(segmentation) else segmentation
        polygons = tuple(made for ring in flat if (made := _array(ring, 6, 2)) is not None)
    keypoints = _array(row.get("keypoints"), 3, 3)
    mask = _runs(segmentation) if isinstance(segmentation, dict) else None
    length = sum(map(len, polygons)) + len(keypoints or b"") + len(mask[0] if mask else b"")
    return (polygons, keypoints, mask), length // (8 * _NUMBERS_PER_LABEL)


def _runs(segmentation: dict[str, Any]) -> tuple[str | bytes, float, float] | None:
    size, counts = segmentation.get("size"), segmentation.get("counts")
    kept = counts if isinstance(counts, str) else _array(counts, 1, 1)
    if kept is None or not isinstance(size, list) or len(size) != 2:
        return None
    return kept, _number(size[1]), _number(size[0])


def _is_flat(values: list[Any]) -> bool:
    return bool(values) and isinstance(values[0], int | float)


def _unturned(row: dict[str, Any]) -> dict[str, Any]:
    """The annotation with the outline of its box, where that is turned.

    Detectron2 writes the middle, the size and an angle against the clock; CVAT a box as it was
    before it was turned, and beside it how far, with the clock. Both in degrees.
    """
    attributes, box = row.get("attributes"), row.get("bbox")
    said = attributes.get("rotation") if isinstance(attributes, dict) else None
    if row.get("segmentation") or not isinstance(box, list):
        return row
    values = [_number(value) for value in box]
    if len(box) == _TURNED:
        x, y, width, height, degrees = (*values[:4], -values[4])
    elif len(box) == 4 and _number(said or 0) % 360:
        x, y, width, height = values
        x, y, degrees = x + width / 2, y + height / 2, _number(said)
    else:
        return row
    made = turned("", (x - width / 2, y - height / 2), (width, height), degrees, (x, y))
    left, top, right, bottom = made.box
    outline = [value for point in made.points for value in point]
    return {**row, "bbox": [left, top, right - left, bottom - top], "segmentation": outline,
            "attributes": {"shape": "rotated"}}  # fmt: skip


def _shape(row: dict[str, Any]) -> str:
    """What Tailor's own export says that an annotation is, where COCO has no such thing."""
    attributes = row["attributes"]
    said = attributes.get("shape") if isinstance(attributes, dict) else None
    return said if said in ("rotated", "whole") else ""


def _array(values: Any, least: int, group: int) -> bytes | None:
    """Numbers as bytes of doubles; None when it is no list of so many of them."""
    if not isinstance(values, list) or len(values) < least or len(values) % group:
        return None
    try:
        return array("d", values).tobytes()
    except (TypeError, ValueError, OverflowError):
        return None


def _box(values: Any) -> Box | tuple[()] | None:
    """`bbox` as left, top, width, height; empty when there is one that cannot be read."""
    if values is None or values == []:
        return None
    if not isinstance(values, list) or len(values) < 4:
        return ()
    left, top, width, height = values[:4]
    try:
        return left + 0.0, top + 0.0, width + 0.0, height + 0.0
    except (TypeError, OverflowError):
        return _of_texts(values[:4])


def _of_texts(values: list[Any]) -> Box | tuple[()]:
    try:
        left, top, width, height = map(float, values)
    except (TypeError, ValueError, OverflowError):
        return ()
    return left, top, width, height
