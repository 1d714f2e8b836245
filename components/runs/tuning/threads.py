"""How many threads compute. Gain: every core works.

Ultralytics sets OMP_NUM_THREADS to 1 when it is imported, for every processor. A batch that can
be cut in two is learned from on all cores (see `halves`): the page takes precedence, for a run
waits behind it (`jobs.process`). Else one core is left to the page. The number depends on the
plan and the computer alone, not on how busy it is just now: sums are added up in another order
with another number of threads, and the same plan must give the same model.

What it costs where other programs want the cores, too (load 20 on two cores, processor time per
picture): one thread 81 ms; two threads 980, for the one that is ready waits awake for the one that
has no core; 220 where it soon falls asleep (`GOMP_SPINCOUNT`, set by `quiet`).
"""

import contextlib
from pathlib import Path

import psutil

from components.planning.machine import cores

WORTH = 2 * 320 * 320  # pixels of a batch; below, meeting again costs more than is shared
# Below, asking for each operation twice costs what the second core gains: on two cores with a
# frozen backbone 8 pictures of 256 px took as long in halves, 8 of 320 px without it 0.8.
WORTH_CUTTING = 8 * 320 * 320
_QUOTA = Path("/sys/fs/cgroup/cpu.max")  # of a container, on Linux


def threads(pixels: int = WORTH) -> int:
    """Threads to compute a batch of so many pixels with: all cores but one, at least 1.

    The one left is the page's, and that of the thread that makes the next pictures. Two threads
    of one core gain nothing in this kind of work, and more threads than a container is granted
    wait for each other.
    """
    if pixels < WORTH:
        return 1
    return max(1, _usable() - 1)


def _usable() -> int:
    """Cores that are there and granted to us."""
    physical = psutil.cpu_count(logical=False) or cores()
    return max(1, min(cores(), physical, _granted() or cores()))


def halves(pixels: int) -> bool:
    """Whether a batch of so many pixels is worth learning from in two halves at once."""
    return pixels >= WORTH_CUTTING and _usable() > 1


def use(number: int) -> None:
    """Let torch compute with so many threads from here on."""
    import torch

    torch.set_num_threads(max(1, number))


def _granted() -> int | None:
    with contextlib.suppress(OSError, ValueError):
        quota, period = _QUOTA.read_text(encoding="ascii").split()
        return max(1, int(int(quota) / int(period)))  # "max" is no number: not limited
    return None
