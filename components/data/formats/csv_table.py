"""Tables of boxes: the CSV of TensorFlow, Roboflow, RetinaNet, VoTT, makesense.ai and alike."""

from dataclasses import replace

from components.data.formats.description import Description
from components.data.formats.number_names import NumberNames
from components.data.formats.open_images import is_open_images
from components.data.formats.pages import describe
from components.data.formats.table_boxes import TableBoxes, read_table, remarks
from components.data.formats.table_columns import Columns, columns_of
from components.data.formats.table_order import KINDS, TOPIC, about_order, question, settled
from components.data.formats.tables import Table, is_number, tables
from components.data.matching import PictureIndex
from components.data.names import alphabetical
from components.data.problems import count, warn
from components.data.records import Problem
from components.data.scan import Finds

NAME = TOPIC
_ANGLES = ("angle", "rotation", "theta", "rotationangle", "bboxangle", "rot")


def find(finds: Finds, index: PictureIndex, _: list[Problem]) -> Description | None:
    """The tables of boxes among what was found, or None when there are none."""
    known = [
        (table, settled(table, columns, index, finds.prefer))
        for table in tables(finds)
        if not is_open_images(table) and (columns := columns_of(table, index)) is not None
    ]
    if not known:
        return None
    known = _as_the_sure_ones(known)
    order: list[Problem] = []
    asking = next(((table, columns) for table, columns in known if columns.is_open), None)
    if asking is not None:
        finds.questions.append(question(*asking))
        order.append(about_order(*asking))
    names = NumberNames(finds)
    made = [
        read_table(table, columns, index, names.of(table, columns.label))
        for table, columns in known
    ]
    classes = {name for one in made for page in one.sheet.pages for name in page.classes}
    problems = [*order, *(problem for one in made for problem in remarks(one))]
    problems += [
        warn(
            "box_order", table.entry.name,
            f"The header of {table.entry.name} names two corners of each box, but its numbers "
            "cannot be that.", "They are read as left, top, width, height.",
        )
        for table, columns in known if columns.is_doubtful
    ]  # fmt: skip
    problems += [_about_angles(table) for table, _ in known if _has_angles(table)]
    return describe(
        NAME, _why(known, made), alphabetical(classes),
        [one.sheet for one in made], index, problems,
    )  # fmt: skip


def _as_the_sure_ones(known: list[tuple[Table, Columns]]) -> list[tuple[Table, Columns]]:
    """Tables with few boxes hold what a larger one with the same columns does."""
    sure = {(table.keys, one.place): one.kind for table, one in known if not one.is_open}
    return [
        (table, replace(one, kind=kind, is_open=False))
        if one.is_open and (kind := sure.get((table.keys, one.place))) else (table, one)
        for table, one in known
    ]  # fmt: skip


def _has_angles(table: Table) -> bool:
    """Whether boxes are turned by a column of their own."""
    turns = [number for number, key in enumerate(table.keys) if key in _ANGLES]
    cells = (row[number] for row in table.sample for number in turns if len(row) > number)
    return any(is_number(cell) and cell.strip("-+0., ") for cell in cells)


def _about_angles(table: Table) -> Problem:
    return warn(
        "angles_left_out", table.entry.name,
        f"{table.entry.name} turns its boxes by an angle, and does not say about which point.",
        "They are read as upright boxes; give four corners (x1, y1 to x4, y4) to have them turned.",
    )  # fmt: skip


def _why(known: list[tuple[Table, Columns]], made: list[TableBoxes]) -> str:
    table, columns = known[0]
    head = "by its header" if table.keys else "without a header, by what stands in the columns"
    is_share = any(page.unit == "fraction" for page in made[0].sheet.pages)
    return (
        f"{count(len(known), 'table')} such as {table.entry.name} "
        f"{'has' if len(known) == 1 else 'have'} a row per box ({head}: {KINDS[columns.kind]}, "
        f"in {'fractions of the picture' if is_share else 'pixels'})."
    )
