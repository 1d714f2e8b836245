"""Augment: what training may do to the pictures, seen before it happens."""

from components.ui.augment_editor import augment_editor, demand_ready, ready_recipes
from components.ui.page import go_on, page
from components.ui.pickers import pick_dataset
from components.ui.plan_draft import drafting

with page("Augment", "Let the model see your pictures in more ways than you took them."):
    slug = pick_dataset()
    now = drafting(slug)
    demand_ready(now)
    ready_recipes(now)
    augment_editor(now)
    go_on("Go on to Plan", "pages/make/plan.py", {"dataset": slug})
