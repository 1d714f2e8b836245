"""Finds a browser that Playwright can drive: any Chrome, Chromium or Edge, else its own."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

HOW_TO_GET_ONE = (
    "no Chrome, Chromium or Edge was found, so the journeys in a real browser were left out: "
    "install one, or run `python -m playwright install chromium`, and test again"
)
FLAGS = [
    "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage",
]  # fmt: skip
COMMANDS = (
    "chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome",
    "microsoft-edge", "microsoft-edge-stable", "msedge",
)  # fmt: skip
MAC_APPS = (
    "Google Chrome.app/Contents/MacOS/Google Chrome",
    "Chromium.app/Contents/MacOS/Chromium",
    "Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
)
WINDOWS_PROGRAMS = (
    "Google/Chrome/Application/chrome.exe",
    "Chromium/Application/chrome.exe",
    "Microsoft/Edge/Application/msedge.exe",
)


def candidates():
    """Where a browser may be on this system, the likeliest first. `TAILOR_BROWSER` names one."""
    if given := os.environ.get("TAILOR_BROWSER"):
        yield Path(given)
    yield from (Path(found) for name in COMMANDS if (found := shutil.which(name)))
    if sys.platform == "darwin":
        for folder in (Path("/Applications"), Path.home() / "Applications"):
            yield from (folder / app for app in MAC_APPS)
    if sys.platform == "win32":
        for variable in ("PROGRAMFILES", "PROGRAMFILES(X86)", "LOCALAPPDATA"):
            if folder := os.environ.get(variable):
                yield from (Path(folder) / program for program in WINDOWS_PROGRAMS)


def find(playwright) -> Path | None:
    """The first browser there is, at last the one that Playwright fetched for itself."""
    for path in candidates():
        if path.is_file():
            return path
    own = Path(playwright.chromium.executable_path)
    return own if own.is_file() else None


def launch(playwright):
    """A headless browser, or None when there is none."""
    path = find(playwright)
    if path is None:
        return None
    is_root = sys.platform == "linux" and os.geteuid() == 0
    return playwright.chromium.launch(
        executable_path=path, args=[*FLAGS, *(["--no-sandbox"] if is_root else [])]
    )


def fetch() -> None:
    """Fetch Playwright's own Chromium when there is no browser at all; say so when it fails."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        if find(playwright):
            return
    print("No browser was found; fetching Playwright's own Chromium.", flush=True)
    command = [sys.executable, "-m", "playwright", "install", "chromium"]
    if subprocess.run(command, capture_output=True, check=False).returncode:
        print(f"It could not be fetched: {HOW_TO_GET_ONE}.", flush=True)


if __name__ == "__main__":
    fetch()
