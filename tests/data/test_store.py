import sqlite3
import threading

import numpy as np
import pytest

from components.data import schema
from components.data.records import Label, PictureState, Problem
from components.data.rows import NewPicture, PictureFilter, SplitOrigin
from components.data.store import (
    create,
    delete,
    find,
    list_datasets,
    open_dataset,
    rename,
)
from components.errors import DatasetError
from components.findings import Severity
from components.workspace import Workspace
from tests.data.dataset_of import dataset_of, picture


@pytest.fixture
def animals(tmp_path):
    return dataset_of(
        tmp_path / "animals",
        [
            picture("a.jpg", ["cat", "cat"], split="train"),
            picture("b/a.jpg", ["dog"], split="val"),
            picture("100%_sure.jpg", state=PictureState.EMPTY, split="test"),
            picture("new.jpg", state=PictureState.UNLABELLED),
            picture("Ünïcode <b>.jpg", ["dog"], state=PictureState.IGNORED, split="train"),
        ],
    )


def test_every_count_is_told(animals):
    told = animals.summary()
    assert (told.pictures, told.labelled, told.unlabelled, told.empty, told.ignored) == (
        5, 2, 1, 1, 1,
    )  # fmt: skip
    assert (told.train, told.val, told.test, told.unsplit) == (1, 1, 1, 1)
    assert (told.boxes, told.classes) == (3, 2)


def test_classes_are_numbered_from_zero_and_counted_without_ignored_pictures(animals):
    assert [(c.id, c.name, c.boxes, c.pictures) for c in animals.classes()] == [
        (0, "cat", 2, 1),
        (1, "dog", 1, 1),
    ]


@pytest.mark.parametrize(
    ("wanted", "names"),
    [
        (PictureFilter(class_id=0), ["a.jpg"]),
        (PictureFilter(split="train"), ["a.jpg", "Ünïcode <b>.jpg"]),
        (PictureFilter(split="none"), ["new.jpg"]),
        (PictureFilter(state="empty"), ["100%_sure.jpg"]),
        (PictureFilter(state=PictureState.UNLABELLED), ["new.jpg"]),
        (PictureFilter(text="0%_S"), ["100%_sure.jpg"]),
        (PictureFilter(text="_"), ["100%_sure.jpg"]),
        (PictureFilter(problem="any"), ["b/a.jpg", "new.jpg"]),
        (PictureFilter(problem="dark"), ["new.jpg"]),
        (PictureFilter(class_id=1, split="val"), ["b/a.jpg"]),
        (PictureFilter(class_id=7), []),
    ],
)
def test_a_filter_finds_what_it_says(animals, wanted, names):
    animals.add_problems(
        [
            Problem("dark", Severity.NOTE, "new.jpg", "It is dark.", "Kept."),
            Problem("outside", Severity.WARN, "b/a.jpg", "A box is outside.", "Cut."),
        ]
    )
    assert [row.name for row in animals.rows(wanted)] == names
    assert animals.count(wanted) == len(names)
    assert [animals.picture(i).name for i in animals.ids(wanted)] == names


def test_a_page_of_rows_keeps_the_order_asked_for(animals):
    assert [row.id for row in animals.rows(PictureFilter(), 1, 2)] == [2, 3]
    assert [row.id for row in animals.rows([5, 1, 99, 3])] == [5, 1, 3]
    assert [row.id for row in animals.rows([5, 1, 3], 1, 1)] == [1]


def test_labels_come_back_as_they_went_in(tmp_path):
    outline = ((1.5, 2.0), (30.0, 2.0), (30.0, 40.25))
    label = Label("cat", (1.5, 2.0, 30.0, 40.25), "polygon", outline)
    new = NewPicture("images/x.jpg", "images/x.jpg", "x.jpg", 64, 48, PictureState.LABELLED,
                     labels=(label,))  # fmt: skip
    dataset = dataset_of(tmp_path / "one", [new])
    (stored,) = dataset.labels([1])[1]
    assert (stored.class_id, stored.box, stored.shape, stored.points) == (
        0, label.box, "polygon", outline,
    )  # fmt: skip
    assert dataset.labels([77]) == {77: []}


def test_files_are_found_below_the_folder(animals):
    assert animals.picture_file(2) == animals.folder / "images/b/a.jpg"
    assert animals.original_file(2) == animals.folder / "images/b/a.jpg"
    assert animals.thumbnail_file(2) == animals.folder / "thumbnails/b/a.jpg.webp"


def test_a_picture_that_is_not_there_is_told(animals):
    with pytest.raises(DatasetError, match="99"):
        animals.picture(99)
    with pytest.raises(DatasetError, match="99"):
        animals.thumbnail_file(99)


def test_boxes_come_as_fractions_for_charts(animals):
    table = animals.box_table()
    assert len(table) == 3  # the ignored picture's box is left out
    assert table["class_id"].tolist() == [0, 0, 1]
    np.testing.assert_allclose(table[0]["cx"], 20 / 320)
    np.testing.assert_allclose(table[0]["h"], 20 / 240)


def test_a_dataset_without_boxes_has_an_empty_table(tmp_path):
    table = dataset_of(tmp_path / "none", []).box_table()
    assert table.shape == (0,)
    assert table["cx"].tolist() == []


@pytest.mark.parametrize(
    ("bad", "says"),
    [
        (picture("a.jpg"), "a.jpg"),
        (picture("y.jpg", ["horse"]), "horse"),
        (picture("y.jpg", ["cat"], state=PictureState.EMPTY), "y.jpg"),
        (picture("y.jpg", state=PictureState.LABELLED), "y.jpg"),
    ],
)
def test_a_contradiction_is_refused_and_nothing_is_half_written(animals, bad, says):
    with pytest.raises(DatasetError, match=says):
        animals.add_pictures([picture("first.jpg", ["cat"]), bad])
    assert animals.summary().pictures == 5
    assert animals.summary().boxes == 3


def test_a_state_never_contradicts_the_labels(animals):
    with pytest.raises(DatasetError, match=r"a\.jpg"):
        animals.set_state([1], PictureState.EMPTY)
    animals.set_state([1, 4], PictureState.IGNORED)
    assert animals.summary().ignored == 3
    animals.set_state([1], PictureState.LABELLED)
    assert animals.picture(1).boxes == 2


def test_classes_with_one_name_become_one(animals):
    animals.rename_classes({"cat": "animal", "dog": "animal"})
    assert [(c.id, c.name, c.boxes) for c in animals.classes()] == [(0, "animal", 3)]
    assert {label.class_id for found in animals.labels([1, 2, 5]).values() for label in found} == {
        0
    }


def test_two_classes_can_change_names(animals):
    animals.rename_classes({"cat": "dog", "dog": "cat"})
    assert [(c.name, c.boxes) for c in animals.classes()] == [("dog", 2), ("cat", 1)]


@pytest.mark.parametrize("mapping", [{"horse": "cow"}, {"cat": "  "}])
def test_a_rename_that_cannot_be_is_told(animals, mapping):
    with pytest.raises(DatasetError):
        animals.rename_classes(mapping)


def test_a_problem_finds_its_picture_by_name_or_by_its_label_file(animals):
    animals.add_problems(
        [
            Problem("outside", Severity.WARN, "labels/new.txt", "Row 3 is outside.", "Cut."),
            Problem("outside", Severity.WARN, "a.txt", "Two pictures could be meant.", "Cut."),
            Problem("no_picture", Severity.WARN, "zzz.txt", "No picture.", "Left out."),
        ]
    )
    assert animals.picture(4).problems == 1
    assert animals.problems(picture_id=4)[0].what == "Row 3 is outside."
    assert len(animals.problems()) == 3
    assert len(animals.problems(offset=1, limit=1)) == 1
    assert animals.problem_counts() == {"outside": 2, "no_picture": 1}


def test_the_revision_grows_with_every_change(animals):
    before = animals.revision()
    animals.set_state([1], PictureState.IGNORED)
    assert animals.revision() > before


def test_a_split_of_an_import_is_remembered_as_such(animals, tmp_path):
    assert animals.split_origin() == SplitOrigin("import")
    assert dataset_of(tmp_path / "b", [picture("a.jpg")]).split_origin() == SplitOrigin()


def test_lists_show_the_newest_first_and_say_what_is_broken(tmp_path):
    workspace = Workspace(tmp_path)
    dataset_of(workspace.datasets / "first", [picture("a.jpg", ["cat"])])
    dataset_of(workspace.datasets / "second", [])
    (workspace.datasets / "broken").mkdir()
    (workspace.datasets / "broken" / schema.FILE).write_bytes(b"not a database at all" * 99)
    (workspace.datasets / "no-dataset").mkdir()
    cards = list_datasets(workspace)
    assert [card.slug for card in cards] == ["second", "first", "broken"]
    assert (cards[1].pictures, cards[1].boxes, cards[1].cover_picture_id) == (1, 1, 1)
    assert "damaged" in cards[2].trouble


def test_a_dataset_can_be_renamed_and_deleted(tmp_path):
    workspace = Workspace(tmp_path)
    dataset = dataset_of(workspace.datasets / "animals", [picture("a.jpg")])
    assert rename(dataset, "Pets").name == "Pets"
    assert find(workspace, "animals").name == "Pets"
    delete(dataset)
    assert list(workspace.datasets.iterdir()) == []
    with pytest.raises(DatasetError, match="animals"):
        dataset.summary()


@pytest.mark.parametrize("slug", ["../animals", "", "a/b", "Animals", "gone"])
def test_a_slug_from_an_address_leads_nowhere_else(tmp_path, slug):
    with pytest.raises(DatasetError):
        find(Workspace(tmp_path), slug)


def test_two_datasets_do_not_share_a_folder(animals):
    with pytest.raises(DatasetError, match="animals"):
        create(animals.folder, name="Again", task="detect", classes=[])


def test_two_classes_of_one_name_are_refused(tmp_path):
    with pytest.raises(DatasetError):
        create(tmp_path / "x", name="X", task="detect", classes=["a", "a"])


def test_only_the_one_file_stays_behind_after_a_call(animals):
    assert [path.name for path in animals.folder.iterdir()] == [schema.FILE]


def test_threads_read_while_another_writes(animals):
    seen, failures = [], []

    def read():
        try:
            seen.extend(animals.summary().pictures for _ in range(20))
        except Exception as error:
            failures.append(error)

    readers = [threading.Thread(target=read) for _ in range(4)]
    for reader in readers:
        reader.start()
    for n in range(20):
        animals.add_pictures([picture(f"more{n}.jpg")])
    for reader in readers:
        reader.join()
    assert failures == []
    assert animals.summary().pictures == 25
    assert set(seen) <= set(range(5, 26))


def test_a_migration_is_done_once_and_remembered(animals):
    done = []

    def a_colour(db):
        done.append(1)
        db.execute("ALTER TABLE pictures ADD COLUMN colour TEXT")

    steps = (*schema.MIGRATIONS, a_colour)
    with schema.upgraded(animals.folder) as db:
        schema.migrate(db, steps)
        schema.migrate(db, steps)
        names = [name for (name,) in db.execute("SELECT name FROM migrations ORDER BY applied_at")]
    assert names == [*(step.__name__ for step in schema.MIGRATIONS), "a_colour"]
    assert done == [1]


def test_a_migration_that_fails_leaves_the_file_as_it_was(animals):
    def half(db):
        db.execute("ALTER TABLE pictures ADD COLUMN half TEXT")
        db.execute("ALTER TABLE nothing ADD COLUMN half TEXT")

    with pytest.raises(sqlite3.OperationalError), schema.upgraded(animals.folder) as db:
        schema.migrate(db, (*schema.MIGRATIONS, half))
    assert open_dataset(animals.folder).summary().pictures == 5


def test_a_file_of_a_newer_tailor_is_told(animals):
    def of_the_future(db):
        db.execute("ALTER TABLE pictures ADD COLUMN future TEXT")

    with schema.upgraded(animals.folder) as db:
        schema.migrate(db, (*schema.MIGRATIONS, of_the_future))
    with pytest.raises(DatasetError, match="newer"):
        open_dataset(animals.folder)
