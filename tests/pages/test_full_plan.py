"""After a quick look: the way on to the full plan."""

import shutil

import pytest

from components.data.split import redeal
from components.data.versions import freeze, read
from components.jobs.events import Failed, Finished, Measured, Started
from components.models.weights import given, keep, note_of
from components.planning import drafts
from components.planning.shipped import STARTER, shipped
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


def admitted(workspace, path, came_from, task, *, name, learned):
    """As `admit`, of a file that is none."""
    return keep(workspace, path, came_from, {"task": task, "learned": learned}, name=name)


@pytest.mark.parametrize("page", PAGES)
def test_a_short_run_leads_to_the_full_plan_from_what_it_learned(
    workspace, mugs, monkeypatch, page
):
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


def test_pictures_dealt_anew_are_told_to_be_known_to_the_model_that_goes_on(workspace, mugs):
    run = run_of(workspace, mugs)
    shutil.copy(shipped(STARTER), RunStore(workspace).get(run).best_weights)
    at = open_page("make/train", run=run)
    learned = pictures_of(mugs, "train")
    offers(at)[0].click().run()
    assert "pictures that check it" not in advised()
    assert "leave the parts as they are" in advised()
    redeal(mugs, (0.5, 0.5, 0.0), seed=1)
    checked = pictures_of(mugs, "val")
    assert learned & checked
    told = f"has learned from {len(learned & checked)} of the {len(checked)} pictures that check it"
    assert told in advised()
    drafts.change(mugs.folder, {"base": "yolo26n.pt"})
    assert "pictures that check it" not in advised()


def pictures_of(dataset, part):
    """What training would have in a part, by what is in the files."""
    _, records = read(dataset.folder, freeze(dataset))
    return {each["sha256"] for each in records if each["split"] == part}


def advised():
    at = open_page("make/plan")
    assert not at.exception
    return "\n".join(each.value for each in (*at.markdown, *at.info, *at.warning, *at.error))
