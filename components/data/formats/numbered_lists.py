"""Lists that number their pictures: one gives each a number, and the others speak of that.

```
images.txt                1 001.Albatross/a.jpg
bounding_boxes.txt        1 60.0 27.0 325.0 304.0      left, top, width, height
image_class_labels.txt    1 1
classes.txt               1 001.Albatross
train_test_split.txt      1 0                          whether it is for training
```

Source: the sets of birds CUB-200-2011 and NABirds.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass, field

from components.data.formats.description import Description, RawLabel
from components.data.formats.drawn import number_of
from components.data.formats.page_remarks import NAMELESS, nameless, row_lost
from components.data.formats.pages import describe
from components.data.formats.sheet import OneFile
from components.data.formats.texts import read_text
from components.data.listing import of_ending
from components.data.matching import PictureIndex
from components.data.names import folded, stem_of
from components.data.problems import warn
from components.data.records import Corners, Problem
from components.data.scan import Finds
from components.data.unpack import PICTURE_SUFFIXES, Entry, suffix_of
from components.errors import LabelError

NAME = "Numbered lists"
_WHOLE = (0.0, 0.0, 1.0, 1.0)
_MOST_BYTES = 64_000_000
_LOOKED_AT = 200  # lines, to tell what a file is
_MOSTLY = 0.95  # of the lines that must be so; our own choice


@dataclass(slots=True)
class _Set:
    """The lists of one folder.

    Attributes:
        entry: The list of pictures.
        names: Number of a picture to its path.
        boxes: Left, top, right, bottom of the things on each.
        kinds: The number of its class.
        classes: Number of a class to its name.
        trained: Whether it is for training.
        lost: Rows that cannot be used, each with the number that it begins with.
    """

    entry: Entry
    names: dict[str, str]
    boxes: dict[str, list[Corners]] = field(default_factory=dict)
    kinds: dict[str, str] = field(default_factory=dict)
    classes: dict[str, str] = field(default_factory=dict)
    trained: dict[str, bool] = field(default_factory=dict)
    lost: list[tuple[str, Problem]] = field(default_factory=list)

    def class_of(self, number: str) -> str:
        """The name of a picture's class; "" when none is told."""
        kind = self.kinds.get(number, "")
        return self.classes.get(kind, f"class {kind}") if kind else ""


def find(finds: Finds, index: PictureIndex, told: list[Problem]) -> Description | None:
    """The numbered lists among what was found, or None when there are none."""
    texts = [entry for entry in of_ending(finds.texts, ".txt")
             if folded(stem_of(entry.name)) not in index.by_stem]  # fmt: skip
    sets: list[_Set] = []
    for entry in texts:
        if not 0 < entry.size <= _MOST_BYTES or not _names_pictures(entry, index):
            continue
        made = _Set(entry, dict(_rows(entry)))
        try:
            _read(
                made, [one for one in texts if one is not entry and _folder(one) == _folder(entry)]
            )
        except LabelError as error:
            told.append(warn("text_broken", entry.name, error.what, "It is left out."))
            continue
        if made.boxes or made.kinds:
            sets.append(made)
    if not sets:
        return None
    has_boxes = any(one.boxes for one in sets)
    sheets = [_sheet(one, has_boxes=has_boxes) for one in sets]
    problems = [problem for one in sets for number, problem in one.lost if number not in one.names]
    bare = [(sheet.name, sum(page.classes.count(NAMELESS) for page in sheet.pages))
            for sheet in (made.sheet for made in sheets)]  # fmt: skip
    described = describe(
        NAME, f"{sets[0].entry.name} numbers the pictures, and the lists beside it say what is on "
        "them.", dict.fromkeys(name for one in sets for name in one.classes.values()),
        [made.sheet for made in sheets], index,
        [*problems, *(nameless(name, number) for name, number in bare if number)],
    )  # fmt: skip
    described.task = "detect" if has_boxes else "classify"
    return described


def _folder(entry: Entry) -> str:
    return entry.name.rpartition("/")[0]


def _rows(entry: Entry, most: int | None = None) -> Iterator[tuple[str, str]]:
    """Number and the rest of each line."""
    for line in read_text(entry.path, entry.name, most=_MOST_BYTES).splitlines()[:most]:
        number, _, rest = line.strip().partition(" ")
        if rest:
            yield number, rest.strip()


def _names_pictures(entry: Entry, index: PictureIndex) -> bool:
    """Whether nearly all lines are a number of their own and a picture."""
    try:
        head = list(_rows(entry, _LOOKED_AT))
    except LabelError:
        return False
    called = [(number, name) for number, name in head
              if suffix_of(name) in PICTURE_SUFFIXES
              and suffix_of(number) not in PICTURE_SUFFIXES]  # fmt: skip
    return (
        len(called) >= max(1, _MOSTLY * len(head))
        and len({number for number, _ in called}) == len(called)
        and any(index.knows(name) for _, name in called)
    )  # fmt: skip


def _read(made: _Set, beside: list[Entry]) -> None:
    """What the lists beside say of the numbers."""
    for entry in beside:
        stem = folded(stem_of(entry.name))
        if stem in ("classes", "class_names", "categories"):
            made.classes = dict(_rows(entry))
            continue
        head = list(_rows(entry, _LOOKED_AT))
        if sum(number in made.names for number, _ in head) < max(1, _MOSTLY * len(head)):
            continue
        if "box" in stem:
            _take_boxes(made, entry)
        elif "split" in stem:
            made.trained = {number: rest == "1" for number, rest in _rows(entry)}
        elif "class" in stem or "label" in stem:
            made.kinds = {number: rest for number, rest in _rows(entry) if " " not in rest}


def _take_boxes(made: _Set, entry: Entry) -> None:
    for row, (number, rest) in enumerate(_rows(entry), start=1):
        box = _box(rest.split())
        if box is not None and number in made.names:
            made.boxes.setdefault(number, []).append(box)
            continue
        what = "is not a box of four numbers" if box is None else (
            f"is for picture {number}, which {made.entry.name} does not name")  # fmt: skip
        made.lost.append((number, row_lost(entry.name, f"Row {row} of {entry.name} {what}")))


def _box(words: list[str]) -> Corners | None:
    values = tuple(map(number_of, words))
    if len(values) != 4 or not all(map(math.isfinite, values)):
        return None
    left, top, width, height = values
    return left, top, left + width, top + height


def _sheet(one: _Set, *, has_boxes: bool) -> OneFile:
    made = OneFile(one.entry.name, "pixels" if has_boxes else "fraction")
    for number, name in one.names.items():
        page = made.page(name)
        page.is_certain = False
        if number in one.trained:
            page.split = "train" if one.trained[number] else "test"
        called = one.class_of(number)
        for box in one.boxes.get(number, ()):
            page.add(RawLabel(called or NAMELESS, box))
        if called and not has_boxes:
            page.add(RawLabel(called, _WHOLE, "whole"))
    for number, problem in one.lost:
        if number in one.names:
            made.page(one.names[number]).lose(problem)
    return made
