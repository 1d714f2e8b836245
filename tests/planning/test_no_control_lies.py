"""Every control of every task, turned away from where it stands, and read back from a trainer."""

import json
import subprocess
import sys

import pytest

from components.augment.catalogue import EFFECTS, effects_for
from components.augment.recipe import ExtraEffect, Recipe
from components.data import versions
from components.jobs.process import APP_ROOT
from components.planning.arguments import AUGMENT, EXPERT, asked_for
from components.planning.expert import for_task, settings
from components.planning.knobs import KNOBS
from components.planning.plan import TrainingPlan
from components.runs.tuning.levers import LEVERS
from components.tasks import TASKS
from components.workspace import Workspace
from tests.runs.drawn_tasks import draw_for

# Away from its default, each in its limits.
EXPERTS = {
    "momentum": 0.85, "weight_decay": 0.001, "warmup_momentum": 0.7, "warmup_bias_lr": 0.05,
    "nbs": 12, "time": 2.5, "amp": False, "cache": "ram", "workers": 2, "compile": True,
    "channels_last": True, "deterministic": False, "rect": True, "multi_scale": 0.25,
    "fraction": 0.75, "single_cls": True, "copy_paste": 0.35, "copy_paste_mode": "mixup",
    "box": 6.5, "cls": 0.7, "cls_pw": 0.4, "dfl": 1.25, "pose": 11.0, "kobj": 1.5, "rle": 1.75,
    "angle": 0.75, "dropout": 0.15, "overlap_mask": False, "mask_ratio": 2, "cls_remap": False,
    "iou": 0.65, "max_det": 77, "save_period": 3, "plots": True,
}  # fmt: skip
# Rectangular batches leave mixed pictures out; a compiled model is another module; one class
# needs no help for the rare ones. So these are turned where nothing else depends on them.
ONLY_IN = {"rect": ("obb",), "compile": ("pose",), "single_cls": ("segment",), "cls_pw": ("detect",)}  # noqa: E501  # fmt: skip
MIXED = ("mosaic", "mixup", "cutmix")
NO_CARD = {"expert.workers", "expert.channels_last"}  # do nothing without a graphics card
ON_A_PROCESSOR = {"image_size_px"}  # 50 is no multiple of 32


def expert_of(task):
    rows = [row.name for row in for_task(task)]
    return {name: EXPERTS[name] for name in rows if task in ONLY_IN.get(name, (task,))}


def recipe_of(task):
    """Every effect the task can take, away from its default."""
    trainer = {
        effect.key: round(0.5 * (effect.default + effect.high), 6)
        if effect.default < effect.high else 0.5 * (effect.low + effect.default)
        for effect in effects_for(task, "trainer")
    }  # fmt: skip
    if task in ONLY_IN["rect"]:
        trainer |= dict.fromkeys(MIXED, 0.0)
    extra = tuple(
        ExtraEffect(effect.key, 0.35 if effect.has_strength else effect.default, 0.25)
        for effect in effects_for(task, "albumentations")
    )
    return Recipe(trainer, extra).to_dict()


def plan_of(task, trainer, version):
    suffix = TASKS[task].weights_suffix
    values = {
        "frozen_layers": 5, "optimizer": "SGD", "learning_rate": 0.004, "final_rate_share": 0.2,
        "cosine": True, "warmup_epochs": 1.5, "epochs": 6, "image_size_px": 50, "batch": 3,
        "device": "cpu", "patience": 17, "seed": 5, "close_mosaic": 2,
    }  # fmt: skip
    return TrainingPlan(
        dataset=f"arrows-{task}", version=version, task=task, base=f"yolo26n{suffix}.yaml",
        trainer=trainer, recipe=recipe_of(task), expert=expert_of(task), **values,
    )  # fmt: skip


def test_every_expert_setting_is_turned_for_some_task_and_away_from_its_default():
    assert set(EXPERTS) == set(settings())
    assert [name for name, value in EXPERTS.items() if settings()[name].default == value] == []
    assert {name for task in TASKS for name in expert_of(task)} == set(EXPERTS)


def test_every_effect_is_turned_for_some_task_and_away_from_its_default():
    turned = set()
    for task in TASKS:
        recipe = recipe_of(task)
        turned |= {key for key, value in recipe["trainer"].items()
                   if value != EFFECTS[key].default}  # fmt: skip
        turned |= {each["key"] for each in recipe["extra"]}
    assert turned == set(EFFECTS)


def test_every_knob_is_turned_away_from_its_default():
    plans = [plan_of("detect", trainer, "v") for trainer in ("tuned", "reference")]
    resting = {
        name for name, knob in KNOBS.items()
        if all(getattr(plan, name) == knob.default for plan in plans)
    }  # fmt: skip
    assert resting == set()


@pytest.fixture(scope="module")
def seen(tmp_path_factory):
    """What the trainers of each task and kind say they use."""
    root = tmp_path_factory.mktemp("set-up")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TAILOR_WORKSPACE", str(root))
        workspace = Workspace.current()
        plans = {}
        for task in TASKS:
            version = versions.freeze(draw_for(workspace, task))
            kinds = ("reference", "tuned") if task == "detect" else ("tuned",)
            plans |= {f"{task}-{kind}": plan_of(task, kind, version) for kind in kinds}
        texts = {name: plan.to_dict() for name, plan in plans.items()}
        (root / "plans.json").write_text(json.dumps(texts), encoding="utf-8")
        done = subprocess.run(
            [sys.executable, "-m", "tests.planning.set_up", str(root)],
            cwd=APP_ROOT, check=False, capture_output=True, text=True, timeout=500,
        )  # fmt: skip
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-3000:]
    told = json.loads((root / "seen.json").read_text(encoding="utf-8"))
    return {name: (plans[name], told[name]) for name in plans}


@pytest.mark.slow
def test_every_control_is_read_back(seen):
    for name, (plan, told) in seen.items():
        assert set(asked_for(plan)) - set(told["live"]) == set(), name


@pytest.mark.slow
def test_each_trainer_does_what_every_control_says(seen):
    for name, (_, told) in seen.items():
        other = {where for _, where in told["differences"]}
        assert other <= NO_CARD | ON_A_PROCESSOR | {"expert.compile"}, name
        assert other >= ON_A_PROCESSOR, name
    assert seen["detect-tuned"][1]["live"]["trainer"] == "tuned"


@pytest.mark.slow
def test_what_is_read_back_comes_from_where_it_takes_effect(seen):
    """Not from the arguments, which would say what was asked in any case."""
    live = seen["segment-tuned"][1]["live"]
    assert (live[EXPERT + "mask_ratio"], live[EXPERT + "overlap_mask"]) == (2, False)
    assert live[EXPERT + "copy_paste_mode"] == "mixup"
    assert live[EXPERT + "workers"] == 0  # asked: 2; a processor has none
    words = live[AUGMENT + "extra"]
    assert len(words) == len(effects_for("segment", "albumentations"))
    assert any("sigma_limit=" in each for each in words)
    assert seen["detect-reference"][1]["live"][EXPERT + "channels_last"] is False


@pytest.mark.slow
def test_what_it_computes_with_is_told_and_short_cuts_only_where_they_are(seen):
    plain, ours = (seen[f"detect-{kind}"][1]["computing"] for kind in ("reference", "tuned"))
    for told in (plain, ours):
        assert (told["dtype"], told["card"], told["kept"]) == ("float32", False, "ram")
        assert told["threads"] >= 1
    assert plain["shortcuts"] == []
    labels = [label for label, _ in ours["shortcuts"]]
    assert LEVERS["assigning"].label in labels
    assert LEVERS["precision"].label not in labels  # the plan switched half precision off
    assert LEVERS["feeding"].label not in labels  # sizes vary: see `tuned`
