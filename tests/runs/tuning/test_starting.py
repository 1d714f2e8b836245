"""A training that loads less sets the same switches and reads the same numbers."""

import subprocess
import sys

import pytest

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
@pytest.mark.parametrize("compiles", [False, True])
def test_repeatable_results_are_asked_for_without_the_compiler(compiles, tmp_path):
    """In a process of its own: what is imported stays."""
    text = """
import sys
from components.ultralytics_quiet import quiet
from pathlib import Path

quiet(Path(sys.argv[2]))
import torch
from components.runs.trainer import trainer_class

usual = torch.use_deterministic_algorithms
compiles = sys.argv[1] == "True"
data = {"data": "nothing.yaml", "project": sys.argv[2], "model": "yolo26n.yaml", "device": "cpu"}
try:
    trainer_class("detect")(overrides={**data, "compile": compiles})
except RuntimeError:
    pass  # there is no data set, which is looked for last
assert torch.are_deterministic_algorithms_enabled()
assert torch.use_deterministic_algorithms is usual
print("torch._inductor.config" in sys.modules, "matplotlib" in sys.modules)
"""
    command = [sys.executable, "-c", text, str(compiles), str(tmp_path)]
    said = subprocess.check_output(command, text=True).splitlines()[-1]
    assert said == f"{compiles} False"
