"""What goes out comes back: every format, written and read again, holds the same."""

import json
import zipfile
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from components.data import exporting, store, versions
from components.data.exporting import export_now, export_state, start_export
from components.data.formats.registry import FORMATS
from components.data.importing import import_now
from components.data.records import Label, PictureState
from components.data.writers.outgoing import Names
from components.data.writers.registry import WRITERS
from components.errors import AppError
from components.jobs.events import State
from components.workspace import Workspace
from tests.data.dataset_of import dataset_of, picture

READABLE = [
    form
    for form, writer in WRITERS.items()
    if any(writer.label.casefold() in name.casefold() for name in FORMATS)
]
CLASSES = ["Hündin: #1", "cat & <dog>", "bird"]
SIZE = (317, 211)  # odd, so that fractions do not come out even


@pytest.fixture
def workspace(tmp_path):
    made = Workspace(tmp_path / "ws")
    for folder in (made.datasets, made.imports, made.uploads, made.cache):
        folder.mkdir(parents=True)
    return made


def a_dataset(workspace, *, outline=False):
    """20 pictures of all states and parts; names that clash once their folders are gone."""
    folder, dice, rows = workspace.datasets / "animals", np.random.default_rng(3), []
    for n in range(20):
        name = f"{'train' if n % 2 else 'valid'}/images/pic {n // 2}.jpg"
        file = folder / "images" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(dice.integers(0, 255, (*SIZE[::-1], 3), np.uint8)).save(file)
        corners = np.sort(dice.uniform(0, 1, (3, 2, 2)), axis=1).reshape(3, 4) * (*SIZE, *SIZE)
        corners = corners[(corners[:, 2:] - corners[:, :2]).min(axis=1) > 1]
        labels = [Label(CLASSES[k % 3], tuple(map(float, b))) for k, b in enumerate(corners)]
        if outline and labels:
            left, top, right, bottom = labels[0].box
            ring = ((left, top), (right, top), (right, bottom), (left, bottom))
            labels[0] = labels[0]._replace(shape="polygon", points=ring)
        state = PictureState.UNLABELLED if n % 5 == 4 else PictureState.EMPTY
        labels = [] if n % 5 in (3, 4) else labels
        split = ("train", "val", "test", None)[n % 4]
        row = picture(name, state=None if labels else state, split=split, size=SIZE)
        known = PictureState.LABELLED if labels else state
        rows.append(replace(row, labels=tuple(labels), state=known))
    return dataset_of(folder, rows, CLASSES)


def content(dataset):
    """Picture bytes to (state, part, boxes with class names)."""
    names = [each.name for each in dataset.classes()]
    rows = dataset.rows()
    labels = dataset.labels([row.id for row in rows])
    return {
        dataset.picture_file(row.id).read_bytes(): (
            row.state, row.split,
            sorted((names[label.class_id], label.box) for label in labels[row.id]),
        )
        for row in rows
    }  # fmt: skip


def assert_same(before, after):
    assert before.keys() == after.keys()
    for key, (state, split, boxes) in before.items():
        assert after[key][:2] == (state, split)
        assert [name for name, _ in after[key][2]] == [name for name, _ in boxes]
        for (_, box), (_, other) in zip(boxes, after[key][2], strict=True):
            assert np.allclose(box, other, atol=0.01, rtol=0)


@pytest.mark.parametrize("form", READABLE)
def test_what_is_written_comes_back_the_same(form, workspace, tmp_path):
    dataset = a_dataset(workspace)
    export_now(dataset, form, tmp_path / "out.zip")
    try:
        slug = import_now(workspace, [tmp_path / "out.zip"], "back")
    except AppError as error:
        pytest.fail(str(error))
    back = store.find(workspace, slug)
    assert_same(content(dataset), content(back))
    known = [each.name for each in back.classes()]
    assert sorted(known) == sorted(CLASSES) if form == "voc" else known == CLASSES


@pytest.mark.parametrize("form", READABLE)
def test_a_version_is_written_as_it_was_trained_on(form, workspace, tmp_path):
    dataset = a_dataset(workspace)
    version = versions.freeze(dataset)
    before = {
        key: value
        for key, value in content(dataset).items()
        if value[0] is not PictureState.UNLABELLED and value[1] is not None
    }
    dataset.set_state(dataset.ids(store.PictureFilter(state="empty")), PictureState.IGNORED)
    export_now(dataset, form, tmp_path / "out.zip", version)
    back = store.find(workspace, import_now(workspace, [tmp_path / "out.zip"], "back"))
    assert_same(before, content(back))


def test_outlines_travel_by_coco_and_the_others_say_what_they_drop(workspace, tmp_path):
    dataset = a_dataset(workspace, outline=True)
    told = {form: export_now(dataset, form, tmp_path / f"{form}.zip") for form in WRITERS}
    assert [form for form in told if any("drawn labels" in note for note in told[form])] == [
        "yolo", "ndjson",
    ]  # fmt: skip
    assert any("many other tools" in note for note in told["voc"])
    back = store.find(workspace, import_now(workspace, [tmp_path / "coco.zip"], "back"))
    labels = [label for each in back.labels(back.ids()).values() for label in each]
    assert {label.shape for label in labels} == {"box", "polygon"}


def test_pictures_put_aside_stay_out_and_that_is_said(workspace, tmp_path):
    dataset = a_dataset(workspace)
    dataset.set_state([1, 2], PictureState.IGNORED)
    told = export_now(dataset, "yolo", tmp_path / "out.zip")
    assert told == ("2 pictures put aside stay out of it.",)
    with zipfile.ZipFile(tmp_path / "out.zip") as archive:
        assert sum(name.endswith(".jpg") for name in archive.namelist()) == 18


def test_pictures_nobody_has_looked_at_are_no_background_for_ultralytics(workspace, tmp_path):
    dataset = a_dataset(workspace)
    export_now(dataset, "yolo", tmp_path / "out.zip")
    with zipfile.ZipFile(tmp_path / "out.zip") as archive:
        names = archive.namelist()
    stems = {name.rpartition("/")[2][:-4] for name in names if name.startswith("labels/")}
    trained = {name.rpartition("/")[2][:-4] for name in names if name.startswith("images/")}
    assert trained == stems
    assert len([name for name in names if name.startswith("unlabelled/")]) == 4


def test_ultralytics_reads_the_ndjson(workspace, tmp_path):
    dataset = a_dataset(workspace)
    export_now(dataset, "ndjson", tmp_path / "out.zip")
    with zipfile.ZipFile(tmp_path / "out.zip") as archive:
        archive.extractall(tmp_path / "out")
    lines = (tmp_path / "out" / "dataset.ndjson").read_text(encoding="utf-8").splitlines()
    for record in map(json.loads, lines[1:]):
        assert (tmp_path / "out" / "images" / record["split"] / record["file"]).is_file()


def test_names_stay_apart_without_their_folders():
    names = Names()
    given = ["train/a.jpg", "val/images/A.png", "x/a.jpg", "b<>.jpg", "...", "y" * 300 + ".png"]
    made = [names.free(name, "") for name in given]
    assert made[:4] == ["a.jpg", "A-2.png", "x-a.jpg", "b__.jpg"]
    assert max(map(len, made)) < 100


def test_nothing_is_left_of_an_export_that_was_stopped(workspace, tmp_path):
    dataset = a_dataset(workspace)

    def stop(done, total):
        if done == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        export_now(dataset, "coco", tmp_path / "out.zip", show=stop)
    assert not list(tmp_path.glob("*.zip*"))


def test_the_worker_writes_the_zip_and_says_how_far_it_is(workspace):
    a_dataset(workspace)
    folder = start_export(workspace, "animals", "voc")
    assert not export_state(folder).state.is_over
    exporting.main(folder)
    view = export_state(folder)
    assert view.state is State.FINISHED
    assert view.file.name == "animals-voc.zip"
    assert view.needle["done"] == view.needle["total"] == 20
    assert "no list of classes" in view.notes[0]
    assert [each.id for each in exporting.exports_of(workspace, "animals")] == [folder.name]


def test_an_unknown_format_and_an_unknown_data_set_are_refused(workspace):
    a_dataset(workspace)
    for slug, form in (("animals", "excel"), ("nothing", "yolo")):
        with pytest.raises(AppError):
            start_export(workspace, slug, form)
