"""Which picture is meant: strict before loose, each picture once, nobody guessed."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.data.matching import PictureIndex, Reference
from components.data.names import split_of_folder, split_of_word, tidy_reference
from components.data.unpack import Entry


def index(*names):
    return PictureIndex([Entry(Path(name), name, 1) for name in names])


def found(pictures, *references):
    """For each reference the name of its picture, or None."""
    made = index(*pictures).match(list(references))
    return [
        pictures[made.picture_of[n]] if n in made.picture_of else None
        for n in range(len(references))
    ]


def test_the_exact_path_goes_before_the_same_name():
    pictures = ["x/a.jpg", "y/a.jpg"]
    assert found(pictures, Reference(("a.jpg",), "y"), Reference(("a.jpg",), "x")) == [
        "y/a.jpg", "x/a.jpg"
    ]  # fmt: skip


def test_a_picture_is_given_away_once():
    assert found(["a.jpg"], Reference(("a.jpg",), ""), Reference(("A.JPG",), "")) == ["a.jpg", None]


def test_what_could_be_two_is_neither():
    pictures = ["x/a.jpg", "y/a.jpg"]
    made = index(*pictures).match([Reference(("z/a.jpg",), "")])
    assert (made.picture_of, list(made.ambiguous)) == ({}, [0])


def test_the_longer_agreement_of_folders_decides():
    pictures = ["one/x/a.jpg", "two/y/a.jpg"]
    assert found(pictures, Reference(("/home/me/two/y/a.jpg",), "")) == ["two/y/a.jpg"]


def test_two_exports_side_by_side_mean_each_its_own_pictures():
    pictures = ["coco/images/a.jpg", "yolo/images/a.jpg"]
    own = Reference(("yolo/labels/a.txt",), "yolo/labels", is_own_path=True)
    assert found(pictures, own) == ["yolo/images/a.jpg"]
    assert found(pictures[::-1], Reference(("a.jpg",), "coco")) == ["coco/images/a.jpg"]
    own = Reference(("x/yolo/labels/train/a.txt",), "x/yolo/labels/train", is_own_path=True)
    below = ["x/coco/train/a.jpg", "x/yolo/images/train/a.jpg"]
    assert found(below, own) == ["x/yolo/images/train/a.jpg"]


def test_a_label_file_beside_two_pictures_of_its_name_is_given_to_the_first():
    own = Reference(("train/labels/a.txt",), "train/labels", is_own_path=True)  # and it is told
    assert found(["train/images/a.jpg", "train/images/a.png"], own) == ["train/images/a.jpg"]


def test_a_description_of_one_part_takes_no_picture_of_another():
    assert found(["val/a.jpg"], Reference(("a.jpg",), "annotations", "train")) == [None]


def test_unicode_forms_and_case_make_no_difference():
    assert found(["u\u0308ber.JPG"], Reference(("Über.jpg",), "")) == ["u\u0308ber.JPG"]


@pytest.mark.parametrize(
    ("word", "split"),
    [("train", "train"), ("Training", "train"), ("val2017", "val"), ("valid", "val"),
     ("instances_test", "test"), ("test-set", "test"), ("trains", None), ("value", None),
     ("contest", None), ("latest", None), ("images", None)],
)  # fmt: skip
def test_words_for_parts(word, split):
    assert split_of_word(word) == split


def test_the_deepest_plain_word_names_the_part():
    assert split_of_folder("test-data/train/images") == "train"
    assert split_of_folder("my_test_project/images") is None


@given(st.text(), st.lists(st.text(min_size=1).filter(lambda t: "/" not in t), max_size=4))
def test_no_reference_breaks_the_search_or_leads_above_the_top(reference, names):
    assert not tidy_reference(reference).startswith("/")
    index(*dict.fromkeys(names)).match([Reference((reference,), "a/b")])
