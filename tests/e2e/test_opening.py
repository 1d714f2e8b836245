"""Tailor opens: every page stands, nothing leaves the computer, nothing heavy is loaded."""

import ast
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.e2e.steps import follow, no_traceback, settled, shot, visit

APP = Path(__file__).resolve().parents[2] / "app.py"


def titles():
    """The menu, as `app.py` tells it."""
    for node in ast.walk(ast.parse(APP.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "PAGES":
            return [row[1] for row in ast.literal_eval(node.value)]
    raise AssertionError("app.py tells no pages")


def test_the_browser_shows_home(page, app):
    visit(page, app)
    expect(page.locator('[data-testid="stSidebarNavLink"]')).to_contain_text(titles())
    shot(page, "home-empty")


@pytest.mark.parametrize("title", titles())
def test_every_page_stands_in_an_empty_workspace(page, app, title):
    visit(page, app)
    follow(page, title)
    page.reload()
    settled(page)
    no_traceback(page)
    shot(page, f"{title.lower()}-empty")


def test_no_page_brings_torch_into_the_server(page, app):
    visit(page, app)
    for title in titles():
        follow(page, title)
    assert app.loaded("torch", "cv2", "albumentations", "ultralytics", "pandas") == []
    assert app.foreign_connections() == []


def test_a_stranger_under_another_name_is_turned_away(page, app):
    answer = page.request.get(app.address("tailor/hello"), headers={"Host": "example.com"})
    assert answer.status == 400


def test_it_ends_cleanly_when_asked(tmp_path):
    from tests.e2e.running_app import RunningApp

    running = RunningApp(tmp_path / "workspace").start()
    running.stop()
    assert "Traceback" not in running.log_text()
