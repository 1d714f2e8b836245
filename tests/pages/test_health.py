from components.data import checking
from components.data.records import PictureState
from components.data.rows import PictureFilter
from components.data.store import open_dataset
from components.jobs.events import Failed, write

from .conftest import draw_dataset, open_page

DATA = "make/data"


def expanders(at):
    return [box.label for box in at.expander]


def test_a_visit_puts_the_check_in_line_and_the_light_says_so(workspace, mugs):
    at = open_page(DATA, view="look")
    assert not at.exception
    assert checking.state(workspace, mugs).phase == "checking"
    lights = [*at.warning, *at.success, *at.error]
    assert any("still being looked at" in light.value for light in lights)
    assert at.button(key="data.health.stop")


def test_a_check_that_is_done_shows_pairs_side_by_side(workspace, mugs):
    checking.check_now(mugs)
    at = open_page(DATA, view="look")
    assert not at.exception
    assert any(label.startswith("Pictures that look alike") for label in expanders(at))
    bodies = "".join(element.proto.body for element in at.get("html"))
    assert "/tailor/thumbnail/mugs/" in bodies
    assert not any("still being looked at" in light.value for light in at.warning)


def test_one_click_mends_a_finding(workspace, mugs):
    checking.check_now(mugs)
    at = open_page(DATA, view="look")
    next(b for b in at.button if b.label == "Nothing is on them").click().run()
    assert not at.exception
    assert mugs.ids(PictureFilter(state=PictureState.UNLABELLED)) == []


def test_a_check_that_failed_can_be_started_again(workspace, mugs):
    job = checking.start(workspace, mugs)
    write(job, Failed("The disk is full.", "Free some space."))
    at = open_page(DATA, view="look")
    assert any("The disk is full" in caption.value.replace("\\", "") for caption in at.caption)
    at.button(key="data.health.again").click().run()
    assert checking.state(workspace, mugs).phase == "checking"


def test_what_stops_training_makes_the_light_red(workspace):
    draw_dataset(workspace, labelled=0)
    at = open_page(DATA, view="look")
    assert "Not ready" in at.error[0].value


def test_the_split_tells_its_groups_and_lets_the_rule_be_chosen(workspace, mugs):
    at = open_page(DATA, view="split")
    key = next(box.key for box in at.selectbox if box.label == "Which pictures belong together")
    at.selectbox(key=key).set_value("folders").run()
    assert not at.exception
    assert any("1 group" in words.value and "17 pictures" in words.value for words in at.markdown)
    assert any("company among those" in words.value for words in at.markdown)
    assert open_dataset(mugs.folder).split_origin() == mugs.split_origin()
