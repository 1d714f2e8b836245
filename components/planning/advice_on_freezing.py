"""Advice on freezing: how much of a base model to keep depends on what it has seen."""

from collections.abc import Iterator

from components.findings import Finding, Severity
from components.planning.facts import Facts
from components.planning.freezing import BaseKind, backbone_depth, deepest
from components.planning.plan import TrainingPlan

BLOOD_CELLS = (
    "measured by Tailor on blood cells (205 training pictures, 320 px, 12 epochs, YOLO26n)"
)

WORTH_IT = 0.9  # of the time, by a dry run; to save less is not worth any accuracy


def freezes_everything(plan: TrainingPlan, facts: Facts) -> Iterator[Finding]:
    """The trainer refuses a model in which nothing learns."""
    if facts.layers and plan.frozen_layers > deepest(list(facts.layers)):
        most = deepest(list(facts.layers))
        yield Finding(
            Severity.STOP,
            f"{plan.frozen_layers} layers are frozen, and the model has {len(facts.layers)}: "
            "nothing would learn.",
            f"Freeze {most} layers at most.",
            ("frozen_layers",), "Ultralytics refuses it", (("frozen_layers", most),),
        )  # fmt: skip


def freezes_nothing_learned(plan: TrainingPlan, facts: Facts) -> Iterator[Finding]:
    """Freezing keeps what is there; without trained weights that is chance."""
    if facts.base_kind is BaseKind.SCRATCH and plan.frozen_layers > 0:
        yield Finding(
            Severity.WARN,
            f"{plan.frozen_layers} layers are frozen, but this base model has learned nothing yet.",
            "Freeze nothing, or choose trained weights.",
            ("frozen_layers", "base"),
            f"{BLOOD_CELLS}: weights that never saw a photograph lost 0.092 of 0.532 mAP50-95 "
            "with 10 layers frozen, and chance knows even less",
            (("frozen_layers", 0),),
        )


def freezes_drawn_shapes(plan: TrainingPlan, facts: Facts) -> Iterator[Finding]:
    """What was learned from drawings alone must be free to learn from photographs."""
    if facts.base_kind is BaseKind.DRAWN and plan.frozen_layers > 0:
        yield Finding(
            Severity.WARN,
            f"{plan.frozen_layers} layers are frozen, but Tailor's starter weights have never "
            "seen a photograph.",
            "Freeze nothing.",
            ("frozen_layers", "base"),
            f"{BLOOD_CELLS}: from weights that had seen drawn shapes only, 0.440 mAP50-95 with 10 "
            "layers frozen, 0.532 with none",
            (("frozen_layers", 0),),
        )


def freezes_the_neck(plan: TrainingPlan, facts: Facts) -> Iterator[Finding]:
    """Only the head learns: seldom enough."""
    layers = list(facts.layers)
    if not layers or facts.base_kind in (BaseKind.SCRATCH, BaseKind.DRAWN):
        return  # said above already
    depth = backbone_depth(layers)
    if depth < plan.frozen_layers <= deepest(layers):
        yield Finding(
            Severity.WARN,
            f"{plan.frozen_layers} layers are frozen, so hardly more than the head learns.",
            f"Freeze {depth} layers: the backbone alone.",
            ("frozen_layers",),
            f"{BLOOD_CELLS}: 0.418 mAP50-95 with 23 layers frozen, 0.594 with 11, 0.619 with none",
            (("frozen_layers", depth),),
        )


def could_be_faster(plan: TrainingPlan, facts: Facts) -> Iterator[Finding]:
    """On the processor the backbone of trained weights is worth keeping for a first look."""
    layers = list(facts.layers)
    is_candidate = facts.base_kind is BaseKind.PHOTOGRAPHS and facts.device_kind == "cpu"
    is_worth_it = facts.kept_backbone <= WORTH_IT  # 0 as long as nobody has measured it here
    if layers and is_candidate and plan.frozen_layers == 0 and is_worth_it:
        depth = backbone_depth(layers)
        saved = f"{1 - facts.kept_backbone:.0%}" if facts.kept_backbone else "about a third"
        here = "; the time is that of the dry run" if facts.kept_backbone else ""
        yield Finding(
            Severity.NOTE,
            "Everything relearns, on the processor.",
            f"Freeze {depth} layers to save {saved} of the time; it costs a little.",
            ("frozen_layers",),
            f"{BLOOD_CELLS}: 188 s and 0.594 mAP50-95 with 11 layers frozen, 277 s and 0.619 "
            f"with none{here}",
            (("frozen_layers", depth),),
        )


def freezes_unknown_weights(plan: TrainingPlan, facts: Facts) -> Iterator[Finding]:
    """Whether freezing a given file costs much depends on what it has seen."""
    if facts.base_kind is BaseKind.GIVEN and plan.frozen_layers > 0:
        yield Finding(
            Severity.NOTE,
            f"{plan.frozen_layers} layers of your own base model stay as they are.",
            "Freeze nothing if it was trained on pictures unlike these.",
            ("frozen_layers",),
            f"{BLOOD_CELLS}: freezing cost 0.025 mAP50-95 from weights that had seen photographs, "
            "0.092 from weights that had not",
            (("frozen_layers", 0),),
        )
