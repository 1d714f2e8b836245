"""Lists that number their pictures, as sets of birds have them."""

import pytest

from tests.data.drawn_sets import boxes_of, codes, picture, read, text

NAMES = ["001.Robin/a.jpg", "001.Robin/b.jpg", "002.Wren/a.jpg"]
LISTS = {
    "images.txt": "".join(f"{n} {name}\n" for n, name in enumerate(NAMES, start=1)),
    "bounding_boxes.txt": "1 10.0 20.0 30.0 40.0\n2 10.0 20.0 30.0 40.0\n3 50.0 20.0 20.0 20.0\n",
    "image_class_labels.txt": "1 1\n2 1\n3 2\n",
    "classes.txt": "1 Robin (Juvenile)\n2 Wren\n",
    "train_test_split.txt": "1 1\n2 0\n3 1\n",
}
ROBIN, WREN = ("Robin (Juvenile)", 10, 20, 40, 60), ("Wren", 50, 20, 70, 40)


def a_set(tmp_path, lists):
    for number, name in enumerate(NAMES):
        picture(tmp_path / "set/images" / name, seed=number)
    for name, content in lists.items():
        text(tmp_path / "set" / name, content)
    return read(tmp_path / "set", room=tmp_path)


def test_boxes_classes_and_parts_are_found_by_the_number(tmp_path):
    reading = a_set(tmp_path, LISTS)
    assert (reading.format, reading.task) == ("Numbered lists", "detect")
    assert list(boxes_of(reading).values()) == [[ROBIN], [ROBIN], [WREN]]
    assert [p.split for p in reading.pictures] == ["train", "test", "train"]


def test_without_boxes_whole_pictures_have_the_class(tmp_path):
    reading = a_set(tmp_path, {n: c for n, c in LISTS.items() if n != "bounding_boxes.txt"})
    assert reading.task == "classify"
    assert [one.class_name for p in reading.pictures for one in p.labels] == [
        "Robin (Juvenile)", "Robin (Juvenile)", "Wren",
    ]  # fmt: skip


def test_boxes_without_classes_are_kept_and_told(tmp_path):
    lists = {name: LISTS[name] for name in ("images.txt", "bounding_boxes.txt")}
    reading = a_set(tmp_path, lists)
    assert reading.classes == ("(none)",)
    assert "class_nameless" in codes(reading)


@pytest.mark.parametrize("row", ["1 x y 3 4", "1 nan 0 inf 4", "1 10 20"])
def test_a_row_that_is_no_box_costs_only_itself_and_is_told(row, tmp_path):
    boxes = LISTS["bounding_boxes.txt"].replace("1 10.0 20.0 30.0 40.0", row)
    reading = a_set(tmp_path, {**LISTS, "bounding_boxes.txt": boxes})
    assert list(boxes_of(reading).values()) == [[], [ROBIN], [WREN]]
    assert "row_unreadable" in codes(reading)


def test_boxes_of_a_number_that_is_no_picture_are_told(tmp_path):
    rows = "".join(f"{n % 3 + 1} 10 20 30 40\n" for n in range(40))
    reading = a_set(tmp_path, {**LISTS, "bounding_boxes.txt": f"{rows}99 1 2 3 4\n"})
    (told,) = [p.what for p in reading.problems if p.code == "row_unreadable"]
    assert "picture 99, which images.txt does not name" in told


def test_a_plain_list_of_pictures_is_none_of_this(tmp_path):
    reading = a_set(tmp_path, {"train.txt": "".join(f"{name}\n" for name in NAMES)})
    assert reading.format != "Numbered lists"
