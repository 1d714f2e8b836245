"""The learning rate over the epochs as a small drawing: cheap enough to follow every knob."""

from collections.abc import Sequence

from components.ui.parts.source import part


def rate_curve(
    course: Sequence[tuple[float, float]], warmup_epochs: float, alt: str, *, key: str
) -> None:
    """Draw the rate over the epochs.

    Plotly took the browser 40 ms at each click, and its library 4 MB.

    Args:
        course: Points (epochs gone by, rate), from 0 to the last.
        warmup_epochs: How long the rate climbs at first; shaded.
        alt: What the curve shows, for screen readers.
        key: The part's name on the page.
    """
    part("rate_curve")(
        key=key,
        data={
            "course": [(round(gone, 3), float(f"{rate:.4g}")) for gone, rate in course],
            "warmup": warmup_epochs,
            "alt": alt,
        },
    )  # fmt: skip
