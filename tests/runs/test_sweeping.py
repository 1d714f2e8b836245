import math
import subprocess
import sys
from types import SimpleNamespace

import pytest

from components.errors import PlanError
from components.jobs.events import State
from components.jobs.job import ask, progress_of
from components.jobs.process import APP_ROOT
from components.jobs.worker import Needle
from components.planning.range_test import FILE, RangeTest, range_tests
from components.runs import sweeping, trying_out
from components.runs.stopwatch import EnoughSeen
from components.tasks import TASKS
from tests.jobs.hand_clock import hand_clock
from tests.runs.drawn import draw_dataset, small_plan
from tests.runs.drawn_tasks import draw_for
from tests.runs.swept import BATCHES


def work(*folders):
    return subprocess.run(
        [sys.executable, "-m", "tests.runs.swept", *map(str, folders)],
        cwd=APP_ROOT, capture_output=True, text=True, timeout=500, check=False,
    )  # fmt: skip


def plan_for(task):
    """Ours for one task; plain Ultralytics for the others, which needs no probe of two seconds."""
    base = f"yolo26n{TASKS[task].weights_suffix}.yaml"
    trainer = "tuned" if task == "detect" else "reference"
    return small_plan(dataset=f"arrows-{task}", task=task, base=base, optimizer="MuSGD",
                      trainer=trainer)  # fmt: skip


@pytest.mark.slow
def test_every_task_has_its_curve_and_keeps_nothing_else(workspace):
    folders = {}
    for task in TASKS:
        dataset = draw_for(workspace, task)
        folders[task] = sweeping.start_range_test(workspace, plan_for(task))
        before = {path: path.stat().st_mtime_ns for path in dataset.folder.rglob("images/*")}
    done = work(*folders.values())
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    for task, folder in folders.items():
        test = RangeTest.from_json((folder / FILE).read_text(encoding="utf-8"))
        assert len(test.losses) == len(test.rates) <= BATCHES
        assert len(test.losses) > sweeping.SETTLING
        assert (test.rates[0], test.batch, test.image_size_px) == (1e-4, 4, 64), task
        assert list(test.rates) == sorted(test.rates)
        assert test.rates[-1] == pytest.approx(3.0) or test.is_cut
        assert all(map(math.isfinite, test.losses))
        assert not (folder / "train").exists()
        assert progress_of(folder).state is State.FINISHED
    assert before == {path: path.stat().st_mtime_ns for path in before}
    assert not list(workspace.runs.iterdir())
    assert {test.dataset for test in range_tests(workspace)} == {f"arrows-{t}" for t in TASKS}
    known = sweeping.start_range_test(workspace, plan_for("detect").with_values({"epochs": 9}))
    assert known == folders["detect"]


def test_a_cancelled_one_leaves_no_curve(workspace):
    draw_dataset(workspace)
    folder = sweeping.start_range_test(workspace, small_plan())
    trying_out.cancel(folder)
    assert work(folder).returncode == 0
    assert progress_of(folder).state is State.STOPPED
    assert range_tests(workspace) == []


def test_a_device_that_is_gone_is_said_so_before_anything_starts(workspace):
    draw_dataset(workspace)
    with pytest.raises(PlanError, match="cuda:7 is not there"):
        sweeping.start_range_test(workspace, small_plan(device="cuda:7"))
    assert not list(workspace.cache.glob("range-*"))


@pytest.fixture
def clock(monkeypatch):
    return hand_clock(monkeypatch, sweeping)


def trainer(batch=8):
    groups = [{"lr": 0.01, "initial_lr": 0.01}, {"lr": 0.03, "initial_lr": 0.03}]
    return SimpleNamespace(
        batch_size=batch, args=SimpleNamespace(imgsz=64, lr0=0.01), accumulate=4,
        optimizer=SimpleNamespace(param_groups=groups), loss_items={},
    )  # fmt: skip


def swept(folder, clock, losses, *, batch_s=0.1, batch=8):
    """A sweep driven by hand, with a clock of its own."""
    made = sweeping.Sweep(folder, Needle(folder), 1e-4, 1.0, clock.now + 50)
    fake = trainer(batch)
    made.on_train_start(fake)
    seen = []
    for loss in losses:
        made.on_train_batch_start(fake)
        seen.append([group["lr"] for group in fake.optimizer.param_groups])
        clock.now += batch_s
        fake.loss_items = {"box": loss / 2, "cls": loss / 2}
        try:
            made.on_train_batch_end(fake)
        except EnoughSeen:
            return made, seen, fake
    raise AssertionError("it never ended")


def test_the_rate_rises_by_the_same_factor_each_batch_up_to_its_end(tmp_path, clock):
    made, seen, fake = swept(tmp_path, clock, [5.0] * 999)
    assert len(made.rates) == sweeping.MOST_BATCHES
    assert made.rates[-1] == pytest.approx(1.0)
    steps = [b / a for a, b in zip(made.rates[3:], made.rates[4:], strict=False)]
    assert max(steps) == pytest.approx(min(steps), rel=0.02)
    assert all(main * 3 == pytest.approx(head) for main, head in seen)
    assert fake.accumulate == 1


def test_it_ends_in_time_however_slow_the_batches_are(tmp_path, clock):
    made, _, _ = swept(tmp_path, clock, [5.0] * 999, batch_s=1.7)
    assert clock.now <= 50 + 1.7
    assert 20 < len(made.rates) < 35
    assert made.rates[-1] == pytest.approx(1.0, rel=0.5)


def test_a_loss_that_runs_away_ends_it_at_once(tmp_path, clock):
    losses = [5.0] * 20 + [4.0] * 20 + [40.0] * 999
    made, _, _ = swept(tmp_path, clock, losses)
    assert made.is_cut
    assert len(made.losses) < 45


def test_a_loss_that_is_no_number_ends_it_and_is_not_kept(tmp_path, clock):
    made, _, _ = swept(tmp_path, clock, [5.0] * 30 + [math.nan])
    assert made.is_cut
    assert len(made.losses) == len(made.rates) == 30


def test_too_few_batches_ask_for_smaller_ones(tmp_path, clock):
    with pytest.raises(sweeping.TooSlow) as said:
        swept(tmp_path, clock, [5.0] * 99, batch_s=5.0, batch=16)
    assert 2 <= said.value.batch < 16
    made, _, _ = swept(tmp_path, clock, [5.0] * 99, batch_s=5.0, batch=2)
    assert len(made.losses) < 20


def test_a_first_batch_that_takes_all_the_time_does_not_end_it(tmp_path, clock):
    with pytest.raises(sweeping.TooSlow) as said:
        swept(tmp_path, clock, [5.0] * 99, batch_s=60.0, batch=16)
    assert said.value.batch == 2


def test_stop_is_heard_after_each_batch(tmp_path, clock):
    from components.jobs.worker import StopAsked

    ask(tmp_path, "stop")
    with pytest.raises(StopAsked):
        swept(tmp_path, clock, [5.0] * 99)
