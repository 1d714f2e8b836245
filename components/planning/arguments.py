"""The one translation of a plan into Ultralytics' arguments, and the way back.

`ultralytics_arguments` is used by the training worker, the Python text and the tests alike.
`read_back` asks the live trainer what it really uses, for `differences` to compare: no control
may lie. Augmentations are read from the live dataset's transforms, rates from the optimizer,
frozen layers from the parameters, expert settings from where each takes effect
(`live_settings`); only what leaves no other trace is read from the arguments.
"""

import math
from pathlib import Path
from typing import Any

from components.findings import Finding, Severity
from components.planning import expert, live_settings
from components.planning.knobs import KNOBS, Kind, Value
from components.planning.live_augmentations import augmentations, extra_words
from components.planning.plan import TrainingPlan
from components.planning.shipped import model_arguments

AUGMENT = "augment."  # prefix of the recipe's values in what was read back
EXPERT = "expert."  # prefix of the expert settings
# Without a card Ultralytics switches these off by itself, and nothing is lost.
_NEEDS_A_CARD = {EXPERT + name for name in ("workers", "amp", "compile", "channels_last")}
_CACHE = EXPERT + "cache"  # more of it, or none where there is no room, learns the same
_MIXED = {AUGMENT + name for name in ("mosaic", "mixup", "cutmix")}
_SAME = 1e-6  # relative; rates and shares pass through float32 nowhere, so this is generous
# Without a card there is no memory to measure: Ultralytics' automatic batch falls back to this.
BATCH_WITHOUT_CARD = 16


def ultralytics_arguments(
    plan: TrainingPlan, *, data_yaml: Path | str, base_path: Path | str, project: Path | str
) -> dict[str, Any]:
    """What a trainer is given. albumentations' transforms are added by the augment room.

    Args:
        plan: The plan.
        data_yaml: What `versions.materialise` returned.
        base_path: Checked weights, or the name of an architecture.
        project: The run's folder, absolute: Ultralytics puts a relative one elsewhere.

    Returns:
        Keyword arguments for a trainer's `overrides` or `YOLO.train`.
    """
    return {
        "task": plan.task,
        "mode": "train",
        "data": str(data_yaml),
        "project": str(project),
        "name": "train",
        "exist_ok": True,
        "pretrained": not plan.is_from_scratch,
        **model_arguments(plan.base, base_path),
        "verbose": True,
        "val": True,
        "save": True,
        **_knob_arguments(plan),
        **recipe_arguments(plan),
        **expert.arguments(plan.expert),
    }


def recipe_arguments(plan: TrainingPlan) -> dict[str, Any]:
    """The trainer's own augmentations, as the recipe sets them."""
    # The augment room is wanted only here; the plan itself keeps plain values.
    from components.augment.recipe import Recipe, trainer_arguments

    given: dict[str, Any] = trainer_arguments(Recipe.from_dict(plan.recipe), plan.task)
    return given


def _knob_arguments(plan: TrainingPlan) -> dict[str, Any]:
    given = {knob.argument: getattr(plan, knob.name) for knob in KNOBS.values() if knob.argument}
    given["batch"] = plan.batch or (-1 if "cuda" in plan.device else BATCH_WITHOUT_CARD)
    if plan.device == "auto":
        given["device"] = None
        given["batch"] = plan.batch or -1
    return given


def asked_for(plan: TrainingPlan) -> dict[str, Value | None]:
    """Everything the plan asks of the trainer, under the names of `read_back`."""
    knobs = {name: getattr(plan, name) for name in KNOBS}
    from components.augment.catalogue import effects_for

    given = recipe_arguments(plan)
    # What the task cannot take is off, and no trainer has a trace of it.
    taken = {"augmentations", *(e.key for e in effects_for(plan.task, "trainer"))}
    augment = {AUGMENT + name: value for name, value in given.items() if name in taken}
    extra = augment.pop(AUGMENT + "augmentations", [])
    augment[AUGMENT + "extra"] = [_extra_words(each["transform"]) for each in extra]
    other = {EXPERT + name: value for name, value in expert.arguments(plan.expert).items()}
    return {**knobs, **augment, **other}


def read_back(trainer: Any) -> dict[str, Any]:
    """What the live trainer uses, asked at `on_train_start` or later.

    Args:
        trainer: An Ultralytics trainer whose `_setup_train` is done.

    Returns:
        Knob names, `augment.*` and `expert.*` to plain values; `learning_rates` holds the
        starting rate of each parameter group. A name is missing where the trainer has none.
    """
    arguments = vars(trainer.args)
    live = {
        **{EXPERT + name: arguments.get(name) for name in expert.settings()},
        **{EXPERT + name: value for name, value in live_settings.settings(trainer).items()},
        **{AUGMENT + name: value for name, value in augmentations(trainer).items()},
    }
    groups = {f"{i} {g.get('param_group', '')}".strip(): float(g.get("initial_lr", g["lr"]))
              for i, g in enumerate(trainer.optimizer.param_groups)}  # fmt: skip
    return live | {
        "frozen_layers": frozen_layers(trainer),
        "optimizer": type(trainer.optimizer).__name__,
        "learning_rate": _main_rate(trainer.optimizer),
        "learning_rates": groups,
        "final_rate_share": float(trainer.lf(trainer.epochs)),
        "cosine": bool(arguments["cos_lr"]),
        "warmup_epochs": _warmup_epochs(trainer),
        "epochs": int(trainer.epochs),
        "image_size_px": int(arguments["imgsz"]),
        "batch": int(trainer.batch_size),
        "device": str(trainer.device),
        "patience": _patience(trainer),
        "seed": int(arguments["seed"]),
        "close_mosaic": int(arguments["close_mosaic"]),
        "trainer": "tuned" if hasattr(trainer, "levers") else "reference",
    }


def differences(plan: TrainingPlan, live: dict[str, Any]) -> list[Finding]:
    """Where the trainer does something else than the plan says.

    Args:
        plan: The plan.
        live: What `read_back` told.

    Returns:
        One finding per difference; what was asked to be automatic is a note, not a warning.
    """
    found = []
    for name, wanted in asked_for(plan).items():
        if name not in live or _is_same(wanted, live[name]):
            continue
        automatic = (name, wanted) in (("batch", 0), ("device", "auto")) or wanted is None
        harmless = automatic or name in _NEEDS_A_CARD or name == _CACHE
        label = _label(name)
        found.append(
            Finding(
                Severity.NOTE if harmless else Severity.WARN,
                f"{label}: the plan says {_words(wanted)}, the trainer uses {_words(live[name])}.",
                _why(name, automatic),
                where=(name,),
                source="read back from the running trainer",
            )
        )
    return found


def frozen_layers(trainer: Any) -> int:
    """How many layers from the picture's side take no part in learning.

    Layers without parameters (upsampling, joining) leave no trace; among the counts that fit
    what is frozen, the one that was asked for wins.
    """
    layers = live_settings.unwrapped(trainer.model).model
    learning = [
        i for i, layer in enumerate(layers) if any(p.requires_grad for p in layer.parameters())
    ]
    first = learning[0] if learning else len(layers)
    asked = trainer.args.freeze
    silent = [i for i in range(first) if not any(True for _ in layers[i].parameters())]
    least = first
    while least > 0 and least - 1 in silent:
        least -= 1
    return int(asked) if isinstance(asked, int) and least <= asked <= first else first


def _main_rate(optimizer: Any) -> float:
    """The rate that was chosen: the smallest among the weights; MuSGD triples the head's."""
    rates = [
        float(g.get("initial_lr", g["lr"]))
        for g in optimizer.param_groups
        if g.get("param_group") in ("weight", "muon", None)
    ]
    return min(rates)


def _warmup_epochs(trainer: Any) -> float:
    batches = max(len(trainer.train_loader), 1)
    asked = float(trainer.args.warmup_epochs)
    real = trainer._get_warmup_iterations(batches) / batches
    # Warm-up counts whole batches: half a batch of difference is rounding, not another setting.
    return asked if abs(real - asked) <= 0.5 / batches + _SAME else float(real)


def _patience(trainer: Any) -> int:
    patience = trainer.stopper.patience
    return 0 if patience == float("inf") else int(patience)


def _extra_words(transform: dict[str, Any]) -> str:
    """An effect as albumentations writes it, in the words of what is read back."""
    return extra_words(str(transform["__class_fullname__"]).rpartition(".")[2], transform)


def _is_same(wanted: Any, real: Any) -> bool:
    numbers = isinstance(wanted, int | float) and isinstance(real, int | float)
    if numbers and not isinstance(wanted, bool) and not isinstance(real, bool):
        return math.isclose(wanted, real, rel_tol=_SAME, abs_tol=1e-12)
    return bool(wanted == real)


def _label(name: str) -> str:
    if name in KNOBS:
        return KNOBS[name].label
    plain = name.removeprefix(EXPERT).removeprefix(AUGMENT)
    row = expert.settings().get(plain)
    return f"{row.label} ({plain})" if row else plain


def _words(value: Any) -> str:
    match value:
        case None:
            return "automatic"
        case bool():
            return "on" if value else "off"
        case float():
            return f"{value:g}"
    return str(value)


def _why(name: str, automatic: bool) -> str:
    if automatic:
        return "Nothing to do: this was left to the trainer."
    if name in _REASONS:
        return _REASONS[name]
    if name in _NEEDS_A_CARD:
        return "Nothing to do: this makes a difference on a graphics card only."
    if KNOBS.get(name) and KNOBS[name].kind is Kind.WHOLE:
        return "Lower the value to what the trainer uses, or free memory and start again."
    return "Look into the run's log for the reason."


_REASONS = {
    "image_size_px": "Choose a multiple of 32 to get exactly what you asked for.",
    "warmup_epochs": "Choose more epochs, or a shorter warm-up: the last epoch is never part of "
    "it.",
    _CACHE: "Nothing to do: it goes by the room there is and learns the same.",
    EXPERT + "nbs": "Choose more epochs: the whole training has no more batches to add up.",
    **dict.fromkeys(
        _MIXED, "Nothing to do if you chose rectangular batches: they leave mixed pictures out."
    ),
}
