"""What labels can teach: the task they were drawn for, and what other tasks make of them."""

from dataclasses import replace

import pytest

from components import tasks
from components.data import kinds
from components.data.records import Label, PictureState
from components.data.rows import NewPicture
from components.data.store import create, find
from components.errors import DatasetError
from components.tasks import LabelShape
from components.workspace import Workspace

SQUARE = ((10.0, 10.0), (50.0, 10.0), (50.0, 50.0), (10.0, 50.0))
DIAMOND = ((30.0, 5.0), (55.0, 30.0), (30.0, 55.0), (5.0, 30.0))


@pytest.fixture(autouse=True)
def every_task_is_ready(monkeypatch):
    for key, task in tasks.TASKS.items():
        monkeypatch.setitem(tasks.TASKS, key, replace(task, is_ready=True))


@pytest.fixture
def a_set(tmp_path):
    def make(*labels):
        dataset = create(tmp_path / "a", name="A", task="detect", classes=["thing"])
        dataset.add_pictures([NewPicture(
            file="a.jpg", original="a.jpg", name="a.jpg", width=100, height=80,
            state=PictureState.LABELLED if labels else PictureState.EMPTY, split="train",
            labels=tuple(Label("thing", (5.0, 5.0, 55.0, 55.0), shape, points)
                         for shape, points in labels),
        )])  # fmt: skip
        return dataset

    return make


def test_outlines_are_for_segmentation_and_serve_boxes_too(a_set):
    dataset = kinds.settle(a_set(("polygon", DIAMOND), ("polygon", DIAMOND)))
    assert dataset.task == "segment"
    offers = kinds.offers(kinds.shapes(dataset))
    assert [offer.task for offer in offers] == ["segment", "obb", "detect"]
    assert offers[0].words == ""
    assert "only the box" in offers[2].words
    assert all(offer.left_out == 0 for offer in offers)


def test_outlines_that_are_boxes_are_boxes(a_set):
    rectangle = ((5.0, 5.0), (55.0, 5.0), (55.0, 55.0), (5.0, 55.0))
    dataset = a_set(("polygon", rectangle), ("polygon", rectangle))
    assert kinds.shapes(dataset) == {LabelShape.BOX: 2}
    assert kinds.settle(dataset).task == "detect"


def test_a_mixture_is_for_what_all_of_it_can_teach(a_set):
    dataset = a_set(("polygon", DIAMOND), ("box", ()), ("box", ()))
    assert kinds.settle(dataset).task == "detect"
    segment = next(o for o in kinds.offers(kinds.shapes(dataset)) if o.task == "segment")
    assert (segment.fitting, segment.left_out) == (1, 2)
    assert "2 labels of another kind are left out" in segment.words


def test_the_task_may_be_changed_and_the_labels_stay(a_set):
    dataset = a_set(("rotated", SQUARE))
    before = dataset.labels(dataset.ids())
    turned = kinds.set_task(dataset, "obb")
    assert (turned.task, turned.revision()) == ("obb", dataset.revision())
    assert turned.labels(turned.ids()) == before
    with pytest.raises(DatasetError, match="no labels"):
        kinds.set_task(turned, "pose")


def test_only_tasks_that_are_ready_are_offered(a_set, monkeypatch):
    ready = replace(tasks.TASKS["segment"], is_ready=False)
    monkeypatch.setitem(tasks.TASKS, "segment", ready)
    assert kinds.settle(a_set(("polygon", DIAMOND))).task == "detect"


def test_a_data_set_without_labels_is_for_detection(a_set):
    assert kinds.natural(kinds.shapes(a_set())) == "detect"


def test_the_task_is_found_again(tmp_path, a_set):
    workspace = Workspace(tmp_path / "ws")
    workspace.datasets.mkdir(parents=True)
    dataset = kinds.settle(a_set(("keypoints", ((1.0, 2.0, 2.0), (3.0, 4.0, 1.0)))))
    dataset.folder.rename(workspace.datasets / "a")
    assert find(workspace, "a").task == "pose"
