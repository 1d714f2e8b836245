"""TFRecord: examples of TensorFlow's object detection, pictures and boxes in one file.

Source: the layouts of TFRecord files (length, checksum, data, checksum) and of the protocol buffer
`tf.train.Example`, which both are public. Only what an Example needs is read, so TensorFlow is not.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass

from components.data.formats.description import Description, RawLabel
from components.data.formats.embedded import unfold
from components.data.formats.page import Page
from components.data.formats.page_remarks import NAMELESS, row_lost
from components.data.formats.pages import describe
from components.data.formats.protobuf import Values, example
from components.data.formats.sheet import Sheet
from components.data.listing import of_ending
from components.data.matching import PictureIndex
from components.data.names import split_of_stem, stem_of
from components.data.problems import count, warn
from components.data.records import Problem
from components.data.scan import Finds
from components.data.unpack import Entry
from components.errors import LabelError

NAME = "TFRecord"
SUFFIXES = (".tfrecord", ".tfrecords", ".record")
_MOST_EXAMPLE = 256_000_000  # bytes of one picture with its labels; our own choice
_MOST_EXAMPLES = 5_000_000
_WHOLE = (0.0, 0.0, 1.0, 1.0)
_SIDES = tuple(f"image/object/bbox/{side}" for side in ("xmin", "ymin", "xmax", "ymax"))


@dataclass(frozen=True, slots=True)
class _Where:
    """Where an example lies, to read its picture later."""

    entry: Entry
    at: int
    size: int
    number: int


def find(finds: Finds, index: PictureIndex, told: list[Problem]) -> Description | None:
    """The TFRecord files among what was found, or None when there are none."""
    sheets: list[Sheet] = []
    wheres: dict[int, list[_Where]] = {}
    classes: dict[str, None] = {}
    for entry in of_ending(finds.texts, *SUFFIXES):
        sheet, places = Sheet(entry.name), list[_Where]()
        try:
            for where, values in _examples(entry):
                page = _page(values, where)
                sheet.add(page)
                places.append(where)
                classes.update(dict.fromkeys(page.classes))
        except LabelError as error:
            told.append(warn("record_broken", entry.name, error.what,
                             "What stands before is read."))  # fmt: skip
        if sheet.pages:
            sheets.append(sheet)
            wheres[id(sheet)] = places
    if not sheets:
        return None

    def rescue(sheet: Sheet, number: int) -> int | None:
        return _picture(wheres[id(sheet)][number], finds, index)

    total = sum(len(sheet.pages) for sheet in sheets)
    why = (
        f"{count(len(sheets), 'file')} such as {sheets[0].name} "
        f"{'holds' if len(sheets) == 1 else 'hold'} {count(total, 'example')} of TensorFlow."
    )
    made = describe(NAME, why, classes, sheets, index, (), rescue)
    has_boxes = any(page.corners and "whole" not in {kind for kind, *_ in page.outlines.values()}
                    for sheet in sheets for page in sheet.pages)  # fmt: skip
    made.task = "detect" if has_boxes or not classes else "classify"
    return made


def _examples(entry: Entry) -> Iterator[tuple[_Where, Values]]:
    """Every example with its values, the picture's bytes left out.

    Raises:
        LabelError: The file is broken off or is something else.
    """
    broken = LabelError(f"{entry.name} is not a whole TFRecord file.", "Export it again.")
    try:
        with entry.path.open("rb") as file:
            for number in range(_MOST_EXAMPLES):
                head = file.read(12)
                if not head:
                    return
                size = struct.unpack("<Q", head[:8])[0] if len(head) == 12 else _MOST_EXAMPLE
                at = file.tell()
                if size >= _MOST_EXAMPLE or at + size > entry.size:
                    raise broken
                values = example(file.read(size), without=("image/encoded",))
                if values is None or len(file.read(4)) < 4:
                    raise broken
                yield _Where(entry, at, size, number), values
    except OSError as error:
        raise broken from error


def _page(values: Values, where: _Where) -> Page:
    stem = stem_of(where.entry.name)
    called = _text(values, "image/filename") or _text(values, "image/source_id")
    page = Page((called or f"{stem}-{where.number + 1:05d}",), "fraction",
                split=split_of_stem(where.entry.name))  # fmt: skip
    sides = [values.get(key, []) for key in _SIDES]
    names = _names(values, "image/object/class")
    things = max(map(len, sides))
    for n in range(things):
        box = [side[n] for side in sides if n < len(side) and isinstance(side[n], float | int)]
        if len(box) < 4:
            page.lose(row_lost(where.entry.name, f"Box {n + 1} of {page.names[0]} in "
                               f"{where.entry.name} lacks a side"))  # fmt: skip
            continue
        left, top, right, bottom = (float(side) for side in box)
        page.add(RawLabel(names[n] if n < len(names) else NAMELESS, (left, top, right, bottom)))
    if not things and "image/object/bbox/xmin" not in values:
        page.is_certain = False
        for name in _names(values, "image/class"):
            page.add(RawLabel(name, _WHOLE, "whole"))
    if max((abs(side) for side in page.corners), default=0.0) > 2:
        page.unit = "pixels"
    return page


def _names(values: Values, key: str) -> list[str]:
    texts = [_decoded(one) for one in values.get(f"{key}/text", [])]
    numbers = [f"class {one}" for one in values.get(f"{key}/label", []) if isinstance(one, int)]
    return [text or NAMELESS for text in texts] or numbers


def _text(values: Values, key: str) -> str:
    found = values.get(key, [])
    return _decoded(found[0]).strip() if found else ""


def _decoded(value: bytes | float | int) -> str:
    return value.decode("utf-8", "replace")[:2000] if isinstance(value, bytes) else str(value)


def _picture(where: _Where, finds: Finds, index: PictureIndex) -> int | None:
    """The picture inside an example as a file of its own; None when there is none."""
    try:
        with where.entry.path.open("rb") as file:
            file.seek(where.at)
            values = example(file.read(where.size)) or {}
    except OSError:
        return None
    data = next(iter(values.get("image/encoded", [])), b"")
    called = _text(values, "image/filename") or f"{stem_of(where.entry.name)}-{where.number + 1}"
    folder = where.entry.name.rpartition("/")[0]
    name = f"{folder}/{called}".lstrip("/") if ".." not in called else called.replace("..", "_")
    return unfold(data, name, finds, index) if isinstance(data, bytes) else None
