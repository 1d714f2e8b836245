"""What an annotation of Label Studio holds: drawn regions, choices and other words, pictures.

The full JSON has a list of items with ids, one for each control that says something; the minimal
JSON, CSV and TSV have the same values in a column for each control.
"""

import base64
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from components.data.formats import label_studio_regions as regions
from components.data.unpack import PICTURE_SUFFIXES, suffix_of

# What a row of the minimal form says beside the picture and its labels.
ROW_KEYS = frozenset(
    {"id", "annotator", "annotation_id", "created_at", "updated_at", "lead_time", "agreement"}
)
_CHOICES = ("choices", "taxonomy")
_LONGEST_CHOICE = 100  # characters; what is longer was written and not chosen
Choices = dict[str, list[str]]  # control to what was chosen there


@dataclass(slots=True)
class Region:
    """A drawn region; `id` is empty in the minimal form."""

    id: str
    value: dict[str, Any]
    names: list[str]
    size: tuple[float, float]


def rows_of(items: object) -> list[dict[str, Any]]:
    """The items of a `result`."""
    return [item for item in items if isinstance(item, dict)] if isinstance(items, list) else []


def targets_of(items: object) -> list[str]:
    """The names of the pictures that regions are drawn on, in their order."""
    drawn = (row for row in rows_of(items) if isinstance(row.get("value"), dict)
             and regions.is_drawn(row["value"]))  # fmt: skip
    return list(dict.fromkeys(str(row["to_name"]) for row in drawn if row.get("to_name")))


def age(annotation: dict[str, Any]) -> tuple[bool, str, str]:
    """What the annotation that counts has most of: first of all it is marked as ground truth."""
    stamp = annotation.get("updated_at") or annotation.get("created_at") or ""
    is_truth = annotation.get("ground_truth") is True
    return is_truth, str(stamp), str(annotation.get("id", "")).zfill(20)


def regions_of(items: object) -> Iterator[Region]:
    """Drawn regions of a `result`; a region's class may stand in an item beside.

    What bears a class and is drawn in no way that is known here comes as well, to be told.
    """
    rows = [row for row in rows_of(items) if isinstance(row.get("value"), dict)]
    named: dict[str, list[str]] = {}
    chosen: dict[str, list[str]] = {}
    for row in rows:
        if names := regions.names_in(row["value"]):
            named.setdefault(str(row.get("id")), names)
        if regions.is_drawn(row["value"]) and (names := _chosen(row["value"])):
            chosen.setdefault(str(row.get("id")), names)
    drawn = {str(row.get("id")) for row in rows if regions.is_drawn(row["value"])}
    done: set[str] = set()
    for row in rows:
        value, key = row["value"], str(row.get("id"))
        is_strange = bool(regions.names_in(value)) and key not in drawn
        if not (regions.is_drawn(value) or is_strange) or (key in done and "id" in row):
            continue  # of no place, or the same region once more, by another control
        done.add(key)
        names = regions.names_in(value) or named.get(key) or chosen.get(key) or []
        value = {**value, "parentID": row.get("parentID", "")}
        yield Region(key if "id" in row else "", value, names, regions.size_of(row))


def row_regions(row: dict[str, Any]) -> Iterator[Region]:
    """Drawn regions of a row of the minimal form."""
    for key, given in row.items():
        if key in ROW_KEYS or not isinstance(given, list):
            continue
        for value in given:
            if isinstance(value, dict) and (regions.is_drawn(value) or regions.names_in(value)):
                yield Region("", value, regions.names_in(value), regions.size_of(value))


def choices_of(items: object) -> Choices:
    """What was chosen for the picture as a whole, by control."""
    made: Choices = {}
    for row in rows_of(items):
        value = row.get("value")
        if isinstance(value, dict) and not regions.is_drawn(value) and (names := _chosen(value)):
            made.setdefault(str(row.get("from_name")), []).extend(names)
    return made


def row_choices(row: dict[str, Any], pictures: list[str]) -> Choices:
    """Choices of the minimal form: a text, a mapping with a list of them, or a path to each.

    Which columns are choices and which were there before is not said; where the columns stand in
    the order that Label Studio writes, it is those behind the task's number.
    """
    keys = [key for key in row if key not in ROW_KEYS]
    order = list(row)
    if "id" in row and "annotator" in row and order != sorted(order):
        keys = [key for key in order[order.index("id") : order.index("annotator")] if key in keys]
    made: Choices = {}
    for key in keys:
        given = row[key]
        if given in pictures:
            continue
        if isinstance(given, dict):
            found = _chosen(given)
        elif isinstance(given, list):
            found = [each[-1] for each in given if isinstance(each, list) and each]
        else:
            found = [given]
        if names := [name for name in texts_of(found) if len(name) <= _LONGEST_CHOICE]:
            made[key] = names
    return made


def says_more(items: object) -> bool:
    """Whether something was said of the picture that is neither drawn nor chosen: a caption."""
    values = (row.get("value") for row in rows_of(items))
    return any(
        isinstance(value, dict) and value and not regions.is_drawn(value)
        and not regions.names_in(value) and not _chosen(value) for value in values
    )  # fmt: skip


def _chosen(value: dict[str, Any]) -> list[str]:
    """Choices in a value; of a path through a taxonomy its end."""
    found: list[str] = []
    for key in _CHOICES:
        given = value.get(key)
        for each in given if isinstance(given, list) else [given]:
            found += texts_of(each[-1] if isinstance(each, list) and each else each)
    return found


def texts_of(given: object) -> list[str]:
    """Texts that say something."""
    values = given if isinstance(given, list) else [given]
    return [value.strip() for value in values if isinstance(value, str) and value.strip()]


def pictures_of(data: dict[str, Any]) -> list[str]:
    """What a task's data call its picture, the likeliest first."""
    found: list[tuple[int, str]] = []
    for key, value in data.items():
        if not isinstance(value, str) or not value.strip() or value.startswith("data:"):
            continue
        path, _, question = value.partition("?")
        local = next((p[2:] for p in question.split("&") if p.startswith("d=")), "")
        name = unquote(local) if local else _stored_at(question) or value
        if suffix_of(path) in PICTURE_SUFFIXES or suffix_of(name) in PICTURE_SUFFIXES:
            found.append((0, name))
        elif any(word in key.lower() for word in ("image", "img", "picture", "photo")):
            found.append((1, name))
    return [name for _, name in sorted(found, key=lambda pair: pair[0])][:2]


def _stored_at(question: str) -> str:
    """The address in a cloud that a link of Label Studio's own stands for; "" for other links."""
    coded = next((p[8:] for p in question.split("&") if p.startswith("fileuri=")), "")
    try:
        return base64.urlsafe_b64decode(unquote(coded) + "=" * (-len(coded) % 4)).decode()
    except ValueError:
        return ""


def album_of(data: dict[str, Any]) -> list[str]:
    """The pictures of a task that has a list of them, in their order; else nothing."""
    for value in data.values():
        if isinstance(value, list):
            names = [next(iter(pictures_of({"": each})), "") for each in texts_of(value)]
            if names and all(names):
                return names
    return []
