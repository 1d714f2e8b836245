"""The learning rate over the epochs as a small drawing: cheap enough to follow every knob."""

from collections.abc import Sequence

from components.ui.parts.source import part


def rate_curve(rates: Sequence[float], warmup_epochs: float, alt: str, *, key: str) -> None:
    """Draw the rate over the epochs.

    Plotly took the browser 40 ms at each click, and its library 4 MB.

    Args:
        rates: One rate per epoch, from epoch 1.
        warmup_epochs: How long the rate climbs at first; shaded.
        alt: What the curve shows, for screen readers.
        key: The part's name on the page.
    """
    part("rate_curve")(
        key=key,
        data={
            "rates": [float(f"{rate:.4g}") for rate in rates],
            "warmup": min(warmup_epochs, len(rates)),
            "alt": alt,
        },
    )  # fmt: skip
