"""A disk that is full in the middle of a run. Real full disks, where one can be made."""

import os
import subprocess
import sys

import pytest

from components.jobs.worker import PauseAsked
from components.runs import checkpoints, resuming, room

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
    return {"epoch": epoch, "model": torch.zeros(megabytes * 250_000)}


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
