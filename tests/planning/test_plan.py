import json
from dataclasses import fields

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.errors import PlanError
from components.planning.knobs import KNOBS, Kind, defaults
from components.planning.plan import TrainingPlan


def test_every_knob_is_a_field_with_its_default():
    plan = TrainingPlan(dataset="cells")
    assert {name: getattr(plan, name) for name in KNOBS} == defaults()


def test_every_field_is_a_knob_or_known_not_to_be_one():
    others = {"dataset", "version", "task", "name", "base", "recipe", "expert"}
    assert {field.name for field in fields(TrainingPlan)} == set(KNOBS) | others


def test_every_knob_explains_itself():
    for knob in KNOBS.values():
        assert knob.help.endswith(".")
        assert knob.label[0].isupper()
        assert knob.low <= knob.high
        if knob.kind is Kind.CHOICE:
            assert knob.default in dict(knob.choices)


def test_a_plan_survives_being_written_down():
    plan = TrainingPlan(
        dataset="cells", name="Zelle ä", epochs=7, expert={"nbs": 32}, recipe={"trainer": {}}
    )
    assert TrainingPlan.from_json(plan.to_json()) == plan


def test_what_a_newer_tailor_wrote_is_passed_over():
    facts = {**TrainingPlan(dataset="cells").to_dict(), "colour": "red"}
    assert TrainingPlan.from_dict(facts).dataset == "cells"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("epochs", 0), ("epochs", 2.5), ("epochs", True), ("epochs", "10"), ("epochs", None),
        ("learning_rate", float("nan")), ("learning_rate", 5.0), ("frozen_layers", -1),
        ("optimizer", "auto"), ("optimizer", "adamw"), ("device", "cuda:0; rm"), ("device", 0),
        ("cosine", 1), ("trainer", "other"), ("task", "semantic"), ("base", ""),
        ("expert", {"lr0": 0.1}), ("expert", {"project": "x"}), ("expert", {"nbs": 0}),
    ],
)  # fmt: skip
def test_what_cannot_be_trained_is_refused_in_two_sentences(field, value):
    with pytest.raises(PlanError) as raised:
        TrainingPlan(dataset="cells", **{field: value})
    assert raised.value.what.endswith((".", ":"))
    assert raised.value.fix.endswith(".")


@pytest.mark.parametrize("text", ["", "[]", "{}", "3", '{"dataset": "a", "expert": 3}'])
def test_a_file_that_is_no_plan_is_refused(text):
    with pytest.raises(PlanError):
        TrainingPlan.from_json(text)


@given(st.sampled_from(list(KNOBS)), st.one_of(st.floats(), st.integers(), st.text(max_size=9)))
def test_whatever_is_given_a_plan_is_within_its_limits_or_refused(name, value):
    try:
        plan = TrainingPlan(dataset="cells", **{name: value})
    except PlanError:
        return
    knob = KNOBS[name]
    if knob.kind in (Kind.WHOLE, Kind.NUMBER):
        assert knob.low <= getattr(plan, name) <= knob.high
    assert TrainingPlan.from_dict(json.loads(plan.to_json())) == plan
