"""Results: how good the model became, and where it goes wrong."""

from components.ui.page import page
from components.ui.results_view import results_view
from components.ui.run_picker import current_run

with page("Results", "How good the model is, measured on pictures it never trained on."):
    results_view(current_run())
