"""The forms of labels as the trainer holds them: what it learns from, drawn back on the picture.

Nothing is imitated: masks are those that training compares with, a quarter as fine as the
picture and with nearer things in front; turned boxes are centre, sides and angle; keypoints carry
their visibility.
"""

from typing import Any

from components.data.drawn_shape import DrawnShape, flat

WHOLE: DrawnShape = ["whole"]
FINER = 4  # a mask is that many times as coarse as its picture


def of_item(item: dict[str, Any], width: int, height: int) -> list[DrawnShape]:
    """The form of every label of one item of the training data set.

    Args:
        item: As the trainer's `Format` leaves it.
        width: Of its picture, pixels.
        height: Of its picture, pixels.
    """
    number = len(item["cls"])
    if "masks" in item:
        return _of_masks(item["masks"].numpy(), number, width, height)
    if "keypoints" in item:
        return _of_points(item["keypoints"].numpy(), number, width, height)
    if item["bboxes"].shape[-1] == 5:
        return [["rotated", flat(corners)] for corners in turned_corners(item, width, height)]
    return [None] * number


def turned_corners(item: dict[str, Any], width: int, height: int) -> list[list[list[float]]]:
    """Corners of turned boxes (N, 4, 2) in pixels, from centre, sides (as shares) and angle."""
    import torch
    from ultralytics.utils.ops import xywhr2xyxyxyxy

    boxes = item["bboxes"].clone().float()
    if not len(boxes):
        return []
    boxes[:, :4] *= torch.tensor([width, height, width, height])
    corners: list[list[list[float]]] = xywhr2xyxyxyxy(boxes).tolist()  # type: ignore[no-untyped-call]
    return corners


def of_label(label: dict[str, Any], task: str, width: int, height: int) -> list[DrawnShape]:
    """The form of every label of a picture before anything happened to it.

    Args:
        label: As Ultralytics read it from the label file: shares of the picture.
        task: Key of `TASKS`.
        width: Pixels that the shares refer to.
        height: Pixels that the shares refer to.
    """
    import numpy as np

    number = len(label["cls"])
    if task == "pose" and label.get("keypoints") is not None:
        return _of_points(label["keypoints"], number, width, height)
    if task not in ("segment", "obb"):
        return [None] * number
    kind = "polygon" if task == "segment" else "rotated"
    scale = np.array([width, height], dtype=np.float64)
    return [[kind, flat((ring * scale).tolist())] for ring in label["segments"]] or [None] * number


def _of_masks(masks: Any, number: int, width: int, height: int) -> list[DrawnShape]:
    """Outlines of the numbered masks of a picture; None for a thing that is wholly hidden."""
    if masks.shape[0] == number and number != 1:  # one mask each
        layers = [masks[index] > 0 for index in range(number)]
    else:  # all in one, numbered from 1
        layers = [masks[0] == index + 1 for index in range(number)]
    rings = [ring_of(layer) for layer in layers]
    fine = width / masks.shape[-1], height / masks.shape[-2]
    return [None if ring is None else ["polygon", flat((ring * fine).tolist())] for ring in rings]


def ring_of(mask: Any) -> Any:
    """The outline of the largest part of a coarse mask, along the edges of its cells.

    Args:
        mask: Shape (H, W), true where the thing is.

    Returns:
        Float64 (N, 2), x and y in cells from the top left corner; None for an empty mask.
    """
    import cv2
    import numpy as np

    # A contour runs through the middles of cells, half a cell inside the thing: on a finer grid
    # that is an eighth. Between cells the finer grid has the straight line, not stairs.
    height, width = mask.shape
    size = width * FINER, height * FINER
    finer = cv2.resize(mask.astype(np.float32), size, interpolation=cv2.INTER_LINEAR) >= 0.5
    rings, _ = cv2.findContours(finer.astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    ring = max(rings, key=cv2.contourArea, default=None)
    if ring is None:
        return None
    few = cv2.approxPolyDP(ring, 0.5, closed=True)
    return (few.reshape(-1, 2).astype(np.float64) + 0.5) / FINER


def _of_points(points: Any, number: int, width: int, height: int) -> list[DrawnShape]:
    import numpy as np

    rows = np.asarray(points, dtype=np.float64).reshape(number, -1, points.shape[-1]).copy()
    rows[..., 0] *= width
    rows[..., 1] *= height
    if rows.shape[-1] == 2:
        rows = np.concatenate((rows, np.full((*rows.shape[:2], 1), 2.0)), axis=-1)
    return [["keypoints", flat(thing.tolist())] for thing in rows]
