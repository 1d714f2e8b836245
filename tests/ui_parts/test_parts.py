"""Parts that live in the browser: what can be held about them without one."""

import re
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from components.planning.freezing import known
from components.tasks import TASKS
from components.ui.parts.gallery import stamp
from components.ui.parts.live_charts import charts
from components.ui.parts.network_picture import as_blocks
from components.ui.parts.preview_grid import preview_url
from components.ui.parts.split_bar import _edges

PARTS = Path(__file__).resolve().parents[2] / "components" / "ui" / "parts"
SCRIPTS = sorted(PARTS.glob("*.js"))
NAMES = [script.stem for script in SCRIPTS if script.stem != "kit"]


def mount(call):
    app = AppTest.from_string(f"import streamlit as st\n{call}", default_timeout=30).run()
    assert not app.exception, app.exception
    return app


@pytest.mark.parametrize("name", NAMES)
def test_every_part_has_its_looks_and_its_python(name):
    assert (PARTS / f"{name}.css").read_text(encoding="utf-8").count("\n") > 1
    python = (PARTS / f"{name}.py").read_text(encoding="utf-8")
    assert f"def {name}(" in python
    assert f'part("{name}"' in python


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.stem)
def test_no_part_writes_html(script):
    text = script.read_text(encoding="utf-8")
    found = re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(", text)
    assert found is None


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.stem)
def test_parts_ask_nobody_but_our_own_routes(script):
    for address in re.findall(r"https?://[^\s\"'`]+", script.read_text(encoding="utf-8")):
        assert address.startswith("http://www.w3.org/2000/svg")


@pytest.mark.parametrize(
    "call",
    [
        "from components.ui.parts.upload_box import upload_box\nst.write(upload_box(key='u'))",
        "from components.ui.parts.progress_watch import progress_watch\n"
        "progress_watch('/tailor/import/1', 'reading', key='w')",
        "from components.ui.parts.gallery import gallery\n"
        "st.write(gallery('none', [1, 2], ['<b>'], key='g'))",
        "from components.ui.parts.picture_view import picture_view\n"
        "picture_view('/x', width=3, height=2, boxes=[[0, 1, 1, 2, 2]], classes=['a'], key='v')",
        "from components.ui.parts.preview_grid import preview_grid\npreview_grid('/x', key='p')",
        "from components.charts.figure import Figure\n"
        "from components.ui.parts.still_chart import still_chart\n"
        "still_chart(Figure([{'y': [1]}], {'height': 90}), 'One point', key='c')",
        "from components.planning.freezing import known\n"
        "from components.ui.parts.network_picture import network_picture\n"
        "network_picture(known('yolo26n.pt'), 5, 'Layers', key='n')",
        "from components.ui.parts.rate_curve import rate_curve\n"
        "rate_curve([(0, 0), (1, 0.001), (2, 0.002)], 1.0, 'Two epochs', key='r')",
        "from components.ui.parts.eyes import eyes\neyes('run', over=True, key='e')",
        "from components.tasks import TASKS\n"
        "from components.ui.parts.live_charts import live_charts\n"
        "live_charts('run', TASKS['detect'], standing='running', key='l')",
    ],
)
def test_every_part_can_stand_on_a_page(workspace, call):
    mount(call)


def test_the_split_bar_says_nothing_until_somebody_moves_it():
    app = mount(
        "from components.ui.parts.split_bar import split_bar\n"
        "st.write(repr(split_bar(10, (0.7, 0.2, 0.1), key='s')))"
    )
    assert app.markdown[0].value == "`None`" or "None" in app.markdown[0].value


@pytest.mark.parametrize(
    ("shares", "edges"), [((0.7, 0.2, 0.1), [70, 90]), ((1, 0, 0), [100, 100]), ((0, 0, 1), [0, 0])]
)
def test_shares_become_the_places_of_two_handles(shares, edges):
    assert _edges(shares) == edges


@pytest.mark.parametrize("task", TASKS.values(), ids=lambda task: task.key)
def test_every_loss_and_metric_of_a_task_is_drawn_once(task):
    keys = [series["key"] for chart in charts(task) for series in chart["series"]]
    assert len(keys) == len(set(keys))
    assert {metric.key for metric in task.metrics} <= set(keys)
    for loss, _ in task.losses:
        assert {f"train/{loss}", f"val/{loss}"} <= set(keys)


def test_training_is_solid_and_validation_dashed():
    for chart in charts(TASKS["detect"]):
        for series in chart["series"]:
            assert series["dash"] == ("dashed" if series["key"].startswith("val/") else "solid")


def test_a_data_set_made_anew_gets_other_addresses(workspace):
    folder = workspace.datasets / "cells"
    assert stamp(folder) == "0"
    (folder / "thumbnails").mkdir(parents=True)
    assert stamp(folder) != "0"


def test_a_preview_is_asked_for_by_everything_it_depends_on():
    asked = preview_url("cells", {"trainer": {"fliplr": 0.5}}, image_size_px=640, seed=3, throw=1)
    assert asked.startswith("/tailor/preview/cells?recipe=%7B")
    for fact in ("size=640", "seed=3", "throw=1"):
        assert fact in asked


def test_a_network_is_drawn_stage_by_stage_and_what_stays_is_told_from_what_learns():
    layers = known("yolo26n.pt")
    drawn = as_blocks(layers, 5)
    assert [block["stays"] for block in drawn["blocks"]] == [True] * 5 + [False] * 19
    assert sum(block["opens"] for block in drawn["blocks"]) == len(drawn["stages"]) - 1
    assert [stage["stays"] for stage in drawn["stages"]] == ["all", "part", "", "", ""]
    assert all(0 < block["height"] <= 1 for block in drawn["blocks"])
    assert all(stage["sees"].endswith(".") for stage in drawn["stages"])
