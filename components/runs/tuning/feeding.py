"""Pictures are made in a thread of their own while the step runs.

Gain: the wall time of making pictures (4 to 10 ms each at 320 px against 50 to 100 of a step),
for most of it is spent in OpenCV and numpy, which let others run meanwhile. Why a thread and no
process: starting one costs seconds where processes cannot be forked (Windows, macOS), and a
thread shares the decoded pictures. Check: pictures are a function of (seed, epoch, index), and
they come in the order they were asked for; test_feeding.
"""

import queue
import threading
from collections.abc import Iterator
from typing import Any

AHEAD = 2  # batches kept ready
_OVER = object()


def feed_ahead(loader: Any) -> Any:
    """Let a loader without processes of its own prepare the next batches in a thread.

    Args:
        loader: Ultralytics' `InfiniteDataLoader`, before its first batch.

    Returns:
        The same loader.
    """
    if loader.num_workers == 0:
        make = loader._get_iterator
        loader._get_iterator = lambda: Ahead(make())
    return loader


class Ahead:
    """An iterator that is one or two steps ahead of whoever asks it.

    Raises:
        Exception: Whatever went wrong while making a batch, when that batch is asked for.
    """

    _workers = ()  # `InfiniteDataLoader.close` looks for it and then calls `_shutdown_workers`

    def __init__(self, batches: Iterator[Any]) -> None:
        self._batches = batches
        self._ready: queue.Queue[Any] = queue.Queue(AHEAD)
        self._is_over = threading.Event()
        self._thread = threading.Thread(target=self._make, name="pictures", daemon=True)
        self._thread.start()

    def __iter__(self) -> Iterator[Any]:
        return self

    def __next__(self) -> Any:
        """The next batch."""
        if self._is_over.is_set():
            raise StopIteration
        batch, trouble = self._ready.get()
        if trouble is not None:
            self._is_over.set()
            raise trouble
        if batch is _OVER:
            self._is_over.set()
            raise StopIteration
        return batch

    def _shutdown_workers(self) -> None:
        """End the thread, and wait for it: two that draw dice at once would disturb each other."""
        self._is_over.set()
        while self._thread.is_alive():
            while not self._ready.empty():
                self._ready.get_nowait()
            self._thread.join(0.05)

    def _make(self) -> None:
        while not self._is_over.is_set():
            made: tuple[Any, Exception | None]
            try:
                made = (next(self._batches, _OVER), None)
            except Exception as trouble:  # told to whoever asks for the batch
                made = (None, trouble)
            self._put(made)
            if made[0] is _OVER or made[1] is not None:
                return

    def _put(self, made: Any) -> None:
        while not self._is_over.is_set():
            try:
                self._ready.put(made, timeout=0.2)
            except queue.Full:
                continue
            return
