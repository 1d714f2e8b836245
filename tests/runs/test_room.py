"""A disk that is full in the middle of a run. Real full disks, where one can be made."""

import os
import subprocess
import sys
import threading

import pytest

from components.jobs.worker import PauseAsked
from components.runs import best_weights, checkpoints, going_on, keeping, resuming, room
from components.runs.packing import packed

torch = pytest.importorskip("torch")


@pytest.fixture
def small_disk(tmp_path):
    """A disk of 3 MB."""
    place = tmp_path / "disk"
    place.mkdir()
    if sys.platform != "linux" or os.geteuid() != 0:
        pytest.skip("only the administrator of a Linux computer can make a small disk")
    command = ["mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", str(place)]
    if subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip("this computer lets nobody make a small disk")
    yield place
    subprocess.run(["umount", str(place)], check=True)


def state(epoch, megabytes):
    return packed({"epoch": epoch, "model": torch.zeros(megabytes * 250_000)})


def test_the_checkpoint_before_survives_a_disk_that_fills_up(small_disk):
    folder = small_disk / "train" / "weights"
    folder.mkdir(parents=True)
    path = resuming.file_of(small_disk)
    resuming.save(path, state(1, 1))
    with pytest.raises(PauseAsked) as caught, room.pausing_when_full(folder):
        resuming.save(path, state(2, 4))
    assert "MB are missing" in caught.value.what
    assert caught.value.fix.startswith("Free ")
    assert resuming.newest(small_disk).epoch == 1
    assert not checkpoints.beside(path).exists()


def test_a_full_disk_is_noticed_before_anything_is_written(small_disk):
    with pytest.raises(PauseAsked):
        room.demand_room(small_disk)


def test_other_trouble_is_not_taken_for_a_full_disk(tmp_path):
    with pytest.raises(OSError, match="gone"), room.pausing_when_full(tmp_path):
        raise OSError("gone")


class TestDamage:
    def made(self, tmp_path):
        resuming.file_of(tmp_path).parent.mkdir(parents=True)
        for epoch in (1, 2):
            resuming.save(resuming.file_of(tmp_path), state(epoch, 1))
        return resuming.file_of(tmp_path)

    def test_the_newest_is_used(self, tmp_path):
        self.made(tmp_path)
        assert resuming.newest(tmp_path).epoch == 2

    @pytest.mark.parametrize("damage", ["cut", "changed", "empty"])
    def test_a_damaged_file_gives_way_to_the_one_before(self, tmp_path, damage):
        path = self.made(tmp_path)
        whole = path.read_bytes()
        half = len(whole) // 2
        path.write_bytes({"cut": whole[:half], "changed": whole[:half] + b"x" + whole[half + 1 :],
                          "empty": b""}[damage])  # fmt: skip
        found = resuming.newest(tmp_path)
        assert (found.epoch, found.skipped) == (1, ("resume.pt",))

    def test_without_its_note_the_files_own_checksums_decide(self, tmp_path):
        path = self.made(tmp_path)
        path.with_name(resuming.NOTES).write_text("{")
        assert resuming.newest(tmp_path).epoch == 2
        path.write_bytes(path.read_bytes()[:-40])
        assert resuming.newest(tmp_path).epoch == 1

    def test_a_kill_between_note_and_file_costs_nothing(self, tmp_path):
        path = self.made(tmp_path)
        note = path.with_name(resuming.NOTES)
        after = note.read_text()
        resuming.save(path, state(3, 1))
        newer = note.read_text()
        checkpoints.previous(path).replace(path)  # as it stood before the file was renamed
        assert note.read_text() == newer != after
        assert resuming.newest(tmp_path).epoch == 2

    def test_a_file_that_runs_something_is_not_opened(self, tmp_path):
        path = self.made(tmp_path)
        path.with_name(resuming.NOTES).unlink()
        torch.save({"epoch": 9, "trap": os.system}, path)
        assert resuming.newest(tmp_path).epoch == 1


def test_the_room_a_run_takes_is_told_before_it_starts(tmp_path):
    from components.workspace import Workspace

    workspace = Workspace(tmp_path)
    workspace.models.mkdir()
    small, large = (room.forecast_bytes(workspace, f"yolo26{s}.yaml") for s in "nx")
    assert 250e6 < small < 500e6  # 2.6 million parameters: 3 x (51 + 26 + 26) MB were measured
    assert large > 10 * small
    (workspace.models / "mine.pt").write_bytes(b"0" * 2_000_000)
    assert room.parameters(workspace, "mine.pt") == 1_000_000


class TestBest:
    def made(self, tmp_path):
        best = tmp_path / "best.pt"
        for epoch, fitness in ((1, 0.2), (3, 0.4)):
            torch.save({"epoch": epoch}, checkpoints.beside(best))
            best_weights.publish(best, epoch, fitness)
        return best

    def test_damage_is_noticed_and_the_best_before_stands_in(self, tmp_path):
        best = self.made(tmp_path)
        assert best_weights.mend(best) == ""
        best.write_bytes(best.read_bytes()[:-9] + b"?" * 9)
        assert not best_weights.is_whole(best)
        assert "those of epoch 1" in best_weights.mend(best)
        assert torch.load(best)["epoch"] == 1
        assert best_weights.facts_of(best)["fitness"] == 0.2

    def test_without_one_before_the_next_best_is_kept(self, tmp_path):
        best = self.made(tmp_path)
        checkpoints.previous(best).unlink()
        best.write_bytes(b"?")
        assert "from here on" in best_weights.mend(best)
        assert not best.exists()

    def test_the_next_best_only_has_to_beat_what_is_there(self, tmp_path):
        best = self.made(tmp_path)
        state = {"epoch": 4, "best_fitness": 0.4}
        assert going_on._to_beat(best, state) == 0.4
        best.unlink()
        assert going_on._to_beat(best, state) is None
        best_weights.mend(best)
        assert going_on._to_beat(best, state) == 0.2


def no_room():
    raise PauseAsked("full", "free")


class TestKeeper:
    def test_what_fails_in_the_thread_is_raised_where_it_is_waited_for_once(self):
        kept = keeping.Keeper()
        kept.begin(no_room)
        with pytest.raises(PauseAsked):
            kept.finish()
        kept.finish()

    def test_one_thing_is_written_at_a_time(self):
        kept, order, gate = keeping.Keeper(), [], threading.Event()

        def first():
            gate.wait(5)
            order.append(1)

        kept.begin(first)
        threading.Timer(0.05, gate.set).start()
        kept.begin(lambda: order.append(2))
        kept.finish()
        assert order == [1, 2]
