import pickle
import random

import numpy as np
import pytest

from components.augment import preview
from components.augment.recipe import NONE, NORMAL, STRONG, ExtraEffect, Recipe
from components.augment.training_dataset import build_training_dataset, set_epoch
from components.errors import PlanError
from tests.augment.small_yolo import draw_small_yolo

pytestmark = pytest.mark.slow  # imports torch

SIZE_PX, SEED = 96, 11
MIXED = Recipe(
    {"mosaic": 0.6, "mixup": 0.5, "cutmix": 0.5, "degrees": 30.0},
    (ExtraEffect("noise", 0.5, 0.5), ExtraEffect("light", 0.5, 0.5)),
)


@pytest.fixture
def data_yaml(workspace, tmp_path):
    return draw_small_yolo(tmp_path / "small", train=12)


def _built(data_yaml, recipe, seed=SEED, **changes):
    arguments = preview.training_arguments(recipe, SIZE_PX, seed)
    vars(arguments).update(changes)
    from ultralytics.data.utils import check_det_dataset

    data = check_det_dataset(str(data_yaml))
    return build_training_dataset(arguments, data, data["train"], 4)


def _same(one, other):
    return all(np.array_equal(a, b) for a, b in zip(one, other, strict=True))


def test_an_item_does_not_depend_on_what_was_loaded_before(data_yaml):
    fresh = preview.as_trained(_built(data_yaml, MIXED), 2, 5)
    dataset = _built(data_yaml, MIXED)
    for index in (3, 1, 5, 5, 0):
        preview.as_trained(dataset, index, index)
    random.seed(99)
    np.random.seed(99)
    dataset.max_buffer_length = 2  # forgets decoded pictures at once
    assert _same(preview.as_trained(dataset, 2, 5), fresh)


@pytest.mark.parametrize("cache", ["ram", "disk"])
def test_caching_pictures_changes_nothing(data_yaml, cache):
    plain, cached = _built(data_yaml, MIXED), _built(data_yaml, MIXED, cache=cache)
    for index in range(12):
        assert _same(preview.as_trained(plain, 1, index), preview.as_trained(cached, 1, index))


def test_seed_epoch_and_index_each_change_the_throw(data_yaml):
    dataset, other = _built(data_yaml, NORMAL), _built(data_yaml, NORMAL, seed=SEED + 1)
    base = preview.as_trained(dataset, 0, 4)
    assert not _same(preview.as_trained(dataset, 1, 4), base)
    assert not _same(preview.as_trained(dataset, 0, 7), base)
    assert not _same(preview.as_trained(other, 0, 4), base)


def test_an_index_alone_means_the_epoch_that_was_set(data_yaml):
    dataset = _built(data_yaml, MIXED)
    set_epoch(dataset, 3)
    assert np.array_equal(dataset[6]["img"].numpy(), dataset[3, 6]["img"].numpy())


def test_pythons_dice_are_put_back(data_yaml):
    dataset = _built(data_yaml, MIXED)
    random.seed(1)
    expected = random.random()
    random.seed(1)
    dataset[0, 0]
    assert random.random() == expected


@pytest.mark.parametrize("recipe", [NONE, NORMAL])
def test_no_hidden_effects_are_added(data_yaml, recipe):
    dataset = _built(data_yaml, recipe)
    names = [type(step).__name__ for step in dataset.transforms.transforms]
    assert "Albumentations" not in names
    dataset.close_mosaic(preview.training_arguments(recipe, SIZE_PX, SEED))
    assert "Albumentations" not in [type(step).__name__ for step in dataset.transforms.transforms]


def test_without_our_arguments_hidden_effects_are_still_kept_out(data_yaml):
    dataset = _built(data_yaml, NORMAL, augmentations=None)
    assert "Albumentations" not in [type(step).__name__ for step in dataset.transforms.transforms]


def test_the_empty_list_stops_hidden_effects_in_plain_ultralytics_too(data_yaml):
    arguments = preview.training_arguments(NORMAL, SIZE_PX, SEED)
    from ultralytics.data.build import build_yolo_dataset
    from ultralytics.data.utils import check_det_dataset

    data = check_det_dataset(str(data_yaml))
    theirs = build_yolo_dataset(arguments, data["train"], 4, data)
    step = next(s for s in theirs.transforms.transforms if type(s).__name__ == "Albumentations")
    assert len(step.transform.transforms) == 0


def test_it_is_set_up_as_ultralytics_would(data_yaml):
    arguments = preview.training_arguments(STRONG, SIZE_PX, SEED)
    from ultralytics.data.build import build_yolo_dataset
    from ultralytics.data.utils import check_det_dataset

    data = check_det_dataset(str(data_yaml))
    theirs = vars(build_yolo_dataset(arguments, data["train"], 4, data))
    ours = vars(build_training_dataset(arguments, data, data["train"], 4))
    for name in ("imgsz", "augment", "single_cls", "fraction", "channels", "im_files", "rect",
                 "batch_size", "stride", "pad", "cache", "use_segments"):  # fmt: skip
        assert ours[name] == theirs[name], name
    names = [[type(t).__name__ for t in d["transforms"].transforms] for d in (ours, theirs)]
    assert names[0] == names[1]


def test_the_last_epochs_show_whole_pictures(data_yaml):
    dataset = _built(data_yaml, Recipe({**NONE.trainer, "mosaic": 1.0}))
    plain = _built(data_yaml, NONE)
    assert not _same(preview.as_trained(dataset, 0, 2), preview.as_trained(plain, 0, 2))
    dataset.close_mosaic(preview.training_arguments(NONE, SIZE_PX, SEED))
    assert _same(preview.as_trained(dataset, 0, 2), preview.as_trained(plain, 0, 2))


def test_effects_of_equal_probability_strike_independently(data_yaml):
    both = (ExtraEffect("grey", 1.0, 0.5), ExtraEffect("holes", 1.0, 0.5))
    dataset = _built(data_yaml, Recipe(NONE.trainer, both))
    plain = _built(data_yaml, NONE)
    kinds = set()
    for index in range(12):
        picture = preview.as_trained(dataset, 0, index)[0].astype(int)
        grey = bool((np.ptp(picture, axis=2) == 0).all())
        base = preview.as_trained(plain, 0, index)[0].mean(axis=2)
        holes = bool((np.abs(picture.mean(axis=2) - base) > 25).sum() > 40) if not grey else None
        kinds.add((grey, holes))
    assert {(False, True), (False, False)} < kinds


def test_boxes_stay_inside_the_picture(data_yaml):
    for recipe in (MIXED, STRONG, Recipe({"degrees": 180.0, "perspective": 0.001})):
        dataset = _built(data_yaml, recipe)
        for index in range(12):
            _, classes, boxes = preview.as_trained(dataset, index, index)
            assert len(classes) == len(boxes)
            assert ((boxes > -1e-3) & (boxes < SIZE_PX + 1e-3)).all()
            assert (boxes[:, 2:] > boxes[:, :2]).all()


def test_an_effect_that_cannot_be_built_stops_the_run(data_yaml):
    unknown = [{"__version__": "2.0.8", "transform": {"__class_fullname__": "Sparkle", "p": 1.0}}]
    with pytest.raises(PlanError, match="Sparkle"):
        _built(data_yaml, NORMAL, augmentations=unknown)


def test_it_can_be_sent_to_another_process(data_yaml):
    dataset = _built(data_yaml, MIXED)
    sent = pickle.loads(pickle.dumps(dataset))
    assert _same(preview.as_trained(sent, 4, 3), preview.as_trained(dataset, 4, 3))
