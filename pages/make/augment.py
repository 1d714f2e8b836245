"""Augment: what training may do to the pictures, seen before it happens."""

import streamlit as st

from components.ui.augment_editor import augment_editor, demand_ready, ready_recipes
from components.ui.page import page
from components.ui.pickers import pick_dataset
from components.ui.plan_draft import drafting

with page("Augment", "Let the model see your pictures in more ways than you took them."):
    slug = pick_dataset()
    now = drafting(slug)
    demand_ready(now)
    ready_recipes(now)
    augment_editor(now)
    if st.button("Go on to Plan", type="primary", icon=":material/arrow_forward:"):
        st.switch_page("pages/make/plan.py", query_params={"dataset": slug})
