"""The import as a user meets it: read, report, accept or cancel, and nothing half-written."""

import hashlib
import json
import time
from pathlib import Path

import pytest
from PIL import Image

from components.data import store
from components.data.importing import (
    accept,
    cancel,
    import_now,
    import_state,
    open_imports,
    problems,
    read_report,
    start_reading,
)
from components.data.pictures import THUMBNAIL_SIDE
from components.data.safe_names import SafeNames
from components.errors import AppError, DatasetError, DiskFull
from components.jobs.job import ask, wait
from components.jobs.supervisor import Supervisor
from components.workspace import Workspace
from tests.data.drawn_sets import coco, picture, picture_bytes, text, write_json, zipped

ROW = "0 0.5 0.5 0.4 0.5\n"


@pytest.fixture
def workspace(tmp_path):
    made = Workspace(tmp_path / "ws")
    for folder in (made.datasets, made.imports, made.uploads, made.runs, made.cache):
        folder.mkdir(parents=True)
    return made


@pytest.fixture
def supervisor(workspace):
    watching = Supervisor([workspace.imports], workspace.root / ".lock", grace_s=5)
    watching.start()
    yield watching
    watching.close()
    for child in watching._children.values():  # they have said their last word, but still end
        child.wait(20)


def a_set(folder: Path, number: int = 4) -> Path:
    """A YOLO set of 3 classes: one picture without labels, one empty."""
    text(folder / "data.yaml", "names: [cat, dog, bird]\n")
    for n in range(number):
        picture(folder / "images" / f"{n}.jpg", seed=n)
        text(folder / "labels" / f"{n}.txt", ROW + f"{n % 2 + 1} 0.2 0.2 0.1 0.1\n9 1 1 1 1\n")
    picture(folder / "images" / "empty.jpg", seed=90)
    text(folder / "labels" / "empty.txt", "")
    picture(folder / "images" / "plain.jpg", seed=91)
    return folder


def an_upload(workspace, name="set.zip"):
    """A zip as the browser left it."""
    members = {"data.yaml": "names: [cat, dog]"}
    for n in range(3):
        members[f"images/{n}.jpg"] = picture_bytes((64 + n, 48))
        members[f"labels/{n}.txt"] = ROW
    batch = workspace.uploads / "batch-1" / "files"
    batch.mkdir(parents=True)
    return zipped(batch / name, members)


def nothing_left(workspace):
    return not list(workspace.imports.iterdir()) and not list(workspace.uploads.iterdir())


def test_a_set_is_read_reported_accepted_and_written(workspace, supervisor):
    folder = start_reading(workspace, [an_upload(workspace)], "My cats <b>")
    assert import_state(folder).phase == "reading"
    wait(folder, 60)
    view = import_state(folder)
    assert (view.phase, view.trouble) == ("ready", None)
    report = read_report(folder)
    assert (report.format, report.pictures, report.boxes) == ("YOLO", 3, 3)
    assert [(c.name, c.boxes, c.pictures) for c in report.classes] == [("cat", 3, 3), ("dog", 0, 0)]
    assert json.loads(json.dumps(report.to_dict())) == view.summary
    assert [one.id for one in open_imports(workspace)] == [folder.name]
    assert not list(workspace.datasets.iterdir())

    accept(folder, name="Cats", classes={"cat": "Katze", "dog": None})
    accept(folder, name="Cats", classes={})  # pressed twice
    wait(folder, 60)
    view = import_state(folder)
    assert (view.phase, view.dataset) == ("done", "cats")
    assert open_imports(workspace) == []
    assert not list(workspace.uploads.iterdir())
    dataset = store.find(workspace, "cats")
    assert [one.name for one in dataset.classes()] == ["Katze"]
    assert (dataset.summary().pictures, dataset.summary().boxes) == (3, 3)


def test_the_worker_tells_how_far_it_is(workspace, supervisor, tmp_path):
    folder = start_reading(workspace, [a_set(tmp_path / "set")], "x", kept=True)
    wait(folder, 60)
    needle = import_state(folder).needle
    assert needle["phase"] == "Looking at the pictures"
    assert needle["done"] == needle["total"] == 6


def test_cancel_before_the_answer_leaves_nothing(workspace, supervisor):
    folder = start_reading(workspace, [an_upload(workspace)], "x")
    wait(folder, 60)
    cancel(folder)
    assert nothing_left(workspace)
    with pytest.raises(DatasetError):
        import_state(folder)


def test_cancel_in_the_middle_leaves_nothing(workspace, supervisor, tmp_path):
    source = a_set(tmp_path / "set", 300)
    before = fingerprint(source)
    folder = start_reading(workspace, [source], "x", kept=True)
    time.sleep(1.0)
    cancel(folder)
    assert nothing_left(workspace)
    assert fingerprint(source) == before


def test_cancel_while_writing_leaves_nothing(workspace, supervisor, tmp_path):
    folder = start_reading(workspace, [a_set(tmp_path / "set", 300)], "x", kept=True)
    wait(folder, 60)
    accept(folder, name="x", classes={})
    deadline = time.monotonic() + 30
    while not list(workspace.datasets.glob(".building-*")) and time.monotonic() < deadline:
        time.sleep(0.02)
    cancel(folder)
    assert nothing_left(workspace)
    assert not list(workspace.datasets.iterdir())


def test_cancel_without_a_supervisor_leaves_nothing(workspace):
    cancel(start_reading(workspace, [an_upload(workspace)], "x"))
    assert nothing_left(workspace)


def test_a_stop_that_was_asked_ends_the_reading(workspace, tmp_path):
    folder = start_reading(workspace, [a_set(tmp_path / "set")], "x", kept=True)
    ask(folder, "stop")
    watching = Supervisor([workspace.imports], workspace.root / ".lock")
    watching.look()
    assert import_state(folder).phase == "stopped"


def test_what_cannot_be_read_fails_in_words(workspace, supervisor):
    (workspace.uploads / "b").mkdir()
    broken = workspace.uploads / "b" / "broken.zip"
    broken.write_bytes(b"")
    folder = start_reading(workspace, [broken], "x")
    wait(folder, 60)
    view = import_state(folder)
    assert view.phase == "failed"
    assert view.trouble is not None
    assert view.trouble[0] == "broken.zip is empty: it has 0 bytes."
    cancel(folder)
    assert nothing_left(workspace)


def fingerprint(folder):
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_a_folder_of_the_user_is_never_touched(workspace, tmp_path):
    source = a_set(tmp_path / "set")
    before = fingerprint(source)
    slug = import_now(workspace, [source], "Mine")
    assert fingerprint(source) == before
    dataset = store.find(workspace, slug)
    for number in dataset.ids():
        kept = dataset.original_file(number)
        assert not kept.samefile(source / dataset.picture(number).name)
        assert kept.read_bytes() == (source / dataset.picture(number).name).read_bytes()


def test_states_labels_and_problems_arrive_in_the_data_set(workspace, tmp_path):
    slug = import_now(workspace, [a_set(tmp_path / "set")], "Mine")
    dataset = store.find(workspace, slug)
    counts = dataset.summary()
    assert (counts.labelled, counts.empty, counts.unlabelled, counts.boxes) == (4, 1, 1, 8)
    assert dataset.problem_counts()["unknown_class"] == 4
    assert nothing_left(workspace)


def test_classes_are_merged_and_left_out(workspace, tmp_path):
    source = a_set(tmp_path / "set")
    slug = import_now(workspace, [source], "x", {"cat": None, "dog": "pet", "bird": "pet"})
    dataset = store.find(workspace, slug)
    assert [(one.name, one.boxes) for one in dataset.classes()] == [("pet", 4)]
    slug = import_now(workspace, [source], "x", {"cat": None, "dog": None, "bird": None})
    counts = store.find(workspace, slug).summary()
    assert (slug, counts.empty, counts.labelled) == ("x-2", 5, 0)


def test_a_class_needs_a_name(workspace, supervisor, tmp_path):
    folder = start_reading(workspace, [a_set(tmp_path / "set")], "x", kept=True)
    with pytest.raises(DatasetError, match="not read yet"):
        accept(folder, name="x", classes={})
    wait(folder, 60)
    with pytest.raises(DatasetError, match="no name"):
        accept(folder, name="x", classes={"cat": "  "})


def test_problems_come_page_by_page_the_serious_first(workspace, supervisor, tmp_path):
    folder = start_reading(workspace, [a_set(tmp_path / "set")], "x", kept=True)
    wait(folder, 60)
    rows = problems(folder, 0, 3)
    assert len(rows) == 3
    assert {row.code for row in rows} == {"unknown_class"}
    assert problems(folder, 0, 100, code="empty_pictures")[0].what.startswith("1 picture is")
    assert read_report(folder).problem_count == len(problems(folder, 0, 1000))


def test_thumbnails_converted_copies_and_originals_lie_in_their_places(workspace, tmp_path):
    source = tmp_path / "set"
    picture(source / "a.jpg", (400, 300))
    Image.new("CMYK", (40, 30)).save(source / "b.jpg")
    picture(source / "c.gif")
    dataset = store.find(workspace, import_now(workspace, [source], "x"))
    for number in dataset.ids():
        row = dataset.picture(number)
        with Image.open(dataset.thumbnail_file(number)) as small:
            assert max(small.size) < 2 * THUMBNAIL_SIDE
        with Image.open(dataset.picture_file(number)) as image:
            assert image.size == (row.width, row.height)
            assert image.format in ("JPEG", "PNG")
        assert dataset.original_file(number).read_bytes() == (source / row.name).read_bytes()
        assert bool(row.note) is (row.name != "a.jpg")


@pytest.mark.parametrize(
    "name",
    ["con.jpg", "a" * 200 + ".jpg", "x/" * 40 + "deep.jpg", "фото äöü 图片 (1).jpg", 
     'a<b>:"c|?*.jpg',
     "dots...jpg", " blank .jpg", "UPPER.JPG", "emoji 🐱.png", "a.b.c.jpeg"],
)  # fmt: skip
def test_odd_names_get_a_place_and_keep_their_name(name, workspace, tmp_path):
    kind = "PNG" if name.endswith("png") else "JPEG"
    archive = zipped(tmp_path / "a.zip", {name: picture_bytes(kind=kind)})
    dataset = store.find(workspace, import_now(workspace, [archive], "x"))
    (number,) = dataset.ids()
    assert dataset.picture(number).name == name
    place = dataset.picture_file(number).relative_to(dataset.folder).as_posix()
    assert dataset.picture_file(number).exists()
    assert len(place) < 200
    assert not set(place) & set('<>:"|?*\\')


def test_places_differ_even_where_a_disk_does_not_tell_case():
    names = SafeNames()
    places = [names.path(name) for name in ("a.jpg", "A.jpg", "a.png", "../a.jpg", "a/../a.jpg")]
    assert len({place.casefold() for place in places}) == 5
    assert not any(".." in place for place in places)


def test_pictures_that_break_after_their_head_cost_only_themselves(workspace, tmp_path):
    source = a_set(tmp_path / "set")
    broken = source / "images" / "0.jpg"
    data = bytearray(Path(picture(broken, (600, 400))).read_bytes())
    data[700 : len(data) - 2] = b"\xff\xd8\xff\xc4" * ((len(data) - 702) // 4)
    broken.write_bytes(data)
    dataset = store.find(workspace, import_now(workspace, [source], "x"))
    assert dataset.summary().pictures in (5, 6)  # libjpeg forgives much


def test_no_room_on_the_disk_is_told_and_nothing_is_written(workspace, tmp_path, monkeypatch):
    source = a_set(tmp_path / "set")
    monkeypatch.setattr("components.workspace.free_bytes", lambda path: 1_000_000)
    with pytest.raises(DiskFull):
        import_now(workspace, [source], "x")
    assert nothing_left(workspace)
    assert not list(workspace.datasets.iterdir())


def test_one_picture_and_one_class_are_a_data_set(workspace, tmp_path):
    picture(tmp_path / "set" / "a.jpg")
    write_json(tmp_path / "set" / "x.json", coco({"a.jpg": [("cat", 1, 1, 50, 50)]}, ["cat"]))
    dataset = store.find(workspace, import_now(workspace, [tmp_path / "set"], "x"))
    assert (dataset.summary().pictures, dataset.summary().classes) == (1, 1)


def test_nothing_to_read_leaves_nothing(workspace, tmp_path):
    (tmp_path / "empty").mkdir()
    for sources in ([tmp_path / "empty"], [tmp_path / "gone"], []):
        with pytest.raises(AppError):
            import_now(workspace, sources, "x")
    assert nothing_left(workspace)


def test_two_imports_of_one_name_become_two_data_sets(workspace, tmp_path):
    source = a_set(tmp_path / "set")
    assert [import_now(workspace, [source], "Same") for _ in range(2)] == ["same", "same-2"]


def test_leftovers_of_a_killed_import_are_swept_away(workspace, tmp_path):
    (workspace.datasets / ".building-gone").mkdir()
    import_now(workspace, [a_set(tmp_path / "set")], "x")
    assert [path.name for path in workspace.datasets.iterdir()] == ["x"]


def test_between_the_phases_everything_is_json_or_sqlite(workspace, supervisor, tmp_path):
    folder = start_reading(workspace, [a_set(tmp_path / "set")], "x", kept=True)
    wait(folder, 60)
    assert json.loads((folder / "source.json").read_text())["phase"] == "read"
    assert (folder / "reading.sqlite").read_bytes().startswith(b"SQLite format 3")
