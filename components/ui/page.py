"""The frame around every page: its heading, and the one place where errors land."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import streamlit as st

from components.errors import AppError
from components.ui.tour import tour
from components.ui.words import plain

_TROUBLE = "page.trouble"  # what a deed has to say to the next run of the page
_GO_TO = "page.go_to"  # where a click wants to go
# Streamlit leaves 6 rem free above the heading; a page of work has no use for them.
_LESS_AIR = "<style>[data-testid=stMainBlockContainer]{padding-top:3.2rem}</style>"


@contextmanager
def page(title: str, lead: str) -> Iterator[None]:
    """Show the heading, run the page, and show an `AppError` as what happened and what to do.

    Other exceptions pass through: they are ours to mend, not the reader's.
    """
    _leave()
    st.html(_LESS_AIR)
    st.title(title, anchor=False)
    st.caption(lead)
    with landing():
        tour(title)
    told = st.session_state.pop(_TROUBLE, None)
    if told is not None:
        trouble(*told)
    with landing():
        yield


@contextmanager
def landing() -> Iterator[None]:
    """A place for errors to land: `page` is one; fragments and dialogs need one of their own.

    They run again without the page around them.
    """
    try:
        yield
    except AppError as error:
        trouble(error.what, error.fix)


def deed(do: Callable[..., object], *args: object) -> None:
    """What a button does when it is given as `on_click`: its errors land on the page as well.

    Streamlit runs such calls before the page, where the frame cannot catch anything.
    """
    try:
        do(*args)
    except AppError as error:
        st.session_state[_TROUBLE] = (error.what, error.fix)


def trouble(what: str, fix: str) -> None:
    """Say what happened and what to do now. Names in the sentences may hold anything."""
    st.error(f"**{plain(what)}**  \n{plain(fix)}", icon=":material/error:")


def nothing_yet(
    sentence: str, link_to: str, label: str, icon: str = ":material/add:",
    choices: dict[str, str] | None = None,
) -> None:  # fmt: skip
    """Say that there is nothing to show here yet, and where to get it.

    Args:
        sentence: What is missing, and why it is needed here.
        link_to: The page that makes it ("pages/make/data.py").
        label: What the link says.
        icon: A Material symbol in Streamlit's notation.
        choices: What that page's address says.
    """
    with st.container(border=True):
        st.markdown(sentence)
        st.page_link(link_to, label=label, icon=icon, query_params=choices)


def go_on(
    label: str, link_to: str, choices: dict[str, str], *, is_primary: bool = True, missing: str = ""
) -> None:
    """The button at the end of a step that opens the next one.

    Args:
        label: What it says.
        link_to: The page it opens.
        choices: What that page's address says.
        is_primary: Whether it is the page's main button now.
        missing: Why it cannot be pressed yet; "" when it can.
    """
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(
            label, key="go_on", type="primary" if is_primary else "secondary",
            icon=":material/arrow_forward:", icon_position="right", disabled=bool(missing),
            on_click=go_there, args=(link_to, choices),
        )  # fmt: skip
        if missing:
            st.caption(missing, width="content")
    _leave()


def go_there(link_to: str, choices: dict[str, str]) -> None:
    """Open a page after a click.

    It is only remembered here: a run of the page that a background check cuts short forgets it.
    """
    st.session_state[_GO_TO] = (link_to, choices)


def _leave() -> None:
    """Go where a click wanted to go, if one did."""
    if wanted := st.session_state.pop(_GO_TO, None):
        link_to, choices = wanted
        st.switch_page(link_to, query_params=choices)
