"""COCO JSON: pictures, categories and annotations in one file, or in one per part of the set."""

from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from components.data.formats.class_names import named_twice
from components.data.formats.coco_corners import mend_corners
from components.data.formats.coco_file import (
    CocoFile,
    CocoImage,
    CocoThing,
    annotations,
    classes_of,
)
from components.data.formats.coco_labels import label_of
from components.data.formats.coco_reading import read_file
from components.data.formats.coco_whole import about_several, read_whole, sorts_pictures
from components.data.formats.description import Description, RawPicture
from components.data.formats.json_kinds import COCO, kind_of
from components.data.keypoints import best
from components.data.listing import of_ending
from components.data.matches import Matches
from components.data.matching import PictureIndex, Reference
from components.data.names import split_of_folder
from components.data.numbered import Numbering, NumberMap, NumberSet, SplitOf
from components.data.problems import count, note, warn
from components.data.records import Problem, Split
from components.data.scan import Finds
from components.errors import LabelError

NAME = "COCO JSON"


class _Listed(Sequence[Reference]):
    """What a file calls its pictures, each once: some list a picture once per annotator."""

    def __init__(self, coco: CocoFile, split: Split | None) -> None:
        self.coco = coco
        self._split = split
        self._first = array("I")  # the image that lists a picture first
        self._key = array("I")  # the number of its id
        self._again: dict[int, list[int]] = {}  # and those that list it once more
        numbers = Numbering()
        for place, (key, reference, _) in enumerate(coco.images):
            number = numbers.number(reference)
            if number == len(self._first):
                self._first.append(place)
                self._key.append(key)
            else:
                self._again.setdefault(number, []).append(place)

    def __len__(self) -> int:
        return len(self._first)

    def __getitem__(self, number: Any) -> Any:
        return Reference((self.name(number),), self.coco.folder, self._split)

    def name(self, number: int) -> str:
        """What the file calls a picture."""
        name: str = self.coco.images[self._first[number]][1]
        return name

    def has_things(self, number: int) -> bool:
        """Whether there is an annotation of a picture."""
        return self.coco.has_things(self._key[number]) or (
            number in self._again
            and any(self.coco.has_things(image.key) for image in self.images(number))
        )

    def images(self, number: int) -> list[CocoImage]:
        """All images of one picture."""
        return list(map(self.coco.image, (self._first[number], *self._again.get(number, ()))))


@dataclass(slots=True)
class _Set:
    """Which file and which of its images a picture is described by."""

    lists: list[_Listed] = field(default_factory=list)
    list_of: NumberMap = field(default_factory=NumberMap)
    place_of: NumberMap = field(default_factory=NumberMap)
    splits: SplitOf = field(default_factory=SplitOf)
    used: list[CocoFile] = field(default_factory=list)
    far: NumberSet = field(default_factory=NumberSet)

    def make_room(self, picture: int, told: list[Problem], *, is_far: bool) -> int:
        """Take a picture from a file of elsewhere where one lies nearer; 1 if it had labels."""
        if is_far or picture not in self.far:
            return 0
        listed, number = self.lists[self.list_of[picture]], self.place_of[picture]
        self.far.discard(picture)
        del self.list_of[picture]
        told.append(_not_there(listed.coco, listed.name(number)))
        return int(listed.has_things(number))

    def take(self, picture: int, number: int, *, is_far: bool) -> None:
        """Give a picture to an image of the file that came last."""
        self.list_of[picture], self.place_of[picture] = len(self.lists) - 1, number
        if is_far:
            self.far.add(picture)

    def described(self, picture: int) -> tuple[CocoFile, list[CocoImage]]:
        """The file that speaks of a picture, and what it lists of it."""
        listed = self.lists[self.list_of[picture]]
        return listed.coco, listed.images(self.place_of[picture])


def find(finds: Finds, index: PictureIndex, told: list[Problem]) -> Description | None:
    """The COCO files among what was found, or None when there are none."""
    problems: list[Problem] = []
    files = _files(finds, told)
    boxed = [coco for coco in files if coco.boxes]  # not captions, not bare lists of pictures
    boxed = boxed or [coco for coco in files if sorts_pictures(coco)]
    if not boxed:
        return None
    problems += [problem for coco in boxed for problem in mend_corners(coco)]
    whole = _Set()
    filled = 0
    # The file with most boxes speaks first: instances before captions, stuff and keypoints.
    # Of two that say as much, the one that also knows the points of things, or lies nearer.
    for coco in sorted(boxed, key=lambda one: (-one.boxes, not one.points, -one.name.count("/"))):
        filled += _claim(whole, coco, index, problems)
    problems += _broken(whole.used)
    is_sorted = not boxed[0].boxes
    if is_sorted:
        problems += about_several(whole.used)
    return Description(
        NAME, _why(whole, boxed), classes_of(whole.used), filled, NumberSet(whole.list_of),
        lambda picture, told: _read(whole, picture, told), whole.splits, problems,
        keypoints=best(one for coco in whole.used for one in coco.points), far=whole.far,
        task="classify" if is_sorted else "detect",
    )  # fmt: skip


def _files(finds: Finds, problems: list[Problem]) -> list[CocoFile]:
    files = []
    for entry in of_ending(finds.texts, ".json"):
        if kind_of(entry, finds.kinds) not in ("", COCO):  # another's: no need to open it again
            continue
        try:
            coco = read_file(entry)
        except LabelError as error:
            problems.append(warn("json_broken", entry.name, error.what, "It is left out."))
            continue
        if coco is not None:
            files.append(coco)
    return files


def _claim(whole: _Set, coco: CocoFile, index: PictureIndex, problems: list[Problem]) -> int:
    """Give the file those pictures that no file before it described; how many have labels."""
    listed = _Listed(coco, coco.split or split_of_folder(coco.folder))
    matches = index.match(listed)
    whole.lists.append(listed)
    twice, first, filled = 0, "", 0
    for number, picture in matches.picture_of.pairs():
        is_far = picture in matches.far
        filled -= whole.make_room(picture, problems, is_far=is_far)
        if picture in whole.list_of:
            twice += 1
            first = first or whole.lists[whole.list_of[picture]].coco.name
            if coco.split is not None:  # train.json beside all.json
                whole.splits.setdefault(picture, coco.split)
            continue
        whole.take(picture, number, is_far=is_far)
        filled += listed.has_things(number)
        if coco.split is not None:
            whole.splits[picture] = coco.split
    if twice:
        problems.append(warn(
            "described_twice", coco.name,
            f"{coco.name} describes {count(twice, 'picture')} that {first} describes too.",
            f"Only {first}, which has more boxes, is used for them.",
        ))  # fmt: skip
    if twice < len(matches.picture_of) or (not twice and coco.boxes):
        whole.used.append(coco)
        problems.extend(_missing(coco, listed, matches))
    return filled


def _not_there(coco: CocoFile, name: str) -> Problem:
    return warn(
        "label_without_picture", name, f"{coco.name} describes {name}, which is not there.",
        "Its labels are left out.",
    )  # fmt: skip


def _missing(coco: CocoFile, listed: _Listed, matches: Matches) -> Iterator[Problem]:
    for name in map(listed.name, matches.missing):
        yield _not_there(coco, name)
    for name in map(listed.name, matches.ambiguous):
        yield warn(
            "label_ambiguous", name, f"{name} in {coco.name} could mean several pictures.",
            "Its labels are left out.",
        )  # fmt: skip


def _broken(files: list[CocoFile]) -> list[Problem]:
    problems = []
    for coco in files:
        problems += named_twice(
            coco.name, [name for key, name in coco.categories.items() if key in coco.used]
        )
        if coco.is_nameless:
            problems.append(warn(
                "no_class_names", coco.name, f"{coco.name} does not say what its classes are "
                "called.", 'They are called "class 1" and so on; you can rename them here.',
            ))  # fmt: skip
        if coco.broken:
            problems.append(warn(
                "row_unreadable", coco.name,
                f"{count(coco.broken, 'entry', 'entries')} in {coco.name} "
                f"{'has' if coco.broken == 1 else 'have'} no name or number to go by.",
                "They are left out.",
            ))  # fmt: skip
        unlisted = coco.counts[:]
        for key, _, _ in coco.images:
            if key < len(unlisted):
                unlisted[key] = 0
        lost = sum(unlisted)
        if lost:
            problems.append(warn(
                "label_without_picture", coco.name,
                f"{count(lost, 'label')} in {coco.name} "
                f"{'belongs' if lost == 1 else 'belong'} to no picture that it lists.",
                "They are left out.",
            ))  # fmt: skip
    return problems


def _why(whole: _Set, files: list[CocoFile]) -> str:
    used = whole.used or files
    boxes = sum(coco.boxes or coco.total for coco in used)
    return (
        f"{count(len(used), 'JSON file')} such as {used[0].name} "
        f"{'lists' if len(used) == 1 else 'list'} images, categories and "
        f"{count(boxes, 'annotation')} as COCO does."
    )


def _read(whole: _Set, picture: int, told: list[Problem]) -> RawPicture:
    coco, images = whole.described(picture)
    if not coco.boxes:
        return read_whole(coco, images)
    raw = RawPicture(coco.name, "pixels", images[0].size)
    raw.is_certain = coco.total > 0 and not any(one.key in coco.unlooked for one in images)
    crowds, are_all = 0, coco.is_all_crowd
    pieces = [piece for image in images for piece in coco.packed[image.key]]
    for piece in pieces:
        if len(piece) == 2 and (made := coco.labels(piece)) is not None:
            raw.labels += made
            continue
        for packed in annotations(piece):
            if (label := coco.label(packed)) is not None:
                raw.labels.append(label)
                continue
            thing = coco.thing(packed)
            if thing.is_crowd and not are_all:
                crowds += 1
            else:
                _add(raw, thing, coco, images[0].reference, told)
    if crowds:
        raw.lost += 0 if raw.labels else 1
        told.append(note(
            "crowd", images[0].reference,
            f"{images[0].reference} has {count(crowds, 'area')} marked as a crowd, not single "
            "things.", "They are left out, as the trainer does.",
        ))  # fmt: skip
    return raw


def _add(
    raw: RawPicture, thing: CocoThing, coco: CocoFile, reference: str, told: list[Problem]
) -> None:
    """One annotation as a label, or what is wrong with it."""
    code, what = "row_unreadable", f"A label of {reference} in {coco.name} says nowhere where it is"
    if thing.category not in coco.categories:
        code = "unknown_class"
        what = (
            f"A label of {reference} has the category {thing.category}, which {coco.name} does "
            "not name"
        )
    elif thing.box == () and not (thing.polygons or thing.mask):
        what = f"A box of {reference} in {coco.name} is not four numbers"
    else:
        try:
            label = label_of(thing, coco.categories[thing.category])
        except LabelError as error:
            label, what = None, f"A mask of {reference} cannot be read. {error.what.rstrip('.')}"
        if label is not None:
            raw.labels.append(label)
            return
    raw.lost += 1
    told.append(warn(code, reference, f"{what}.", "It is left out."))
