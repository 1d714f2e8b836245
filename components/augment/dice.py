"""Random numbers that depend on three facts only: the seed, the epoch and the picture.

Ultralytics and albumentations draw from five generators: Python's and numpy's global ones, two
inside albumentations and OpenCV's (albumentations' noise). `thrown` sets all of them for one
picture, so that what happens to it depends neither on what was drawn before nor on the process it
happens in. Python's is put back afterwards, since the trainer draws picture sizes from it
(`multi_scale`). Numpy's is not: that would cost 80 of 100 microseconds and nobody draws from it
between two pictures. All in all 20 to 50 microseconds, 0.3 % of making a 640 px picture.
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

    before = random.getstate()
    key = (seed % _WORD << 64) | (epoch % _WORD << 32) | index % _WORD
    random.seed(key)
    np.random.seed(random.getrandbits(32))
    if composed is not None:
        _seed_composed(composed, key)
    try:
        yield
    finally:
        random.setstate(before)


def _seed_composed(composed: Any, key: int) -> None:
    import random

    import cv2
    import numpy as np
    import torch

    dice = random.Random(key)
    cv2.setRNGSeed(dice.getrandbits(31))
    # One generator for all its effects: with `set_random_seed` each would get its own with the
    # same seed, and effects of equal probability would always strike the same pictures.
    composed.set_random_state(np.random.default_rng(key), dice)
    composed.seed = torch.initial_seed()  # else Ultralytics seeds it anew before use
