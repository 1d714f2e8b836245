import json
import shutil

import numpy as np
import pytest
from PIL import Image

from components.augment import preview
from components.augment.catalogue import trainer_off
from components.augment.recipe import NONE, NORMAL, STRONG, Recipe
from components.errors import DatasetError, PlanError
from components.jobs.warm import WarmWorker
from tests.augment.small_yolo import INKS, draw_small_yolo, pixels_of, write_data_yaml

pytestmark = pytest.mark.slow  # imports torch

SIZE_PX = 160


@pytest.fixture
def data_yaml(workspace, tmp_path):
    return draw_small_yolo(tmp_path / "small")


def _draw(data_yaml, out, recipe=NORMAL, **changes):
    wanted = {"image_size_px": SIZE_PX, "seed": 0, "throw": 0, "indices": list(range(8))}
    return preview.draw(str(data_yaml), recipe.to_dict(), out_folder=str(out), **wanted | changes)


def _ink_share(path, box, class_id):
    """How much of a box is painted in the colour of its class."""
    pixels = pixels_of(path)
    left, top, right, bottom = (round(edge) for edge in box)
    inside = pixels[top:bottom, left:right].reshape(-1, 3)
    return (np.abs(inside - INKS[class_id]).max(axis=1) < 70).mean()


def test_tiles_are_json_with_pictures_beside(data_yaml, tmp_path):
    drawn = _draw(data_yaml, tmp_path / "out")
    assert json.loads(json.dumps(drawn)) == drawn
    assert drawn["classes"] == ["wide", "tall"]
    assert drawn["pictures"] == len(drawn["tiles"]) == 8
    for tile in drawn["tiles"]:
        assert pixels_of(tmp_path / "out" / tile["file"]).shape == (SIZE_PX, SIZE_PX, 3)
        assert pixels_of(tmp_path / "out" / tile["original"]).shape == (120, 160, 3)
        assert (tile["original_width"], tile["original_height"]) == (160, 120)
    left_behind = [p.name for p in (tmp_path / "out").iterdir() if p.suffix != ".jpg"]
    assert left_behind == []


@pytest.mark.parametrize("effect", [None, "fliplr", "flipud"])
def test_boxes_lie_on_the_things_before_and_after(data_yaml, tmp_path, effect):
    recipe = Recipe(trainer_off() | ({effect: 1.0} if effect else {}))
    for tile in _draw(data_yaml, tmp_path / "out", recipe)["tiles"]:
        for kind, file in (("boxes", "file"), ("original_boxes", "original")):
            for class_id, *box in tile[kind]:
                assert _ink_share(tmp_path / "out" / tile[file], box, class_id) > 0.9


def test_photographs_turned_by_exif_stand_upright(workspace, tmp_path):
    folder = tmp_path / "small"
    draw_small_yolo(folder, train=1)
    with Image.open(folder / "images/train/train0.png") as upright:
        stored = upright.transpose(Image.Transpose.ROTATE_90)
    exif = Image.Exif()
    exif[274] = 6  # the camera was held upright: turn right by 90 degrees to look at it
    stored.save(folder / "images/train/turned.jpg", exif=exif, quality=95)
    shutil.copy(folder / "labels/train/train0.txt", folder / "labels/train/turned.txt")
    tiles = _draw(write_data_yaml(folder), tmp_path / "out", NONE)["tiles"]
    assert tiles[0]["boxes"] == tiles[1]["boxes"]
    assert tiles[0]["original_boxes"] == tiles[1]["original_boxes"]
    for tile in tiles:
        class_id, *box = tile["boxes"][0]
        assert _ink_share(tmp_path / "out" / tile["file"], box, class_id) > 0.9


def test_the_same_throw_gives_the_same_tiles_and_another_gives_others(data_yaml, tmp_path):
    first, again = (_draw(data_yaml, tmp_path / name, STRONG) for name in ("a", "b"))
    assert first == again
    for tile in first["tiles"]:
        one, other = ((tmp_path / name / tile["file"]).read_bytes() for name in ("a", "b"))
        assert one == other
    assert _draw(data_yaml, tmp_path / "c", STRONG, throw=1)["tiles"] != first["tiles"]


def test_the_recipe_of_one_preview_does_not_linger_in_the_next(data_yaml, tmp_path):
    before = _draw(data_yaml, tmp_path / "a", NORMAL)
    _draw(data_yaml, tmp_path / "b", STRONG)
    _draw(data_yaml, tmp_path / "b", STRONG, closed=True)
    assert _draw(data_yaml, tmp_path / "a", NORMAL) == before


def test_the_last_epochs_are_drawn_unmixed(data_yaml, tmp_path):
    recipe = Recipe(trainer_off() | {"mosaic": 1.0})
    mixed = _draw(data_yaml, tmp_path / "a", recipe)
    closed = _draw(data_yaml, tmp_path / "b", recipe, closed=True)
    assert [t["boxes"] for t in closed["tiles"]] != [t["boxes"] for t in mixed["tiles"]]
    plain = _draw(data_yaml, tmp_path / "c", NONE)
    assert [t["boxes"] for t in closed["tiles"]] == [t["boxes"] for t in plain["tiles"]]


def test_pictures_are_counted_on_from_the_start(data_yaml, tmp_path):
    drawn = _draw(data_yaml, tmp_path / "out", indices=[6, 14, 9])
    assert [tile["index"] for tile in drawn["tiles"]] == [6, 1]


def test_sizes_are_rounded_up_as_the_trainer_does(data_yaml, tmp_path):
    assert _draw(data_yaml, tmp_path / "out", image_size_px=70)["tiles"][0]["width"] == 96


def test_the_original_can_be_had_alone(data_yaml, tmp_path):
    tile = _draw(data_yaml, tmp_path / "a", indices=[3])["tiles"][0]
    alone = preview.draw_original(str(data_yaml), SIZE_PX, 3, str(tmp_path / "b"))
    assert alone == {key: tile[key] for key in alone}
    assert (tmp_path / "b" / alone["original"]).exists()


def test_a_set_without_pictures_is_told_in_a_sentence(data_yaml, tmp_path):
    shutil.rmtree(tmp_path / "small/images/train")
    with pytest.raises(DatasetError, match="small"):
        _draw(data_yaml, tmp_path / "out")


def test_a_recipe_beyond_its_limits_is_told_in_a_sentence(data_yaml, tmp_path):
    with pytest.raises(PlanError, match="between 0 and 1"):
        preview.draw(str(data_yaml), {"trainer": {"mosaic": 7}}, 64, 0, 0, [0], str(tmp_path))


def test_the_warm_process_draws_the_same(data_yaml, tmp_path):
    here = _draw(data_yaml, tmp_path / "a", STRONG)
    worker = WarmWorker(tmp_path / "warm.log")
    try:
        there = worker.call(
            "components.augment.preview:draw", data_yaml=str(data_yaml),
            recipe=STRONG.to_dict(), image_size_px=SIZE_PX, seed=0, throw=0,
            indices=list(range(8)), out_folder=str(tmp_path / "b"),
        )  # fmt: skip
    finally:
        worker.close()
    assert there == here
    for tile in here["tiles"]:
        one, other = ((tmp_path / name / tile["file"]).read_bytes() for name in ("a", "b"))
        assert one == other
