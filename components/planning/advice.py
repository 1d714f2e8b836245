"""Advice: what an experienced friend would say about a plan, with the reason for each.

Each function looks at one thing and is listed in `ADVICE`; each finding says what it rests on.
"""

from collections.abc import Callable, Iterator
from pathlib import Path

from components.findings import Finding, Severity, most_serious_first
from components.planning import advice_on_data as on_data
from components.planning import advice_on_freezing as freezing
from components.planning.facts import Facts
from components.planning.plan import TrainingPlan
from components.planning.rates import better_rate, known_rates, rate_text
from components.planning.schedule import batches_per_epoch, optimizer_steps

RULE = "rule of thumb"
STRIDE_PX = 8  # the finest grid of YOLO models answers once per 8 pixels
SMALL_PX = 10  # below about this many pixels a side little of a thing is left
FEW_STEPS = 100  # below, a model hardly moves from where it starts
MOST_ADVISED_EPOCHS = 300
LONG_S = 6 * 3600.0


def advice(plan: TrainingPlan, facts: Facts) -> list[Finding]:
    """Everything there is to say, most serious first; empty when the plan is sound."""
    return most_serious_first([finding for look in ADVICE for finding in look(plan, facts)])


def rate_too_large(plan: TrainingPlan, facts: Facts) -> Iterator[Finding]:
    """The AdamW family takes far smaller steps than SGD."""
    if plan.learning_rate > known_rates(plan, facts.train)[1]:
        yield _rate(
            plan, f"is large for {plan.optimizer} and {facts.train} pictures: the model may "
            "forget what it knew.",
        )  # fmt: skip


def rate_too_small(plan: TrainingPlan, facts: Facts) -> Iterator[Finding]:
    """With steps far below what is usual a model hardly moves, above all with SGD."""
    if plan.learning_rate < known_rates(plan, facts.train)[0]:
        yield _rate(plan, f"is small for {plan.optimizer}: it would hardly learn.")


def _rate(plan: TrainingPlan, what: str) -> Finding:
    better = better_rate(plan)
    return Finding(
        Severity.WARN, f"The learning rate {rate_text(plan.learning_rate)} {what}",
        f"Choose {better:g}.",
        ("learning_rate",),
        "Ultralytics' automatic choice is AdamW with 0.002 · 5 / (4 + classes), or MuSGD with "
        f"0.01; how far around it works is a {RULE}",
        (("learning_rate", better),),
    )  # fmt: skip


def tiny_things(plan: TrainingPlan, facts: Facts) -> Iterator[Finding]:
    """What shrinks to a few pixels cannot be seen."""
    side = facts.small_share * plan.image_size_px
    if not 0 < side < SMALL_PX:
        return
    wanted = int(-(-SMALL_PX / facts.small_share // 32) * 32)
    better = min(wanted, 1280, max(32, -(-facts.picture_px // 32) * 32))
    can_grow = better > plan.image_size_px
    yield Finding(
        Severity.WARN,
        f"A tenth of the things are smaller than {side:.0f} pixels at picture size "
        f"{plan.image_size_px}.",
        f"Choose picture size {better}." if can_grow else "Cut the pictures into smaller ones.",
        ("image_size_px",),
        f"the model answers once per {STRIDE_PX} pixels at its finest; {SMALL_PX} is a {RULE}",
        (("image_size_px", better),) if can_grow else (),
    )


def patience_without_use(plan: TrainingPlan, facts: Facts) -> Iterator[Finding]:  # noqa: ARG001
    """Early stopping that cannot stop, or stops before the warm-up is over."""
    if plan.patience >= plan.epochs > 20:
        yield Finding(
            Severity.NOTE,
            f"Training cannot end early: patience is {plan.patience} and there are "
            f"{plan.epochs} epochs.",
            f"Choose a patience of {max(10, plan.epochs // 4)}.",
            ("patience",), "how early stopping works",
            (("patience", max(10, plan.epochs // 4)),),
        )  # fmt: skip
    if 0 < plan.patience <= plan.warmup_epochs:
        yield Finding(
            Severity.WARN,
            f"Training may end in its warm-up: patience is {plan.patience}, the warm-up takes "
            f"{plan.warmup_epochs:g} epochs.",
            "Choose a larger patience.",
            ("patience", "warmup_epochs"), "how early stopping works", (("patience", 20),),
        )  # fmt: skip


def long_warmup(plan: TrainingPlan, facts: Facts) -> Iterator[Finding]:  # noqa: ARG001
    """A warm-up over most of the training."""
    if plan.epochs > 1 and plan.warmup_epochs > plan.epochs / 2:
        better = round(max(0.5, plan.epochs / 5), 1)
        yield Finding(
            Severity.NOTE,
            f"The gentle start takes {plan.warmup_epochs:g} of {plan.epochs} epochs.",
            f"Choose {better:g}.",
            ("warmup_epochs",), RULE, (("warmup_epochs", better),),
        )  # fmt: skip


def few_steps(plan: TrainingPlan, facts: Facts) -> Iterator[Finding]:
    """Small data, large batches: the model hardly takes a step."""
    batch = plan.batch or 16
    nominal = int(plan.expert.get("nbs", 64))
    if facts.train and batch > facts.train:
        smaller = max(1, facts.train // 4)
        yield Finding(
            Severity.WARN,
            f"One step looks at {batch} pictures, and there are only {facts.train}.",
            f"Choose a batch of {smaller}.",
            ("batch",), RULE, (("batch", smaller),),
        )  # fmt: skip
        return
    added_up = max(1, round(nominal / batch))
    per_epoch = batches_per_epoch(facts.train, batch)
    steps = optimizer_steps(plan, facts.train, batch)
    if facts.train and steps < FEW_STEPS and added_up > 1:
        yield Finding(
            Severity.NOTE,
            f"The model takes only about {steps} steps: {nominal} pictures are added up for each.",
            f"Let it step after every {min(batch, 8)} pictures (batch and nominal batch).",
            ("expert.nbs", "batch"),
            "measured by Tailor: mAP50-95 0.760 with steps after 8 pictures, 0.255 with steps "
            "after 64 (its demo, 63 training pictures, 10 epochs); 0.419 and 0.197 (61 blood-cell "
            "pictures, 6 epochs)",
            (("expert.nbs", min(batch, 8)), ("batch", min(batch, 8))),
        )  # fmt: skip
    elif facts.train and steps < FEW_STEPS and plan.epochs < MOST_ADVISED_EPOCHS:
        wanted = min(MOST_ADVISED_EPOCHS, -(-FEW_STEPS * added_up // per_epoch))
        each = f": {nominal} pictures are added up for each"
        if added_up == 1:
            each = f", one after every {batch} pictures"
        yield Finding(
            Severity.NOTE,
            f"The model takes only about {steps} steps{each}.",
            f"Choose {wanted} epochs.",
            ("epochs", "batch"), f"how Ultralytics adds batches up; {FEW_STEPS} is a {RULE}",
            (("epochs", wanted),),
        )  # fmt: skip


def scratch_with_few(plan: TrainingPlan, facts: Facts) -> Iterator[Finding]:
    """Learning from nothing needs thousands of pictures."""
    if plan.is_from_scratch and facts.train < 2000:
        yield Finding(
            Severity.WARN,
            f"The model starts from nothing, with {facts.train} pictures.",
            "Choose trained weights as the base model.",
            ("base",),
            f"{freezing.BLOOD_CELLS}: 0.301 mAP50-95 from nothing, 0.619 from weights that had "
            "seen photographs",
            (("base", f"{Path(plan.base).stem}.pt"),),
        )


def takes_long(plan: TrainingPlan, facts: Facts) -> Iterator[Finding]:
    """Hours are long to wait where labels or plan may still hold a mistake."""
    if facts.expected_s <= LONG_S:
        return
    smaller = max(320, plan.image_size_px // 64 * 32)
    elsewhere = "; or use a computer with a graphics card" if facts.device_kind == "cpu" else ""
    yield Finding(
        Severity.WARN,
        f"{plan.epochs} epochs at {plan.image_size_px} px will take about "
        f"{facts.expected_s / 3600:.0f} hours.",
        f"Choose a smaller model, fewer epochs, or smaller pictures{elsewhere}.",
        ("base", "epochs", "image_size_px"), f"judged by {facts.expected_from}",
        (("image_size_px", smaller),) if smaller < plan.image_size_px else (),
    )  # fmt: skip


def size_not_a_multiple(plan: TrainingPlan, facts: Facts) -> Iterator[Finding]:  # noqa: ARG001
    """Ultralytics rounds the picture size up to whole strides."""
    rounded = -(-plan.image_size_px // 32) * 32
    if rounded != plan.image_size_px:
        yield Finding(
            Severity.NOTE,
            f"The picture size {plan.image_size_px} is no multiple of 32; the trainer will use "
            f"{rounded}.",
            f"Choose {rounded}.",
            ("image_size_px",), "Ultralytics rounds it up", (("image_size_px", rounded),),
        )  # fmt: skip


ADVICE: tuple[Callable[[TrainingPlan, Facts], Iterator[Finding]], ...] = (
    freezing.freezes_everything, freezing.freezes_nothing_learned, freezing.freezes_drawn_shapes,
    freezing.freezes_the_neck, freezing.could_be_faster, freezing.freezes_unknown_weights,
    rate_too_large, rate_too_small, tiny_things, on_data.too_few_to_tell,
    on_data.checked_on_what_was_learned, on_data.rare_classes, on_data.few_without_collages,
    on_data.collages_never_used, patience_without_use, long_warmup, few_steps,
    scratch_with_few, takes_long, size_not_a_multiple,
)  # fmt: skip
