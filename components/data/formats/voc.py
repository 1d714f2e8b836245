"""Pascal VOC: an XML file per picture, boxes as corners in pixels.

The picture is found by `<filename>`, else by the XML's own name; `<path>` and `<folder>` speak of
the computer that wrote them. Coordinates are taken as they stand: the first VOC sets counted
pixels from 1, but LabelImg and most tools count from 0, and a file does not say which.
"""

import re
from array import array
from collections.abc import Iterator, Sequence
from typing import Any

from components.data.formats.description import Description, RawLabel, RawPicture
from components.data.formats.drawn import number_of
from components.data.formats.texts import decoded, first_tag
from components.data.formats.voc_names import Head, settle
from components.data.formats.voc_object import HAS_MORE, HAS_PARTS, label_of, tidy
from components.data.formats.xml_stream import told_in_words
from components.data.listing import Listing, of_ending
from components.data.matches import Matches
from components.data.matching import PictureIndex, Reference
from components.data.names import alphabetical, stem_of
from components.data.numbered import NumberSet
from components.data.problems import count, warn
from components.data.records import Problem
from components.data.scan import Finds
from components.data.second_labels import (
    Seconds,
    folder_of,
    label_twice,
    merged,
    seconds,
    winners,
)
from components.data.spool import Spool
from components.data.unpack import Entry
from components.errors import LabelError

NAME = "Pascal VOC"
_Size = tuple[float, float] | None
_SMALL = 200_000  # bytes: below, parsing is as cheap as looking at the head
MOST_XML_BYTES = 20_000_000
_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")
_PLAIN_HEAD = re.compile(
    rb"""\s*<\?xml version=["']1\.[01]["'](?: encoding=["']utf-8["'])?\s*\?>""", re.IGNORECASE
)


class _Files(Sequence[Reference]):
    """The files and what they say; on the disk when they are many.

    As references they come in another order: files whose two names agree go first, for then a
    copied `<filename>` takes nobody's picture.
    """

    def __init__(self) -> None:
        self._heads = Listing[Head]((), tuple, Head._make)
        self._said = Spool()  # a file is read once
        self._agreeing, self._others = array("I"), array("I")
        self.first_with_parts, self.with_parts = "", 0
        self._own = NumberSet()  # files whose `<filename>` is not believed

    def add(self, file: Head, size: _Size, said: list[Any]) -> None:
        """One more file, with the picture's size and what it says of things."""
        (self._agreeing if file.agrees else self._others).append(len(self._heads))
        self._heads.append(file)
        if parts := sum(what == HAS_PARTS for _, what in said):
            self.first_with_parts = self.first_with_parts or file.name
            self.with_parts += parts
        self._said.add((size, said))

    def settle(self, index: PictureIndex, finds: Finds) -> list[Problem]:
        """Decide what to go by where the two names of a file mean two pictures."""
        self._own, told = settle(NAME, self._heads, self._others, index, finds)
        return told

    def __len__(self) -> int:
        return len(self._heads)

    def __getitem__(self, place: Any) -> Any:
        file = self.file(place)
        folder, _, last = file.name.rpartition("/")
        is_said = file.filename and self._number(place) not in self._own
        return Reference((file.filename, last) if is_said else (last,), folder)

    def file(self, place: int) -> Head:
        """The file by its place among the references."""
        return self._heads[self._number(place)]

    def said(self, place: int) -> tuple[_Size, list[Any]]:
        """What it says of the picture's size and of things."""
        found: tuple[_Size, list[Any]] = self._said[self._number(place)]
        return found

    def _number(self, place: int) -> int:
        first = len(self._agreeing)
        return self._agreeing[place] if place < first else self._others[place - first]


def parse(entry: Entry) -> Any:
    """The root element of an XML file; entities and external references are refused.

    Raises:
        LabelError: It is too large, cannot be opened, or is not XML.
    """
    from xml.etree.ElementTree import fromstring as fast

    from defusedxml.ElementTree import ParseError, fromstring

    if entry.size > MOST_XML_BYTES:
        raise LabelError(f"{entry.name} is too large for a label file.", "Check the file.")
    with told_in_words(entry):
        with open(entry.place, "rb", buffering=0) as file:  # noqa: PTH123 - there are very many
            data = file.read() or b""
        try:
            return fast(data) if _is_harmless(data) else fromstring(data)
        except (ParseError, ValueError, LookupError):  # says one encoding and is in another
            text = _DECLARATION.sub("", decoded(data).lstrip("\ufeff"))
            return fromstring(text)


def _is_harmless(data: bytes) -> bool:
    """Whether there can be no entity in it: it is UTF-8, and nothing in it begins with `<!`.

    Then the standard library's parser is as safe, and several times faster.
    """
    head = _PLAIN_HEAD.match(data)
    rest = data[head.end() :] if head else data
    return b"<!" not in rest and b"<?" not in rest and b"\x00" not in rest


def find(finds: Finds, index: PictureIndex, told: list[Problem]) -> Description | None:
    """The VOC files among what was found, or None when there are none."""
    files = _Files()
    classes: set[str] = set()
    for entry in of_ending(finds.texts, ".xml"):
        _take(entry, files, classes, told)
    if not len(files):
        return None
    problems = files.settle(index, finds)
    several = Seconds(NAME, index.said)
    names = (files.file(place).name for place in range(len(files)))
    matches = index.match(files, several.first_of(names))
    file_of = winners(matches.picture_of)
    filled = sum(files.file(place).things > 0 for place in file_of.values())
    problems += _orphans(files, matches, index, several)
    return Description(
        NAME, _why(files), tuple(alphabetical(classes)),
        filled, NumberSet(file_of),
        lambda picture, told: merged([
            _read(files, place, told)
            for place in (file_of[picture], *several.also.get(picture, ()))
        ]),
        problems=problems, questions=several.asked(), far=matches.far,
    )  # fmt: skip


def _take(entry: Entry, files: _Files, classes: set[str], problems: list[Problem]) -> None:
    try:
        if entry.size > _SMALL and first_tag(entry.place, entry.name) == "annotations":
            return  # CVAT's: one file for all, and it may be huge
        root = parse(entry)
    except LabelError as error:
        if _is_of_cvat(entry):
            return
        problems.append(warn("xml_broken", entry.name, error.what, "Its labels are left out."))
        return
    if not is_voc(root):
        if root.tag == "annotation" and not {"imagesize", "object"} & {each.tag for each in root}:
            problems.append(warn("xml_nothing", entry.name, f"{entry.name} says nothing about any "
                                 "picture.", "It is left out."))  # fmt: skip
        return
    width, height = number_of(root.findtext("size/width")), number_of(root.findtext("size/height"))
    said = [label_of(thing) for thing in root.findall("object")]
    classes.update(label[0] for label, _ in said if label is not None)
    size = (width, height) if width > 0 and height > 0 else None
    files.add(Head(entry.name, tidy(root.findtext("filename")), len(said)), size, said)


def _is_of_cvat(entry: Entry) -> bool:
    try:
        return first_tag(entry.place, entry.name) == "annotations"
    except LabelError:
        return False


def is_voc(root: Any) -> bool:
    """Whether an XML's root looks like VOC's; LabelMe's XML has the same root but polygons."""
    if root.tag != "annotation":
        return False
    things = root.findall("object")
    if any(_has_place(thing) for thing in things):
        return True
    if any(thing.find("polygon/pt") is not None for thing in things):
        return False
    return root.find("imagesize") is None and (
        root.find("size") is not None or root.find("filename") is not None
    )


def _has_place(thing: Any) -> bool:
    return thing.find("bndbox") is not None or thing.find("robndbox") is not None


def _orphans(
    files: _Files, matches: Matches, index: PictureIndex, several: Seconds
) -> Iterator[Problem]:
    if files.with_parts:
        yield warn(
            "parts_left_out", files.first_with_parts,
            f"{count(files.with_parts, 'object')} {'has' if files.with_parts == 1 else 'have'} "
            "parts with boxes of their own, such as a head.",
            "The parts are left out; only whole objects are labels.",
        )  # fmt: skip
    first_of = winners(matches.picture_of)
    for place in matches.missing:
        file = files.file(place)
        described = seconds(file.filename or file.name, file.name, index, first_of)
        if described := described or seconds(file.name, file.name, index, first_of):
            first = files.file(first_of[described[0]])
            several.meet(described[0], (folder_of(first.name), first.things),
                         (folder_of(file.name), file.things))  # fmt: skip
            if several.are_all and len(described) == 1:
                several.add(described[0], place)
            else:
                yield label_twice(file.name)
            continue
        yield warn(
            "label_without_picture", file.name,
            f"{file.name} describes {file.filename or stem_of(file.name)}, which is not there.",
            "Its labels are left out.",
        )  # fmt: skip
    yield from several.told()
    for file in map(files.file, matches.ambiguous):
        yield warn(
            "label_ambiguous", file.name, f"{file.name} could belong to several pictures.",
            "Its labels are left out.",
        )  # fmt: skip


def _why(files: _Files) -> str:
    return (
        f"{count(len(files), 'XML file')} such as {files.file(0).name} "
        f"{'has' if len(files) == 1 else 'have'} the elements of Pascal VOC."
    )


def _read(files: _Files, place: int, told: list[Problem]) -> RawPicture:
    size, said = files.said(place)
    name = files.file(place).name
    raw = RawPicture(name, "pixels", size)
    for number, (label, what) in enumerate(said, start=1):
        if label is not None:
            raw.labels.append(RawLabel._make(label))
            if what == HAS_MORE:
                told.append(warn("object_of_two", name, f"Object {number} in {name} {what}.",
                                 "The first is used, the other left out."))  # fmt: skip
            continue
        raw.lost += 1
        told.append(warn(
            "row_unreadable", name, f"Object {number} in {name} {what}.", "It is left out.",
        ))  # fmt: skip
    return raw
