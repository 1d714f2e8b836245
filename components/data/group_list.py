"""A list of the user's own: which picture belongs to which group."""

import csv
import io

from components.errors import DatasetError

MOST_BYTES = 50_000_000
_HEADINGS = {"name", "file", "filename", "file name", "picture", "image", "path"}


def read_group_list(content: bytes) -> dict[str, str]:
    """A CSV of two columns, name and group, as name to group; a heading is skipped.

    Raises:
        DatasetError: It is too large, no text, or has rows without a group.
    """
    if len(content) > MOST_BYTES:
        raise DatasetError(
            f"The list is {len(content) / 1e6:,.0f} MB large.", "Give a list below 50 MB."
        )
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise DatasetError(
            "The list is no text in UTF-8.", "Save it again as “CSV UTF-8”."
        ) from error
    first = text.partition("\n")[0]
    mark = max(";\t,", key=first.count)
    try:
        rows = [row for row in csv.reader(io.StringIO(text), delimiter=mark) if any(row)]
    except csv.Error as error:
        raise DatasetError(
            f"The list cannot be read as CSV: {error}.", "Save it again as “CSV UTF-8”."
        ) from error
    if rows and rows[0][0].strip().casefold() in _HEADINGS:
        del rows[0]
    for number, row in enumerate(rows, start=1):
        if len(row) < 2:
            raise DatasetError(
                f"Row {number} of the list, {row[0][:60]!r}, has no second column.",
                "Write the picture's name in the first column and its group in the second.",
            )
    return {row[0].strip().replace("\\", "/"): row[1].strip() for row in rows if row[1].strip()}
