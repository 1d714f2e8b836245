"""The clock for durations."""

import subprocess
import sys
import time

from components.jobs.clock import steady


def test_it_goes_on_at_the_pace_of_seconds():
    before, other = steady(), time.monotonic()
    time.sleep(0.2)
    assert abs((steady() - before) - (time.monotonic() - other)) < 0.1


def test_all_processes_of_a_computer_read_the_same():
    program = "from components.jobs.clock import steady; print(steady())"
    before = steady()
    said = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    ).stdout
    assert before <= float(said) <= steady()
