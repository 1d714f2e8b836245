"""YOLO sets in all the shapes in which tools leave them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.data.boxes import to_fractions
from components.data.formats.texts import read_yaml
from components.data.formats.yolo_rows import Layout, guess_layout, understand
from components.data.records import PictureState
from components.errors import LabelError
from tests.data.drawn_sets import boxes_of, codes, picture, read, text

ROW = "0 0.5 0.5 0.4 0.5"  # 100 x 80 pixels: 30, 20, 70, 60
BOX = ("cat", 30.0, 20.0, 70.0, 60.0)


def a_set(tmp_path, labels, pictures=("images/a.jpg",), **texts):
    """A set on disk; keyword names have dots for double underscores."""
    for number, name in enumerate(pictures):
        picture(tmp_path / "set" / name, seed=number)
    for name, content in labels.items():
        text(tmp_path / "set" / name, content)
    for name, content in texts.items():
        text(tmp_path / "set" / name.replace("__", "."), content)
    return read(tmp_path / "set", room=tmp_path)


LAYOUTS = [
    ("images/a.jpg", "labels/a.txt", None),
    ("images/train/a.jpg", "labels/train/a.txt", "train"),
    ("train/images/a.jpg", "train/labels/a.txt", "train"),
    ("valid/images/a.jpg", "valid/labels/a.txt", "val"),
    ("images/val2017/a.jpg", "labels/val2017/a.txt", "val"),
    ("a.jpg", "a.txt", None),
    ("obj_train_data/a.jpg", "obj_train_data/a.txt", None),
    ("data/obj_Test_data/a.jpg", "data/obj_Test_data/a.txt", None),
    ("JPEGImages/a.JPG", "labels/A.txt", None),
    ("Pictures of March/a.png", "my labels/a.txt", None),
    ("x/y/images/deep/a.webp", "x/y/labels/deep/a.txt", None),
]


@pytest.mark.parametrize(("image", "label", "split"), LAYOUTS)
def test_every_layout_is_read(image, label, split, tmp_path):
    others = ("train/images/z.jpg",) if split == "val" else ()
    reading = a_set(tmp_path, {label: ROW}, (image, *others), any_name__yaml="names: [cat, dog]")
    assert reading.format == "YOLO"
    (found,) = [p for p in reading.pictures if p.name == image]
    assert boxes_of(reading)[image] == [BOX]
    assert found.split == split or "obj_Test" in image


NAMES = {
    "data.yaml": "names: [cat, dog]",
    "other.yml": "nc: 2\nnames:\n  0: cat\n  1: dog\n",
    "holes.yaml": "names: {7: dog, 0: cat}",
    "inverted.yaml": "names: {cat: 0, dog: 1}",
    "quoted.yaml": "names: {'0': cat, '1': dog}",
    "tabs.yaml": "names:\n\t0: cat\n\t1: dog\n",
    "classes.json": '["cat", "dog"]',
    "names.json": '{"0": "cat", "1": "dog"}',
    "labels.json": '{"cat": 0, "dog": 1}',
    "classes.txt": "cat\ndog\n",
    "obj.names": "cat\r\ndog\r\n",
    "_darknet.labels": "cat\ndog",
    "notes.json": '{"categories": [{"id": 0, "name": "cat"}, {"id": 1, "name": "dog"}]}',
    "labels/classes.txt": "cat\ndog\n",
}


@pytest.mark.parametrize("file", NAMES)
def test_class_names_are_found_wherever_they_stand(file, tmp_path):
    reading = a_set(tmp_path, {"labels/a.txt": ROW, file: NAMES[file]})
    assert boxes_of(reading) == {"images/a.jpg": [BOX]}
    assert reading.classes == ("cat", "dog")
    assert not reading.problems


def test_names_that_yaml_would_turn_into_other_things_stay_texts(tmp_path):
    reading = a_set(tmp_path, {"labels/a.txt": ROW}, data__yaml="names: [no, on, 1.0, 2024-01-01]")
    assert reading.classes == ("no", "on", "1.0", "2024-01-01")


def test_lists_that_number_the_classes_otherwise_are_told(tmp_path):
    lists = {
        "data__yaml": "names: [cat, dog]",
        "classes__txt": "dog, cat",
        "obj__names": "cat\ndog",
    }
    reading = a_set(tmp_path, {"labels/a.txt": ROW}, **lists)
    assert boxes_of(reading)["images/a.jpg"] == [BOX]
    assert [(one.code, one.file) for one in reading.problems] == [
        ("class_lists_differ", "classes.txt")
    ]


def test_two_classes_of_one_name_are_told(tmp_path):
    yaml = {"data__yaml": "names: [cat, dog, 'cat ']"}
    reading = a_set(tmp_path, {"labels/a.txt": f"{ROW}\n2 0.2 0.2 0.1 0.1"}, **yaml)
    assert reading.classes == ("cat", "dog")
    assert codes(reading) == {"class_named_twice"}


def test_without_names_the_classes_are_called_by_their_numbers(tmp_path):
    reading = a_set(tmp_path, {"labels/a.txt": f"{ROW}\n3 0.2 0.2 0.1 0.1"})
    assert set(reading.classes) == {"class 0", "class 3"}
    assert "no_class_names" in codes(reading)


def test_the_nearest_names_count(tmp_path):
    reading = a_set(
        tmp_path,
        {"one/labels/a.txt": ROW, "two/labels/b.txt": ROW, "one/data.yaml": "names: [cat]",
         "two/data.yaml": "names: [dog]"},
        ("one/images/a.jpg", "two/images/b.jpg"),
    )  # fmt: skip
    found = {name: boxes[0][0] for name, boxes in boxes_of(reading).items()}
    assert found == {"one/images/a.jpg": "cat", "two/images/b.jpg": "dog"}


PATHS = [
    "train: images/one\nval: images/two",
    "path: /home/somebody/x\ntrain: images/one\nval: images/two",
    "path: ../datasets/x\ntrain: x/images/one\nval: [x/images/two]",
    "train: C:\\Users\\x\\images\\one\nval: C:\\Users\\x\\images\\two",
    "train: ../images/one\nval: ../images/two",
]


@pytest.mark.parametrize("paths", PATHS)
def test_paths_in_the_yaml_give_the_parts_even_when_they_lie(paths, tmp_path):
    reading = a_set(
        tmp_path, {"labels/one/a.txt": ROW, "labels/two/b.txt": ROW},
        ("images/one/a.jpg", "images/two/b.jpg"), data__yaml=f"names: [cat]\n{paths}\n",
    )  # fmt: skip
    assert {p.name: p.split for p in reading.pictures} == {
        "images/one/a.jpg": "train", "images/two/b.jpg": "val"
    }  # fmt: skip


def test_a_label_may_carry_the_pictures_ending(tmp_path):
    reading = a_set(tmp_path, {"labels/a.jpg.txt": ROW}, data__yaml="names: [cat]")
    assert boxes_of(reading) == {"images/a.jpg": [BOX]}


@pytest.mark.parametrize("name", ["0a1b2c3d-a", "0a1b2c3d__a", "0a1b2c3d__my%20pics%5Ca"])
def test_names_that_label_studio_gives_to_labels_without_pictures_find_them(name, tmp_path):
    reading = a_set(tmp_path, {f"labels/{name}.txt": ROW}, ("mine/a.jpg",), classes__txt="cat\n")
    assert boxes_of(reading) == {"mine/a.jpg": [BOX]}


def test_two_pictures_with_one_label_file_are_told(tmp_path):
    reading = a_set(tmp_path, {"labels/a.txt": ROW}, ("images/a.jpg", "images/a.png"),
                    classes__txt="cat\n")  # fmt: skip
    assert [one.state for one in reading.pictures] == [
        PictureState.LABELLED,
        PictureState.UNLABELLED,
    ]
    assert codes(reading) == {"label_of_two"}


def test_roboflows_darknet_export_is_read(tmp_path):
    reading = a_set(
        tmp_path,
        {"train/a.txt": ROW, "train/_darknet.labels": "cat\ndog", "valid/b.txt": ROW,
         "valid/_darknet.labels": "cat\ndog"},
        ("train/a.jpg", "valid/b.jpg"),
    )  # fmt: skip
    assert boxes_of(reading) == {"train/a.jpg": [BOX], "valid/b.jpg": [BOX]}
    assert [p.split for p in reading.pictures] == ["train", "val"]
    assert reading.classes == ("cat", "dog")


def test_lists_made_by_ultralytics_give_the_parts(tmp_path):
    reading = a_set(
        tmp_path, {"labels/a.txt": ROW, "labels/b.txt": ROW}, ("images/a.jpg", "images/b.jpg"),
        classes__txt="cat", autosplit_train__txt="./images/a.jpg",
        autosplit_val__txt="./images/b.jpg",
    )  # fmt: skip
    assert [p.split for p in reading.pictures] == ["train", "val"]


def test_lists_of_pictures_give_the_parts(tmp_path):
    reading = a_set(
        tmp_path, {"labels/a.txt": ROW, "labels/b.txt": ROW}, ("images/a.jpg", "images/b.jpg"),
        classes__txt="cat", train__txt="data/images/a.jpg\n", val__txt="/home/x/images/b.jpg\n",
    )  # fmt: skip
    assert {p.name[-5]: p.split for p in reading.pictures} == {"a": "train", "b": "val"}


def test_empty_file_is_empty_and_no_file_is_unlabelled(tmp_path):
    reading = a_set(
        tmp_path, {"labels/a.txt": ROW, "labels/b.txt": " \n"},
        ("images/a.jpg", "images/b.jpg", "images/c.jpg"), data__yaml="names: [cat]",
    )  # fmt: skip
    states = {p.name[-5]: p.state for p in reading.pictures}
    assert states == {
        "a": PictureState.LABELLED, "b": PictureState.EMPTY, "c": PictureState.UNLABELLED
    }  # fmt: skip


def test_a_label_of_one_folder_is_not_given_to_a_picture_of_another(tmp_path):
    reading = a_set(
        tmp_path, {"labels/train/a.txt": ROW, "labels/val/b.txt": ROW},
        ("images/train/c.jpg", "images/val/a.jpg", "images/val/b.jpg"), data__yaml="names: [cat]",
    )  # fmt: skip
    assert boxes_of(reading)["images/val/a.jpg"] == []
    assert "label_without_picture" in codes(reading)


BAD_ROWS = {
    "0 nan 0.5 0.1 0.1": "box_not_a_number",
    "0 0.5 0.5 inf 0.1": "box_not_a_number",
    "9 0.5 0.5 0.1 0.1": "unknown_class",
    "-1 0.5 0.5 0.1 0.1": "unknown_class",
    "0.5 0.5 0.5 0.1 0.1": "row_unreadable",
    "0 0.5 0.5 0.1": "row_unreadable",
    "0 0.5 0.5 0.1 0.1 0.2 0.3 0.4": "row_unreadable",
    "hello world": "row_unreadable",
    "0 350 240 20 30": "box_not_a_fraction",
    "0 1.5 1.5 0.2 0.2": "box_outside",
    "0 0.5 0.5 0 0.2": "box_without_size",
    "<img src=x> 0.5 0.5 0.1 0.1": "row_unreadable",
}


@pytest.mark.parametrize("row", BAD_ROWS)
def test_a_bad_row_costs_only_itself(row, tmp_path):
    reading = a_set(tmp_path, {"labels/a.txt": f"{row}\n{ROW}\n"}, data__yaml="names: [cat, dog]")
    assert boxes_of(reading) == {"images/a.jpg": [BOX]}
    assert [p.code for p in reading.problems] == [BAD_ROWS[row]]
    assert all(p.file == "images/a.jpg" for p in reading.problems)


def test_turned_round_and_doubled_boxes_are_mended(tmp_path):
    reading = a_set(
        tmp_path, {"labels/a.txt": f"{ROW}\n{ROW}\n1 0.5 0.5 -0.4 0.5"},
        data__yaml="names: [cat, dog]",
    )  # fmt: skip
    assert boxes_of(reading)["images/a.jpg"] == [BOX, ("dog", 30.0, 20.0, 70.0, 60.0)]
    assert codes(reading) == {"box_twice", "box_turned_round"}


def test_the_download_of_a_yaml_is_only_text(tmp_path):
    trap = tmp_path / "trap"
    reading = a_set(
        tmp_path, {"labels/a.txt": ROW},
        data__yaml=f"names: [cat]\nval: gone\ndownload: touch {trap}\n",
    )  # fmt: skip
    assert boxes_of(reading) == {"images/a.jpg": [BOX]}
    assert not trap.exists()


@pytest.mark.parametrize(
    "content",
    ["names: !!python/object/apply:os.system ['true']", "names: [cat", "- a\n- b", "\x00\x01",
     "a: &a [x,x]\n" + "\n".join(f"k{n}: [{', '.join(['*a'] * 9)}]" for n in range(9)),
     "[" * 3000],
)  # fmt: skip
def test_yaml_that_is_broken_or_hostile_is_refused(content, tmp_path):
    path = text(tmp_path / "data.yaml", content)
    with pytest.raises(LabelError):
        read_yaml(path, "data.yaml")


def test_a_broken_yaml_leaves_the_set_readable(tmp_path):
    reading = a_set(
        tmp_path, {"labels/a.txt": ROW}, data__yaml="names: [cat", classes__txt="cat\ndog"
    )
    assert boxes_of(reading) == {"images/a.jpg": [BOX]}
    assert codes(reading) == {"names_unreadable"}


def test_html_in_class_names_stays_plain_text(tmp_path):
    name = "<script>alert(1)</script>"
    reading = a_set(tmp_path, {"labels/a.txt": ROW}, data__yaml=f"names: ['{name}', 'a\\nb']")
    assert reading.classes[0] == name


def test_nearly_equal_names_are_told(tmp_path):
    reading = a_set(
        tmp_path, {"labels/a.txt": ROW}, data__yaml="names: [cat, Cat, hot-dog, hot dog]"
    )
    assert len([p for p in reading.problems if p.code == "classes_alike"]) == 2


def test_keypoints_are_told_from_outlines_without_a_yaml():
    poses = [[0.5, 0.5, 0.2, 0.2, 0.45, 0.45, 2, 0.55, 0.55, 1, 0.0, 0.0, 0]] * 4
    outlines = [[0.1, 0.1, 0.3, 0.1, 0.3, 0.3], [0.1, 0.1, 0.3, 0.1, 0.3, 0.3, 0.1, 0.2]]
    assert guess_layout(poses) == Layout(3, 3)
    assert guess_layout(outlines) == Layout(corners="polygon")


def test_it_is_told_when_points_are_guessed(tmp_path):
    rows = (
        "0 0.5 0.5 0.4 0.4 0.4 0.4 2 0.5 0.5 2 0.6 0.6 1\n0 0.3 0.3 0.2 0.2 0.3 0.3 2 0 0 0 0 0 0"
    )
    reading = a_set(tmp_path, {"labels/a.txt": rows}, classes__txt="cat\n")
    assert [one.shape for one in reading.pictures[0].labels] == ["keypoints"] * 2
    assert codes(reading) == {"points_guessed", "shapes_as_boxes"}


def test_keypoints_by_the_yaml_come_with_their_points(tmp_path):
    reading = a_set(
        tmp_path, {"labels/a.txt": ROW + " 0.4 0.4 2 0.6 0.6 0"},
        data__yaml="names: [cat]\nkpt_shape: [2, 3]",
    )  # fmt: skip
    (label,) = reading.pictures[0].labels
    assert (label.shape, label.points) == ("keypoints", ((40.0, 32.0, 2.0), (60.0, 48.0, 0.0)))


side = st.floats(0.01, 0.49)
middle = st.floats(0.25, 0.75)


@given(middle, middle, side, side)
def test_boxes_survive_the_way_there_and_back(x, y, w, h):
    found = understand([x, y, w, h], Layout())
    assert found is not None
    pixels = tuple(v * s for v, s in zip(found[0], (640, 480, 640, 480), strict=True))
    assert to_fractions(pixels, 640, 480) == pytest.approx((x, y, w, h))


@given(st.lists(st.tuples(middle, middle), min_size=3, max_size=20))
def test_outlines_keep_their_points_and_lie_in_their_box(points):
    flat = [value for point in points for value in point]
    (left, top, right, bottom), _, kept = understand(flat, Layout())
    assert kept == tuple(points)
    assert all(left <= x <= right and top <= y <= bottom for x, y in points)


TURNED = [0.3, 0.2, 0.5, 0.3, 0.4, 0.5, 0.2, 0.4]
CROOKED = [0.3, 0.2, 0.6, 0.3, 0.4, 0.7, 0.2, 0.4]


@pytest.mark.parametrize(
    ("rows", "task", "corners"),
    [([TURNED] * 4, "", "rotated"), ([CROOKED] * 4, "", "polygon"),
     ([TURNED, [0.1, 0.1, 0.3, 0.1, 0.3, 0.3]], "", "polygon"),
     ([TURNED] * 4, "segment", "polygon"),
     ([CROOKED] * 4, "obb", "rotated")],
)  # fmt: skip
def test_four_corners_are_a_turned_box_where_they_form_one(rows, task, corners):
    assert guess_layout(rows, task) == Layout(corners=corners)


def test_it_is_said_how_eight_numbers_are_read(tmp_path):
    rows = "\n".join("0 " + " ".join(map(str, TURNED)) for _ in range(3))
    reading = a_set(tmp_path, {"labels/a.txt": rows}, data__yaml="names: [cat]")
    assert reading.pictures[0].labels[0].shape == "rotated"
    assert [p for p in reading.problems if p.code == "eight_numbers" and "turned" in p.done]
