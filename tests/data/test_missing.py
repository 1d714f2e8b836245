"""Labels whose pictures are elsewhere: the reading asks for them, and another one finds them."""

from pathlib import Path

import pytest

from components.data import store
from components.data.importing import accept, import_state, read_report, start_reading
from components.data.missing import choices_of, filled_of, missing_of, read_again
from components.errors import DatasetError
from components.jobs.job import wait
from tests.data.drawn_sets import coco, picture, text, voc_xml, write_json
from tests.data.test_importing import supervisor, workspace  # noqa: F401 - fixtures

CAT, DOG = ("cat", 10.0, 20.0, 40.0, 60.0), ("dog", 10.0, 20.0, 40.0, 60.0)


def labels(folder: Path, names: str) -> Path:
    for name in names:
        text(folder / f"{name}.xml", voc_xml(f"{name}.jpg", [CAT]))
    return folder


def pictures(folder: Path, names: str) -> Path:
    for name in names:
        picture(folder / f"{name}.jpg", seed=ord(name))
    return folder


def test_labels_alone_ask_for_their_pictures_and_find_them(workspace, supervisor, tmp_path):  # noqa: F811
    folder = start_reading(workspace, [labels(tmp_path / "labels", "abc")], "cats", kept=True)
    wait(folder, 60)
    view = import_state(folder)
    assert view.phase == "failed"
    assert "none of their pictures" in view.trouble[0]
    missing = missing_of(folder)
    assert (missing.number, missing.examples) == (3, ("a.xml", "b.xml", "c.xml"))

    read_again(folder, [pictures(tmp_path / "elsewhere/deep", "abcd").parent])
    wait(folder, 60)
    assert (import_state(folder).phase, missing_of(folder)) == ("ready", None)
    report = read_report(folder)
    assert (report.pictures, report.labelled, report.unlabelled) == (4, 3, 1)
    accept(folder, name="cats", classes={})
    wait(folder, 60)
    assert store.find(workspace, import_state(folder).dataset).summary().boxes == 3


def test_a_few_missing_pictures_are_asked_for_as_well(workspace, supervisor, tmp_path):  # noqa: F811
    source = pictures(labels(tmp_path / "set", "abc"), "a")
    folder = start_reading(workspace, [source], "cats", kept=True)
    wait(folder, 60)
    assert (import_state(folder).phase, missing_of(folder).number) == ("ready", 2)
    read_again(folder, [pictures(tmp_path / "more", "bc")])
    wait(folder, 60)
    assert (read_report(folder).labelled, missing_of(folder)) == (3, None)


def test_the_other_format_can_be_chosen(workspace, supervisor, tmp_path):  # noqa: F811
    source = pictures(labels(tmp_path / "set", "ab"), "ab")
    write_json(source / "labels.json", coco({"a.jpg": [DOG]}, ["dog"]))
    folder = start_reading(workspace, [source], "cats", kept=True)
    wait(folder, 60)
    assert choices_of(folder) == ("Pascal VOC", "COCO JSON")
    assert filled_of(folder) == {"Pascal VOC": 2, "COCO JSON": 1}
    assert [one.name for one in read_report(folder).classes] == ["cat"]
    read_again(folder, prefer="COCO JSON")
    wait(folder, 60)
    report = read_report(folder)
    assert [(one.name, one.boxes) for one in report.classes] == [("dog", 1), ("cat", 1)]
    assert choices_of(folder) == ("COCO JSON", "Pascal VOC")
    assert "as you chose" in " ".join(group.done for group in report.problems)


def test_a_place_that_is_not_there_is_told(workspace, supervisor, tmp_path):  # noqa: F811
    folder = start_reading(workspace, [labels(tmp_path / "labels", "a")], "cats", kept=True)
    wait(folder, 60)
    with pytest.raises(DatasetError, match="There is no file or folder"):
        read_again(folder, [tmp_path / "nowhere"])
