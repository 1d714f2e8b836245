"""Tables that stand still, light enough for every page.

Streamlit's own tables bring in pandas, which the server must not load: it costs two seconds at
somebody's first click (measured). These are plain HTML in the page's own colours, and can be
downloaded as CSV.
"""

import csv
import html
import io
from collections.abc import Callable, Iterable, Sequence

import streamlit as st

Cell = str | int | float | None
_KEPT = 20  # characters
_LINE = "border-bottom:1px solid color-mix(in srgb, currentColor 14%, transparent)"
_CELL = f"padding:.45rem .7rem;vertical-align:top;overflow-wrap:anywhere;{_LINE}"
_HEAD = f"{_CELL};font-weight:600;opacity:.7;border-bottom-width:2px;overflow-wrap:break-word"
_FIT = 36  # characters of all columns that a telephone shows side by side
_STACKED = (  # there, what is wider stands below one another: each row as a card
    "<style>@media (max-width: 640px) {"
    ".tailor-rows thead {display:none} "
    ".tailor-rows, .tailor-rows tbody, .tailor-rows tr, .tailor-rows td {display:block} "
    f".tailor-rows tr {{padding:.4rem 0;{_LINE}}} "
    ".tailor-rows td {border:0 !important;padding:.1rem .2rem !important;"
    "text-align:left !important} "
    ".tailor-rows td:empty {display:none} "
    '.tailor-rows td::before {content:attr(data-name) ": ";font-weight:600;opacity:.7}'
    "}</style>"
)


def table(columns: Sequence[str], rows: Iterable[Sequence[Cell]], caption: str) -> None:
    """Show rows as a table; numbers stand on the right, everything is escaped.

    Args:
        columns: Headings.
        rows: One cell per heading; ints get commas, floats three digits, None a dash.
        caption: What the table tells, for screen readers.
    """
    listed = list(rows)
    first = listed[0] if listed else [""] * len(columns)
    widths = [_width(place, listed) for place in range(len(columns))]
    head = "".join(map(_heading, columns, first, widths))
    body = "".join(f"<tr>{''.join(map(_cell, row, columns))}</tr>" for row in listed)
    style, rows_as = (_STACKED, "tailor-rows") if sum(widths) > _FIT else ("", "")
    st.html(
        f'{style}<div style="overflow-x:auto"><table class="{rows_as}" style="width:100%;'
        "border-collapse:collapse;"
        f'font-size:.9rem;line-height:1.4" aria-label="{html.escape(caption)}">'
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def download_csv(
    columns: Sequence[str], rows: Callable[[], Iterable[Sequence[Cell]]], file_name: str, *,
    key: str, label: str = "Download as CSV",
) -> None:  # fmt: skip
    """A button that saves a table; the rows are fetched only when it is pressed."""
    st.download_button(
        label, data=lambda: csv_bytes(columns, rows()), file_name=file_name, mime="text/csv",
        key=key, icon=":material/download:", on_click="ignore",
    )  # fmt: skip


def csv_bytes(columns: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """The table as CSV with a byte-order mark, so that spreadsheets read every alphabet.

    A cell that a spreadsheet would take for a formula gets an apostrophe before it.
    """
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(columns)
    writer.writerows([_harmless(cell) for cell in row] for row in rows)
    return text.getvalue().encode("utf-8-sig")


def _harmless(cell: Cell) -> Cell:
    return f"'{cell}" if isinstance(cell, str) and cell[:1] in tuple("=+-@\t\r") else cell


def _width(place: int, rows: Sequence[Sequence[Cell]]) -> int:
    """Characters that a column keeps at least, so that short names are not broken apart."""
    return min(_KEPT, max((len(str(row[place])) for row in rows), default=0))


def _heading(name: str, below: Cell, width: int) -> str:
    side = "left" if isinstance(below, str) else "right"
    style = f"{_HEAD};text-align:{side};min-width:calc({width}ch + 1.6rem)"
    return f'<th scope="col" style="{style}">{html.escape(name)}</th>'


def _cell(value: Cell, column: str) -> str:
    match value:
        case None:
            text, right = "–", True
        case int():
            text, right = f"{value:,}", True
        case float():
            text, right = f"{value:.3f}", True
        case _:
            text, right = html.escape(value), False
    align = ";text-align:right;font-variant-numeric:tabular-nums" if right else ""
    return f'<td style="{_CELL}{align}" data-name="{html.escape(column)}">{text}</td>'
