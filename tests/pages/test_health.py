import pytest

from components.data import checking, deep_range, in_place
from components.data.depth import DEEP
from components.data.importing import import_now
from components.data.nearness import most_difference
from components.data.records import PictureState
from components.data.rows import PictureFilter
from components.data.schema import changing
from components.data.store import open_dataset
from components.jobs.events import Failed, State, write
from components.planning.drafts import load

from ..data.drawn_sets import picture, text
from .conftest import asked, draw_dataset, open_page, place

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


@pytest.mark.usefixtures("workspace")
def test_what_stands_below_the_findings_stays_in_its_place_whatever_they_are(mugs):
    at = open_page(DATA, view="look")  # the check waits in line
    places = [place(at.main, "class")]
    next(b for b in at.button if b.label == "Nothing is on them").click().run()
    places.append(place(at.main, "class"))
    checking.check_now(mugs)
    places.append(place(at.run().main, "class"))
    assert set(places) == {places[0]} != {()}


def test_one_click_mends_a_finding(workspace, mugs):
    checking.check_now(mugs)
    at = open_page(DATA, view="look")
    next(b for b in at.button if b.label == "Nothing is on them").click().run()
    assert not at.exception
    assert mugs.ids(PictureFilter(state=PictureState.UNLABELLED)) == []


def test_a_mended_finding_can_be_taken_back(workspace, mugs):
    before = mugs.ids(PictureFilter(state=PictureState.UNLABELLED))
    at = open_page(DATA, view="look")
    next(b for b in at.button if b.label == "Nothing is on them").click().run()
    assert any("Nothing is on them" in caption.value for caption in at.caption)
    at.button(key="data.health.undo").click().run()
    assert not at.exception
    assert mugs.ids(PictureFilter(state=PictureState.UNLABELLED)) == before
    assert "data.health.undo" not in [button.key for button in at.button]


def test_boxes_too_small_for_training_set_a_larger_size_in_the_plan(workspace, mugs):
    with changing(mugs.folder) as db:
        db.execute("UPDATE labels SET box_right = box_left + 0.011 * (SELECT max(width, height) "
                   "FROM pictures WHERE id = picture_id)")  # fmt: skip
        db.execute("UPDATE dataset SET revision = revision + 1")
    at = open_page(DATA, view="look")
    next(b for b in at.button if b.label == "Train at 960 px").click().run()
    assert not at.exception
    assert load(mugs.folder).values["image_size_px"] == 960
    assert not [b for b in at.button if b.label.startswith("Train at")]


def test_how_alike_is_alike_can_be_set_for_the_groups(workspace, mugs):
    at = open_page(DATA, view="split")
    slider = next(each for each in at.slider if "nearly the same" in each.label)
    slider.set_value(3.5).run()
    assert not at.exception
    assert most_difference(mugs) == 3.5


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


def test_pictures_of_more_than_8_bits_tell_their_range_and_let_it_be_changed(workspace, mugs):
    with changing(mugs.folder) as db:
        db.execute("UPDATE pictures SET note = ? WHERE id < 4", (f"Converted: {DEEP}.",))
    at = open_page(DATA, view="look")
    assert any("3 pictures of more than 8 bits" in label for label in expanders(at))
    assert at.button(key="data.depth.mugs.go").disabled, "that is how they are mapped already"
    at.radio(key="data.depth.mugs.kind").set_value("fixed").run()
    at.number_input(key="data.depth.mugs.low").set_value(9.0).run()
    at.number_input(key="data.depth.mugs.high").set_value(3.0).run()
    at.button(key="data.depth.mugs.go").click().run()
    assert "wrong way round" in at.error[0].value
    at.radio(key="data.depth.mugs.kind").set_value("each").run()
    at.button(key="data.depth.mugs.go").click().run()
    assert not at.exception
    assert deep_range.state(workspace, mugs).state is State.WAITING


def test_a_folder_that_goes_while_the_page_is_open_is_noticed_without_any_change(
    workspace, tmp_path, monkeypatch
):
    source = tmp_path / "mine"
    for n in range(3):
        picture(source / "images" / f"{n}.jpg", seed=n)
        text(source / "labels" / f"{n}.txt", "0 0.5 0.5 0.4 0.5\n")
    text(source / "classes.txt", "cat\n")
    monkeypatch.setattr(in_place, "FRESH_S", 0.0)
    import_now(workspace, [source], "mine", in_place=True)
    at = open_page(DATA, view="look")
    assert not any("not where" in error.value for error in at.error)
    source.rename(tmp_path / "moved")
    at.run()
    assert any("3 pictures are not where they were left" in error.value for error in at.error)
    next(b for b in at.button if b.label == "Show these pictures").click().run()
    assert not at.exception
    assert asked(at, "found") == in_place.GONE
    assert any("3 pictures of 3" in words.value for words in at.caption)


def test_a_finding_shows_just_its_pictures(workspace, mugs):
    at = open_page(DATA, view="look", part="Learn from (train)")
    next(b for b in at.button if b.label == "Show these pictures").click().run()
    assert not at.exception
    assert at.selectbox(key="part").value is None
    kind = at.selectbox(key="found").value
    wanted = PictureFilter(found=kind)
    said = f"{mugs.count(wanted)} pictures of {mugs.summary().pictures}"
    assert any(said in words.value for words in at.caption)


def test_a_finding_on_the_page_of_the_split_leads_to_its_pictures(workspace, mugs):
    at = open_page(DATA, view="split")
    next(b for b in at.button if b.label == "Show these pictures").click().run()
    assert not at.exception
    assert asked(at, "view") == "look"
    assert at.selectbox(key="found").value


def test_a_finding_opens_the_list_of_classes(workspace, mugs):
    at = open_page(DATA, view="look")
    next(b for b in at.button if b.label.startswith("Rename, merge")).click().run()
    assert not at.exception
    names = [box.value for box in at.text_input if box.label.startswith("Name of")]
    assert names == [each.name for each in mugs.classes()]
    assert at.button(key="data.classes.go").disabled, "nothing is changed yet"
