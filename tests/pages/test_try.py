from components.jobs.events import Failed, Finished, Interrupted, Measured, Started
from components.ui import try_view

from .conftest import open_page, write_run

TRY = "use/try_it"
UP = Started(1, 1.0, 1.0)
EPOCH = Measured(1, {"metrics/mAP50-95(B)": 0.5}, 1.0)


def test_without_a_model_the_page_leads_to_the_plan(workspace, mugs):
    assert "no finished model yet" in open_page(TRY).markdown[-1].value
    write_run(workspace, mugs, UP, Failed("It broke.", "Mend it.", 9.0), weights=False)
    assert "no finished model yet" in open_page(TRY).markdown[-1].value


def test_only_runs_with_a_model_are_offered(workspace, mugs):
    good = write_run(workspace, mugs, UP, EPOCH, Finished(9.0), name="good")
    part = write_run(workspace, mugs, UP, EPOCH, Interrupted("It broke.", "Again.", 9.0), name="p")
    write_run(workspace, mugs, name="waiting", weights=False)
    at = open_page(TRY, run=good)
    assert not at.exception
    assert sorted(at.selectbox(key="run").options) == ["good", "p"]
    assert at.selectbox(key="run").value == good
    assert open_page(TRY, run=part).selectbox(key="run").value == part


def test_html_in_a_runs_name_is_shown_as_text(workspace, mugs):
    write_run(workspace, mugs, UP, EPOCH, Finished(9.0), name="<b>mine</b> *x*")
    captions = "\n".join(each.value for each in open_page(TRY).caption)
    assert "mine" in captions
    assert "<b>" not in captions


def test_things_found_are_counted_by_class_most_first():
    boxes = [{"class": name, "confidence": 0.9, "box": [0, 0, 1, 1]} for name in "abb"]
    assert try_view._counts(boxes) == [("b", 2), ("a", 1)]
    assert try_view._rows("p.jpg", boxes[:1]) == [("p.jpg", "a", 0.9, 0, 0, 1, 1)]
