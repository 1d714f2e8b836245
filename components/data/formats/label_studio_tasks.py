"""Tasks of Label Studio become pages: which annotation holds, and what its regions say.

The full JSON has tasks with annotations; the minimal JSON, CSV and TSV have a row for each
annotation, with its regions under the names of the project's controls.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from components.data.formats import label_studio_regions as regions
from components.data.formats.description import RawLabel
from components.data.formats.label_studio_items import (
    ROW_KEYS,
    Choices,
    Region,
    age,
    album_of,
    choices_of,
    pictures_of,
    regions_of,
    row_choices,
    row_regions,
    rows_of,
    says_more,
    targets_of,
    texts_of,
)
from components.data.formats.page import Page
from components.data.formats.page_remarks import NAMELESS, row_lost
from components.data.formats.shapes import pointed
from components.data.formats.sheet import Sheet
from components.errors import LabelError

_CHOICE_NAMES = ("choice", "class", "categor", "label")  # of columns that nobody explains
_UNNAMED = "object"
Point = tuple[str, float, float, str]  # name, x, y, id of the region that it belongs to


@dataclass(slots=True)
class Tasks:
    """What one file holds.

    Attributes:
        sheet: A page for each picture.
        wholes: Page number to the choices made for the picture as a whole, by control.
        sure: Controls that are choices for sure, and no words that were there before.
        words: Pages of which something is said that is neither drawn nor chosen.
        points: Names of keypoints, in the order in which they turned up.
        skeletons: Things whose points are put in order once all names are known.
        several: Pictures with more than one annotation.
        predicted: Pictures about which only a model has said something.
        many: Regions with several classes.
    """

    sheet: Sheet
    wholes: dict[int, Choices] = field(default_factory=dict)
    sure: set[str] = field(default_factory=set)
    words: set[int] = field(default_factory=set)
    points: dict[str, int] = field(default_factory=dict)
    skeletons: list[tuple[int, RawLabel | None, list[Point]]] = field(default_factory=list)
    several: int = 0
    predicted: int = 0
    many: int = 0
    _at: dict[str, tuple[int, str]] = field(default_factory=dict)

    def take(self, row: object) -> None:
        """One element of the list."""
        if not isinstance(row, dict):
            return
        if isinstance(row.get("data"), dict):
            self._take_task(row)
        elif "annotator" in row or "annotation_id" in row or "lead_time" in row:
            self._take_row(row)

    def finish(self) -> None:
        """Put the points of skeletons in one order, now that all their names are known."""
        for number, thing, found in self.skeletons:
            points = [(0.0, 0.0, 0.0)] * len(self.points)
            for name, x, y, _ in found:
                points[self.points[name]] = (x, y, 2.0)
            label = pointed(thing.class_name if thing else _UNNAMED, points,
                            thing.box if thing else None)  # fmt: skip
            if label is not None:
                self.sheet.pages[number].add(label)

    def _take_task(self, task: dict[str, Any]) -> None:
        known = pictures_of(task["data"])
        album = [] if known else album_of(task["data"])
        names = [*known, *texts_of(task.get("file_upload"))]
        if not (album or names):
            return
        given = task.get("annotations", task.get("completions"))
        made = [one for one in given if isinstance(one, dict)] if isinstance(given, list) else []
        whole = [one for one in made if not (one.get("was_cancelled") or one.get("skipped"))]
        self.several += len(whole) > 1
        self.predicted += not whole and bool(task.get("predictions"))
        items = max(whole, key=age).get("result") if whole else None
        stamp = str(task.get("updated_at"))
        for number, name in enumerate(album):
            mine = [item for item in rows_of(items) if item.get("item_index") == number]
            self._take_items(self._page((name,), stamp), mine, is_done=bool(whole))
        if album:
            return
        page, targets = self._page(tuple(names), stamp), targets_of(items)
        # Several pictures side by side have regions of their own each.
        if page is not None and len(targets) > 1 < len({*pictures_of(task["data"])}):
            page.is_certain = True
            self._take_side_by_side(task, page, items, targets)
        else:
            self._take_items(page, items, is_done=bool(whole))

    def _take_items(self, page: Page | None, items: object, *, is_done: bool = True) -> None:
        """What an annotation says about one picture, if somebody has handed one in."""
        if page is None or not is_done:
            return
        page.is_certain = True
        choices = choices_of(items)
        self.sure.update(choices)
        if says_more(items):
            self.words.add(self._at[page.names[0]][0])
        self._fill(page, regions_of(items), choices)

    def _take_side_by_side(
        self, task: dict[str, Any], first: Page, items: Any, targets: list[str]
    ) -> None:
        """Give each picture of a task its own regions, where the names of both agree."""
        stamp = str(task.get("updated_at"))
        for target in targets:
            mine = [i for i in items if isinstance(i, dict) and str(i.get("to_name")) == target]
            names = tuple(pictures_of({target: task["data"].get(target)}))
            if not names:
                for number, _ in enumerate(regions_of(mine), start=1):
                    _lose(first, number, f"is drawn on “{target}”, one of several pictures of a "
                          "task; which one that is, the export does not say")  # fmt: skip
                continue
            page = first if names[0] == first.names[0] else self._page(names, stamp)
            self._take_items(page, mine)

    def _take_row(self, row: dict[str, Any]) -> None:
        names = pictures_of({key: row[key] for key in row if key not in ROW_KEYS})
        if not names:
            return
        page = self._page(tuple(names), str(row.get("updated_at") or row.get("created_at")))
        if page is None or row.get("annotation_id") in (None, ""):
            return
        page.is_certain = True
        choices = row_choices(row, names)
        self.sure.update(key for key in choices if isinstance(row[key], dict | list)
                         or any(word in key.lower() for word in _CHOICE_NAMES))  # fmt: skip
        self._fill(page, row_regions(row), choices)

    def _page(self, names: tuple[str, ...], stamp: str) -> Page | None:
        """A fresh page for the picture; None when a newer one of it is there."""
        number, before = self._at.get(names[0], (len(self.sheet.pages), ""))
        page = Page(names, "fraction", is_certain=False)
        if names[0] not in self._at:
            self.sheet.add(page)
        else:
            self.several += 1
            if stamp < before:
                return None
            self.wholes.pop(number, None)
            self.words.discard(number)
            self.skeletons = [one for one in self.skeletons if one[0] != number]
            self.sheet.pages[number] = page
        self._at[names[0]] = number, stamp
        return page

    def _fill(self, page: Page, drawn: Iterable[Region], choices: Choices) -> None:
        if choices:
            self.wholes[self._at[page.names[0]][0]] = choices
        things: dict[str, RawLabel] = {}
        points: list[Point] = []
        for number, region in enumerate(drawn, start=1):
            self.many += len(region.names) > 1
            if not region.names and regions.is_point(region.value):
                _lose(page, number, "has no class")
            elif regions.is_point(region.value):
                points.append((region.names[0], *regions.place(region.value),
                               str(region.value.get("parentID", ""))))  # fmt: skip
            elif (label := _label(page, number, region)) is not None:
                things[region.id or f"#{number}"] = label
        if points:
            self._join(page, things, points)
        for label in things.values():
            page.add(label)

    def _join(self, page: Page, things: dict[str, RawLabel], points: list[Point]) -> None:
        """Give points to the things they belong to; things with points leave `things`."""
        owned: dict[str, list[Point]] = {}
        for point in points:
            owned.setdefault(_owner(point, things), []).append(point)
        for owner, found in owned.items():
            names = {point[0] for point in found}
            if len(names) < len(found) or (owner == "" and (things or len(found) < 2)):
                for number, _ in enumerate(found, start=1):
                    _lose(page, number, "is a single point, around which no box can be drawn")
                continue
            for point in found:
                self.points.setdefault(point[0], len(self.points))
            self.skeletons.append((self._at[page.names[0]][0], things.pop(owner, None), found))
            page.things += 1


def _owner(point: Point, things: dict[str, RawLabel]) -> str:
    """The thing that a point says it is of, or the only one that it lies in; else nothing."""
    if point[3] in things:
        return point[3]
    around = [key for key, thing in things.items()
              if thing.box[0] <= point[1] <= thing.box[2]
              and thing.box[1] <= point[2] <= thing.box[3]]  # fmt: skip
    if len(around) == 1:
        return around[0]
    return next(iter(things)) if len(things) == 1 else ""


def _label(page: Page, number: int, region: Region) -> RawLabel | None:
    try:
        return regions.label_of(region.value, (region.names or [NAMELESS])[0], region.size)
    except LabelError as error:
        _lose(page, number, f"cannot be read: {error.what.rstrip('.')}")
    except (ValueError, TypeError, OverflowError):
        _lose(page, number, "is drawn in a way that cannot be read")
    return None


def _lose(page: Page, number: int, what: str) -> None:
    page.lose(row_lost(page.names[0], f"Label {number} of {page.names[0]} {what}"))
