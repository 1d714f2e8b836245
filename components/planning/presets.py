"""Presets: four ready settings of the knobs. They set knobs and nothing else.

What they rest on was measured with YOLO26n on blood cells (205 training pictures, 320 px, 12
epochs, AdamW 0.001): from weights that have seen photographs, freezing the backbone cost 0.025
of 0.619 mAP50-95 and saved a third of the time; from weights that never saw a photograph it cost
far more. Numbers of epochs are rules of thumb of ours.

Small sets step after every batch (`nbs` = batch). Ultralytics adds batches up to 64 pictures, so
63 pictures for 10 epochs are ten steps in all. On a set that Tailor drew (63 training pictures,
320 px, 10 epochs, batch 8, 11 layers frozen, a stand-in for the official weights) mAP50-95 was
0.255 with steps of 64 and 0.760 with steps of 8, the same time taken. On 61 real blood-cell
pictures, 6 epochs, nothing frozen: 0.197 with batch 16 and steps of 64, 0.419 with batch 8 and
steps of 8.
"""

from collections.abc import Callable
from dataclasses import dataclass

from components.planning.freezing import BaseKind
from components.planning.knobs import Value

# Below this many pictures the backbone is kept: there is too little to learn it anew from.
# Rule of thumb; the blood cells above (205) already gained from relearning everything.
FEW_PICTURES = 100
NOMINAL_BATCH = 64  # pictures that Ultralytics adds up for one step
ENOUGH_STEPS = 1000  # below it each batch makes a step of its own; rule of thumb
SMALL_BATCH = 8
# Quick look on a processor: 205 blood-cell pictures, 6 epochs, 256 px, backbone kept, batch 8 and
# steps of 8: mAP50 0.81, 0.89 of what 12 epochs of 320 px with nothing kept reached (0.909).
LOOKED_AT = 6 * 205  # pictures in all
SORTED_AT_PX = 224  # models that sort pictures were made for this size, and need no more
# Looks of other tasks, against detection's. Sorting costs half of finding, and from Tailor's
# starter weights its head begins with nothing: on the leaves of its demo (81 training pictures)
# 15 rounds sorted no better than chance where only the outline told, 30 rounds 16 of 20 right
# where the colour helped. Outlines cost 10.6 billion operations a picture, boxes 6.1 (YOLO26n at
# 640 px).
LOOKS = {"classify": 2.0, "segment": 0.6}
FEWEST_ROUNDS, MOST_ROUNDS = 3, 20  # epochs; rules of thumb
A_FEW_HUNDRED = 300  # training pictures up to which "Small data" is the full plan; rule of thumb
FULLER = 1.25  # times the work of a plan from which on another is worth going on to; rule of thumb


@dataclass(frozen=True, slots=True)
class Situation:
    """What a preset depends on.

    Attributes:
        pictures: Training pictures.
        device_kind: "cpu", "cuda" or "mps".
        base_kind: What the base model has seen before.
        backbone_depth: Layers of its backbone; 0 when not known, then nothing is frozen.
        task: A `tasks.TASKS` key.
    """

    pictures: int
    device_kind: str = "cpu"
    base_kind: BaseKind = BaseKind.PHOTOGRAPHS
    backbone_depth: int = 11
    task: str = "detect"

    @property
    def is_slow(self) -> bool:
        """Whether there is only the processor."""
        return self.device_kind == "cpu"

    @property
    def keepable_depth(self) -> int:
        """Layers worth keeping: the backbone of weights that have seen photographs, else none."""
        return self.backbone_depth if self.base_kind is BaseKind.PHOTOGRAPHS else 0


@dataclass(frozen=True, slots=True)
class Preset:
    """One ready setting.

    Attributes:
        key: Its name in drafts.
        label: Its name on the screen.
        help: When to take it.
        values: Knob values for a situation.
    """

    key: str
    label: str
    help: str
    values: Callable[[Situation], dict[str, Value]]


def start_values(task: str) -> dict[str, Value]:
    """The knobs that stand elsewhere at first for a task than for the others."""
    return {"image_size_px": SORTED_AT_PX} if task == "classify" else {}


def preset_values(key: str, situation: Situation) -> dict[str, Value]:
    """The knob values of a preset.

    Raises:
        KeyError: There is no such preset.
    """
    return PRESETS[key].values(situation)


def fuller(epochs: int, image_size_px: int, situation: Situation) -> str:
    """The preset to go on to after a run of so much work, a quick look; "" where it was enough."""
    key = "small" if situation.pictures <= A_FEW_HUNDRED else "balanced"
    values = preset_values(key, situation)
    work = int(values["epochs"]) * int(values["image_size_px"]) ** 2
    return key if work >= FULLER * epochs * image_size_px**2 else ""


def _quick(s: Situation) -> dict[str, Value]:
    """A processor looks at so many pictures in about a minute, whether few often or many once."""
    times = LOOKS.get(s.task, 1.0)
    often = round(times * LOOKED_AT / max(s.pictures, 1))
    most = round(times * MOST_ROUNDS)
    epochs = min(max(often, FEWEST_ROUNDS), most) if s.is_slow else 30
    size = 256 if s.is_slow else 640
    return _values(s, epochs, size, frozen=s.keepable_depth, patience=0, warmup=1.0, rate=0.001)


def _small(s: Situation) -> dict[str, Value]:
    frozen = s.keepable_depth if s.pictures < FEW_PICTURES else 0
    epochs, size = (40, 416) if s.is_slow else (120, 640)
    return _values(s, epochs, size, frozen=frozen, patience=25, warmup=3.0, rate=0.0005)


def _balanced(s: Situation) -> dict[str, Value]:
    epochs, size = (30, 416) if s.is_slow else (100, 640)
    return _values(s, epochs, size, frozen=0, patience=20, warmup=3.0, rate=0.001)


def _best(s: Situation) -> dict[str, Value]:
    epochs = 100 if s.is_slow else 300
    return _values(s, epochs, 640, frozen=0, patience=50, warmup=3.0, rate=0.001, cosine=True)


def _values(
    s: Situation, epochs: int, size: int, *, frozen: int, patience: int, warmup: float,
    rate: float, cosine: bool = False,
) -> dict[str, Value]:  # fmt: skip
    """The knobs all presets set; a model that starts from nothing needs larger, longer steps."""
    is_new = s.base_kind is BaseKind.SCRATCH
    is_small = epochs * max(1, s.pictures // NOMINAL_BATCH) < ENOUGH_STEPS
    batch = min(_batch(s.pictures), SMALL_BATCH if is_small else 16)
    return {
        "expert.nbs": batch if is_small else NOMINAL_BATCH,
        "frozen_layers": frozen,
        "optimizer": "AdamW",
        "learning_rate": 2 * rate if is_new else rate,
        "final_rate_share": 0.01,
        "cosine": cosine,
        "warmup_epochs": warmup,
        "epochs": 2 * epochs if is_new else epochs,
        "image_size_px": min(size, SORTED_AT_PX) if s.task == "classify" else size,
        "batch": batch,
        "patience": patience,
        "close_mosaic": min(10, max(1, epochs // 5)),
    }


def _batch(pictures: int) -> int:
    """At least four steps an epoch where there are pictures for it."""
    return max((each for each in (2, 4, 8, 16) if 4 * each <= pictures), default=2)


PRESETS: dict[str, Preset] = {
    preset.key: preset
    for preset in (
        Preset(
            "quick", "Quick look",
            "A first result in minutes, to see whether labels and classes make sense. "
            "Keeps the backbone of Ultralytics' weights as it is; other base models, such as "
            "Tailor's starter weights, relearn everything.",
            _quick,
        ),
        Preset(
            "small", "Small data",
            "For up to a few hundred pictures: gentle steps, more rounds; below "
            f"{FEW_PICTURES} pictures the backbone of Ultralytics' weights stays as it is, while "
            "other base models relearn everything.",
            _small,
        ),
        Preset(
            "balanced", "Balanced",
            "Good for most data sets: everything relearns, training ends by itself when "
            "nothing improves.",
            _balanced,
        ),
        Preset(
            "best", "Best",
            "Takes its time: large pictures, many rounds, a soft landing. Best over night or "
            "on a graphics card.",
            _best,
        ),
    )
}  # fmt: skip
