"""Label Studio: its JSON, its minimal JSON (JSON_MIN), and its CSV and TSV.

A task that nobody has labelled is unlabelled, also when it was skipped; one that was handed in
without a region is empty. Of several annotations the one marked as ground truth is used, else the
newest that was not cancelled.
"""

import csv
import json
from collections.abc import Iterator

from components.data.formats.description import Description, RawLabel
from components.data.formats.json_kinds import LABEL_STUDIO, of_kind
from components.data.formats.json_stream import elements
from components.data.formats.label_studio_tasks import Tasks
from components.data.formats.page_remarks import NAMELESS, nameless, several_classes
from components.data.formats.pages import describe
from components.data.formats.sheet import Sheet
from components.data.keypoints import best, scheme
from components.data.listing import of_ending
from components.data.matching import PictureIndex
from components.data.names import alphabetical
from components.data.problems import count, note, warn
from components.data.questions import Question, answer_to
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
    chosen = "" if has_shapes else _control(files, finds)
    if not has_shapes:
        for file in files:
            _use_choices(file, chosen)
    for file in files:
        file.finish()
    classes = {name for file in files for page in file.sheet.pages for name in page.classes}
    sheets = [file.sheet for file in files]
    problems = [*_remarks(files, has_shapes), *_about_words(files, has_shapes, chosen)]
    made = describe(NAME, _why(files), alphabetical(classes),
                    sheets, index, problems)  # fmt: skip
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


def _control(files: list[Tasks], finds: Finds) -> str:
    """The control whose choices are the classes of whole pictures; "" where there is none."""
    given: dict[str, list[str]] = {}
    for file in files:
        for choices in file.wholes.values():
            for key, names in choices.items():
                given.setdefault(key, []).extend(names)
    sure = {key for file in files for key in file.sure}
    known = [key for key in given if key in sure] or [
        key for key, names in given.items() if len({*names}) * 2 <= len(names) + 2
    ]  # a class comes back from picture to picture
    known.sort(key=lambda key: -len(given[key]))
    if not known:
        return ""
    chosen = answer_to(finds.prefer, NAME, known) or known[0]
    if len(known) > 1:
        finds.questions.append(Question(
            NAME, "Which of these says the class of a picture?", tuple(known), known.index(chosen),
            "Nothing is drawn on the pictures, so that they can only be sorted; and the export "
            "does not say by which of its fields.",
        ))  # fmt: skip
    return chosen


def _use_choices(file: Tasks, control: str) -> None:
    """Choices become labels of whole pictures; a picture without one was not decided on."""
    for number, page in enumerate(file.sheet.pages):
        chosen = dict.fromkeys(file.wholes.get(number, {}).get(control, ()))
        if control or number in file.words or number in file.wholes:
            page.is_certain = False
        for name in chosen:
            page.add(RawLabel(name, _WHOLE, "whole"))


def _about_words(files: list[Tasks], has_shapes: bool, chosen: str) -> Iterator[Problem]:
    """What was said of pictures as a whole and is not used."""
    name = files[0].sheet.name
    fields = {key for file in files for one in file.wholes.values() for key in one} - {chosen}
    is_sure = any(chosen in file.sure for file in files)
    if chosen and not has_shapes and (fields or not is_sure):
        left_out = f"; {', '.join(sorted(fields)[:5])} is left out" if fields else ""
        yield warn(
            "class_chosen", name,
            f"{name} does not say which of its fields is the class of a picture.",
            f"{chosen} is taken{left_out}.",
        )  # fmt: skip
    several = sum(len(page.classes) > 1 for file in files for page in file.sheet.pages)
    if not has_shapes:
        yield from several_classes(several, name)
    said = sum(len(file.words | ({*file.wholes} if not chosen else set())) for file in files)
    if said and not has_shapes:
        yield note(
            "words_left_out", name,
            f"{count(said, 'picture')} {'has' if said == 1 else 'have'} words or numbers such as "
            "captions and ratings, which are no class and no outline.",
            "They are left out, and do not make a picture looked at and empty.",
        )  # fmt: skip


def _remarks(files: list[Tasks], has_shapes: bool) -> list[Problem]:
    problems = []
    several, predicted = max(f.several for f in files), max(f.predicted for f in files)
    chosen = sum(bool(f.sure & one.keys()) for f in files for one in f.wholes.values())
    many = sum(f.many for f in files)
    bare = sum(page.classes.count(NAMELESS) for f in files for page in f.sheet.pages)
    name = files[0].sheet.name
    if several:
        problems.append(warn(
            "several_annotations", name,
            f"{count(several, 'picture')} {'was' if several == 1 else 'were'} annotated more than "
            "once.", "The one marked as ground truth is used, else the newest that was not "
            "cancelled.",
        ))  # fmt: skip
    if predicted:
        problems.append(note(
            "predictions_only", name,
            f"About {count(predicted, 'picture')} only a model has said something.",
            "Predictions are not labels, so these count as unlabelled.",
        ))  # fmt: skip
    if many:
        problems.append(warn(
            "several_classes", name,
            f"{count(many, 'region')} of {name} {'has' if many == 1 else 'have'} several classes.",
            "The first class of each is used.",
        ))  # fmt: skip
    if bare:
        problems.append(nameless(name, bare))
    if chosen and has_shapes:
        problems.append(warn(
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
