import json

from components.charts.figure import Figure, as_text
from components.charts.plan import FROZEN, LEARNING, learning_rate_curve, network, rate_sweep
from components.charts.results import confusion, curve, per_class

LAYERS = [
    {"index": 0, "type": "Conv", "stage": "backbone", "parameters": 464},
    {"index": 1, "type": "C3k2", "stage": "neck", "parameters": 6640},
    {"index": 2, "type": "Detect", "stage": "head", "parameters": 0},
]
ROWS = [
    {"class": "<b>ant</b>", "map50": 0.9, "map50_95": 0.7},
    {"class": "bee", "map50": 0.5, "map50_95": 0.2},
    {"class": "cat", "map50": None, "map50_95": None},
]
FIGURES = [
    learning_rate_curve([0.001, 0.002, 0.001], 1.0),
    network(LAYERS, 2),
    per_class(ROWS),
    curve([0, 1], {"all classes": [1, 0], "ant": [1, 0]}, "recall", "precision"),
    confusion(["ant", "nothing"], [[3, 1], [0, 0]]),
]


def test_the_rate_is_drawn_once_per_epoch_and_the_warm_up_is_marked():
    figure = learning_rate_curve([0.001, 0.002, 0.001], 1.0)
    assert figure.data[0]["x"] == [1, 2, 3]
    [band] = figure.layout["shapes"]
    assert (band["x0"], band["x1"]) == (0.5, 1.5)
    assert "shapes" not in learning_rate_curve([0.001], 0).layout


def test_frozen_blocks_are_grey_and_the_others_are_not():
    figure = network(LAYERS, 2)
    assert figure.data[0]["marker"]["color"] == [FROZEN, FROZEN, LEARNING]
    assert [note["text"].split(" (")[0] for note in figure.layout["annotations"]] == [
        "Eyes",
        "Combining",
        "Answer",
    ]
    assert [line["x0"] for line in figure.layout["shapes"]] == [0.5, 1.5]


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
