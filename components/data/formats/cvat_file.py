"""One CVAT XML, read as a stream: what it says about pictures and video frames, not yet judged.

Source: CVAT's XML annotation format 1.1, for images and for video.
"""

import contextlib
import math
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from components.data.formats.cvat_frames import (
    framed,
    named_by_number,
    of_several,
    pictures_of,
)
from components.data.formats.description import RawLabel
from components.data.formats.page import Page
from components.data.formats.page_remarks import row_lost
from components.data.formats.run_lengths import cvat_label, size_checked
from components.data.formats.shapes import around, ellipse, outlined, pointed, turned
from components.data.formats.sheet import Sheet
from components.data.formats.xml_stream import events
from components.data.matching import PictureIndex
from components.data.names import split_of_word
from components.data.questions import Question
from components.data.records import Problem
from components.data.unpack import Entry
from components.errors import LabelError

MOST_TEXT = 2_000_000  # characters of one outline: a hundred times what people draw
MOST_RUNS_TEXT = 20_000_000
MOST_TOLD = 50  # labels of one picture that are told of one by one

# A line of the small drawing that shows a skeleton; points are numbered from 1.
_LINE = re.compile(r'data-node-from="(\d{1,4})"\s+data-node-to="(\d{1,4})"')


@dataclass(slots=True)
class CvatFile:
    """What one XML holds.

    Attributes:
        sheet: A page for each picture, then for each video frame by number.
        tags: Page number to what is said of the picture as a whole.
        classes: In the order in which the project names them.
        points_of: Class with a skeleton to the names of its points, in order.
        lines_of: Class with a skeleton to the pairs of points that are joined, counted from 1.
        trouble: What broke the reading off; empty when it was read to its end.
        told: How frames were given their pictures, where that is a guess.
        asked: What only a person can say of that.
    """

    sheet: Sheet
    tags: dict[int, list[str]] = field(default_factory=dict)
    classes: dict[str, None] = field(default_factory=dict)
    points_of: dict[str, list[str]] = field(default_factory=dict)
    lines_of: dict[str, list[tuple[int, int]]] = field(default_factory=dict)
    trouble: str = ""
    told: list[Problem] = field(default_factory=list)
    asked: list[Question] = field(default_factory=list)

    def things(self) -> int:
        """Shapes in all pictures, those that cannot be read as well."""
        return sum(page.things + page.lost for page in self.sheet.pages)


class _Reader:
    """Takes one element after the other."""

    def __init__(self, file: CvatFile) -> None:
        self.file = file
        self.page: Page | None = None
        self.track = ""
        self.film = ("", "")  # subset and task, where a project has several
        self.frames: dict[tuple[str, int], dict[str, Page]] = {}  # by subset and number, by task
        self.frame_size: tuple[float, float] | None = None
        self.length = 0  # frames of the task

    def begin(self, element: Any) -> None:
        """An element that holds others begins."""
        if element.tag == "image":
            name, subset = element.get("name", "").strip(), element.get("subset", "").strip()
            if name:
                names = (f"{subset}/{name}", name) if subset else (name,)
                size = _size(element.get("width"), element.get("height"))
                self.page = Page(names, "pixels", size, split_of_word(subset))
                self.file.sheet.add(self.page)
        elif element.tag == "track":
            self.track = element.get("label", "").strip()
            self.film = element.get("subset", "").strip(), element.get("task_id", "").strip()

    def end(self, element: Any, depth: int) -> None:
        """An element is whole."""
        if element.tag == "label" and element.find("name") is not None:
            self._take_class(element)
        elif element.tag == "size" and (element.text or "").strip().isdecimal():
            self.length = int(element.text.strip()[:9])
        elif element.tag == "original_size":
            self.frame_size = _size(element.findtext("width"), element.findtext("height"))
        elif depth == 3 and self.page is not None:
            self._take(element, self.page, element.get("label", "").strip())
        elif depth == 3 and self.track:
            self._take_framed(element)
        elif element.tag == "image":
            self.page = None
        elif element.tag == "track":
            self.track = ""

    def finish(self, index: PictureIndex, said: str) -> None:
        """Frames become pages, and pages that have other names than their pictures find them."""
        self._rename_pages(index)
        names: dict[int, str] = {}
        if self.frames and not any(subset for subset, _ in self.frames):
            numbers = {number for _, number in self.frames}
            names, told, asked = pictures_of(
                self.file.sheet.name, numbers, self.length, index, said
            )
            self.file.told += told
            self.file.asked += asked
        for place in sorted(self.frames):
            page, *others = self.frames[place].values()
            page.size = self.frame_size
            if others:
                page = of_several(page, others)
            elif place[1] in names:
                page.names = (names[place[1]],)
            self.file.sheet.add(page)

    def _rename_pages(self, index: PictureIndex) -> None:
        file = self.file
        told, names = named_by_number(file.sheet.name, file.sheet.pages, self.length, index)
        file.told += told
        for number, name in names.items():
            file.sheet.pages[number].names = (name,)

    def _take_class(self, element: Any) -> None:
        name = (element.findtext("name") or "").strip()
        parent = (element.findtext("parent") or "").strip()
        if parent:
            self.file.points_of.setdefault(parent, []).append(name)
        elif name:
            self.file.classes.setdefault(name)
            drawing = (element.findtext("svg") or "")[:MOST_TEXT]
            if lines := [(int(a), int(b)) for a, b in _LINE.findall(drawing)]:
                self.file.lines_of[name] = lines

    def _take_framed(self, element: Any) -> None:
        with contextlib.suppress(ValueError):
            number = int(element.get("frame", ""))
            if 0 <= number < 100_000_000:
                subset, task = self.film
                tasks = self.frames.setdefault((subset, number), {})
                page = tasks.setdefault(task, framed(subset, number))
                if element.get("outside") != "1":
                    self._take(element, page, self.track)

    def _take(self, element: Any, page: Page, name: str) -> None:
        """A shape or a tag."""
        if element.tag not in _SHAPES and element.tag not in ("tag", "skeleton"):
            return
        if not name:
            self._lose(page, f"is a {element.tag} without a class")
            return
        self.file.classes.setdefault(name)
        if element.tag == "tag":
            self.file.tags.setdefault(len(self.file.sheet.pages) - 1, []).append(name)
            return
        try:
            make = self._skeleton if element.tag == "skeleton" else _SHAPES[element.tag]
            made = make(element, name)
        except LabelError as error:
            self._lose(page, f"cannot be read: {error.what.rstrip('.')}")
        except (ValueError, OverflowError):
            self._lose(page, f"is a {element.tag} without the numbers of one")
        else:
            if made is None:
                self._lose(page, "is a single point, around which no box can be drawn")
            else:
                page.add(made)

    def _lose(self, page: Page, what: str) -> None:
        if page.lost == MOST_TOLD:
            what = f"and those after it cannot be read: more than {MOST_TOLD} were told"
        problem = row_lost(page.names[-1], f"A label of {page.names[-1]} {what}")
        page.lose(problem if page.lost <= MOST_TOLD else None)

    def _skeleton(self, element: Any, name: str) -> RawLabel | None:
        """Points in the order in which the project names them, unseen ones at 0, 0."""
        order = self.file.points_of.setdefault(name, [])
        found: dict[str, tuple[float, ...]] = {}
        for point in element.findall("points"):
            label = point.get("label", "").strip()
            if label not in order:
                order.append(label)
            x, y = _pairs(point.get("points", ""))[0]
            seen = 1.0 if point.get("occluded") == "1" else 2.0
            found[label] = (x, y, 0.0 if point.get("outside") == "1" else seen)
        return pointed(name, [found.get(label, (0.0, 0.0, 0.0)) for label in order])


def read_file(entry: Entry, index: PictureIndex, said: str = "") -> CvatFile:
    """An XML's pictures and shapes; when it breaks off, what came before, with `trouble` said.

    Args:
        entry: The XML.
        index: The pictures.
        said: What the person has answered to questions.

    Raises:
        LabelError: It cannot be opened.
    """
    file = CvatFile(Sheet(entry.name))
    reader = _Reader(file)
    try:
        with contextlib.closing(events(entry)) as parts:
            for event, element, depth in parts:
                if event == "start":
                    reader.begin(element)
                else:
                    reader.end(element, depth)
    except LabelError as error:
        file.trouble = error.what
    reader.finish(index, said)
    return file


def _size(width: str | None, height: str | None) -> tuple[float, float] | None:
    try:
        size = float(width or ""), float(height or "")
    except ValueError:
        return None
    return size if all(0 < side < math.inf for side in size) else None


def _numbers(element: Any, *keys: str) -> list[float]:
    return [float(element.get(key, "")) for key in keys]


def _pairs(text: str) -> list[tuple[float, float]]:
    """Points as CVAT writes them: "x,y;x,y". One at least, else ValueError."""
    if len(text) > MOST_TEXT:
        raise ValueError("too many points")
    pairs = [pair.split(",") for pair in text.split(";") if pair.strip()]
    if not pairs:
        raise ValueError("no points")
    return [(float(x), float(y)) for x, y in pairs]


def _box(element: Any, name: str) -> RawLabel:
    left, top, right, bottom = _numbers(element, "xtl", "ytl", "xbr", "ybr")
    degrees = float(element.get("rotation") or 0)
    if degrees % 360 == 0:
        return RawLabel(name, (left, top, right, bottom))
    centre = (left + right) / 2, (top + bottom) / 2
    return turned(name, (left, top), (right - left, bottom - top), degrees, centre)


def _polygon(element: Any, name: str) -> RawLabel:
    return outlined(name, _pairs(element.get("points", "")))


def _points(element: Any, name: str) -> RawLabel | None:
    seen = 1.0 if element.get("occluded") == "1" else 2.0
    return pointed(name, [(x, y, seen) for x, y in _pairs(element.get("points", ""))])


def _line(element: Any, name: str) -> RawLabel | None:
    """A line encloses nothing, so its corners are kept as points."""
    return pointed(name, _pairs(element.get("points", "")))


def _ellipse(element: Any, name: str) -> RawLabel:
    x, y, across, down = _numbers(element, "cx", "cy", "rx", "ry")
    return ellipse(name, (x, y), (across, down), float(element.get("rotation") or 0))


def _cuboid(element: Any, name: str) -> RawLabel:
    keys = [key for key in element.attrib if key[:1] == "x" and "y" + key[1:] in element.attrib]
    if not keys:
        raise ValueError("no corners")
    return RawLabel(name, around([_numbers(element, key, "y" + key[1:]) for key in keys]))


def _mask(element: Any, name: str) -> RawLabel | None:
    text = element.get("rle", "")
    if len(text) > MOST_RUNS_TEXT:
        raise ValueError("too many runs")
    left, top, *size = _numbers(element, "left", "top", "width", "height")
    width, height = size_checked(*size)
    runs = [int(run) for run in text.split(",") if run.strip()]
    return cvat_label(name, runs, width, height, (int(left), int(top)))


_SHAPES: dict[str, Callable[[Any, str], RawLabel | None]] = {
    "box": _box, "polygon": _polygon, "polyline": _line, "points": _points,
    "ellipse": _ellipse, "cuboid": _cuboid, "mask": _mask,
}  # fmt: skip
