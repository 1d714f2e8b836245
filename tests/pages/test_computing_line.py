"""What a run computes with, told on Train and Results."""

from components.jobs.events import Finished, Measured, Started, Told

from .conftest import open_page, write_run
from .test_plan import said
from .test_results import evaluation

UP = Started(1, 1.0, 1.0)
FACTS = {
    "dtype": "bfloat16", "channels_last": True, "threads": 1, "card": False, "kept": "ram",
    "seconds": [0.102, 0.057], "shortcuts": [["Boxes <b>by pairs</b>", "Tables are empty."]],
}  # fmt: skip


def test_precision_memory_threads_and_short_cuts_are_told_in_words(workspace, mugs):
    run = write_run(workspace, mugs, UP, Told("computing", FACTS))
    at = open_page("make/train", run=run)
    told = said(at)
    assert "Half precision (bfloat16)" in told
    assert "channels last" in told
    assert "1 thread of the processor, decoded pictures kept in memory" in told
    assert "took 57 ms so, and 102 ms in Ultralytics' way" in told
    assert "Short cuts in use (1)" in [b.proto.popover.label for b in at.get("popover")]
    assert "<b>by" not in told.replace("\\<b", "")


def test_the_results_tell_it_too_and_older_runs_say_nothing(workspace, mugs):
    done = [Measured(1, {"metrics/mAP50-95(B)": 0.61}, 1.0), Finished(9.0)]
    plain = {**FACTS, "dtype": "float32", "channels_last": False, "seconds": [], "shortcuts": []}
    run = write_run(workspace, mugs, UP, Told("computing", plain), *done, results=evaluation())
    told = said(open_page("use/results", run=run))
    assert "Full precision (float32), 1 thread" in told
    assert "Tried on this computer" not in told
    old = write_run(workspace, mugs, UP, *done, name="old", results=evaluation())
    assert "How it computes" not in said(open_page("use/results", run=old))
