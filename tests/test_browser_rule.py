"""Without a browser the journeys are left out with one line; in CI that is a failure."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


@pytest.mark.skipif(sys.platform != "linux", reason="a browser cannot be hidden here by PATH")
@pytest.mark.parametrize(("in_ci", "code"), [("", 0), ("true", 1)])
def test_journeys_without_a_browser(in_ci, code):
    nothing = {"PATH": "/nowhere", "PLAYWRIGHT_BROWSERS_PATH": "/nowhere", "TAILOR_BROWSER": ""}
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider",
         "tests/e2e/test_opening.py::test_the_browser_shows_home"],
        cwd=ROOT, env={**os.environ, **nothing, "CI": in_ci},
        capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == code, done.stdout + done.stderr
    assert done.stdout.count("python -m playwright install chromium") >= 1
