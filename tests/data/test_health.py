from dataclasses import replace

import pytest

from components.data import health
from components.data.box_sizes import boxes_have_usual_sizes
from components.data.records import Label, PictureState
from components.findings import Severity
from tests.data.dataset_of import dataset_of, picture


def well(train=30, val=12):
    """Pictures that no check has anything to say about."""
    return [
        picture(f"{n}.jpg", ["cat", "dog"], split="train" if n < train else "val")
        for n in range(train + val)
    ]


def without_labels(name):
    return picture(name, state=PictureState.UNLABELLED)


def tiny(name):
    return boxed(name, (10.0, 10.0, 13.0, 40.0))  # 3 px of 320 are 6 of 640


def boxed(name, corners):
    return replace(picture(name, ["cat"], split="train"), labels=(Label("cat", corners),))


AILING = {
    "can_be_trained": (well(train=42, val=0), "val part has no pictures"),
    "classes_have_boxes": ([*well(), "class: bird"], "1 class has no box: bird"),
    "classes_have_enough_boxes": (
        [*well(), "class: bird", picture("b.jpg", ["bird"] * 3, split="train"),
         picture("c.jpg", ["bird"], split="val")],
        "1 class has fewer than 10 boxes: bird (4)",
    ),
    "more_than_one_class": (
        ["only class: cat"]
        + [picture(f"{n}.jpg", ["cat"], split="val" if n < 10 else "train") for n in range(30)],
        "one class, cat",
    ),
    "classes_are_in_train_and_val": (
        [*well(), "class: bird", picture("b.jpg", ["bird"] * 20, split="train")],
        "1 class is missing from val",
    ),
    "enough_to_judge_by": (well(train=30, val=3), "only 3 pictures"),
    "pictures_are_labelled": ([*well(), without_labels("new.jpg")], "1 picture has no labels"),
    "pictures_have_a_part": ([*well(), picture("late.jpg", ["cat"])], "1 picture lies in none"),
    "parts_share_no_picture": (
        [*well(), picture("again.jpg", ["cat"], split="val", sha256="sha of 0.jpg")],
        "2 pictures are the same",
    ),
    "pictures_are_there_once": (
        [*well(), picture("again.jpg", ["cat"], split="train", sha256="sha of 0.jpg")],
        "1 picture is a copy of another",
    ),
    "boxes_are_large_enough": ([*well(), *(tiny(f"t{n}.jpg") for n in range(5))], "5 boxes (6 %)"),
    "boxes_have_usual_sizes": (
        [*well(), boxed("slip.jpg", (10.0, 10.0, 210.0, 210.0))],
        "1 box of “cat” is 10 times as large as the others: slip.jpg",
    ),
}  # fmt: skip


def ailing_dataset(folder, told):
    classes = ["cat", "dog"]
    for row in (row for row in told if isinstance(row, str)):
        name = row.split(": ")[1]
        classes = [name] if row.startswith("only") else [*classes, name]
    return dataset_of(folder, [row for row in told if not isinstance(row, str)], classes)


@pytest.mark.parametrize("check", health.CHECKS, ids=lambda check: check.__name__)
def test_every_check_is_silent_on_a_good_dataset(tmp_path, check):
    assert check(dataset_of(tmp_path / "well", well())) == []


WITHOUT_FILES = [
    check for check in health.CHECKS
    if check.__name__ != "pictures_are_where_they_were"  # test_in_place has real files for it
]  # fmt: skip


@pytest.mark.parametrize("check", WITHOUT_FILES, ids=lambda check: check.__name__)
def test_every_check_tells_the_number_and_what_to_do(tmp_path, check):
    pictures, says = AILING[check.__name__]
    (finding,) = check(ailing_dataset(tmp_path / "ailing", pictures))
    assert says in finding.title
    assert finding.fix.endswith(".")
    assert finding.fix[0].isupper()
    assert finding.source


@pytest.mark.parametrize("check", health.CHECKS, ids=lambda check: check.__name__)
def test_every_check_can_look_at_nothing(tmp_path, check):
    check(dataset_of(tmp_path / "nothing", [], []))


def test_the_most_serious_comes_first(tmp_path):
    pictures = [without_labels("new.jpg"), picture("a.jpg", ["cat"], split="train")]
    found = health.findings(dataset_of(tmp_path / "d", pictures))
    assert found[0].severity is Severity.STOP
    assert len(found) > 1


def sized(sides):
    """A data set with one cat of each of these sides."""
    return [boxed(f"{n}.jpg", (0.0, 0.0, side, side)) for n, side in enumerate(sides)]


@pytest.mark.parametrize(
    "sides",
    [
        [20.0] * 20 + [200.0],  # too few to say what is usual
        [20.0] * 60 + [200.0] * 5,  # near and far, not a slip
        [20.0 * 1.06**n for n in range(40)],  # of all sizes
    ],
)
def test_sizes_that_are_the_nature_of_the_thing_are_left_in_peace(tmp_path, sides):
    assert boxes_have_usual_sizes(dataset_of(tmp_path / "d", sized(sides))) == []


def test_a_box_that_is_far_too_small_is_told(tmp_path):
    [found] = boxes_have_usual_sizes(dataset_of(tmp_path / "d", sized([80.0] * 40 + [8.0])))
    assert "10 times as small" in found.title
    assert found.where == ("40.jpg",)


def test_copies_that_are_labelled_in_another_way_are_told_before_they_are_put_aside(tmp_path):
    again = picture("again.jpg", ["cat", "dog"], split="train", sha256="sha of 0.jpg")
    alike = dataset_of(tmp_path / "alike", [*well(), again])
    apart = dataset_of(tmp_path / "apart", [*well(), replace(again, labels=again.labels[:1])])
    [one], [other] = map(health.pictures_are_there_once, (alike, apart))
    assert "not labelled the same" not in one.fix
    assert "1 picture is not labelled the same in each copy" in other.fix
