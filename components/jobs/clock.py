"""A clock for durations: it never jumps, and stands still while the computer sleeps.

Linux' and macOS' monotonic clocks do so by themselves (CLOCK_MONOTONIC, mach_absolute_time);
that of Windows counts sleep and hibernation, so its "unbiased interrupt time" is asked there.
All processes of a computer read the same.
"""

import sys
import time

_TICKS_PER_S = 10_000_000  # of Windows' interrupt time

if sys.platform == "win32":
    import ctypes

    def steady() -> float:
        """Seconds since some moment before the computer started; its sleep does not count."""
        ticks = ctypes.c_ulonglong()
        if not ctypes.windll.kernel32.QueryUnbiasedInterruptTime(ctypes.byref(ticks)):
            return time.monotonic()
        return ticks.value / _TICKS_PER_S

else:

    def steady() -> float:
        """Seconds since some moment before now; the computer's sleep does not count."""
        return time.monotonic()
