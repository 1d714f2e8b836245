"""The guided tour: what it says where, and that it can be left and taken up again."""

import pytest

from components.data.demo import SLUG
from components.data.demo_subjects import DEMOS
from components.data.store import find
from components.jobs.events import Finished, Started
from components.planning import drafts
from components.planning.shipped import STARTER, STARTERS
from components.tasks import TASKS
from components.ui.tour_steps import TourState, keep, stops, tour_state
from components.ui.tour_words import WORDS
from tests.drawn_demos import put

from .conftest import asked, open_page, write_run

OTHERS = [task for task in DEMOS if task != "detect"]


@pytest.fixture
def toured(workspace):
    """The app with the demo just opened from Home."""
    put(workspace)
    at = open_page()
    at.button(key="home.demo").click().run()
    assert not at.exception
    return at


def told(at):
    """What the tour's box says, or nothing."""
    return next((each.value for each in at.markdown if "**Tour, " in each.value), "")


def run_of_the_demo(workspace, *events):
    return write_run(workspace, find(workspace, SLUG), Started(2.0, 1, 2.0), *events)


def test_opening_the_demo_begins_the_tour_with_what_can_be_used_at_once(toured, workspace):
    assert told(toured).startswith(":material/explore: **Tour, 1 of 5: Look at the pictures.**")
    assert tour_state(workspace) == TourState("going", "Data")
    draft = drafts.load(workspace.datasets / SLUG)
    assert draft.values["base"] == STARTER


def test_the_way_to_the_plan_takes_the_quick_look_along(toured, workspace):
    toured.button(key="tour.next").click().run()
    assert not toured.exception
    assert toured.title[0].value == "Plan"
    assert "Tour, 2 of 5" in told(toured)
    draft = drafts.load(workspace.datasets / SLUG)
    assert (draft.preset, draft.values["frozen_layers"]) == ("quick", 0)


def test_left_it_is_silent_and_home_leads_back_to_the_same_stop(toured, workspace):
    toured.button(key="tour.next").click().run()
    toured.button(key="tour.leave").click().run()
    assert told(toured) == ""
    home = open_page()
    assert "decide how it learns" in home.button(key="tour.again").label
    home.button(key="tour.again").click().run()
    assert home.title[0].value == "Plan"
    assert "Tour, 2 of 5" in told(home)


def test_another_window_and_a_restart_know_where_it_is(toured, workspace):
    keep(workspace, TourState("going", "Train"))
    assert "Tour, 3 of 5" in told(open_page("make/train"))


def test_pages_about_other_data_are_left_in_peace(toured, workspace, mugs):
    assert told(open_page("make/data", dataset=mugs.slug, view="look")) == ""
    write_run(workspace, mugs, Started(2.0, 1, 2.0))
    assert told(open_page("make/train", run="first")) == ""


def test_without_a_tour_nothing_is_said(workspace, mugs):
    for page in ("make/data", "make/plan"):
        assert told(open_page(page)) == ""
    assert "tour.again" not in [button.key for button in open_page().button]


def test_the_words_fit_how_far_the_run_is(toured, workspace):
    train = [step for step in stops(workspace) if step.page == "Train"]
    assert "First the plan" in train[0].words
    slug = run_of_the_demo(workspace)
    assert "again and again" in stops(workspace)[2].words
    assert stops(workspace)[2].choices == {"run": slug}


def test_it_ends_at_its_last_stop(toured, workspace):
    run_of_the_demo(workspace, Finished(9.0))
    at = open_page("use/try_it")
    assert "Tour, 5 of 5" in told(at)
    at.button(key="tour.next").click().run()
    assert tour_state(workspace).stand == "over"
    assert told(at) == ""


@pytest.mark.parametrize("task", OTHERS)
def test_each_kind_of_answer_has_a_demo_and_a_tour_in_its_words(workspace, task):
    demo = put(workspace, task)
    at = open_page().button(key=f"home.demo.{task}").click().run()
    assert not at.exception
    assert (at.title[0].value, asked(at, "dataset")) == ("Data", demo.slug)
    assert tour_state(workspace) == TourState("going", "Data", task)
    assert WORDS[task].at_data in told(at)
    at.button(key="tour.next").click().run()
    assert not at.exception
    assert "Tour, 2 of 5" in told(at)
    draft = drafts.load(demo.folder)
    assert STARTERS[draft.values["base"]] == f"yolo26n{TASKS[task].weights_suffix}"
    assert (draft.preset, draft.values["image_size_px"]) == (
        "quick", 224 if task == "classify" else 256,
    )  # fmt: skip
    at.button(key="tour.leave").click().run()
    assert tour_state(workspace).stand == "left"
    home = open_page().button(key="tour.again").click().run()
    assert (home.title[0].value, asked(home, "dataset")) == ("Plan", demo.slug)


@pytest.mark.parametrize("task", OTHERS)
def test_the_last_stops_speak_of_what_such_a_model_answers(workspace, task):
    demo = put(workspace, task)
    keep(workspace, TourState("going", "Results", task))
    run = write_run(workspace, demo, Started(2.0, 1, 2.0), Finished(9.0), task=task)
    at = open_page("use/results", run=run)
    assert not at.exception
    assert TASKS[task].headline.label.rpartition("(")[2] in told(at)
    assert WORDS[task].rare in told(at)
    at = open_page("use/try_it", run=run)
    assert WORDS[task].answer in told(at)
    assert ("boxes" in told(at)) is (task == "obb")
    assert "slider" not in told(at) or task != "classify"


def test_the_tour_of_one_demo_is_silent_about_another(workspace):
    fish, parts = put(workspace, "pose"), put(workspace, "obb")
    keep(workspace, TourState("going", "Data", "pose"))
    assert told(open_page("make/data", dataset=parts.slug, view="look")) == ""
    assert "fish" in told(open_page("make/data", dataset=fish.slug, view="look"))


def test_a_note_of_an_earlier_tailor_is_about_the_one_demo_there_was(workspace):
    (workspace.root / "tour.json").write_text('{"stand": "left", "page": "Plan"}', encoding="utf-8")
    assert tour_state(workspace) == TourState("left", "Plan", "detect")


@pytest.mark.parametrize("content", ["", "{", "[]", '{"stand": "lost", "page": "Data"}',
                                     '{"stand": "going", "page": "Data", "task": "fly"}',
                                     '{"stand": "going", "page": "Data", "task": []}',
                                     '{"stand": "going", "page": "Elsewhere"}'])  # fmt: skip
def test_a_damaged_note_is_as_good_as_none(workspace, content):
    (workspace.root / "tour.json").write_text(content, encoding="utf-8")
    assert tour_state(workspace) == TourState()
