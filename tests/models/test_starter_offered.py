"""The starter in the catalogue: when it is offered, what is said of it, what it resolves to."""

import pytest

from components.errors import WeightsError
from components.models import offline
from components.models.bases import (
    Availability,
    available,
    bases,
    choices,
    in_order,
    ready_base,
    row_of,
)
from components.models.offline import stay_offline
from components.models.starter.card import as_text
from components.models.weights import demand_safe, keep, resolve
from components.planning import shipped
from components.planning.arguments import ultralytics_arguments
from components.planning.freezing import BaseKind, base_kind, file_hash, known
from components.planning.plan import TrainingPlan
from components.planning.python_code import same_in_python
from components.planning.shipped import STARTER
from components.runs.base_weights import checked_base
from components.tasks import TASKS
from tests.models.hostile import archive
from tests.models.test_bases_and_weights import FACTS
from tests.models.test_weights_safety import HARMLESS


@pytest.fixture(params=[True, False], ids=["offline", "online"])
def is_offline(workspace, request):
    stay_offline(workspace, request.param)
    return request.param


def test_it_comes_first_without_a_network_and_second_with_one(workspace, is_offline):
    keys = [row.key for row in in_order(workspace, "detect")]
    assert keys.index(STARTER) == (0 if is_offline else 1)
    assert keys.index("yolo26n.pt") == (1 if is_offline else 0)


def test_official_weights_that_are_here_come_first_anyway(workspace, is_offline):
    archive(workspace.models / "yolo26n.pt", HARMLESS)
    assert next(row.key for row in in_order(workspace, "detect")) == "yolo26n.pt"
    assert ready_base(workspace, "detect") == "yolo26n.pt"


def test_it_is_ready_at_once_whatever_the_network(workspace, is_offline):
    assert available(workspace, STARTER) is Availability.SHIPPED
    assert ready_base(workspace, "detect") == STARTER


@pytest.mark.parametrize("task", TASKS)
def test_every_task_has_one_that_takes_over_the_same_file(workspace, task):
    stay_offline(workspace, True)
    key = in_order(workspace, task)[0].key
    assert bases()[key].is_starter
    assert base_kind(key) is BaseKind.DRAWN
    assert resolve(workspace, key) == resolve(workspace, STARTER)
    assert sum(layer.parameters for layer in known(key)) == bases()[key].parameters
    plan = TrainingPlan(dataset="d", task=task, base=key)
    path = checked_base(workspace, key)
    given = ultralytics_arguments(plan, data_yaml="d.yaml", base_path=path, project="/p")
    program = same_in_python(plan, data_yaml="d.yaml", base_path=path, project="/p")
    if task == "detect":
        assert (given["model"], given["pretrained"]) == (path, True)
        assert f"YOLO({path!r})\n" in program
    else:
        assert (given["model"], given["pretrained"]) == (bases()[key].yaml, path)
        assert f"YOLO({bases()[key].yaml!r}).load({path!r})\n" in program


def test_what_it_has_not_seen_is_said_in_words(workspace):
    [choice] = [each for each in choices(workspace, "detect") if each.key == STARTER]
    assert "never a photograph" in choice.help
    assert base_kind(STARTER) is BaseKind.DRAWN
    assert base_kind("yolo26n.pt") is BaseKind.PHOTOGRAPHS


def test_there_is_no_learning_from_nothing_with_it(workspace):
    keys = [each.key for each in choices(workspace, "detect")]
    assert keys.count("yolo26n.yaml") == 1
    assert available(workspace, "yolo26n-starter.yaml") is Availability.MISSING
    assert row_of("yolo26n.yaml") is bases()["yolo26n.pt"]


def test_it_is_used_from_where_it_came(workspace):
    path = resolve(workspace, STARTER)
    assert checked_base(workspace, STARTER) == str(path)
    assert list(workspace.models.iterdir()) == []
    demand_safe(path)
    assert file_hash(path) == shipped.facts()["sha256"]
    assert path.stat().st_size == shipped.facts()["bytes"] <= 6_000_000
    assert sum(layer.parameters for layer in known(STARTER)) == bases()[STARTER].parameters


def test_a_damaged_starter_is_told_before_it_is_opened(workspace, tmp_path, monkeypatch):
    (tmp_path / STARTER).write_bytes(resolve(workspace, STARTER).read_bytes()[:-7])
    monkeypatch.setattr(shipped, "FOLDER", tmp_path)
    with pytest.raises(WeightsError, match="damaged"):
        checked_base(workspace, STARTER)
    with pytest.raises(WeightsError, match="damaged"):
        resolve(workspace, STARTER)


def test_a_starter_that_did_not_come_along_is_not_offered(workspace, tmp_path, monkeypatch):
    monkeypatch.setattr(shipped, "FOLDER", tmp_path)
    stay_offline(workspace, True)
    assert STARTER not in [each.key for each in choices(workspace, "detect")]
    assert available(workspace, STARTER) is Availability.MISSING
    assert ready_base(workspace, "detect") == "yolo26n.pt"


def test_a_file_of_its_name_dropped_in_does_not_take_its_place(workspace, tmp_path):
    name = keep(workspace, archive(tmp_path / STARTER, HARMLESS), "dropped in", FACTS)
    assert name != STARTER
    assert resolve(workspace, STARTER).parent == shipped.FOLDER


def test_the_switch_decides_by_itself_where_nobody_set_it(workspace, monkeypatch):
    for way_out, first in ((True, "yolo26n.pt"), (False, STARTER)):
        monkeypatch.setattr(offline, "has_way_out", lambda way_out=way_out: way_out)
        assert in_order(workspace, "detect")[0].key == first


def test_the_card_beside_the_weights_is_the_one_of_their_facts():
    card = (shipped.FOLDER / "README.md").read_text(encoding="utf-8")
    assert card == as_text(shipped.STARTER, shipped.facts())
