"""How far named points are off, as a share of the thing's size."""

import numpy as np
import pytest
import torch

from components.runs.points_off import distances, per_point

BOX = [10.0, 10.0, 50.0, 35.0]  # area 1,000: a size of 31.6
FAR = [100.0, 100.0, 140.0, 125.0]


def told(boxes, points, classes=None, conf=None):
    made = {"cls": torch.tensor(classes or [0.0] * len(boxes)), "bboxes": torch.tensor(boxes),
            "keypoints": torch.tensor(points)}  # fmt: skip
    return made if conf is None else {**made, "conf": torch.tensor(conf)}


def test_distances_are_shares_of_the_things_size():
    truth = told([BOX], [[[20.0, 20, 2], [30, 30, 1], [0, 0, 0]]])
    predicted = told([BOX], [[[23.0, 24, 0.9], [30, 30, 0.9], [5, 5, 0.1]]], conf=[0.8])
    [row] = distances(predicted, truth)
    assert row[:2] == pytest.approx([5 / np.sqrt(1000), 0.0])
    assert np.isnan(row[2])


def test_only_the_surest_prediction_of_the_same_thing_and_class_counts():
    truth = told([BOX, FAR], [[[20.0, 20, 2]], [[110.0, 110, 2]]], [0.0, 1.0])
    predicted = told(
        [BOX, BOX, FAR], [[[40.0, 20, 1]], [[20.0, 20, 1]], [[110.0, 110, 1]]], [0.0, 0.0, 0.0],
        conf=[0.3, 0.9, 0.8],
    )  # fmt: skip
    assert distances(predicted, truth).tolist() == [[0.0]]


def test_nothing_found_and_nothing_there_are_no_numbers():
    nothing = told(torch.zeros(0, 4).tolist(), torch.zeros(0, 1, 3).tolist(), conf=[])
    nothing["keypoints"] = torch.zeros(0, 1, 3)
    nothing["bboxes"] = torch.zeros(0, 4)
    nothing["cls"] = torch.zeros(0)
    truth = told([BOX], [[[20.0, 20, 2]]])
    assert distances(nothing, truth).shape == (0, 1)
    assert per_point([distances(nothing, truth)], ["tip"]) == [
        {"point": "tip", "error": None, "things": 0}
    ]
    assert per_point([], ["tip"]) == []


def test_pictures_are_put_together_point_by_point():
    rows = [np.array([[0.1, np.nan]]), np.zeros((0, 2)), np.array([[0.3, 0.5]])]
    assert per_point(rows, ()) == [
        {"point": "point 1", "error": 0.2, "things": 2},
        {"point": "point 2", "error": 0.5, "things": 1},
    ]
