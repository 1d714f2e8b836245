"""Memory that runs out and a loss that is no number, in a real training in this process."""

import json

import pytest

from components.errors import MemoryRanOut
from components.jobs.events import Lost, Resumed, Told, read, write
from components.jobs.job import progress_of
from components.jobs.supervisor import MOST_LOSSES
from components.runs.remedies import (
    LossNotFinite,
    MainMemoryRanOut,
    Remedy,
    after_loss,
    find_remedy,
    make_lean,
    read_remedy,
)
from components.runs.store import RunStore
from components.runs.training import start, train
from components.workspace import Workspace
from tests.runs.drawn import draw_dataset, small_plan

SHORT = MemoryRanOut("The computer ran out of memory.", "Choose a smaller batch.")


def test_half_the_batch_is_kept_for_the_next_worker(tmp_path):
    write(tmp_path, Told("batch", {"batch": 4}))
    assert find_remedy(tmp_path, small_plan(), SHORT, Remedy())
    assert read_remedy(tmp_path) == Remedy(batch=2)
    assert "goes on with 2" in progress_of(tmp_path).told["remedy"]["what"]


def test_a_batch_of_one_cannot_be_halved(tmp_path):
    write(tmp_path, Told("batch", {"batch": 1}))
    assert not find_remedy(tmp_path, small_plan(batch=1), SHORT, Remedy())


def test_the_rate_is_halved_once_only(tmp_path):
    lost = LossNotFinite("The loss is no longer a number.", "Choose 0.0001.")
    assert find_remedy(tmp_path, small_plan(), lost, Remedy())
    assert read_remedy(tmp_path) == Remedy(rate_share=0.5)
    assert not find_remedy(tmp_path, small_plan(), lost, read_remedy(tmp_path))


MAIN = MainMemoryRanOut("The computer ran out of memory.", "Choose a smaller batch.")


def with_loaders(folder, loaders):
    write(folder, Told("settings", {"expert.workers": loaders}))
    write(folder, Told("batch", {"batch": 4}))


def test_main_memory_first_costs_loaders_and_what_is_kept_then_half_the_batch(tmp_path):
    with_loaders(tmp_path, 2)
    plan, seen = small_plan(expert={"cache": "ram"}), []
    while find_remedy(tmp_path, plan, MAIN, read_remedy(tmp_path)):
        after = read_remedy(tmp_path)
        seen.append((after.loaders, after.batch))
        write(tmp_path, Told("batch", {"batch": after.batch or 4}))
    assert seen == [(1, 0), (0, 0), (0, 2), (0, 1)]
    arguments = {"workers": 8, "cache": "ram"}
    make_lean(arguments, after)
    assert arguments == {"workers": 0, "cache": False}


def test_a_killed_worker_goes_on_with_fewer_loaders_and_says_so_once(tmp_path):
    with_loaders(tmp_path, 4)
    write(tmp_path, Lost("It was killed.", killed=True))
    after = after_loss(tmp_path, small_plan(), Remedy())
    assert (after.loaders, after.is_lean) == (2, True)
    assert "2 processes instead of 4" in progress_of(tmp_path).told["remedy"]["what"]
    assert after_loss(tmp_path, small_plan(), after) == after  # the same loss, seen again


def test_a_worker_lost_for_another_reason_goes_on_as_before(tmp_path):
    with_loaders(tmp_path, 4)
    write(tmp_path, Lost("The computer restarted."))
    assert after_loss(tmp_path, small_plan(), Remedy()) == Remedy()


def test_the_last_try_of_a_killed_worker_with_nothing_else_to_give_has_half_the_batch(tmp_path):
    with_loaders(tmp_path, 0)
    for _ in range(MOST_LOSSES - 1):
        write(tmp_path, Lost("It was killed.", killed=True))
        assert after_loss(tmp_path, small_plan(), Remedy()) == Remedy()
    write(tmp_path, Lost("It was killed.", killed=True))
    assert after_loss(tmp_path, small_plan(), Remedy()).batch == 2


@pytest.mark.parametrize("damage", ["", "{", '{"batch": "x"}', "[]"])
def test_a_damaged_remedy_is_none(tmp_path, damage):
    (tmp_path / "remedy.json").write_text(damage)
    assert read_remedy(tmp_path) == Remedy()


@pytest.fixture
def run(tmp_path, monkeypatch):
    monkeypatch.setenv("TAILOR_WORKSPACE", str(tmp_path))
    workspace = Workspace.current()
    draw_dataset(workspace)
    plan = small_plan(epochs=3, expert={"nbs": 4}, patience=0, warmup_epochs=0.0)
    return start(workspace, plan), RunStore(workspace)


def strike(monkeypatch, when, what):
    """In place of the graphics card: do `what` in the batches for which `when` is true."""
    from ultralytics.models.yolo.detect import DetectionTrainer

    usual = DetectionTrainer.preprocess_batch

    def preprocess_batch(self, batch):
        batch = usual(self, batch)
        return what(batch) if when(self) else batch

    monkeypatch.setattr(DetectionTrainer, "preprocess_batch", preprocess_batch)


def no_memory(_batch):
    raise RuntimeError("CUDA out of memory. Tried to allocate 2 GiB")


def no_number(batch):
    batch["img"] = batch["img"] * float("nan")
    return batch


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_memory_that_runs_out_later_halves_the_batch_and_goes_on(run, monkeypatch):
    run, _ = run
    strike(monkeypatch, lambda t: t.epoch == 1 and t.batch_size == 4, no_memory)
    train(run.folder)
    progress = progress_of(run.folder)
    assert [m.epoch for m in progress.history] == [1, 2, 3]
    assert progress.told["batch"]["batch"] == 2
    assert progress.told["batch"]["accumulate"] == 2  # a step after as many pictures as before
    assert [e.epoch for e in read(run.folder) if isinstance(e, Resumed)] == [1]


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_a_loss_that_is_no_number_goes_on_with_half_the_rate(run, monkeypatch):
    run, _ = run
    remedy = run.folder / "remedy.json"
    strike(monkeypatch, lambda t: t.epoch == 1 and not remedy.exists(), no_number)
    train(run.folder)
    progress = progress_of(run.folder)
    assert [m.epoch for m in progress.history] == [1, 2, 3]
    assert json.loads(remedy.read_text())["rate_share"] == 0.5
    rates = [m.metrics["lr/pg0"] for m in progress.history]
    assert rates[1] < 0.6 * rates[0]


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_a_loss_that_never_is_a_number_ends_the_run_with_words(run, monkeypatch):
    run, _ = run
    strike(monkeypatch, lambda t: t.epoch == 1, no_number)
    with pytest.raises(LossNotFinite) as caught:
        train(run.folder)
    assert "too high" in caught.value.what
