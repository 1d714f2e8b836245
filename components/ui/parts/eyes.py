"""What the model sees on four fixed pictures, with a slider back through the epochs."""

from components.ui.parts.source import part


def eyes(run: str, *, over: bool, key: str) -> None:
    """Show the boxes of the newest epoch, and follow while the run goes on.

    Args:
        run: Slug of the run.
        over: Whether the run is over; then nothing more is asked for.
        key: The part's name on the page.
    """
    part("eyes")(key=key, data={"run": run, "over": over})
