"""Learning rates that are known to work for fine-tuning, by optimizer.

Ultralytics' own choice is AdamW with 0.002 · 5 / (4 + classes), that is 0.002 for one class and
0.00012 for 80, or MuSGD with 0.01. How far around it is normal, and how far works at all, are
rules of thumb.
"""

from components.planning.plan import TrainingPlan

ADAM_FAMILY = ("AdamW", "Adam", "Adamax", "NAdam", "RAdam", "RMSprop")
NORMAL, NORMAL_OF_ADAM = (0.004, 0.02), (0.0005, 0.002)
KNOWN, KNOWN_OF_ADAM = (0.002, 0.05), (0.00005, 0.005)
FEW = 500  # pictures, with which trained weights bear half of the largest rate


def known_rates(plan: TrainingPlan, pictures: int) -> tuple[float, float]:
    """The smallest and the largest learning rate that is known to work for a plan.

    Args:
        plan: The plan.
        pictures: Training pictures.
    """
    low, high = KNOWN_OF_ADAM if plan.optimizer in ADAM_FAMILY else KNOWN
    is_delicate = pictures < FEW and not plan.is_from_scratch
    return low, high / 2 if is_delicate else high


def better_rate(plan: TrainingPlan) -> float:
    """The rate to take instead of one that is not known to work."""
    return 0.001 if plan.optimizer in ADAM_FAMILY else 0.01


def rate_word(plan: TrainingPlan, pictures: int) -> str:
    """Where a plan's rate stands for its optimizer, from "Too gentle" to "Too bold"."""
    lowest, highest = known_rates(plan, pictures)
    low, high = NORMAL_OF_ADAM if plan.optimizer in ADAM_FAMILY else NORMAL
    rate = plan.learning_rate
    if not lowest <= rate <= highest:
        return "Too gentle" if rate < lowest else "Too bold"
    if rate < low:
        return "Gentle"
    return "Normal" if rate <= high else "Bold"


def rate_text(rate: float) -> str:
    """A rate as a person writes it, without an exponent."""
    return f"{rate:.6f}".rstrip("0") if rate < 1 else f"{rate:g}"
