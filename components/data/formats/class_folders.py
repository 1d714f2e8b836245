"""Class folders: pictures sorted into one folder for each class, with or without parts above.

Folders are everywhere and mean many things, so this is asked last, and only believed where it is
plain: all pictures lie one level below one place (or below its train, val and test, or these lie
below the classes), and the folders are not called like days, cameras or batches. The person is
asked in any case.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable

from components.data.formats.description import Description, RawLabel, RawPicture
from components.data.formats.number_names import NumberNames
from components.data.matching import PictureIndex
from components.data.names import ROLES, alphabetical, folded, split_of_word
from components.data.problems import count, note
from components.data.questions import Question, answer_to
from components.data.records import Problem, Split
from components.data.scan import Finds

NAME = "Class folders"
_NO_CLASS = {"no_label", "unlabeled", "unlabelled", "unsorted"}  # CVAT writes the first
_WHOLE = (0.0, 0.0, 1.0, 1.0)
_YES, _NO = _ANSWERS = ("Yes, they say what is on the pictures", "No, they only hold the pictures")
_PLAIN = 0.95  # share of the pictures that must fit; our own choice
_BATCHES = re.compile(
    r"\d{3,}\w*|(?:19|20)\d\d[-_. ]?\d\d.*|\d{1,2}[-_.]\d{1,2}[-_.]\d{2,4}.*|new[ _-]?folder.*"
    r"|(?:.*[^a-z])?(?:batch|part|session|folder|frames?|videos?|vid|clip|day|week|cam(?:era)?|raw"
    r"|uploads?|scene|seq(?:uence)?|run|trip|flight|img|dsc|dcim|set|group|images?|pictures?"
    r"|photos?|site|plot|tile|slide|patient|subject)[^a-z]*"
)
_Place = tuple[tuple[str, ...], str, bool]  # the place above, the class, whether in a part


def find(
    finds: Finds,
    index: PictureIndex,
    told: list[Problem],  # noqa: ARG001
) -> Description | None:
    """The class folders, or None when the folders do not plainly mean classes."""
    class_of = _classes(index, _place, _are_classes) or _classes(
        index, _place_above, _are_classes_above
    )
    if class_of is None and (class_of := _classes(index, _place_any, _are_kinds_with_a_train)):
        for number in class_of:
            index.forget_part(number)
    guessed = class_of or perhaps_classes(index)
    if guessed:
        said = answer_to(finds.prefer, NAME, _ANSWERS)
        class_of = {_NO: None, _YES: guessed}.get(said, class_of)
        finds.questions.append(_question(guessed, is_chosen=class_of is not None))
    if class_of is None:
        return None
    bare = [number for number, name in class_of.items() if folded(name) in _NO_CLASS]
    for number in bare:
        del class_of[number]
    called = NumberNames(finds).named({*class_of.values()}, "")
    if called:
        class_of = {number: called.get(str(int(name)), name) for number, name in class_of.items()}
    names = alphabetical(set(class_of.values()))
    return Description(
        NAME, _why(names), tuple(names), len(class_of), frozenset(class_of),
        lambda picture, told: _read(class_of[picture], index.pictures[picture].name),  # noqa: ARG005
        task="classify", problems=_unsorted(len(bare)),
    )  # fmt: skip


def perhaps_classes(index: PictureIndex) -> dict[int, str] | None:
    """Picture number to the folder that could be its class, of sets in which nothing tells."""
    class_of: dict[int, str] = {}
    loose = 0
    for number, entry in enumerate(index.pictures):
        parts = [part for part in entry.name.split("/")[:-1]
                 if folded(part) not in ROLES and split_of_word(folded(part)) is None]  # fmt: skip
        if parts:
            class_of[number] = parts[-1]
        loose += _is_loose(entry.name)
    names = {folded(name) for name in class_of.values()}
    is_many = len(class_of) >= _PLAIN * (len(index.pictures) - loose)
    if not is_many or not 2 <= len(names) <= len(class_of) / 2 + 1:
        return None
    is_batch = any(_BATCHES.fullmatch(name) and not name.isdecimal() for name in names)
    return None if is_batch else class_of


def shown_folders(names: Iterable[str]) -> str:
    """Some of them, for a sentence."""
    every = sorted({*names})
    return ", ".join(every[:3]) + (" and others" if len(every) > 3 else "")


def _question(class_of: dict[int, str], *, is_chosen: bool) -> Question:
    shown = shown_folders(class_of.values())
    return Question(
        NAME, f"Is each folder ({shown}) a class?", _ANSWERS, 0 if is_chosen else 1,
        "There are pictures in folders and no labels. Folders may stand for what the pictures "
        "show, for a model that sorts pictures, or for anything else, such as days or places.",
    )  # fmt: skip


def _classes(
    index: PictureIndex,
    place_of: Callable[[str], _Place | None],
    are_classes: Callable[[list[_Place | None], dict[int, str], PictureIndex], bool],
) -> dict[int, str] | None:
    """Picture number to class; None when the folders are no classes."""
    places = [place_of(entry.name) for entry in index.pictures]
    above = Counter(place[0] for place in places if place is not None)
    if not above:
        return None
    common, fitting = above.most_common(1)[0]
    places = _within_parts(places, common)
    class_of = {
        number: place[1]
        for number, place in enumerate(places)
        if place is not None and place[0] == common
    }
    loose = sum(_is_loose(entry.name) for entry in index.pictures)  # to be guessed, as in contests
    if fitting < _PLAIN * (len(places) - loose) or not are_classes(places, class_of, index):
        return None
    return class_of


def _within_parts(places: list[_Place | None], common: tuple[str, ...]) -> list[_Place | None]:
    """Places without those beside the parts, where nearly all classes lie below a part."""
    inside = [place[2] for place in places if place is not None and place[0] == common]
    if sum(inside) < _PLAIN * len(inside):
        return places
    return [place if place is None or place[2] or place[0] != common else None for place in places]


def _unsorted(number: int) -> list[Problem]:
    if not number:
        return []
    return [note(
        "no_class_folder", "",
        f"{count(number, 'picture')} {'lies' if number == 1 else 'lie'} in a folder for those "
        "without a class.", "They come in as not labelled.",
    )]  # fmt: skip


def _is_loose(name: str) -> bool:
    """Whether a picture lies in a folder for testing, and in no class below it."""
    folder = folded(name).rpartition("/")[0].rpartition("/")[2]
    return split_of_word(folder) == "test"


def _place(name: str) -> _Place | None:
    """Where a picture lies; None when its folder cannot be a class."""
    parts = name.split("/")[:-1]
    if not parts or folded(parts[-1]) in ROLES or _is_part(folded(parts[-1])):
        return None
    rest = [part for part in map(folded, parts[:-1]) if part not in ROLES]
    kept = tuple(part for part in rest if split_of_word(part) is None)
    return kept, parts[-1], len(kept) < len(rest)


def _place_any(name: str) -> _Place | None:
    """The same where a folder may be called like a part: trains stand beside cars and buses."""
    parts = name.split("/")[:-1]
    return (tuple(map(folded, parts[:-1])), parts[-1], False) if parts else None


def _place_above(name: str) -> _Place | None:
    """Where a picture lies whose class stands above its part: cat/train/1.jpg."""
    parts = name.split("/")[:-1]
    if len(parts) < 2 or folded(parts[-1]) not in _PARTS or folded(parts[-2]) in ROLES | _PARTS:
        return None
    return tuple(map(folded, parts[:-2])), parts[-2], True


def _is_part(folder: str) -> bool:
    """Whether a folder is a part of a set and no class, with its year too: train2017."""
    return folded(folder).rstrip("0123456789_-") in _PARTS


_PARTS = {word for word in ("train", "training", "val", "valid", "validation", "test", "testing")
          if split_of_word(word)}  # fmt: skip


def _are_classes(
    places: list[_Place | None], class_of: dict[int, str], index: PictureIndex
) -> bool:
    names = {folded(name) for name in class_of.values()}
    if len(names) < 2 or len(names) * 2 > len(class_of) + 2:
        return False
    parts = {index.split(number) for number in class_of}
    if len(parts) > 1 and all(place and place[2] for place in places if place):
        trained = {folded(class_of[n]) for n in class_of if index.split(n) == "train"}
        return len(trained & names) * 2 > len(names)  # the same folders in each part
    return not any(_BATCHES.fullmatch(name) for name in names)


def _are_classes_above(
    places: list[_Place | None],  # noqa: ARG001 - one shape for both
    class_of: dict[int, str],
    index: PictureIndex,
) -> bool:
    """Whether folders with parts below are classes: each has the same parts, two at least."""
    parts_of: dict[str, set[Split | None]] = {}
    for number, name in class_of.items():
        parts_of.setdefault(folded(name), set()).add(index.split(number))
    every = set[Split | None]().union(*parts_of.values())
    return (
        len(parts_of) > 1 and len(every) > 1 and all(parts == every for parts in parts_of.values())
        and not any(_BATCHES.fullmatch(name) for name in parts_of)
    )  # fmt: skip


def _are_kinds_with_a_train(
    places: list[_Place | None], class_of: dict[int, str], index: PictureIndex
) -> bool:
    """Whether "train" is a class: the only part there is, and beside two other folders at least."""
    words = {folded(part) for place in places if place for part in (*place[0], place[1])}
    kinds = {folded(name) for name in class_of.values()}
    return (
        {word for word in words if split_of_word(word)} == {"train"} <= kinds and len(kinds) > 2
        and not kinds & ROLES and _are_classes(places, class_of, index)
    )  # fmt: skip


def _why(names: list[str]) -> str:
    number = count(len(names), "folder")
    return f"The pictures are sorted into {number} ({shown_folders(names)}) and nothing else."


def _read(name: str, file: str) -> RawPicture:
    return RawPicture(file, "fraction", labels=[RawLabel(name, _WHOLE, "whole")])
