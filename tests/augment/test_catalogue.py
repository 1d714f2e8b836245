import importlib.util
import json
import random
from pathlib import Path

import numpy as np
import pytest
import yaml

from components.augment.catalogue import EFFECTS, effects_for, trainer_defaults, trainer_off
from components.augment.effect import ALL_TASKS
from components.augment.recipe import ExtraEffect, Recipe, albumentations_transforms, extra_dicts
from components.augment.safety import QUESTIONS
from components.tasks import TASKS

EXTRAS = [effect.key for effect in EFFECTS.values() if effect.family == "albumentations"]
SPATIAL = {"lens", "quarter_turns", "holes"}  # holes: boxes shrink to what stays visible
BOXES = np.array([[0.1, 0.2, 0.3, 0.5], [0.0, 0.0, 0.15, 0.1], [0.6, 0.55, 1.0, 1.0]])


@pytest.mark.parametrize("effect", EFFECTS.values(), ids=lambda effect: effect.key)
def test_every_effect_says_what_it_is(effect):
    assert effect.label[0].isupper()
    assert effect.help.endswith(".")
    assert effect.low <= effect.off <= effect.high
    assert effect.low <= effect.default <= effect.high
    assert 0 < effect.step <= effect.high - effect.low
    assert effect.unit
    assert 0 < effect.probability <= 1
    assert effect.tasks
    assert set(effect.tasks) <= set(TASKS)
    assert effect.asks is None or effect.asks in QUESTIONS


def test_trainer_effects_have_ultralytics_own_defaults():
    found = importlib.util.find_spec("ultralytics")
    settings = Path(found.submodule_search_locations[0]) / "cfg" / "default.yaml"
    theirs = yaml.safe_load(settings.read_text(encoding="utf-8"))
    assert trainer_defaults() == {key: theirs[key] for key in trainer_defaults()}


def test_no_trainer_effect_does_anything_when_off():
    assert set(trainer_off().values()) == {0.0}


def test_flips_and_turns_ask_and_nothing_else_does():
    asking = {effect.key for effect in EFFECTS.values() if effect.asks}
    assert asking == {"fliplr", "flipud", "degrees", "quarter_turns"}


@pytest.mark.parametrize("task", ALL_TASKS)
def test_a_task_is_offered_only_what_it_can_take(task):
    offered = {effect.key for effect in effects_for(task)}
    assert {"hsv_v", "fliplr"} <= offered
    assert ("mosaic" in offered) == (task != "classify")
    assert bool(effects_for(task, "albumentations")) == (task != "classify")


def _composed(key, strength=None, probability=1.0):
    import albumentations as A

    effect = EFFECTS[key]
    strength = effect.default if strength is None else strength
    recipe = Recipe(extra=(ExtraEffect(key, strength, probability),))
    transforms = albumentations_transforms(recipe)
    is_dual = isinstance(transforms[0], A.DualTransform)
    labels = A.BboxParams(format="yolo", label_fields=["classes"]) if is_dual else None
    composed = A.Compose(transforms, bbox_params=labels)
    composed.set_random_state(np.random.default_rng(5), random.Random(5))
    return composed, is_dual


def _picture():
    soft = np.linspace(30, 220, 200, dtype=np.uint8)
    picture = np.stack(np.broadcast_arrays(soft[:, None], soft[None, :], soft[::-1, None]), -1)
    picture = picture.copy()
    picture[40:100, 20:60] = (250, 30, 30)
    picture[::8, 100:180] = 255
    return picture


def _centres(corners):
    half = (corners[:, 2:] - corners[:, :2]) / 2
    return np.concatenate((corners[:, :2] + half, 2 * half), 1)


@pytest.mark.slow
@pytest.mark.parametrize("key", EXTRAS)
def test_every_extra_effect_changes_pictures_and_keeps_boxes_inside(key):
    composed, is_dual = _composed(key)
    moved = False
    for _ in range(12):
        labels = {"bboxes": _centres(BOXES), "classes": [0, 1, 2]} if is_dual else {}
        result = composed(image=_picture(), **labels)
        assert result["image"].shape == (200, 200, 3)
        assert result["image"].dtype == np.uint8
        if is_dual:
            boxes = np.asarray(result["bboxes"]).reshape(-1, 4)
            assert (boxes[:, :2] - boxes[:, 2:] / 2 > -1e-6).all()
            assert (boxes[:, :2] + boxes[:, 2:] / 2 < 1 + 1e-6).all()
            assert (boxes[:, 2:] > 0).all()
            moved |= boxes.shape == (3, 4) and not np.allclose(boxes, _centres(BOXES), atol=1e-3)
    assert moved == (key in SPATIAL) == EFFECTS[key].moves_boxes


@pytest.mark.slow
@pytest.mark.parametrize("key", [key for key in EXTRAS if EFFECTS[key].has_strength])
def test_more_strength_changes_the_picture_more(key):
    def change(strength):
        composed, is_dual = _composed(key, strength)
        labels = {"bboxes": [], "classes": []} if is_dual else {}
        plain = _picture()
        results = [composed(image=plain, **labels)["image"].astype(float) for _ in range(40)]
        return np.mean([np.abs(result - plain).mean() for result in results])

    changes = [change(strength) for strength in (0.1, 0.4, 0.7, 1.0)]
    assert changes == sorted(changes)
    assert changes[-1] > 1.1 * changes[0]


@pytest.mark.slow
@pytest.mark.parametrize("key", EXTRAS)
def test_every_extra_effect_survives_json(key):
    import albumentations as A

    written = extra_dicts(Recipe(extra=(ExtraEffect(key, EFFECTS[key].default, 0.25),)))
    assert json.loads(json.dumps(written)) == written
    again = A.to_dict(A.from_dict(json.loads(json.dumps(A.to_dict(A.from_dict(written[0]))))))
    assert again["transform"]["p"] == 0.25
    for name, value in written[0]["transform"].items():
        assert np.array_equal(again["transform"][name], value) or name == "blur_limit"


@pytest.mark.slow
@pytest.mark.parametrize("strength", [0.05, 0.5, 1.0])
def test_albumentations_takes_every_strength(strength):
    for key in EXTRAS:
        _composed(key, strength)


@pytest.mark.slow
@pytest.mark.parametrize("key", ["lens", "holes"])
def test_what_is_filled_is_grey_and_not_blue(key):
    composed, _ = _composed(key, 1.0)
    red = np.full((200, 200, 3), (250, 20, 20), np.uint8)
    results = [composed(image=red, bboxes=[], classes=[])["image"] for _ in range(20)]
    filled = np.concatenate([r[np.abs(r.astype(int) - red).sum(axis=2) > 200] for r in results])
    assert len(filled)
    assert (np.ptp(filled.astype(int), axis=1) <= 2).mean() > 0.8  # the rest: blended at the edge
