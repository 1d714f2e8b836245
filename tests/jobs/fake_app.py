"""An app without pages: only its supervisor. `python -m tests.jobs.fake_app ROOT`, until killed."""

import sys
import time
from pathlib import Path

from components.jobs.supervisor import Supervisor


def main(root: Path) -> None:
    """Watch the jobs under `root/runs` for ever."""
    supervisor = Supervisor([root / "runs"], root / "lock", grace_s=0.4)
    supervisor.start()
    (root / "up.txt").touch()
    while True:
        time.sleep(1)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
