"""The same in Python: what a plan does, as a program and as a command that run without Tailor."""

import shlex
from pathlib import Path
from typing import Any

from components.augment.recipe import Recipe, extra_python
from components.planning.arguments import recipe_arguments, ultralytics_arguments
from components.planning.expert import settings
from components.planning.plan import TrainingPlan
from components.planning.shipped import model_arguments

# What a person writing by hand would leave out: the trainer's own defaults.
_UNSPOKEN = {"task", "mode", "model", "verbose", "val", "save", "pretrained", "augmentations"}
_SAID_WHEN_NONE = {"auto_augment"}  # left out, classification would get a mix that nobody chose
# Ultralytics' defaults of the expert settings where Tailor's differ (`expert.json`).
_THEIR_DEFAULTS = {"plots": True, "warmup_bias_lr": 0.1}


def same_in_python(
    plan: TrainingPlan, *, data_yaml: Path | str, base_path: Path | str, project: Path | str
) -> str:
    """A program that trains as the plan says, with plain Ultralytics.

    Args:
        plan: The plan.
        data_yaml: The data set's description for Ultralytics.
        base_path: Weights or architecture.
        project: Where results go.

    Returns:
        Python text; it stands in a `main` guard, which loading pictures in helper processes
        needs on Windows and macOS.
    """
    given = _spoken(plan, data_yaml, base_path, project)
    effects = extra_python(Recipe.from_dict(plan.recipe))
    lines = ["import albumentations as A"] if effects else []
    lines += ["from ultralytics import YOLO", "", 'if __name__ == "__main__":']
    model = model_arguments(plan.base, base_path)
    taken_over = f".load({model['pretrained']!r})" if "pretrained" in model else ""
    lines.append(f"    model = YOLO({model['model']!r}){taken_over}")
    lines.append("    model.train(")
    lines += [f"        {name}={value!r}," for name, value in given.items()]
    # An empty list keeps Ultralytics from adding blur, grey and CLAHE of its own.
    lines.append(f"        augmentations=[{', '.join(effects)}],")
    lines.append("    )")
    return "\n".join(lines) + "\n"


def same_command(
    plan: TrainingPlan, *, data_yaml: Path | str, base_path: Path | str, project: Path | str
) -> str:
    """The same as a command for a terminal (quoted as on Linux and macOS), in one line."""
    given = {
        **model_arguments(plan.base, base_path),
        **_spoken(plan, data_yaml, base_path, project),
        # Said even when empty, so that Ultralytics adds no blur, grey and CLAHE of its own.
        "augmentations": recipe_arguments(plan)["augmentations"],
    }
    words = [shlex.quote(f"{name}={value}") for name, value in given.items()]
    return f"yolo {plan.task} train " + " ".join(words) + "\n"


def _spoken(
    plan: TrainingPlan, data_yaml: Path | str, base_path: Path | str, project: Path | str
) -> dict[str, Any]:
    """The arguments worth writing down."""
    everything = ultralytics_arguments(
        plan, data_yaml=data_yaml, base_path=base_path, project=project
    )
    silent = {
        name for name, row in settings().items()
        if everything[name] == _THEIR_DEFAULTS.get(name, row.default)
    }  # fmt: skip
    return {
        name: value
        for name, value in everything.items()
        if name not in _UNSPOKEN | silent and (value is not None or name in _SAID_WHEN_NONE)
    }
