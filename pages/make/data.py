"""Data: bring pictures in, look at them, split them."""

from components.ui.data_view import data_view
from components.ui.page import page

with page("Data", "Your pictures, with the things on them marked: a data set."):
    data_view()
