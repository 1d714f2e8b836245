"""Open Images: a CSV of boxes as fractions, class codes with their names in another CSV."""

from components.data.formats.description import Description
from components.data.formats.pages import describe
from components.data.formats.table_boxes import read_table, remarks
from components.data.formats.table_columns import columns_of
from components.data.formats.tables import Table, tables
from components.data.matching import PictureIndex
from components.data.problems import count
from components.data.records import Problem
from components.data.scan import Finds
from components.errors import LabelError

NAME = "Open Images CSV"


def is_open_images(table: Table) -> bool:
    """Whether it is a table of boxes as Open Images has them."""
    return {"imageid", "labelname", "xmin", "ymax"} <= set(table.keys)


def find(finds: Finds, index: PictureIndex, _: list[Problem]) -> Description | None:
    """The Open Images tables among what was found, or None when there are none."""
    all_tables = tables(finds)
    known = [(t, c) for t in all_tables if is_open_images(t) and (c := columns_of(t, index))]
    if not known:
        return None
    names: dict[str, str] = {}
    for table in all_tables:
        names.update(_names(table))
    made = [read_table(table, columns, index, names) for table, columns in known]
    used = {name for one in made for page in one.sheet.pages for name in page.classes}
    classes = [name for name in names.values() if name in used]
    why = (
        f"{count(len(known), 'table')} such as {known[0][0].entry.name} "
        f"{'has' if len(known) == 1 else 'have'} the columns of Open Images."
    )
    problems = [problem for one in made for problem in remarks(one)]
    return describe(
        NAME, why, [*classes, *sorted(used)], [one.sheet for one in made], index, problems
    )


def _names(table: Table) -> dict[str, str]:
    """Class code to class name; empty for another kind of table."""
    last = table.entry.name.rpartition("/")[2].lower().replace("_", "-")
    is_named_so = "class-descriptions" in last or last == "classes.csv"
    if table.keys[:2] != ("labelname", "displayname") and not is_named_so:
        return {}
    try:
        return {row[0].strip(): row[1].strip() for row in table.rows() if len(row) >= 2}
    except LabelError:
        return {}
