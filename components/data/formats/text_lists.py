"""One text file for many pictures: lists with boxes or classes behind each picture's name.

```
img/a.jpg 10,20,40,60,0 50,20,70,40,1      corners and class (Keras' YOLO, many tutorials)
img/a.jpg 3                                a class for the whole picture
a.jpg / 2 / 10 20 30 40 ... / ...          name, number of boxes, boxes (WIDER FACE)
1,7,10,20,30,40,1,1,1                      frame, thing, left, top, width, height (MOT)
```
"""

import itertools
import math
from collections.abc import Iterator
from dataclasses import dataclass, field

from components.data.formats.class_names import NameList, name_lists, nearest
from components.data.formats.description import Description, RawLabel
from components.data.formats.page import Page
from components.data.formats.page_remarks import NAMELESS, row_lost
from components.data.formats.pages import describe
from components.data.formats.sheet import OneFile
from components.data.formats.texts import read_text
from components.data.listing import of_ending
from components.data.matching import PictureIndex
from components.data.names import folded, stem_of
from components.data.problems import count, warn
from components.data.records import Problem
from components.data.scan import Finds
from components.data.unpack import PICTURE_SUFFIXES, Entry, suffix_of
from components.errors import LabelError

NAME = "Text list"
_WHOLE = (0.0, 0.0, 1.0, 1.0)
_LOOKED_AT = 200  # lines of a file, to tell what it is
_MOST_BYTES = 64_000_000
# Source: the list of classes that MOTChallenge publishes for its gt.txt.
_MOT = ("pedestrian", "person on vehicle", "car", "bicycle", "motorbike", "non motorised vehicle",
        "static person", "distractor", "occluder", "occluder on the ground", "full occluder",
        "reflection")  # fmt: skip


@dataclass(slots=True)
class _List:
    """One file of this kind."""

    rows: OneFile
    kind: str
    classes: dict[str, None] = field(default_factory=dict)


def find(finds: Finds, index: PictureIndex, told: list[Problem]) -> Description | None:
    """The lists of pictures with boxes or classes, or None when there are none."""
    names = name_lists(finds.texts, [])
    made: list[_List] = []
    for entry in of_ending(finds.texts, ".txt"):
        if not _may_be_list(entry, index):
            continue
        try:
            one = _read(entry, index, names)
        except LabelError as error:
            told.append(warn("text_broken", entry.name, error.what, "It is left out."))
            continue
        if one is not None and one.rows.sheet.pages:
            made.append(one)
    boxed = [one for one in made if one.kind != "classes"]
    made = boxed or made
    if not made:
        return None
    classes = dict.fromkeys(name for one in made for name in one.classes)
    why = (
        f"{count(len(made), 'text file')} such as {made[0].rows.sheet.name} "
        f"{'lists' if len(made) == 1 else 'list'} pictures with {made[0].kind} behind them."
    )
    described = describe(NAME, why, classes, [one.rows.sheet for one in made], index)
    described.task = "detect" if boxed else "classify"
    return described


def _may_be_list(entry: Entry, index: PictureIndex) -> bool:
    return (
        0 < entry.size <= _MOST_BYTES
        and "imagesets/" not in folded(entry.name)  # VOC's: which pictures of a part have cats
        and folded(stem_of(entry.name)) not in index.by_stem
    )  # fmt: skip


def _read(entry: Entry, index: PictureIndex, names: list[NameList]) -> _List | None:
    lines = read_text(entry.path, entry.name).splitlines()
    lines = [line.strip() for line in lines if line.strip()]
    head = lines[:_LOOKED_AT]
    others = [one for one in names if one.file != entry.name]
    known = nearest(others, entry.name.rpartition("/")[0])
    if _is_wider(head):
        return _wider(entry, lines)
    if all(_mot_row(line) for line in head) and head:
        return _mot(entry, lines, index, known)
    called = [line for line in head if _split(line, index)[0]]
    if len(called) * 2 <= len(head):
        return None
    boxed = [line for line in called if _boxes(_split(line, index)[1])]
    if boxed:
        return _with_boxes(entry, lines, index, known)
    wholes = [rest[0] for line in called if len(rest := _split(line, index)[1]) == 1]
    if any(suffix_of(whole) in PICTURE_SUFFIXES for whole in wholes):
        return None  # a picture and its mask in each line
    if len(wholes) == len(called) and len({*wholes}) * 2 <= len(wholes) + 2:
        return _with_classes(entry, lines, index, known)
    return None


def _split(line: str, index: PictureIndex) -> tuple[str, list[str]]:
    """The picture's name, which may hold blanks, and what stands behind it; "" for no name."""
    parts = line.replace("\t", " ").split(" ")
    for end in range(1, min(len(parts), 8) + 1):
        name = " ".join(parts[:end]).strip().rstrip(",;")
        if suffix_of(name) in PICTURE_SUFFIXES:
            return name, [part for part in parts[end:] if part]
    name = parts[0].rstrip(",;")
    return (
        (name, [p for p in parts[1:] if p]) if len(parts) == 2 and index.knows(name) else ("", [])
    )


def _boxes(parts: list[str]) -> list[tuple[float, ...]]:
    """Boxes written as five numbers joined by commas."""
    made: list[tuple[float, ...]] = []
    for part in parts:
        values = _floats(part.split(","))
        if values is not None and len(values) == 5:
            made.append(values)
    return made


def _floats(cells: list[str]) -> tuple[float, ...] | None:
    try:
        values = tuple(float(cell) for cell in cells)
    except ValueError:
        return None
    return values if all(map(math.isfinite, values)) else None


def _class(one: _List, text: str, known: NameList | None) -> str:
    is_number = text.isascii() and text.isdigit() and len(text) < 7
    name = text
    if is_number:
        name = known.names.get(int(text), "") if known else ""
        name = name or f"class {int(text)}"
    one.classes.setdefault(name)
    return name


def _with_boxes(
    entry: Entry, lines: list[str], index: PictureIndex, known: NameList | None
) -> _List:
    one = _List(OneFile(entry.name), "boxes")
    for number, line in enumerate(lines, start=1):
        name, rest = _split(line, index)
        if not name:
            continue
        page = one.rows.page(name)
        boxes = _boxes(rest)
        for left, top, right, bottom, kind in boxes:
            page.add(RawLabel(_class(one, f"{kind:g}", known), (left, top, right, bottom)))
        if len(boxes) < len(rest):
            page.lose(row_lost(
                entry.name, f"Line {number} of {entry.name} holds something other than boxes of "
                "five numbers",
            ), len(rest) - len(boxes))  # fmt: skip
    return one


def _with_classes(
    entry: Entry, lines: list[str], index: PictureIndex, known: NameList | None
) -> _List:
    one = _List(OneFile(entry.name, "fraction"), "classes")
    for line in lines:
        name, rest = _split(line, index)
        if name and rest:
            page = one.rows.page(name)
            page.is_certain = False
            page.add(RawLabel(_class(one, rest[0], known), _WHOLE, "whole"))
    return one


def _is_wider(head: list[str]) -> bool:
    return (
        len(head) >= 3 and suffix_of(head[0]) in PICTURE_SUFFIXES and head[1].isdecimal()
        and len(head[1]) < 7 and (_floats(head[2].split()) or ())[3:] != ()
    )  # fmt: skip


def _wider(entry: Entry, lines: list[str]) -> _List:
    """Names, numbers, boxes; a picture without faces has one line of zeros all the same."""
    one = _List(OneFile(entry.name), "boxes")
    called = "face" if "face" in folded(entry.name) else NAMELESS
    page: Page | None = None
    for line in lines:
        if suffix_of(line) in PICTURE_SUFFIXES:
            page = one.rows.page(line)
            continue
        values = _floats(line.split())
        if page is None or values is None or len(values) < 4:
            continue
        left, top, width, height = values[:4]
        if width > 0 and height > 0:
            one.classes.setdefault(called)
            page.add(RawLabel(called, (left, top, left + width, top + height)))
        elif any(values):
            page.lose(row_lost(entry.name, f"A box of {page.names[0]} has no width or no height"))
    return one


def _mot_row(line: str) -> tuple[float, ...]:
    values = _floats(line.split(",")) or ()
    is_row = len(values) >= 6 and values[0] >= 1 and values[0] % 1 == 0 and values[1] % 1 == 0
    return values if is_row else ()


def _mot(
    entry: Entry, lines: list[str], index: PictureIndex, known: NameList | None
) -> _List | None:
    """Frames by number; their pictures are numbered in a folder beside that of the list."""
    one = _List(OneFile(entry.name), "boxes")
    called_so = tuple(known.names.values()) if known else _MOT
    film = entry.name.rpartition("/")[0].rpartition("/")[0]
    for values in (row for line in lines if (row := _mot_row(line))):
        name = next(_frames(film, int(min(values[0], 1e9)), index), "")
        if not name or (len(values) > 6 and values[6] == 0):
            continue
        left, top, width, height = values[2:6]
        kind = int(values[7]) if len(values) > 7 and 1 <= values[7] <= len(called_so) else 0
        called = called_so[kind - 1] if kind else NAMELESS
        one.classes.setdefault(called)
        one.rows.page(name).add(RawLabel(called, (left, top, left + width, top + height)))
    return one


def _frames(film: str, number: int, index: PictureIndex) -> Iterator[str]:
    numbered = [f"{number:0{width}d}" for width in (6, 8, 5, 4, 1)]
    for folder, stem in itertools.product(
        ("img1/", "images/", "img/", ""),
        [*numbered, f"frame_{number - 1:06d}"],  # CVAT's, from 0
    ):
        for ending in (".jpg", ".png"):
            name = f"{film}/{folder}{stem}{ending}".lstrip("/")
            if index.holds(name):
                yield name
