"""What was not as it should be when the pictures came in, and what Tailor did about it."""

from collections.abc import Callable, Sequence

import streamlit as st

from components.data.records import Problem
from components.ui.data_facts import Stand
from components.ui.tables import Cell, download_csv, table
from components.ui.words import count, number

PER_PAGE = 25
COLUMNS = ("File", "What was found", "What Tailor does")


def problem_table(at: Stand) -> None:
    """The problems of a data set, page by page."""
    total = sum(at.dataset.problem_counts().values())
    paged_problems(
        total,
        lambda offset, limit: at.dataset.problems(offset=offset, limit=limit),
        key=f"data.problems.{at.dataset.slug}",
        file_name=f"{at.dataset.slug}-problems.csv",
    )


def paged_problems(
    total: int, fetch: Callable[[int, int], Sequence[Problem]], *, key: str, file_name: str
) -> None:
    """A table of problems that holds one page of them, and a button that saves them all.

    Args:
        total: How many there are.
        fetch: Gives some of them, by offset and limit.
        key: Prefix of the widgets' keys.
        file_name: Of the CSV.
    """
    pages = -(-total // PER_PAGE)
    page = _page(key, pages)
    first = (page - 1) * PER_PAGE
    table(COLUMNS, map(_row, fetch(first, PER_PAGE)), "Problems")
    with st.container(horizontal=True, vertical_alignment="center"):
        if pages > 1:
            st.pagination(pages, key=f"{key}.page", persist_state="session")
            last = min(total, first + PER_PAGE)
            st.caption(f"{number(first + 1)} to {number(last)} of {count(total, 'problem')}")
        download_csv(COLUMNS, lambda: map(_row, fetch(0, total)), file_name, key=f"{key}.csv")


def _page(key: str, pages: int) -> int:
    """The page that the turner below the table shows; it is drawn after its table."""
    return max(1, min(int(st.session_state.get(f"{key}.page") or 1), pages))


def _row(problem: Problem) -> tuple[Cell, ...]:
    return problem.file, problem.what, problem.done
