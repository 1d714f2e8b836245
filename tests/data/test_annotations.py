"""What a trainer is told of labels: the shape of its task, and nothing made up."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.data import annotations, rings
from components.data.annotations import labels_of, row_of, tell
from components.data.rows import StoredLabel

SIZE = (640, 480)
BOX = StoredLabel(0, (10.0, 20.0, 110.0, 80.0), "box", ())
RING = ((10.0, 20.0), (110.0, 25.0), (90.0, 80.0))
OUTLINE = StoredLabel(1, (10.0, 20.0, 110.0, 80.0), "polygon", RING)
TURNED = StoredLabel(
    2, (90.0, 90.0, 130.0, 130.0), "rotated",
    ((110.0, 90.0), (130.0, 110.0), (110.0, 130.0), (90.0, 110.0)),
)  # fmt: skip
POSED = StoredLabel(
    0, (10.0, 20.0, 110.0, 80.0), "keypoints",
    ((12.0, 22.0, 2.0), (0.0, 0.0, 0.0), (50.5, 60.0, 1.0)),
)  # fmt: skip
WHOLE = StoredLabel(3, (0.0, 0.0, 640.0, 480.0), "whole", ())
OWN = {"detect": BOX, "segment": OUTLINE, "pose": POSED, "obb": TURNED, "classify": WHOLE}


def back(task, *labels, size=SIZE, keypoints=3):
    told = tell(task, labels, *size, keypoints)
    assert not isinstance(told, str), told
    return list(labels_of(told.rows, told.extras, *size))


def assert_alike(found, wanted):
    assert len(found) == len(wanted)
    for one, other in zip(found, wanted, strict=True):
        assert (one.class_id, one.shape) == (other.class_id, other.shape)
        assert annotations.near(one.box, other.box, 0.01)
        assert annotations.same_points(one.points, other.points, 0.01)


@pytest.mark.parametrize("task", OWN)
def test_the_labels_of_a_task_need_no_more_than_its_rows(task):
    told = tell(task, [OWN[task]], *SIZE, 3)
    assert (list(told.rows), told.extras) == ([annotations.KINDS[task]], ())
    assert_alike(back(task, OWN[task]), [OWN[task]])


@pytest.mark.parametrize(
    ("task", "label"),
    [(task, label) for task in ("detect", "obb") for label in (BOX, OUTLINE, TURNED)]
    + [("detect", POSED)],
)
def test_what_becomes_a_box_keeps_its_drawing_beside(task, label):
    assert_alike(back(task, label, BOX), [label, BOX])


@pytest.mark.parametrize(
    ("task", "label", "why"),
    [
        ("segment", BOX, annotations.NO_OUTLINE),
        ("segment", TURNED, annotations.NO_OUTLINE),
        ("pose", BOX, annotations.NO_KEYPOINTS),
        ("obb", POSED, annotations.NO_TURNED_BOX),
        ("classify", BOX, annotations.DRAWN),
        ("detect", WHOLE, annotations.FOR_ALL),
    ],
)
def test_nothing_is_made_up_for_a_label_of_another_kind(task, label, why):
    assert tell(task, [OWN[task], label], *SIZE, 3) == why


def test_a_thing_with_another_number_of_points_is_left_out():
    assert tell("pose", [POSED], *SIZE, 17) == annotations.OTHER_COUNT


def test_a_picture_has_one_class_or_is_left_out():
    other = StoredLabel(1, WHOLE.box, "whole", ())
    assert tell("classify", [WHOLE, WHOLE], *SIZE).rows == {"classification": [3]}
    assert tell("classify", [WHOLE, other], *SIZE) == annotations.SEVERAL
    assert tell("classify", [], *SIZE) == annotations.NO_CLASS


def test_an_empty_picture_is_background_for_all_other_tasks():
    for task in set(OWN) - {"classify"}:
        assert tell(task, [], *SIZE, 3).rows == {}


def test_a_point_beyond_the_edge_is_not_there_for_the_trainer_and_comes_back():
    far = StoredLabel(
        0, BOX.box, "keypoints", ((700.0, 30.0, 2.0), (20.0, 30.0), (30.0, 40.0, 1.0))
    )
    told = tell("pose", [far], *SIZE, 3)
    [row] = told.rows["pose"]
    assert row[5:8] == [0.0, 0.0, 0.0]
    assert row[10] == 2.0, "a point without a word on it can be seen"
    assert_alike(back("pose", far), [far])


def test_an_outline_is_cut_at_the_edge_without_bending_its_sides():
    sticks_out = StoredLabel(
        0, (-100.0, 100.0, 100.0, 200.0), "polygon",
        ((-100.0, 100.0), (100.0, 100.0), (100.0, 200.0)),
    )  # fmt: skip
    [row] = tell("segment", [sticks_out], *SIZE).rows["segments"]
    ring = [(x * 640, y * 480) for x, y in zip(row[1::2], row[2::2], strict=True)]
    assert rings.area(ring) == pytest.approx(7500, abs=0.01)  # a quarter of the triangle is outside
    assert_alike(back("segment", sticks_out), [sticks_out])


def test_an_outline_outside_is_told():
    outside = StoredLabel(
        0, (0.0, 0.0, 1.0, 1.0), "polygon", ((-9.0, -9.0), (-1.0, -9.0), (-1.0, -1.0))
    )
    assert tell("segment", [outside], *SIZE) == annotations.OUTSIDE


def test_a_turned_box_far_outside_is_one_the_trainer_takes():
    corners = ((-400.0, 200.0), (100.0, -200.0), (1200.0, 300.0), (600.0, 700.0))
    row = row_of("obb", StoredLabel(0, (0.0, 0.0, 640.0, 480.0), "rotated", corners), *SIZE)
    xs, ys = row[1::2], row[2::2]
    for values in (xs, ys):
        assert max(values) - min(values) <= 1
        assert 0 <= min(values) + max(values) <= 2


numbers = st.floats(-50, 700, allow_nan=False)
point = st.tuples(numbers, numbers)


@given(
    st.lists(point, min_size=3, max_size=12),
    st.tuples(st.integers(1, 20_000), st.integers(1, 20_000)),
)
def test_outlines_of_any_kind_come_back_to_a_hundredth_of_a_pixel(points, size):
    xs, ys = zip(*points, strict=True)
    label = StoredLabel(0, (min(xs), min(ys), max(xs), max(ys)), "polygon", tuple(points))
    for task in ("detect", "segment", "obb"):
        told = tell(task, [label], *size)
        if not isinstance(told, str):
            assert all(0 <= value <= 1 for value in told.rows.get("segments", [[0]])[0][1:])
            assert_alike(back(task, label, size=size), [label])


@given(st.lists(point, min_size=3, max_size=20), st.floats(0, math.pi))
def test_the_smallest_rectangle_holds_all_points_and_no_other_is_smaller(points, angle):
    corners = rings.smallest_rectangle(points)
    area = abs(rings.area(corners))
    cos, sin = math.cos(angle), math.sin(angle)
    turned = [(x * cos - y * sin, x * sin + y * cos) for x, y in points]
    xs, ys = zip(*turned, strict=True)
    assert area <= (max(xs) - min(xs)) * (max(ys) - min(ys)) + 1e-3
    for (x1, y1), (x2, y2) in zip(corners, corners[1:] + corners[:1], strict=True):
        for x, y in points:
            assert (x2 - x1) * (y - y1) - (y2 - y1) * (x - x1) >= -1e-2


def test_holes_of_a_joined_outline_are_seen():
    outer = [(0.0, 0.0), (100.0, 0.0), (100.0, 100.0), (0.0, 100.0)]
    hole = [(20.0, 20.0), (20.0, 40.0), (40.0, 40.0), (40.0, 20.0)]
    island = [(200.0, 0.0), (220.0, 0.0), (220.0, 20.0)]
    with_hole = [*outer[:1], *hole, hole[0], outer[0], *outer[1:]]
    with_island = [*outer[:2], *island, island[0], outer[1], *outer[2:]]
    assert [rings.holes(ring) for ring in (outer, with_hole, with_island)] == [0, 1, 0]
