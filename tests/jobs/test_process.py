"""A detached process stands behind the page, by whatever the system shares its cores."""

import os
import sys
from pathlib import Path

import psutil
import pytest

from components.jobs.process import NICENESS, start_detached


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has priority classes instead")
def test_a_detached_process_waits_behind_the_page(tmp_path):
    process = start_detached("tests.jobs.idle_worker", tmp_path)
    try:
        assert psutil.Process(process.pid).nice() == NICENESS
        group = Path(f"/proc/{process.pid}/autogroup")
        if group.exists():
            assert group.read_text().split()[-1] == str(NICENESS)
            assert os.getsid(process.pid) != os.getsid(0)
    finally:
        process.kill()
        process.wait()
