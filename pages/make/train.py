"""Train: how the runs are doing, live."""

from components.ui.page import page
from components.ui.run_picker import current_run
from components.ui.train_view import train_view

with page("Train", "Watch the model learn. You may close this page: the run goes on."):
    train_view(current_run())
