"""What a person does and waits for, in words that the journeys are written in."""

import os
import time
from pathlib import Path

from playwright.sync_api import Page, expect

SETTLED = '[data-testid="stApp"][data-test-script-state="notRunning"]'
QUIET_MS = 150
# Of each time it is asked: since when the page's script has not been running.
IS_QUIET = """([asked, quiet, settled]) => {
    const now = performance.now();
    if (window.tailorQuiet?.asked !== asked) window.tailorQuiet = {asked, since: null};
    const runs = !document.querySelector(settled);
    if (runs || window.tailorQuiet.since === null) window.tailorQuiet.since = runs ? null : now;
    return !runs && now - window.tailorQuiet.since >= quiet;
}"""
TROUBLE = '[data-testid="stException"]'


def settled(page: Page, *, timeout_s: float = 30.0) -> None:
    """Wait until the page's script has run to its end and no other follows at once.

    A click reaches the page's script only after a moment, in which the page looks as if it was
    done already.
    """
    asked = [time.monotonic(), QUIET_MS, SETTLED]
    page.wait_for_function(IS_QUIET, arg=asked, timeout=timeout_s * 1000)


def number(page: Page, label: str, value: int) -> None:
    """Type into a number field and let the page hear it."""
    field = page.get_by_role("spinbutton", name=label)
    for _ in range(3):  # a page that is drawn anew just then shows what it knows
        expect(field).to_have_count(1)
        field.fill(str(value))
        field.press("Enter")
        settled(page)
        if field.input_value() == str(value):
            return
    raise AssertionError(f"{label} does not take {value}")


def visit(page: Page, app, path: str = "", **query: str) -> None:
    """Open a page by its address and wait until it stands."""
    page.goto(app.address(path, **query))
    stands(page)


def follow(page: Page, title: str) -> None:
    """Click an entry of the menu and wait until its page stands."""
    link = page.locator('[data-testid="stSidebarNav"]').get_by_role("link", name=title, exact=True)
    link.click()
    stands(page)


def stands(page: Page) -> None:
    """Wait until a page shows its heading and its script is done."""
    heading = page.locator('[data-testid="stMain"] h1')
    expect(heading.or_(page.locator(TROUBLE)).first).to_be_visible(timeout=30_000)
    settled(page)
    no_traceback(page)


def no_traceback(page: Page) -> None:
    """No page may show a person a traceback."""
    shown = page.locator(TROUBLE).all_inner_texts()
    assert not shown, shown[0][:2000]


def shot(page: Page, name: str) -> None:
    """Keep a picture of the page in the folder `TAILOR_SCREENSHOTS`, when that is set."""
    if folder := os.environ.get("TAILOR_SCREENSHOTS"):
        Path(folder).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)
