"""How many threads compute. Gain: measured in wall time only, up to half of it on two cores.

Ultralytics sets OMP_NUM_THREADS to 1 when it is imported, for every processor. The worker runs
below the priority of the page, so it may take all cores.
"""

import contextlib
from pathlib import Path

import psutil

from components.planning.machine import cores

_QUOTA = Path("/sys/fs/cgroup/cpu.max")  # of a container, on Linux


def threads() -> int:
    """Cores that this process may compute on at once; at least 1.

    Two threads of one core gain nothing in this kind of work, and more threads than a container
    is granted wait for each other.
    """
    physical = psutil.cpu_count(logical=False) or cores()
    return max(1, min(cores(), physical, _granted() or cores()))


def use(number: int) -> None:
    """Let torch compute with so many threads from here on."""
    import torch

    torch.set_num_threads(max(1, number))


def _granted() -> int | None:
    with contextlib.suppress(OSError, ValueError):
        quota, period = _QUOTA.read_text(encoding="ascii").split()
        return max(1, int(int(quota) / int(period)))  # "max" is no number: not limited
    return None
