import json

import pytest

from components.augment.recipe import NORMAL, RECIPES
from components.planning import drafts

from .conftest import draw_dataset, open_page

AUGMENT = "make/augment"
MOVES = {"effects": "Move and turn"}


def slider(at, label):
    return next(each for each in at.slider if each.label.startswith(label))


def open_moves():
    at = open_page(AUGMENT)
    return at.segmented_control(key="effects").set_value("Move and turn").run()


def answer(at, question):
    return next(each for each in at.segmented_control if question in str(each.key))


def recipe_of(dataset):
    return drafts.load(dataset.folder).recipe


def test_without_a_data_set_the_page_leads_to_bringing_in(workspace):
    at = open_page(AUGMENT)
    assert "no data set yet" in at.markdown[-1].value
    assert not at.slider


@pytest.mark.parametrize("labelled", [0, 6])
def test_pictures_that_are_not_ready_are_led_to_the_data_page(workspace, labelled):
    draw_dataset(workspace, labelled=labelled)
    at = open_page(AUGMENT)
    assert not at.exception
    assert not at.slider
    [link] = at.get("page_link")
    assert link.proto.label == ("Split the pictures" if labelled else "Bring in labels")


@pytest.mark.parametrize("key", RECIPES)
def test_a_ready_recipe_sets_every_slider(mugs, key):
    at = open_page(AUGMENT)
    at.button(key=f"recipe.{key}").click().run()
    assert not at.exception
    assert recipe_of(mugs) == RECIPES[key].recipe.to_dict()
    assert slider(at, "Four pictures in one").value == RECIPES[key].recipe.trainer["mosaic"]


def test_a_slider_moved_after_a_ready_recipe_stays_where_it_is(mugs):
    at = open_page(AUGMENT)
    before = [each.proto.id for each in at.slider]
    at.button(key="recipe.strong").click().run()
    slider(at, "Four pictures in one").set_value(0.25).run()
    at.run()
    assert [each.proto.id for each in at.slider] == before
    assert slider(at, "Four pictures in one").value == 0.25
    assert slider(open_page(AUGMENT), "Four pictures in one").value == 0.25
    at.button(key="recipe.strong").click().run()
    assert slider(at, "Four pictures in one").value == RECIPES["strong"].recipe.trainer["mosaic"]


@pytest.mark.parametrize("group", ["Mix pictures", "Move and turn", "Colour and light"])
def test_every_slider_of_a_group_goes_to_its_ends_and_is_kept(mugs, group):
    at = open_page(AUGMENT)
    at.segmented_control(key="effects").set_value(group).run()
    for end in ("max", "min"):
        for each in at.slider:
            each.set_value(getattr(each, end))
        at.run()
        assert not at.exception
    again = open_page(AUGMENT)
    again.segmented_control(key="effects").set_value(group).run()
    assert [each.value for each in again.slider] == [each.min for each in again.slider]


def test_small_numbers_can_be_read_on_their_slider(mugs):
    at = open_moves()
    tilt = slider(at, "Tilt")
    assert tilt.proto.format % tilt.max == "0.0010"


def test_extra_effects_go_on_and_off_and_are_kept(mugs):
    at = open_page(AUGMENT)
    at.segmented_control(key="effects").set_value("Camera and weather").run()
    for toggle in at.toggle:
        toggle.set_value(True)
    at.run()
    kept = [effect["key"] for effect in recipe_of(mugs)["extra"]]
    assert len(kept) == len(at.toggle) > 10
    at = open_page(AUGMENT)
    at.segmented_control(key="effects").set_value("Camera and weather").run()
    assert all(toggle.value for toggle in at.toggle)
    for toggle in at.toggle:
        toggle.set_value(False)
    at.run()
    assert recipe_of(mugs)["extra"] == []


def test_it_matters_takes_the_flip_away_and_is_still_said_after_a_reload(mugs):
    at = open_moves()
    assert slider(at, "Mirrored").value == NORMAL.trainer["fliplr"]
    answer(at, "left_right").set_value("It matters").run()
    assert recipe_of(mugs)["trainer"]["fliplr"] == 0
    at = open_moves()
    assert not [each for each in at.slider if each.label.startswith("Mirrored")]
    assert any("you said that it matters" in each.value for each in at.caption)
    assert answer(at, "left_right").value == "It matters"


def test_a_ready_recipe_takes_no_answer_back(mugs):
    at = open_page(AUGMENT)
    answer(at, "left_right").set_value("It matters").run()
    at.button(key="recipe.strong").click().run()
    assert recipe_of(mugs)["trainer"]["fliplr"] == 0
    assert recipe_of(mugs)["trainer"]["mixup"] > 0


def test_who_changes_the_answer_gets_the_slider_back(mugs):
    at = open_moves()
    answer(at, "left_right").set_value("It matters").run()
    answer(at, "left_right").set_value("It does not matter").run()
    slider(at, "Mirrored").set_value(1.0).run()
    assert recipe_of(mugs)["trainer"]["fliplr"] == 1
    at = open_page(AUGMENT)
    assert answer(at, "left_right").value == "It does not matter"


def test_a_turn_that_matters_is_held_to_a_small_one(mugs):
    at = open_moves()
    slider(at, "Turn up to").set_value(180.0).run()
    answer(at, "asks.turn").set_value("It matters").run()
    assert slider(at, "Turn up to").value == slider(at, "Turn up to").max == 20
    assert recipe_of(mugs)["trainer"]["degrees"] == 20


def test_settings_from_a_file_that_flip_forget_an_answer_against_flips(mugs):
    drafts.answer(mugs.folder, "left_right", True)
    drafts.change_recipe(mugs.folder, NORMAL.to_dict())
    assert drafts.load(mugs.folder).answers == {}
    assert recipe_of(mugs)["trainer"]["fliplr"] == NORMAL.trainer["fliplr"]


@pytest.mark.parametrize("text", ["", "[]", '{"revision": "x"}', '{"answers": 3}'])
def test_a_broken_draft_begins_anew(mugs, text):
    (mugs.folder / "draft.json").write_text(text, encoding="utf-8")
    at = open_page(AUGMENT)
    assert not at.exception
    assert recipe_of(mugs) == NORMAL.to_dict()


def test_answers_that_are_no_answers_are_left_out(mugs):
    drafts.answer(mugs.folder, "turn", False)
    file = mugs.folder / "draft.json"
    facts = json.loads(file.read_text(encoding="utf-8"))
    file.write_text(json.dumps({**facts, "answers": {"colour": True, "turn": True}}), "utf-8")
    assert drafts.load(mugs.folder).answers == {"turn": True}
