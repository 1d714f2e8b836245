"""One YOLO label file as labels of its picture: whole files at once, odd ones row by row."""

import re

from components.data.formats import yolo_rows
from components.data.formats.class_names import NameList
from components.data.formats.description import RawLabel, RawPicture
from components.data.formats.texts import read_text
from components.data.formats.yolo_rows import Layout
from components.data.problems import count, note, warn
from components.data.records import Problem
from components.data.unpack import Entry
from components.errors import LabelError

_WORD = re.compile(r"[^\W\d][\w-]{0,60}")


def read_labels(
    entry: Entry, names: NameList | None, guessed: Layout, called: dict[str, str],
    told: list[Problem],
) -> RawPicture:  # fmt: skip
    """What one file says.

    Args:
        entry: The file.
        names: The list of class names that is meant for it.
        guessed: What long rows hold, where the list does not say so.
        called: Class numbers as they are written, to names of the same list; filled here.
        told: Problems are added here.
    """
    raw = RawPicture(entry.name, "fraction")
    try:
        lines = read_text(entry.place, entry.name).splitlines()
    except LabelError as error:
        told.append(warn("label_unreadable", entry.name, error.what, "Its labels are left out."))
        raw.lost = 1
        return raw
    plain = None if guessed.are_two_corners else _plain(lines, called, names)
    if plain:
        raw.labels = plain
        return raw
    layout = guessed
    if names is not None and names.keypoints[0]:
        layout = Layout(*names.keypoints)
    rows = [(n, parts) for n, line in enumerate(lines, 1) if (parts := yolo_rows.split_row(line))]
    if len(rows) > 1 and not any(yolo_rows.is_row(parts) for _, parts in rows):
        told.append(warn("row_unreadable", entry.name, f"{entry.name} holds no YOLO label in "
                         f"{count(len(rows), 'line')}.", "It is left out."))  # fmt: skip
        raw.lost += 1
        return raw
    for number, parts in rows:
        _read_row(raw, parts, number, names, layout, told)
    if not raw.labels and not raw.lost and names is not None and names.is_label_studio:
        raw.is_certain = False
        told.append(note(
            "label_studio_empty", entry.name,
            f"{entry.name} is empty, but Label Studio writes empty files also for pictures that "
            "nobody has labelled.", "The picture counts as unlabelled.",
        ))  # fmt: skip
    return raw


def _plain(
    lines: list[str], called: dict[str, str], names: NameList | None
) -> list[RawLabel] | None:
    """The labels of a file in which every line is a whole box; None when one has to be looked at.

    Most files are so, and this takes a third of the time of reading row by row.
    """
    labels = []
    try:
        for line in lines:
            number, x, y, w, h = line.split()
            name = called.get(number)
            if name is None:
                name, trouble = _class_of(number, names)
                if trouble is not None:
                    return None
                called[number] = name
            middle, centre, half, tall = float(x), float(y), float(w) / 2, float(h) / 2
            corners = (middle - half, centre - tall, middle + half, centre + tall)
            labels.append(RawLabel(name, corners))
    except ValueError:
        return None
    return labels


def _read_row(
    raw: RawPicture, parts: list[str], line: int, names: NameList | None, layout: Layout,
    told: list[Problem],
) -> None:  # fmt: skip
    name, trouble = _class_of(parts[0], names)
    values = yolo_rows.numbers(parts[1:])
    if trouble is None and (values is None or len(values) < 4):
        trouble = ("row_unreadable", "is not a class number with a box behind it")
    if trouble is None and values is not None:
        label = yolo_rows.label(name, values, layout)
        if label is not None:
            raw.labels.append(label)
            return
        trouble = ("row_unreadable", f"has {len(parts)} columns, which fits no YOLO label")
    raw.lost += 1
    code, what = trouble or ("row_unreadable", "cannot be read")
    told.append(warn(code, raw.file, f"Line {line} of {raw.file} {what}.", "It is left out."))


def _class_of(text: str, names: NameList | None) -> tuple[str, tuple[str, str] | None]:
    """The class's name, or what is wrong with it."""
    number = yolo_rows.class_number(text)
    if number is None:
        if names is not None and text in names.names.values():
            return text, None
        if names is None and _WORD.fullmatch(text):  # names stand in the rows themselves
            return text, None
        return "", ("row_unreadable", f"starts with {text[:40]!r}, but a class is a whole number")
    if names is None and number >= 0:
        return f"class {number}", None
    if names is None or number not in names.names:
        known = f"{names.file} does not name" if names else "cannot be"
        return "", ("unknown_class", f"has the class {number}, which {known}")
    return names.names[number].strip() or f"class {number}", None
