"""The frame around every page: its heading, and the one place where errors land."""

from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

from components.errors import AppError
from components.ui.words import plain


@contextmanager
def page(title: str, lead: str) -> Iterator[None]:
    """Show the heading, run the page, and show an `AppError` as what happened and what to do.

    Other exceptions pass through: they are ours to mend, not the reader's.
    """
    st.title(title, anchor=False)
    st.caption(lead)
    try:
        yield
    except AppError as error:
        trouble(error.what, error.fix)


def trouble(what: str, fix: str) -> None:
    """Say what happened and what to do now. Names in the sentences may hold anything."""
    st.error(f"**{plain(what)}**  \n{plain(fix)}", icon=":material/error:")


def nothing_yet(sentence: str, link_to: str, label: str, icon: str = ":material/add:") -> None:
    """Say that there is nothing to show here yet, and where to get it.

    Args:
        sentence: What is missing, and why it is needed here.
        link_to: The page that makes it ("pages/make/data.py").
        label: What the link says.
        icon: A Material symbol in Streamlit's notation.
    """
    with st.container(border=True):
        st.markdown(sentence)
        st.page_link(link_to, label=label, icon=icon)
