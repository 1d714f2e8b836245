"""Range tests of some folders in one process, with few batches: `python -m tests.runs.swept ...`.

Importing torch takes longer than the tests themselves.
"""

import sys
from pathlib import Path

from components.jobs.worker import at_work
from components.runs import sweeping

BATCHES = 9

if __name__ == "__main__":
    sweeping.MOST_BATCHES = sweeping.FEWEST_BATCHES = BATCHES
    for name in sys.argv[1:]:
        with at_work(Path(name)):
            sweeping.swept(Path(name))
