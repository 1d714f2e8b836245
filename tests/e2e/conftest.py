"""One browser for all journeys, one running app per file, and a clean window per test."""

import os
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright

from tests.e2e import browsers
from tests.e2e.running_app import RunningApp

HERE = Path(__file__).parent
WAIT_MS = 15_000


def pytest_collection_modifyitems(items):
    """Journeys come last: what is quicker to run and to understand fails first."""
    journeys = [item for item in items if HERE in item.path.parents]
    for item in journeys:
        item.add_marker(pytest.mark.browser)
    items[:] = [item for item in items if item not in journeys] + journeys


@pytest.fixture(scope="session")
def browser():
    """The one browser. Without any, the journeys are skipped; in CI that is a failure."""
    with sync_playwright() as playwright:
        found = browsers.launch(playwright)
        if found is None:
            (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(
                browsers.HOW_TO_GET_ONE
            )
        yield found
        found.close()


@pytest.fixture(scope="module")
def app(tmp_path_factory):
    """A running Tailor with an empty workspace, shared by the tests of a file."""
    running = RunningApp(tmp_path_factory.mktemp("tailor") / "workspace").start()
    yield running
    running.close()


@pytest.fixture
def page(browser):
    """A new window of 1280 x 900, without memory of others.

    Afterwards: no script of ours may have broken, and nothing may have been asked of another
    computer.
    """
    context = browser.new_context(viewport={"width": 1280, "height": 900}, accept_downloads=True)
    context.set_default_timeout(WAIT_MS)
    broken, foreign = [], []
    context.on("weberror", lambda error: broken.append(str(error.error)))
    context.on("request", lambda request: None if is_ours(request.url) else foreign.append(request))
    yield context.new_page()
    context.close()
    assert not broken, broken
    assert not foreign, [request.url for request in foreign]


def is_ours(url: str) -> bool:
    """Whether a request stays on this computer."""
    return url.startswith(
        ("http://localhost:", "http://127.0.0.1:", "ws://localhost:", "data:", "blob:", "about:")
    )
