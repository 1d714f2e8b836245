"""Pascal VOC: an XML file per picture, boxes as corners in pixels.

The picture is found by `<filename>`, else by the XML's own name; `<path>` and `<folder>` speak of
the computer that wrote them. Coordinates are taken as they stand: the first VOC sets counted
pixels from 1, but LabelImg and most tools count from 0, and a file does not say which.
"""

import math
import re
from dataclasses import dataclass
from typing import Any

from components.data.formats.description import Description, RawLabel, RawPicture
from components.data.formats.texts import decoded, first_tag
from components.data.formats.xml_stream import told_in_words
from components.data.listing import of_ending
from components.data.matching import Matches, PictureIndex, Reference
from components.data.names import folded, stem_of
from components.data.problems import count, warn
from components.data.records import Corners, Problem
from components.data.scan import Finds
from components.data.spool import Spool
from components.data.unpack import Entry
from components.errors import LabelError

NAME = "Pascal VOC"
_Said = tuple[str, Corners, str, tuple[tuple[float, ...], ...]]  # the fields of a `RawLabel`
_SMALL = 200_000  # bytes: below, parsing is as cheap as looking at the head
MOST_XML_BYTES = 20_000_000
_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")
_PLAIN_HEAD = re.compile(
    rb"""\s*<\?xml version=["']1\.[01]["'](?: encoding=["']utf-8["'])?\s*\?>""", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class _File:
    """One XML and the picture it says it is about; what it says lies in the spool."""

    entry: Entry
    filename: str
    things: int
    kept: int


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
        data = entry.path.read_bytes()
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
    problems: list[Problem] = []
    files: list[_File] = []
    classes: set[str] = set()
    spool = Spool()  # a file is read once, and a big set stays out of the memory
    for entry in of_ending(finds.texts, ".xml"):
        _take(entry, files, classes, told, spool)
    if not files:
        return None
    matches = _match(files, index)
    file_of = {picture: files[number] for number, picture in matches.picture_of.items()}
    problems += _orphans(files, matches)
    return Description(
        NAME, _why(files), tuple(sorted(classes, key=lambda name: (name.casefold(), name))),
        sum(file.things > 0 for file in file_of.values()), frozenset(file_of),
        lambda picture, told: _read(file_of[picture], spool, told), problems=problems,
    )  # fmt: skip


def _take(
    entry: Entry, files: list[_File], classes: set[str], problems: list[Problem], spool: Spool
) -> None:
    root = None
    try:
        if entry.size > _SMALL and first_tag(entry.path, entry.name) == "annotations":
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
    size = _number(root.findtext("size/width")), _number(root.findtext("size/height"))
    said = [_label(thing) for thing in root.findall("object")]
    classes.update(label[0] for label, _ in said if label is not None)
    kept = spool.add((size if size[0] > 0 and size[1] > 0 else None, said))
    files.append(_File(entry, tidy(root.findtext("filename")), len(said), kept))


def _is_of_cvat(entry: Entry) -> bool:
    try:
        return first_tag(entry.path, entry.name) == "annotations"
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


def tidy(text: str | None) -> str:
    """An element's text without the blanks and line ends around it."""
    return (text or "").strip()


def _match(files: list[_File], index: PictureIndex) -> Matches:
    """Files whose two names agree go first: a copied `<filename>` then takes nobody's picture."""
    order = sorted(range(len(files)), key=lambda number: not _agrees(files[number]))
    matches = index.match([_reference(files[number]) for number in order])
    return Matches(
        {order[number]: picture for number, picture in matches.picture_of.items()},
        [order[number] for number in matches.missing],
        [order[number] for number in matches.ambiguous],
    )


def _agrees(file: _File) -> bool:
    return folded(stem_of(file.filename.replace("\\", "/"))) == folded(stem_of(file.entry.name))


def _reference(file: _File) -> Reference:
    folder, _, last = file.entry.name.rpartition("/")
    names = (file.filename, last) if file.filename else (last,)
    return Reference(names, folder)


def _orphans(files: list[_File], matches: Matches) -> list[Problem]:
    problems = []
    for number in matches.missing:
        file = files[number]
        called = file.filename or stem_of(file.entry.name)
        problems.append(warn(
            "label_without_picture", file.entry.name,
            f"{file.entry.name} describes {called}, which is not there.",
            "Its labels are left out.",
        ))  # fmt: skip
    for number in matches.ambiguous:
        problems.append(warn(
            "label_ambiguous", files[number].entry.name,
            f"{files[number].entry.name} could belong to several pictures.",
            "Its labels are left out.",
        ))  # fmt: skip
    return problems


def _why(files: list[_File]) -> str:
    return (
        f"{count(len(files), 'XML file')} such as {files[0].entry.name} "
        f"{'has' if len(files) == 1 else 'have'} the elements of Pascal VOC."
    )


def _read(file: _File, spool: Spool, told: list[Problem]) -> RawPicture:
    size, said = spool[file.kept]
    raw = RawPicture(file.entry.name, "pixels", size)
    for number, (label, what) in enumerate(said, start=1):
        if label is not None:
            raw.labels.append(RawLabel(*label))
            continue
        raw.lost += 1
        told.append(warn(
            "row_unreadable", file.entry.name,
            f"Object {number} in {file.entry.name} {what}.", "It is left out.",
        ))  # fmt: skip
    return raw


def _number(text: str | None) -> float:
    """The text as a number; NaN when it is none."""
    try:
        return float((text or "").strip())
    except ValueError:
        return math.nan


def _label(thing: Any) -> tuple[_Said | None, str]:
    """The label of an `<object>`, or what is wrong with it."""
    parts = {part.tag: part for part in reversed(thing)}  # of two of a kind, the first counts
    name = tidy(parts["name"].text) if "name" in parts else ""
    if not name:
        return None, "has no name"
    if "bndbox" in parts:
        sides = {side.tag: side.text for side in reversed(parts["bndbox"])}
        try:
            left, top = float(sides["xmin"]), float(sides["ymin"])
            right, bottom = float(sides["xmax"]), float(sides["ymax"])
        except (KeyError, TypeError, ValueError):
            return None, "has a box without four numbers"
        if any(map(math.isnan, (left, top, right, bottom))):
            return None, "has a box without four numbers"
        shape, points = _outline(parts.get("polygon"))
        return (name, (left, top, right, bottom), shape, points), ""
    if "robndbox" not in parts:
        return None, "has no box"
    return _turned(name, parts["robndbox"])


def _outline(polygon: Any) -> tuple[str, tuple[tuple[float, ...], ...]]:
    """The polygon that Roboflow writes beside a box: `<x1>`, `<y1>`, `<x2>` and so on."""
    points: list[tuple[float, ...]] = []
    while polygon is not None:
        n = len(points) + 1
        x, y = _number(polygon.findtext(f"x{n}")), _number(polygon.findtext(f"y{n}"))
        if math.isnan(x) or math.isnan(y):
            break
        points.append((x, y))
    return ("polygon", tuple(points)) if len(points) >= 3 else ("box", ())


def _turned(name: str, place: Any) -> tuple[_Said | None, str]:
    """A turned box as roLabelImg writes it: centre, size, angle in radians, clockwise."""
    values = [_number(place.findtext(key)) for key in ("cx", "cy", "w", "h", "angle")]
    if not all(math.isfinite(value) for value in values):
        return None, "has a turned box without five numbers"
    x, y, w, h, angle = values
    cos, sin = math.cos(angle), math.sin(angle)
    corners = tuple(
        (x + dx * w / 2 * cos - dy * h / 2 * sin, y + dx * w / 2 * sin + dy * h / 2 * cos)
        for dx, dy in ((-1, -1), (1, -1), (1, 1), (-1, 1))
    )
    xs, ys = [c[0] for c in corners], [c[1] for c in corners]
    box: Corners = (min(xs), min(ys), max(xs), max(ys))
    return (name, box, "rotated", corners), ""
