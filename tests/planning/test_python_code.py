import ast
import shlex
import subprocess
import sys

import pytest

from components.augment.recipe import ExtraEffect, Recipe
from components.jobs.process import APP_ROOT
from components.planning.arguments import ultralytics_arguments
from components.planning.plan import TrainingPlan
from components.planning.python_code import same_command, same_in_python
from tests.planning.trained import draw_set

RECIPE = Recipe({"mosaic": 0.5}, (ExtraEffect("blur", 0.5, 0.2),)).to_dict()
PLACES = {"data_yaml": "/d/my data.yaml", "base_path": "yolo26n.yaml", "project": "/r"}


def spoken(plan):
    """The keyword arguments of `model.train(...)` in the text."""
    tree = ast.parse(same_in_python(plan, **PLACES))
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    train = next(c for c in calls if isinstance(c.func, ast.Attribute) and c.func.attr == "train")
    return {word.arg: word.value for word in train.keywords}


def test_what_the_text_says_and_leaves_out_is_what_tailor_gives_the_trainer():
    plan = TrainingPlan(dataset="cells", epochs=7, recipe=RECIPE, expert={"nbs": 32})
    given = ultralytics_arguments(plan, **PLACES)
    said = {
        name: ast.literal_eval(v) for name, v in spoken(plan).items() if name != "augmentations"
    }
    assert said.items() <= given.items()
    assert {"epochs", "lr0", "optimizer", "nbs", "plots", "warmup_bias_lr", "mosaic"} <= set(said)


def test_effects_are_written_as_albumentations():
    text = same_in_python(TrainingPlan(dataset="cells", recipe=RECIPE), **PLACES)
    assert text.startswith("import albumentations as A")
    assert "augmentations=[A." in text


def test_names_with_spaces_survive_the_command_line():
    command = same_command(TrainingPlan(dataset="cells"), **PLACES)
    assert "'data=/d/my data.yaml'" in command
    assert command.startswith("yolo detect train ")


def test_the_command_keeps_ultralytics_from_adding_effects_of_its_own():
    assert "'augmentations=[]'" in same_command(TrainingPlan(dataset="cells"), **PLACES)


@pytest.mark.slow
def test_the_text_runs(tmp_path):
    data = draw_set(tmp_path / "set")
    plan = TrainingPlan(
        dataset="cells", base="yolo26n.yaml", epochs=1, image_size_px=64, batch=4, device="cpu",
        recipe=RECIPE,
    )  # fmt: skip
    places = {"data_yaml": data, "base_path": plan.base, "project": tmp_path / "run"}
    program = tmp_path / "same.py"
    program.write_text(same_in_python(plan, **places), encoding="utf-8")
    quiet_first = (
        "import pathlib, runpy, sys; from components.ultralytics_quiet import quiet; "
        "quiet(pathlib.Path(sys.argv[2])); runpy.run_path(sys.argv[1], run_name='__main__')"
    )
    subprocess.run(
        [sys.executable, "-c", quiet_first, str(program), str(tmp_path / "config")],
        cwd=APP_ROOT, check=True, capture_output=True, timeout=300,
    )  # fmt: skip
    assert (tmp_path / "run" / "train" / "weights" / "best.pt").is_file()


@pytest.mark.slow
def test_the_command_runs_with_the_recipes_effects(tmp_path):
    data = draw_set(tmp_path / "my set")
    plan = TrainingPlan(
        dataset="cells", base="yolo26n.yaml", epochs=1, image_size_px=64, batch=4, device="cpu",
        recipe=RECIPE,
    )  # fmt: skip
    command = same_command(plan, data_yaml=data, base_path=plan.base, project=tmp_path / "run")
    quiet_first = (
        "import pathlib, sys; from components.ultralytics_quiet import quiet; "
        "quiet(pathlib.Path(sys.argv.pop(1))); from ultralytics.cfg import entrypoint; entrypoint()"
    )
    subprocess.run(
        [sys.executable, "-c", quiet_first, str(tmp_path / "config"), *shlex.split(command)[1:]],
        cwd=APP_ROOT, check=True, capture_output=True, timeout=300,
    )  # fmt: skip
    used = (tmp_path / "run" / "train" / "args.yaml").read_text(encoding="utf-8")
    assert "GaussianBlur" in used
    assert (tmp_path / "run" / "train" / "weights" / "best.pt").is_file()
