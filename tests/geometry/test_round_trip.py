"""What is drawn comes back where it was drawn, for every task and every EXIF orientation.

Label files and turned pictures are imported, stored, frozen and laid out; the trainer's own data
set is asked for its items without augmentation, at the pictures' own size; a validator is told
predictions that are equal to the labels, and what it would draw is looked at; a predictor makes
results of what a model that is right would answer. Half a pixel is allowed. Masks are kept by the
trainer in cells of four pixels, so outlines may be a cell off.
"""

import tempfile
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, given, settings

from components import tasks
from components.augment.recipe import NONE, Recipe
from components.models import seen
from tests.geometry import things, trained

pytest.importorskip("ultralytics")

HALF_PX = 0.55  # half a pixel, and the tenth to which drawn forms are rounded
CELL_PX = 4.0
FORMATS = {
    "detect": ("yolo", "coco", "labelme"), "segment": ("yolo", "coco", "labelme"),
    "pose": ("yolo", "coco"), "obb": ("yolo", "labelme"), "classify": ("folders",),
}  # fmt: skip
FINDING = [task for task in FORMATS if task != "classify"]
few = settings(
    max_examples=2, deadline=None, derandomize=True, database=None,
    suppress_health_check=[HealthCheck.too_slow],
    phases=[Phase.generate],  # an example takes a second: no search for a smaller one
)  # fmt: skip


def every_way():
    return [(task, way) for task in FINDING for way in FORMATS[task]]


@dataclass
class Drawn:
    """A thing as something draws it: class, box, form."""

    class_name: str
    box: np.ndarray
    shape: list | None


@pytest.mark.parametrize(("task", "way"), every_way())
@few
@given(scene=things.scenes())
def test_the_trainer_is_fed_what_was_drawn_and_the_validator_draws_it_there(task, way, scene):
    with tempfile.TemporaryDirectory() as root:
        on_its_way = trained.bring(Path(root), scene, task, way)
        fed = on_its_way.fed()
        samples = on_its_way.seen() if way == "yolo" else {}
    assert set(fed) == set(things.NAMES)
    for name, item in fed.items():
        demand_same_picture(item.picture, scene, on_its_way, name)
        shift = on_its_way.pad
        found = [
            Drawn(on_its_way.classes[class_id], box - np.tile(shift, 2), moved(shape, -shift))
            for class_id, box, shape in zip(item.classes, item.boxes, item.forms, strict=True)
        ]
        demand_same(found, scene, task)
    assert set(samples) in (set(things.NAMES), set())
    for sample in samples.values():
        assert (sample["width"], sample["height"]) == scene.size
        for rows, forms in (("truth", "truth_shapes"), ("predicted", "predicted_shapes")):
            found = [
                Drawn(on_its_way.classes[row[0]], np.array(row[-4:]), form)
                for row, form in zip(sample[rows], sample[forms], strict=True)
            ]
            demand_same(found, scene, task, whole_outline=rows == "truth")


@pytest.mark.parametrize("task", FINDING)
@settings(few, max_examples=6)
@given(scene=things.scenes())
def test_what_a_model_answers_is_drawn_where_it_meant_it(task, scene):
    result = answered(task, scene)
    found = [Drawn(t["class"], np.array(t["box"]), t["shape"]) for t in seen.things(result)]
    demand_same(found, scene, task)


@few
@given(scene=things.scenes())
def test_a_whole_picture_keeps_its_class_and_stands_upright(scene):
    with tempfile.TemporaryDirectory() as root:
        fed = trained.bring(Path(root), scene, "classify", "folders").fed()
    assert set(fed) == set(things.NAMES)
    small = np.asarray(scene.upright().resize((16, 16))).astype(float)
    for name, item in fed.items():
        assert [*item.classes] == [things.NAMES[name] % 2]
        side = item.picture.shape[0] // 16
        cells = item.picture.reshape(16, side, 16, side, 3)
        assert np.abs(cells.mean(axis=(1, 3)) - small).mean() < 12, name


@few
@given(scene=things.scenes())
def test_a_mirrored_pose_exchanges_left_and_right(scene):
    with tempfile.TemporaryDirectory() as root:
        on_its_way = trained.bring(Path(root), scene, "pose", "yolo")
        fed = on_its_way.fed(only(fliplr=1.0))["jpg-6.jpg"]
    width = on_its_way.size
    for thing, shape in zip(scene.things, fed.forms, strict=True):
        points = np.array(shape[1]).reshape(-1, 3)
        wanted = thing.points[things.FLIP]
        there = wanted[:, 2] > 0
        assert points[:, 2].tolist() == wanted[:, 2].tolist()
        x = width - (wanted[there, 0] + on_its_way.pad[0])
        assert np.abs(points[there, 0] - x).max() <= HALF_PX
        assert np.abs(points[there, 1] - wanted[there, 1] - on_its_way.pad[1]).max() <= HALF_PX


@pytest.mark.parametrize("change", ["fliplr", "flipud"])
@few
@given(scene=things.scenes())
def test_a_turned_box_is_mirrored_with_its_picture(change, scene):
    with tempfile.TemporaryDirectory() as root:
        on_its_way = trained.bring(Path(root), scene, "obb", "yolo")
        plain = on_its_way.fed()["png-5.png"]
        mirrored = on_its_way.fed(only(**{change: 1.0}))["png-5.png"]
    axis = 0 if change == "fliplr" else 1
    assert (plain.picture[:, ::-1] if axis == 0 else plain.picture[::-1]).tolist() == (
        mirrored.picture.tolist()
    )
    for thing, shape in zip(scene.things, mirrored.forms, strict=True):
        wanted = thing.corners + on_its_way.pad
        wanted[:, axis] = on_its_way.size - wanted[:, axis]
        assert corners_apart(shape, wanted) <= HALF_PX


@few
@given(scene=things.scenes())
def test_a_turned_box_stays_on_its_thing_when_the_picture_is_turned(scene):
    """The thing is one of a kind by its colour: the box still lies around these pixels."""
    with tempfile.TemporaryDirectory() as root:
        on_its_way = trained.bring(Path(root), scene, "obb", "yolo")
        fed = on_its_way.fed(only(degrees=40.0))["png-8.png"]
    for class_id, shape in zip(fed.classes, fed.forms, strict=True):
        inside = pixels_inside(np.array(shape[1]).reshape(4, 2), fed.picture.shape)
        coloured = np.abs(fed.picture.astype(int) - things.INKS[class_id]).max(axis=2) < 60
        assert coloured[inside].mean() > 0.85


def only(**changes: float) -> Recipe:
    """Nothing but these."""
    return Recipe({**NONE.trainer, **changes})


def demand_same_picture(picture, scene, on_its_way, name):
    """The pixels are those of the upright picture; JPEG changes them a little."""
    left, top = on_its_way.pad.astype(int)
    width, height = scene.size
    inner = picture[top : top + height, left : left + width].astype(int)
    apart = np.abs(inner - np.asarray(scene.upright())).mean()
    assert apart < (6 if name.endswith("jpg") else 0.1), name


def demand_same(found, scene, task, *, whole_outline=False):
    """Every thing is there, in the middle where it was drawn, with its form."""
    assert len(found) == len(scene.things)
    left = [*found]
    for thing in scene.things:
        left.sort(key=lambda each: -np.abs(middle_of(each.box) - thing.middle).sum())
        nearest = left.pop()
        assert nearest.class_name == things.CLASSES[thing.class_id]
        ring = thing.outline if task == "segment" else thing.corners
        assert np.abs(nearest.box - things.around(ring)).max() <= HALF_PX
        demand_same_form(nearest.shape, thing, task, whole_outline)


def demand_same_form(shape, thing, task, whole_outline):
    if task == "detect":
        assert shape is None
        return
    kind, numbers = shape
    assert kind == tasks.TASKS[task].label_shape
    if task == "pose":
        points = np.array(numbers).reshape(-1, 3)
        there = thing.points[:, 2] > 0
        assert points[:, 2].tolist() == thing.points[:, 2].tolist()
        assert np.abs(points[there] - thing.points[there]).max() <= HALF_PX
    elif task == "obb":
        assert corners_apart(shape, thing.corners) <= HALF_PX
    else:
        ring = np.array(numbers).reshape(-1, 2)
        allowed = HALF_PX if whole_outline else CELL_PX
        assert rings_apart(ring, thing.outline) <= allowed


def middle_of(box):
    return (box[:2] + box[2:]) / 2


def moved(shape, by):
    """A form somewhere else."""
    if shape is None:
        return None
    numbers = np.array(shape[1]).reshape(-1, 3 if shape[0] == "keypoints" else 2)
    there = numbers[:, 2] > 0 if shape[0] == "keypoints" else slice(None)
    numbers[there, :2] += by
    return [shape[0], numbers.ravel().tolist()]


def corners_apart(shape, wanted):
    """The farthest that a corner is off; a box may begin at any of its corners."""
    found = np.array(shape[1]).reshape(4, 2)
    orders = [np.roll(way, n, axis=0) for way in (found, found[::-1]) for n in range(4)]
    return min(np.abs(order - wanted).max() for order in orders)


def rings_apart(one, other):
    """Hausdorff's distance of two closed lines, pixels."""
    a, b = along(one), along(other)
    apart = np.linalg.norm(a[:, None] - b[None], axis=2)
    return max(apart.min(axis=1).max(), apart.min(axis=0).max())


def along(ring, steps=24):
    """Points on a closed line."""
    share = np.linspace(0, 1, steps, endpoint=False)[None, :, None]
    following = np.roll(ring, -1, axis=0)
    return (ring[:, None] + (following - ring)[:, None] * share).reshape(-1, 2)


def pixels_inside(corners, shape):
    """Mask of the pixels whose middle lies well within a convex ring."""
    down, across = np.mgrid[: shape[0], : shape[1]]
    middle = corners.mean(axis=0)
    corners = middle + 0.85 * (corners - middle)
    sides = []
    for start, end in zip(corners, np.roll(corners, -1, axis=0), strict=True):
        (dx, dy) = end - start
        sides.append(dx * (down + 0.5 - start[1]) - dy * (across + 0.5 - start[0]) > 0)
    inside = np.array(sides)
    return inside.all(axis=0) | (~inside).all(axis=0)


def answered(task, scene):
    """Ultralytics' results for a model that answers rightly, its picture twice as large."""
    import torch
    from ultralytics.models import yolo

    scale, side = 2.0, 2 * max(scene.size)
    pad = (side - scale * np.array(scene.size)) / 2
    predictor = {
        "detect": yolo.detect.DetectionPredictor, "segment": yolo.segment.SegmentationPredictor,
        "pose": yolo.pose.PosePredictor, "obb": yolo.obb.OBBPredictor,
    }[task](overrides={"save": False, "imgsz": side})  # fmt: skip
    predictor.model = SimpleNamespace(names=dict(enumerate(things.CLASSES)), kpt_shape=[3, 3])
    rows = torch.tensor([model_row(task, thing, i, len(scene.things), scale, pad)
                         for i, thing in enumerate(scene.things)], dtype=torch.float32)  # fmt: skip
    width, height = scene.size
    original = np.zeros((height, width, 3), np.uint8)
    more = [answered_masks(scene, scale, pad, side)] if task == "segment" else []
    return predictor.construct_result(rows, torch.zeros(1, 3, side, side), original, "", *more)


def model_row(task, thing, index, count, scale, pad):
    """What the model's head says of a thing, in pixels of the model's picture."""
    ring = thing.outline if task == "segment" else thing.corners
    row = [*(things.around(ring) * scale + np.tile(pad, 2)), 0.9, float(thing.class_id)]
    if task == "segment":
        return [*row, *np.where(np.arange(count) == index, 1.0, 0.0)]
    if task == "pose":
        points = thing.points.copy()
        points[:, :2] = points[:, :2] * scale + pad
        points[:, 2] = np.array([0.1, 0.4, 0.9])[points[:, 2].astype(int)]
        return [*row, *points.ravel()]
    if task == "obb":
        middle, sides = np.array(thing.middle) * scale + pad, 2 * np.array(thing.half) * scale
        return [*middle, *sides, *row[4:], thing.turn]
    return row


def answered_masks(scene, scale, pad, side):
    """(N, side / 4, side / 4): each thing's mask as the head gives it, large where it lies."""
    import torch
    from PIL import Image, ImageDraw

    layers = []
    for thing in scene.things:
        layer = Image.new("L", (side, side))
        ring = thing.outline * scale + pad
        ImageDraw.Draw(layer).polygon([tuple(place) for place in ring], fill=255)
        small = np.asarray(layer.resize((side // 4, side // 4), Image.Resampling.BOX))
        layers.append((small / 255 - 0.5) * 20)
    return torch.tensor(np.array(layers), dtype=torch.float32)
