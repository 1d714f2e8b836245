"""From what files say about pictures to a description: the part that all formats share.

A reader turns each file into pages, one a picture. Here pages find their pictures, and a picture
that two files describe gets the labels of one of them, with a word about the other.
"""

from array import array
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from components.data.doubtful_names import doubts
from components.data.formats.description import Description, RawPicture
from components.data.formats.page_remarks import ambiguous, missing
from components.data.formats.sheet import Sheet
from components.data.matching import PictureIndex, Reference
from components.data.names import folded, stem_of, tidy_reference
from components.data.numbered import NumberMap, NumberSet, SplitOf
from components.data.problems import count, warn
from components.data.records import Problem
from components.data.second_labels import (
    LOOKED_AT,
    Seconds,
    folder_of,
    label_twice,
    merged,
    seconds,
)  # fmt: skip
from components.errors import LabelError


class _Survey(Sequence[Reference]):
    """What matching needs of a sheet, learned in one pass.

    Pages whose two names agree go first: a copied name then takes nobody's picture.
    """

    def __init__(self, sheet: Sheet) -> None:
        self.sheet = sheet
        self.filled = NumberSet()
        self.classes: set[str] = set()  # as far as they are known before all is read
        self.splits = SplitOf()
        first, others = array("I"), array("I")
        for number, page in enumerate(sheet.pages):
            (first if _agrees(page.names) else others).append(number)
            if page.things > 0:
                self.filled.add(number)
                self.classes.update(page.classes)
            if page.split is not None:
                self.splits[number] = page.split
        self.order = first + others

    def __len__(self) -> int:
        return len(self.order)

    def __getitem__(self, place: Any) -> Any:
        number = self.order[place]
        page = self.sheet.pages[number]
        return Reference(page.names, self.sheet.source(number).rpartition("/")[0], page.split)

    def name(self, place: int) -> str:
        """What a page calls its picture."""
        names: tuple[str, ...] = self.sheet.pages[self.order[place]].names
        return names[0]


@dataclass(slots=True)
class _Claims:
    """Which page of which sheet a picture is described by."""

    several: Seconds
    sheets: list[_Survey] = field(default_factory=list)
    sheet_of: NumberMap = field(default_factory=NumberMap)
    page_of: NumberMap = field(default_factory=NumberMap)
    splits: SplitOf = field(default_factory=SplitOf)
    filled: int = 0
    problems: list[Problem] = field(default_factory=list)
    also: dict[int, list[tuple[int, int]]] = field(default_factory=dict)  # sheets and their pages
    far: dict[int, int] = field(default_factory=dict)  # picture to 1 where it has labels

    def pages(self, picture: int) -> list[tuple[Sheet, int]]:
        """The pages that are read for a picture."""
        first = (self.sheet_of[picture], self.page_of[picture])
        return [(self.sheets[sheet].sheet, number)
                for sheet, number in (first, *self.also.get(picture, ()))]  # fmt: skip

    def make_room(self, picture: int, *, is_far: bool) -> None:
        """Take a picture from a file of another folder where one lies nearer."""
        if is_far or picture not in self.far or self.several.is_answered:
            return
        self.filled -= self.far.pop(picture)
        sheet, number = self.pages(picture)[0]
        del self.page_of[picture]
        self.also.pop(picture, None)
        self.problems.append(missing(*sheet.names_at(number)))

    def take(self, picture: int, number: int, survey: _Survey, *, is_far: bool = False) -> None:
        """Give a picture to a page of the sheet that came last."""
        self.sheet_of[picture], self.page_of[picture] = len(self.sheets) - 1, number
        is_filled = number in survey.filled
        self.filled += is_filled
        if is_far:
            self.far[picture] = int(is_filled)


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
    made = _Claims(Seconds(name, index.said), problems=list(problems))
    for survey in sorted(map(_Survey, sheets), key=lambda one: (
        not made.several.is_first(one.sheet.name), -len(one.filled)
    )):  # fmt: skip
        _claim(made, survey, index, rescue)
    return Description(
        name, why, tuple(dict.fromkeys(classes)), made.filled, NumberSet(made.page_of),
        lambda picture, told: merged([
            _read(sheet, number, told) for sheet, number in made.pages(picture)
        ]),
        made.splits, [*made.problems, *made.several.told()], questions=made.several.asked(),
        far=NumberSet(made.far),
    )  # fmt: skip


def _claim(
    made: _Claims,
    survey: _Survey,
    index: PictureIndex,
    rescue: Callable[[Sheet, int], int | None] | None,
) -> None:
    """Give the sheet's pages those pictures that no sheet before described."""
    sheet = survey.sheet
    made.sheets.append(survey)
    sources = () if sheet.is_one_file else map(sheet.source, survey.order)
    matches = index.match(survey, made.several.first_of(sources))
    again: list[tuple[int, int]] = []  # pictures that a sheet before has, with their pages
    for place, picture in matches.picture_of.items():
        number = survey.order[place]
        is_far = picture in matches.far
        made.make_room(picture, is_far=is_far)
        if picture in made.page_of:
            again.append((picture, number))
        else:
            made.take(picture, number, survey, is_far=is_far)
        if number in survey.splits:
            made.splits.setdefault(picture, survey.splits[number])
    if again:
        _settle(made, survey, again)
    for place in matches.missing:
        _unmatched(made, survey, survey.order[place], index, rescue)
    made.problems += [
        ambiguous(*sheet.names_at(survey.order[place])) for place in matches.ambiguous
    ]
    if sheet.is_one_file:
        made.problems += doubts(sheet.name, matches, survey.name, index)


def _unmatched(
    made: _Claims, survey: _Survey, number: int, index: PictureIndex,
    rescue: Callable[[Sheet, int], int | None] | None,
) -> None:  # fmt: skip
    """A page that found no picture: it has it in itself, is a second one, or lacks it."""
    picture = rescue(survey.sheet, number) if rescue else None
    if picture is None:
        if not _is_second(made, survey.sheet, number, index):
            made.problems.append(missing(*survey.sheet.names_at(number)))
        return
    made.take(picture, number, survey)
    if number in survey.splits:
        made.splits.setdefault(picture, survey.splits[number])


def _agrees(names: tuple[str, ...]) -> bool:
    if len(names) < 2:
        return False
    return len({folded(stem_of(tidy_reference(name))) for name in names}) == 1


def _settle(made: _Claims, survey: _Survey, again: list[tuple[int, int]]) -> None:
    """What becomes of pictures that a sheet before has: one of the two counts, or both."""
    sheet, several = survey.sheet, made.several
    firsts = made.sheets[made.sheet_of[again[0][0]]]
    for picture, number in again:
        one, other = made.pages(picture)[0]
        several.meet(picture, (one.name, one.pages[other].things),
                     (sheet.name, sheet.pages[number].things))  # fmt: skip
    sample = again[:: max(1, len(again) // LOOKED_AT)]
    if several.are_joined(firsts.classes, survey.classes, (
        (_read(*made.pages(picture)[0], []), _read(sheet, number, []))
        for picture, number in sample
    )):  # fmt: skip
        for picture, number in again:
            made.also.setdefault(picture, []).append((len(made.sheets) - 1, number))
        made.problems.append(several.joined(sheet.name, firsts.sheet.name, len(again)))
        return
    first = firsts.sheet.name
    why = "as you chose" if several.is_answered else "which has labels for more pictures"
    made.problems.append(warn(
        "described_twice", sheet.name,
        f"{sheet.name} describes {count(len(again), 'picture')} that {first} describes too.",
        f"Only {first}, {why}, is used for them.",
    ))  # fmt: skip


def _is_second(made: _Claims, sheet: Sheet, number: int, index: PictureIndex) -> bool:
    """Whether another file describes every picture that a page could be about; then it is told."""
    if sheet.is_one_file:
        return False
    source = sheet.source(number)
    described = seconds(sheet.pages[number].names[0], source, index, made.page_of)
    if not described:
        return False
    first, page = made.pages(described[0])[0]
    made.several.meet(
        described[0], (folder_of(first.source(page)), first.pages[page].things),
        (folder_of(source), sheet.pages[number].things),
    )  # fmt: skip
    if made.several.are_all and len(described) == 1:
        made.several.add(described[0], number)
        made.also.setdefault(described[0], []).append((len(made.sheets) - 1, number))
    else:
        made.problems.append(label_twice(source))
    return True


def _read(sheet: Sheet, number: int, told: list[Problem]) -> RawPicture:
    source = sheet.source(number)
    try:
        page = sheet.page(number)
    except LabelError as error:
        told.append(warn("label_broken", source, error.what, "Its labels are left out."))
        return RawPicture(source, "pixels", lost=1)
    told += page.told
    return RawPicture(source, page.unit, page.size, page.labels(), page.is_certain, page.lost)
