import pytest

from components.errors import PlanError
from components.findings import Severity
from components.planning.machine import Device, Machine
from components.planning.obstacles import obstacles
from components.planning.plan import TrainingPlan

HERE = Machine((Device("cuda:0", "A card", 8), Device("cpu", "Processor", 16)), 2, 16)


def told(device="auto", **more):
    return obstacles(TrainingPlan(dataset="cells", device=device), HERE, **more)


@pytest.mark.parametrize("device", ["auto", "cpu", "cuda", "cuda:0"])
def test_a_device_that_is_there_is_no_obstacle(device):
    assert told(device) == []


@pytest.mark.parametrize("device", ["cuda:1", "mps", "cuda:3,4"])
def test_a_device_that_is_gone_stops_the_start_and_offers_another(device):
    [found] = told(device)
    assert found.severity is Severity.STOP
    assert device in found.title
    assert found.apply == (("device", "auto"),)


def test_classes_without_an_example_are_named():
    [found] = told(empty_classes=("weevil",))
    assert "the class weevil" in found.title
    [found] = told(empty_classes=tuple("abcdef"))
    assert "a, b, c, d and 2 more" in found.title


@pytest.mark.parametrize("rate", [0.0, 10.0, -1.0, float("nan")])
def test_a_rate_that_cannot_be_is_refused_with_its_limits(rate):
    with pytest.raises(PlanError) as said:
        TrainingPlan(dataset="cells", learning_rate=rate)
    assert "from 1e-06 to 0.1" in said.value.fix
