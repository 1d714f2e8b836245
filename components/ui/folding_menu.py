"""A popover that folds up when one of its buttons opens a dialog.

Streamlit would leave it open, bright before the dimmed page and in the way of the dialog.
"""

from typing import Any

import streamlit as st


def folding_menu(label: str, *, key: str, **look: Any) -> Any:
    """A popover; whoever calls `fold` with its key closes it in the next run.

    Args:
        label: What its button says.
        key: Its name on the page.
        look: Icon, help and the like, as `st.popover` takes them.
    """
    # Another key makes another popover, and a new one is closed.
    return st.popover(label, key=f"{key}.{st.session_state.get(key, 0)}", **look)


def fold(key: str) -> None:
    """Close the menu; to be called when one of its buttons is clicked."""
    st.session_state[key] = st.session_state.get(key, 0) + 1
