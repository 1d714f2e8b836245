"""The points of things: names, what swaps, what is joined, from every format that says so."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.data import store
from components.data.importing import import_now
from components.data.keypoints import KeypointScheme, of_json, scheme, swaps_by_name
from components.workspace import Workspace
from tests.data.drawn_sets import codes, picture, read, text, write_json
from tests.shared_data import shared

NOSE_AND_EARS = KeypointScheme(("nose", "left ear", "right ear"), (0, 2, 1), ((0, 1), (0, 2)))
CIRCLES = "".join(
    f'&lt;circle data-label-name="{name}"&gt;&lt;/circle&gt;' for name in NOSE_AND_EARS.names
)
LINES = "".join(
    f'&lt;line data-type="edge" data-node-from="1" data-node-to="{n}"&gt;&lt;/line&gt;'
    for n in (2, 3)
)


def yolo(folder):
    text(folder / "labels/a.txt", "0 0.5 0.5 0.6 0.5 0.4 0.4 2 0.3 0.3 2 0.6 0.3 1\n")
    text(folder / "data.yaml", "names: [cat]\nkpt_shape: [3, 3]\nflip_idx: [0, 2, 1]\n"
         "kpt_names:\n  0: [nose, left ear, right ear]\nskeleton: [[0, 1], [0, 2]]\n")  # fmt: skip


def coco(folder):
    write_json(folder / "labels.json", {
        "images": [{"id": 1, "file_name": "a.jpg", "width": 100, "height": 80}],
        "annotations": [{"id": 1, "image_id": 1, "category_id": 1, "bbox": [10, 10, 50, 50],
                         "keypoints": [40, 32, 2, 30, 24, 2, 60, 24, 1]}],
        "categories": [{"id": 1, "name": "cat", "keypoints": list(NOSE_AND_EARS.names),
                        "skeleton": [[1, 2], [1, 3]]}],
    })  # fmt: skip


def cvat(folder):
    parts = "".join(
        f"<label><name>{name}</name><type>points</type><parent>cat</parent></label>"
        for name in NOSE_AND_EARS.names
    )
    points = "".join(
        f'<points label="{name}" outside="0" occluded="0" points="{20 + 9 * n},{30 + n}"/>'
        for n, name in enumerate(NOSE_AND_EARS.names)
    )
    text(folder / "annotations.xml", "<annotations><meta><task><labels><label><name>cat</name>"
         f"<type>skeleton</type><svg>{LINES}{CIRCLES}</svg></label>{parts}</labels></task></meta>"
         f'<image id="0" name="a.jpg" width="100" height="80"><skeleton label="cat">{points}'
         "</skeleton></image></annotations>")  # fmt: skip


@pytest.mark.parametrize("draw", [yolo, coco, cvat])
def test_names_and_skeleton_come_in_and_stay(draw, tmp_path):
    picture(tmp_path / "set/images/a.jpg")
    draw(tmp_path / "set")
    assert read(tmp_path / "set", room=tmp_path).keypoints == NOSE_AND_EARS
    workspace = Workspace(tmp_path / "ws")
    dataset = store.find(workspace, import_now(workspace, [tmp_path / "set"], "cats"))
    assert dataset.keypoints() == NOSE_AND_EARS


def test_label_studio_and_labelme_name_points_in_the_order_they_turn_up(tmp_path):
    picture(tmp_path / "set/a.jpg")
    write_json(tmp_path / "set/a.json", {
        "imagePath": "a.jpg", "imageWidth": 100, "imageHeight": 80, "shapes": [
            {"label": "nose", "points": [[30, 30]], "group_id": 1, "shape_type": "point"},
            {"label": "cat", "points": [[10, 10], [60, 60]], "group_id": 1,
             "shape_type": "rectangle"},
            {"label": "tail", "points": [[50, 50]], "group_id": 1, "shape_type": "point"},
            {"label": "dog", "points": [[5, 5], [9, 9]], "shape_type": "rectangle"},
        ],
    })  # fmt: skip
    reading = read(tmp_path / "set", room=tmp_path)
    assert reading.keypoints == KeypointScheme(("nose", "tail"), (0, 1))
    cat = next(label for label in reading.pictures[0].labels if label.class_name == "cat")
    assert (cat.shape, cat.box) == ("keypoints", (10, 10, 60, 60))
    assert cat.points == ((30, 30, 2), (50, 50, 2))
    assert reading.classes == ("cat", "dog")


def test_a_set_without_points_has_no_scheme(tmp_path):
    picture(tmp_path / "set/images/a.jpg")
    text(tmp_path / "set/labels/a.txt", "0 0.5 0.5 0.2 0.2\n")
    assert read(tmp_path / "set", room=tmp_path).keypoints is None


def test_things_with_other_numbers_of_points_are_told(tmp_path):
    for name in "ab":
        picture(tmp_path / "set" / f"{name}.jpg")
    things = [[20, 20, 2, 30, 30, 2], [20, 20, 2, 30, 30, 2], [20, 20, 2, 30, 30, 2, 40, 40, 9]]
    write_json(tmp_path / "set/labels.json", {
        "images": [{"id": n, "file_name": f"{name}.jpg"} for n, name in enumerate("ab")],
        "annotations": [{"id": n, "image_id": n % 2, "category_id": 1, "bbox": [10, 10, 50, 50 + n],
                         "keypoints": flat} for n, flat in enumerate(things)],
        "categories": [{"id": 1, "name": "cat"}],
    })  # fmt: skip
    reading = read(tmp_path / "set", room=tmp_path)
    assert reading.keypoints == KeypointScheme(("point 1", "point 2"), (0, 1))
    assert {"points_differ", "visibility_odd"} <= codes(reading)
    seen = {point[2] for p in reading.pictures for label in p.labels for point in label.points}
    assert seen == {2}


@pytest.mark.parametrize(("part", "number"), [("coco", 17), ("ap10k", 17), ("onehand10k", 21)])
def test_real_sets_of_coco_name_their_points(part, number, tmp_path):
    folder = shared("mmpose_coco_keypoints")
    found = read(folder / "export" / part, room=tmp_path).keypoints
    assert len(found.names) == number
    assert found.skeleton
    if part == "coco":
        assert found.names[:3] == ("nose", "left_eye", "right_eye")
        assert found.flip[:5] == (0, 2, 1, 4, 3)


def test_a_real_set_of_cvat_has_as_many_points_as_its_data_yaml_says(tmp_path):
    folder = shared("salmon_cvat_yolopose")
    assert len(read(folder / "export", room=tmp_path).keypoints.names) == 11


@given(st.lists(st.text(max_size=12), max_size=12))
def test_mirroring_twice_changes_nothing(names):
    swaps = swaps_by_name(names)
    assert [swaps[other] for other in swaps] == list(range(len(swaps)))


anything = st.recursive(
    st.none() | st.integers() | st.floats() | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=4), max_leaves=12,
)  # fmt: skip


@given(st.integers(0, 8), anything, anything, anything)
def test_any_scheme_is_whole_or_none(number, names, flip, lines):
    made = scheme(number, names, flip, lines)
    if made is not None:
        size = len(made.names)
        assert sorted(made.flip) == list(range(size))
        assert all(0 <= end < size for line in made.skeleton for end in line)
        assert of_json(made.to_json()) == made
