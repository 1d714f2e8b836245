import pytest

from components.data.importing import main, start_reading
from components.data.split import redeal
from components.jobs.events import Failed, Finished, Queued, Started, write
from components.planning.plan import TrainingPlan
from components.runs.store import RunStore
from components.ui.home_next import AUGMENT, DATA, RESULTS, TRAIN, next_step

from .conftest import draw_dataset


@pytest.fixture
def run(workspace, mugs):
    return RunStore(workspace).create(TrainingPlan(dataset=mugs.slug, name="First try"))


def test_in_an_empty_workspace_the_demo_is_advised(workspace):
    step = next_step(workspace)
    assert "demo" in step.sentence
    assert not step.label


def test_pictures_without_labels_need_labels(workspace):
    draw_dataset(workspace, labelled=0)
    step = next_step(workspace)
    assert "no labelled picture" in step.sentence
    assert step.choices["view"] == "bring-in"


def test_labelled_pictures_need_a_split(workspace, unsplit):
    step = next_step(workspace)
    assert step.page == DATA
    assert step.choices == {"dataset": unsplit.slug, "view": "split"}


def test_split_pictures_are_ready(workspace, mugs):
    assert next_step(workspace).page == AUGMENT


@pytest.mark.parametrize(
    ("events", "page", "words"),
    [
        ([Queued(1.0)], TRAIN, "waits for its turn"),
        ([Queued(1.0), Started(1, 1.0, 1.0)], TRAIN, "is learning now"),
        ([Queued(1.0), Started(1, 1.0, 1.0), Finished(2.0)], RESULTS, "has learned"),
        ([Queued(1.0), Failed("Out of room.", "Free some.", 2.0)], TRAIN, "did not come"),
    ],
)
def test_the_newest_run_says_what_comes_next(workspace, run, events, page, words):
    for event in events:
        write(run.folder, event)
    step = next_step(workspace)
    assert step.page == page
    assert words in step.sentence


def test_a_new_data_set_comes_before_an_old_run(workspace, run):
    for event in (Queued(1.0), Finished(2.0)):
        write(run.folder, event)
    redeal(draw_dataset(workspace, "Spoons"))
    assert next_step(workspace).choices == {"dataset": "spoons"}


def test_a_report_that_waits_is_not_forgotten(workspace, mugs):
    folder = start_reading(workspace, [mugs.folder / "images"], "Shelf", kept=True)
    main(folder)
    step = next_step(workspace)
    assert "Shelf" in step.sentence
    assert step.choices["import"] == folder.name
