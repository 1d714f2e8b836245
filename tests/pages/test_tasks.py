"""The five tasks on the screens: what is asked, offered and shown follows from the data set."""

import shutil

import pytest

from components.augment.catalogue import EFFECTS
from components.data.importing import import_now
from components.data.store import find
from components.jobs.events import Finished, Measured, Started
from components.planning import drafts
from components.tasks import TASKS
from tests.drawn_tasks import CLASSES, draw_set

from .conftest import open_page, write_run

UP = Started(1, 1.0, 1.0)


@pytest.fixture(scope="module")
def sets(tmp_path_factory):
    """The four drawn sets, brought in once."""
    from components.workspace import Workspace

    root = tmp_path_factory.mktemp("drawn")
    workspace = Workspace(root / "ws")
    for folder in (workspace.datasets, workspace.imports, workspace.uploads, workspace.runs):
        folder.mkdir(parents=True)
    for task in CLASSES:
        import_now(workspace, [draw_set(root / task, task, train=6, val=3)], task)
    return workspace.datasets


@pytest.fixture
def brought_in(workspace, sets):
    def make(task):
        shutil.copytree(sets / task, workspace.datasets / task)
        return find(workspace, task)

    return make


def said(at):
    return "\n".join(
        each.value
        for each in (*at.markdown, *at.caption, *at.info, *at.warning, *at.error, *at.success)
    )


@pytest.mark.parametrize("task", CLASSES)
def test_a_set_is_for_what_its_labels_were_drawn_for(brought_in, task):
    assert brought_in(task).task == task
    at = open_page("make/data", dataset=task, view="look")
    assert not at.exception
    shown = {each.label for each in at.metric}
    words = TASKS[task].label_words.many.capitalize()
    assert "Boxes" not in shown
    assert (words in shown) or task == "classify"


def test_the_data_page_asks_what_to_learn_and_says_what_is_lost(brought_in):
    brought_in("segment")
    at = open_page("make/data", dataset="segment", view="look")
    [question] = [each for each in at.radio if each.label == "What shall the model learn?"]
    assert question.value == "segment"
    assert any("only the box around it" in each for each in question.proto.captions)
    at = question.set_value("detect").run()
    assert not at.exception
    assert "Boxes" in {each.label for each in at.metric}


def test_where_there_is_no_choice_nothing_is_asked(brought_in):
    brought_in("classify")
    at = open_page("make/data", dataset="classify", view="look")
    assert not at.radio
    assert "Sort pictures" in said(at)


@pytest.mark.parametrize("task", CLASSES)
def test_only_effects_that_the_task_takes_are_offered(brought_in, task):
    brought_in(task)
    at = open_page("make/augment", dataset=task)
    assert not at.exception
    labels = {each.label.partition(" (")[0] for each in (*at.slider, *at.toggle)}
    [told] = [each.value for each in at.caption if each.value.startswith("Not offered here")]
    for row in EFFECTS.values():
        name = row.label.partition(" (")[0]
        assert (name in told) is (task not in row.tasks)
        assert task in row.tasks or name not in labels


def test_a_mirror_exchanges_left_and_right_and_says_so(brought_in):
    brought_in("pose")
    assert "left corner and right corner" in said(open_page("make/augment", dataset="pose"))


@pytest.mark.parametrize("task", CLASSES)
def test_a_plan_starts_from_a_base_of_the_task(brought_in, task):
    dataset = brought_in(task)
    at = open_page("make/plan", dataset=task)
    at.session_state["more"] = True
    at.run()
    assert not at.exception
    kept = drafts.load(dataset.folder).values
    assert kept["base"] == f"yolo26n{TASKS[task].weights_suffix}.pt"
    assert kept["image_size_px"] == (224 if task == "classify" else 640)
    shown = [each for each in at.number_input if "close mosaic" in each.label]
    assert bool(shown) is (task != "classify")


def test_another_task_takes_the_base_along_in_its_size(brought_in):
    dataset = brought_in("segment")
    drafts.change(dataset.folder, {"base": "yolo26s-seg.yaml", "frozen_layers": 11})
    at = open_page("make/data", dataset="segment", view="look")
    at.radio[0].set_value("obb").run()
    assert not open_page("make/plan", dataset="segment").exception
    kept = drafts.load(dataset.folder).values
    assert (kept["base"], kept["frozen_layers"]) == ("yolo26s-obb.yaml", 11)


def results(task):
    """What the worker writes at the end of a run, as `evaluation.summarise` tells it."""
    names = CLASSES[task]
    none = dict.fromkeys(("precision", "recall", "map50", "map50_95"))
    sorts = task == "classify"
    form = {"segment": ["polygon", [8, 8, 40, 8, 24, 40]], "classify": ["whole"],
            "obb": ["rotated", [8, 20, 20, 8, 40, 28, 28, 40]],
            "pose": ["keypoints", [24, 8, 2, 8, 20, 2, 40, 20, 1, 24, 40, 0]]}[task]  # fmt: skip
    side = len(names) + (not sorts)
    return {
        "metrics": {metric.key: 0.96 for metric in TASKS[task].metrics},
        "per_class": [{"class": name, "pictures": 2, "boxes": 2, **none,
                       **({"recall": 0.5, "precision": 1.0} if sorts else {})} for name in names],
        "curves": {} if sorts else {"pr": {"x": [0.0, 1.0], "series": {"all classes": [1, 0]}}},
        "best_confidence": None if sorts else 0.3,
        "confusion": {"labels": [*names, *([] if sorts else ["nothing there"])],
                      "matrix": [[int(i == j) for j in range(side)] for i in range(side)]},
        "samples": [{"picture": 1, "name": "a.jpg", "width": 64, "height": 64,
                     "truth": [[0, 8, 8, 40, 40]], "truth_shapes": [form],
                     "predicted": [[0, 0.9, 9, 9, 41, 41]], "predicted_shapes": [form]}],
        "pictures": 2, "interval": None, "weights_bytes": 5_400_000,
    }  # fmt: skip


@pytest.mark.parametrize("task", CLASSES)
def test_every_part_of_the_results_stands_for_every_task(workspace, brought_in, task):
    dataset = brought_in(task)
    key = TASKS[task].headline.key
    run = write_run(workspace, dataset, UP, Measured(1, {key: 0.5}, 1.0), Finished(9.0),
                    results=results(task), task=task)  # fmt: skip
    at = open_page("use/results", run=run)
    assert TASKS[task].headline.label in said(at)
    parts = at.segmented_control(key="part").options
    assert ("Curves" in parts) is (task != "classify")
    for part in parts:
        at.segmented_control(key="part").set_value(part).run()
        assert not at.exception, part
    assert "As labelled" in said(at)
    assert "What the model says" in said(at)


def test_a_sorting_model_is_judged_by_right_and_wrong(workspace, brought_in):
    facts = results("classify")
    facts["samples"][0]["predicted"] = [[1, 0.9, 0, 0, 64, 64]]
    run = write_run(workspace, brought_in("classify"), UP, Finished(9.0), results=facts,
                    task="classify")  # fmt: skip
    at = open_page("use/results", run=run)
    assert "96 of 100 pictures, very good" in said(at)
    at.segmented_control(key="part").set_value("Per class").run()
    assert "Taken for another" in "\n".join(each.proto.body for each in at.get("html"))
    at.segmented_control(key="part").set_value("Pictures").run()
    assert "1 of these 1 pictures are taken for something else" in said(at)
    assert ":orange[it is round]" in said(at)


def test_what_crops_would_lose_is_said_before_they_are_made(brought_in):
    brought_in("segment")
    at = open_page("make/data", dataset="segment", view="look")
    at.button(key="data.crops").click().run()
    assert any("One picture for each label" in each.value for each in at.markdown)
    assert at.button(key="data.crops.yes").label == "Make the crops"
    assert not at.exception


def test_a_set_of_whole_pictures_has_nothing_to_cut_out(brought_in):
    brought_in("classify")
    at = open_page("make/data", dataset="classify", view="look")
    assert not [each for each in at.button if each.key == "data.crops"]
