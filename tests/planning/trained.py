"""A real, tiny training in a process of its own; writes down what the trainer used.

`python -m tests.planning.trained FOLDER PLAN_JSON` (FOLDER holds data.yaml).
"""

import json
import sys
from pathlib import Path

import numpy as np
from PIL import Image

from components.planning.arguments import differences, read_back, ultralytics_arguments
from components.planning.plan import TrainingPlan
from components.ultralytics_quiet import quiet


def draw_set(folder: Path, train: int = 8, val: int = 4) -> Path:
    """Red squares on noise, as YOLO; returns data.yaml."""
    for split, count in (("train", train), ("val", val)):
        (folder / "images" / split).mkdir(parents=True)
        (folder / "labels" / split).mkdir(parents=True)
        for i in range(count):
            pixels = np.random.default_rng(i).integers(0, 255, (64, 64, 3), dtype=np.uint8)
            pixels[20:40, 10:30] = (255, 0, 0)
            Image.fromarray(pixels).save(folder / "images" / split / f"{i}.png")
            label = folder / "labels" / split / f"{i}.txt"
            label.write_text("0 0.3125 0.46875 0.3125 0.3125\n", encoding="utf-8")
    described = f"path: {folder}\ntrain: images/train\nval: images/val\nnames:\n  0: red\n"
    (folder / "data.yaml").write_text(described, encoding="utf-8")
    return folder / "data.yaml"


def train(folder: Path, plan: TrainingPlan) -> dict:
    quiet(folder / "config")
    from ultralytics.models.yolo.detect import DetectionTrainer

    given = ultralytics_arguments(
        plan, data_yaml=folder / "data.yaml", base_path=plan.base, project=folder / "run"
    )
    trainer = DetectionTrainer(overrides=given)
    seen: dict = {"rates": [], "batches": 0}

    def at_start(running):
        seen["live"] = read_back(running)
        seen["batches"] = len(running.train_loader)
        seen["differences"] = [
            [each.severity, each.where[0], each.title] for each in differences(plan, seen["live"])
        ]

    trainer.add_callback("on_train_start", at_start)
    trainer.add_callback("on_train_epoch_end", lambda running: seen["rates"].append(running.lr))
    trainer.train()
    return seen


if __name__ == "__main__":
    where = Path(sys.argv[1])
    wanted = TrainingPlan.from_json(sys.argv[2])
    told = train(where, wanted)
    (where / "seen.json").write_text(json.dumps(told), encoding="utf-8")
