"""The recipe of the starter weights: drawings, pool, a few steps of training, papers."""

import json
import subprocess
import sys

import numpy as np
import pytest

from components.jobs.process import APP_ROOT
from components.models.starter import contours, pool, sampling, scenes, textures
from components.models.starter.card import main, write_papers
from components.models.starter.team import Team, free_port
from components.planning import shipped

SEED = 5


@pytest.fixture(scope="module")
def few_tiles():
    """A bank with two tiles of each kind, drawn in a moment."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(textures, "TILES_PER_KIND", 2)
        return textures.bank(SEED)


@pytest.fixture(scope="module")
def drawn(few_tiles):
    return [scenes.draw(SEED, number, few_tiles) for number in range(24)]


@pytest.fixture
def filled(tmp_path, monkeypatch):
    """A pool of twelve scenes."""
    monkeypatch.setattr(textures, "TILES_PER_KIND", 2)
    made = pool.open_pool(tmp_path / "pool", 12)
    pool.fill(made, SEED)
    return made


def test_textures_use_the_whole_range_and_differ(few_tiles):
    assert set(few_tiles) == set(textures.KINDS)
    assert set(textures.ORIENTED + textures.EVEN) == set(textures.KINDS)
    for name, tiles in few_tiles.items():
        assert all(tile.dtype == np.uint8 and np.ptp(tile) > 200 for tile in tiles), name
        assert not np.array_equal(*tiles), name


@pytest.mark.parametrize("family", contours.FAMILIES)
def test_every_outline_stays_within_its_unit(family):
    dice = np.random.default_rng(SEED)
    for _ in range(40):
        outline = contours.individual(contours.throw(family, dice), dice)
        corners = np.concatenate(outline.parts)
        assert np.isfinite(corners).all()
        assert np.abs(corners).max() == pytest.approx(1.0)


def test_boxes_lie_in_the_picture_and_hold_something(drawn):
    assert sum(len(scene.boxes) for scene in drawn) > 100
    for scene in drawn:
        assert scene.picture.shape == (scenes.SIDE_PX, scenes.SIDE_PX, 3)
        assert scene.picture.dtype == np.uint8
        left, top, right, bottom = scene.boxes.T
        assert (left >= 0).all()
        assert (top >= 0).all()
        assert (right <= scenes.SIDE_PX).all()
        assert (bottom <= scenes.SIDE_PX).all()
        assert (np.minimum(right - left, bottom - top) >= scenes.LEAST_SIDE_PX).all()
        assert len(scene.boxes) <= scenes.MOST_OBJECTS


def test_many_classes_come_up_and_few_enough_for_the_head(drawn):
    seen = {int(each) for scene in drawn for each in scene.classes}
    assert seen <= set(range(len(scenes.CLASSES)))
    assert len(seen) > 25
    # With at most 64 classes YOLO26n's class branch has the width it has for a person's few.
    assert len(scenes.CLASSES) <= 64


def test_a_scene_is_the_same_each_time_and_no_other(few_tiles, drawn):
    again = scenes.draw(SEED, 3, few_tiles)
    assert np.array_equal(again.picture, drawn[3].picture)
    assert np.array_equal(again.boxes, drawn[3].boxes)
    assert not np.array_equal(drawn[3].picture, drawn[4].picture)
    assert not np.array_equal(scenes.draw(SEED + 1, 3, few_tiles).picture, drawn[3].picture)


def test_a_box_fits_what_is_seen():
    owner = np.zeros((scenes.SIDE_PX, scenes.SIDE_PX), np.uint8)
    owner[20:40, 30:90] = 1
    owner[20:40, 60:90] = 2  # hides half of the first
    owner[100:104, 100:140] = 3  # too narrow to be asked for
    boxes, classes = scenes._seen(owner, [60 * 20, 30 * 20, 160], [7, 8, 9])
    assert boxes.tolist() == [[30, 20, 60, 40], [60, 20, 90, 40]]
    assert classes.tolist() == [7, 8]


def test_the_pool_keeps_scenes_and_goes_on_where_it_was(filled, tmp_path):
    again = pool.open_pool(tmp_path / "pool", 12)
    assert again.count == 12
    picture, labels = again.take(0)
    bank = textures.bank(SEED)
    scene = scenes.draw(SEED, 0, bank)
    assert np.array_equal(picture, scene.picture)
    assert np.array_equal(labels[:, 1:], scene.boxes)
    again.filled[0] = 11
    again.pictures[11] = 0
    pool.fill(again, SEED)
    assert again.count == 12
    assert again.pictures[11].any()


@pytest.mark.parametrize("side", [128, 288])
def test_turned_and_cut_pictures_keep_their_boxes_in_them(filled, side):
    dice = np.random.default_rng(SEED)
    for _ in range(60):
        picture, labels = sampling._sample(filled, side, dice)
        assert picture.shape == (side, side, 3)
        assert (labels[:, 1:] >= 0).all()
        assert (labels[:, 1:] <= side).all()
        assert (labels[:, 3:] > labels[:, 1:3]).all()


def test_turning_moves_boxes_with_their_shapes():
    picture = np.zeros((64, 64, 3), np.uint8)
    picture[10:20, 30:60] = 255
    labels = np.array([[4, 30, 10, 60, 20]], np.float32)
    dice = np.random.default_rng(SEED)
    seen = set()
    for _ in range(60):
        turned, [(kind, *box)] = sampling._turned(picture, labels, 64, dice)
        rows, columns = np.nonzero(turned[..., 0])
        assert box == [columns.min(), rows.min(), columns.max() + 1, rows.max() + 1]
        assert kind == 4
        seen.add(tuple(box))
    assert len(seen) == 8


def test_sides_grow_and_the_last_ones_hold_to_the_end():
    assert max(sampling.sides_at(0.0)) < max(sampling.sides_at(0.99))
    assert sampling.sides_at(1.5) == sampling.sides_at(0.99)
    assert all(side % 32 == 0 for part in (0, 0.6, 0.9) for side in sampling.sides_at(part))


TOLD = {"minutes": 64.0, "steps": 900, "pictures": 43_200, "seed": 26, "scenes": 10_000}


def test_the_card_tells_what_it_is_not_and_who_had_the_idea(tmp_path):
    weights = tmp_path / "x.pt"
    weights.write_bytes(b"weights")
    write_papers(weights, {**TOLD, "first": {**TOLD, "minutes": 12.0}}, worth=[])
    card = (tmp_path / "README.md").read_text(encoding="utf-8")
    for words in ("never seen a photograph", "Kataoka", "Baradad", "AGPL-3.0", "Not measured yet",
                  "86,400 training pictures", "76 minutes", "2 calls"):  # fmt: skip
        assert words in " ".join(card.split()), words
    facts = json.loads((tmp_path / "x.json").read_text(encoding="utf-8"))
    assert facts["bytes"] == 7


def test_what_was_measured_gets_into_the_card(tmp_path, monkeypatch):
    weights = tmp_path / "x.pt"
    weights.write_bytes(b"weights")
    write_papers(weights, TOLD, worth=[])
    row = {"set": "cells", "epochs": 9, "map_random": 0.1, "map_starter": 0.25, "gain": 2.5}
    (tmp_path / "worth.txt").write_text(f"words\n{json.dumps([row])}\n", encoding="utf-8")
    monkeypatch.setattr(sys, "argv", ["card", str(weights), str(tmp_path / "worth.txt")])
    main()
    card = (tmp_path / "README.md").read_text(encoding="utf-8")
    assert "| cells | 9 | 0.100 | 0.250 | 2.5 | – |" in card


def test_a_team_of_one_needs_nobody():
    Team().gather()
    assert Team().agree(None, 0.4) == 0.4
    assert 0 < free_port() < 65_536


# What is in a file, and the share of each task's model that takes it over as Ultralytics does.
LOOK = """
import json, sys
from components.models.weights import look
facts = look(sys.argv[1])
from ultralytics.nn.tasks import load_checkpoint
from ultralytics.models import YOLO
from ultralytics.utils.torch_utils import intersect_dicts
from components.planning.shipped import STARTERS
weights = load_checkpoint(sys.argv[1])[0].float().state_dict()
shares = {}
for key, name in STARTERS.items():
    mine = YOLO(name + ".yaml").model.state_dict()
    taken = intersect_dicts(weights, mine)
    shares[key] = sum(v.numel() for v in taken.values()) / sum(v.numel() for v in mine.values())
print(json.dumps([facts, shares]))
"""


@pytest.mark.slow
def test_the_recipe_makes_weights_that_the_scanner_and_ultralytics_take(tmp_path):
    """Two processes, a moment of training, one file that a fine-tuning could start from."""
    out = tmp_path / "mine.pt"
    done = subprocess.run(
        [sys.executable, "-m", "components.models.starter", "--minutes", "0.05", "--scenes", "40",
         "--processes", "2", "--out", str(out), "--seed", str(SEED)],
        cwd=APP_ROOT, capture_output=True, text=True, timeout=400, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    told = json.loads(done.stdout.splitlines()[-1])
    assert told["steps"] >= 1
    assert told["pictures"] == told["steps"] * 48
    assert out.stat().st_size <= 6_000_000
    assert (tmp_path / "README.md").exists()
    seen = subprocess.run([sys.executable, "-c", LOOK, str(out)], cwd=APP_ROOT, text=True,
                          capture_output=True, timeout=300, check=True)  # fmt: skip
    facts, shares = json.loads(seen.stdout.splitlines()[-1])
    assert (facts["task"], facts["family"], len(facts["classes"])) == ("detect", "yolo26n", 60)
    assert shares.keys() == shipped.STARTERS.keys()
    for key, share in shares.items():
        assert share > (0.3 if "cls" in key else 0.6), shares
