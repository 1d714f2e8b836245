"""Random numbers that depend on three facts only: the seed, the epoch and the picture.

Ultralytics and albumentations draw from four generators (Python's and numpy's global ones and two
inside albumentations). `thrown` sets all of them for one picture, so that what happens to it
depends neither on what was drawn before nor on the process it happens in, and puts the global
ones back afterwards.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

_WORD = 2**32


@contextmanager
def thrown(seed: int, epoch: int, index: int, composed: Any = None) -> Iterator[None]:
    """Inside, every generator stands where (seed, epoch, index) says.

    Args:
        seed: The run's seed, at least 0.
        epoch: From 0.
        index: Of the picture in its data set.
        composed: An `albumentations.Compose` to be set as well, or None.
    """
    import random

    import numpy as np

    before, before_numpy = random.getstate(), np.random.get_state()
    facts = (seed % _WORD, epoch % _WORD, index % _WORD)
    key = (facts[0] << 64) | (facts[1] << 32) | facts[2]
    random.seed(key)
    np.random.seed(facts)
    if composed is not None:
        _seed_composed(composed, key)
    try:
        yield
    finally:
        random.setstate(before)
        np.random.set_state(before_numpy)


def _seed_composed(composed: Any, key: int) -> None:
    import random

    import numpy as np
    import torch

    # One generator for all its effects: with `set_random_seed` each would get its own with the
    # same seed, and effects of equal probability would always strike the same pictures.
    composed.set_random_state(np.random.default_rng(key), random.Random(key))
    composed.seed = torch.initial_seed()  # else Ultralytics seeds it anew before use
