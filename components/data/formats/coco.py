"""COCO JSON: pictures, categories and annotations in one file, or in one per part of the set."""

from array import array
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from components.data.doubtful_names import doubts
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
from components.data.formats.coco_remarks import broken, missing, not_there
from components.data.formats.coco_whole import about_several, read_whole, sorts_pictures
from components.data.formats.description import Description, RawPicture
from components.data.formats.json_kinds import COCO, kind_of
from components.data.keypoints import best
from components.data.listing import of_ending
from components.data.matching import PictureIndex, Reference
from components.data.names import split_of_folder
from components.data.numbered import Numbering, NumberMap, NumberSet, SplitOf
from components.data.problems import count, warn
from components.data.records import Problem, Split
from components.data.scan import Finds
from components.data.second_labels import LOOKED_AT, Seconds, merged
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

    def number_of(self, number: int) -> int:
        """How many annotations there are of a picture."""
        return sum(self.coco.counts[one.key] for one in self.images(number)
                   if one.key < len(self.coco.counts))  # fmt: skip

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
    also: dict[int, list[tuple[int, int]]] = field(default_factory=dict)  # list and place in it
    far: NumberSet = field(default_factory=NumberSet)

    def make_room(self, picture: int, told: list[Problem], *, is_far: bool) -> int:
        """Take a picture from a file of elsewhere where one lies nearer; 1 if it had labels."""
        if is_far or picture not in self.far:
            return 0
        listed, number = self.lists[self.list_of[picture]], self.place_of[picture]
        self.far.discard(picture)
        del self.list_of[picture]
        self.also.pop(picture, None)
        told.append(not_there(listed.coco, listed.name(number)))
        return int(listed.has_things(number))

    def take(self, picture: int, number: int, *, is_far: bool) -> None:
        """Give a picture to an image of the file that came last."""
        self.list_of[picture], self.place_of[picture] = len(self.lists) - 1, number
        if is_far:
            self.far.add(picture)

    def described(self, picture: int) -> list[tuple[CocoFile, list[CocoImage]]]:
        """The files that speak of a picture, and what each lists of it."""
        places = [(self.list_of[picture], self.place_of[picture]), *self.also.get(picture, ())]
        return [(self.lists[one].coco, self.lists[one].images(place)) for one, place in places]


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
    several = Seconds(NAME, index.said)
    for coco in sorted(boxed, key=lambda one: (
        not several.is_first(one.name), -one.boxes, not one.points, -one.name.count("/")
    )):  # fmt: skip
        filled += _claim(whole, coco, index, problems, several)
    problems += broken(whole.used)
    is_sorted = not boxed[0].boxes
    if is_sorted:
        problems += about_several(whole.used)
    return Description(
        NAME, _why(whole, boxed), classes_of(whole.used), filled, NumberSet(whole.list_of),
        lambda picture, told: _read(whole, picture, told), whole.splits, problems,
        keypoints=best(one for coco in whole.used for one in coco.points),
        questions=several.asked(), far=whole.far, task="classify" if is_sorted else "detect",
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


def _claim(
    whole: _Set, coco: CocoFile, index: PictureIndex, problems: list[Problem], several: Seconds
) -> int:
    """Give the file those pictures that no file before it described; how many have labels."""
    listed = _Listed(coco, coco.split or split_of_folder(coco.folder))
    matches = index.match(listed)
    whole.lists.append(listed)
    again: list[tuple[int, int]] = []  # pictures that a file before has, with their numbers
    filled = 0
    for number, picture in matches.picture_of.pairs():
        is_far = picture in matches.far
        if not several.is_answered:
            filled -= whole.make_room(picture, problems, is_far=is_far)
        if picture in whole.list_of:
            again.append((picture, number))
            if coco.split is not None:  # train.json beside all.json
                whole.splits.setdefault(picture, coco.split)
            continue
        whole.take(picture, number, is_far=is_far)
        filled += listed.has_things(number)
        if coco.split is not None:
            whole.splits[picture] = coco.split
    is_joined = bool(again) and _settle(whole, again, several, problems)
    if is_joined or len(again) < len(matches.picture_of) or (not again and coco.boxes):
        whole.used.append(coco)
        problems.extend(missing(coco, listed.name, matches))
        problems.extend(doubts(coco.name, matches, listed.name, index))
    return filled


def _settle(
    whole: _Set, again: list[tuple[int, int]], several: Seconds, problems: list[Problem]
) -> bool:
    """What becomes of pictures that a file before has; whether both count for them."""
    last = len(whole.lists) - 1
    coco, first = whole.lists[last].coco, whole.lists[whole.list_of[again[0][0]]].coco
    for picture, number in again:
        one, place = whole.list_of[picture], whole.place_of[picture]
        several.meet(picture, (whole.lists[one].coco.name, whole.lists[one].number_of(place)),
                     (coco.name, whole.lists[last].number_of(number)))  # fmt: skip
    sample = again[:: max(1, len(again) // LOOKED_AT)]
    if several.are_joined(first.used_names(), coco.used_names(), (
        (_read_one(*whole.described(picture)[0], []),
         _read_one(coco, whole.lists[last].images(number), [])) for picture, number in sample
    )):  # fmt: skip
        for picture, number in again:
            whole.also.setdefault(picture, []).append((last, number))
        problems.append(several.joined(coco.name, first.name, len(again)))
        return True
    why = "as you chose" if several.is_answered else "which has more boxes"
    problems.append(warn(
        "described_twice", coco.name,
        f"{coco.name} describes {count(len(again), 'picture')} that {first.name} describes too.",
        f"Only {first.name}, {why}, is used for them.",
    ))  # fmt: skip
    return False


def _why(whole: _Set, files: list[CocoFile]) -> str:
    used = whole.used or files
    boxes = sum(coco.boxes or coco.total for coco in used)
    return (
        f"{count(len(used), 'JSON file')} such as {used[0].name} "
        f"{'lists' if len(used) == 1 else 'list'} images, categories and "
        f"{count(boxes, 'annotation')} as COCO does."
    )


def _read(whole: _Set, picture: int, told: list[Problem]) -> RawPicture:
    return merged([_read_one(coco, images, told) for coco, images in whole.described(picture)])


def _read_one(coco: CocoFile, images: list[CocoImage], told: list[Problem]) -> RawPicture:
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
        told.append(warn(
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
