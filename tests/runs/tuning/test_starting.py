"""A training that loads less sets the same switches and reads the same numbers."""

import subprocess
import sys

import pytest
import yaml
from PIL import Image

from components.runs.tuning.starting import columns

TABLES = {
    "usual": "epoch,time,train/box_loss,lr/pg0\n1,3.5,1.25,0.001\n2,7,1.5,1e-05\n",
    "one row": "epoch,time\n1,2\n",
    "gaps": "epoch,a,b\n1,,2\n2,3.5,\n",
    "only names": "epoch,a\n",
    "empty": "",
}


@pytest.mark.parametrize("table", TABLES)
def test_a_table_is_read_to_the_same_numbers(table, tmp_path):
    import polars

    file = tmp_path / "results.csv"
    file.write_text(TABLES[table], encoding="utf-8")
    try:
        theirs = polars.read_csv(file.read_bytes(), infer_schema_length=None)
        wanted = theirs.to_dict(as_series=False)
    except polars.exceptions.PolarsError:
        wanted = {}
    assert repr(columns(file)) == repr(wanted)


def test_a_loss_that_is_no_number_stays_one_of_the_column(tmp_path):
    (tmp_path / "results.csv").write_text("epoch,a\n1,nan\n2,0.5\n", encoding="utf-8")
    assert repr(columns(tmp_path / "results.csv")) == "{'epoch': [1, 2], 'a': [nan, 0.5]}"


def test_where_there_is_no_table_there_are_no_columns(tmp_path):
    assert columns(tmp_path / "results.csv") == {}


@pytest.mark.slow
def test_neither_tables_nor_plots_are_imported_for_a_training(tmp_path):
    """In a process of its own: what is imported stays."""
    text = """
import sys
from components.ultralytics_quiet import quiet
from pathlib import Path

folder = Path(sys.argv[1])
quiet(folder)
from components.runs.trainer import trainer_class
from ultralytics.data import utils

looks = utils.check_font
data = {"data": sys.argv[2], "project": str(folder), "model": "yolo26n.yaml", "device": "cpu"}
more = {"epochs": 1, "imgsz": 32, "batch": 4, "plots": False, "amp": False, "exist_ok": True}
trainer = trainer_class("detect")(overrides={**data, **more})
trainer.train()
assert trainer.best.exists() and utils.check_font is looks
print("polars" in sys.modules, "matplotlib.font_manager" in sys.modules)
"""
    command = [sys.executable, "-c", text, str(tmp_path), str(drawn_yaml(tmp_path / "set"))]
    said = subprocess.check_output(command, text=True, stderr=subprocess.STDOUT)
    assert said.splitlines()[-1] == "False False"


def drawn_yaml(folder):
    """Four grey pictures with a white square each, in Ultralytics' layout."""
    for kind in ("images", "labels"):
        (folder / kind / "train").mkdir(parents=True)
    for n in range(4):
        image = Image.new("RGB", (32, 32), "grey")
        image.paste("white", (8 + n, 8, 20 + n, 20))
        image.save(folder / "images" / "train" / f"{n}.png")
        place = f"0 {(14 + n) / 32} {14 / 32} 0.375 0.375"
        (folder / "labels" / "train" / f"{n}.txt").write_text(place, encoding="utf-8")
    told = {"path": str(folder), "train": "images/train", "val": "images/train", "names": ["it"]}
    (folder / "data.yaml").write_text(yaml.safe_dump(told), encoding="utf-8")
    return folder / "data.yaml"
