"""How labels travel to the page: what the trainer takes of them, in a row of numbers."""

from components.data.drawn_shape import drawn_shape

DIAMOND = ((30.04, 5.0), (55.0, 30.0), (30.0, 55.0), (5.0, 30.0))


def test_a_label_is_drawn_as_the_trainer_takes_it():
    assert drawn_shape("polygon", DIAMOND, "segment") == [
        "polygon", [30.0, 5.0, 55.0, 30.0, 30.0, 55.0, 5.0, 30.0]]  # fmt: skip
    assert drawn_shape("polygon", DIAMOND, "detect") is None
    assert drawn_shape("rotated", DIAMOND, "obb")[0] == "rotated"
    assert drawn_shape("box", (), "segment") is None
    assert drawn_shape("whole", (), "classify") == ["whole"]


def test_keypoints_without_visibility_count_as_seen():
    assert drawn_shape("keypoints", ((1, 2), (3, 4, 0)), "pose") == [
        "keypoints", [1.0, 2.0, 2.0, 3.0, 4.0, 0.0]]  # fmt: skip


def test_an_outline_can_be_thinned_for_thumbnails():
    many = [(float(x), 0.0) for x in range(1000)]
    kept = drawn_shape("polygon", many, "segment", most_points=64)[1]
    assert 100 <= len(kept) <= 128
