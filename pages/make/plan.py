"""Plan: decide what the run will do, hear what speaks for and against it, and start it."""

import streamlit as st

from components.ui.base_picker import base_picker
from components.ui.page import page
from components.ui.pickers import pick_dataset
from components.ui.plan_draft import drafting
from components.ui.plan_editor import plan_editor, presets
from components.ui.plan_papers import plan_papers
from components.ui.start_cards import start_cards
from components.ui.start_panel import start_panel

with page("Plan", "Decide how the model learns. The four buttons set everything below for you."):
    slug = pick_dataset()
    now = drafting(slug)
    above = st.container()  # filled last: what is told there follows the knobs below it
    now = base_picker(now)
    beside = st.container()
    now, plan = plan_editor(now)
    with above:
        presets(now)
    with beside:
        start_cards(now, plan)
    st.subheader("What to expect", anchor=False)
    start_panel(now, plan)
    plan_papers(now, plan)
