"""Labels as people really bring them: each comes in as it was meant, with a word where needed."""

import unicodedata

import pytest

from tests.data.drawn_sets import boxes_of, coco, codes, picture, read, text, write_json

CAT, DOG = ("cat", 10.0, 20.0, 40.0, 60.0), ("dog", 30.0, 30.0, 70.0, 50.0)
BOTH = {"images/a.jpg": [CAT], "images/b.jpg": [DOG]}
ROWS = ("0.25 0.5 0.3 0.5", "0.5 0.5 0.4 0.25")


def yolo(folder, first, second, names="cat\ndog\n"):
    for number, (name, row) in enumerate((("a", first), ("b", second))):
        picture(folder / f"images/{name}.jpg", seed=number)
        text(folder / f"labels/{name}.txt", f"{row}\n")
    if names:
        text(folder / "classes.txt", names)
    return folder


@pytest.mark.parametrize(
    ("first", "second", "names", "said"),
    [
        (f"0 {ROWS[0]}", f"1 {ROWS[1]}", "cat\ndog\n", set()),
        (f"0,{ROWS[0]}".replace(" ", ","), f"1; {ROWS[1]}".replace(" ", ";"), "cat\ndog\n", set()),
        (f"0 {ROWS[0]}".replace(".", ","), f"1 {ROWS[1]}".replace(".", ","), "cat\ndog\n", set()),
        ("0 25 40 30 40", "1 50 40 40 20", "cat\ndog\n", {"labels_in_pixels"}),
        (f"cat {ROWS[0]}", f"dog {ROWS[1]}", "", {"no_class_names"}),
    ],
    ids=["plain", "other separators", "decimal commas", "pixels", "names in the rows"],
)
def test_rows_of_yolo_written_in_other_ways(first, second, names, said, tmp_path):
    reading = read(yolo(tmp_path / "set", first, second, names), room=tmp_path)
    assert (boxes_of(reading), codes(reading)) == (BOTH, said)


@pytest.mark.parametrize("scale", [(1, 1), (100, 80)])
def test_rows_of_yolo_that_can_only_be_two_corners(scale, tmp_path):
    boxes = [(10.0, 20.0, 40.0, 60.0), (50.0, 20.0, 70.0, 40.0), (5.0, 5.0, 25.0, 45.0)]
    for number, box in enumerate(boxes):
        picture(tmp_path / f"set/{number}.jpg", seed=number)
        shares = [f"{side / scale[n % 2]:g}" for n, side in enumerate(box)]
        text(tmp_path / f"set/{number}.txt", f"0 {' '.join(shares)}\n")
    text(tmp_path / "set/classes.txt", "cat\n")
    reading = read(tmp_path / "set", room=tmp_path)
    found = [tuple(round(side, 3) for side in one.labels[0].box) for one in reading.pictures]
    assert (found, "two_corners" in codes(reading)) == (boxes, True)


def test_pixels_that_lie_outside_of_the_picture_are_not_believed(tmp_path):
    reading = read(yolo(tmp_path / "set", "0 125 40 30 40", f"1 {ROWS[1]}"), room=tmp_path)
    assert "box_not_a_fraction" in codes(reading)


def test_class_numbers_that_count_from_one_are_told(tmp_path):
    reading = read(yolo(tmp_path / "set", f"1 {ROWS[0]}", f"2 {ROWS[1]}"), room=tmp_path)
    assert "numbered_from_one" in codes(reading)


def test_names_that_a_browser_or_a_mac_has_changed_find_each_other(tmp_path):
    for name, label in (("b%20c", "b c"), ("Übung 1", "Übung 1")):
        picture(tmp_path / "set" / f"{unicodedata.normalize('NFD', name)}.JPG")
        text(tmp_path / "set" / f"{unicodedata.normalize('NFC', label)}.txt", f"0 {ROWS[0]}\n")
    reading = read(tmp_path / "set", room=tmp_path)
    assert all(p.labels for p in reading.pictures)


def coco_set(folder, change):
    for number, name in enumerate("ab"):
        picture(folder / f"images/{name}.jpg", seed=number)
    facts = coco({"a.jpg": [CAT], "b.jpg": [DOG]}, ["cat", "dog"])
    change(facts)
    write_json(folder / "labels.json", facts)
    return folder


def as_corners(facts):
    for row in facts["annotations"]:
        left, top, width, height = row["bbox"]
        row["bbox"] = [left + 40, top + 20, left + 40 + width / 2, top + 20 + height / 2]


def as_fractions(facts):
    for row in facts["annotations"]:
        row["bbox"] = [value / side for value, side in zip(row["bbox"], (100, 80) * 2, strict=True)]


def as_text(facts):
    for row in facts["annotations"]:
        row.update(bbox=[str(v) for v in row["bbox"]], image_id=str(row["image_id"]))
        row.pop("id")


@pytest.mark.parametrize(
    ("change", "said"),
    [(as_text, set()), (as_fractions, {"labels_in_fractions"}),
     (lambda facts: [row.update(file_name=f"C:\\x\\{row['file_name'].upper()}")
                     for row in facts["images"]], set())],
)  # fmt: skip
def test_coco_written_in_other_ways(change, said, tmp_path):
    reading = read(coco_set(tmp_path / "set", change), room=tmp_path)
    assert (boxes_of(reading), codes(reading)) == (BOTH, said)


def test_coco_of_two_corners_is_found_out(tmp_path):
    reading = read(coco_set(tmp_path / "set", as_corners), room=tmp_path)
    assert codes(reading) == {"box_order"}
    assert boxes_of(reading)["images/a.jpg"] == [("cat", 50, 40, 65, 60)]


def test_coco_without_categories_has_classes_by_number(tmp_path):
    reading = read(coco_set(tmp_path / "set", lambda facts: facts.pop("categories")), room=tmp_path)
    assert (reading.classes, codes(reading)) == (("class 1", "class 2"), {"no_class_names"})


def test_parts_within_parts_above_class_folders(tmp_path):
    for part in ("seg_train/seg_train", "seg_test/seg_test"):
        for number, kind in enumerate(("cat", "dog")):
            for n in range(3):
                picture(tmp_path / f"set/{part}/{kind}/{n}.jpg", seed=number * 10 + n)
    reading = read(tmp_path / "set", room=tmp_path)
    assert (reading.format, reading.classes) == ("Class folders", ("cat", "dog"))
    assert {p.split for p in reading.pictures} == {"train", "test"}
