"""The one cleaning step: whatever comes in, what goes out can be trained."""

import math

from hypothesis import given
from hypothesis import strategies as st

from components.data.boxes import overlap, turn_box, turn_point
from components.data.clean import clean
from components.data.formats.description import RawLabel, RawPicture
from components.data.pictures import PictureFacts
from components.data.plain_boxes import tidy_class
from components.data.records import Problem

WIDTH, HEIGHT = 200, 100
anything = (
    st.floats(width=32) | st.floats(-1, 2) | st.floats(-50, 300) | st.sampled_from([0.0, 1.0])
)
labels = st.lists(
    st.builds(
        RawLabel,
        st.text(max_size=8),
        st.tuples(anything, anything, anything, anything),
        st.just("box"),
        st.just(()),
    ),
    max_size=6,
)
sizes = st.none() | st.tuples(st.floats(1, 400), st.floats(1, 400))


@given(labels, st.sampled_from(["fraction", "pixels"]), sizes, st.integers(1, 8))
def test_what_comes_out_lies_in_the_picture_and_all_else_is_told(given_labels, unit, size, turn):
    told: list[Problem] = []
    raw = RawPicture("a.txt", unit, size, given_labels)
    facts = PictureFacts(WIDTH, HEIGHT, "RGB", "JPEG", orientation=turn)
    kept = clean(raw, facts, "a.jpg", told)
    for label in kept:
        left, top, right, bottom = label.box
        assert all(math.isfinite(value) for value in label.box)
        assert 0 <= left < right <= WIDTH
        assert 0 <= top < bottom <= HEIGHT
        assert label.class_name == tidy_class(label.class_name) != ""
    lost = [p for p in told if "left out" in p.done or p.code == "box_twice"]
    assert len(kept) + len(lost) == len(given_labels)
    assert all(p.what.endswith(".") and p.done.endswith(".") for p in told)


corner = st.tuples(st.floats(0, 90), st.floats(0, 90))


@given(corner, corner, st.integers(1, 8))
def test_turning_keeps_the_size_of_a_box(a, b, orientation):
    box = (min(a[0], b[0]), min(a[1], b[1]), max(a[0], b[0]), max(a[1], b[1]))
    left, top, right, bottom = turn_box(box, orientation, 90, 90)
    sides = sorted((round(right - left, 6), round(bottom - top, 6)))
    assert sides == sorted((round(box[2] - box[0], 6), round(box[3] - box[1], 6)))


def test_points_turn_as_pillow_turns_pixels():
    from PIL import Image, ImageOps

    for orientation in range(1, 9):
        image = Image.new("L", (30, 20))
        image.putpixel((4, 7), 255)
        exif = image.getexif()
        exif[274] = orientation
        turned = ImageOps.exif_transpose(image)
        x, y = turn_point((4.5, 7.5), orientation, 30, 20)
        assert turned.getpixel((int(x), int(y))) == 255


def test_overlap_of_a_box_with_itself_is_whole():
    import numpy as np

    boxes = np.array([[0.0, 0, 10, 10], [5, 0, 15, 10], [3, 3, 3, 3]])
    found = overlap(boxes, boxes)
    assert found[0, 0] == 1
    assert found[0, 1] == 50 / 150
    assert found[2, 2] == 0


def test_class_names_become_one_line_of_plain_text():
    assert tidy_class("  hot\n dog\t\x00 ") == "hot dog"
    assert tidy_class("<b>x</b>") == "<b>x</b>"
    assert len(tidy_class("x" * 5000)) == 200
