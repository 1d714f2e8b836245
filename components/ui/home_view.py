"""Home as a whole: what Tailor is, what to do next, three ways in, and what is there already."""

import streamlit as st

from components.data.store import list_datasets
from components.runs.store import RunStore
from components.ui.home_about import about
from components.ui.home_hero import hero
from components.ui.home_lists import dataset_cards, run_list
from components.ui.home_network import offline_switch
from components.ui.home_next import NextStep, next_step
from components.ui.home_ways import ways
from components.ui.page import go_there
from components.ui.words import plain
from components.workspace import Workspace


def home_view() -> None:
    """Everything below the heading."""
    workspace = Workspace.current()
    step = next_step(workspace)
    hero()
    _next(step)
    ways(workspace, demo_first=not step.label)
    cards, runs = list_datasets(workspace), RunStore(workspace).all()
    if runs:
        run_list(workspace, runs)
    if cards:
        dataset_cards(workspace, cards)
    st.space("medium")
    offline_switch(workspace)
    about(workspace)


def _next(step: NextStep) -> None:
    with st.container(border=True, horizontal=True, vertical_alignment="center", key="home.next"):
        st.markdown(f":material/flag: **What to do next.** {plain(step.sentence)}", width="stretch")
        if step.label:
            st.button(step.label, key="home.go", type="primary", on_click=go_there,
                      args=(step.page, step.choices))  # fmt: skip
