"""The whole way for the four tasks beside detection, in a real browser, on drawn sets.

A folder is brought in, looked at, varied, planned, trained until the first rounds are over,
stopped by hand, judged, and the model is tried on a picture.
"""

import re

import pytest
from playwright.sync_api import expect

from components.data.store import list_datasets
from components.runs.store import RunStore
from components.tasks import TASKS
from components.workspace import Workspace
from tests.drawn_tasks import CLASSES, draw_set
from tests.e2e.steps import no_traceback, settled, shot, stands, visit
from tests.e2e.test_journey import (
    LONG_MS,
    MANY,
    choose_file,
    over,
    set_small_plan,
    start_training,
)

SOON_MS = 60_000  # generous: other tests may have the processor
SIDE = 64  # pixels, of the pictures and while learning


def bring_in(page, app, folder, pictures):
    """Give the folder's path, accept, and arrive at the pictures."""
    visit(page, app, "data", view="bring-in")
    page.get_by_role("textbox", name="Path of the folder").fill(str(folder))
    page.get_by_role("button", name="Read it").click()
    accept = page.get_by_role("button", name=f"Accept and bring in {pictures} pictures")
    expect(accept).to_be_visible(timeout=LONG_MS)
    accept.click()
    page.get_by_role("button", name="Look at the pictures").click(timeout=LONG_MS)
    stands(page)


def look(page, task):
    """The labels are drawn over the pictures, in the form of the task."""
    expect(page.get_by_text(TASKS[task].label).first).to_be_visible(timeout=SOON_MS)
    if task == "classify":
        expect(page.locator(f".tile[data-badge={CLASSES[task][0]}]").first).to_be_visible(
            timeout=SOON_MS
        )
    else:
        expect(page.locator(".tile img.boxes").first).to_be_visible(timeout=SOON_MS)
    shot(page, f"{task}-data")


def vary(page, task):
    """The preview shows pictures of the trainer with what is drawn on them."""
    page.get_by_role("button", name="Go on to Augment").click()
    page.wait_for_url("**/augment*", timeout=SOON_MS)
    stands(page)
    expect(page.locator(".frame img").first).to_be_visible(timeout=LONG_MS)
    if task != "classify":  # a class of the whole picture has no lines
        expect(page.locator(".frame svg path").first).to_be_attached(timeout=SOON_MS)
    shot(page, f"{task}-augment")


def plan(page, app, task):
    """From nothing, small, with more rounds than any machine gets through before it is stopped."""
    suffix = TASKS[task].weights_suffix
    page.get_by_role("button", name="Go on to Plan").click()
    page.wait_for_url("**/plan*", timeout=SOON_MS)
    stands(page)
    page.get_by_role("radio", name="Train from scratch").first.click()
    settled(page)
    set_small_plan(page, epochs=MANY, size=SIDE)
    shot(page, f"{task}-plan")
    start_training(page)
    [newest, *_] = RunStore(Workspace(app.workspace)).all()
    assert (newest.plan.task, newest.plan.base) == (task, f"yolo26n{suffix}.yaml")


def watch_and_stop(page, task):
    """After the first round there are charts and pictures; then it is told to stop."""
    title = TASKS[task].headline.label.partition(" (")[0]
    expect(page.get_by_text(re.compile(rf"^{title} and ")).first).to_be_visible(timeout=LONG_MS)
    expect(page.get_by_text("What the model sees while it learns")).to_be_visible(timeout=LONG_MS)
    shot(page, f"{task}-train")
    page.get_by_role("button", name="Stop and keep what was learned").click()
    expect(over(page)).to_be_visible(timeout=LONG_MS)
    over(page).click()
    page.wait_for_url("**/results?run=*", timeout=SOON_MS)
    stands(page)


def judge(page, task):
    """The headline is the task's own, and every part that it has stands."""
    expect(page.get_by_text(TASKS[task].headline.label).first).to_be_visible(timeout=SOON_MS)
    curves = page.get_by_role("radio", name="Curves")
    assert (curves.count() > 0) or task == "classify"
    for part in ("Per class", "Mix-ups", "Pictures"):
        page.get_by_role("radio", name=part).first.click()
        settled(page)
        no_traceback(page)
    expect(page.get_by_text("As labelled").first).to_be_visible(timeout=SOON_MS)
    expect(page.locator(".stage img").first).to_be_visible(timeout=SOON_MS)
    if task != "classify":
        expect(page.locator(".stage svg path").first).to_be_attached(timeout=SOON_MS)
    shot(page, f"{task}-results")


def try_one(page, task, picture):
    """A picture gets an answer."""
    page.get_by_role("button", name="Try it on a new picture").click()
    page.wait_for_url("**/try?run=*", timeout=SOON_MS)
    stands(page)
    choose_file(page, "Choose files", picture)
    answer = "How sure" if task == "classify" else "Things found"
    expect(page.get_by_text(answer).last).to_be_visible(timeout=LONG_MS)
    settled(page)
    no_traceback(page)
    shot(page, f"{task}-try")


@pytest.mark.parametrize("task", CLASSES)
def test_from_a_folder_to_a_model_that_answers(page, app, tmp_path, task):
    folder = draw_set(tmp_path / f"drawn {task}", task, train=8, val=4, side=SIDE)
    bring_in(page, app, folder, 12)
    [card] = [one for one in list_datasets(Workspace(app.workspace)) if task in one.name]
    assert card.task == task
    look(page, task)
    vary(page, task)
    plan(page, app, task)
    watch_and_stop(page, task)
    judge(page, task)
    [picture, *_] = sorted(folder.rglob("*.jpg"))
    try_one(page, task, picture)
