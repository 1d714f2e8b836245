"""Try: show the model a picture it has never seen."""

from components.ui.page import page
from components.ui.run_picker import current_model
from components.ui.try_view import try_view

with page("Try", "Show the model a picture it has never seen."):
    try_view(current_model())
