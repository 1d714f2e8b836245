"""Bare Ultralytics in a process of its own: `python -m tests.benchmarks.bare_training FOLDER`.

Reads `arguments.json`, trains, writes `scores.json`. Only what sends and fetches is switched off.
"""

import json
import sys
import time
from pathlib import Path

from components.ultralytics_quiet import quiet_here


def train(folder: Path) -> None:
    """Train as the arguments say, the way Ultralytics' own pages show it."""
    quiet_here()
    from ultralytics import YOLO

    arguments = json.loads((folder / "arguments.json").read_text(encoding="utf-8"))
    result = YOLO(arguments.pop("model")).train(**arguments)
    scores = {name: float(value) for name, value in result.results_dict.items()}
    scores["cpu_seconds"] = time.process_time()
    (folder / "scores.json").write_text(json.dumps(scores), encoding="utf-8")


if __name__ == "__main__":
    train(Path(sys.argv[1]))
