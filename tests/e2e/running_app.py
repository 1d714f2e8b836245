"""The real app in a process of its own, started the way `start.py` starts it."""

import os
import socket
import subprocess
import sys
import time
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlencode

import psutil

import start

READY_S = 90.0  # a cold start on a busy two-core machine took 20 s


class RunningApp:
    """Tailor on a free port, with a workspace of its own.

    Attributes:
        workspace: Its folder; survives `stop` and `start`.
        port: Where it listens.
        pid: The server's process.
    """

    def __init__(self, workspace: Path, **environment: str) -> None:
        self.workspace = workspace
        self.port = free_port()
        self._extra = environment
        self._process: subprocess.Popen | None = None

    def start(self) -> "RunningApp":
        """Start the server and wait until it answers."""
        os_environment = {**start.own_environment(), **self._extra}
        environment = {
            **os_environment, "TAILOR_WORKSPACE": str(self.workspace), "TAILOR_OPENS": "",
            "STREAMLIT_SERVER_PORT": str(self.port), "PYTHONUTF8": "1",
        }  # fmt: skip
        self.workspace.mkdir(parents=True, exist_ok=True)
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "app.py"], cwd=start.ROOT, env=environment,
                stdin=subprocess.DEVNULL, stdout=log, stderr=log,
            )  # fmt: skip
        deadline = time.monotonic() + READY_S
        while not start.is_tailor(self.port, environment["TAILOR_STARTED_AS"]):
            if self._process.poll() is not None or time.monotonic() > deadline:
                self.stop()
                raise RuntimeError(f"the app did not start:\n{self.log_text()}")
            time.sleep(0.05)
        return self

    def stop(self, *, kill: bool = False) -> int:
        """End the server, but none of its workers; its exit code."""
        process, self._process = self._process, None
        if process is None:
            return 0
        process.kill() if kill else process.terminate()
        try:
            return process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            process.kill()
            return process.wait()

    def close(self) -> None:
        """End the server and every process that works in this workspace."""
        self.stop()
        for process in psutil.process_iter(["cmdline"]):
            if str(self.workspace) in " ".join(process.info["cmdline"] or []):
                process.kill()

    @property
    def pid(self) -> int:
        """The server's process id."""
        assert self._process is not None
        return self._process.pid

    @property
    def log(self) -> Path:
        """What the server printed."""
        return self.workspace.parent / f"{self.workspace.name}-server.txt"

    def log_text(self) -> str:
        """The end of what the server printed."""
        return self.log.read_text(encoding="utf-8", errors="replace")[-4000:]

    def address(self, page: str = "", **query: str) -> str:
        """The address of a page, such as `address("data", dataset="cells")`."""
        behind = f"?{urlencode(query)}" if query else ""
        return f"http://localhost:{self.port}/{page}{behind}"

    def get(self, path: str) -> tuple[int, bytes]:
        """Status and body of one of the app's own routes."""
        connection = HTTPConnection("localhost", self.port, timeout=20)
        try:
            connection.request("GET", path)
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()

    def loaded(self, *names: str) -> list[str]:
        """Which of these packages' own libraries the server has loaded (Linux only, else none)."""
        maps = Path(f"/proc/{self.pid}/maps")
        if not maps.exists():
            return []
        text = maps.read_text(encoding="utf-8", errors="replace")
        return [name for name in names if f"/site-packages/{name}/" in text]

    def foreign_connections(self) -> list[str]:
        """Addresses outside this computer that the server is connected to."""
        family = psutil.Process(self.pid).net_connections(kind="inet")
        ends = [connection.raddr.ip for connection in family if connection.raddr]
        return [ip for ip in ends if ip not in ("127.0.0.1", "::1", "::ffff:127.0.0.1")]


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        if os.name != "nt":
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
