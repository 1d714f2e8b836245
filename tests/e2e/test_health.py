"""A data set with a copy in another part: the check runs by itself, one click brings it home."""

import re

from playwright.sync_api import expect

from components.data import checking, look_alikes
from components.data.demo import open_demo
from components.data.rows import SplitOrigin
from components.data.store import find
from components.workspace import Workspace
from tests.e2e.steps import no_traceback, shot, stands, visit


def test_the_check_runs_in_the_background_and_a_click_mends_the_leak(page, app):
    workspace = Workspace(app.workspace)
    for folder in (workspace.datasets, workspace.cache):
        folder.mkdir(parents=True, exist_ok=True)
    dataset = find(workspace, open_demo(workspace))
    checking.check_now(dataset)
    [pair] = look_alikes.pairs(dataset)  # which the demo has
    other = "val" if pair.splits[1] == "train" else "train"
    dataset.set_split({pair.second_id: other}, SplitOrigin("hand"))

    visit(page, app, "data", dataset=dataset.slug, view="look")
    leaks = page.get_by_text("Pictures that look alike: 1 pair, 1 pair in two parts")
    expect(leaks).to_be_visible(timeout=60_000)
    leaks.click()
    expect(page.locator("figure img").nth(1)).to_be_visible()
    page.get_by_text("Health check:").click()
    shot(page, "data-health")
    page.get_by_role("button", name="Bring the groups together").first.click()
    expect(page.get_by_text("Pictures that look alike: 1 pair", exact=True)).to_be_visible(
        timeout=60_000
    )
    stands(page)
    no_traceback(page)
    assert checking.state(workspace, dataset).is_fresh
    visit(page, app, "data", dataset=dataset.slug, view="split")
    expect(page.get_by_text(re.compile("stays? together in one part"))).to_be_visible()
    shot(page, "data-groups")
