import json

import numpy as np
import plotly.graph_objects
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from components.charts.dataset import (
    MOST_CLASSES,
    box_sizes,
    boxes_per_class,
    boxes_per_picture,
    where_boxes_lie,
)

KIND = [("class_id", "i8"), ("picture_id", "i8"), ("cx", "f8"), ("cy", "f8"), ("w", "f8"),
        ("h", "f8")]  # fmt: skip


def table(*rows):
    return np.array([(0, picture, cx, cy, w, h) for picture, cx, cy, w, h in rows], dtype=KIND)


def as_plotly_takes_it(figure):
    """The figure as plotly knows it; it raises at a word that it does not know."""
    return plotly.graph_objects.Figure(json.loads(figure.as_json()))


ROWS = table((1, 0.5, 0.5, 0.2, 0.2), (1, 0.3, 0.3, 0.02, 0.01), (2, 0.9, 0.1, 0.6, 0.7))


@pytest.mark.parametrize("figure", [
    boxes_per_class([("a", 3), ("b", 1)]), box_sizes(ROWS), boxes_per_picture(ROWS, 2),
    where_boxes_lie(ROWS),
])  # fmt: skip
def test_plotly_knows_every_word_of_a_figure(figure):
    assert len(as_plotly_takes_it(figure).data) == 1
    assert figure.height_px >= 320


def test_the_most_frequent_class_stands_on_top():
    bar = boxes_per_class([("rare", 2), ("frequent", 40)]).data[0]
    assert list(bar["x"]) == [40, 2]
    assert list(bar["customdata"]) == ["frequent", "rare"]


def test_of_many_classes_the_rarest_become_one_bar_and_no_box_is_lost():
    bar = boxes_per_class([(f"class {i}", i) for i in range(100)]).data[0]
    assert len(bar["x"]) == MOST_CLASSES + 1
    assert sum(bar["x"]) == sum(range(100))
    assert bar["customdata"][-1] == "70 more classes"


def test_html_in_a_class_name_stays_text():
    figure = boxes_per_class([("<b>bold</b>", 1), ("", 1)])
    assert figure.layout["yaxis"]["ticktext"][0] == "&lt;b&gt;bold&lt;/b&gt;"
    assert figure.layout["yaxis"]["ticktext"][1] == "class 1"


def test_two_long_names_that_begin_alike_stay_two_bars():
    bar = boxes_per_class([("a" * 50 + "1", 3), ("a" * 50 + "2", 2)]).data[0]
    assert list(bar["y"]) == [0, 1]


@settings(deadline=None)
@given(st.lists(st.tuples(*[st.floats(-0.5, 1.5)] * 4), max_size=40))
def test_every_box_is_counted_whatever_its_size_and_place(boxes):
    rows = table(*((i, cx, cy, abs(w), abs(h)) for i, (cx, cy, w, h) in enumerate(boxes)))
    assert sum(box_sizes(rows).data[0]["y"]) == len(boxes)
    assert sum(sum(row) for row in where_boxes_lie(rows).data[0]["z"]) == len(boxes)


@pytest.mark.parametrize(("side", "word"), [(0.01, "tiny"), (0.1, "small"), (0.9, "large")])
def test_sizes_are_told_in_words(side, word):
    bar = box_sizes(table((0, 0.5, 0.5, side, side))).data[0]
    assert word in bar["customdata"][list(bar["y"]).index(1)]


def test_pictures_are_counted_by_their_boxes_and_empty_ones_too():
    bar = boxes_per_picture(table((7, 0.5, 0.5, 0.1, 0.1), (7, 0.2, 0.2, 0.1, 0.1)), 3).data[0]
    assert dict(zip(bar["customdata"], bar["y"], strict=True)) == {"0": 3, "1": 0, "2": 1}


def test_very_crowded_pictures_share_bars():
    rows = table(*((0, 0.5, 0.5, 0.1, 0.1) for _ in range(1000)))
    bar = boxes_per_picture(rows).data[0]
    assert len(bar["x"]) <= 30
    assert sum(bar["y"]) == 1


def test_a_data_set_without_boxes_draws_empty_figures():
    for figure in (box_sizes(table()), boxes_per_picture(table()), where_boxes_lie(table())):
        assert as_plotly_takes_it(figure)
    assert as_plotly_takes_it(boxes_per_class([]))


def test_the_top_left_box_is_drawn_top_left():
    figure = where_boxes_lie(table((0, 0.01, 0.02, 0.1, 0.1)))
    assert figure.data[0]["z"][0][0] == 1
    assert figure.layout["yaxis"]["range"] == [100, 0]


def test_what_is_counted_is_named_as_the_task_names_it():
    rows = table((0, 0.5, 0.5, 0.2, 0.2), (0, 0.3, 0.3, 0.1, 0.1))
    for figure in (
        box_sizes(rows, "outlines"), boxes_per_picture(rows, 0, "outlines"),
        where_boxes_lie(rows, "outlines"),
    ):  # fmt: skip
        assert "outlines" in figure.data[0]["hovertemplate"]
        assert "boxes" not in figure.data[0]["hovertemplate"]
        axes = [figure.layout["xaxis"]["title"]["text"], figure.layout["yaxis"]["title"]["text"]]
        assert "Boxes" not in " ".join(axes)
