"""One training in a process of its own: `python -m tests.benchmarks.lever_training FOLDER`.

Reads `arguments.json` (the trainer's arguments) and `levers.json` (keys of the tuned trainer's
levers; null for plain Ultralytics), trains, writes `scores.json`. Only the trainers differ: no
events, no needle, no supervisor.
"""

import json
import sys
import time
from pathlib import Path
from typing import Any

from components.ultralytics_quiet import quiet_here


def train(folder: Path) -> None:
    """Train as the files say."""
    quiet_here()
    arguments = json.loads((folder / "arguments.json").read_text(encoding="utf-8"))
    levers = json.loads((folder / "levers.json").read_text(encoding="utf-8"))
    trainer = _trainer(arguments, levers)
    trainer.train()
    scores = {name: float(value) for name, value in trainer.metrics.items()}
    scores["cpu_seconds"] = time.process_time()
    (folder / "scores.json").write_text(json.dumps(scores), encoding="utf-8")


def _trainer(arguments: dict[str, Any], levers: list[str] | None) -> Any:
    from ultralytics import YOLO

    if levers is None:
        model = YOLO(arguments["model"], task=arguments["task"])
        return model._smart_load("trainer")(overrides=arguments)
    from components.runs.mixed_precision import use_own_check
    from components.runs.trainer import trainer_class

    use_own_check()
    trainer = trainer_class(arguments["task"])(overrides=arguments)
    trainer.levers = frozenset(levers)
    return trainer


if __name__ == "__main__":
    train(Path(sys.argv[1]))
