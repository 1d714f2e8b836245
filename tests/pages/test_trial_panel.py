"""The Plan page beside a dry run: figures, where they come from, and what is kept at the start."""

import time

import pytest

from components.jobs.events import Failed, Finished, Measured, Queued, Started, write
from components.jobs.worker import Needle
from components.planning import drafts
from components.planning.dry_run import FILE, machine_words, recipe_weight
from components.planning.machine import machine
from components.runs import foretold, trying_out
from components.runs.store import RunStore
from tests.planning.test_dry_run import trial

from .conftest import open_page, write_run
from .test_plan import PLAN, knob, said
from .test_results import evaluation


@pytest.fixture
def scratch(mugs):
    """The draft starts from nothing, so that no weights are missing."""
    drafts.change(mugs.folder, {"base": "yolo26n.yaml", "batch": 8, "image_size_px": 320})
    return mugs


def plan_of(dataset):
    return drafts.plan_of(drafts.load(dataset.folder), dataset.slug, dataset.task)


def tried(workspace, dataset, **changes):
    """A dry run of the draft, as its worker leaves it."""
    plan = trying_out.decided(workspace, plan_of(dataset))
    folder = trying_out.start_trial(workspace, plan)
    facts = {
        "base": plan.base, "weights": "", "device": plan.device, "dataset": dataset.slug,
        "machine": machine_words(machine(workspace), plan.device), "at": time.time(),
        "recipe": recipe_weight(plan.recipe), "frozen_layers": plan.frozen_layers,
        "steps": {0: 0.8, 11: 0.4}, "kept": {0: 1_000_000, 11: 400_000},
        "memory_bytes": 2_000_000_000, "memory_total_bytes": 16_000_000_000,
    }  # fmt: skip
    made = trial(**{**facts, **changes})
    (folder / FILE).write_text(made.to_json(), encoding="utf-8")
    write(folder, Started(1, 1.0, 1.0))
    write(folder, Finished(2.0))
    return folder


def popovers(at):
    return [each.proto.popover.label for each in at.get("popover")]


def metric(at, label):
    return next(each.value for each in at.metric if each.label == label)


def test_the_button_puts_a_dry_run_in_line_and_it_can_be_cancelled(workspace, scratch, in_line):
    at = open_page(PLAN)
    at.button(key="trial.start").click().run()
    assert not at.exception
    [folder] = workspace.cache.glob("trial-*")
    assert trying_out.trial_view(folder).is_going_on
    at.button(key="trial.cancel").click().run()
    assert (folder / "ask" / "stop").exists()


def test_it_shows_how_far_it_is_after_a_reload(workspace, scratch, in_line):
    folder = trying_out.start_trial(workspace, plan_of(scratch))
    Needle(folder).show("Trying some batches", 30, 100)
    at = open_page(PLAN)
    assert at.get("progress")[0].proto.text == "Trying some batches …"


def test_figures_stand_beside_their_source_and_move_with_the_knobs(workspace, scratch, in_line):
    tried(workspace, scratch)
    at = open_page(PLAN)
    assert "a dry run of 9 batches" in said(at)
    assert "Where these come from (measured)" in popovers(at)
    before = metric(at, "One round (epoch)")
    knob(at, "Rounds over").set_value(100).run()
    assert metric(at, "One round (epoch)") == before
    knob(at, "Picture size").set_value(640).run()
    assert metric(at, "One round (epoch)") != before
    assert "square law" in said(at)
    assert "Where these come from (derived)" in popovers(at)


def round_told(at):
    return next(line for line in said(at).splitlines() if "A round takes" in line)


def test_what_freezing_saves_moves_with_the_knobs_below_it(workspace, scratch, in_line):
    tried(workspace, scratch)
    at = open_page(PLAN)
    before = round_told(at)
    knob(at, "Picture size").set_value(640).run()
    assert round_told(at) != before
    at.session_state["more"] = True
    knob(at.run(), "Who trains").set_value("reference").run()
    assert "A round takes" not in said(at)  # that trainer was not tried


def test_every_figure_has_its_source_one_click_away(workspace, scratch, in_line):
    tried(workspace, scratch, resting_bytes=1_000_000)
    at = open_page(PLAN)
    boxes = at.get("popover")
    box = next(b for b in boxes if b.proto.popover.label.startswith("Where these come"))
    words = "\n".join(each.value for each in box.markdown)
    for figure in ("Time:", "Memory:", "Disk:", "batches of 8 at 320 px", "Range:", "card"):
        assert figure in words


def test_freezing_says_what_it_saves_or_that_nobody_has_measured_it(workspace, scratch, in_line):
    at = open_page(PLAN)
    assert "is not measured yet" in said(at)
    assert "When freezing pays" in popovers(at)
    tried(workspace, scratch)
    at = open_page(PLAN)
    assert "with nothing frozen (timed in the dry run)" in said(at)
    knob(at, "How much of the model").set_value(11).run()
    assert "A batch takes 60% of the time without freezing (timed in the dry run" in said(at)
    knob(at, "How much of the model").set_value(5).run()
    assert "on a line between depths that were timed" in said(at)


@pytest.mark.parametrize(
    ("steps", "words"),
    [
        ({0: 0.8, 11: 0.7}, " seconds** instead of 2."),
        ({0: 0.3, 11: 0.29999}, "** as without freezing"),
    ],
)
def test_a_small_saving_is_told_to_the_tenth_and_none_as_none(
    workspace, scratch, in_line, steps, words
):
    tried(workspace, scratch, steps=steps, batch_s=1.0)
    drafts.change(scratch.folder, {"frozen_layers": 11})
    told = next(line for line in said(open_page(PLAN)).splitlines() if "A round takes" in line)
    assert words in told


def test_the_largest_batch_and_picture_are_told_on_the_processor_too(workspace, scratch, in_line):
    tried(workspace, scratch, memory_bytes=2_000_000_000, kept={0: 1_000_000_000, 11: 1})
    box = next(b for b in open_page(PLAN).get("popover") if "Where these" in b.proto.popover.label)
    words = "\n".join(each.value for each in box.markdown)
    assert "the computer's memory should take a batch of 88 at 320 px" in words


def test_pictures_that_cannot_be_read_are_named(workspace, scratch, in_line):
    tried(workspace, scratch, left_out=("000003-<b>.png",))
    told = said(open_page(PLAN))
    assert "cannot read 1 picture and would leave it out" in told
    assert "<b>" not in told.replace("\\<b", "")


def test_a_dry_run_that_failed_says_why(workspace, scratch, in_line):
    at = open_page(PLAN)
    at.button(key="trial.start").click().run()
    [folder] = workspace.cache.glob("trial-*")
    write(folder, Started(1, 1.0, 1.0))
    write(folder, Failed("The computer ran out of memory.", "Choose a smaller batch.", 2.0))
    at.run()
    assert "ran out of memory" in said(at)
    assert at.button(key="trial.start")


def test_what_was_forecast_is_kept_with_the_run_and_shown_beside_the_truth(
    workspace, scratch, in_line
):
    tried(workspace, scratch)
    at = open_page(PLAN)
    at.button(key="start").click().run()
    [run] = RunStore(workspace).all()
    expected = foretold.of_run(run.folder)
    assert expected.how == foretold.TRIAL
    assert expected.low < expected.seconds < expected.high
    assert "Forecast." in said(open_page("make/train", run=run.slug))


def test_the_results_tell_forecast_and_truth(workspace, mugs):
    epochs = [Measured(i + 1, {"metrics/mAP50-95(B)": 0.61}, 1.0) for i in range(2)]
    slug = write_run(workspace, mugs, Queued(1.0), Started(1, 1.0, 1.0), *epochs,
                     Finished(9.0), results=evaluation())  # fmt: skip
    run = RunStore(workspace).get(slug)
    foretold.keep(run.folder, foretold.Foretold(150.0, 1.0, 2.0, foretold.TRIAL, "a try", "here"))
    foretold.conclude(run.folder, run.plan, seconds=120.0, told=run.progress)
    told = said(open_page("use/results", run=slug))
    assert "2 min 30 s at the start; it took **2 min 0 s**" in told
    assert "25% too long" in told
