"""What a validator saw on one picture, in pixels of that picture, whatever the task.

A row is [class id, (confidence,) left, top, right, bottom]; beside it stands its form as
`components.data.drawn_shape` tells it.
"""

from typing import Any

from components.augment.forms import ring_of
from components.data.drawn_shape import DrawnShape, flat, visibility

LEAST_CONFIDENCE = 0.05  # below, predictions are noise on a picture
MOST_THINGS = 300  # as many as Ultralytics itself looks at
MOST_MASKS = 100

Rows = list[list[float]]
Forms = list[DrawnShape]


def surest(predicted: dict[str, Any]) -> dict[str, Any]:
    """Only the predictions worth drawing, the surest first: masks are dear to bring along."""
    order = predicted["conf"].argsort(descending=True)
    most = MOST_MASKS if "masks" in predicted else MOST_THINGS
    order = order[predicted["conf"][order] >= LEAST_CONFIDENCE][:most]
    return {name: values[order] for name, values in predicted.items()}


def rows_and_forms(validator: Any, things: dict[str, Any], truth: dict[str, Any]) -> Any:
    """One picture's things as rows and forms.

    Args:
        validator: Ultralytics' of one of the four tasks that find things.
        things: Labels or predictions, in pixels of the picture that the model saw.
        truth: What `_prepare_batch` told; holds the sizes.

    Returns:
        Rows, and as many forms.
    """
    task = validator.args.task
    if task == "segment":  # masks are brought along as outlines below
        masks = things["masks"]
        plain = {name: values for name, values in things.items() if name != "masks"}
        scaled = _scaled_boxes(validator, plain, truth)
        return _rows(scaled), _outlines(masks, truth)
    scaled = validator.scale_preds(things, truth)
    if task == "obb":
        return _turned(scaled)
    forms: Forms = _pointed(scaled["keypoints"]) if task == "pose" else [None] * len(scaled["cls"])
    return _rows(scaled), forms


def best_guesses(chances: Any, width: int, height: int, most: int = 5) -> Rows:
    """Classes of a whole picture, the likeliest first.

    Args:
        chances: (C,) of each class, adding up to 1.
        width: Of the picture, pixels.
        height: Of the picture, pixels.
        most: How many to tell.
    """
    sure, classes = chances.float().cpu().topk(min(most, len(chances)))
    return [
        [int(c), round(float(s), 3), 0, 0, width, height]
        for c, s in zip(classes.tolist(), sure.tolist(), strict=True)
    ]


def _scaled_boxes(validator: Any, things: dict[str, Any], truth: dict[str, Any]) -> dict[str, Any]:
    from ultralytics.models.yolo.detect import DetectionValidator

    scaled: dict[str, Any] = DetectionValidator.scale_preds(validator, things, truth)
    return scaled


def _rows(things: dict[str, Any], corners: Any = None) -> Rows:
    classes = things["cls"].cpu().int().tolist()
    edges = (things["bboxes"] if corners is None else corners).float().cpu().tolist()
    sure = things["conf"].float().cpu().tolist() if "conf" in things else [None] * len(classes)
    return [
        [c, *([] if s is None else [round(s, 3)]), *(round(edge, 1) for edge in box)]
        for c, s, box in zip(classes, sure, edges, strict=True)
    ]


def _turned(things: dict[str, Any]) -> tuple[Rows, Forms]:
    import torch
    from ultralytics.utils.ops import xywhr2xyxyxyxy

    if not len(things["cls"]):
        return [], []
    corners = xywhr2xyxyxyxy(things["bboxes"].float())  # type: ignore[no-untyped-call]
    upright = torch.cat((corners.amin(dim=1), corners.amax(dim=1)), dim=1)
    return _rows(things, upright), [["rotated", flat(each)] for each in corners.cpu().tolist()]


def _pointed(keypoints: Any) -> Forms:
    """Labels tell 0, 1 or 2; models how sure they are of each point."""
    is_sure = keypoints.shape[-1] > 2
    whole = is_sure and bool((keypoints[..., 2] == keypoints[..., 2].round()).all())
    return [
        ["keypoints", flat(
            (x, y, (int(more[0]) if whole else visibility(more[0])) if more else 2)
            for x, y, *more in thing
        )]
        for thing in keypoints.float().cpu().tolist()
    ]  # fmt: skip


def _outlines(masks: Any, truth: dict[str, Any]) -> Forms:
    """The largest part of each mask (N, h, w), as an outline in pixels of the picture."""
    import numpy as np

    gain, (pad_x, pad_y) = float(truth["ratio_pad"][0][0]), truth["ratio_pad"][1]
    height, width = truth["imgsz"]
    forms: Forms = []
    for mask in masks.cpu().numpy():
        ring = ring_of(mask)
        if ring is None:
            forms.append(None)
            continue
        fine = np.array([width / mask.shape[1], height / mask.shape[0]])
        points = (ring * fine - [float(pad_x), float(pad_y)]) / gain
        forms.append(["polygon", flat(points.tolist())])
    return forms
