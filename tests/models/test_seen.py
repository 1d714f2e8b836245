"""What a model found, as plain numbers: forms and measures of turned boxes, outlines, points."""

import math

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from ultralytics.engine.results import Results

from components.models import seen

PICTURE = np.zeros((80, 100, 3), np.uint8)
NAMES = {0: "ant", 1: "bee"}


def found(**given_):
    return seen.things(Results(PICTURE, path="", names=NAMES, **given_))


def test_boxes_come_the_surest_first():
    boxes = torch.tensor([[1.0, 2, 3, 4, 0.3, 0], [5, 6, 7, 8, 0.9, 1]])
    first, second = found(boxes=boxes)
    assert (first["class"], second["class"]) == ("bee", "ant")
    assert (first["box"], first["shape"], first["measures"]) == ([5, 6, 7, 8], None, {})


def test_a_turned_box_is_told_with_its_corners_and_measures():
    [thing] = found(obb=torch.tensor([[50.0, 40, 30, 10, math.radians(30), 0.8, 0]]))
    kind, numbers = thing["shape"]
    assert (kind, len(numbers)) == ("rotated", 8)
    assert thing["measures"] == {"area": 300.0, "length": 30.0, "width": 10.0, "angle": 30.0}


def test_keypoints_say_how_well_they_were_seen():
    points = torch.tensor([[[10.0, 20, 0.9], [30, 40, 0.3], [50, 60, 0.1]]])
    [thing] = found(boxes=torch.tensor([[1.0, 2, 3, 4, 0.9, 0]]), keypoints=points)
    assert thing["shape"] == ["keypoints", [10.0, 20.0, 2.0, 30.0, 40.0, 1.0, 50.0, 60.0, 0.0]]


def test_a_mask_becomes_an_outline_that_can_be_measured():
    mask = torch.zeros(1, 80, 100)
    mask[0, 20:40, 10:70] = 1
    [thing] = found(boxes=torch.tensor([[10.0, 20, 70, 40, 0.9, 0]]), masks=mask)
    assert thing["shape"][0] == "polygon"
    measures = thing["measures"]
    assert measures["area"] == pytest.approx(1200, rel=0.08)
    assert measures["length"] == pytest.approx(60, abs=1.5)
    assert measures["width"] == pytest.approx(20, abs=1.5)
    assert measures["angle"] == 0.0


def test_a_whole_picture_gets_its_best_guesses():
    first, second = found(probs=torch.tensor([0.2, 0.8]))
    assert (first["class"], first["shape"], first["box"]) == ("bee", ["whole"], [0, 0, 100, 80])
    assert second["confidence"] == pytest.approx(0.2)


def test_nothing_found_is_nothing():
    assert found(boxes=torch.zeros(0, 6)) == []


@given(st.floats(1, 50), st.floats(1, 50), st.floats(-10, 10))
def test_the_angle_is_that_of_the_longer_side(width, height, turn):
    box = torch.tensor([[50.0, 40, width, height, turn, 0.8, 0]])
    [thing] = found(obb=box)
    measures = thing["measures"]
    assert -90 <= measures["angle"] <= 90
    assert measures["length"] >= measures["width"]
    corners = np.array(thing["shape"][1]).reshape(4, 2)
    sides = np.linalg.norm(corners - np.roll(corners, -1, axis=0), axis=1)
    assert sides.max() == pytest.approx(measures["length"], abs=0.3)
