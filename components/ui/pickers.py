"""Pickers: choose a data set or a run. The choice lives in the page's address.

So it survives a reload and a visit to another page, and a link can be sent to a colleague.
Streamlit's own `bind` would write the *shown* name into the address; ours writes the folder's
name, which stays the same when a data set is renamed.
"""

import time
from collections import Counter
from collections.abc import Mapping

import streamlit as st

from components.ui.page import nothing_yet
from components.ui.words import count, plain, shorten
from components.workspace import Workspace

DATA_PAGE = "pages/make/data.py"
PLAN_PAGE = "pages/make/plan.py"
_LONGEST = 60
_LAG_S = 1.5  # the browser's address is at most so far behind, on a busy computer


def pick_dataset(*, width: int | None = None) -> str:
    """Let the user choose a data set; if there is none yet, say so and end the page here.

    Args:
        width: Pixels of the picker; None takes the whole width.

    Returns:
        The data set's folder name.
    """
    from components.data.store import list_datasets

    cards = list_datasets(Workspace.current())
    if not cards:
        nothing_yet(
            "There is **no data set yet**. A data set is a collection of your pictures with the "
            "things on them marked.",
            DATA_PAGE, "Bring in pictures", ":material/add_photo_alternate:",
        )  # fmt: skip
        st.stop()
    names = {
        card.slug: f"{card.name} · "
        + ("cannot be opened" if card.trouble else count(card.pictures, "picture"))
        for card in cards
    }
    return choose("Data set", names, "dataset", width=width)


def pick_run(*, width: int | None = None) -> str:
    """Let the user choose a run, newest first; if there is none yet, say so and end the page.

    Returns:
        The run's folder name.
    """
    from components.runs.store import RunStore

    runs = RunStore(Workspace.current()).all()
    if not runs:
        nothing_yet(
            "There is **no run yet**. A run is one training: a model learns from your data set.",
            PLAN_PAGE, "Plan a run", ":material/tune:",
        )  # fmt: skip
        st.stop()
    return choose("Run", {run.slug: run.title for run in runs}, "run", width=width)


def choose(label: str, names: Mapping[str, str], key: str, *, width: int | None = None) -> str:
    """A select box whose choice is kept in the address under `key`.

    Args:
        label: What the box is called.
        names: Folder name to what is shown; not empty.
        key: The box's key and the name in the address.
        width: Pixels; None takes the whole width.

    Returns:
        The folder name chosen.
    """
    _let_the_address_win(names, label, key)
    twice = {text for text, times in Counter(names.values()).items() if times > 1}
    chosen = st.selectbox(
        label,
        list(names),
        key=key,
        format_func=lambda slug: _shown(slug, names, twice),
        on_change=_note,
        args=(key,),
        persist_state="session",
        width="stretch" if width is None else width,
    )
    if st.query_params.get(key) != chosen:
        st.query_params[key] = chosen
    return chosen


def _shown(slug: str, names: Mapping[str, str], twice: set[str]) -> str:
    name = shorten(names.get(slug, slug), _LONGEST)
    return f"{name} ({slug})" if names.get(slug) in twice else name


def _note(key: str) -> None:
    """The user chose: the address follows, and what it said till now is remembered for a moment."""
    st.session_state[_left(key)] = (st.query_params.get(key), time.monotonic())
    st.query_params[key] = st.session_state[key]


def _asked(key: str) -> str | None:
    """What the address asks for; None when it asks for nothing, or only has not heard yet.

    A click that comes before the browser has heard of the last choice still carries the old
    address, which must not undo that choice.
    """
    asked = st.query_params.get(key)
    left, at = st.session_state.get(_left(key), (None, -_LAG_S))
    is_stale = asked == left and time.monotonic() - at < _LAG_S
    return None if is_stale else asked


def _left(key: str) -> str:
    return f"{key}.left"


def _let_the_address_win(names: Mapping[str, str], label: str, key: str) -> None:
    asked = _asked(key)
    if asked in names:
        if st.session_state.get(key) != asked:
            st.session_state[key] = asked
        return
    if asked is not None:
        st.info(f"{label} “{plain(asked, _LONGEST)}” is not here any more; here is another.")
    if st.session_state.get(key) not in names:
        st.session_state[key] = next(iter(names))


def choose_view(label: str, names: Mapping[str, str], key: str, default: str) -> str:
    """A row of buttons, one of them chosen; the choice is kept in the address under `key`.

    Args:
        label: What the row is for; not shown, but read out by screen readers.
        names: The word in the address to what is shown (Streamlit's Markdown).
        key: The row's key and the name in the address.
        default: Chosen when the address says nothing.

    Returns:
        The word chosen.
    """
    asked = _asked(key)
    if asked in names and st.session_state.get(key) != asked:
        st.session_state[key] = asked
    elif st.session_state.get(key) not in names:
        st.session_state[key] = default
    chosen = (
        st.segmented_control(
            label,
            list(names),
            key=key,
            format_func=names.__getitem__,
            required=True,
            on_change=_note,
            args=(key,),
            label_visibility="collapsed",
            persist_state="session",
        )
        or default
    )  # never nothing: a choice is required
    if st.query_params.get(key) != chosen:
        st.query_params[key] = chosen
    return chosen
