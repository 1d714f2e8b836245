"""After a quick look: the way on to the full plan."""

import shutil

import pytest

from components.jobs.events import Failed, Finished, Measured, Started
from components.models.weights import given, keep, note_of
from components.planning import drafts
from components.runs.store import RunStore

from .conftest import asked, open_page, write_run
from .test_results import evaluation

PAGES = ("make/train", "use/results")
STORY = (Started(1, 1.0, 1.0), Measured(1, {"metrics/mAP50-95(B)": 0.61}, 1.0))


def run_of(workspace, mugs, end=Finished(9.0), **changes):  # noqa: B008 - frozen
    slug = write_run(workspace, mugs, *STORY, end, results=evaluation())
    plan = RunStore(workspace).get(slug).plan.with_values(changes)
    (workspace.runs / slug / "plan.json").write_text(plan.to_json(), encoding="utf-8")
    return slug


def offers(at):
    return [each for each in at.button if each.label == "Go on to the full plan"]


@pytest.mark.parametrize("page", PAGES)
def test_a_short_run_leads_to_the_full_plan_from_what_it_learned(
    workspace, mugs, monkeypatch, page
):
    def admitted(workspace, path, came_from, task, *, name):
        return keep(workspace, path, came_from, {"task": task}, name=name)

    monkeypatch.setattr("components.ui.full_plan.admit", admitted)
    at = open_page(page, run=run_of(workspace, mugs))
    offers(at)[0].click().run()
    assert not at.exception
    assert asked(at, "dataset") == mugs.slug
    draft = drafts.load(mugs.folder)
    assert (draft.preset, draft.values["base"]) == ("small", "first.pt")
    assert draft.values["frozen_layers"] == 0
    assert given(workspace) == ["first.pt"]
    assert "first" in note_of(workspace, "first.pt")["came_from"]


@pytest.mark.parametrize("page", PAGES)
def test_a_run_that_was_full_already_offers_nothing(workspace, mugs, page):
    slug = run_of(workspace, mugs, epochs=300, image_size_px=640)
    assert offers(open_page(page, run=slug)) == []


@pytest.mark.parametrize("page", PAGES)
def test_without_its_data_set_there_is_nothing_to_go_on_to(workspace, mugs, page):
    slug = run_of(workspace, mugs)
    shutil.rmtree(mugs.folder)
    at = open_page(page, run=slug)
    assert not at.exception
    assert offers(at) == []


def test_a_run_that_failed_offers_nothing(workspace, mugs):
    slug = run_of(workspace, mugs, Failed("It broke.", "Mend it.", 9.0))
    assert offers(open_page("make/train", run=slug)) == []
