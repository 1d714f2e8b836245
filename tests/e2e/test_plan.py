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
from components.planning.expert import for_task, settings
from components.planning.knobs import KNOBS, Kind
from components.planning.machine import machine
from components.runs import trying_out
from components.runs.store import RunStore
from components.ui.train_view import setting_label
from components.workspace import Workspace
from tests.e2e.steps import no_traceback, settled, shot, stands, visit
from tests.planning.test_dry_run import trial
from tests.planning.test_no_control_lies import EXPERTS
from tests.runs.drawn import draw_dataset

SLOW_MS = 60_000  # widgets come late on a busy computer
LONG_S = 240  # a worker that imports torch on a busy computer
# Each away from where it stands; in the order of the page.
TURNED = {
    "frozen_layers": 11, "learning_rate": 0.0013, "epochs": 2, "image_size_px": 96, "batch": 3,
    "device": "cpu", "patience": 17, "warmup_epochs": 0.5, "final_rate_share": 0.2, "cosine": True,
    "close_mosaic": 1, "seed": 7, "optimizer": "Adam",
}  # fmt: skip
LEFT = {
    "trainer": "turned there and back: without Tailor's there is no dry run to forecast by",
    "expert.time": "trains for hours", "expert.compile": "takes minutes",
    "expert.plots": "draws for seconds", "expert.rect": "leaves mixed pictures out",
    "expert.single_cls": "one class has no rare ones", "expert.workers": "needs a graphics card",
    "expert.channels_last": "needs a graphics card",
}  # fmt: skip
EXPERT = {row.name: EXPERTS[row.name] for row in for_task("detect")
          if f"expert.{row.name}" not in LEFT}  # fmt: skip


@pytest.fixture(scope="module")
def workspace(app):
    """The app's workspace with a small set, a draft, and a dry run as its worker leaves it."""
    made = Workspace(Path(app.workspace))
    dataset = draw_dataset(made)
    draft = {"base": "yolo26n.yaml", "image_size_px": 64, "batch": 4, "epochs": 3,
             "close_mosaic": 0}  # fmt: skip
    drafts.change(dataset.folder, draft)
    drafted = drafts.plan_of(drafts.load(dataset.folder), dataset.slug, dataset.task)
    plan = trying_out.decided(made, drafted)
    folder = trying_out.folder_of(made, plan)
    folder.mkdir(parents=True)
    known = trial(
        base=plan.base, weights="", dataset=plan.dataset, image_size_px=64, batch=4, batch_s=10.0,
        plain_s=6.0, machine=machine_words(machine(made), "cpu"),
        recipe=recipe_weight(plan.recipe),
        steps={0: 8.0, 11: 4.0}, kept={0: 1_200_000_000, 11: 400_000_000}, at=time.time(),
        memory_bytes=2_000_000_000, memory_total_bytes=16_000_000_000,
    )  # fmt: skip
    (folder / FILE).write_text(known.to_json(), encoding="utf-8")
    for event in (Started(1, 1.0, 1.0), Finished(2.0)):
        write(folder, event)
    return made


def figure(page, label):
    """A figure that the page expects of the plan."""
    return page.get_by_test_id("stMetric").filter(has_text=label).get_by_test_id("stMetricValue")


def epoch_time(page):
    return figure(page, "One round (epoch)")


def whole_run(page):
    return figure(page, "Whole run")


def memory(page):
    return figure(page, "Memory at most")


def box_of(page, name):
    """The part of the page in which a knob or an expert setting lies, by its key."""
    return page.locator(f".st-key-plan-squares-{name.replace('.', '-')}").first


def turn(page, name, value):
    """Turn a knob as a person does: type, click, or choose; and let the page take it in."""
    row = settings()[name.removeprefix("expert.")] if "expert." in name else KNOBS[name]
    box = box_of(page, name)
    if row.kind is Kind.SWITCH:
        box.locator("label").first.click()
    elif row.kind in (Kind.CHOICE, Kind.DEVICE):
        words = dict(row.choices).get(value, "Processor")
        _open_list(page, box)
        page.get_by_role("option", name=re.compile(rf"^{re.escape(words)}( \(|$)")).click()
    else:
        box.locator("input").fill(f"{value:g}")
        box.locator("input").press("Enter")
        expect(box.locator("input")).to_have_value(f"{value:g}", timeout=SLOW_MS)
    settled(page)


def _open_list(page, box):
    """Scrolling shuts a list, and the browser scrolls to what is clicked: scroll first."""
    for _ in range(5):
        box.scroll_into_view_if_needed()
        page.wait_for_timeout(300)
        box.locator("input").click()
        page.wait_for_timeout(300)
        if page.get_by_role("option").count():
            return


def slide(page, label, steps):
    """Move a slider by so many steps to the right."""
    slider = page.get_by_role("slider", name=re.compile(label))
    slider.focus()
    for _ in range(steps):
        slider.press("ArrowRight")
    return slider


def curve(page):
    """What the drawing of the learning rate looks like."""
    settled(page)
    return page.locator(".st-key-rate svg").inner_html()


def drawn_anew(page, before):
    """Whether it looks another way, or will in a moment: a run of the page begins a little late."""
    deadline = time.monotonic() + SLOW_MS / 1000
    while curve(page) == before and time.monotonic() < deadline:
        page.wait_for_timeout(100)
    return curve(page) != before


def test_every_knob_is_turned():
    names = {*TURNED, *(f"expert.{name}" for name in EXPERT), *LEFT}
    assert names == {*KNOBS, *(f"expert.{row.name}" for row in for_task("detect"))}


def test_what_the_page_says_is_what_the_trainer_uses(page, app, workspace):
    visit(page, app, "plan", dataset="squares")
    expect(epoch_time(page)).to_have_text(
        "21 seconds", timeout=SLOW_MS
    )  # 2 batches of 10 s, 4 checks, the rest
    expect(page.get_by_text("with nothing frozen (timed in the dry run)")).to_be_visible(
        timeout=SLOW_MS
    )

    slide(page, "How much of the model", TURNED["frozen_layers"])
    expect(page.get_by_text("instead of 21 seconds")).to_be_visible(timeout=SLOW_MS)
    expect(page.get_by_text("Edges, colours and simple textures").first).to_be_visible()
    expect(epoch_time(page)).not_to_have_text("21 seconds", timeout=SLOW_MS)
    settled(page)
    drawn = curve(page)
    slider = slide(page, "Size of the learning steps", 1)
    expect(slider).to_have_attribute("aria-valuetext", f"{TURNED['learning_rate']:g}")
    for name, moves in (("image_size_px", epoch_time), ("epochs", whole_run), ("batch", memory)):
        before = moves(page).inner_text()
        turn(page, name, TURNED[name])
        expect(moves(page)).not_to_have_text(before, timeout=SLOW_MS)
    turn(page, "device", TURNED["device"])
    page.get_by_role("button", name=re.compile("Where these come from")).click()
    expect(page.get_by_text("square law", exact=False).last).to_be_visible(timeout=SLOW_MS)
    page.get_by_role("button", name=re.compile("Where these come from")).click()  # closes it

    page.get_by_text("More settings").click()
    turn(page, "trainer", "reference")
    expect(epoch_time(page)).to_have_count(0, timeout=SLOW_MS)
    turn(page, "trainer", "tuned")
    turn(page, "cosine", TURNED["cosine"])  # of two rounds both curves are the same line
    for name in ("warmup_epochs", "final_rate_share"):
        drawn = curve(page)
        turn(page, name, TURNED[name])
        assert drawn_anew(page, drawn), name
    before = epoch_time(page).inner_text()
    turn(page, "close_mosaic", TURNED["close_mosaic"])
    expect(epoch_time(page)).not_to_have_text(before, timeout=SLOW_MS)
    for name in ("patience", "seed", "optimizer"):
        turn(page, name, TURNED[name])
    expect(page.get_by_text("for Adam. This is how")).to_be_visible(timeout=SLOW_MS)
    page.get_by_text("Expert settings of Ultralytics").click()
    for name, value in EXPERT.items():
        turn(page, f"expert.{name}", value)
    shot(page, "plan-turned")

    page.get_by_role("button", name="Start training").click()
    page.wait_for_url("**/train?*")
    [run] = RunStore(workspace).all()
    wait(run.folder, LONG_S)
    page.reload()
    stands(page)
    page.get_by_text("What the trainer really uses").click()
    table = page.get_by_role("table", name="Settings read back from the trainer")
    expect(table).to_be_visible(timeout=SLOW_MS)
    cells = [row.split("\t") for row in table.inner_text().splitlines()]
    told = {row[0].strip(): row[-1].strip() for row in cells}
    wanted = TURNED | {f"expert.{name}": value for name, value in EXPERT.items()}
    assert {
        setting_label(name): str(value) for name, value in wanted.items()
    }.items() <= told.items()
    expect(page.get_by_text("so the forecast was").first).to_be_visible(timeout=SLOW_MS)
    shot(page, "plan-read-back")
    no_traceback(page)
