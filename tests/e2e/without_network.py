"""The demo's journey where there is no network: `python -m tests.e2e.without_network FOLDER`.

To be started in a network namespace of its own (`unshare -rn`), which has a loopback and nothing
else. Every attempt to reach beyond it is counted: of Tailor's processes by Python's audit events,
which they note themselves, and by `strace` from outside where that is installed; of the browser's
page by its requests. `FOLDER/told.json` says what was counted.
"""

import json
import os
import re
import shutil
import socket
import struct
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

from components.models.offline import has_way_out
from tests.e2e import browsers
from tests.e2e.conftest import is_ours
from tests.e2e.demo_journey import demo_journey
from tests.e2e.running_app import RunningApp

_FLAGS_OF, _SET_FLAGS, _UP = 0x8913, 0x8914, 0x1  # ioctl numbers of Linux
_OUTER = re.compile(r'sin6?_addr=(?:inet_addr\(|inet_pton\(AF_INET6, )?"([0-9a-f.:]+)"')
# Put before everything a process of Tailor imports: notes each attempt to reach another computer.
LISTENER = """
import sys

def note(event, arguments):
    if event in ("socket.connect", "socket.sendto", "socket.sendmsg"):
        address = arguments[1] if len(arguments) > 1 else None
        host = address[0] if isinstance(address, tuple) else ""
    elif event == "socket.getaddrinfo":
        host = arguments[0] or ""
    else:
        return
    host = host.decode() if isinstance(host, bytes) else str(host)
    if host and host != "localhost" and not host.startswith(("127.", "::1", "0.0.0.0", "::")):
        with open({path!r}, "a") as file:
            print(event, host, " ".join(sys.argv), file=file)

sys.addaudithook(note)
"""


def main() -> None:
    """Go the way and write down what was counted."""
    folder = Path(sys.argv[1])
    loopback_up()
    assert not has_way_out(), "this is to be run where there is no network"
    knocks, calls = folder / "knocks.txt", folder / "strace.txt"
    (folder / "listener").mkdir()
    listener = folder / "listener" / "sitecustomize.py"
    listener.write_text(LISTENER.format(path=str(knocks)), encoding="utf-8")
    if has_strace := follow_calls(folder, calls):
        print("followed by strace", flush=True)
    told = journey(folder)
    told["python"] = lines(knocks)
    told["strace"] = outer_calls(calls) if has_strace else None
    told["followed"] = len({line.split()[0] for line in lines(calls)})  # processes that called
    (folder / "told.json").write_text(json.dumps(told), encoding="utf-8")


def loopback_up() -> None:
    """What `ip link set lo up` does; a new namespace has it down."""
    import fcntl  # Windows has none

    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        request = struct.pack("16sh14x", b"lo", 0)
        (flags,) = struct.unpack("16xh14x", fcntl.ioctl(any_socket, _FLAGS_OF, request))
        fcntl.ioctl(any_socket, _SET_FLAGS, struct.pack("16sh14x", b"lo", flags | _UP))


def follow_calls(folder: Path, calls: Path) -> bool:
    """Let the app and all it starts be followed by strace; False where it cannot be."""
    strace = shutil.which("strace")
    if strace is None:
        return False
    trial = f"{strace} -f -D -e trace=connect -o /dev/null true 2>/dev/null"
    if os.system(trial) != 0:  # following others may be forbidden
        return False
    wrapped = folder / "python"
    wrapped.write_text(
        f'#!/bin/sh\nexec {strace} -f -D --seccomp-bpf -e trace=connect,sendto,sendmsg,sendmmsg '
        f'-o {calls} {sys.executable} "$@"\n', encoding="utf-8",
    )  # fmt: skip
    wrapped.chmod(0o755)
    sys.executable = str(wrapped)  # what `RunningApp` starts
    return True


def journey(folder: Path) -> dict[str, object]:
    """The journey itself, and what the page asked of others."""
    app = RunningApp(folder / "workspace", PYTHONPATH=str(folder / "listener"))
    with sync_playwright() as playwright:
        browser = browsers.launch(playwright)
        assert browser is not None, browsers.HOW_TO_GET_ONE
        try:
            app.start()
            page = browser.new_page(viewport={"width": 1280, "height": 900})
            foreign: list[str] = []
            page.on("request", lambda request: foreign.append(request.url))
            page.on("websocket", lambda one: foreign.append(one.url))
            page.goto(app.address())
            page.get_by_text("This computer has no network").wait_for()
            told: dict[str, object] = {**demo_journey(page, app, small=True)}
            told["page"] = sorted({url for url in foreign if not is_ours(url)})
            told["asked"] = len(foreign)
        finally:
            app.close()
            browser.close()
    return told


def lines(path: Path) -> list[str]:
    """What a file says, or nothing where there is none."""
    return path.read_text(encoding="utf-8").splitlines() if path.exists() else []


def outer_calls(path: Path) -> list[str]:
    """The calls that named an address beyond the loopback."""
    found = []
    for line in lines(path):
        hosts = _OUTER.findall(line)
        if any(not host.startswith(("127.", "::1", "0.0.0.0")) and host != "::" for host in hosts):
            found.append(line)
    return found


if __name__ == "__main__":
    main()
