"""The offline switch on Home."""

import streamlit as st

from components.models.offline import network, stay_offline
from components.ui.page import deed
from components.workspace import Workspace

_HELP = (
    "When it is on, nothing that Tailor does goes to the network, not even when a button asks for "
    "it. When it is off, Tailor still goes there only to fetch what you ask for."
)


def offline_switch(workspace: Workspace) -> None:
    """Show how the switch stands, why, and let the person set it."""
    now = network(workspace)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.toggle(
            "Stay offline", now.is_offline, key=f"home.offline.{now.is_offline}", help=_HELP,
            on_change=deed, args=(stay_offline, workspace, not now.is_offline),
        )  # fmt: skip
        st.caption(_words(now.is_offline, now.is_chosen), width="stretch")


def _words(is_offline: bool, is_chosen: bool) -> str:
    if is_offline and not is_chosen:
        return (
            "This computer has no network, so Tailor stays offline by itself. Everything works; "
            "base models come from Tailor's starter weights or from files you drop in."
        )
    if is_offline:
        return "Tailor does not use the network, whatever you press."
    return "Tailor uses the network only to fetch a base model or the example, when you ask for it."
