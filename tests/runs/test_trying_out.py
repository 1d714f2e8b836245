import subprocess
import sys

import pytest

from components.errors import PlanError
from components.jobs.events import State
from components.jobs.job import progress_of
from components.jobs.process import APP_ROOT
from components.planning.dry_run import FILE, Trial, trials
from components.runs import trying_out
from tests.runs.drawn import draw_dataset, small_plan


def work(folder):
    return subprocess.run(
        [sys.executable, "-m", trying_out.MODULE, str(folder)],
        cwd=APP_ROOT, capture_output=True, text=True, timeout=400, check=False,
    )  # fmt: skip


@pytest.mark.slow
def test_a_dry_run_measures_the_plan_and_leaves_only_figures(workspace):
    draw_dataset(workspace)
    broken = next(iter((workspace.datasets / "squares" / "images").iterdir()))
    broken.write_bytes(b"not a picture")
    folder = trying_out.start_trial(workspace, small_plan())
    done = work(folder)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    trial = Trial.from_json((folder / FILE).read_text(encoding="utf-8"))
    assert (trial.batch, trial.image_size_px, trial.train, trial.val) == (4, 64, 8, 4)
    assert trial.batches >= 2
    assert min(trial.batch_s, trial.check_s, trial.rest_s, trial.startup_s) > 0
    assert 0 < trial.plain_s < 5  # the last epochs' batches, which mix no pictures
    assert min(trial.step_s, trial.last_check_s, trial.end_s) > 0
    assert trial.memory_bytes > 10_000_000
    assert set(trial.steps) == set(trial.kept) == {0, 11}
    assert trial.kept[11] < trial.kept[0]  # frozen layers keep nothing for the way back
    assert len(trial.left_out) == 1
    assert trial.left_out[0] == broken.name  # without the version's number before it
    assert not (folder / "train").exists()
    assert trials(workspace) == [trial]
    assert trying_out.start_trial(workspace, small_plan(epochs=9)) == folder  # known already


def test_a_cancelled_one_leaves_no_figures(workspace):
    draw_dataset(workspace)
    folder = trying_out.start_trial(workspace, small_plan())
    trying_out.cancel(folder)
    assert work(folder).returncode == 0
    assert progress_of(folder).state is State.STOPPED
    assert trials(workspace) == []


def test_a_device_that_is_gone_is_said_so_before_anything_starts(workspace):
    draw_dataset(workspace)
    with pytest.raises(PlanError) as said:
        trying_out.start_trial(workspace, small_plan(device="cuda:7"))
    assert "cuda:7 is not there" in said.value.what
    assert not list(workspace.cache.glob("trial-*"))


def test_what_goes_on_is_not_started_twice_and_what_is_over_can_be_forgotten(workspace):
    draw_dataset(workspace)
    folder = trying_out.start_trial(workspace, small_plan())
    before = (folder / "job.json").stat().st_mtime_ns
    assert trying_out.start_trial(workspace, small_plan()) == folder
    assert (folder / "job.json").stat().st_mtime_ns == before
    trying_out.forget(folder)
    assert folder.exists()
    assert trying_out.dataset_of(folder) == "squares"
