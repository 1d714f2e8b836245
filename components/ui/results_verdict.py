"""What a headline score means, in a sentence. The steps are rules of thumb of ours."""

from components.tasks import Metric


def verdict(metric: Metric, value: float) -> str:
    """Of a model that finds things: what its overall quality (mAP, 0 to 1) means."""
    if value >= 0.7:
        return f"{metric.label} is {value:.2f}: very good. Try it on new pictures."
    if value >= 0.5:
        return f"{metric.label} is {value:.2f}: good enough for many uses. Try it on new pictures."
    if value >= 0.25:
        return (
            f"{metric.label} is {value:.2f}: it finds many things, but not exactly. More rounds, "
            "a larger picture size or more labelled pictures usually help."
        )
    return (
        f"{metric.label} is {value:.2f}: not useful yet. Look at the labels first, then train "
        "longer; with very few validation pictures the score may also be chance."
    )


def verdict_of_sorting(metric: Metric, value: float, classes: int) -> str:
    """Of a model that sorts pictures: what its share of right guesses (0 to 1) means.

    Args:
        metric: The headline.
        value: Share of pictures whose first guess is right.
        classes: How many there are; guessing blindly is right once in so many.
    """
    said = f"{metric.label} is {value:.2f}: {round(100 * value)} of 100 pictures"
    blind = 1 / max(classes, 1)
    if value >= 0.95:
        return f"{said}, very good. Try it on new pictures."
    if value >= 0.8:
        return f"{said}, good enough for many uses. Try it on new pictures."
    if value >= min(2 * blind, (1 + blind) / 2):
        return (
            f"{said}: it tells much apart, but not reliably. Look under Mix-ups which classes it "
            "confuses; more pictures of those, or more rounds, usually help."
        )
    return (
        f"{said}, hardly better than guessing blindly ({blind:.2f} with {classes} classes). Look "
        "at the labels first, then train longer."
    )
