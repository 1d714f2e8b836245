"""Folders are taken for classes only where they plainly are."""

from collections import Counter

import pytest

from components.data.recognise import recognise
from components.data.scan import search
from tests.data.drawn_sets import codes, picture, read, text
from tests.shared_data import shared


def a_set(tmp_path, *names):
    for number, name in enumerate(names):
        picture(tmp_path / "set" / name, seed=number)
    return read(tmp_path / "set", room=tmp_path)


@pytest.mark.parametrize(
    "names",
    [("cat/1.jpg", "cat/2.jpg", "dog/1.jpg", "dog/2.jpg"),
     ("train/cat/1.jpg", "train/dog/2.jpg", "val/cat/3.jpg", "val/dog/4.jpg"),
     ("set/train/cat/1.jpg", "set/train/dog/2.jpg", "set/test/cat/3.jpg"),
     ("images/cat/1.jpg", "images/cat/2.jpg", "images/dog/3.jpg", "images/dog/4.jpg"),
     ("0/1.jpg", "0/2.jpg", "1/1.jpg", "1/2.jpg"), ("001.cat/1.jpg", "002.dog/2.jpg")],
)  # fmt: skip
def test_a_folder_for_each_class_names_its_pictures(names, tmp_path):
    reading = a_set(tmp_path, *names)
    assert (reading.format, reading.task) == ("Class folders", "classify")
    assert "whole_pictures" in codes(reading)
    for one in reading.pictures:
        (label,) = one.labels
        assert (label.shape, label.box) == ("whole", (0, 0, 100, 80))
        assert label.class_name == one.name.split("/")[-2]


def test_parts_may_lie_below_the_classes(tmp_path):
    names = [f"set/{kind}/{part}/{n}.jpg" for kind in ("cat", "dog") for part in ("train", "val")
             for n in (1, 2)]  # fmt: skip
    reading = a_set(tmp_path, *names, "set/cat/train/3.jpg")
    assert (reading.format, reading.classes) == ("Class folders", ("cat", "dog"))
    found = Counter((p.split, p.labels[0].class_name) for p in reading.pictures)
    assert found == {("train", "cat"): 3, ("train", "dog"): 2, ("val", "cat"): 2, ("val", "dog"): 2}


def test_a_folder_for_pictures_without_a_class_is_none(tmp_path):
    reading = a_set(tmp_path, "cat/1.jpg", "cat/2.jpg", "dog/1.jpg", "dog/2.jpg", "no_label/1.jpg")
    assert reading.classes == ("cat", "dog")
    assert [str(p.state) for p in reading.pictures].count("unlabelled") == 1
    assert "no_class_folder" in codes(reading)


@pytest.mark.parametrize(
    "names",
    [("1.jpg", "2.jpg"), ("a/1.jpg", "a/2.jpg"), ("train/1.jpg", "val/2.jpg"),
     ("images/train/1.jpg", "images/val/2.jpg"), ("2024-05-01/1.jpg", "2024-05-02/1.jpg"),
     ("100CANON/1.jpg", "101CANON/2.jpg"), ("batch 1/1.jpg", "batch 2/1.jpg"),
     ("cat/1.jpg", "dog/2.jpg", "3.jpg", "4.jpg"), ("a/cat/1.jpg", "b/c/d/dog/2.jpg"),
     ("cam 1/train/1.jpg", "cam 2/train/1.jpg"), ("a/train/1.jpg", "b/val/1.jpg"),
     ("video_01/1.jpg", "video_02/1.jpg"), ("images/1.jpg", "pictures/2.jpg")],
)  # fmt: skip
def test_other_folders_are_just_folders(names, tmp_path):
    reading = a_set(tmp_path, *names)
    assert reading.format == "Pictures without labels"
    assert not any(p.labels for p in reading.pictures)


def test_trains_beside_cars_and_buses_are_a_class_and_no_part(tmp_path):
    names = [f"set/{kind}/{n}.jpg" for kind in ("bus", "car", "train") for n in (1, 2)]
    reading = a_set(tmp_path, *names)
    assert reading.classes == ("bus", "car", "train")
    assert {one.split for one in reading.pictures} == {None}


def test_pictures_for_training_beside_a_folder_or_two_are_no_class(tmp_path):
    reading = a_set(tmp_path, "train/1.jpg", "train/2.jpg", "extra/1.jpg", "extra/2.jpg")
    assert not any(one.labels for one in reading.pictures)
    assert Counter(one.split for one in reading.pictures) == {"train": 2, None: 2}


def asked(tmp_path, answer=""):
    finds = search([tmp_path / "set"], tmp_path / "room")
    finds.prefer = f"Class folders: {answer}" if answer else ""
    found = recognise(finds)
    return found, [one.labels[0].class_name for one, _ in found.pictures() if one.labels]


@pytest.mark.parametrize(
    "names",
    [("00000/1.jpg", "00000/2.jpg", "00001/1.jpg", "00001/2.jpg"),
     ("animals/cat/1.jpg", "animals/cat/2.jpg", "plants/rose/1.jpg", "plants/rose/2.jpg")],
)  # fmt: skip
def test_folders_that_may_be_classes_are_asked_about(names, tmp_path):
    reading = a_set(tmp_path, *names)
    assert (reading.format, "sorted_in_folders" in codes(reading)) == (
        "Pictures without labels", True
    )  # fmt: skip
    found, classes = asked(tmp_path)
    (question,) = found.questions
    assert (question.chosen, classes) == (1, [])
    found, classes = asked(tmp_path, question.answers[0])
    assert (found.format, found.task) == ("Class folders", "classify")
    assert classes == [name.split("/")[-2] for name in sorted(names)]


def test_folders_that_are_no_classes_can_be_said_to_be_none(tmp_path):
    a_set(tmp_path, "garden/1.jpg", "garden/2.jpg", "street/1.jpg", "street/2.jpg")
    found, classes = asked(tmp_path)
    assert (found.questions[0].chosen, len(classes)) == (0, 4)
    found, classes = asked(tmp_path, found.questions[0].answers[1])
    assert (found.format, classes) == ("Pictures without labels", [])
    assert found.questions[0].chosen == 1


def test_folders_of_days_and_batches_are_not_asked_about(tmp_path):
    a_set(tmp_path, "2024-05-01/1.jpg", "2024-05-01/2.jpg", "2024-05-02/1.jpg", "batch 2/1.jpg")
    assert asked(tmp_path)[0].questions == []


def test_label_files_count_more_than_folders(tmp_path):
    text(tmp_path / "set" / "cat" / "1.txt", "0 0.5 0.5 0.2 0.2")
    reading = a_set(tmp_path, "cat/1.jpg", "cat/2.jpg", "dog/1.jpg", "dog/2.jpg")
    assert reading.format == "YOLO"


def test_ants_and_bees_come_in_part_by_part(tmp_path):
    reading = read(shared("antsbees_folders") / "export", room=tmp_path)
    found = Counter((p.split, p.labels[0].class_name) for p in reading.pictures)
    assert found == {("train", "ants"): 47, ("train", "bees"): 45, ("val", "ants"): 22,
                     ("val", "bees"): 22}  # fmt: skip


def test_parts_with_the_year_in_their_name_are_no_classes(tmp_path):
    for number in range(4):
        picture(tmp_path / f"set/train2017/{number}.jpg", seed=number)
        picture(tmp_path / f"set/val2017/9{number}.jpg", seed=10 + number)
    reading = read(tmp_path / "set", room=tmp_path)
    assert (reading.format, reading.task) == ("Pictures without labels", "detect")
    assert {one.split for one in reading.pictures} == {"train", "val"}


def test_folders_called_by_numbers_get_the_names_of_a_list(tmp_path):
    text(tmp_path / "set/cat_to_name.json", '{"1": "primrose", "10": "thistle", "21": "lily"}')
    names = [f"train/{cls}/{cls}{n}.jpg" for cls in ("1", "10", "21") for n in range(3)]
    reading = a_set(tmp_path, *names)
    assert reading.classes == ("lily", "primrose", "thistle")
    (first,) = [p for p in reading.pictures if p.name == "train/1/10.jpg"]
    assert [label.class_name for label in first.labels] == ["primrose"]


def test_a_folder_beside_the_parts_is_no_class(tmp_path):
    sorted_ones = [f"Training/{cls}/{n}{cls}.jpg" for cls in ("kiwi", "fig") for n in range(20)]
    tested = [f"Test/{cls}/{n}{cls}.jpg" for cls in ("kiwi", "fig") for n in range(2)]
    reading = a_set(tmp_path, *sorted_ones, *tested, "test-multiple_fruits/1.jpg")
    assert reading.classes == ("fig", "kiwi")


@pytest.mark.parametrize(
    ("file", "content"),
    [
        ("annotations/film.xml", '<sequence name="film"><frame num="1"/></sequence>'),
        ("annotations/1.mat", "MATLAB 5.0 MAT-file"),
        ("bounding_boxes.txt", "fox1 deep in the wood"),
    ],
)
def test_labels_beside_the_folders_that_nobody_reads_are_told(file, content, tmp_path):
    text(tmp_path / "set" / file, content)
    names = [f"{cls}/{cls}{n}.jpg" for cls in ("fox", "deer") for n in range(4)]
    reading = a_set(tmp_path, *names)
    assert reading.classes == ("deer", "fox")
    (told,) = [p for p in reading.problems if p.code == "format_not_read"]
    assert file in told.what


def test_notes_beside_the_folders_are_no_labels(tmp_path):
    text(tmp_path / "set/dataset-metadata.json", '{"title": "Foxes"}')
    text(tmp_path / "set/README.txt", "Foxes and deer, of which 1 is small.")
    names = [f"{cls}/{cls}{n}.jpg" for cls in ("fox", "deer") for n in range(4)]
    assert "format_not_read" not in codes(a_set(tmp_path, *names))
