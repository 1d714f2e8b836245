"""What every test gets: a workspace of its own, and no way out to the network."""

import ipaddress
import os
import socket
from pathlib import Path

import pytest

from components.models import offline
from components.workspace import Workspace

# Workers started by tests inherit these: nothing is fetched, nothing is sent, nothing installed.
os.environ["YOLO_OFFLINE"] = "1"
os.environ["YOLO_AUTOINSTALL"] = "false"
os.environ["NO_ALBUMENTATIONS_UPDATE"] = "1"


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    """An empty workspace that is also the one of this process and of the workers it starts."""
    monkeypatch.setenv("TAILOR_WORKSPACE", str(tmp_path / "workspace"))
    return Workspace.current()


@pytest.fixture(autouse=True)
def _same_everywhere(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is offered first depends on whether there is a network: for tests, there always is."""
    monkeypatch.setattr(offline, "has_way_out", lambda: True)


@pytest.fixture(autouse=True)
def _no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only this computer can be reached; whoever knocks elsewhere is told so at once."""
    connect = socket.socket.connect

    def guarded(self, address):
        if self.family in (socket.AF_INET, socket.AF_INET6) and not _is_local(address[0]):
            raise OSError(f"a test wanted to reach {address[0]}")
        return connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", guarded)


def _is_local(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
