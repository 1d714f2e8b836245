"""Tasks of Label Studio become pages: which annotation holds, and what its regions say.

The full JSON has tasks with annotations; the minimal JSON, CSV and TSV have a row for each
annotation, with its regions under the names of the project's controls.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

from components.data.formats import label_studio_regions as regions
from components.data.formats.description import RawLabel
from components.data.formats.page import Page
from components.data.formats.pages import Sheet, row_lost
from components.data.formats.shapes import pointed
from components.data.unpack import PICTURE_SUFFIXES, suffix_of
from components.errors import LabelError

# What a row of the minimal form says beside the picture and its labels.
ROW_KEYS = frozenset(
    {"id", "annotator", "annotation_id", "created_at", "updated_at", "lead_time", "agreement"}
)
_CHOICE_NAMES = ("choice", "class", "categor", "label")
_UNNAMED = "object"
Point = tuple[str, float, float, str]  # name, x, y, id of the region that it belongs to


@dataclass(slots=True)
class _Region:
    """A drawn region; `id` is empty in the minimal form."""

    id: str
    value: dict[str, Any]
    names: list[str]
    size: tuple[float, float]


@dataclass(slots=True)
class Tasks:
    """What one file holds.

    Attributes:
        sheet: A page for each picture.
        wholes: Page number to the choices made for the picture as a whole.
        points: Names of keypoints, in the order in which they turned up.
        skeletons: Things whose points are put in order once all names are known.
        several: Pictures with more than one annotation.
        predicted: Pictures about which only a model has said something.
    """

    sheet: Sheet
    wholes: dict[int, list[str]] = field(default_factory=dict)
    points: dict[str, int] = field(default_factory=dict)
    skeletons: list[tuple[int, RawLabel | None, list[Point]]] = field(default_factory=list)
    several: int = 0
    predicted: int = 0
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
        names = [*_pictures(task["data"]), *_texts(task.get("file_upload"))]
        if not names:
            return
        page = self._page(tuple(names), str(task.get("updated_at")))
        given = task.get("annotations", task.get("completions"))
        made = [one for one in given if isinstance(one, dict)] if isinstance(given, list) else []
        whole = [one for one in made if not (one.get("was_cancelled") or one.get("skipped"))]
        self.several += len(whole) > 1
        if page is None or not whole:
            self.predicted += bool(task.get("predictions"))
            return
        items = max(whole, key=_age).get("result")
        page.is_certain = True
        targets = _targets(items)
        # Several pictures side by side have regions of their own each.
        if len(targets) > 1 < len({*_pictures(task["data"])}):
            self._take_side_by_side(task, page, items, targets)
        else:
            self._fill(page, _regions(items), _choices(items))

    def _take_side_by_side(
        self, task: dict[str, Any], first: Page, items: Any, targets: list[str]
    ) -> None:
        """Give each picture of a task its own regions, where the names of both agree."""
        stamp = str(task.get("updated_at"))
        for target in targets:
            mine = [i for i in items if isinstance(i, dict) and str(i.get("to_name")) == target]
            names = tuple(_pictures({target: task["data"].get(target)}))
            if not names:
                for number, _ in enumerate(_regions(mine), start=1):
                    _lose(first, number, f"is drawn on “{target}”, one of several pictures of a "
                          "task; which one that is, the export does not say")  # fmt: skip
                continue
            page = first if names[0] == first.names[0] else self._page(names, stamp)
            if page is not None:
                page.is_certain = True
                self._fill(page, _regions(mine), _choices(mine))

    def _take_row(self, row: dict[str, Any]) -> None:
        names = _pictures({key: row[key] for key in row if key not in ROW_KEYS})
        if not names:
            return
        page = self._page(tuple(names), str(row.get("updated_at") or row.get("created_at")))
        if page is None or row.get("annotation_id") in (None, ""):
            return
        page.is_certain = True
        self._fill(page, _row_regions(row), _row_choices(row, names))

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
            self.skeletons = [one for one in self.skeletons if one[0] != number]
            self.sheet.pages[number] = page
        self._at[names[0]] = number, stamp
        return page

    def _fill(self, page: Page, drawn: Iterable[_Region], choices: list[str]) -> None:
        if choices:
            self.wholes[self._at[page.names[0]][0]] = choices
        things: dict[str, RawLabel] = {}
        points: list[Point] = []
        for number, region in enumerate(drawn, start=1):
            if not region.names:
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


def _label(page: Page, number: int, region: _Region) -> RawLabel | None:
    try:
        return regions.label_of(region.value, region.names[0], region.size)
    except LabelError as error:
        _lose(page, number, f"cannot be read: {error.what.rstrip('.')}")
    except (ValueError, TypeError, OverflowError):
        _lose(page, number, "is drawn in a way that cannot be read")
    return None


def _lose(page: Page, number: int, what: str) -> None:
    page.lose(row_lost(page.names[0], f"Label {number} of {page.names[0]} {what}"))


def _targets(items: object) -> list[str]:
    """The names of the pictures that regions are drawn on, in their order."""
    rows = [item for item in items if isinstance(item, dict)] if isinstance(items, list) else []
    drawn = (row for row in rows if isinstance(row.get("value"), dict)
             and regions.is_drawn(row["value"]))  # fmt: skip
    return list(dict.fromkeys(str(row["to_name"]) for row in drawn if row.get("to_name")))


def _age(annotation: dict[str, Any]) -> tuple[str, str]:
    stamp = annotation.get("updated_at") or annotation.get("created_at") or ""
    return str(stamp), str(annotation.get("id", "")).zfill(20)


def _regions(items: object) -> Iterator[_Region]:
    """Drawn regions of an annotation's `result`; a region's class may stand in an item beside."""
    rows = [item for item in items if isinstance(item, dict)] if isinstance(items, list) else []
    named: dict[str, list[str]] = {}
    for item in rows:
        value = item.get("value")
        if isinstance(value, dict) and (names := regions.names_in(value)):
            named.setdefault(str(item.get("id")), names)
    done: set[str] = set()
    for item in rows:
        value, key = item.get("value"), str(item.get("id"))
        if not isinstance(value, dict) or not regions.is_drawn(value):
            continue
        if key in done and "id" in item:  # the same region once more, by another control
            continue
        done.add(key)
        value = {**value, "parentID": item.get("parentID", "")}
        names = regions.names_in(value) or named.get(key, [])
        yield _Region(key if "id" in item else "", value, names, regions.size_of(item))


def _row_regions(row: dict[str, Any]) -> Iterator[_Region]:
    for key, given in row.items():
        if key in ROW_KEYS or not isinstance(given, list):
            continue
        for value in given:
            if isinstance(value, dict) and regions.is_drawn(value):
                yield _Region("", value, regions.names_in(value), regions.size_of(value))


def _choices(items: object) -> list[str]:
    """Choices for the picture as a whole."""
    rows = [item for item in items if isinstance(item, dict)] if isinstance(items, list) else []
    values = [item.get("value") for item in rows if item.get("type") == "choices"]
    return [
        name
        for value in values
        if isinstance(value, dict) and not regions.is_drawn(value)
        for name in _texts(value.get("choices"))
    ]


def _row_choices(row: dict[str, Any], pictures: list[str]) -> list[str]:
    """Choices of the minimal form: a text, or a mapping with a list of them."""
    found: list[str] = []
    for key, given in row.items():
        if key in ROW_KEYS or given in pictures:
            continue
        if isinstance(given, dict):
            found += _texts(given.get("choices"))
        elif isinstance(given, str) and any(word in key.lower() for word in _CHOICE_NAMES):
            found += _texts(given if len(given) <= 100 else None)
    return found


def _texts(given: object) -> list[str]:
    values = given if isinstance(given, list) else [given]
    return [value.strip() for value in values if isinstance(value, str) and value.strip()]


def _pictures(data: dict[str, Any]) -> list[str]:
    """What a task's data call its picture, the likeliest first."""
    found: list[tuple[int, str]] = []
    for key, value in data.items():
        if not isinstance(value, str) or not value.strip() or value.startswith("data:"):
            continue
        path, _, question = value.partition("?")
        local = next((p[2:] for p in question.split("&") if p.startswith("d=")), "")
        name = unquote(local) if local else value
        if suffix_of(path) in PICTURE_SUFFIXES or suffix_of(name) in PICTURE_SUFFIXES:
            found.append((0, name))
        elif any(word in key.lower() for word in ("image", "img", "picture", "photo")):
            found.append((1, name))
    return [name for _, name in sorted(found, key=lambda pair: pair[0])][:2]
