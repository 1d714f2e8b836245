"""What is wrong with a plan is said on its page, a sentence each, before anything starts."""

import pytest

from components.data.split import redeal
from components.planning import drafts

from .conftest import draw_dataset, open_page
from .test_plan import PLAN, said, values


def shown(dataset, **changes):
    drafts.change(dataset.folder, {"base": "yolo26n.yaml", **changes})
    at = open_page(PLAN)
    assert not at.exception
    return at


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"device": "cuda:7"}, "cuda:7 is not there any more"),
        ({"base": "gone.pt"}, "is not here any more"),
        ({"learning_rate": 0.1}, "is large for AdamW"),
        ({"batch": 500}, "One step looks at 500 pictures, and there are only"),
        ({"image_size_px": 650}, "650 is no multiple of 32; the trainer will use 672"),
        ({"frozen_layers": 5}, "this base model has learned nothing yet"),
    ],
)
def test_each_has_its_sentence(mugs, changes, sentence):
    assert sentence in said(shown(mugs, **changes)).replace("\\", "")


def test_a_device_that_is_gone_stops_the_start_until_another_is_taken(mugs):
    at = shown(mugs, device="cuda:7")
    assert at.button(key="start").disabled
    assert at.button(key="trial.start").disabled
    assert values(mugs)["device"] == "cuda:7"  # it may come back
    assert not [box for box in at.get("popover") if box.proto.popover.label.startswith("Which")]
    at.button(key="advice.0.apply").click().run()
    assert values(mugs)["device"] == "auto"
    assert not at.button(key="start").disabled


def test_a_depth_below_the_last_layer_becomes_the_deepest_there_is(mugs):
    at = shown(mugs, frozen_layers=40)
    assert values(mugs)["frozen_layers"] == 23
    assert "hardly" in said(at) or "nothing yet" in said(at)


def test_a_class_without_an_example_is_named(workspace):
    dataset = draw_dataset(workspace, "Few", labelled=2, empty=6, unlabelled=0)
    redeal(dataset)
    told = said(shown(dataset))
    assert "No training picture shows" in told.replace("\\", "")
    assert "fork" in told
