"""What the health check says of shapes, for the tasks that learn from them."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from components.data import checking, seen_shapes
from components.data.fixes import mend
from components.data.keypoints import KeypointScheme
from components.data.records import Label, PictureState
from components.data.rows import NewPicture
from components.data.schema import changing
from components.data.store import create
from components.data.writing import set_keypoints
from components.findings import Severity

GOOD = ((20, 20), (60, 20), (70, 40), (60, 60), (20, 60), (10, 40))
BOW = ((20, 20), (60, 60), (60, 20), (20, 60))
ARC = tuple((50 + 30 * math.cos(a / 20), 50 + 30 * math.sin(a / 20)) for a in range(50))
LINE = ((20, 20), (60, 60), (40, 40))
BOX = ((20, 20), (60, 20), (60, 40), (20, 40))
KITE = ((20, 20), (60, 10), (60, 40), (20, 60))
POINTS = ((30, 30, 2), (40, 40, 1), (0, 0, 0))


@pytest.fixture
def told(workspace):
    """What is said of pictures with these labels, title by title, when they are for a task."""

    def check(task, shape, *drawn, names=(), flip=()):
        folder = workspace.datasets / "a"
        dataset = create(folder, name="A", task=task, classes=["thing"])
        (folder / "images").mkdir()
        pictures = []
        for number, points in enumerate(drawn):
            pixels = np.random.default_rng(number).integers(0, 255, (80, 100, 3), dtype=np.uint8)
            Image.fromarray(pixels).save(folder / f"images/{number}.png")
            points = tuple(tuple(map(float, each)) for each in points)
            label = Label("thing", (10.0, 10.0, 70.0, 60.0), shape, points)
            pictures.append(NewPicture(
                f"images/{number}.png", f"images/{number}.png", f"{number}.png", 100, 80,
                PictureState.LABELLED, "val" if number % 2 else "train", (label,),
                sha256=f"{number:064d}",
            ))  # fmt: skip
        dataset.add_pictures(pictures)
        if names:
            with changing(folder) as db:
                set_keypoints(db, KeypointScheme(tuple(names), tuple(flip)))
        checking.check_now(dataset)
        return dataset, checking.state(workspace, dataset).findings

    return check


@pytest.mark.parametrize(
    ("task", "shape", "good", "bad", "words"),
    [
        ("segment", "polygon", GOOD, BOW, "crosses itself"),
        ("segment", "polygon", GOOD, ARC, "looks unfinished"),
        ("segment", "polygon", GOOD, LINE, "encloses nothing"),
        ("obb", "polygon", GOOD, BOW, "crosses itself"),
        ("obb", "rotated", BOX, KITE, "is no rectangle"),
        ("pose", "keypoints", POINTS, ((30, 30, 2), (140, 40, 2), (0, 0, 0)), "outside of it"),
        ("pose", "keypoints", POINTS, ((30, 30, 2), (40, 40, 2)), "another number of keypoints"),
        ("segment", "polygon", GOOD, (), "a label has no outline"),
    ],
)  # fmt: skip
def test_a_bad_shape_is_told_with_its_picture_and_a_next_step(told, task, shape, good, bad, words):
    _, found = told(task, shape, good, bad, good)
    [finding] = [each for each in found if words in each.title]
    assert [*finding.where] == ["1.png"]
    assert finding.fix.endswith(".")
    assert finding.title.startswith("1 picture ")


@pytest.mark.parametrize(
    ("task", "shape", "good"),
    [("segment", "polygon", GOOD), ("obb", "rotated", BOX), ("pose", "keypoints", POINTS)],
)
def test_good_shapes_and_those_of_another_task_are_not_told(told, task, shape, good):
    titles = ("crosses", "unfinished", "encloses", "rectangle", "outside")
    _, found = told(task, shape, good, good)
    assert not [each.title for each in found if any(word in each.title for word in titles)]


def test_outlines_learned_as_boxes_may_cross(told):
    _, found = told("detect", "polygon", BOW, BOW)
    assert not [each for each in found if "crosses" in each.title]


def test_left_and_right_that_do_not_trade_places_are_told_and_mended_by_a_click(told, workspace):
    names = ("nose", "left eye", "right eye")
    dataset, found = told("pose", "keypoints", POINTS, POINTS, names=names, flip=(0, 1, 2))
    [finding] = [each for each in found if "side in the name" in each.title]
    assert finding.where == ("left eye", "right eye")
    mend(dataset, finding)
    assert dataset.keypoints() == KeypointScheme(names, (0, 2, 1))
    checking.check_now(dataset)
    after = checking.state(workspace, dataset).findings
    assert not [each for each in after if "side in the name" in each.title]


def test_a_side_without_the_other_is_told(told):
    names = ("nose", "left eye", "tail")
    _, found = told("pose", "keypoints", POINTS, POINTS, names=names, flip=(0, 1, 2))
    [finding] = [each for each in found if "no other side" in each.title]
    assert finding.where == ("left eye",)


@given(st.sets(st.integers(0, 96), min_size=4, max_size=30), st.floats(5, 50))
def test_no_outline_around_a_middle_crosses_itself(steps, radius):
    turns = [step * 2 * math.pi / 97 for step in sorted(steps)]
    ring = [(100 + radius * math.cos(turn), 100 + radius * math.sin(turn)) for turn in turns]
    assert not seen_shapes.crosses_itself(ring)


def test_a_hole_that_is_bridged_does_not_cross():
    bridged = [(0, 0), (9, 0), (9, 9), (0, 9), (0, 0), (3, 3), (3, 6), (6, 6), (6, 3), (3, 3)]
    assert not seen_shapes.crosses_itself(bridged)


@given(st.floats(0, 2 * math.pi), st.floats(4, 200), st.floats(4, 200))
def test_a_rectangle_stays_one_however_it_is_turned(turn, width, height):
    c, s = math.cos(turn), math.sin(turn)
    corners = [(x * c - y * s, x * s + y * c)
               for x, y in ((0, 0), (width, 0), (width, height), (0, height))]  # fmt: skip
    assert seen_shapes.is_rectangle(corners)
    assert not seen_shapes.is_rectangle([*corners[:3], (0.5 * width * c, 0.5 * width * s)])


def test_classes_are_counted_in_what_the_task_learns_from(workspace):
    from components.data import health

    for task, words in (("classify", "fewer than 10 pictures"), ("segment", "than 10 outlines")):
        dataset = create(workspace.datasets / task, name="A", task=task, classes=["thing"])
        shape = "whole" if task == "classify" else "polygon"
        label = Label("thing", (0.0, 0.0, 100.0, 80.0), shape, () if task == "classify" else GOOD)
        dataset.add_pictures([NewPicture("a.png", "a.png", "a.png", 100, 80,
                                         PictureState.LABELLED, "train", (label,))])  # fmt: skip
        assert words in " ".join(each.title for each in health.classes_have_enough_boxes(dataset))


def test_pictures_of_one_class_cannot_be_sorted(workspace):
    from components.data import health

    dataset = create(workspace.datasets / "one", name="A", task="classify", classes=["thing"])
    [finding] = health.more_than_one_class(dataset)
    assert finding.severity is Severity.WARN
    assert "nothing to learn" in finding.title


def test_an_outline_cut_off_by_the_border_is_finished():
    half = [[50 + 20 * math.cos(a / 10), 99.5 - 20 * math.sin(a / 10)] for a in range(32)]
    assert not seen_shapes.is_open(half, 100, 100)
    inside = [[x, y - 30] for x, y in half]
    assert seen_shapes.is_open(inside, 100, 100)
