"""A plan in a real browser: turn knobs, see what moves beside them, start, and compare."""

import re
import time
from pathlib import Path

import pytest
from playwright.sync_api import expect

from components.jobs.events import Finished, Started, write
from components.jobs.job import wait
from components.planning import drafts
from components.planning.dry_run import FILE, machine_words, recipe_weight
from components.planning.machine import machine
from components.runs import trying_out
from components.runs.store import RunStore
from components.workspace import Workspace
from tests.e2e.steps import no_traceback, settled, shot, stands, visit
from tests.planning.test_dry_run import trial
from tests.runs.drawn import draw_dataset

SLOW_MS = 60_000  # widgets come late on a busy computer
LONG_S = 240  # a worker that imports torch on a busy computer
TURNED = {"epochs": 2, "image_size_px": 96, "frozen_layers": 11, "seed": 7}


@pytest.fixture(scope="module")
def workspace(app):
    """The app's workspace with a small set, a draft, and a dry run as its worker leaves it."""
    made = Workspace(Path(app.workspace))
    dataset = draw_dataset(made)
    draft = {"base": "yolo26n.yaml", "image_size_px": 64, "batch": 4, "device": "cpu", "epochs": 3}
    drafts.change(dataset.folder, draft)
    drafted = drafts.plan_of(drafts.load(dataset.folder), dataset.slug, dataset.task)
    plan = trying_out.decided(made, drafted)
    folder = trying_out.folder_of(made, plan)
    folder.mkdir(parents=True)
    known = trial(
        base=plan.base, weights="", dataset=plan.dataset, image_size_px=64, batch=4, batch_s=10.0,
        machine=machine_words(machine(made), "cpu"), recipe=recipe_weight(plan.recipe),
        steps={0: 8.0, 11: 4.0}, kept={0: 1_000_000, 11: 400_000}, at=time.time(),
        memory_bytes=2_000_000_000, memory_total_bytes=16_000_000_000,
    )  # fmt: skip
    (folder / FILE).write_text(known.to_json(), encoding="utf-8")
    for event in (Started(1, 1.0, 1.0), Finished(2.0)):
        write(folder, event)
    return made


def epoch_time(page):
    """What the page says one round takes."""
    shown = page.get_by_test_id("stMetric").filter(has_text="One round (epoch)")
    return shown.get_by_test_id("stMetricValue")


def type_into(page, label, value):
    """Type a number into a field of the page, and wait until the page has taken it in."""
    field = page.get_by_role("spinbutton", name=re.compile(label))
    field.fill(str(value))
    field.press("Enter")
    expect(field).to_have_value(str(value), timeout=SLOW_MS)
    settled(page)


def test_what_the_page_says_is_what_the_trainer_uses(page, app, workspace):
    visit(page, app, "plan", dataset="squares")
    expect(epoch_time(page)).to_have_text(
        "21 seconds", timeout=SLOW_MS
    )  # 2 batches of 10 s, 4 checks, the rest
    expect(page.get_by_text("with nothing frozen (timed in the dry run)")).to_be_visible(
        timeout=SLOW_MS
    )

    slider = page.get_by_role("slider", name=re.compile("How much of the model"))
    slider.focus()
    for _ in range(TURNED["frozen_layers"]):
        slider.press("ArrowRight")
    expect(page.get_by_text("instead of 21 seconds")).to_be_visible(timeout=SLOW_MS)
    expect(epoch_time(page)).not_to_have_text("21 seconds", timeout=SLOW_MS)
    settled(page)

    before = epoch_time(page).inner_text()
    type_into(page, "Picture size", TURNED["image_size_px"])
    expect(epoch_time(page)).not_to_have_text(before, timeout=SLOW_MS)
    page.get_by_role("button", name=re.compile("Where these come from")).click()
    expect(page.get_by_text("square law", exact=False).last).to_be_visible(timeout=SLOW_MS)
    page.keyboard.press("Escape")
    type_into(page, "Rounds over your pictures", TURNED["epochs"])
    page.get_by_text("More settings").click()
    type_into(page, "Start of the dice", TURNED["seed"])
    shot(page, "plan-turned")

    page.get_by_role("button", name="Start training").click()
    page.wait_for_url("**/train?*")
    [run] = RunStore(workspace).all()
    wait(run.folder, LONG_S)
    page.reload()
    stands(page)
    page.get_by_text("What the trainer really uses").click()
    settings = page.get_by_role("table", name="Settings read back from the trainer")
    for words, value in (("freeze depth", 11), ("imgsz", 96), ("(epochs)", 2), ("seed", 7)):
        row = settings.get_by_role("row").filter(has_text=words).first
        expect(row.get_by_role("cell").last).to_have_text(str(value), timeout=SLOW_MS)
    expect(page.get_by_text("so the forecast was").first).to_be_visible(timeout=SLOW_MS)
    shot(page, "plan-read-back")
    no_traceback(page)
