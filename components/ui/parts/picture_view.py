"""One picture, large, with what is marked on it: boxes, outlines, points, turned boxes.

It can be zoomed, and predictions thinned by confidence.
"""

from collections.abc import Sequence

from components.data.drawn_shape import DrawnShape
from components.ui.parts.source import part


def picture_view(
    url: str,
    *,
    width: int,
    height: int,
    boxes: Sequence[Sequence[float]],
    classes: Sequence[str],
    key: str,
    name: str = "",
    confidence: float | None = None,
    names: bool = True,
    height_px: int = 640,
    shapes: Sequence[DrawnShape] = (),
    skeleton: Sequence[tuple[int, int]] = (),
    points: Sequence[str] = (),
) -> None:
    """Show a picture with what is marked on it.

    Args:
        url: Where the picture is; upright, in any size.
        width: The width that `boxes` refer to, pixels.
        height: The height that `boxes` refer to, pixels.
        boxes: Each [class, left, top, right, bottom], or [class, confidence, left, top, ...].
        classes: Names in the order of their ids.
        key: The part's name on the page.
        name: What the picture is called, for people who do not see it.
        confidence: Where a slider for the confidence begins, 0 to 1; without it there is none.
            It works in the browser, so `boxes` should hold the unsure ones too.
        names: Whether class names stand at the boxes.
        height_px: Greatest height on the screen, pixels.
        shapes: The form of each of `boxes`, see `drawn_shape`; empty when all are plain boxes.
        skeleton: Pairs of keypoints between which a line is drawn.
        points: Names of the keypoints, shown when the picture is zoomed.
    """
    part("picture_view")(
        key=key,
        data={
            "url": url, "width": width, "height": height, "boxes": [list(box) for box in boxes],
            "classes": list(classes), "name": name, "confidence": confidence, "names": names,
            "height_px": height_px, "shapes": list(shapes),
            "skeleton": [list(pair) for pair in skeleton], "points": list(points),
        },
    )  # fmt: skip
