"""What the class numbers of a table are called: said in a list beside it, or in its own columns."""

from collections.abc import Iterable, Sequence

from components.data.formats.class_names import NameList, name_lists, nearest
from components.data.formats.tables import Table
from components.data.scan import Finds


class NumberNames:
    """The lists of names beside tables, read when a table has numbers for classes."""

    def __init__(self, finds: Finds) -> None:
        self._finds = finds
        self._lists: list[NameList] | None = None

    def of(self, table: Table, label: int | None) -> dict[str, str]:
        """Number to name for a table's column of classes; empty where no list fits all of them."""
        numbers = {*map(bare, cells_of(table, label))} - {""}
        return self.named(numbers, table.entry.name.rpartition("/")[0])

    def named(self, numbers: set[str], folder: str) -> dict[str, str]:
        """Number to name for all numbers that are used somewhere below a folder."""
        if not numbers or not are_numbers(numbers):
            return {}
        if self._lists is None:
            self._lists = name_lists(self._finds.texts, [])
        used = {int(number) for number in numbers}
        # A list that begins at 0 for numbers that begin at 1 may be off by one.
        fitting = [one for one in self._lists
                   if used <= one.names.keys() and (0 in used or 0 not in one.names)]  # fmt: skip
        found = nearest(fitting, folder)
        return {str(number): name for number, name in found.names.items()} if found else {}


def named_column(rows: Sequence[Sequence[str]], numbers: int, others: Iterable[int]) -> int | None:
    """Of other columns, the one that has a name of its own for each number of a column.

    Args:
        rows: Of a table, all of one width.
        numbers: The column of numbers.
        others: Columns that may hold names, the likeliest first.
    """
    used = {bare(row[numbers].strip()) for row in rows} - {""}
    if not are_numbers(used):
        return None
    for column in others:
        pairs = {(bare(row[numbers].strip()), row[column].strip()) for row in rows}
        names = {name for _, name in pairs}
        if len(pairs) == len(names) == len(used) and not any(name.isdecimal() for name in names):
            return column
    return None


def cells_of(table: Table, column: int | None) -> list[str]:
    """The cells of a column in the sample of a table."""
    return [row[column].strip() for row in table.sample
            if column is not None and column < len(row)]  # fmt: skip


def are_numbers(cells: Iterable[str]) -> bool:
    """Whether all are whole numbers, as classes are counted."""
    return all(cell.isascii() and cell.isdigit() and len(cell) < 7 for cell in cells)


def bare(label: str) -> str:
    """A class number that a spreadsheet has turned into 3.0, as 3."""
    return label[:-2] if label.endswith(".0") and label[:-2].isdigit() else label
