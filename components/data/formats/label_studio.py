"""Label Studio: its JSON, its minimal JSON (JSON_MIN), and its CSV and TSV.

A task that nobody has labelled is unlabelled, also when it was skipped; one that was handed in
without a region is empty. Of several annotations the newest that was not cancelled is used.
"""

import csv
import json
from collections.abc import Iterator

from components.data.formats.description import Description, RawLabel
from components.data.formats.json_kinds import LABEL_STUDIO, of_kind
from components.data.formats.json_stream import elements
from components.data.formats.label_studio_tasks import Tasks
from components.data.formats.pages import Sheet, describe
from components.data.keypoints import best, scheme
from components.data.listing import of_ending
from components.data.matching import PictureIndex
from components.data.problems import count, note, warn
from components.data.records import Problem
from components.data.scan import Finds
from components.data.unpack import Entry
from components.errors import LabelError

NAME = "Label Studio"
_WHOLE = (0.0, 0.0, 1.0, 1.0)
_MARKS = ("annotation_id", "annotator", "lead_time")
_MOST_FIELD = 50_000_000  # characters of one cell: all regions of a picture


def find(finds: Finds, index: PictureIndex, told: list[Problem]) -> Description | None:
    """The Label Studio exports among what was found, or None when there are none."""
    files = [*_from_json(finds, told), *_from_tables(finds, told)]
    files = [file for file in files if file.sheet.pages]
    if not files:
        return None
    has_shapes = any(page.things or page.lost for file in files for page in file.sheet.pages)
    if not has_shapes:
        for file in files:
            _use_choices(file)
    for file in files:
        file.finish()
    classes = {name for file in files for page in file.sheet.pages for name in page.classes}
    sheets = [file.sheet for file in files]
    made = describe(NAME, _why(files), sorted(classes, key=lambda name: (name.casefold(), name)),
                    sheets, index, _remarks(files, has_shapes))  # fmt: skip
    made.keypoints = best(scheme(0, list(file.points)) for file in files)
    made.task = "detect" if has_shapes or not classes else "classify"
    return made


def _from_json(finds: Finds, told: list[Problem]) -> Iterator[Tasks]:
    """Files with whole tasks come before the minimal ones, which say less."""
    files: list[tuple[bool, Tasks]] = []
    for entry in of_kind(finds, LABEL_STUDIO):
        file = Tasks(Sheet(entry.name))
        is_whole = False
        try:
            for key, row in elements(entry.path, entry.name):
                if key == "":
                    is_whole = is_whole or (isinstance(row, dict) and "data" in row)
                    file.take(row)
        except LabelError as error:
            told.append(warn("json_broken", entry.name, error.what,
                             "What stands before that is read."))  # fmt: skip
        files.append((is_whole, file))
    files.sort(key=lambda pair: not pair[0])
    return iter([file for _, file in files])


def _from_tables(finds: Finds, told: list[Problem]) -> Iterator[Tasks]:
    for entry in of_ending(finds.texts, ".csv", ".tsv"):
        delimiter = _delimiter(entry)
        if delimiter:
            file = Tasks(Sheet(entry.name))
            try:
                _take_rows(entry, delimiter, file)
            except (csv.Error, OSError, RecursionError) as error:
                told.append(warn(
                    "table_broken", entry.name, f"{entry.name} is not whole ({error}).",
                    "What stands before that is read.",
                ))  # fmt: skip
            yield file


def _delimiter(entry: Entry) -> str:
    """What parts the columns of a table that Label Studio wrote; empty for other tables."""
    try:
        with entry.path.open(encoding="utf-8-sig", errors="replace") as file:
            head = file.readline(100_000)
    except OSError:
        return ""
    cells = next(csv.reader([head.replace("\t", ",").rstrip()]), [])
    if not {"annotation_id", "annotator"} <= set(cells):
        return ""
    return "\t" if "\t" in head else ","


def _take_rows(entry: Entry, delimiter: str, file: Tasks) -> None:
    limit = csv.field_size_limit(_MOST_FIELD)
    try:
        with entry.path.open(encoding="utf-8-sig", errors="replace", newline="") as source:
            for row in csv.DictReader(source, delimiter=delimiter):
                file.take({key: _cell(value) for key, value in row.items() if key is not None})
    finally:
        csv.field_size_limit(limit)


def _cell(value: object) -> object:
    """A cell as the minimal JSON has it: lists and mappings are written as JSON."""
    if isinstance(value, str) and value[:1] in ("[", "{"):
        try:
            return json.loads(value)
        except (ValueError, RecursionError):
            return value
    return value


def _use_choices(file: Tasks) -> None:
    """Choices become labels of whole pictures; a picture without one was not decided on."""
    for number, page in enumerate(file.sheet.pages):
        chosen = list(dict.fromkeys(file.wholes.get(number, ())))
        if file.wholes:
            page.is_certain = False
        for name in chosen:
            page.add(RawLabel(name, _WHOLE, "whole"))


def _remarks(files: list[Tasks], has_shapes: bool) -> list[Problem]:
    problems = []
    several, predicted = max(f.several for f in files), max(f.predicted for f in files)
    chosen = sum(len(f.wholes) for f in files) if has_shapes else 0
    name = files[0].sheet.name
    if several:
        problems.append(note(
            "several_annotations", name,
            f"{count(several, 'picture')} {'was' if several == 1 else 'were'} annotated more than "
            "once.", "The newest annotation that was not cancelled is used.",
        ))  # fmt: skip
    if predicted:
        problems.append(note(
            "predictions_only", name,
            f"About {count(predicted, 'picture')} only a model has said something.",
            "Predictions are not labels, so these count as unlabelled.",
        ))  # fmt: skip
    if chosen:
        problems.append(note(
            "tags_left_out", name,
            f"{count(chosen, 'picture')} {'has' if chosen == 1 else 'have'} choices beside the "
            "shapes that are drawn.", "The shapes are used; choices for whole pictures are left "
            "out.",
        ))  # fmt: skip
    return problems


def _why(files: list[Tasks]) -> str:
    pages = sum(len(file.sheet.pages) for file in files)
    return (
        f"{count(len(files), 'file')} such as {files[0].sheet.name} "
        f"{'holds' if len(files) == 1 else 'hold'} {count(pages, 'task')} as Label Studio does."
    )
