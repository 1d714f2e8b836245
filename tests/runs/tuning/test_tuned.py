"""The levers on a real trainer: each task gets those that serve it, and nothing is left behind."""

import json
import subprocess
import sys

import pytest

from components.runs.tuning import levers
from components.runs.tuning.levers import LEVERS
from components.runs.tuning.precision import Choice
from components.runs.tuning.threads import threads
from components.tasks import TASKS


def test_every_task_has_levers_and_every_gap_has_a_reason():
    for task in TASKS:
        assert {"threads", "precision"} <= levers.serving(task)
    for lever in LEVERS.values():
        assert bool(lever.why_not) == (lever.tasks != levers.ALL_TASKS), lever.key
        assert set(TASKS) >= lever.tasks


def test_a_lever_that_is_not_wanted_is_off():
    assert levers.serving("detect", levers.ALL - {"feeding"}) == levers.ALL - {"feeding"}
    assert "feeding" not in levers.serving("classify")


def test_a_choice_survives_json():
    choice = Choice("bfloat16", True, 3, "cpu", (0.2, 0.1))
    assert Choice.from_dict(json.loads(json.dumps(choice.to_dict()))) == choice
    assert choice.is_half
    assert not Choice().is_half


def test_there_is_always_a_thread_and_only_one_for_little():
    assert threads() >= 1
    assert threads(4 * 64 * 64) == 1


@pytest.mark.slow
@pytest.mark.filterwarnings("default")
@pytest.mark.parametrize("task", TASKS)
def test_any_tasks_trainer_can_be_tuned(task, workspace):
    from components.ultralytics_quiet import quiet_here

    quiet_here()
    from components.runs.trainer import trainer_class
    from components.runs.tuning.tuned import Tuning

    tuned, plain = trainer_class(task), trainer_class(task, "reference")
    assert issubclass(tuned, Tuning)
    assert not issubclass(plain, Tuning)
    assert trainer_class(task) is tuned


@pytest.mark.slow
@pytest.mark.filterwarnings("default")
def test_trying_a_model_leaves_it_and_the_dice_as_they_were(workspace):
    from components.ultralytics_quiet import quiet_here

    quiet_here()
    import torch
    from ultralytics.nn.tasks import DetectionModel

    from components.runs.tuning import notes

    model = DetectionModel("yolo26n.yaml", nc=2, verbose=False).train()
    before = {name: value.clone() for name, value in model.state_dict().items()}
    dice = torch.get_rng_state()
    first = notes.found(model, 64, Choice(threads=2))
    assert torch.equal(torch.get_rng_state(), dice)
    assert all(torch.equal(value, before[name]) for name, value in model.state_dict().items())
    assert all(p.grad is None for p in model.parameters())
    assert first.threads == 2
    assert len(first.seconds) == 2
    # What was found is kept: the same plan computes the same way next time.
    assert notes.found(model, 64, Choice(threads=1)) == Choice(
        first.dtype, first.channels_last, 1, "cpu", first.seconds
    )


@pytest.mark.slow
@pytest.mark.filterwarnings("default")
@pytest.mark.parametrize("kind", ["AdamW", "Adam", "SGD"])
def test_a_step_in_one_go_is_the_same_step(kind):
    import torch

    from components.runs.tuning.tuned import step_at_once

    torch.manual_seed(0)
    usual = torch.nn.Linear(50, 50)
    ours = torch.nn.Linear(50, 50)
    ours.load_state_dict(usual.state_dict())
    more = {"momentum": 0.9, "nesterov": True} if kind == "SGD" else {}
    optimizers = [
        getattr(torch.optim, kind)(each.parameters(), lr=0.01, weight_decay=0.1, **more)
        for each in (usual, ours)
    ]
    step_at_once(optimizers[1])
    for _ in range(5):
        pictures = torch.rand(8, 50)
        for model, optimizer in zip((usual, ours), optimizers, strict=True):
            optimizer.zero_grad()
            model(pictures).square().mean().backward()
            optimizer.step()
    assert torch.allclose(usual.weight, ours.weight, rtol=1e-5, atol=1e-7)


@pytest.mark.slow
@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the switch is glibc's")
def test_memory_that_was_freed_is_not_asked_for_again():
    """In a process of its own: the switch holds for the whole process."""
    text = """
import sys
from resource import RUSAGE_SELF, getrusage
from components.runs.tuning.keeping_memory import keep_memory

kept = keep_memory() if sys.argv[1] == "kept" else True
import torch

def step():
    torch.ones(10_000_000).mul(2)  # 40 MB each: more than glibc ever keeps by itself

for _ in range(5):
    step()
before = getrusage(RUSAGE_SELF).ru_minflt
for _ in range(10):
    step()
print(getrusage(RUSAGE_SELF).ru_minflt - before if kept else 0)
"""
    usual, kept = (
        int(subprocess.check_output([sys.executable, "-c", text, way], text=True))
        for way in ("usual", "kept")
    )
    assert usual > 50_000
    assert kept < 0.2 * usual
