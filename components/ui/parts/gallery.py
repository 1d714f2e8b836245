"""A grid of a data set's pictures with their boxes, smooth with ten thousand of them."""

from collections.abc import Sequence
from pathlib import Path

from components.ui.parts.source import nothing, part
from components.workspace import Workspace


def gallery(
    dataset: str,
    ids: Sequence[int],
    classes: Sequence[str],
    *,
    key: str,
    height: int = 560,
    tile: int = 180,
    revision: int = 0,
    skeleton: Sequence[tuple[int, int]] = (),
    is_asked_for: bool = False,
) -> int | None:
    """Show the pictures; a click tells which one.

    Args:
        dataset: Slug of the data set.
        ids: Its pictures to show, in this order.
        classes: Names of all its classes, in the order of their ids.
        key: The part's name on the page.
        height: Of the scrolling area, pixels; never more than most of the window.
        tile: Width of a picture at the beginning, pixels; the user can change it.
        revision: Of the data set; another one means that labels and states are asked for anew.
        skeleton: Pairs of keypoints between which a line is drawn.
        is_asked_for: Whether somebody just asked to see these; then the page scrolls here.

    Returns:
        The id of the picture that was just clicked; None in all other runs of the page.
    """
    result = part("gallery")(
        key=key,
        data={
            "base": dataset, "stamp": stamp(Workspace.current().datasets / dataset),
            "ids": list(ids), "classes": list(classes), "height": height, "tile": tile,
            "revision": revision, "skeleton": [list(pair) for pair in skeleton],
            "asked": is_asked_for,
        },
        on_opened_change=nothing,
    )  # fmt: skip
    opened = result.get("opened")
    return None if opened is None else int(opened["id"])


def stamp(dataset_folder: Path) -> str:
    """A word that changes when the data set's thumbnails were made anew.

    It stands in the pictures' addresses, so that a browser may keep them for ever.
    """
    thumbnails = dataset_folder / "thumbnails"
    return f"{thumbnails.stat().st_mtime_ns:x}" if thumbnails.is_dir() else "0"
