"""Masks as run lengths in tables, as contests give them out."""

import numpy as np
import pytest

from tests.data.drawn_sets import boxes_of, codes, picture, read, text

CAT, DOG = ("cat", 10.0, 20.0, 40.0, 60.0), ("dog", 30.0, 30.0, 70.0, 50.0)
FAR = ("cat", 80.0, 2.0, 95.0, 12.0)


def runs(*boxes, order="F"):
    mask = np.zeros((80, 100), bool)
    for _, left, top, right, bottom in boxes:
        mask[int(top) : int(bottom), int(left) : int(right)] = True
    flat = np.concatenate([[False], mask.flatten(order), [False]])
    edges = np.flatnonzero(flat[1:] != flat[:-1]) + 1
    return " ".join(f"{start} {end - start}" for start, end in edges.reshape(-1, 2))


def table(folder, *rows):
    for name in "abc":
        picture(folder / f"{name}.jpg", seed=ord(name))
    text(folder / "train.csv", "\n".join(rows) + "\n")


@pytest.mark.parametrize(("order", "read_as"), [("F", "down the columns"), ("C", "along the rows")])
def test_run_lengths_are_drawn_in_the_direction_that_their_steps_show(order, read_as, tmp_path):
    table(tmp_path / "set", "ImageId,ClassId,EncodedPixels", f"a.jpg,cat,{runs(CAT, order=order)}",
          f"b.jpg,dog,{runs(DOG, order=order)}", "c.jpg,,")  # fmt: skip
    reading = read(tmp_path / "set", room=tmp_path)
    assert boxes_of(reading) == {"a.jpg": [CAT], "b.jpg": [DOG], "c.jpg": []}
    assert [str(one.state) for one in reading.pictures] == ["labelled", "labelled", "empty"]
    assert {label.shape for one in reading.pictures for label in one.labels} == {"polygon"}
    (told,) = [one for one in reading.problems if one.code == "run_direction"]
    assert read_as in told.done


def test_a_row_for_a_class_gives_a_thing_for_each_area(tmp_path):
    table(tmp_path / "set", "Image_Label,EncodedPixels", f"a.jpg_cat,{runs(CAT, FAR)}",
          "a.jpg_dog,", f"b.jpg_dog,{runs(DOG)}", "c.jpg_cat,-1")  # fmt: skip
    reading = read(tmp_path / "set", room=tmp_path)
    assert boxes_of(reading) == {"a.jpg": [CAT, FAR], "b.jpg": [DOG], "c.jpg": []}
    assert "blobs_as_things" in codes(reading)


def test_a_row_for_a_thing_gives_one_thing_of_several_parts(tmp_path):
    table(tmp_path / "set", "id,annotation,width,height,cell_type", f"a,{runs(CAT, FAR)},100,80,x",
          f"a,{runs(DOG)},100,80,x", f"b,{runs(DOG)},100,80,x")  # fmt: skip
    reading = read(tmp_path / "set", room=tmp_path)
    assert boxes_of(reading)["a.jpg"] == [("x", 10.0, 2.0, 95.0, 60.0), ("x", *DOG[1:])]
    assert str(reading.pictures[2].state) == "unlabelled"


def test_runs_beyond_the_picture_and_pictures_that_are_not_there_are_told(tmp_path):
    table(tmp_path / "set", "ImageId,EncodedPixels", f"a.jpg,{runs(CAT)}", "b.jpg,7990 5 8000 9",
          f"gone.jpg,{runs(DOG)}")  # fmt: skip
    reading = read(tmp_path / "set", room=tmp_path)
    assert codes(reading) >= {"row_unreadable", "label_without_picture", "class_nameless"}
    assert str(reading.pictures[1].state) == "unlabelled"
