import stat
import sys

import pytest

from components.planning import machine
from components.planning.machine import Device, Machine


def test_the_processor_is_always_there(workspace):
    found = machine.machine(workspace)
    assert found.devices[-1].key == "cpu"
    assert found.cores >= 1
    assert found.memory_bytes > 0


def test_automatic_is_the_fastest_and_a_card_that_is_gone_is_replaced():
    card, processor = Device("cuda:0", "Card", 1), Device("cpu", "Processor", 1)
    found = Machine((card, processor), 2, 1)
    assert found.device("auto") is card
    assert found.device("cpu") is processor
    assert found.device("cuda:7") is card
    assert card.kind == "cuda"


@pytest.mark.skipif(sys.platform == "win32", reason="the stand-in program is a shell script")
def test_without_signs_of_a_card_torch_is_not_asked(workspace, tmp_path, monkeypatch):
    program = tmp_path / "nvidia-smi"
    program.write_text("#!/bin/sh\nexit 9\n", encoding="utf-8")
    program.chmod(program.stat().st_mode | stat.S_IEXEC)
    monkeypatch.setenv("PATH", str(tmp_path))
    if sys.platform == "linux":
        assert [each.key for each in machine.devices(workspace)] == ["cpu"]
        assert not (workspace.cache / machine.MACHINE_FILE).exists()


@pytest.mark.skipif(sys.platform != "linux", reason="the stand-in program is a shell script")
def test_what_torch_said_once_is_remembered_for_the_same_cards(workspace, tmp_path, monkeypatch):
    import json

    program = tmp_path / "nvidia-smi"
    program.write_text("#!/bin/sh\necho 'GPU 0: Test card'\n", encoding="utf-8")
    program.chmod(program.stat().st_mode | stat.S_IEXEC)
    monkeypatch.setenv("PATH", str(tmp_path))
    key = f"torch {machine._torch_version()}; GPU 0: Test card"
    kept = [{"key": "cuda:0", "label": "Test card", "memory_bytes": 8}]
    note = workspace.cache / machine.MACHINE_FILE
    note.write_text(json.dumps({"key": key, "devices": kept}), encoding="utf-8")
    assert [each.key for each in machine.devices(workspace)] == ["cuda:0", "cpu"]
