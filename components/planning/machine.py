"""What the computer has to compute with: processor, memory, graphics cards.

torch is asked (in the warm process) only when there are signs of a graphics card, and only once
for each combination of cards and torch: importing it takes seconds.
"""

import importlib.metadata
import json
import platform
import shutil
import subprocess
import sys
from dataclasses import asdict, dataclass
from typing import Any

import psutil

from components.errors import WorkerError
from components.workspace import Workspace, write_atomic

MACHINE_FILE = "machine.json"
_NVIDIA_ANSWER_S = 10.0


@dataclass(frozen=True, slots=True)
class Device:
    """Something that can train.

    Attributes:
        key: As the plan names it: "cpu", "cuda:0", "mps".
        label: For a person.
        memory_bytes: Its own memory; the computer's for the processor and Apple's chips.
    """

    key: str
    label: str
    memory_bytes: int

    @property
    def kind(self) -> str:
        """One of "cpu", "cuda" and "mps"."""
        return self.key.partition(":")[0]


@dataclass(frozen=True, slots=True)
class Machine:
    """The computer. `devices` has the fastest first and the processor last."""

    devices: tuple[Device, ...]
    cores: int
    memory_bytes: int

    def device(self, key: str) -> Device:
        """The device of a plan; "auto" is the first, and so is one that is gone."""
        return next((each for each in self.devices if each.key == key), self.devices[0])


def machine(workspace: Workspace) -> Machine:
    """The computer, as far as it can be told without waiting; cached in the workspace."""
    return Machine((*_cards(workspace), _processor()), cores(), psutil.virtual_memory().total)


def devices(workspace: Workspace) -> list[Device]:
    """Everything that can train, the fastest first."""
    return list(machine(workspace).devices)


def cores() -> int:
    """Processor cores this process may use; at least 1."""
    if sys.platform == "linux":
        return max(1, len(psutil.Process().cpu_affinity() or []))
    return max(1, psutil.cpu_count(logical=False) or 1)


def look() -> list[dict[str, Any]]:
    """The graphics devices torch can really use; runs in the warm process."""
    import torch

    found = []
    for i in range(torch.cuda.device_count()):
        facts = torch.cuda.get_device_properties(i)
        found.append(Device(f"cuda:{i}", f"{facts.name} (graphics card)", int(facts.total_memory)))
    if torch.backends.mps.is_available():
        found.append(Device("mps", "Apple graphics (MPS)", psutil.virtual_memory().total))
    return [asdict(device) for device in found]


def _cards(workspace: Workspace) -> list[Device]:
    signs = _signs_of_cards()
    if not signs:
        return []
    key = f"torch {_torch_version()}; {signs}"
    note = workspace.cache / MACHINE_FILE
    facts = _read_note(note, key)
    if facts is None:
        from components.jobs.warm import shared

        try:
            facts = shared().call("components.planning.machine:look")
        except WorkerError:
            return []  # the processor is always there; the next look asks again
        write_atomic(note, json.dumps({"key": key, "devices": facts}))
    return [Device(**each) for each in facts]


def _read_note(note: Any, key: str) -> list[dict[str, Any]] | None:
    try:
        facts = json.loads(note.read_text(encoding="utf-8"))
        devices: list[dict[str, Any]] = facts["devices"]
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return devices if facts.get("key") == key else None


def _signs_of_cards() -> str:
    """What speaks for a graphics card, without torch; empty when nothing does."""
    if sys.platform == "darwin" and platform.machine() == "arm64":
        return "apple silicon"
    program = shutil.which("nvidia-smi")
    if program is None:
        return ""
    try:
        answer = subprocess.run(
            [program, "--list-gpus"], capture_output=True, text=True, timeout=_NVIDIA_ANSWER_S,
            stdin=subprocess.DEVNULL, check=False,
        )  # fmt: skip
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return answer.stdout.strip() if answer.returncode == 0 else ""


def _processor() -> Device:
    number = cores()
    words = "1 core" if number == 1 else f"{number} cores"
    return Device("cpu", f"Processor ({words})", psutil.virtual_memory().total)


def _torch_version() -> str:
    try:
        return importlib.metadata.version("torch")
    except importlib.metadata.PackageNotFoundError:
        return "none"
