"""What the model sees on four fixed pictures, with a slider back through the epochs."""

from collections.abc import Sequence

from components.ui.parts.source import part


def eyes(run: str, *, over: bool, key: str, skeleton: Sequence[tuple[int, int]] = ()) -> None:
    """Show what is drawn after the newest epoch, and follow while the run goes on.

    Args:
        run: Slug of the run.
        over: Whether the run is over; then nothing more is asked for.
        key: The part's name on the page.
        skeleton: Pairs of keypoints between which a line is drawn.
    """
    pairs = [list(pair) for pair in skeleton]
    part("eyes")(key=key, data={"run": run, "over": over, "skeleton": pairs})
