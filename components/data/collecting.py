"""How often Python looks for things that only point at each other, while very many are made."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

SELDOM = 50_000  # things made more than freed between two looks; 700 is usual. Our own choice


@contextmanager
def seldom_collecting() -> Iterator[None]:
    """Look seldom: labels are plain values, which go by themselves when nobody needs them.

    Python looks through all new things after every 700 of them, which takes a tenth of the time
    of reading a set and finds nothing.
    """
    before = gc.get_threshold()
    gc.set_threshold(max(SELDOM, before[0]), *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)
