"""COCO files as tools write them, and as they should not."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.data.formats.json_stream import elements
from components.data.records import PictureState
from components.errors import LabelError
from tests.data.drawn_sets import boxes_of, coco, codes, picture, read, text, write_json
from tests.data.test_outlines import compressed

BOX = ("cat", 30.0, 20.0, 70.0, 60.0)


def a_set(tmp_path, content, pictures=("a.jpg",), name="annotations.json"):
    for number, one in enumerate(pictures):
        picture(tmp_path / "set" / one, seed=number)
    write_json(tmp_path / "set" / name, content)
    return read(tmp_path / "set", room=tmp_path)


@pytest.mark.parametrize(
    "reference",
    ["a.jpg", "images/a.jpg", "../lab/upload/1/a.jpg", "C:\\x\\images\\a.jpg", "A.JPG",
     "http://localhost/data/a.jpg", "/abs/images/a.jpg", "./images/a.jpg", "a"],
)  # fmt: skip
def test_pictures_are_found_by_whatever_name(reference, tmp_path):
    reading = a_set(tmp_path, coco({reference: [BOX]}, ["cat"]), ("images/a.jpg",))
    assert boxes_of(reading) == {"images/a.jpg": [BOX]}


def test_url_codes_in_names_are_resolved(tmp_path):
    reading = a_set(tmp_path, coco({"my%20cat%20%C3%A4.jpg": [BOX]}, ["cat"]), ("my cat ä.jpg",))
    assert boxes_of(reading) == {"my cat ä.jpg": [BOX]}


def test_one_file_per_part_gives_the_parts(tmp_path):
    names = {"train": "a.jpg", "val": "b.jpg", "test": "c.jpg"}
    for number, (part, name) in enumerate(names.items()):
        picture(tmp_path / "set" / "images" / name, seed=number)
        write_json(
            tmp_path / "set" / "annotations" / f"instances_{part}2017.json",
            coco({name: [BOX]}, ["cat"]),
        )
    reading = read(tmp_path / "set", room=tmp_path)
    assert {p.name[-5]: p.split for p in reading.pictures} == {
        "a": "train",
        "b": "val",
        "c": "test",
    }
    assert reading.classes == ("cat",)


def test_the_parts_are_known_where_one_file_more_has_all_of_them(tmp_path):
    boxes = {"a.jpg": [("cat", 10, 20, 40, 60)], "b.jpg": [("cat", 10, 20, 40, 60)]}
    for number, name in enumerate(boxes):
        picture(tmp_path / "set/images" / name, seed=number)
    write_json(tmp_path / "set/all.json", coco(boxes, ["cat"]))
    for part, name in (("train", "a.jpg"), ("val", "b.jpg")):
        write_json(tmp_path / f"set/{part}.json", coco({name: boxes[name]}, ["cat"]))
    reading = read(tmp_path / "set", room=tmp_path)
    assert [one.split for one in reading.pictures] == ["train", "val"]


def test_the_same_frame_number_in_two_parts_is_two_pictures(tmp_path):
    for part, kind in (("train", "cat"), ("valid", "dog")):
        picture(tmp_path / "set" / part / "0001.jpg")
        write_json(
            tmp_path / "set" / part / "_annotations.coco.json",
            coco({"0001.jpg": [(kind, *BOX[1:])]}, ["cat", "dog"]),
        )
    found = boxes_of(read(tmp_path / "set", room=tmp_path))
    assert {name: boxes[0][0] for name, boxes in found.items()} == {
        "train/0001.jpg": "cat", "valid/0001.jpg": "dog"
    }  # fmt: skip


def test_a_missing_picture_does_not_take_the_labels_of_its_namesake(tmp_path):
    content = coco({"a/same.jpg": [BOX], "b/same.jpg": [("dog", 1, 1, 9, 9)]}, ["cat", "dog"])
    reading = a_set(tmp_path, content, ("b/same.jpg",))
    assert boxes_of(reading) == {"b/same.jpg": [("dog", 1.0, 1.0, 9.0, 9.0)]}
    assert codes(reading) == {"label_without_picture"}


def test_ids_may_be_texts_and_count_from_zero(tmp_path):
    content = coco({"a.jpg": [BOX]}, ["cat", "dog"])
    content["categories"] = [{"id": 0, "name": "cat"}, {"id": 5, "name": "dog"}]
    content["annotations"][0].update(category_id="0", image_id="0")
    assert boxes_of(a_set(tmp_path, content)) == {"a.jpg": [BOX]}


def test_the_head_of_roboflows_tree_is_no_class_unless_it_is_used(tmp_path):
    content = coco({"a.jpg": [BOX]}, ["cat"])
    content["categories"].insert(0, {"id": 0, "name": "animals", "supercategory": "none"})
    content["categories"][1]["supercategory"] = "animals"
    assert a_set(tmp_path / "1", content).classes == ("cat",)
    content["annotations"][0]["category_id"] = 0
    assert a_set(tmp_path / "2", content).classes == ("animals", "cat")


def test_a_crowd_is_left_out_and_told(tmp_path):
    content = coco({"a.jpg": [BOX, ("cat", 1, 1, 9, 9)]}, ["cat"])
    content["annotations"][1]["iscrowd"] = 1
    reading = a_set(tmp_path, content)
    assert (boxes_of(reading), codes(reading)) == ({"a.jpg": [BOX]}, {"crowd"})


def test_listed_without_boxes_is_empty_and_not_listed_is_unlabelled(tmp_path):
    reading = a_set(
        tmp_path, coco({"a.jpg": [BOX], "b.jpg": []}, ["cat"]), ("a.jpg", "b.jpg", "c.jpg")
    )
    assert {p.name[0]: p.state for p in reading.pictures} == {
        "a": PictureState.LABELLED, "b": PictureState.EMPTY, "c": PictureState.UNLABELLED
    }  # fmt: skip


def test_an_outline_is_believed_before_a_box_that_lies(tmp_path):
    content = coco({"a.jpg": [("cat", 1, 1, 5, 5)]}, ["cat"])
    content["annotations"][0]["segmentation"] = [[30, 20, 70, 20, 70, 60, 30, 60]]
    reading = a_set(tmp_path, content)
    assert boxes_of(reading) == {"a.jpg": [BOX]}
    assert len(reading.pictures[0].labels[0].points) == 4


def test_empty_segmentation_and_run_lengths_leave_the_box(tmp_path):
    content = coco({"a.jpg": [BOX, BOX]}, ["cat"])
    content["annotations"][0]["segmentation"] = []
    content["annotations"][1].update(bbox=[1, 1, 8, 8])
    content["annotations"][1]["segmentation"] = {"counts": [1, 2, 3], "size": [80, 100]}
    assert boxes_of(a_set(tmp_path, content)) == {"a.jpg": [("cat", 1.0, 1.0, 9.0, 9.0), BOX]}


def test_labels_drawn_on_the_unturned_photograph_are_turned_along(tmp_path):
    from PIL import Image

    exif = Image.Exif()
    exif[274] = 6  # stored 100 x 80, shown 80 x 100
    picture(tmp_path / "set" / "a.jpg", exif=exif)
    reading = a_set(tmp_path, coco({"a.jpg": [("cat", 10, 20, 30, 70)]}, ["cat"]), ())
    assert boxes_of(reading) == {"a.jpg": [("cat", 10.0, 10.0, 60.0, 30.0)]}
    assert codes(reading) == {"labels_unturned"}


BAD = [
    {"bbox": None}, {"bbox": []}, {"bbox": [1, 2]}, {"bbox": "x"}, {"bbox": ["a", 1, 2, 3]},
    {"bbox": [float("nan"), 1, 2, 3]}, {"bbox": [1e308, 1e308, 1e308, 1e308]},
    {"category_id": 99}, {"category_id": None}, {"category_id": [1]}, {"image_id": 77},
    {"bbox": [10, 10, 0, 5]}, {"bbox": [500, 500, 10, 10]},
]  # fmt: skip


@pytest.mark.parametrize("change", BAD, ids=str)
def test_a_bad_annotation_costs_only_itself(change, tmp_path):
    content = coco({"a.jpg": [("cat", 1, 1, 9, 9), BOX]}, ["cat"])
    content["annotations"][0].update(change)
    reading = a_set(tmp_path, content)
    assert boxes_of(reading) == {"a.jpg": [BOX]}


def test_rows_that_are_no_rows_are_passed_over(tmp_path):
    content = coco({"a.jpg": [BOX]}, ["cat"])
    content["images"][0]["width"] = 10**400
    content["images"] += [None, 3, {"id": 9}, {"file_name": "x.jpg"}, {"id": 8, "file_name": 5}]
    content["annotations"] += [None, [], {"bbox": [1, 1, 1, 1]}]
    content["categories"] += [None, {"name": "x"}]
    reading = a_set(tmp_path, content)
    assert boxes_of(reading) == {"a.jpg": [BOX]}
    assert "row_unreadable" in codes(reading)


def test_a_second_file_on_the_same_pictures_is_told_and_not_merged(tmp_path):
    write_json(tmp_path / "set" / "old.json", coco({"a.jpg": [("cat", 1, 1, 9, 9)]}, ["cat"]))
    reading = a_set(tmp_path, coco({"a.jpg": [BOX, ("dog", 1, 1, 5, 5)]}, ["cat", "dog"]))
    assert {label.class_name for label in reading.pictures[0].labels} == {"cat", "dog"}
    assert len(reading.pictures[0].labels) == 2
    assert codes(reading) == {"described_twice"}


def test_a_cut_off_json_is_told(tmp_path):
    picture(tmp_path / "set" / "a.jpg")
    whole = json.dumps(coco({"a.jpg": [BOX]}, ["cat"]))
    text(tmp_path / "set" / "x.json", whole[: len(whole) // 2])
    reading = read(tmp_path / "set", room=tmp_path)
    assert "json_broken" in codes(reading)
    assert reading.pictures[0].state is PictureState.UNLABELLED


# Numbers beyond 64 bits are read as fractions, and no label file has them.
json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**64 - 1)
    | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)  # fmt: skip


@given(st.dictionaries(st.text(max_size=5), json_values, max_size=5), st.sampled_from([None, 1]))
def test_the_stream_tells_what_the_whole_file_holds(tmp_path_factory, content, indent):
    path = tmp_path_factory.mktemp("json") / "x.json"
    path.write_text(json.dumps(content, indent=indent), encoding="utf-8")
    told: dict = {}
    for key, value in elements(path, "x.json"):
        if isinstance(content[key], list):
            told.setdefault(key, [])
            if content[key]:
                told[key].append(value)
        else:
            told[key] = value
    assert told == content


def test_the_stream_reads_over_the_borders_of_its_blocks(tmp_path, monkeypatch):
    monkeypatch.setattr("components.data.formats.json_stream._BLOCK", 7)
    content = {"a": list(range(0, 2000, 37)), "b": {"c": ["ä" * 20]}, "d": 12345.678}
    write_json(tmp_path / "x.json", content)
    told = list(elements(tmp_path / "x.json", "x.json"))
    assert [value for key, value in told if key == "a"] == content["a"]
    assert dict(told)["d"] == content["d"]


@pytest.mark.parametrize(
    "content", ["", "{", "[1,", '{"a" 1}', "nonsense", '{"a": [1 2]}', "[" * 9999]
)
def test_what_is_not_json_is_told_by_name(content, tmp_path):
    path = text(tmp_path / "x.json", content)
    with pytest.raises(LabelError, match=r"x\.json"):
        list(elements(path, "x.json"))


PARTS = [[30, 20, 40, 20, 40, 30, 30, 30], [60, 50, 70, 50, 70, 60, 60, 60]]


def test_parts_of_one_thing_become_one_line_around_all_of_them(tmp_path):
    content = coco({"a.jpg": [BOX]}, ["cat"])
    content["annotations"][0].update(segmentation=PARTS)
    (label,) = a_set(tmp_path, content).pictures[0].labels
    assert (label.shape, label.box) == ("polygon", (30, 20, 70, 60))
    assert {(30, 20), (40, 30), (60, 50), (70, 60)} <= set(label.points)


@pytest.mark.parametrize("is_text", [False, True])
def test_run_lengths_without_a_box_give_box_and_outline(is_text, tmp_path):
    content = coco({"a.jpg": [BOX]}, ["cat"])
    del content["annotations"][0]["bbox"]
    runs = [3 * 80 + 2, 5, 75, 5, 7673]
    counts = compressed(runs) if is_text else runs
    content["annotations"][0]["segmentation"] = {"counts": counts, "size": [80, 100]}
    (label,) = a_set(tmp_path, content).pictures[0].labels
    assert (label.shape, label.box) == ("polygon", (3, 2, 5, 7))


def test_masks_of_tools_that_mark_all_of_them_as_crowds_are_things(tmp_path):
    content = coco({"a.jpg": [BOX]}, ["cat"])
    content["annotations"][0]["iscrowd"] = 1
    assert boxes_of(a_set(tmp_path, content)) == {"a.jpg": [BOX]}


def test_a_label_that_says_nowhere_where_it_is_is_told(tmp_path):
    content = coco({"a.jpg": [BOX, BOX]}, ["cat"])
    del content["annotations"][0]["bbox"]
    reading = a_set(tmp_path, content)
    assert boxes_of(reading) == {"a.jpg": [BOX]}
    assert "row_unreadable" in codes(reading)


def test_what_coco_annotator_says_of_boxes_and_of_pictures_nobody_labelled_counts(tmp_path):
    labels = coco({"a.jpg": [("cat", 10, 20, 40, 60)], "b.jpg": [], "c.jpg": []}, ["cat"])
    for image, said in zip(labels["images"], (True, False, True), strict=True):
        image["annotated"] = said
        picture(tmp_path / "set" / image["file_name"], seed=image["id"])
    labels["annotations"][0] |= {
        "isbbox": True, "segmentation": [[10, 20, 40, 20, 40, 60, 10, 60]],
    }  # fmt: skip
    write_json(tmp_path / "set/labels.json", labels)
    reading = read(tmp_path / "set", room=tmp_path)
    assert [one.state for one in reading.pictures] == ["labelled", "unlabelled", "empty"]
    assert [one.shape for one in reading.pictures[0].labels] == ["box"]


def test_two_categories_of_one_name_are_told(tmp_path):
    picture(tmp_path / "set/a.jpg")
    labels = coco({"a.jpg": [("cat", 10, 20, 40, 60), ("dog", 50, 20, 70, 40)]}, ["cat", "dog"])
    labels["categories"][1]["name"] = "cat"
    write_json(tmp_path / "set/labels.json", labels)
    reading = read(tmp_path / "set", room=tmp_path)
    assert (reading.classes, codes(reading)) == (("cat",), {"class_named_twice"})


@pytest.mark.parametrize("first", [2**53, 2**63, 2**64 - 1, 10**19, 98_765_432_109_876_543_210,
                                   -(2**63) - 5, 10**40])  # fmt: skip
def test_ids_of_any_length_that_differ_in_the_last_digit_are_told_apart(first, tmp_path):
    for number in range(3):
        picture(tmp_path / f"set/{number}.jpg", seed=number)
    content = coco({f"{n}.jpg": [(f"c{n}", 10 * n, 10, 10 * n + 20, 30)] for n in range(3)},
                   ["c0", "c1", "c2"])  # fmt: skip
    for key in ("images", "annotations", "categories"):
        for row in content[key]:
            row |= {name: first + row[name] for name in ("id", "image_id", "category_id")
                    if name in row}  # fmt: skip
    write_json(tmp_path / "set/labels.json", content)
    reading = read(tmp_path / "set", room=tmp_path)
    assert boxes_of(reading) == {
        f"{n}.jpg": [(f"c{n}", 10.0 * n, 10.0, 10.0 * n + 20, 30.0)] for n in range(3)
    }
    assert codes(reading) == set()


def sorting(pairs):
    """A COCO mapping with a category for whole pictures, as sets of camera traps have it."""
    content = coco({name: [] for name in dict.fromkeys(name for name, _ in pairs)}, ["fox", "deer"])
    places = {image["file_name"]: image["id"] for image in content["images"]}
    content["annotations"] = [
        {"id": n, "image_id": places[name], "category_id": ["fox", "deer"].index(cls) + 1}
        for n, (name, cls) in enumerate(pairs)
    ]
    return content


def test_categories_without_any_place_sort_whole_pictures(tmp_path):
    pairs = [("a.jpg", "fox"), ("b.jpg", "deer"), ("b.jpg", "deer")]
    reading = a_set(tmp_path, sorting(pairs), ("a.jpg", "b.jpg", "c.jpg"))
    assert (reading.task, reading.classes) == ("classify", ("fox", "deer"))
    assert [[one.class_name for one in p.labels] for p in reading.pictures] == [
        ["fox"], ["deer"], [],
    ]  # fmt: skip
    assert reading.pictures[2].state == PictureState.UNLABELLED
    assert "several_classes" not in codes(reading)


def test_several_categories_of_one_whole_picture_are_told(tmp_path):
    reading = a_set(tmp_path, sorting([("a.jpg", "fox"), ("a.jpg", "deer")]))
    assert [one.class_name for one in reading.pictures[0].labels] == ["fox", "deer"]
    assert "several_classes" in codes(reading)


def test_captions_of_coco_are_no_classes(tmp_path):
    content = coco({"a.jpg": []}, ["fox"])
    content["annotations"] = [{"id": 1, "image_id": 0, "caption": "A fox."}]
    reading = a_set(tmp_path, content)
    assert (reading.classes, reading.task) == ((), "detect")
    assert "format_not_read" in codes(reading)
