import importlib.util
from pathlib import Path

import pytest
import yaml

from components.augment.recipe import Recipe, trainer_arguments
from components.errors import PlanError
from components.planning import expert
from components.planning.knobs import KNOBS, Kind

# Where Tailor trains with something else than Ultralytics would, and why it says so in its help.
OWN_DEFAULTS = {"plots", "warmup_bias_lr"}


@pytest.fixture(scope="module")
def theirs():
    spec = importlib.util.find_spec("ultralytics")
    if spec is None or spec.origin is None:
        pytest.skip("ultralytics is not installed")
    path = Path(spec.origin).parent / "cfg" / "default.yaml"
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def test_every_setting_of_ultralytics_has_its_place(theirs):
    knobs = {knob.argument for knob in KNOBS.values() if knob.argument}
    augment = set(trainer_arguments(Recipe())) - {"augmentations"}
    rows, left_out = set(expert.settings()), set(expert.excluded())
    assert knobs | augment | rows | left_out == set(theirs)
    assert len(knobs) + len(augment) + len(rows) + len(left_out) == len(theirs)


def test_the_defaults_are_those_of_ultralytics_but_for_a_few(theirs):
    for name, row in expert.settings().items():
        if name not in OWN_DEFAULTS:
            assert row.default == theirs[name], name


@pytest.mark.parametrize("row", expert.settings().values(), ids=lambda row: row.name)
def test_every_row_takes_its_own_default_and_explains_itself(row):
    expert.check(row.name, row.default)
    assert row.help.endswith(".")
    assert row.label[0].isupper()


@pytest.mark.parametrize("row", expert.settings().values(), ids=lambda row: row.name)
def test_what_lies_outside_is_refused(row):
    wrong = ["nonsense", [1], {"a": 1}]
    if row.kind in (Kind.WHOLE, Kind.NUMBER):
        wrong += [row.low - 1, row.high + 1, float("nan"), True]
    if row.kind is Kind.WHOLE:
        wrong += [row.low + 0.5]
    for value in wrong:
        with pytest.raises(PlanError):
            expert.check(row.name, value)


def test_a_truth_is_not_a_number():
    with pytest.raises(PlanError):
        expert.check("plots", 1)
    with pytest.raises(PlanError):
        expert.check("cache", 0)


def test_what_would_break_a_promise_is_refused_with_the_reason():
    with pytest.raises(PlanError, match="unchecked"):
        expert.check("distill_model", "other.pt")


def test_what_concerns_other_tasks_is_left_out():
    names = {row.name for row in expert.for_task("detect")}
    assert "box" in names
    assert "kobj" not in names
