"""What goes on in the background is told as it happens, and runs can be taken away as files."""

import json
import time

import pytest

from components.data.importing import start_reading
from components.data.versions import freeze
from components.jobs.events import Finished, Measured, Started, write
from components.runs import eyes
from components.runs.store import RunStore
from tests.runs.drawn import draw_dataset, small_plan


@pytest.fixture
def run(workspace):
    version = freeze(draw_dataset(workspace))
    made = RunStore(workspace).create(small_plan(name="First try", version=version))
    write(made.folder, Started(pid=1, born=0.0, at=time.time()))
    for epoch in (1, 2):
        write(made.folder, Measured(epoch, {"train/box_loss": 3.0 - epoch}, 1.0))
    return made


def test_only_what_is_new_is_sent(client, run):
    first = client.get(f"/tailor/live/{run.slug}").json()
    assert [row[0] for row in first["rows"]] == [1, 2]
    later = client.get(f"/tailor/live/{run.slug}?since=2&story={first['story']}").json()
    assert later["rows"] == []
    write(run.folder, Measured(3, {"train/box_loss": 0.5}, 1.0))
    newest = client.get(f"/tailor/live/{run.slug}?since=2&story={first['story']}").json()
    assert newest["rows"] == [[3, {"train/box_loss": 0.5}]]


def test_an_answer_without_news_is_small(client, run):
    assert len(client.get(f"/tailor/live/{run.slug}?since=2&story=0").content) < 600


def test_the_end_is_told(client, run):
    write(run.folder, Finished(time.time()))
    told = client.get(f"/tailor/live/{run.slug}?since=2").json()
    assert told["over"] is True
    assert told["state"] == "finished"


def test_numbers_that_json_does_not_know_become_null(client, run):
    text = '{"kind": "Measured", "epoch": 3, "metrics": {"val/box_loss": NaN}, "seconds": 1}\n'
    with (run.folder / "events.jsonl").open("a", encoding="utf-8") as file:
        file.write(text)
    rows = json.loads(client.get(f"/tailor/live/{run.slug}?since=2").text)["rows"]
    assert rows == [[3, {"val/box_loss": None}]]


def test_what_the_model_saw_comes_with_addresses_and_class_names(client, run, workspace):
    seen = {
        "picture": 5,
        "name": "5.png",
        "width": 96,
        "height": 96,
        "boxes": [[0, 0.9, 1, 2, 3, 4]],
    }
    for epoch in (1, 2):
        eyes.write(run.folder, epoch, [seen])
    told = client.get(f"/tailor/eyes/{run.slug}").json()
    assert told["epochs"] == [1, 2]
    assert told["classes"] == ["red square", "blue square"]
    [picture] = client.get(f"/tailor/eyes/{run.slug}/2").json()["pictures"]
    assert picture["boxes"] == seen["boxes"]
    assert client.get(picture["address"]).status_code == 200
    assert client.get(f"/tailor/eyes/{run.slug}/3").status_code == 404


def test_the_log_is_plain_text(client, run):
    (run.folder / "log.txt").write_text("<script>alert(1)</script>\n", encoding="utf-8")
    answer = client.get(f"/tailor/log/{run.slug}")
    assert answer.headers["Content-Type"].startswith("text/plain")
    assert answer.text == "<script>alert(1)</script>"


def test_weights_are_sent_as_a_file_to_keep(client, run):
    assert client.get(f"/tailor/download/{run.slug}/best").status_code == 404
    weights = run.folder / "train" / "weights" / "best.pt"
    weights.parent.mkdir(parents=True)
    weights.write_bytes(b"weights")
    answer = client.get(f"/tailor/download/{run.slug}/best")
    assert answer.content == b"weights"
    assert f'filename="{run.slug}-best.pt"' in answer.headers["Content-Disposition"]
    assert answer.headers["Content-Type"] == "application/octet-stream"


def test_the_plan_can_be_taken_away_but_nothing_else(client, run):
    plan = client.get(f"/tailor/download/{run.slug}/plan")
    assert json.loads(plan.content)["name"] == "First try"
    assert client.get(f"/tailor/download/{run.slug}/process.json").status_code == 404


def test_an_import_says_where_it_stands(client, workspace, tmp_path):
    source = tmp_path / "pictures"
    source.mkdir()
    folder = start_reading(workspace, [source], "Cells", kept=True)
    told = client.get(f"/tailor/import/{folder.name}").json()
    assert told["phase"] == "reading"
    assert told["trouble"] is None


def test_the_drawing_library_is_served_once_and_kept(client):
    answer = client.get("/tailor/plotly.js?v=1")
    assert answer.headers["Content-Type"].startswith("text/javascript")
    assert "immutable" in answer.headers["Cache-Control"]
    assert b"plotly.js v" in answer.content[:200]
