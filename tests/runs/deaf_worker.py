"""A worker that says it is there and then heeds nothing: `python -m tests.runs.deaf_worker F`."""

import sys
import time
from pathlib import Path

from components.jobs.worker import at_work

if __name__ == "__main__":
    with at_work(Path(sys.argv[1])):
        time.sleep(600)
