"""KITTI, DOTA, VisDrone, OIDv4: a text file per picture, a row per thing, the class in it."""

import math
from collections.abc import Callable, Iterator
from functools import partial

from components.data.formats.description import Description, RawLabel
from components.data.formats.page import Page
from components.data.formats.page_remarks import row_lost
from components.data.formats.pages import describe
from components.data.formats.sampling import folders_of
from components.data.formats.shapes import around
from components.data.formats.sheet import Sheet
from components.data.formats.texts import head_of, read_text
from components.data.listing import of_ending
from components.data.matching import PictureIndex
from components.data.names import alphabetical
from components.data.problems import count, note
from components.data.records import Problem
from components.data.scan import Finds
from components.data.unpack import PICTURE_SUFFIXES, Entry, suffix_of
from components.errors import LabelError

KITTI = "KITTI"
DOTA = "DOTA"
VISDRONE = "VisDrone"
CORNERS = "OIDv4 ToolKit"
_DONT_CARE = "dontcare"  # KITTI's regions in which nobody looked
# Source: README of the VisDrone-DET toolkit; number 0 are regions to be ignored.
_FLOWN_OVER = (_DONT_CARE, "pedestrian", "people", "bicycle", "car", "van", "truck", "tricycle",
               "awning-tricycle", "bus", "motor", "others")  # fmt: skip
_UNSEEN = "dont_care"
_HEAD_BYTES = 4096
_HEAD_ROWS = 20
_LARGEST = 20_000_000  # bytes of one picture's file


Reader = Callable[[list[str]], RawLabel | None]


def kitti_row(words: list[str]) -> RawLabel | None:
    """Class, truncation, occlusion, angle, box, then seven or eight numbers on depth.

    Returns:
        None when it is no such row. Class names may hold blanks.

    Source:
        KITTI object detection development kit, readme.txt.
    """
    start = next((n for n, word in enumerate(words) if not math.isnan(_number(word))), 0)
    numbers = [_number(word) for word in words[start:]]
    if start == 0 or len(numbers) not in (14, 15) or any(map(math.isnan, numbers)):
        return None
    name = " ".join(words[:start])
    return RawLabel(name, (numbers[3], numbers[4], numbers[5], numbers[6]))


def dota_row(words: list[str]) -> RawLabel | None:
    """Four corners, the class, and perhaps how difficult it is; None when it is no such row.

    Source:
        DOTA, data description of the development kit.
    """
    numbers = [_number(word) for word in words[:8]]
    if len(words) < 9 or any(map(math.isnan, numbers)) or not math.isnan(_number(words[8])):
        return None
    rest = words[8:-1] if len(words) > 9 and not math.isnan(_number(words[-1])) else words[8:]
    name = " ".join(rest)
    corners = tuple(zip(numbers[0::2], numbers[1::2], strict=True))
    return RawLabel(name, around(corners), "rotated", corners)


def visdrone_row(words: list[str]) -> RawLabel | None:
    """Left, top, width, height, whether it counts, class, truncation, occlusion.

    Returns:
        None when it is no such row.

    Source:
        VisDrone-DET toolkit, README.
    """
    cells = "".join(words).rstrip(",").split(",")
    if len(cells) != 8 or not all(cell.lstrip("-").isdecimal() for cell in cells):
        return None
    left, top, width, height, counts, kind, cut, hidden = (int(cell[:9]) for cell in cells)
    if not (0 <= kind < len(_FLOWN_OVER) and counts in (0, 1) and -1 <= cut <= 1
            and -1 <= hidden <= 2):  # fmt: skip
        return None
    name = _FLOWN_OVER[kind] if counts or not kind else _DONT_CARE
    return RawLabel(name, (left, top, left + width, top + height))


def corner_row(words: list[str]) -> RawLabel | None:
    """The class, which may hold blanks, and left, top, right, bottom in pixels.

    OIDv4 ToolKit writes Open Images so, and other programs that measure detectors read it.

    Returns:
        None when it is no such row; YOLO's fractions and rows that name a picture are none.
    """
    if words and words[-1] == "difficult":
        words = words[:-1]
    sides = tuple(map(_number, words[-4:]))
    has_confidence = len(words) > 5 and 0 <= _number(words[-5]) <= 1
    name = " ".join(words[: -5 if has_confidence else -4])
    if not name or not math.isnan(_number(words[0])) or not all(map(math.isfinite, sides)):
        return None
    if any(suffix_of(word.strip("\"',;")) in PICTURE_SUFFIXES for word in words[:-4]):
        return None
    left, top, right, bottom = sides
    is_box = 2 < right > left and 2 < bottom > top
    return RawLabel(name, (left, top, right, bottom)) if is_box else None


_READERS: tuple[Reader, ...] = (kitti_row, dota_row, visdrone_row, corner_row)


def _number(word: str) -> float:
    """A number; NaN when it is none."""
    try:
        return float(word)
    except ValueError:
        return math.nan


def is_read_otherwise(entry: Entry) -> bool:
    """Whether a text file begins as one of these formats does."""
    return any(_begins_so(entry, reader) for reader in _READERS)


def find_kitti(finds: Finds, index: PictureIndex, _: list[Problem]) -> Description | None:
    """The KITTI files among what was found, or None when there are none."""
    return _find(KITTI, kitti_row, finds, index)


def find_dota(finds: Finds, index: PictureIndex, _: list[Problem]) -> Description | None:
    """The DOTA files among what was found, or None when there are none."""
    return _find(DOTA, dota_row, finds, index)


def find_visdrone(finds: Finds, index: PictureIndex, _: list[Problem]) -> Description | None:
    """The VisDrone files among what was found, or None when there are none."""
    return _find(VISDRONE, visdrone_row, finds, index)


def find_corners(finds: Finds, index: PictureIndex, _: list[Problem]) -> Description | None:
    """The files of class and corners among what was found, or None when there are none."""
    return _find(CORNERS, corner_row, finds, index)


def _find(kind: str, reader: Reader, finds: Finds, index: PictureIndex) -> Description | None:
    folders = folders_of(_texts(finds), lambda entry: _begins_so(entry, reader))
    if not folders:
        return None
    sheet = Sheet(kind, is_one_file=False)
    classes: set[str] = set()
    for entry in _texts(finds):  # a file without a row is one of a picture without a thing
        if entry.name.rpartition("/")[0] in folders:
            page = _page(entry, reader)
            if page.things or not page.lost or any(one.code == _UNSEEN for one in page.told):
                classes.update(page.classes)
                bare = Page(page.names, things=page.things)
                sheet.add(bare, entry.name, partial(_page, entry, reader))
    why = (
        f"{count(len(sheet.pages), 'text file')} such as {sheet.source(0)} "
        f"{'has' if len(sheet.pages) == 1 else 'have'} rows as {kind} does."
    )
    made = alphabetical(classes)
    return describe(kind, why, made, [sheet], index)


def _texts(finds: Finds) -> Iterator[Entry]:
    return (entry for entry in of_ending(finds.texts, ".txt") if entry.size <= _LARGEST)


def _begins_so(entry: Entry, reader: Reader) -> bool:
    """Whether one of the first rows is such a row."""
    head = head_of(entry.path, _HEAD_BYTES).decode("utf-8", "replace").splitlines()[:_HEAD_ROWS]
    return any(reader(line.split()) is not None for line in head)


def _page(entry: Entry, reader: Reader) -> Page:
    page = Page((entry.name.rpartition("/")[2],))
    try:
        lines = read_text(entry.path, entry.name, most=_LARGEST).splitlines()
    except LabelError as error:
        page.lose(row_lost(entry.name, error.what.removesuffix(".")))
        return page
    unseen = 0
    for number, line in enumerate(lines, start=1):
        words = line.split()
        if not words or (len(words) <= 2 and ":" in line):  # DOTA's "imagesource:" and "gsd:"
            continue
        label = reader(words)
        if label is None:
            page.lose(row_lost(entry.name, f"Line {number} of {entry.name} is not a row of labels"))
        elif label.class_name.lower() == _DONT_CARE:
            unseen += 1
        else:
            page.add(label)
    if unseen:
        page.lose(note(
            _UNSEEN, entry.name,
            f"{entry.name} marks {count(unseen, 'region')} in which nobody looked (to be ignored).",
            "They are left out, as they are no things.",
        ), unseen)  # fmt: skip
    return page
