"""The learning-rate range test on the Plan page: start, progress, curve, suggestion, honesty."""

import pytest

from components.jobs.events import Failed, Finished, Started, write
from components.jobs.worker import Needle
from components.planning import drafts
from components.planning.range_test import FILE, suggest
from components.runs import sweeping, trying_out
from tests.planning.test_range_test import swept

from .conftest import open_page
from .test_plan import PLAN, knob, said, values
from .test_trial_panel import plan_of


@pytest.fixture
def scratch(mugs):
    """The draft starts from nothing, so that no weights are missing."""
    drafts.change(mugs.folder, {"base": "yolo26n.yaml", "batch": 8, "image_size_px": 320})
    return mugs


def unfolded():
    at = open_page(PLAN)
    at.session_state["range"] = True
    return at.run()


def with_a_curve(workspace, dataset, **changes):
    """A range test of the draft, as its worker leaves it."""
    plan = trying_out.decided(workspace, plan_of(dataset))
    folder = sweeping.start_range_test(workspace, plan)
    facts = {"base": plan.base, "weights": "", "dataset": dataset.slug,
             "optimizer": plan.optimizer, "version": plan.version}  # fmt: skip
    test = swept(**{**facts, **changes})
    (folder / FILE).write_text(test.to_json(), encoding="utf-8")
    write(folder, Started(1, 1.0, 1.0))
    write(folder, Finished(2.0))
    return test


def test_it_is_folded_away_until_somebody_asks(scratch):
    at = open_page(PLAN)
    assert "range.start" not in [button.key for button in at.button]
    assert "Test the rate for a minute" in [button.label for button in unfolded().button]


def test_the_button_puts_it_in_line_and_it_can_be_cancelled(workspace, scratch, in_line):
    at = unfolded()
    at.button(key="range.start").click().run()
    assert not at.exception
    [folder] = workspace.cache.glob("range-*")
    assert trying_out.trial_view(folder).is_going_on
    Needle(folder).show("Raising the rate", 30, 100, left_s=21.0)
    at = open_page(PLAN)
    assert (
        at.get("progress")[0].proto.text == "Raising the rate … about 20 seconds left at this pace"
    )
    at.button(key="range.cancel").click().run()
    assert (folder / "ask" / "stop").exists()


def test_its_rate_is_used_with_the_optimizer_that_was_tested(workspace, scratch, in_line):
    test = with_a_curve(workspace, scratch)
    rate = suggest(test).rate
    at = unfolded()
    assert "Quite sure" in said(at)
    assert f"Range test: {rate:g} suggested" in [each.label for each in at.expander]
    at.button(key="range.use").click().run()
    assert not at.exception
    assert (values(scratch)["learning_rate"], values(scratch)["optimizer"]) == (rate, "AdamW")
    assert knob(at, "Size of the learning steps").value == rate
    assert at.button(key="range.use").disabled


def test_a_flat_curve_offers_no_rate(workspace, scratch, in_line):
    with_a_curve(workspace, scratch, losses=(5.0,) * 120)
    at = unfolded()
    assert "there is no suggestion" in said(at).replace("\\", "")
    assert "range.use" not in [button.key for button in at.button]


def test_it_says_how_the_plan_has_changed_since_and_where_it_comes_from(
    workspace, scratch, in_line
):
    with_a_curve(workspace, scratch)
    drafts.change(scratch.folder, {"image_size_px": 640})
    at = unfolded()
    assert "it was tried at 320 px" in said(at)
    box = next(b for b in at.get("popover") if b.proto.popover.label == "Where this comes from")
    words = "\n".join(each.value for each in box.markdown)
    for fact in ("120 batches of 8 pictures at 320 px", "a tenth of the rate", "Smith", "fast"):
        assert fact in words
    drafts.change(scratch.folder, {"optimizer": "SGD"})  # another optimizer, another curve
    assert "Test the rate for a minute" in [button.label for button in unfolded().button]


def test_one_that_failed_says_why(workspace, scratch, in_line):
    at = unfolded()
    at.button(key="range.start").click().run()
    [folder] = workspace.cache.glob("range-*")
    write(folder, Started(1, 1.0, 1.0))
    write(folder, Failed("The computer ran out of memory.", "Choose a smaller batch.", 2.0))
    at.session_state["range"] = True
    at.run()
    assert "ran out of memory" in said(at)
    assert at.button(key="range.start")


def test_without_the_base_model_it_cannot_be_started(mugs):
    drafts.change(mugs.folder, {"base": "yolo26x.pt"})
    at = unfolded()
    assert at.button(key="range.start").disabled
    assert "is not on this computer yet" in said(at)
