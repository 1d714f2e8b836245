"""Boxes as language models say them: a line of JSON per picture with a question and its answer.

```
{"image": "a.jpg", "prefix": "detect cat", "suffix": "<loc0256><loc0102><loc0768><loc0410> cat"}
{"image": "a.jpg", "prefix": "<OD>", "suffix": "cat<loc_100><loc_250><loc_400><loc_750>"}
{"messages": [... {"image_url": {"url": ".../a.jpg"}} ..., {"role": "assistant", "content": ...}]}
```

PaliGemma says top, left, bottom, right in 1,024ths, Florence-2 left, top, right, bottom in
1,000ths; Roboflow writes both, and for OpenAI's models the first within messages.
"""

import re
from collections.abc import Iterator
from typing import Any

from components.data.formats.description import Description, RawLabel
from components.data.formats.ndjson import SUFFIXES, lines_of
from components.data.formats.page import Page
from components.data.formats.page_remarks import row_lost
from components.data.formats.pages import describe
from components.data.formats.sheet import OneFile, Sheet
from components.data.listing import of_ending
from components.data.matching import PictureIndex
from components.data.names import alphabetical, split_of_stem
from components.data.problems import count, note
from components.data.records import Problem
from components.data.scan import Finds
from components.data.unpack import Entry

NAME = "Answers of a language model"
_PLACE = re.compile(r"<loc(_?)(\d{1,4})>")
_PALIGEMMA = re.compile(r"((?:<loc\d{4}>){4})(?:<seg\d+>)*\s*([^<;]*)")
_FLORENCE = re.compile(r"([^<]*)((?:<loc_\d{1,4}>)+)")
_LINES_LOOKED_AT = 50
_DEEPEST = 6


def find(
    finds: Finds,
    index: PictureIndex,
    told: list[Problem],  # noqa: ARG001 - one shape for all
) -> Description | None:
    """The lists of questions and answers with places in them, or None when there are none."""
    lists = of_ending(finds.texts, *SUFFIXES)
    entries = [entry for entry in lists if any(map(_speaks, _head(entry)))]
    if not any(_PLACE.search(_answer(line)) for entry in entries for line in _head(entry)):
        return None
    classes: set[str] = set()
    sheets = [_read(entry, classes) for entry in entries]
    problems = [note(
        "places_rounded", sheets[0].name,
        f"The places in {sheets[0].name} are rounded to a thousandth of the picture.",
        "They are used as they are; export as COCO or YOLO if you need them finer.",
    )]  # fmt: skip
    why = (
        f"{count(len(sheets), 'file')} such as {sheets[0].name} "
        f"{'answers' if len(sheets) == 1 else 'answer'} with classes and places as language models "
        "do (PaliGemma, Florence-2)."
    )
    named = alphabetical(classes)
    return describe(NAME, why, named, sheets, index, problems)


def _head(entry: Entry) -> list[dict[str, Any]]:
    lines = zip(range(_LINES_LOOKED_AT), lines_of(entry), strict=False)
    return [line for _, line in lines if line is not None]


def _speaks(line: dict[str, Any]) -> bool:
    return {"prefix", "suffix"} <= line.keys() or "messages" in line


def _read(entry: Entry, classes: set[str]) -> Sheet:
    made = OneFile(entry.name, "fraction")
    part = split_of_stem(entry.name.removeprefix("_"))
    for number, line in enumerate(lines_of(entry), start=1):
        if line is None or not (reference := _reference(line)):
            continue
        page = made.page(reference)
        page.split = page.split or part
        _take(page, _answer(line), f"Line {number} of {entry.name}", entry.name)
        classes.update(page.classes)
    return made.sheet


def _reference(line: dict[str, Any]) -> str:
    """What a line calls its picture."""
    for key in ("image", "image_path", "file_name", "image_url"):
        if isinstance(line.get(key), str):
            return str(line[key])
    found = (each["url"] for each in _mappings(line.get("messages")) if isinstance(each.get("url"),
             str))  # fmt: skip
    return next(found, "").split("?", 1)[0]


def _mappings(value: Any, depth: int = 0) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        yield value
        value = list(value.values())
    if isinstance(value, list) and depth < _DEEPEST:
        for each in value:
            yield from _mappings(each, depth + 1)


def _answer(line: dict[str, Any]) -> str:
    """What is said of the picture."""
    if isinstance(line.get("suffix"), str):
        return str(line["suffix"])
    said = [each.get("content") for each in _mappings(line.get("messages"))
            if each.get("role") in ("assistant", "model")]  # fmt: skip
    return " ; ".join(each for each in said if isinstance(each, str))


def _take(page: Page, answer: str, where: str, source: str) -> None:
    """The things that an answer names."""
    places = len(_PLACE.findall(answer))
    made = list(_florence(answer) if "<loc_" in answer else _paligemma(answer))
    for label in made:
        page.add(label)
    if places != 4 * len(made) or (answer.strip() and not places):
        page.lose(row_lost(source, f"{where} says something that is not a class with four places"))


def _paligemma(answer: str) -> Iterator[RawLabel]:
    """Place and class; where no class follows the place, it stands before it."""
    before = ""
    for part in answer.split(";"):
        for found in _PALIGEMMA.finditer(part):
            top, left, bottom, right = (int(place) / 1024 for _, place in _PLACE.findall(found[1]))
            name = found[2].strip() or part[: found.start()].strip() or before
            if name:
                before = name
                yield RawLabel(name, (left, top, right, bottom))


def _florence(answer: str) -> Iterator[RawLabel]:
    """A class and its places, four for each thing."""
    for found in _FLORENCE.finditer(answer):
        name = found[1].strip(" ;,")
        places = [int(place) / 1000 for _, place in _PLACE.findall(found[2])]
        for n in range(0, len(places) - 3, 4):
            left, top, right, bottom = places[n : n + 4]
            if name:
                yield RawLabel(name, (left, top, right, bottom))
