import json

from components.charts.figure import Figure, as_text
from components.charts.plan import rate_sweep
from components.charts.results import confusion, curve, per_class

ROWS = [
    {"class": "<b>ant</b>", "map50": 0.9, "map50_95": 0.7},
    {"class": "bee", "map50": 0.5, "map50_95": 0.2},
    {"class": "cat", "map50": None, "map50_95": None},
]
FIGURES = [
    rate_sweep([0.001, 0.002], [2.0, 1.0], [2.0, 1.5], suggested=0.001, lowest=0.002),
    per_class(ROWS),
    curve([0, 1], {"all classes": [1, 0], "ant": [1, 0]}, "recall", "precision"),
    confusion(["ant", "nothing"], [[3, 1], [0, 0]]),
]


def test_classes_are_ordered_by_quality_and_their_names_are_no_markup():
    assert per_class(ROWS).data[1]["y"] == ["bee", "&lt;b&gt;ant&lt;/b&gt;"]


def test_a_curve_has_one_line_per_class():
    figure = curve([0, 1], {"all classes": [1, 0], "ant": [1, 0]}, "recall", "precision")
    assert [line["name"] for line in figure.data] == ["all classes", "ant"]


def test_the_matrix_is_drawn_as_it_was_given():
    figure = confusion(["ant", "nothing"], [[3, 1], [0, 0]])
    assert figure.data[0]["z"] == [[3, 1], [0, 0]]


def test_plotly_knows_every_word_of_the_figures():
    import plotly.graph_objects as go  # checks names and values, and refuses what it does not know

    for figure in FIGURES:
        go.Figure(json.loads(figure.as_json()))
        assert figure.height_px > 0


def test_numbers_that_are_none_become_gaps():
    figure = Figure([{"y": [1.0, float("nan"), float("inf")]}], {"height": 9})
    assert json.loads(figure.as_json())["data"][0]["y"] == [1.0, None, None]


def test_a_long_name_is_cut_between_letters():
    assert as_text("<" * 40) == "&lt;" * 27 + "…"


def test_a_range_test_is_drawn_on_a_logarithmic_axis_with_the_suggestion_marked():
    rates, losses = [1e-4, 1e-3, 1e-2], [6.0, 4.0, 9.0]
    figure = rate_sweep(rates, losses, losses, suggested=1e-4, lowest=1e-3)
    assert figure.layout["xaxis"]["type"] == "log"
    marks = {line["name"]: line["x"][0] for line in figure.data if "text" in line["mode"]}
    assert marks == {"suggested": 1e-4, "lowest": 1e-3}
    assert len(rate_sweep(rates, losses, losses).data) == 2  # nothing suggested, nothing marked
