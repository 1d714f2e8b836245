"""How long the start takes: from the command to a page that reacts to a click.

`python -m tests.benchmarks.start [--rounds N]`. Tailor by `python3 start.py` (installed, so a
second start) and a bare one-line Streamlit page by `streamlit run`, in turn, in the same `.venv`
and the same browser, each in a fresh window. Both serve with nothing sent out, so that a missing
network slows neither. The last line is JSON: medians in seconds, `ratio` the median of the ratios
of neighbouring rounds, `outgoing_requests` counts the page's requests to other hosts and the
server's connections to them.
"""

import argparse
import json
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psutil
from playwright.sync_api import Browser, Error, Page, expect, sync_playwright

import start
from tests.e2e import browsers
from tests.e2e.conftest import is_ours
from tests.e2e.running_app import free_port

BARE = 'import streamlit as st; st.button("Press") and st.title("Pressed")\n'
READY_S = 120.0


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5)
    rounds = parser.parse_args().rounds
    facts = {"torch_imported": False, "outgoing_requests": 0}
    ours, bare = [], []
    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as folder:
        browser = browsers.launch(playwright)
        if browser is None:
            sys.exit(browsers.HOW_TO_GET_ONE)
        one_start(browser, tailor(Path(folder)), facts)  # unmeasured: fills the disk's caches
        one_start(browser, bare_page(Path(folder)), {})
        for number in range(rounds):
            # Each goes first every other time, so that what else the computer does hits both.
            for mine in (True, False) if number % 2 else (False, True):
                if mine:
                    ours.append(one_start(browser, tailor(Path(folder)), facts))
                else:
                    bare.append(one_start(browser, bare_page(Path(folder)), {}))
            print(f"round {number + 1}: Tailor {ours[-1]:.2f} s, bare {bare[-1]:.2f} s", flush=True)
        browser.close()
    ratios = [mine / other for mine, other in zip(ours, bare, strict=True)]
    result = {
        "seconds": round(statistics.median(ours), 3),
        "seconds_bare": round(statistics.median(bare), 3),
        "ratio": round(statistics.median(ratios), 3),
        **facts,
        "rounds": rounds,
    }
    print(json.dumps(result))


def tailor(folder: Path) -> dict:
    """How Tailor is started, and how its page shows that it reacts."""
    port = free_port()
    return {
        # The Python itself: a version manager's stand-in named python3 costs 0.1 s of its own.
        "command": [os.path.realpath(sys.executable), str(start.ROOT / "start.py"),
                    "--no-browser", "--port", str(port)],
        "environment": {"TAILOR_WORKSPACE": str(folder / "workspace")},
        "cwd": start.ROOT,
        "port": port,
        "react": react_tailor,
    }  # fmt: skip


def bare_page(folder: Path) -> dict:
    """The same for a page of one line."""
    port = free_port()
    script = folder / "bare" / "bare.py"
    script.parent.mkdir(exist_ok=True)
    script.write_text(BARE, encoding="utf-8")
    return {
        "command": [str(start.PYTHON), "-m", "streamlit", "run", str(script)],
        "environment": {
            "STREAMLIT_SERVER_PORT": str(port), "STREAMLIT_SERVER_HEADLESS": "true",
            "STREAMLIT_SERVER_ADDRESS": "localhost",
            "STREAMLIT_BROWSER_GATHER_USAGE_STATS": "false",
        },
        "cwd": script.parent,
        "port": port,
        "react": react_bare,
    }  # fmt: skip


def react_tailor(page: Page) -> None:
    """Go from Home to Results by the menu, as soon as it is there; see that there is no run yet."""
    menu = page.locator('[data-testid="stSidebarNav"]')
    menu.get_by_role("link", name="Results", exact=True).click()
    expect(page.locator('[data-testid="stMain"]').get_by_text("no run yet")).to_be_visible()


def react_bare(page: Page) -> None:
    """Press the button, see the title."""
    page.get_by_role("button", name="Press").click()
    expect(page.get_by_role("heading", name="Pressed")).to_be_visible()


def one_start(browser: Browser, what: dict, facts: dict) -> float:
    """Seconds from the command to the reaction; what was loaded and asked is added to `facts`."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    context.set_default_timeout(READY_S * 1000)
    foreign: list[str] = []
    context.on("request", lambda request: is_ours(request.url) or foreign.append(request.url))
    page = context.new_page()
    environment = {**start.own_environment(), **what["environment"]}
    began = time.perf_counter()
    process = subprocess.Popen(
        what["command"], cwd=what["cwd"], env=environment, stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        open_when_ready(page, what["port"], process)
        what["react"](page)
        seconds = time.perf_counter() - began
        look_inside(process.pid, len(foreign), facts)
    finally:
        end(process)
        context.close()
    return seconds


def open_when_ready(page: Page, port: int, process: subprocess.Popen) -> None:
    """Open the page at the first moment somebody answers, as the launcher's browser does."""
    deadline = time.perf_counter() + READY_S
    while not start.answers("127.0.0.1", port):
        if process.poll() is not None or time.perf_counter() > deadline:
            raise RuntimeError(f"{process.args} does not answer")
        time.sleep(0.02)
    while True:
        try:
            page.goto(f"http://localhost:{port}/", wait_until="commit")
            return
        except Error:
            if time.perf_counter() > deadline:
                raise
            time.sleep(0.02)


def look_inside(pid: int, foreign: int, facts: dict) -> None:
    """Whether the server's process holds torch, and whom it talks to."""
    family = [psutil.Process(pid), *psutil.Process(pid).children(recursive=True)]
    facts["outgoing_requests"] = facts.get("outgoing_requests", 0) + foreign
    for process in family:
        files = {memory.path for memory in process.memory_maps()}
        if any(f"{os.sep}torch{os.sep}" in file for file in files):
            facts["torch_imported"] = True
        for connection in process.net_connections(kind="inet"):
            if connection.raddr and connection.raddr.ip not in ("127.0.0.1", "::1"):
                facts["outgoing_requests"] += 1


def end(process: subprocess.Popen) -> None:
    """End a server that we started."""
    process.send_signal(signal.SIGINT if os.name != "nt" else signal.SIGTERM)
    try:
        process.wait(timeout=10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


if __name__ == "__main__":
    main()
