"""The small parts that need no training."""

import errno
import hashlib
import json
import os
import time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.errors import DiskFull, MemoryRanOut, PlanError, RunError, WeightsError
from components.jobs.worker import PauseAsked
from components.runs import batching, checkpoints, evaluation, eyes
from components.runs.base_weights import checked_base
from components.runs.interval import FEWEST_PICTURES, Judged, interval, judged, score
from components.runs.pace import Pace
from components.runs.remedies import LossNotFinite, MainMemoryRanOut
from components.runs.store import RunStore
from components.runs.trainer import TailorTrainer
from components.runs.training import lane_of
from components.runs.troubles import in_words, told_in_words
from tests.runs.drawn import small_plan


class TestCheckpoints:
    def test_what_is_published_is_whole_and_the_one_before_is_kept(self, tmp_path):
        last = tmp_path / "last.pt"
        for content in (b"first", b"second", b"third"):
            checkpoints.beside(last).write_bytes(content)
            checkpoints.publish(last, keep_previous=True)
        assert last.read_bytes() == b"third"
        assert checkpoints.previous(last).read_bytes() == b"second"
        assert sorted(path.name for path in tmp_path.iterdir()) == ["last.previous.pt", "last.pt"]

    def test_a_writer_that_dies_leaves_the_old_file_untouched(self, tmp_path):
        last = tmp_path / "last.pt"
        last.write_bytes(b"whole")
        checkpoints.beside(last).write_bytes(b"ha")
        assert last.read_bytes() == b"whole"
        checkpoints.discard(last)
        assert not checkpoints.beside(last).exists()

    def test_nothing_written_beside_cannot_be_published(self, tmp_path):
        with pytest.raises(FileNotFoundError):
            checkpoints.publish(tmp_path / "last.pt")


class Saves:
    """Stands where Ultralytics' trainer does: writes both files in place, in two pieces."""

    def __init__(self, folder, room):
        self.last, self.best, self.room = folder / "last.pt", folder / "best.pt", room
        self.wdir = folder

    def save_model(self):
        for path in (self.last, self.best):
            with path.open("wb") as file:
                file.write(b"half ")
                if not self.room:
                    raise OSError(errno.ENOSPC, "No space left on device")
                file.write(b"and half")
        return True


class SavesOurs(TailorTrainer, Saves):
    pass


class TestSaving:
    def test_a_disk_that_fills_while_saving_costs_nothing_that_was_there(self, tmp_path):
        saved = SavesOurs(tmp_path, room=True)
        saved.save_model()
        saved._publish(1, 0.5)
        with pytest.raises(PauseAsked), told_in_words(small_plan()):
            SavesOurs(tmp_path, room=False).save_model()
        whole = {path.name: path.read_bytes() for path in tmp_path.glob("*.pt*")}
        assert whole == {"last.pt": b"half and half", "best.pt": b"half and half"}

    def test_the_trainer_keeps_its_names_and_the_last_but_one_stays(self, tmp_path):
        trainer = SavesOurs(tmp_path, room=True)
        for epoch in (1, 2):
            assert trainer.save_model()
            trainer._publish(epoch, 0.5)
        assert trainer.last == tmp_path / "last.pt"
        names = sorted(path.name for path in tmp_path.glob("*.pt*"))
        assert names == ["best.previous.pt", "best.pt", "last.previous.pt", "last.pt"]


class TestEyes:
    def test_together_the_four_show_every_class(self):
        classes = {"a": [0, 0], "b": [0], "c": [1], "d": [2, 1], "e": [], "f": [0, 3]}
        chosen = eyes.choose(classes)
        assert len(chosen) == 4
        assert {c for file in chosen for c in classes[file]} == {0, 1, 2, 3}

    def test_fewer_pictures_than_wanted_are_all_taken(self):
        assert sorted(eyes.choose({"a": [], "b": [1]})) == ["a", "b"]

    @given(st.dictionaries(st.text(max_size=5), st.lists(st.integers(0, 5), max_size=8)))
    def test_the_choice_is_always_the_same_and_holds_no_picture_twice(self, classes):
        chosen = eyes.choose(classes)
        assert chosen == eyes.choose(dict(reversed(classes.items())))
        assert len({*chosen}) == len(chosen) == min(4, len(classes))

    @pytest.mark.parametrize(
        ("form", "seen", "kept"), [(None, 200, 200), (None, 400, 300), (["polygon"], 200, 60)]
    )
    def test_a_crowd_is_kept_whole_and_where_not_it_is_said(self, form, seen, kept):
        rows = [[0, 0.9, 1.0, 1.0, 2.0, 2.0]] * seen + [[0, 0.01, 1.0, 1.0, 2.0, 2.0]]
        told = eyes.as_eyes({
            "picture": 1, "name": "a.png", "width": 9, "height": 9, "predicted": rows,
            "predicted_shapes": [form] * len(rows),
        })  # fmt: skip
        assert len(told["boxes"]) == len(told["shapes"]) == kept
        assert told["more"] is (kept < seen)


class TestInterval:
    @staticmethod
    def drawn(pictures=40, quality=0.8, seed=1):
        """One thing per picture; it is found with a chance of `quality`, beside false alarms."""
        dice = np.random.default_rng(seed)
        right = dice.random((pictures, 1)) < quality
        stats = {
            "tp": [np.vstack([row.repeat(10), np.zeros(10, bool)]) for row in right],
            "conf": [np.array([0.9, 0.1]) * dice.uniform(0.8, 1.0) for _ in range(pictures)],
            "pred_cls": [np.array([0, 0]) for _ in range(pictures)],
            "target_cls": [np.array([0]) for _ in range(pictures)],
        }
        return judged(stats, 2)

    def test_the_score_lies_inside_and_more_pictures_say_more(self):
        few, many = self.drawn(20), self.drawn(400)
        narrow, wide = interval(many), interval(few)
        assert narrow["low"] < score(many) < narrow["high"]
        assert narrow["high"] - narrow["low"] < wide["high"] - wide["low"]

    def test_the_same_pictures_give_the_same_interval(self):
        assert interval(self.drawn(), seed=3) == interval(self.drawn(), seed=3)

    def test_a_perfect_model_is_perfect_on_every_draw(self):
        found = interval(self.drawn(quality=1.1))
        assert (found["low"], found["high"]) == (1.0, 1.0)

    def test_with_a_handful_of_pictures_nothing_is_claimed(self):
        assert interval(self.drawn(FEWEST_PICTURES - 1)) is None

    def test_nothing_predicted_is_no_reason_to_fail(self):
        nothing = Judged(
            np.zeros((0, 10), bool), np.zeros(0), np.zeros(0, int), np.zeros(0, int),
            np.ones((9, 1), int),
        )  # fmt: skip
        assert (interval(nothing), score(nothing)) == (None, 0.0)


class TestBatch:
    @given(st.integers(1, 100_000), st.sampled_from([64, 320, 640, 960, 1280, 2048]))
    def test_the_automatic_batch_is_small_enough_and_never_zero(self, pictures, size):
        batch = batching.automatic_batch(pictures, size)
        assert 2 <= batch <= batching.LARGEST
        assert batch <= 3 or batch * size**2 <= batching.PIXELS

    @pytest.mark.parametrize(
        ("pictures", "size", "batch"),
        [(1000, 640, 16), (1000, 960, 6), (100, 640, 12), (12, 640, 2), (129, 640, 12), (3, 64, 3)],
    )
    def test_it_follows_its_rule(self, pictures, size, batch):
        assert batching.automatic_batch(pictures, size) == batch


def test_the_pace_counts_what_is_left_of_the_whole_run():
    pace = Pace(epochs=3, batches=10, checks=4)
    assert pace.left_s(1, 0) is None
    pace.batch_s, pace.check_s = 2.0, 1.0
    assert pace.left_s(1, 4) == (6 + 20) * 2.0 + (3 + 1) * 4 * 1.0
    assert pace.left_s(3, 10, check=4) == 4 * 1.0  # only the validation of the best is left


def test_the_pace_forgets_a_slow_first_batch():
    pace = Pace(epochs=1, batches=300, checks=1)
    pace._last = time.monotonic() - 10
    pace.batch_done()
    assert pace.batch_s >= 10  # all there is to go by
    pace.batch_done()
    assert pace.batch_s < 0.1
    assert pace.left_s(1, 2) < 30


def test_the_pace_is_the_mean_of_the_first_batches_and_follows_later_ones():
    pace = Pace(epochs=1, batches=300, checks=1)
    for took in (9.0, 1.0, 2.0, 3.0):
        pace._last = time.monotonic() - took
        pace.batch_done()
    assert pace.batch_s == pytest.approx(2.0, abs=0.01)
    for _ in range(100):
        pace._last = time.monotonic() - 4.0
        pace.batch_done()
    assert pace.batch_s == pytest.approx(4.0, abs=0.05)


class TestTroubles:
    @pytest.mark.parametrize(
        ("error", "kind"),
        [
            (RuntimeError("CUDA out of memory. Tried to allocate 2 GiB"), MemoryRanOut),
            (RuntimeError("DefaultCPUAllocator: can't allocate memory"), MainMemoryRanOut),
            (MemoryError(), MainMemoryRanOut),
            (
                RuntimeError("DataLoader worker (pid 7) is killed by signal: Killed"),
                MainMemoryRanOut,
            ),
            (OSError(errno.ENOSPC, "No space left on device"), DiskFull),
            (RuntimeError("PytorchStreamWriter failed writing file"), DiskFull),
            (RuntimeError("Training failed: NaN persisted for 4 epochs"), LossNotFinite),
            (RuntimeError("'freeze=24' froze the entire model"), PlanError),
            (ValueError("Invalid CUDA 'device=7' requested"), PlanError),
        ],
    )
    def test_what_is_known_becomes_two_sentences(self, error, kind):
        words = in_words(error, small_plan())
        assert type(words) is kind
        assert words.what.endswith(".")
        assert words.fix.endswith(".")
        assert "  " not in str(words)

    def test_a_reason_behind_the_error_counts(self):
        outer = RuntimeError("could not save")
        outer.__cause__ = OSError(errno.ENOSPC, "full")
        with pytest.raises(DiskFull), told_in_words(small_plan()):
            raise outer

    def test_a_bug_stays_a_bug(self):
        with pytest.raises(ZeroDivisionError), told_in_words(small_plan()):
            raise ZeroDivisionError


class TestBaseWeights:
    def admitted(self, workspace, content=b"weights"):
        path = workspace.models / "mine.pt"
        path.write_bytes(content)
        note = {"sha256": hashlib.sha256(b"weights").hexdigest()}
        path.with_suffix(".json").write_text(json.dumps(note))
        return path

    def test_checked_weights_are_used_and_architectures_need_none(self, workspace):
        path = self.admitted(workspace)
        assert checked_base(workspace, "mine.pt") == str(path)
        assert checked_base(workspace, "yolo26n.yaml") == "yolo26n.yaml"

    def test_weights_that_changed_after_the_check_are_not_opened(self, workspace):
        self.admitted(workspace, b"something else")
        with pytest.raises(WeightsError, match="changed"):
            checked_base(workspace, "mine.pt")

    def test_weights_without_a_note_are_not_opened(self, workspace):
        (workspace.models / "stray.pt").write_bytes(b"?")
        with pytest.raises(WeightsError, match="without being checked"):
            checked_base(workspace, "stray.pt")

    def test_an_architecture_of_somebody_else_is_not_opened(self, workspace):
        with pytest.raises(WeightsError, match="no architecture"):
            checked_base(workspace, "mine.yaml")

    def test_missing_weights_say_what_to_do(self, workspace):
        with pytest.raises(WeightsError) as caught:
            checked_base(workspace, "yolo26x.pt")
        assert "drop" in caught.value.fix

    def test_a_name_cannot_lead_out_of_the_models(self, workspace):
        with pytest.raises(WeightsError):
            checked_base(workspace, f"..{os.sep}..{os.sep}stray.pt")


def test_samples_are_spread_over_all_pictures_without_doubles():
    files = [f"{number:03d}.png" for number in range(100)]
    chosen = evaluation.spread(files)
    assert len({*chosen}) == evaluation.SAMPLES
    assert (chosen[0], chosen[-1]) == ("000.png", "099.png")
    assert evaluation.spread(files[:3]) == files[:3]
    assert evaluation.spread([]) == []


def test_a_run_without_results_has_none_and_torn_ones_are_told(workspace):
    run = RunStore(workspace).create(small_plan())
    assert evaluation.read(run) is None
    (run.folder / evaluation.FILE).write_text("{")
    with pytest.raises(RunError):
        evaluation.read(run)


@pytest.mark.parametrize(
    ("device", "lane"), [("cpu", "cpu"), ("cuda", "cuda:0"), ("cuda:1", "cuda:1"), ("mps", "mps")]
)
def test_each_device_has_a_line_of_its_own(device, lane):
    assert lane_of(device) == lane
