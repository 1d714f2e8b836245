"""Adding to a data set that is there: nobody moves, nobody comes twice, the choice is kept."""

import pytest

from components.data import schema, split, store
from components.data.already_there import overlap_with
from components.data.importing import accept, import_now, import_state, main, start_reading
from components.data.missing import read_again
from components.data.records import PictureState
from components.errors import DatasetError
from components.workspace import Workspace
from tests.data.drawn_sets import coco, picture, text, write_json


@pytest.fixture
def workspace(tmp_path):
    made = Workspace(tmp_path / "ws")
    for folder in (made.datasets, made.imports, made.uploads, made.cache):
        folder.mkdir(parents=True)
    return made


@pytest.fixture
def first(tmp_path, workspace):
    """Ten pictures with a cat each, one unlabelled; split by shares."""
    folder = tmp_path / "first"
    text(folder / "data.yaml", "names: [cat]\n")
    for n in range(10):
        picture(folder / "images" / f"{n}.jpg", seed=n)
        text(folder / "labels" / f"{n}.txt", "0 0.5 0.5 0.4 0.5\n")
    picture(folder / "images" / "open.jpg", seed=50)
    dataset = store.find(workspace, import_now(workspace, [folder], "pets"))
    split.redeal(dataset, seed=4)
    return dataset


def second(tmp_path):
    """Three pictures: one that is there under another name, one of the same name, one open."""
    folder = tmp_path / "second"
    picture(folder / "again.jpg", seed=0)
    picture(folder / "images" / "1.jpg", seed=70)
    picture(folder / "opened.jpg", seed=50)
    boxes = {
        "again.jpg": [("Dog", 30, 20, 70, 60), ("Cat", 30, 20, 70, 60)],
        "images/1.jpg": [("Dog", 1, 1, 20, 20)],
        "opened.jpg": [("Cat", 5, 5, 25, 25)],
    }
    write_json(folder / "labels.json", coco(boxes, ["Cat", "Dog"]))
    return folder


def labels_of(dataset):
    names = [each.name for each in dataset.classes()]
    rows = dataset.rows()
    found = dataset.labels([row.id for row in rows])
    return {row.name: sorted(names[each.class_id] for each in found[row.id]) for row in rows}


@pytest.mark.parametrize(
    ("choice", "expected"),
    [("skip", ["cat"]), ("replace", ["Dog", "cat"]), ("keep both", ["Dog", "cat"])],
)
def test_a_picture_that_is_there_is_handled_by_the_choice(
    choice, expected, first, workspace, tmp_path
):
    slug = import_now(
        workspace, [second(tmp_path)], "more", {"Cat": "cat"}, into="pets", conflicts=choice
    )
    assert slug == "pets"
    found = labels_of(first)
    assert found["images/0.jpg"] == expected
    assert found["images/open.jpg"] == ["cat"]  # it had none, so there is no conflict
    assert found["images/1 (2).jpg"] == ["Dog"]
    assert found["images/1.jpg"] == ["cat"]
    assert len(found) == 12
    assert [each.name for each in first.classes()] == ["cat", "Dog"]


def test_replacing_puts_the_new_labels_in_place_of_the_old(first, workspace, tmp_path):
    folder = tmp_path / "empty"
    picture(folder / "again.jpg", seed=0)
    picture(folder / "other.jpg", seed=60)
    boxes = {"again.jpg": [], "other.jpg": [("cat", 1, 1, 30, 30)]}
    write_json(folder / "labels.json", coco(boxes, ["cat"]))
    import_now(workspace, [folder], "more", into="pets", conflicts="replace")
    [row] = [row for row in first.rows() if row.name == "images/0.jpg"]
    assert (row.state, row.boxes) == (PictureState.EMPTY, 0)


def test_new_pictures_are_dealt_and_nobody_moves(first, workspace, tmp_path):
    before = {row.name: row.split for row in first.rows()}
    folder = tmp_path / "many"
    for n in range(20):
        picture(folder / f"n{n}.jpg", seed=100 + n)
    import_now(workspace, [folder], "more", into="pets")
    after = {row.name: row.split for row in first.rows()}
    assert {name: after[name] for name in before} == before
    assert None not in after.values()
    assert first.split_origin().source == "shares"


def test_labels_alone_find_the_pictures_that_are_there(first, workspace, tmp_path):
    labels = coco({"open.jpg": [("bird", 1, 2, 30, 40)]}, ["bird"])
    file = write_json(tmp_path / "late.json", labels)
    import_now(workspace, [file], "late", into="pets")
    found = labels_of(first)
    assert found["images/open.jpg"] == ["bird"]
    assert len(found) == 11
    assert [each.code for each in first.problems() if each.code in ("came_again", "labels_came")
            ] == ["labels_came"]  # fmt: skip


def test_the_same_set_again_changes_nothing_but_says_so(first, workspace, tmp_path):
    before = labels_of(first)
    import_now(workspace, [tmp_path / "first"], "again", into="pets")
    assert labels_of(first) == before
    told = [problem.what for problem in first.problems() if problem.code == "came_again"]
    assert told == ["11 pictures of those that were added were there already."]


def test_a_stop_leaves_the_data_set_as_it_was(first, workspace, tmp_path):
    before = sorted(path for path in first.folder.rglob("*") if path.is_file())
    rows = first.rows()
    folder = tmp_path / "many"
    for n in range(9):
        picture(folder / f"n{n}.jpg", seed=100 + n)
    taken = store.find(workspace, "pets")
    with taken._changing() as db:  # the choice of a name that cannot be added at the end
        db.execute(
            "CREATE TRIGGER no BEFORE INSERT ON pictures BEGIN SELECT RAISE(ABORT, 'x'); END"
        )
    with pytest.raises(Exception, match="x"):
        import_now(workspace, [folder], "more", into="pets")
    assert first.rows() == rows
    after = sorted(path for path in first.folder.rglob("*") if path.is_file())
    assert [path for path in after if path not in before and "sqlite" not in path.name] == []


def test_a_data_set_that_is_not_there_is_said_before_anything_is_done(workspace, tmp_path):
    with pytest.raises(DatasetError):
        import_now(workspace, [second(tmp_path)], "more", into="nothing")


def test_points_that_come_later_bring_their_names(workspace, tmp_path):
    folder = tmp_path / "plain"
    picture(folder / "images" / "a.jpg", seed=1)
    text(folder / "labels" / "a.txt", "0 0.5 0.5 0.2 0.2\n")
    text(folder / "data.yaml", "names: [cat]\n")
    slug = import_now(workspace, [folder], "Cats")
    assert store.find(workspace, slug).keypoints() is None

    posed = tmp_path / "posed"
    picture(posed / "images" / "b.jpg", seed=2)
    text(posed / "labels" / "b.txt", "0 0.5 0.5 0.4 0.4 0.4 0.4 2 0.6 0.6 2\n")
    text(posed / "data.yaml", "names: [cat]\nkpt_shape: [2, 3]\nkpt_names:\n  0: [nose, tail]\n")
    import_now(workspace, [posed], "Cats", into=slug)
    scheme = store.find(workspace, slug).keypoints()
    assert scheme is not None
    assert scheme.names == ("nose", "tail")


def known_there(workspace, source, classes=None, into="pets", conflicts="skip"):
    """What the report says of a set, and then what adding it really did."""
    folder = start_reading(workspace, [source], "more", kept=True)
    main(folder)
    found = overlap_with(folder, into)
    accept(folder, name="more", classes=classes or {}, into=into, conflicts=conflicts)
    main(folder)
    return found, import_state(folder).said


@pytest.mark.parametrize("choice", ["skip", "replace", "keep both"])
def test_the_report_knows_before_what_adding_finds(choice, first, workspace, tmp_path):
    more = second(tmp_path)
    picture(more / "equal.jpg", seed=2)  # there, with the same label
    picture(more / "silent.jpg", seed=3)  # there, and nothing is said of it
    boxes = {
        "again.jpg": [("Dog", 30, 20, 70, 60)], "images/1.jpg": [("Dog", 1, 1, 20, 20)],
        "opened.jpg": [("Cat", 5, 5, 25, 25)], "equal.jpg": [("Cat", 30, 20, 70, 60)],
    }  # fmt: skip
    write_json(more / "labels.json", coco(boxes, ["Cat", "Dog"]))
    mapping = {"Cat": "cat"}
    found, said = known_there(workspace, more, mapping, conflicts=choice)
    assert (found.pictures, found.silent, found.open, found.namesakes) == (4, 1, 1, 1)
    assert found.same(mapping) == 1
    assert found.same({}) == 0, "without the mapping it is another class"
    assert found.same({"Cat": "cat", "Dog": None}) == 1
    came_again, came = (3, 1) if choice == "skip" else (1, 3)
    assert said[0].startswith(f"{came_again} picture")
    assert said[1].startswith(f"{came} picture")


def test_labels_that_are_left_out_do_not_count_as_other_labels(first, workspace, tmp_path):
    picture(tmp_path / "more" / "again.jpg", seed=0)
    boxes = {"again.jpg": [("Dog", 1, 2, 9, 9), ("Cat", 30, 20, 70, 60)]}
    write_json(tmp_path / "more" / "labels.json", coco(boxes, ["Cat", "Dog"]))
    found, _ = known_there(workspace, tmp_path / "more")
    assert found.same({"Cat": "cat", "Dog": None}) == 1
    assert found.same({"Cat": "cat"}) == 0
    assert found.same({"Cat": None, "Dog": None}) == 0, "the one that is there has a cat"


def test_a_data_set_that_changed_since_is_not_spoken_of_with_old_numbers(
    first, workspace, tmp_path
):
    folder = start_reading(workspace, [second(tmp_path)], "more", kept=True)
    main(folder)
    assert overlap_with(folder, "pets").pictures == 2
    first.set_state([1], PictureState.IGNORED)
    assert overlap_with(folder, "pets") is None
    read_again(folder)
    main(folder)
    assert overlap_with(folder, "pets").pictures == 2


def test_only_files_of_the_size_of_one_that_is_there_are_read(first, workspace, tmp_path):
    picture(tmp_path / "new" / "big.jpg", size=(300, 200), seed=5)
    folder = start_reading(workspace, [tmp_path / "new"], "new", kept=True)
    main(folder)
    assert overlap_with(folder, "pets").pictures == 0
    original = next(first.folder.glob("originals/**/*.jpg"), None)
    original = original or next(first.folder.glob("images/**/*.jpg"))
    original.unlink()  # its size is not known: then all are compared
    again = start_reading(workspace, [tmp_path / "first"], "new", kept=True)
    main(again)
    assert overlap_with(again, "pets").pictures == 11


@pytest.mark.parametrize("choice", ["replace", "keep both"])
def test_a_picture_that_was_put_aside_stays_aside_with_its_new_labels(
    choice, first, workspace, tmp_path
):
    [number] = [row.id for row in first.rows() if row.name == "images/0.jpg"]
    first.set_state([number], PictureState.IGNORED)
    import_now(workspace, [second(tmp_path)], "more", into="pets", conflicts=choice)
    [row] = [row for row in first.rows() if row.id == number]
    assert row.state is PictureState.IGNORED
    assert "Dog" in labels_of(first)["images/0.jpg"]


def test_pictures_that_come_twice_are_not_told_as_there_already(first, workspace, tmp_path):
    folder = tmp_path / "twice"
    for name in ("a", "b", "copy of a"):
        picture(folder / f"{name}.jpg", seed=300 + (name == "b"))
    picture(folder / "there.jpg", seed=0)
    found, said = known_there(workspace, folder)
    assert found.pictures == 1
    assert said == (
        "1 picture of those that were added was there already. "
        "The one that was there is kept as it is.",
        "1 picture came twice. The first of each is kept, with its labels.",
        "2 pictures came in later. They are dealt into the parts without moving the others.",
    )


def test_a_data_set_that_is_damaged_does_not_stop_a_reading(first, workspace, tmp_path):
    with schema.changing(first.folder) as db:
        db.execute("ALTER TABLE pictures RENAME COLUMN sha256 TO gone")
    folder = start_reading(workspace, [second(tmp_path)], "more", kept=True)
    main(folder)
    assert import_state(folder).phase == "ready"
    assert overlap_with(folder, "pets") is None
