import pytest

from components.jobs.events import Failed, Finished, Interrupted, Measured, Started, Stopped

from .conftest import CLASSES, open_page, write_run

RESULTS = "use/results"
UP = Started(1, 1.0, 1.0)
PARTS = ("Overview", "Per class", "Curves", "Mix-ups", "Pictures")


def evaluation(**changes):
    numbers = {"precision": 0.8, "recall": 0.7, "map50": 0.75, "map50_95": 0.61}
    facts = {
        "metrics": {
            "metrics/mAP50-95(B)": 0.61, "metrics/mAP50(B)": 0.75, "metrics/precision(B)": 0.8,
            "metrics/recall(B)": 0.7,
        },
        "per_class": [{"class": name, "pictures": 1, "boxes": 1, **numbers} for name in CLASSES],
        "curves": {"pr": {"x": [0.0, 1.0], "series": {"all classes": [1.0, 0.0]}},
                   "f1": {"x": [0.0, 1.0], "series": {"all classes": [0.0, 1.0]}}},
        "best_confidence": 0.3,
        "confusion": {"labels": [*CLASSES, "nothing there"],
                      "matrix": [[1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 1, 0], [0, 0, 0, 0]]},
        "samples": [{"picture": 1, "name": "a.png", "width": 64, "height": 64,
                     "truth": [[0, 8, 8, 40, 40]], "predicted": [[0, 0.9, 9, 9, 41, 41]]}],
        "pictures": 2, "interval": None, "weights_bytes": 5_400_000,
    }  # fmt: skip
    return facts | changes


@pytest.fixture
def finished(workspace, mugs):
    def make(**changes):
        epoch = Measured(1, {"metrics/mAP50-95(B)": 0.61}, 1.0)
        return write_run(workspace, mugs, UP, epoch, Finished(9.0), results=evaluation(**changes))

    return make


def said(at):
    return "\n".join(each.value for each in (*at.markdown, *at.caption, *at.info, *at.error))


def tables(at):
    return "\n".join(each.proto.body for each in at.get("html"))


def part_of(run, part):
    at = open_page(RESULTS, run=run)
    return at.segmented_control(key="part").set_value(part).run()


def test_without_a_run_the_page_leads_to_the_plan(workspace):
    at = open_page(RESULTS)
    assert "no run yet" in said(at)


def test_the_headline_stands_above_every_part(finished):
    run = finished()
    for part in PARTS:
        at = part_of(run, part)
        assert not at.exception
        assert not at.error
        assert [metric.value for metric in at.metric] == ["0.61", "0.75", "0.80", "0.70"]


def test_the_overview_says_it_in_words_and_names_the_data_set(finished):
    words = said(open_page(RESULTS, run=finished()))
    assert "good enough for many uses" in words
    assert "*Mugs*" in words


@pytest.mark.parametrize(
    ("events", "word"),
    [
        ((), "waiting in line"),
        ((UP,), "learning now"),
        ((UP, Stopped(2.0)), "stopped"),
        ((UP, Failed("No.", "Go.", 2.0)), "failed"),
        ((UP, Interrupted("No.", "Go.", 2.0)), "broken off"),
    ],
)
def test_a_run_without_results_says_so_without_alarm_and_shows_where_to_look(
    workspace, mugs, events, word
):
    at = open_page(RESULTS, run=write_run(workspace, mugs, *events))
    assert not at.exception
    assert not at.error
    assert word in said(at)


def test_a_class_without_validation_pictures_has_dashes(finished):
    empty = {"class": "mug", "pictures": 0, "boxes": 0, "precision": None, "recall": None,
             "map50": None, "map50_95": None}  # fmt: skip
    run = finished(per_class=[empty, *evaluation()["per_class"][1:]])
    at = part_of(run, "Per class")
    assert not at.exception
    assert tables(at).count(">–<") == 4


def test_a_class_that_is_never_found_is_not_called_precise(finished):
    never = {"class": "mug", "pictures": 1, "boxes": 2, "precision": 1.0, "recall": 0.0,
             "map50": 0.0, "map50_95": 0.0}  # fmt: skip
    at = part_of(finished(per_class=[never]), "Per class")
    assert "1.000" not in tables(at)


def test_one_class_and_no_sample_are_no_trouble(finished):
    one = {"labels": ["mug", "nothing there"], "matrix": [[1, 0], [0, 0]]}
    run = finished(per_class=evaluation()["per_class"][:1], confusion=one, samples=[], curves={})
    for part in PARTS:
        at = part_of(run, part)
        assert not at.exception
    assert "no validation pictures" in said(at)


def test_html_in_names_is_shown_as_text(workspace, mugs):
    name = "<img src=x onerror=alert(1)> *bold* $x$"
    run = write_run(workspace, mugs, UP, Finished(9.0), name=name, results=evaluation())
    at = part_of(run, "Per class")
    assert "&lt;b&gt;spoon" in tables(at)
    assert "<b>spoon" not in tables(at)
    waiting = write_run(workspace, mugs, name=name)
    assert "<img" not in said(open_page(RESULTS, run=waiting)).replace("\\<img", "")


def test_results_that_cannot_be_read_are_said_so(workspace, mugs):
    run = write_run(workspace, mugs, UP, Finished(9.0))
    (workspace.runs / run / "evaluation.json").write_text("{", encoding="utf-8")
    at = open_page(RESULTS, run=run)
    assert not at.exception
    assert "cannot be read" in at.error[0].value
