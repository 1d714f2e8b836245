"""Previews and predictions come from the warm process, once for each question."""

import json
import os

import pytest

from components.augment.recipe import RECIPES
from components.jobs import warm
from components.runs.store import RunStore
from components.web import preview_routes
from tests.runs.drawn import draw_dataset, small_plan
from tests.runs.drawn_tasks import draw_for
from tests.web.conftest import WRITE

RECIPE = json.dumps(next(iter(RECIPES.values())).recipe.to_dict())


@pytest.mark.parametrize("recipe", ["[]", "{", "3", "x" * 20_001])
def test_a_recipe_that_cannot_be_read_is_refused(client, workspace, recipe):
    draw_dataset(workspace)
    assert client.get("/tailor/preview/squares", params={"recipe": recipe}).status_code == 400


def test_the_same_seed_chooses_the_same_pictures():
    chosen = preview_routes._chosen(100, 3)
    assert len(chosen) == preview_routes.TILES
    assert chosen == preview_routes._chosen(100, 3) != preview_routes._chosen(100, 4)
    assert preview_routes._chosen(3, 0) == [0, 1, 2]


def test_old_previews_give_way(workspace):
    cache = workspace.cache / "preview"
    for number in range(preview_routes.MOST_KEPT + 5):
        (cache / str(number)).mkdir(parents=True)
        os.utime(cache / str(number), (number, number))
    preview_routes._make_room(cache)
    left = {int(path.name) for path in cache.iterdir()}
    assert left == set(range(5, preview_routes.MOST_KEPT + 5))


def test_predicting_needs_a_model_and_a_picture(client, workspace):
    draw_dataset(workspace)
    run = RunStore(workspace).create(small_plan())
    assert client.get(f"/tailor/predict/{run.slug}/none").status_code == 404


@pytest.mark.slow
def test_a_preview_shows_eight_pictures_and_remembers_them(client, workspace):
    draw_dataset(workspace)
    question = {"recipe": RECIPE, "size": 64, "seed": 1, "throw": 2, "tab": "t"}
    try:
        answer = client.get("/tailor/preview/squares", params=question)
        assert answer.status_code == 200, answer.text
        drawn = answer.json()
        assert len(drawn["tiles"]) == 8
        assert drawn["classes"] == ["red square", "blue square"]
        for tile in drawn["tiles"]:
            for address in (tile["file"], tile["original"]):
                picture = client.get(address)
                assert picture.headers["Content-Type"] == "image/jpeg"
                assert "immutable" in picture.headers["Cache-Control"]
    finally:
        warm.shared().close()
    assert client.get("/tailor/preview/squares", params=question).json() == drawn


@pytest.mark.slow
def test_a_sent_picture_is_looked_at_by_the_runs_best_model(client, workspace):
    from ultralytics import YOLO

    dataset = draw_dataset(workspace)
    run = RunStore(workspace).create(small_plan())
    weights = run.folder / "train" / "weights" / "best.pt"
    weights.parent.mkdir(parents=True)
    YOLO("yolo26n.yaml").save(str(weights))
    data = dataset.picture_file(dataset.ids()[0]).read_bytes()
    listing = {"files": [{"name": "new one.png", "size": len(data), "modified": 1}]}
    batch = client.post("/tailor/upload", json=listing, headers=WRITE).json()["batch"]
    client.put(f"/tailor/upload/{batch}/0", content=data, headers={**WRITE, "X-Offset": "0"})
    assert client.get(f"/tailor/try/{batch}/0").status_code == 404  # not confirmed yet
    client.post(f"/tailor/upload/{batch}", headers=WRITE)
    try:
        seen = client.get(f"/tailor/predict/{run.slug}/{batch}?confidence=1")
    finally:
        warm.shared().close()
    assert seen.status_code == 200, seen.text
    assert (seen.json()["width"], seen.json()["height"]) == (96, 96)
    assert client.get(seen.json()["picture"]).content == data


@pytest.mark.slow
@pytest.mark.parametrize(
    ("task", "form"),
    [("segment", "polygon"), ("pose", "keypoints"), ("obb", "rotated"), ("classify", "whole")],
)
def test_a_preview_is_that_of_the_data_sets_task(client, workspace, task, form):
    slug = draw_for(workspace, task).slug
    try:
        answer = client.get(f"/tailor/preview/{slug}", params={"recipe": RECIPE, "size": 64})
        assert answer.status_code == 200, answer.text
        shapes = [shape for tile in answer.json()["tiles"] for shape in tile["shapes"]]
        assert form in {shape[0] for shape in shapes if shape}
    finally:
        warm.shared().close()
