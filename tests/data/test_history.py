"""Versions: what changed between two, and going back without losing anything."""

import pytest

from components.data import history, split, versions
from components.data.records import PictureState
from components.data.relabel import add_classes, set_labels
from components.data.rows import StoredLabel
from components.data.schema import changing
from components.data.store import PictureFilter
from components.data.writing import recount
from components.errors import DatasetError
from tests.data.dataset_of import dataset_of, picture


@pytest.fixture
def animals(tmp_path):
    pictures = [
        picture("a.jpg", ["cat", "dog"], split="train"),
        picture("b.jpg", ["cat"], split="train"),
        picture("c.jpg", ["dog"], split="val"),
        picture("d.jpg", split="val"),
        picture("e.jpg", state=PictureState.UNLABELLED, split="train"),
    ]
    return dataset_of(tmp_path / "animals", pictures)


def relabel(dataset, number, *labels):
    with changing(dataset.folder) as db:
        ids = add_classes(db, [name for name, _ in labels])
        stored = [StoredLabel(ids[name], box, "box", ()) for name, box in labels]
        state = PictureState.LABELLED if stored else PictureState.EMPTY
        set_labels(db, number, stored, state)
        recount(db)


def state_of(dataset):
    names = [each.name for each in dataset.classes()]
    rows = dataset.rows()
    labels = dataset.labels([row.id for row in rows])
    return {
        row.name: (
            row.state, row.split,
            [(names[each.class_id], *(round(v, 3) for v in each.box)) for each in labels[row.id]],
        )
        for row in rows
    }  # fmt: skip


def edited(dataset):
    """One picture relabelled, one moved, one removed, one added, with a new class."""
    relabel(dataset, 1, ("cat", (10.0, 20.0, 30.0, 40.0)), ("bird", (1.0, 2.0, 33.0, 44.0)))
    split.apply(dataset, {2: "val"})
    dataset.set_state([4], PictureState.IGNORED)
    dataset.add_pictures([picture("f.jpg", ["dog"], split="train")])


def test_it_is_told_what_changed(animals):
    first = versions.freeze(animals)
    edited(animals)
    second = versions.freeze(animals)
    found = history.changes(animals, first, second)
    assert found.added == ("f.jpg",)  # as it is called on the screen
    assert found.removed == ("d.jpg",)
    assert [(each.before, each.after) for each in found.moved] == [("train", "val")]
    [one] = found.relabelled
    assert one.before == (("dog", (15, 20, 35, 40)),)
    assert one.after == (("bird", (1, 2, 33, 44)),)
    assert (found.classes_added, found.classes_removed) == (("bird",), ())
    assert history.changes(animals, first, first).is_nothing


def test_versions_are_listed_newest_first_with_their_counts(animals):
    first = versions.freeze(animals)
    edited(animals)
    second = versions.freeze(animals)
    cards = history.list_versions(animals)
    assert {card.hash for card in cards} == {first, second}
    before = next(card for card in cards if card.hash == first)
    assert (before.pictures, before.train, before.val, before.boxes) == (4, 2, 2, 4)
    assert before.classes == ("cat", "dog")


def test_a_version_that_was_cut_is_not_listed(animals):
    version = versions.freeze(animals)
    versions.manifest_file(animals.folder, version).write_text("{", encoding="utf-8")
    assert history.list_versions(animals) == []


def test_going_back_gives_labels_states_and_parts_as_they_were(animals):
    first, before = versions.freeze(animals), state_of(animals)
    edited(animals)
    second, between = versions.freeze(animals), state_of(animals)
    assert history.restore(animals, first) == second
    after = state_of(animals)
    assert {name: after[name] for name in before} == before
    assert after["f.jpg"] == (PictureState.LABELLED, None, between["f.jpg"][2])
    assert versions.freeze(animals) == first
    assert history.restore(animals, second) == first
    wanted = {**between, "d.jpg": (PictureState.EMPTY, None, [])}
    assert state_of(animals) == wanted
    assert versions.freeze(animals) == second


def test_going_back_keeps_outlines_where_the_box_is_the_same(animals):
    ring = ((10.0, 20.0), (30.0, 20.0), (30.0, 40.0))
    drawn = StoredLabel(0, (10.0, 20.0, 30.0, 40.0), "polygon", ring)
    with changing(animals.folder) as db:
        set_labels(db, 2, [drawn], PictureState.LABELLED)
        recount(db)
    first = versions.freeze(animals)
    relabel(animals, 1)
    history.restore(animals, first)
    assert animals.labels([2])[2] == [drawn]


def test_going_back_brings_classes_back_that_were_merged(animals):
    first, before = versions.freeze(animals), state_of(animals)
    animals.rename_classes({"dog": "cat"})
    history.restore(animals, first)
    assert state_of(animals) == before
    assert [each.name for each in animals.classes()] == ["cat", "dog"]


def test_what_was_before_a_restore_is_kept_as_a_file(animals):
    first = versions.freeze(animals)
    for _ in range(8):
        history.restore(animals, first)
    kept = list((animals.folder / "versions").glob("before-restore-*.sqlite"))
    assert len(kept) == history.BACKUPS


def test_unlabelled_pictures_are_left_alone(animals):
    first = versions.freeze(animals)
    history.restore(animals, first)
    [row] = animals.rows(PictureFilter(state="unlabelled"))
    assert (row.name, row.split) == ("e.jpg", "train")


def test_a_version_that_is_not_there_changes_nothing(animals):
    before = animals.revision()
    with pytest.raises(DatasetError):
        history.restore(animals, "0123456789abcdef")
    assert animals.revision() == before
