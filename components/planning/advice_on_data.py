"""Advice from the numbers of the data set: too few to check with, rare classes, tiny sets."""

from collections.abc import Iterator

from components.findings import Finding, Severity
from components.planning.facts import Facts
from components.planning.plan import TrainingPlan

FEW_CHECKED, FEW_LABELS = 20, 50  # rules of thumb
TINY = 200  # training pictures; rule of thumb
RARE = 10  # times as many examples of another class; rule of thumb
HELP_FOR_RARE = 0.25
EXAMPLE = 0.8  # of the things found, to show what a number is worth
_Z = 1.96  # of the normal distribution, for 95 of 100


def checked_on_what_was_learned(plan: TrainingPlan, facts: Facts) -> Iterator[Finding]:  # noqa: ARG001
    """A base model that has learned from pictures by which it is judged now."""
    if facts.val_learned:
        yield Finding(
            Severity.WARN,
            f"The base model has learned from {facts.val_learned} of the {facts.val} pictures "
            "that check it: the result will look better than it is.",
            "Start from another base model, or bring back the parts of its training: Data page, "
            "Versions.",
            ("base", "val"), "what is written of the base model's own training",
        )  # fmt: skip


def too_few_to_tell(plan: TrainingPlan, facts: Facts) -> Iterator[Finding]:
    """Small validation sets make noisy numbers."""
    if facts.val == 0:
        yield Finding(
            Severity.STOP, "There are no validation pictures.",
            "Give some pictures to validation on the Data page.", (), "training needs them",
            (("fix", "deal_again"),),
        )  # fmt: skip
    elif facts.val < FEW_CHECKED or 0 < facts.val_boxes < FEW_LABELS:
        asked = facts.val if plan.task == "classify" or not facts.val_boxes else facts.val_boxes
        low, high = interval(EXAMPLE, asked)
        yield Finding(
            Severity.NOTE,
            f"The result is checked on {facts.val} pictures with {facts.val_boxes} labels only: "
            f"who finds {EXAMPLE:.0%} of them may find anything from {low:.0%} to {high:.0%} of "
            "all there are.",
            "Add labelled pictures, but leave the parts as they are: the base model has learned "
            "from those for training."
            if facts.is_base_from_here
            else "Add labelled pictures, or give validation a larger share.",
            ("val",), "Wilson's interval for a share, 95 %",
            () if facts.is_base_from_here else (("fix", "deal_with_more_val"),),
        )  # fmt: skip


def rare_classes(plan: TrainingPlan, facts: Facts) -> Iterator[Finding]:
    """Where one class has many times the examples of another, the rare one is soon overlooked."""
    helped = float(plan.expert.get("cls_pw", 0.0) or 0.0)
    if plan.task == "classify" or helped or not facts.rarest:
        return
    times = facts.commonest / facts.rarest
    if times >= RARE:
        yield Finding(
            Severity.NOTE,
            f"The rarest class has {facts.rarest} labels, the commonest {facts.commonest}: "
            f"{times:.0f} times as many.",
            f"Let rare classes count more (cls_pw {HELP_FOR_RARE:g}); more examples help better.",
            ("expert.cls_pw",),
            "Ultralytics weighs classes by their number to the power of minus cls_pw; when and how "
            "much is a rule of thumb",
            (("expert.cls_pw", HELP_FOR_RARE),),
        )  # fmt: skip


def few_without_collages(plan: TrainingPlan, facts: Facts) -> Iterator[Finding]:
    """Collages of four show the few things there are in ever new surroundings."""
    mosaic = _mosaic(plan)
    if plan.task == "classify" or not 0 < facts.train < TINY or mosaic >= 0.5:
        return
    yield Finding(
        Severity.NOTE,
        f"There are only {facts.train} training pictures, and collages of four (mosaic) are "
        + ("off." if mosaic == 0 else f"used for {mosaic:.0%} of them."),
        "Turn collages on, unless surroundings and sizes are always the same.",
        ("recipe.mosaic",),
        f"Ultralytics trains with collages for all pictures; below {TINY} is a rule of thumb",
        (("recipe.mosaic", 1.0),),
    )  # fmt: skip


def collages_never_used(plan: TrainingPlan, facts: Facts) -> Iterator[Finding]:  # noqa: ARG001
    """The last epochs go without collages; where these are all, the slider does nothing."""
    is_mixed = plan.task != "classify" and _mosaic(plan) > 0
    if is_mixed and plan.close_mosaic >= plan.epochs > 1:
        better = max(1, plan.epochs // 5)
        yield Finding(
            Severity.NOTE,
            f"Collages of four (mosaic) are never used: the last {plan.close_mosaic} epochs go "
            f"without, and there are only {plan.epochs}.",
            f"Leave them out of the last {better} only.",
            ("close_mosaic",), "how Ultralytics ends collages", (("close_mosaic", better),),
        )  # fmt: skip


def interval(share: float, number: int) -> tuple[float, float]:
    """Between which shares the true one lies 95 times of 100 (Wilson's interval).

    Args:
        share: As counted, 0 to 1.
        number: How many were looked at; more than 0.
    """
    spread = _Z * (share * (1 - share) / number + _Z**2 / (4 * number**2)) ** 0.5
    middle, scale = share + _Z**2 / (2 * number), 1 + _Z**2 / number
    return max((middle - spread) / scale, 0.0), min((middle + spread) / scale, 1.0)


def _mosaic(plan: TrainingPlan) -> float:
    """Of a recipe that says nothing, Ultralytics' own."""
    return float(plan.recipe.get("trainer", {}).get("mosaic", 1.0))
