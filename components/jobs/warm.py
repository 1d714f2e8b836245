"""The app's side of the warm process: `call("module:function", argument=...)`.

Previews, predictions and questions about a model need torch, whose import takes seconds and slows
every page if it happens in the server. So one process keeps it, started at first need. Targets
come from our code only, never from a request; arguments and results are JSON.
"""

import json
import os
import subprocess
import sys
import threading
from pathlib import Path
from queue import Empty, Queue
from typing import Any

from components.errors import WorkerError
from components.jobs.process import APP_ROOT
from components.workspace import Workspace

FIRST_ANSWER_S = 180.0  # the import of torch on a busy two-core machine took up to 25 s


class WarmWorker:
    """One warm process; calls wait for each other."""

    def __init__(self, log: Path) -> None:
        self._log = log
        self._turn = threading.Lock()
        self._process: subprocess.Popen[str] | None = None
        self._answers: Queue[str] = Queue()
        self._count = 0

    def call(self, target: str, *, timeout_s: float = FIRST_ANSWER_S, **arguments: Any) -> Any:
        """The result of `target(**arguments)`, computed in the warm process.

        Raises:
            AppError: The function raised one; its sentences come through.
            WorkerError: The process died or took longer than `timeout_s`.
        """
        with self._turn:
            process = self._running()
            self._count += 1
            request = {"id": self._count, "target": target, "arguments": arguments}
            try:
                assert process.stdin is not None
                process.stdin.write(json.dumps(request) + "\n")
                process.stdin.flush()
                answer = json.loads(self._answers.get(timeout=timeout_s))
            except (OSError, Empty, ValueError) as error:
                self.close()
                raise WorkerError(
                    "The background process for previews and predictions did not answer.",
                    "Try again; it is started anew.",
                ) from error
        if "result" not in answer:
            raise WorkerError(answer["what"], answer["fix"])
        return answer["result"]

    def close(self) -> None:
        """End the process; the next call starts another."""
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.wait(timeout=5)
            if process.stdin is not None:
                process.stdin.close()

    def _running(self) -> subprocess.Popen[str]:
        if self._process is not None and self._process.poll() is None:
            return self._process
        self._answers = Queue()
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "components.jobs.warm_host"],
                cwd=APP_ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log,
                text=True, encoding="utf-8", bufsize=1, close_fds=True,
                env={**os.environ, "PYTHONUTF8": "1"},
            )  # fmt: skip
        threading.Thread(target=_listen, args=(self._process, self._answers), daemon=True).start()
        return self._process


def _listen(process: subprocess.Popen[str], answers: "Queue[str]") -> None:
    assert process.stdout is not None
    with process.stdout as lines:
        for line in lines:
            answers.put(line)
    answers.put("")  # not JSON: the caller learns at once that the process is gone


_shared: WarmWorker | None = None
_making = threading.Lock()


def shared() -> WarmWorker:
    """The one warm process of this app."""
    global _shared
    with _making:
        if _shared is None:
            _shared = WarmWorker(Workspace.current().root / "warm.log")
        return _shared
