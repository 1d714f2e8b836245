"""Trainers of several plans, set up but not trained, in one process; writes down what they use.

`python -m tests.planning.set_up FOLDER`: FOLDER holds plans.json (name to plan) and is the
workspace; seen.json (name to `live`, `differences`, `computing`) is written beside.
"""

import json
import sys
from pathlib import Path

from components.planning.arguments import differences, read_back
from components.planning.plan import TrainingPlan
from components.runs.computing import computing
from components.runs.training import prepare
from components.ultralytics_quiet import quiet
from components.workspace import Workspace


def seen_in(workspace: Workspace, name: str, plan: TrainingPlan) -> dict:
    folder = workspace.runs / name
    folder.mkdir(parents=True)
    from components.runs.mixed_precision import use_own_check
    from components.runs.trainer import trainer_class

    use_own_check()
    trainer = trainer_class(plan.task, plan.trainer)(overrides=prepare(workspace, plan, folder))
    trainer._setup_train()
    live = read_back(trainer)
    told = [[each.severity, each.where[0]] for each in differences(plan, live)]
    return {"live": live, "differences": told, "computing": computing(trainer)}


if __name__ == "__main__":
    root = Path(sys.argv[1])
    quiet(root / "config")
    wanted = json.loads((root / "plans.json").read_text(encoding="utf-8"))
    found = {
        name: seen_in(Workspace.current(), name, TrainingPlan.from_dict(facts))
        for name, facts in wanted.items()
    }
    (root / "seen.json").write_text(json.dumps(found), encoding="utf-8")
