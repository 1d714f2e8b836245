"""Hands on a run, in a real browser: the line, pause, resume, stop, train longer, throw away.

What stands in a run's way is played by a worker without torch that hears nothing; one run is real.
"""

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from components.jobs.job import submit
from components.runs.store import RunStore
from components.runs.training import lane_of, start
from components.workspace import Workspace
from tests.e2e.steps import no_traceback, settled, shot, stands, visit
from tests.runs.drawn import draw_dataset, small_plan

FAKE = "tests.jobs.fake_worker"  # plays the part in its folder; see there
SLOW_MS = 30_000  # a page on a busy computer
LONG_MS = 240_000  # a worker that imports torch there, three times over
MANY = 3_000  # epochs: no machine is through with them before somebody has looked


@pytest.fixture(scope="module")
def workspace(app):
    """The app's workspace, with a small data set in it."""
    made = Workspace(Path(app.workspace))
    draw_dataset(made)
    return made


def played(workspace, name, part):
    """A run in line whose worker will play this part."""
    run = RunStore(workspace).create(small_plan(name=name, epochs=4))
    (run.folder / "part.txt").write_text(part, encoding="utf-8")
    submit(run.folder, FAKE, lane_of(run.plan.device))
    return run


def press(page, name):
    """Press a button, once it can be pressed."""
    button = page.get_by_role("button", name=name)
    expect(button).to_be_enabled(timeout=SLOW_MS)
    button.click()


def shows(page, text, timeout_ms=SLOW_MS):
    """Wait until the page says so."""
    expect(page.get_by_text(text).first).to_be_visible(timeout=timeout_ms)


def test_runs_wait_in_line_and_one_that_hangs_can_be_thrown_away(page, app, workspace):
    hangs = played(workspace, "Hangs", "hang")
    second = played(workspace, "Second", "finish")
    third = played(workspace, "Third", "finish")

    visit(page, app, "train", run=third.slug)
    shows(page, "Place 2 of 2 in line")
    page.get_by_role("button", name="Earlier").last.click()
    shows(page, "Place 1 of 2 in line")
    shot(page, "line")

    app.stop(kill=True)
    app.start()
    page.reload()
    stands(page)
    shows(page, "Place 1 of 2 in line")

    page.get_by_role("button", name="Take out").last.click()
    shows(page, "Place 1 of 1 in line")
    visit(page, app, "train", run=second.slug)
    shows(page, "Stopped before the first epoch was done")

    visit(page, app, "train", run=hangs.slug)
    press(page, "Throw away")
    press(page, "No, keep it")
    expect(page.get_by_role("dialog")).to_have_count(0, timeout=SLOW_MS)
    assert hangs.folder.exists()
    press(page, "Throw away")
    press(page, "Yes, throw it away")
    expect(page.get_by_role("dialog")).to_have_count(0, timeout=SLOW_MS)
    settled(page)
    no_traceback(page)
    assert not hangs.folder.exists()

    visit(page, app, "train", run=third.slug)
    shows(page, "Finished after 3 epochs", LONG_MS)


def test_a_run_is_paused_resumed_stopped_and_trained_on(page, app, workspace):
    run = start(workspace, small_plan(name="Long", epochs=MANY, patience=0))
    visit(page, app, "train", run=run.slug)
    shows(page, "Overall quality and Found at all", LONG_MS)

    press(page, "Pause")
    page.get_by_role("option", name="After this round").or_(
        page.get_by_role("menuitem", name="After this round")
    ).click()
    shows(page, re.compile("Paused after epoch"), LONG_MS)
    shot(page, "paused")

    press(page, "Resume")
    shows(page, "It had been paused.", LONG_MS)
    press(page, "Stop and keep what was learned")
    shows(page, "See how good it became", LONG_MS)

    press(page, "Train longer")
    more = page.get_by_role("spinbutton", name="How many more rounds")
    more.fill("2")
    more.press("Enter")
    shows(page, re.compile("Goes on from epoch"))
    press(page, "Train on")
    shows(page, re.compile("Finished after"), LONG_MS)
    shows(page, "It had been stopped.")
    no_traceback(page)
