"""Writing what an epoch learned beside the next epoch, in a thread.

One thing is written at a time. What fails is raised where the next thing is to be written, or
where the work ends, so that a full disk still lets the run wait.
"""

import threading
from collections.abc import Callable


class Keeper:
    """Does one job at a time in a thread of its own."""

    def __init__(self) -> None:
        self._thread: threading.Thread | None = None
        self._error: BaseException | None = None

    def begin(self, job: Callable[[], None]) -> None:
        """Start the job; the one before is waited for.

        Raises:
            BaseException: Whatever the job before raised.
        """
        self.finish()
        self._thread = threading.Thread(target=self._do, args=(job,), name="keeper")
        self._thread.start()

    def finish(self) -> None:
        """Wait until nothing is being written any more.

        Raises:
            BaseException: Whatever the job raised; once.
        """
        if self._thread is not None:
            self._thread.join()
            self._thread = None
        error, self._error = self._error, None
        if error is not None:
            raise error

    def _do(self, job: Callable[[], None]) -> None:
        try:
            job()
        except BaseException as error:  # handed to whoever waits
            self._error = error
