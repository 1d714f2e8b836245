"""What the trainer will feed, drawn before it does. Runs in the warm process.

Nothing is imitated here: the training data set itself is asked for its items, so a tile holds the
pixels and boxes that a training with the same recipe, picture size, seed and epoch would get.
"Another throw" is another epoch. JPEG is only the way to the browser.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from components.augment.forms import WHOLE, of_item, of_label, turned_corners
from components.augment.recipe import Recipe, trainer_arguments
from components.augment.training_dataset import (
    build_training_dataset,
    renew_class_transforms,
    set_epoch,
)
from components.data.drawn_shape import DrawnShape
from components.errors import DatasetError
from components.workspace import write_atomic

JPEG_QUALITY = 92
STRIDE = 32  # pixels; the trainer rounds picture sizes up to a multiple of it
_MOST_OPEN = 2  # data sets kept with their decoded pictures
_open: dict[tuple[str, int, int, str], Any] = {}


def draw(
    data_yaml: str,
    recipe: dict[str, Any],
    image_size_px: int,
    seed: int,
    throw: int,
    indices: list[int],
    out_folder: str,
    *,
    task: str = "detect",
    closed: bool = False,
) -> dict[str, Any]:
    """Draw training pictures as the trainer will see them, with the originals beside.

    Args:
        data_yaml: Of a materialised version.
        recipe: `Recipe.to_dict()`.
        image_size_px: Side of the training pictures.
        seed: The plan's seed.
        throw: The epoch, counted from 0.
        indices: Training pictures in the order of their paths; counted on from the start again
            when there are fewer.
        out_folder: Where the JPEGs go; made if it is not there.
        task: What is trained.
        closed: Draw as in the last epochs, when pictures are no longer mixed.

    Returns:
        `{"tiles": [...], "classes": [names], "pictures": how many there are to train on}`; a tile
        is `{"index", "name", "file", "width", "height", "boxes", "original", "original_width",
        "original_height", "original_boxes", "shapes", "original_shapes"}` with file names in
        `out_folder`, boxes as `[class_id, left, top, right, bottom]` in pixels of their own
        picture, and the form of each label (see `drawn_shape`).

    Raises:
        DatasetError: The pictures cannot be read as a training set.
        PlanError: The recipe cannot be built.
    """
    dataset = prepared(data_yaml, Recipe.from_dict(recipe), image_size_px, seed, task, closed)
    set_epoch(dataset, throw)
    folder = Path(out_folder)
    folder.mkdir(parents=True, exist_ok=True)
    chosen = list(dict.fromkeys(index % len(dataset) for index in indices))
    return {
        "tiles": [_tile(dataset, index, folder) for index in chosen],
        "classes": [str(name) for name in dataset.data["names"].values()],
        "pictures": len(dataset),
    }


def draw_original(
    data_yaml: str, image_size_px: int, index: int, out_folder: str, *, task: str = "detect"
) -> dict[str, Any]:
    """One training picture as it is, scaled to the training size; the `original` part of a tile."""
    dataset = prepared(data_yaml, Recipe(), image_size_px, 0, task)
    folder = Path(out_folder)
    folder.mkdir(parents=True, exist_ok=True)
    return _original(dataset, index % len(dataset), folder)


def prepared(
    data_yaml: str | Path, recipe: Recipe, image_size_px: int, seed: int, task: str = "detect",
    closed: bool = False,
) -> Any:  # fmt: skip
    """The training data set with this recipe; opened once for a data set and a picture size."""
    arguments = training_arguments(recipe, image_size_px, seed, task)
    dataset = _opened(Path(data_yaml), arguments)
    if task == "classify":
        renew_class_transforms(dataset, arguments)
    elif closed:
        dataset.close_mosaic(arguments)
    else:
        dataset.transforms = dataset.build_transforms(arguments)
    return dataset


def training_arguments(recipe: Recipe, image_size_px: int, seed: int, task: str = "detect") -> Any:
    """The part of the trainer's arguments that the data set reads, as the trainer checks them."""
    from components.ultralytics_quiet import quiet_here

    quiet_here()
    from ultralytics.cfg import get_cfg
    from ultralytics.utils.checks import check_imgsz

    size = check_imgsz(image_size_px, stride=STRIDE, floor=STRIDE, max_dim=1)  # type: ignore[no-untyped-call]
    given = {**trainer_arguments(recipe, task), "task": task, "mode": "train", "imgsz": size}
    return get_cfg(overrides={**given, "seed": seed, "workers": 0})


@dataclass(frozen=True, slots=True)
class Fed:
    """One picture as the trainer feeds it.

    Attributes:
        picture: (H, W, 3) uint8 RGB.
        classes: (N,) int64.
        boxes: (N, 4) float64 corner pixels; around turned boxes the upright ones.
        forms: One per label, see `drawn_shape`.
    """

    picture: Any
    classes: Any
    boxes: Any
    forms: list[DrawnShape]


def fed(dataset: Any, epoch: int, index: int) -> Fed:
    """One item of the training data set, as arrays."""
    import numpy as np

    item = dataset[epoch, index]
    picture = item["img"].numpy().transpose(1, 2, 0)
    if picture.dtype != np.uint8:  # classification feeds shares of white
        picture = (picture * 255).round().clip(0, 255).astype(np.uint8)
    picture = np.ascontiguousarray(picture)
    height, width = picture.shape[:2]
    if "bboxes" not in item:  # the class is that of the picture
        whole = np.array([[0, 0, width, height]], dtype=np.float64)
        return Fed(picture, np.array([item["cls"]], dtype=np.int64), whole, [WHOLE])
    forms = of_item(item, width, height)
    if item["bboxes"].shape[-1] == 5:
        turned = np.array(turned_corners(item, width, height)).reshape(-1, 4, 2)
        boxes = np.concatenate((turned.min(axis=1), turned.max(axis=1)), axis=1)
    else:
        boxes = corners(item["bboxes"].numpy(), width, height)
    return Fed(picture, item["cls"].numpy().reshape(-1).astype(np.int64), boxes, forms)


def as_trained(dataset: Any, epoch: int, index: int) -> tuple[Any, Any, Any]:
    """Picture, class ids and boxes of one item; see `Fed`."""
    found = fed(dataset, epoch, index)
    return found.picture, found.classes, found.boxes


def corners(boxes: Any, width: int, height: int) -> Any:
    """Centre, width, height as fractions (N, 4) to float64 corner pixels (N, 4)."""
    import numpy as np

    boxes = np.asarray(boxes, dtype=np.float64).reshape(-1, 4)
    half = boxes[:, 2:] / 2
    both = np.concatenate((boxes[:, :2] - half, boxes[:, :2] + half), 1)
    return both * np.array([width, height, width, height], dtype=np.float64)


def _opened(data_yaml: Path, arguments: Any) -> Any:
    key = (str(data_yaml), data_yaml.stat().st_mtime_ns, arguments.imgsz, arguments.task)
    if key not in _open:
        while len(_open) >= _MOST_OPEN:
            del _open[next(iter(_open))]
        _open[key] = _built(data_yaml, arguments)
    return _open[key]


def _built(data_yaml: Path, arguments: Any) -> Any:
    from ultralytics.data.utils import check_cls_dataset, check_det_dataset

    try:
        data = (
            check_cls_dataset(str(data_yaml))
            if arguments.task == "classify"
            else check_det_dataset(str(data_yaml), autodownload=False)
        )
        return build_training_dataset(arguments, data, data["train"], 16, STRIDE)
    except (FileNotFoundError, RuntimeError, ValueError, SyntaxError) as error:
        raise DatasetError(
            f"The training pictures of {data_yaml.parent.name} cannot be read ({error}).",
            "Check the data set on the Data page.",
        ) from error


def _tile(dataset: Any, index: int, folder: Path) -> dict[str, Any]:
    path = folder / f"tile-{dataset.epoch}-{index}.jpg"
    found = fed(dataset, dataset.epoch, index)
    return {
        "index": index, "name": Path(dataset.im_files[index]).name,
        **write_picture(path, found.picture, found.classes, found.boxes), "shapes": found.forms,
        **_original(dataset, index, folder),
    }  # fmt: skip


def write_picture(path: Path, picture: Any, classes: Any, boxes: Any) -> dict[str, Any]:
    """Write what `as_trained` returned as a JPEG; its `file`, `width`, `height` and `boxes`."""
    _write(path, picture[..., ::-1])
    height, width = picture.shape[:2]
    return {"file": path.name, "width": width, "height": height, "boxes": _rows(classes, boxes)}


def _original(dataset: Any, index: int, folder: Path) -> dict[str, Any]:
    picture, classes, boxes, forms = _before(dataset, index)
    name = f"original-{index}.jpg"
    _write(folder / name, picture)
    return {
        "original": name, "original_width": picture.shape[1], "original_height": picture.shape[0],
        "original_boxes": _rows(classes, boxes), "original_shapes": forms,
    }  # fmt: skip


def _before(dataset: Any, index: int) -> tuple[Any, Any, Any, list[DrawnShape]]:
    """A picture (BGR) and its labels before anything happens to them."""
    if dataset.task == "classify":
        file, class_id, *_ = dataset.samples[index]
        picture = dataset.imread(file)
        height, width = picture.shape[:2]
        return picture, [class_id], [[0, 0, width, height]], [WHOLE]
    picture = dataset.load_image(index)[0]
    height, width = picture.shape[:2]
    label = dataset.labels[index]
    boxes = corners(label["bboxes"], width, height)
    return picture, label["cls"].reshape(-1), boxes, of_label(label, dataset.task, width, height)


def _rows(classes: Any, boxes: Any) -> list[list[float]]:
    return [
        [int(class_id), *(round(float(edge), 2) for edge in box)]
        for class_id, box in zip(classes, boxes, strict=True)
    ]


def _write(path: Path, blue_first: Any) -> None:
    import cv2

    _, encoded = cv2.imencode(".jpg", blue_first, [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY])
    write_atomic(path, encoded.tobytes())
