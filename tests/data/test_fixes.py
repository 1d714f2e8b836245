"""Findings about the task and the groups, what their buttons do, and the way back from each."""

import json

import pytest

from components.data import groups, schema, seen, seen_labels, split, undo, versions
from components.data.fixes import FIXES, fix_of, label_of, mend
from components.data.records import Label, PictureState
from components.data.relabel import add_classes
from components.data.rows import NewPicture, PictureFilter
from components.data.store import create, open_dataset
from components.errors import DatasetError
from components.findings import Finding, Severity
from tests.data.dataset_of import dataset_of, picture

RING = ((10.0, 20.0), (90.0, 25.0), (60.0, 80.0))
POINTS = ((10.0, 20.0, 2.0), (30.0, 40.0, 1.0))


def drawn(folder, task, *shapes):
    """A data set whose pictures have one label each, of these shapes and points."""
    dataset = create(folder, name="Things", task=task, classes=["cat"])
    dataset.add_pictures(
        NewPicture(
            f"images/{n}.png", f"images/{n}.png", f"{n}.png", 100, 100, PictureState.LABELLED,
            "val" if n % 3 == 2 else "train", (Label("cat", (10.0, 20.0, 90.0, 80.0), *shape),),
            sha256=f"sha {n}",
        )
        for n, shape in enumerate(shapes)
    )  # fmt: skip
    return dataset


def said(dataset, check):
    with schema.reading(dataset.folder) as db:
        return check(db)


def a_fix(name, **more):
    return Finding(Severity.NOTE, "This", "Look.", apply=(("fix", name), *more.items()))


BOX, OUTLINE, POSED = ("box", ()), ("polygon", RING), ("keypoints", POINTS)


def test_outlines_that_are_missing_are_told_with_another_task_that_all_labels_serve(tmp_path):
    dataset = drawn(tmp_path / "d", "segment", BOX, BOX, OUTLINE)
    (finding,) = said(dataset, seen_labels.labels_fit_the_task)
    assert finding.title.startswith("2 pictures will be left out")
    assert "2 pictures: a label has no outline" in finding.title
    assert label_of(finding) == "Train it as “Find things (detection)”"
    mend(dataset, finding)
    mended = open_dataset(dataset.folder)
    assert mended.task == "detect"
    assert said(mended, seen_labels.labels_fit_the_task) == []
    assert versions.counts_of(mended.folder, versions.freeze(mended))["boxes"] == 3


def test_labels_that_no_task_serves_can_be_put_aside(tmp_path):
    whole = ("whole", ())
    dataset = drawn(tmp_path / "d", "classify", whole, whole, whole, BOX)
    (finding,) = said(dataset, seen_labels.labels_fit_the_task)
    assert fix_of(finding) == "put_unfit_aside"
    mend(dataset, finding)
    assert dataset.ids(PictureFilter(state=PictureState.IGNORED)) == [4]
    assert said(dataset, seen_labels.labels_fit_the_task) == []


def test_a_set_of_turned_boxes_takes_outlines_and_boxes_as_they_are(tmp_path):
    dataset = drawn(tmp_path / "d", "obb", BOX, OUTLINE)
    assert said(dataset, seen_labels.labels_fit_the_task) == []


def test_holes_are_told(tmp_path):
    outer = [(0.0, 0.0), (90.0, 0.0), (90.0, 90.0), (0.0, 90.0)]
    hole = [(20.0, 20.0), (20.0, 40.0), (40.0, 40.0), (40.0, 20.0)]
    ring = (*outer[:1], *hole, hole[0], outer[0], *outer[1:])
    dataset = drawn(tmp_path / "d", "segment", OUTLINE, ("polygon", ring))
    (finding,) = said(dataset, seen_labels.outlines_have_no_holes)
    assert finding.title == "1 picture has outlines with holes in them"
    assert finding.where == ("1.png",)


def test_points_that_do_not_know_their_mirror_are_told(tmp_path):
    dataset = drawn(tmp_path / "d", "pose", POSED, POSED)
    (finding,) = said(dataset, seen_labels.points_know_their_mirror)
    assert "trade places" in finding.title
    with schema.changing(dataset.folder) as db:
        names = {"names": ["left", "right"], "flip": [1, 0], "skeleton": []}
        db.execute("UPDATE dataset SET keypoints = ?", (json.dumps(names),))
    assert said(dataset, seen_labels.points_know_their_mirror) == []


def chained(folder, differences):
    """Pictures of which each is alike to the next, by so many grey levels."""
    dataset = drawn(folder, "detect", *[BOX] * (len(differences) + 1))
    rows = [(n, n + 1, difference) for n, difference in enumerate(differences, start=1)]
    with schema.changing(folder) as db:
        db.executemany("INSERT INTO alike VALUES (?, ?, ?)", rows)
    return dataset


def test_a_chain_of_near_duplicates_too_long_to_be_dealt_is_told_and_cut(tmp_path):
    dataset = chained(tmp_path / "d", [2.0, 9.0, 2.0, 9.0, 2.5, 7.0, 2.0])
    (finding,) = said(dataset, seen.groups_can_be_dealt)
    assert finding.title.startswith("8 of 8 pictures look nearly the same")
    mend(dataset, finding)
    assert said(dataset, seen.groups_can_be_dealt) == []
    assert groups.grouping(dataset).sizes() == [4, 2, 2], "cut where they differ by 9"
    undo.undo(dataset)
    assert groups.grouping(dataset).loosened


def test_pictures_no_more_alike_than_the_limit_may_be_parted(tmp_path):
    dataset = chained(tmp_path / "d", [0.1] * 7)
    mend(dataset, a_fix("be_stricter"))
    assert groups.grouping(dataset).sizes() == []


def test_names_that_no_label_has_can_be_struck(tmp_path):
    dataset = dataset_of(tmp_path / "d", [picture("a.jpg", ["dog"])], ["cat", "dog", "bird"])
    mend(dataset, a_fix("drop_unused_classes"))
    assert [(each.name, each.boxes) for each in dataset.classes()] == [("dog", 1)]


def test_val_can_be_given_more(tmp_path):
    pictures = [picture(f"{n}.jpg", ["cat"]) for n in range(60)]
    dataset = dataset_of(tmp_path / "d", pictures, ["cat"])
    split.redeal(dataset, (0.9, 0.05, 0.05))
    before = split.counts(dataset)["val"].pictures
    mend(dataset, a_fix("deal_with_more_val"))
    after = split.counts(dataset)
    assert before < 10 <= after["val"].pictures
    assert sum(part.pictures for part in after.values()) == 60


def state_of(dataset):
    return dataset.task, dataset.rows(), dataset.labels(dataset.ids()), dataset.classes()


@pytest.mark.parametrize("name", FIXES)
def test_every_fix_can_be_taken_back(tmp_path, name):
    wide = picture("wide.jpg", ["cat", "cat"], size=(900, 40), split="train", sha256="one")
    again = picture("again.jpg", ["Cat "], size=(20, 20), split="val", sha256="one")
    new = picture("new.jpg", state=PictureState.UNLABELLED)
    dataset = dataset_of(tmp_path / "d", [wide, again, new], ["cat", "Cat ", "unused"])
    with schema.changing(dataset.folder) as db:
        db.execute("INSERT INTO looks VALUES (1, '', 0, 0, 0, NULL, '', 'gone')")
        db.execute("INSERT INTO looks VALUES (2, '', 0, 0, 0, NULL, '', '')")
        db.execute("INSERT INTO alike VALUES (1, 2, 1.0)")
        db.execute("UPDATE labels SET box_left = -20 WHERE id = 1")
        db.execute("UPDATE labels SET box_left = -20, box_right = 30 WHERE id = 2")
    before = state_of(dataset)
    mend(dataset, a_fix(name, **({"task": "obb"} if name == "train_as" else {"class": "cat"})))
    step = undo.last_step(dataset)
    changed = state_of(open_dataset(dataset.folder))
    if step is None:
        assert changed == before, "what changes nothing leaves nothing to take back"
        return
    revision = dataset.revision()
    assert undo.undo(dataset).label == step.label
    assert state_of(open_dataset(dataset.folder)) == before
    assert dataset.revision() > revision
    assert undo.last_step(dataset) is None


def test_several_steps_are_taken_back_one_after_the_other(tmp_path):
    dataset = dataset_of(tmp_path / "d", [picture("a.jpg", ["cat"]), picture("b.jpg", ["dog"])])
    first = state_of(dataset)
    for number in (1, 2):
        with undo.can_be_undone(dataset, f"aside {number}"):
            dataset.set_state([number], PictureState.IGNORED)
    assert [undo.undo(dataset).label for _ in range(2)] == ["aside 2", "aside 1"]
    assert state_of(dataset) == first
    assert list((dataset.folder / undo.FOLDER).glob("*.sqlite")) == []


def test_what_changed_since_is_not_lost_by_taking_a_step_back(tmp_path):
    dataset = dataset_of(tmp_path / "d", [picture("a.jpg", ["cat"])])
    mend(dataset, a_fix("drop_unused_classes"))
    with schema.changing(dataset.folder) as db:
        add_classes(db, ["bird"])
        db.execute("UPDATE dataset SET revision = revision + 1")
    assert undo.last_step(dataset) is None
    with pytest.raises(DatasetError, match="changed since"):
        undo.undo(dataset)


def test_a_fix_that_fails_leaves_nothing_to_take_back(tmp_path):
    dataset = dataset_of(tmp_path / "d", [picture("a.jpg", ["cat"])])
    with pytest.raises(DatasetError, match="no task"):
        mend(dataset, a_fix("train_as", task="dance"))
    assert undo.last_step(dataset) is None
    assert list((dataset.folder / undo.FOLDER).glob("*")) == []


def test_only_the_last_few_steps_are_kept(tmp_path):
    dataset = dataset_of(tmp_path / "d", [picture("a.jpg", ["cat"])])
    for number in range(undo.MOST + 3):
        with undo.can_be_undone(dataset, str(number)):
            dataset.set_state([1], PictureState.IGNORED if number % 2 else PictureState.LABELLED)
    assert len(list((dataset.folder / undo.FOLDER).glob("*.sqlite"))) == undo.MOST
