"""Masks and drawn shapes become outlines, whatever dialect they are written in."""

import contextlib
from itertools import pairwise

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from components.data.formats.outlines import area, in_parts, joined, label_of_mask, one_way_round
from components.data.formats.run_lengths import brush_label, coco_label, cvat_label, size_checked
from components.data.formats.shapes import MOST_POINTS, outlined, pointed, turned
from components.errors import LabelError

calm = settings(deadline=None, max_examples=150)
masks = st.integers(0, 2**32 - 1).map(
    lambda seed: (np.random.default_rng(seed).random((9, 13)) > 0.6).astype(np.uint8)
)


def runs_of(flat):
    """Lengths of runs of 0 and 1 in turn, beginning with 0."""
    edges = np.flatnonzero(np.diff(np.concatenate([[0], flat, [0]])))
    return [b - a for a, b in pairwise([0, *edges.tolist(), len(flat)])]


def compressed(runs):
    """COCO's text for counts, written down independently of the reader."""
    text = ""
    for number, run in enumerate(runs):
        value = run - runs[number - 2] if number > 2 else run
        while True:
            bits, value = value & 31, value >> 5
            is_over = (value == 0 and not bits & 16) or (value == -1 and bits & 16)
            text += chr(bits + (0 if is_over else 32) + 48)
            if is_over:
                break
    return text


def brushed(mask):
    """Label Studio's bit stream for a mask, without any runs."""
    values = np.repeat(mask.ravel() * 255, 4)
    bits = f"{len(values):032b}" + f"{7:05b}" + "".join(f"{n:04b}" for n in (1, 3, 7, 15))
    for at in range(0, len(values), 256):
        part = values[at : at + 256]
        bits += "0" + "10" + f"{len(part) - 1:08b}" + "".join(f"{v:08b}" for v in part)
    bits += "0" * (-len(bits) % 8)
    return int(bits, 2).to_bytes(len(bits) // 8, "big")


def pixels_box(mask):
    ys, xs = np.nonzero(mask)
    return xs.min(), ys.min(), xs.max() + 1, ys.max() + 1


@calm
@given(masks)
def test_all_dialects_of_run_lengths_give_the_box_of_the_pixels(mask):
    height, width = mask.shape
    made = [
        label_of_mask("a", mask),
        coco_label("a", runs_of(mask.T.ravel()), width, height),
        coco_label("a", compressed(runs_of(mask.T.ravel())), width, height),
        cvat_label("a", runs_of(mask.ravel()), width, height, (0, 0)),
        brush_label("a", brushed(mask), width, height),
    ]
    if not mask.any():
        assert made == [None] * 5
        return
    assert {label.box for label in made} == {pixels_box(mask)}


@calm
@given(st.integers(0, 2**32 - 1))
def test_an_outline_filled_again_gives_the_same_pixels(seed):
    dice = np.random.default_rng(seed)
    mask = np.zeros((60, 80), np.uint8)
    x, y = int(dice.integers(8, 70)), int(dice.integers(8, 50))
    cv2.ellipse(mask, (x, y), (int(dice.integers(8, 20)), 7), 30, 0, 360, 1, -1)
    cv2.circle(mask, (x, y), 3, 0, -1)
    label = label_of_mask("a", mask)
    assert label is not None
    again = np.zeros_like(mask)
    cv2.fillPoly(again, [np.array(label.points).astype(np.int32)], 1)
    assert (again != mask).mean() < 0.01


def test_two_parts_become_one_line_that_has_the_area_of_both():
    a = np.array([(0, 0), (10, 0), (10, 10), (0, 10)], float)
    b = np.array([(20, 0), (20, 4), (24, 4), (24, 0)], float)
    assert area(joined(one_way_round([b, a]))) == pytest.approx(116)


@pytest.mark.parametrize(
    "read",
    [
        lambda: coco_label("a", [5, 2000], 10, 10), lambda: coco_label("a", [5, 5], 10, 10),
        lambda: coco_label("a", [-5, 105], 10, 10), lambda: coco_label("a", "\x00\x7f", 10, 10),
        lambda: coco_label("a", [float("nan"), 100], 10, 10),
        lambda: coco_label("a", "o" * 1000, 10, 10),
        lambda: cvat_label("a", [1] * 200, 4, 4, (0, 0)),
        lambda: brush_label("a", b"\xff" * 50, 10, 10), lambda: brush_label("a", b"", 10, 10),
        lambda: size_checked(1e9, 1e9), lambda: size_checked(float("nan"), 3),
        lambda: size_checked(-1, 3),
    ],
)  # fmt: skip
def test_masks_that_cannot_be_are_refused_in_words(read):
    with pytest.raises(LabelError):
        read()


@calm
@given(st.binary(max_size=200))
def test_any_brush_bytes_are_read_or_refused_in_words(data):
    with contextlib.suppress(LabelError):
        brush_label("a", (400).to_bytes(4, "big") + data, 10, 10)


def test_a_small_mask_on_a_huge_picture_is_cheap():
    size = 14_000
    label = coco_label("a", [size * 100 + 50, 20, size * size - size * 100 - 70], size, size)
    assert label is not None
    assert label.box == (100, 50, 101, 70)


def test_an_outline_of_a_million_points_is_thinned_out_and_keeps_its_box():
    points = [(n % 1000, n // 1000) for n in range(1_000_000)]
    label = outlined("a", points)
    assert label.box == (0, 0, 999, 999)
    assert len(label.points) <= MOST_POINTS


def test_a_turned_box_turns_about_the_point_that_is_given():
    label = turned("a", (10, 10), (20, 10), 90, (10, 10))
    assert label.shape == "rotated"
    assert label.box == pytest.approx((0, 10, 10, 30))
    assert turned("a", (10, 10), (20, 10), 360, (10, 10)).shape == "box"


def test_unseen_keypoints_do_not_stretch_the_box():
    label = pointed("a", [(10, 10, 2), (20, 30, 1), (0, 0, 0)])
    assert label is not None
    assert label.box == (10, 10, 20, 30)
    assert len(label.points) == 3
    assert pointed("a", [(10, 10, 2)]) is None


def square(left, top, side):
    return np.array([(left, top), (left + side, top), (left + side, top + side),
                     (left, top + side)], dtype=float)  # fmt: skip


def filled_area(points):
    """How much a trainer fills, where what is within a line twice is outside."""
    canvas = np.zeros((1200, 1200), np.uint8)
    cv2.fillPoly(canvas, [np.round(np.array(points) * 10).astype(np.int32)], 1)
    return int(canvas.sum()) / 100


@pytest.mark.parametrize(
    ("parts", "covered"),
    [([square(10, 10, 40), square(30, 30, 40)], 2 * 1600 - 400),
     ([square(10, 10, 40), square(20, 20, 10)[::-1]], 1600),
     ([square(10, 10, 40), square(50, 10, 40)], 3200),
     ([square(10, 10, 40), square(60, 60, 40)], 3200),
     ([square(10, 10, 40), square(30, 30, 40), square(80, 10, 20)], 2 * 1600 - 400 + 400)],
    ids=("overlapping", "inside", "touching", "apart", "both"),
)  # fmt: skip
def test_parts_of_a_thing_fill_what_they_cover_together(parts, covered):
    assert filled_area(in_parts(parts)) == pytest.approx(covered, rel=0.01)


def test_parts_apart_keep_their_corners():
    points = in_parts([square(10.25, 10.5, 40), square(60.125, 60, 30)])
    assert {(10.25, 10.5), (50.25, 50.5), (60.125, 60.0), (90.125, 90.0)} <= set(points)
