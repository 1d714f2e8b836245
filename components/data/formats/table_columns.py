"""Which column of a table means what: by its header, else by what stands in it."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from components.data.formats.tables import Table, is_number
from components.data.matching import PictureIndex
from components.data.names import split_of_word
from components.data.unpack import PICTURE_SUFFIXES, suffix_of

Place = Literal["corners", "size", "centre", "four"]
_CLOUD_COLUMNS = 9  # of Google's tables: a class and four corners, two of them mostly left empty
_NO_PART = ("", "UNASSIGNED")
_ENOUGH = 8  # rows after which "the third is always larger than the first" is no accident

_FILE = (
    "filename", "file", "imagename", "image", "imgname", "img", "imagefile", "imagepath",
    "imgpath", "filepath", "path", "picture", "photo", "imageid", "imgid", "frame", "frameid",
)  # fmt: skip
_CLASS = (
    "class", "classname", "label", "labelname", "category", "categoryname", "objectclass", "object",
    "species", "type", "tag", "name", "classes", "labels", "target", "classid", "categoryid",
    "labelid", "annotationtag",
)  # fmt: skip
CLASS_NAMES = (*_CLASS, "breed", "diagnosis", "dx", "finding")
_LEFT = (
    "xmin",
    "left",
    "minx",
    "bboxxmin",
    "boxxmin",
    "bboxx1",
    "roix1",
    "xtl",
    "x1",
    "bboxleft",
    "upperleftcornerx",
)
_TOP = (
    "ymin",
    "top",
    "miny",
    "bboxymin",
    "boxymin",
    "bboxy1",
    "roiy1",
    "ytl",
    "y1",
    "bboxtop",
    "upperleftcornery",
)
_RIGHT = ("xmax", "right", "maxx", "bboxxmax", "boxxmax", "bboxx2", "roix2", "xbr", "x2",
          "bboxright", "lowerrightcornerx")  # fmt: skip
_BOTTOM = ("ymax", "bottom", "maxy", "bboxymax", "boxymax", "bboxy2", "roiy2", "ybr", "y2",
           "bboxbottom", "lowerrightcornery")  # fmt: skip
_FOUR_CORNERS = [tuple(f"{axis}{n}" for n in numbers for axis in "xy")
                 for numbers in ((1, 2, 3, 4), (0, 1, 2, 3))]  # fmt: skip
_X = ("x", "bboxx", "boxx", *_LEFT)
_Y = ("y", "bboxy", "boxy", *_TOP)
_CENTRE_X = ("xcenter", "xcentre", "centerx", "centrex", "xc", "cx", "bboxcx", "xcen")
_CENTRE_Y = ("ycenter", "ycentre", "centery", "centrey", "yc", "cy", "bboxcy", "ycen")
_W = ("bboxwidth", "boxwidth", "bboxw", "boxw", "objectwidth", "w", "width")
_H = ("bboxheight", "boxheight", "bboxh", "boxh", "objectheight", "h", "height")
_IMAGE_W = ("imagewidth", "imgwidth", "imagew", "imgw", "picturewidth", "width")
_IMAGE_H = ("imageheight", "imgheight", "imageh", "imgh", "pictureheight", "height")
_LIST = ("bbox", "box", "boundingbox", "bboxes", "coordinates", "coords", "boxesstring")


@dataclass(frozen=True, slots=True)
class Columns:
    """Where things stand in a row.

    Attributes:
        file: The picture's name.
        label: The class; None when there is none.
        place: Four columns, or one that holds four numbers; eight for four corners.
        kind: What the numbers are: two corners, corner and size, centre and size, four corners.
        size: Width and height of the picture, where told.
        split: The part, where told.
        group: Whether a box is around a group, where told.
        is_doubtful: Whether the header names two corners but the numbers are a corner and a size.
        is_open: Whether the numbers could be two corners as well as a corner and a size, nothing
            says which, and there are few of them.
    """

    file: int
    label: int | None
    place: tuple[int, ...]
    kind: Place
    size: tuple[int, int] | None = None
    split: int | None = None
    group: int | None = None
    is_doubtful: bool = False
    is_open: bool = False

    @property
    def width(self) -> int:
        """How many cells a row must have to be read."""
        return max(self.file, self.label or 0, *self.place) + 1


def columns_of(table: Table, index: PictureIndex) -> Columns | None:
    """The columns of a table of boxes, or None when it is none."""
    return _by_header(table, index) if table.keys else _by_content(table, index)


def _by_header(table: Table, index: PictureIndex) -> Columns | None:
    at = {key: number for number, key in reversed(list(enumerate(table.keys)))}

    def pick(names: Sequence[str]) -> int | None:
        return next((at[name] for name in names if name in at), None)

    file = pick(_FILE)
    placed = _place(at)
    if placed is not None and file is None:  # called in a language that nobody here knows
        rows = [row for row in table.sample if len(row) == len(table.keys)]
        file = picture_column(rows, len(table.keys), index) if rows else None
    if file is None or placed is None:
        return None
    place, kind = placed
    doubt = kind == "corners" and _are_sizes_after_all(table.sample, place)
    if doubt:
        kind = "size"
    is_open = False
    if len(place) == 1:
        kind, is_open = _kind_of(_listed(table.sample, place[0]))
    sides = (pick(_IMAGE_W), pick(_IMAGE_H))
    size = None
    if sides[0] is not None and sides[1] is not None and not {*sides} & {*place}:
        size = (sides[0], sides[1])
    return Columns(
        file, pick(_CLASS), place, kind, size, pick(("split", "subset", "set", "usage")),
        pick(("isgroupof",)), doubt, is_open,
    )  # fmt: skip


def _are_sizes_after_all(rows: Sequence[Sequence[str]], place: Sequence[int]) -> bool:
    """Whether columns named as two corners hold a corner and a size.

    A second corner never lies left of or above the first; where it does in some rows and not in
    others, it is a width and a height.
    """
    full = [[_number(row[n]) for n in place] for row in rows if len(row) > max(place)]
    turned = sum(p[2] < p[0] or p[3] < p[1] for p in full if p[2] > 0 and p[3] > 0)
    return turned >= 2 and 0.1 <= turned / len(full) <= 0.95


def _place(at: dict[str, int]) -> tuple[tuple[int, ...], Place] | None:
    for keys in _FOUR_CORNERS:
        if {*keys} <= at.keys():
            return tuple(at[key] for key in keys), "four"
    if {"x0", "y0", "x1", "y1"} <= at.keys():
        return (at["x0"], at["y0"], at["x1"], at["y1"]), "corners"
    orders: tuple[tuple[tuple[Sequence[str], ...], Place], ...] = (
        ((_LEFT, _TOP, _RIGHT, _BOTTOM), "corners"),
        ((_CENTRE_X, _CENTRE_Y, _W, _H), "centre"), ((_X, _Y, _W, _H), "size"),
        ((_LIST,), "size"),
    )  # fmt: skip
    for names, kind in orders:
        found = [next((at[name] for name in few if name in at), None) for few in names]
        if None not in found:
            return tuple(number for number in found if number is not None), kind
    return None


def numbers_in(cell: str) -> list[float]:
    """The numbers in a cell such as "[12, 30.5, 40, 20]"."""
    found = re.findall(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?", cell[:200])
    return [float(number) for number in found]


def places_in(cell: str) -> list[str]:
    """The boxes in a cell such as "12 30 40 20;50 60 70 80", each as it is written."""
    return [part for part in cell.split(";") if re.search(r"\d", part)]


def _listed(rows: Sequence[Sequence[str]], column: int) -> list[list[float]]:
    return [
        numbers for row in rows if len(row) > column
        for place in places_in(row[column]) if len(numbers := numbers_in(place)) == 4
    ]  # fmt: skip


def _kind_of(places: list[list[float]]) -> tuple[Place, bool]:
    """Corners when the second always lies right of and below the first, in enough rows.

    Returns:
        What they are, and whether that is a guess.
    """
    are_corners = all(p[2] > p[0] and p[3] > p[1] for p in places)
    is_open = are_corners and 0 < len(places) < _ENOUGH
    return "corners" if are_corners and not is_open else "size", is_open


def _by_content(table: Table, index: PictureIndex) -> Columns | None:
    """Columns of a table without header: a name of a picture, numbers, perhaps a class."""
    width = Counter(len(row) for row in table.sample).most_common(1)[0][0]
    rows = [row for row in table.sample if len(row) == width]
    file = picture_column(rows, width, index)
    if file is None:
        return None
    full = [row for row in rows if any(cell.strip() for n, cell in enumerate(row) if n != file)]
    split = split_column(rows, width)
    others = [n for n in range(width) if n not in (file, split)]
    if split is not None and width - others[-1] == 1 and len(others) == _CLOUD_COLUMNS:
        at = others[1:]  # a corner, an empty place, the other corner, an empty place
        return Columns(file, others[0], (*at[:2], *at[4:6]), "corners", None, split)
    numeric = [n for n in others if full and all(is_number(row[n]) for row in full)]
    words = [n for n in others if n not in numeric and any(row[n].strip() for row in full)]
    label = words[0] if words else None
    if label is not None and len(numeric) == 5:  # and whether it is hidden
        numeric = [n for n in numeric if not all(row[n].strip() in ("0", "1") for row in full)]
    if label is None and len(numeric) in (5, 7):
        label = numeric.pop()
    place, size = _runs(numeric, full)
    if place is None:
        return None
    if label == 0 and file > place[3]:  # makesense.ai: class, x, y, width, height, file
        return Columns(file, label, place, "size", size, split)
    corners = [[_number(row[n]) for n in place] for row in full]
    are_corners = all(p[2] >= p[0] and p[3] >= p[1] for p in corners)
    return Columns(
        file, label, place, "corners" if are_corners else "size", size, split,
        is_open=are_corners and len(full) < _ENOUGH,
    )  # fmt: skip


def split_column(rows: Sequence[Sequence[str]], width: int) -> int | None:
    """The column in which every cell is a word for a part (TRAIN, VALIDATION ...); or None."""
    return next((
        n for n in range(width)
        if any(split_of_word(row[n].strip()) for row in rows)
        and all(split_of_word(row[n].strip()) or row[n].strip().upper() in _NO_PART for row in rows)
    ), None)  # fmt: skip


def _number(cell: str) -> float:
    try:
        return float(cell.replace(",", "."))
    except ValueError:
        return 0.0


def picture_column(rows: Sequence[Sequence[str]], width: int, index: PictureIndex) -> int | None:
    """The column whose cells are names of pictures, at least every second one; or None."""

    def share(column: int) -> float:
        cells = [row[column].strip() for row in rows]
        named = sum(suffix_of(cell) in PICTURE_SUFFIXES or index.knows(cell) for cell in cells)
        return named / max(len(cells), 1)

    best = max(range(width), key=share)
    return best if share(best) >= 0.5 else None


def _runs(
    numeric: list[int], rows: Sequence[Sequence[str]]
) -> tuple[tuple[int, ...] | None, tuple[int, int] | None]:
    """The four columns of a box and, where there are two more, those of the picture's size."""
    if len(numeric) == 4:
        return tuple(numeric), None
    if len(numeric) != 6:
        return None, None
    first, last = numeric[:2], numeric[-2:]
    gap_after_first = numeric[2] - numeric[1] > 1
    gap_before_last = numeric[4] - numeric[3] > 1
    leads = gap_after_first or (not gap_before_last and _are_sizes(first, numeric[2:], rows))
    size = first if leads else last
    place = numeric[2:] if leads else numeric[:4]
    return tuple(place), (size[0], size[1])


def _are_sizes(size: list[int], place: list[int], rows: Sequence[Sequence[str]]) -> bool:
    """Whether no box reaches beyond the size."""
    return all(
        _number(row[n]) <= _number(row[size[k % 2]]) for row in rows for k, n in enumerate(place)
    )
