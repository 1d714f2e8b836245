"""Knobs: every setting a person can turn, told once.

The form draws its labels, limits and help from here, `TrainingPlan` its defaults, `arguments`
its translation. Tests hold the four together. A new setting is a row here, a field in the plan
and a reader in `read_back`.
"""

from dataclasses import dataclass
from enum import StrEnum

Value = float | int | str | bool


class Kind(StrEnum):
    """What a knob's value is, and so which widget draws it."""

    WHOLE = "whole"  # int
    NUMBER = "number"  # float
    SWITCH = "switch"  # bool
    CHOICE = "choice"  # one of `choices`
    DEVICE = "device"  # one of what `machine.devices` finds, or "auto"


@dataclass(frozen=True, slots=True)
class Knob:
    """One setting.

    Attributes:
        name: The field of `TrainingPlan` that it sets.
        label: Plain words first, the field's term after them.
        kind: What its value is.
        default: Where it stands at first.
        low: Smallest allowed number; 0 for other kinds.
        high: Largest allowed number; 0 for other kinds.
        step: The widget's step; 0 for other kinds.
        help: One to three plain sentences: what it does, and when to turn it.
        argument: Ultralytics' name of it; "" when Tailor itself heeds it.
        choices: For `Kind.CHOICE`, value to words.
        tasks: Tasks it does something for; empty means all.
    """

    name: str
    label: str
    kind: Kind
    default: Value
    low: float
    high: float
    step: float
    help: str
    argument: str
    choices: tuple[tuple[str, str], ...] = ()
    tasks: tuple[str, ...] = ()

    def concerns(self, task: str) -> bool:
        """Whether it does anything for the task."""
        return not self.tasks or task in self.tasks


OPTIMIZERS = (
    ("AdamW", "AdamW: forgiving, good for fine-tuning"),
    ("SGD", "SGD: classic, wants a larger rate (about 0.01)"),
    ("MuSGD", "MuSGD: YOLO26's own, for long training on much data"),
    ("Adam", "Adam"),
    ("Adamax", "Adamax"),
    ("NAdam", "NAdam"),
    ("RAdam", "RAdam"),
    ("RMSprop", "RMSprop"),
)
TRAINERS = (
    ("tuned", "Tailor's (faster, same result)"),
    ("reference", "Plain Ultralytics (reference)"),
)

KNOBS: dict[str, Knob] = {
    knob.name: knob
    for knob in (
        Knob(
            "frozen_layers", "How much of the model stays as it is (freeze depth)",
            Kind.WHOLE, 0, 0, 40, 1,
            "Layers counted from the picture's side that keep what they know. 0 lets everything "
            "relearn: most accurate, slowest. The drawing below shows where the backbone ends; to "
            "keep all of it is about a third faster, and good for ordinary photographs.",
            "freeze",
        ),
        Knob(
            "optimizer", "Way of learning (optimizer)", Kind.CHOICE, "AdamW", 0, 0, 0,
            "The rule by which the model corrects itself after each step. AdamW is a good "
            "choice for fine-tuning. Another rule needs another learning rate.",
            "optimizer", OPTIMIZERS,
        ),
        Knob(
            "learning_rate", "Size of the learning steps (learning rate)",
            Kind.NUMBER, 0.001, 0.000001, 0.1, 0.0001,
            "How far the model moves after each step. Too large and it forgets what it knew and "
            "the loss jumps about; too small and it hardly learns.",
            "lr0",
        ),
        Knob(
            "final_rate_share", "Share of the rate left at the end (lrf)",
            Kind.NUMBER, 0.01, 0.0001, 1.0, 0.01,
            "The steps shrink over the epochs, down to this share of the learning rate. 1 keeps "
            "them the same all along.",
            "lrf",
        ),
        Knob(
            "cosine", "Shrink the steps in a soft curve (cosine)", Kind.SWITCH, False, 0, 0, 0,
            "Off: the rate falls in a straight line. On: it stays high longer and lands "
            "softly, which can help long training.",
            "cos_lr",
        ),
        Knob(
            "warmup_epochs", "Gentle start (warm-up epochs)", Kind.NUMBER, 3.0, 0.0, 20.0, 0.5,
            "For so many epochs the rate climbs up from nothing, so that the first steps do not "
            "destroy what the model knows. The last epoch is never part of it.",
            "warmup_epochs",
        ),
        Knob(
            "epochs", "Rounds over your pictures (epochs)", Kind.WHOLE, 50, 1, 3000, 1,
            "How often the model sees every training picture. More is better up to a point; "
            "training ends earlier by itself when nothing improves.",
            "epochs",
        ),
        Knob(
            "image_size_px", "Picture size while learning (imgsz)",
            Kind.WHOLE, 640, 32, 2048, 32,
            "Pictures are scaled to this many pixels a side. Small things need a larger size; "
            "time and memory grow with its square. Multiples of 32.",
            "imgsz",
        ),
        Knob(
            "batch", "Pictures looked at together (batch, 0 = automatic)",
            Kind.WHOLE, 16, 0, 512, 1,
            "How many pictures go through the model at once. More needs more memory. 0 measures "
            "what fits the graphics card; without one it goes by the number of pictures, 2 to 16.",
            "batch",
        ),
        Knob(
            "device", "Where it is computed (device)", Kind.DEVICE, "auto", 0, 0, 0,
            "A graphics card is ten to a hundred times as fast as the processor. Automatic takes "
            "the first card, or the processor when there is none.",
            "device",
        ),
        Knob(
            "patience", "Stop when nothing improves for (patience, epochs)",
            Kind.WHOLE, 30, 0, 1000, 1,
            "Training ends when the result on the validation pictures has not improved for so "
            "many epochs. 0 never ends early.",
            "patience",
        ),
        Knob(
            "seed", "Start of the dice (seed)", Kind.WHOLE, 0, 0, 2_000_000_000, 1,
            "The same number repeats the same training on the same computer. Another number "
            "shows how much of a result is luck.",
            "seed",
        ),
        Knob(
            "close_mosaic", "Last epochs without picture collages (close mosaic)",
            Kind.WHOLE, 10, 0, 1000, 1,
            "For the last epochs the model sees whole pictures instead of collages of four, as "
            "it will in use. 0 keeps the collages to the end.",
            "close_mosaic", tasks=("detect", "segment", "pose", "obb"),
        ),
        Knob(
            "trainer", "Who trains (trainer)", Kind.CHOICE, "tuned", 0, 0, 0,
            "Tailor's trainer is Ultralytics' with measured short cuts. The reference is "
            "Ultralytics untouched, to compare with.",
            "", TRAINERS,
        ),
    )
}  # fmt: skip


def defaults() -> dict[str, Value]:
    """Every knob where it stands at first."""
    return {knob.name: knob.default for knob in KNOBS.values()}
