"""The whole way in a real browser: pictures in, trained model out, a prediction on a new picture.

Once on the demo that Tailor draws, once on a real data set that is sent as a zip. A reload and a
second window come in the middle of training, as they do in life; the first run is stopped by hand
and keeps what it learned, the second one comes to its end.
"""

import re
import shutil
from pathlib import Path

import pytest
from playwright.sync_api import expect

from components.runs.store import RunStore
from components.workspace import Workspace
from tests.e2e.steps import follow, no_traceback, number, settled, shot, stands, visit
from tests.shared_data import shared, weights

LONG_MS = 300_000
MANY = 500  # epochs: no machine is through with them before a person has looked


def choose_file(page, button, *files):
    """Send files through the box's own dialog."""
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name=button).first.click()
    chooser.value.set_files([str(file) for file in files])


def set_small_plan(page, *, epochs, size):
    """A plan that two processor cores finish within a minute or two."""
    number(page, "Rounds over your pictures", epochs)
    number(page, "Picture size while learning", size)


def start_training(page):
    """Press Start and arrive on the Train page."""
    button = page.get_by_role("button", name="Start training")
    expect(button).to_be_enabled(timeout=30_000)
    button.click()
    page.wait_for_url("**/train?run=*", timeout=60_000)
    stands(page)


def watch(page, browser):
    """Reload in the middle, open a second window, and see the same charts grow in both."""
    expect(page.get_by_text(re.compile(r"epoch \d+ of")).first).to_be_visible(timeout=LONG_MS)
    page.reload()
    stands(page)
    context = browser.new_context()
    second = context.new_page()
    second.goto(page.url)
    stands(second)
    for window in (page, second):
        expect(window.get_by_text("Overall quality and Found at all").first).to_be_visible(
            timeout=LONG_MS
        )
    shot(page, "train-live")
    page.get_by_role("button", name="Stop and keep what was learned").click()
    expect(over(second)).to_be_visible(timeout=LONG_MS)  # told there as well
    context.close()


def over(page):
    """The button that stands there when a run has come to its end."""
    return page.get_by_role("button", name="See how good it became")


def to_the_results(page):
    """Wait for the end of the run and go on."""
    expect(over(page)).to_be_visible(timeout=LONG_MS)
    shot(page, "train-over")
    over(page).click()
    page.wait_for_url("**/results?run=*")
    stands(page)


def look_at_results(page):
    """Every part of the page stands and shows its chart or its pictures."""
    expect(page.get_by_text("Overall quality").first).to_be_visible()
    shot(page, "results")
    for part in ("Per class", "Curves", "Mix-ups", "Pictures"):
        page.get_by_text(part, exact=True).first.click()
        settled(page)
        no_traceback(page)
    expect(page.get_by_text("What the model says").first).to_be_visible()
    shot(page, "results-pictures")


def download_model(page):
    """The weights come through our own route, whole."""
    address = page.get_by_role("link", name="Download the model").get_attribute("href")
    answer = page.request.get(page.url.split("/results")[0] + address)
    assert answer.ok
    assert answer.body()[:2] == b"PK", "weights of torch are zip files"


def try_on(page, picture):
    """A new picture gets an answer."""
    page.get_by_role("button", name="Try it on a new picture").click()
    page.wait_for_url("**/try?run=*")
    stands(page)
    choose_file(page, "Choose files", picture)
    expect(page.get_by_text("Things found")).to_be_visible(timeout=LONG_MS)
    settled(page)
    no_traceback(page)
    shot(page, "try")


def test_the_demo_from_the_first_click_to_a_prediction(page, browser, app):
    visit(page, app)
    page.get_by_role("button", name="Open the demo").click()
    page.wait_for_url("**/data?*", timeout=60_000)
    stands(page)
    expect(page.get_by_text("platelet").first).to_be_visible()
    shot(page, "data-look")

    page.get_by_role("button", name="Go on to Augment").click()
    page.wait_for_url("**/augment*")
    stands(page)
    page.get_by_role("button", name="Gentle").click()
    settled(page)
    expect(page.locator("image, img[src*='/tailor/tile/']").first).to_be_visible(timeout=LONG_MS)
    shot(page, "augment")

    page.get_by_role("button", name="Go on to Plan").click()
    page.wait_for_url("**/plan*")
    stands(page)
    page.get_by_role("button", name="Quick look").click()
    settled(page)
    page.get_by_role(
        "radio", name="Train from scratch"
    ).first.click()  # needs nothing from the network
    settled(page)
    set_small_plan(page, epochs=MANY, size=64)
    shot(page, "plan")
    start_training(page)
    watch(page, browser)
    to_the_results(page)
    look_at_results(page)
    download_model(page)
    [picture, *_] = sorted((app.workspace / "datasets").glob("*/images/*.jpg"))
    try_on(page, picture)


def test_a_real_set_sent_as_a_zip_becomes_a_model(page, browser, app, tmp_path):
    source = shared("cells_roboflow_yolo") / "export"
    base = weights("yolo26n-reconstructed.pt")
    archive = shutil.make_archive(str(tmp_path / "my cells"), "zip", source)
    visit(page, app, "data", view="bring-in")
    choose_file(page, "Choose files", archive)
    accept = page.get_by_role("button", name="Accept and bring in 38 pictures")
    expect(accept).to_be_visible(timeout=LONG_MS)
    shot(page, "import-report")
    accept.click()
    page.get_by_role("button", name="Look at the pictures").click(timeout=LONG_MS)
    stands(page)
    expect(page.get_by_text("3,947").first).to_be_visible()
    shot(page, "data-real")

    follow(page, "Plan")
    page.get_by_role("button", name="Quick look").click()
    settled(page)
    choose_file(page, "Choose a file", base)
    expect(page.get_by_text("is not on this computer yet")).to_have_count(0, timeout=LONG_MS)
    set_small_plan(page, epochs=3, size=160)
    start_training(page)
    to_the_results(page)
    look_at_results(page)
    [picture, *_] = sorted(Path(source).rglob("test/images/*.jpg"))
    try_on(page, picture)


def test_the_app_may_die_while_a_run_goes_on(page, app):
    visit(page, app, "plan")
    if page.get_by_text("There is no data set yet").count():
        pytest.skip("the demo was not opened before")
    page.get_by_role("radio", name="Train from scratch").first.click()
    settled(page)
    set_small_plan(page, epochs=4, size=64)
    start_training(page)
    app.stop(kill=True)
    [newest, *_] = RunStore(Workspace(app.workspace)).all()
    assert not newest.state.is_over, "the app was to die in the middle of a run"
    app.start()  # on the same port, as a person would who opens it again
    page.reload()
    stands(page)
    expect(over(page)).to_be_visible(timeout=LONG_MS)
    expect(page.get_by_text("Finished after 4 epochs")).to_be_visible()
