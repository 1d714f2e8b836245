"""From what files say about pictures to a description: the part that all formats share.

A reader turns each file into pages, one a picture. Here pages find their pictures, and a picture
that two files describe gets the labels of one of them, with a word about the other.
"""

from array import array
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from components.data.formats.description import Description, RawPicture
from components.data.formats.sheet import Sheet
from components.data.matching import PictureIndex, Reference
from components.data.names import folded, stem_of, tidy_reference
from components.data.numbered import NumberMap, NumberSet, SplitOf
from components.data.problems import count, note, warn
from components.data.records import Problem
from components.data.second_labels import is_second, label_twice
from components.errors import LabelError

NAMELESS = "(none)"  # the class of labels that have none; the user can rename or merge it


class _Survey(Sequence[Reference]):
    """What matching needs of a sheet, learned in one pass.

    Pages whose two names agree go first: a copied name then takes nobody's picture.
    """

    def __init__(self, sheet: Sheet) -> None:
        self.sheet = sheet
        self.filled = NumberSet()
        self.splits = SplitOf()
        first, others = array("I"), array("I")
        for number, page in enumerate(sheet.pages):
            (first if _agrees(page.names) else others).append(number)
            if page.things > 0:
                self.filled.add(number)
            if page.split is not None:
                self.splits[number] = page.split
        self.order = first + others

    def __len__(self) -> int:
        return len(self.order)

    def __getitem__(self, place: Any) -> Any:
        number = self.order[place]
        page = self.sheet.pages[number]
        return Reference(page.names, self.sheet.source(number).rpartition("/")[0], page.split)


@dataclass(slots=True)
class _Claims:
    """Which page of which sheet a picture is described by."""

    sheets: list[Sheet] = field(default_factory=list)
    sheet_of: NumberMap = field(default_factory=NumberMap)
    page_of: NumberMap = field(default_factory=NumberMap)
    splits: SplitOf = field(default_factory=SplitOf)
    filled: int = 0
    problems: list[Problem] = field(default_factory=list)
    far: dict[int, int] = field(default_factory=dict)  # picture to 1 where it has labels

    def make_room(self, picture: int, *, is_far: bool) -> None:
        """Take a picture from a file of another folder where one lies nearer."""
        if is_far or picture not in self.far:
            return
        self.filled -= self.far.pop(picture)
        sheet, number = self.sheets[self.sheet_of[picture]], self.page_of[picture]
        del self.page_of[picture]
        self.problems.append(_missing(sheet, number, is_taken=False))

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
    made = _Claims(problems=list(problems))
    for survey in sorted(map(_Survey, sheets), key=lambda one: -len(one.filled)):
        _claim(made, survey, index, rescue)
    return Description(
        name, why, tuple(dict.fromkeys(classes)), made.filled, NumberSet(made.page_of),
        lambda picture, told: _read(made, picture, told), made.splits, made.problems,
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
    made.sheets.append(sheet)
    matches = index.match(survey)
    shared, first = 0, sheet
    for place, picture in matches.picture_of.items():
        number = survey.order[place]
        is_far = picture in matches.far
        made.make_room(picture, is_far=is_far)
        if picture in made.page_of:
            shared += 1
            first = first if shared > 1 else made.sheets[made.sheet_of[picture]]
        else:
            made.take(picture, number, survey, is_far=is_far)
        if number in survey.splits:
            made.splits.setdefault(picture, survey.splits[number])
    if shared:
        made.problems.append(_twice(sheet, first, shared))
    _rescue(made, survey, [survey.order[place] for place in matches.missing], index, rescue)
    made.problems += [_ambiguous(sheet, survey.order[place]) for place in matches.ambiguous]


def _rescue(
    made: _Claims,
    survey: _Survey,
    missing: list[int],
    index: PictureIndex,
    rescue: Callable[[Sheet, int], int | None] | None,
) -> None:
    """Pages without a picture: some carry one."""
    sheet = survey.sheet
    for number in missing:
        picture = rescue(sheet, number) if rescue else None
        if picture is None:
            is_taken = _is_taken(made, sheet, number, index)
            made.problems.append(_missing(sheet, number, is_taken=is_taken))
            continue
        made.take(picture, number, survey)
        if number in survey.splits:
            made.splits.setdefault(picture, survey.splits[number])


def _agrees(names: tuple[str, ...]) -> bool:
    if len(names) < 2:
        return False
    return len({folded(stem_of(tidy_reference(name))) for name in names}) == 1


def _twice(sheet: Sheet, first: Sheet, number: int) -> Problem:
    return warn(
        "described_twice", sheet.name,
        f"{sheet.name} describes {count(number, 'picture')} that {first.name} describes too.",
        f"Only {first.name}, which has labels for more pictures, is used for them.",
    )  # fmt: skip


def _is_taken(made: _Claims, sheet: Sheet, number: int, index: PictureIndex) -> bool:
    """Whether another file describes every picture that a page could be about."""
    return not sheet.is_one_file and is_second(
        sheet.pages[number].names[0], sheet.source(number), index, made.page_of
    )


def _missing(sheet: Sheet, number: int, *, is_taken: bool) -> Problem:
    called, source = sheet.pages[number].names[0].strip(), sheet.source(number)
    if is_taken:
        return label_twice(source)
    return warn(
        "label_without_picture", called if sheet.is_one_file else source,
        f"{source} describes {called}, which is not there.", "Its labels are left out.",
    )  # fmt: skip


def _ambiguous(sheet: Sheet, number: int) -> Problem:
    called, source = sheet.pages[number].names[0].strip(), sheet.source(number)
    return warn(
        "label_ambiguous", called if sheet.is_one_file else source,
        f"{called} in {source} could mean several pictures.", "Its labels are left out.",
    )  # fmt: skip


def _read(made: _Claims, picture: int, told: list[Problem]) -> RawPicture:
    sheet, number = made.sheets[made.sheet_of[picture]], made.page_of[picture]
    source = sheet.source(number)
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


def several_classes(number: int, source: str) -> list[Problem]:
    """Pictures that have more than one class as a whole; nothing for none of them."""
    if not number:
        return []
    return [warn(
        "several_classes", source,
        f"{count(number, 'picture')} of {source} {'has' if number == 1 else 'have'} more than one "
        "class.", "All are kept; a model that sorts pictures learns one of each.",
    )]  # fmt: skip
