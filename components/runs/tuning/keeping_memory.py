"""Memory that a step gave back is kept for the next one, instead of being asked for anew.

Reason: glibc hands large pieces straight back to the system. A training step takes and gives back
some hundred of them, and each time the system clears the pages and puts them in one by one: 10,000
page faults for a batch of 4 pictures of 320 px, during which both halves of a batch wait for the
same lock of the kernel. Gain on two cores with AVX512-BF16, a picture of a batch in halves: 20.7 to
20.2 ms on a quiet computer, 30 to 25 beside other programs. Check: nothing is computed otherwise;
the memory needed at most is the same (908 and 909 MiB).

Other systems' allocators have no such switch and are left alone.
"""

import ctypes
import sys

# From glibc's malloc.h.
_M_TRIM_THRESHOLD, _M_TOP_PAD, _M_MMAP_THRESHOLD = -1, -2, -3
LARGE = 1 << 30  # bytes: the pieces of a step are smaller, and what lies free stays
PAD = 64 << 20  # bytes asked for at once


def keep_memory() -> bool:
    """Let this process keep what it freed.

    Returns:
        Whether the allocator has the switch and took it.
    """
    if not sys.platform.startswith("linux"):
        return False
    set_option = getattr(ctypes.CDLL(None), "mallopt", None)  # musl has none
    if set_option is None:
        return False
    options = ((_M_MMAP_THRESHOLD, LARGE), (_M_TRIM_THRESHOLD, 2 * LARGE - 1), (_M_TOP_PAD, PAD))
    return all(set_option(name, value) == 1 for name, value in options)
