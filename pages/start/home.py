"""Home: what Tailor is for, what to do next, and what is there already."""

from components.ui.home_view import home_view
from components.ui.page import page

with page("Teach a model to see your things", "Tailor fine-tunes YOLO26 on your own pictures."):
    home_view()
