"""From what files say about pictures to a description: the part that all formats share.

A reader turns each file into pages, one a picture. Here pages find their pictures, and a picture
that two files describe gets the labels of one of them, with a word about the other.
"""

import sys
from array import array
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from components.data.formats.description import Description, RawLabel, RawPicture, Unit
from components.data.matching import PictureIndex, Reference
from components.data.names import folded, split_of_stem, stem_of, tidy_reference
from components.data.problems import count, note, warn
from components.data.records import Problem, Split
from components.errors import LabelError

Points = tuple[tuple[float, ...], ...]
_MOST_TOLD = 100  # of one picture; a file may hold a million rows of nonsense
NAMELESS = "(none)"  # the class of labels that have none; the user can rename or merge it


@dataclass(slots=True)
class Page:
    """What one file says about one picture.

    Labels lie in arrays, 40 bytes each: a file may hold a million.

    Attributes:
        names: What the file calls the picture, the most trusted first.
        unit: Of all boxes and points.
        size: Width and height in pixels as stated; None when nothing is said.
        split: The part that the picture is put in, if the file says so.
        is_certain: Whether having no labels means that there is nothing to be found.
        lost: Labels that could not be read; the reason is in `told`.
        things: How many labels are known of, also when they are read later.
        told: What was met while reading this page.
    """

    names: tuple[str, ...]
    unit: Unit = "pixels"
    size: tuple[float, float] | None = None
    split: Split | None = None
    is_certain: bool = True
    lost: int = 0
    things: int = 0
    told: list[Problem] = field(default_factory=list)
    classes: list[str] = field(default_factory=list)
    corners: "array[float]" = field(default_factory=lambda: array("d"))
    outlines: dict[int, tuple[str, int, "array[float]"]] = field(default_factory=dict)

    def add(self, label: RawLabel) -> None:
        """One label more."""
        if label.points or label.shape != "box":
            step = len(label.points[0]) if label.points else 1
            flat = array("d", (value for point in label.points for value in point))
            self.outlines[len(self.classes)] = (label.shape, step, flat)
        self.classes.append(sys.intern(label.class_name))
        self.corners.extend(label.box)
        self.things += 1

    def lose(self, problem: Problem | None, number: int = 1) -> None:
        """Labels that cannot be read, and why."""
        self.lost += number
        if problem is not None and len(self.told) < _MOST_TOLD:
            self.told.append(problem)
        if len(self.told) == _MOST_TOLD:
            self.told.append(warn(
                "row_unreadable", self.names[0],
                f"{self.names[0]} has more than {_MOST_TOLD} labels that cannot be read.",
                "They are left out, too.",
            ))  # fmt: skip

    def labels(self) -> list[RawLabel]:
        """The labels in the order of the file."""
        made = []
        for number, name in enumerate(self.classes):
            left, top, right, bottom = self.corners[4 * number : 4 * number + 4]
            made.append(RawLabel(name, (left, top, right, bottom), *self._outline(number)))
        return made

    def _outline(self, number: int) -> tuple[str, Points]:
        if number not in self.outlines:
            return "box", ()
        shape, step, flat = self.outlines[number]
        return shape, tuple(tuple(flat[n : n + step]) for n in range(0, len(flat), step))


@dataclass(slots=True)
class Sheet:
    """One file, or many files of one picture each, that are matched together.

    Attributes:
        name: The file as the user knows it; for many files, the folder above or the format.
        pages: In the order of the file.
        sources: The describing file of each page.
        again: Reads a page whole, when `pages` hold no more than what matching needs.
        is_one_file: Whether all pages are from one file.
    """

    name: str
    pages: list[Page] = field(default_factory=list)
    sources: list[str] = field(default_factory=list)
    again: list[Callable[[], Page]] = field(default_factory=list)
    is_one_file: bool = True

    def add(self, page: Page, source: str = "", again: Callable[[], Page] | None = None) -> None:
        """One page more, of a file of its own when `source` is given."""
        self.pages.append(page)
        self.sources.append(source or self.name)
        if again is not None:
            self.again.append(again)

    def filled(self) -> int:
        """Pages with labels."""
        return sum(page.things > 0 for page in self.pages)

    def page(self, number: int) -> Page:
        """One page, whole.

        Raises:
            LabelError: Its file has changed or gone since.
        """
        return self.again[number]() if self.again else self.pages[number]


class OneFile:
    """Pages of one file by the name of their picture; its rows need not be neighbours."""

    def __init__(self, name: str, unit: Unit = "pixels") -> None:
        self.sheet = Sheet(name)
        self._unit = unit
        self._split = split_of_stem(name)
        self._number: dict[str, int] = {}

    def has(self, reference: str) -> bool:
        """Whether there is a page of this picture already."""
        return reference in self._number

    def page(self, reference: str) -> Page:
        """The page of a picture, a new one the first time."""
        number = self._number.setdefault(reference, len(self.sheet.pages))
        if number == len(self.sheet.pages):
            self.sheet.add(Page((reference,), self._unit, split=self._split))
        return self.sheet.pages[number]


@dataclass(slots=True)
class _Claims:
    """Which page of which sheet a picture is described by."""

    page_of: dict[int, tuple[Sheet, int]] = field(default_factory=dict)
    splits: dict[int, Split] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)


def describe(
    name: str,
    why: str,
    classes: Iterable[str],
    sheets: list[Sheet],
    index: PictureIndex,
    problems: Iterable[Problem] = (),
    rescue: Callable[[Sheet, int], int | None] | None = None,
) -> Description:
    """A description made of sheets; the one with most labels speaks first.

    Args:
        name: The format for people.
        why: Why it was recognised, one sentence.
        classes: Names in the order of their numbers.
        sheets: What was read.
        index: The pictures.
        problems: What was met while reading, if the description is used.
        rescue: Asked for a picture when a page has none: labels may carry their picture.
    """
    made = _Claims(problems=list(problems))
    for sheet in sorted(sheets, key=lambda one: -one.filled()):
        _claim(made, sheet, index, rescue)
    filled = sum(sheet.pages[number].things > 0 for sheet, number in made.page_of.values())
    return Description(
        name, why, tuple(dict.fromkeys(classes)), filled, frozenset(made.page_of),
        lambda picture, told: _read(*made.page_of[picture], told), made.splits, made.problems,
    )  # fmt: skip


def _claim(
    made: _Claims,
    sheet: Sheet,
    index: PictureIndex,
    rescue: Callable[[Sheet, int], int | None] | None,
) -> None:
    """Give the sheet's pages those pictures that no sheet before described."""
    # Pages whose two names agree go first: a copied name then takes nobody's picture.
    order = sorted(range(len(sheet.pages)), key=lambda n: not _agrees(sheet.pages[n].names))
    matches = index.match([_reference(sheet, number) for number in order])
    shared: list[int] = []
    for position, picture in matches.picture_of.items():
        number = order[position]
        if picture in made.page_of:
            shared.append(picture)
        else:
            made.page_of[picture] = (sheet, number)
        split = sheet.pages[number].split
        if split is not None:
            made.splits.setdefault(picture, split)
    if shared:
        made.problems.append(_twice(sheet, made.page_of[shared[0]][0], len(shared)))
    for position in matches.missing:
        picture_made = rescue(sheet, order[position]) if rescue else None
        if picture_made is not None:
            made.page_of[picture_made] = (sheet, order[position])
            if (split := sheet.pages[order[position]].split) is not None:
                made.splits.setdefault(picture_made, split)
        else:
            made.problems.append(_missing(sheet, order[position]))
    made.problems += [_ambiguous(sheet, order[position]) for position in matches.ambiguous]


def _agrees(names: tuple[str, ...]) -> bool:
    stems = {folded(stem_of(tidy_reference(name))) for name in names}
    return len(names) > 1 and len(stems) == 1


def _reference(sheet: Sheet, number: int) -> Reference:
    page = sheet.pages[number]
    return Reference(page.names, sheet.sources[number].rpartition("/")[0], page.split)


def _twice(sheet: Sheet, first: Sheet, number: int) -> Problem:
    return warn(
        "described_twice", sheet.name,
        f"{sheet.name} describes {count(number, 'picture')} that {first.name} describes too.",
        f"Only {first.name}, which has labels for more pictures, is used for them.",
    )  # fmt: skip


def _missing(sheet: Sheet, number: int) -> Problem:
    called, source = sheet.pages[number].names[0].strip(), sheet.sources[number]
    return warn(
        "label_without_picture", called if sheet.is_one_file else source,
        f"{source} describes {called}, which is not there.", "Its labels are left out.",
    )  # fmt: skip


def _ambiguous(sheet: Sheet, number: int) -> Problem:
    called, source = sheet.pages[number].names[0].strip(), sheet.sources[number]
    return warn(
        "label_ambiguous", called if sheet.is_one_file else source,
        f"{called} in {source} could mean several pictures.", "Its labels are left out.",
    )  # fmt: skip


def _read(sheet: Sheet, number: int, told: list[Problem]) -> RawPicture:
    source = sheet.sources[number]
    try:
        page = sheet.page(number)
    except LabelError as error:
        told.append(warn("label_broken", source, error.what, "Its labels are left out."))
        return RawPicture(source, "pixels", lost=1)
    told += page.told
    return RawPicture(source, page.unit, page.size, page.labels(), page.is_certain, page.lost)


def row_lost(source: str, what: str) -> Problem:
    """A label that cannot be read: "Shape 3 of a.json" and what is wrong with it."""
    return warn("row_unreadable", source, f"{what}.", "It is left out.")


def no_objects(source: str, kinds: dict[str, int]) -> Problem:
    """Lines, points and such: drawn, but not things that a box can stand for."""
    number = sum(kinds.values())
    named = ", ".join(f"{n:,} {kind}" for kind, n in kinds.items())
    return note(
        "no_object", source,
        f"{count(number, 'label')} of {source} {'is' if number == 1 else 'are'} no outline "
        f"of a thing ({named}).", "They are left out." if number > 1 else "It is left out.",
    )  # fmt: skip


def nameless(source: str, number: int) -> Problem:
    """Labels without any class."""
    return warn(
        "class_nameless", source,
        f"{count(number, 'label')} in {source} {'has' if number == 1 else 'have'} no class.",
        f"They come in as the class {NAMELESS}; rename it, or give it another's name to merge "
        "them.",
    )  # fmt: skip
