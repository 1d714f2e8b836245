"""What a person does and waits for, in words that the journeys are written in."""

import os
from pathlib import Path

from playwright.sync_api import Page, expect

SETTLED = '[data-testid="stApp"][data-test-script-state="notRunning"]'
TROUBLE = '[data-testid="stException"]'


def settled(page: Page, *, timeout_s: float = 30.0) -> None:
    """Wait until the page's script has run to its end."""
    page.locator(SETTLED).wait_for(state="attached", timeout=timeout_s * 1000)


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
