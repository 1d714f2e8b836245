"""Each class that comes is given its class by a list: one that is there, a new one, or none."""

import pytest

from components.data.importing import main, open_imports
from components.data.store import find
from tests.data.drawn_sets import picture, text

from .conftest import CLASSES, open_page


def reading(workspace, folder, names, into=""):
    """The page with the report on a drawn set that has a picture for each of these classes."""
    text(folder / "data.yaml", f"names: {names!r}\n")
    for n in range(len(names)):
        picture(folder / "images" / f"{n}.jpg", seed=n)
        text(folder / "labels" / f"{n}.txt", f"{n} 0.5 0.5 0.4 0.5\n")
    at = open_page("make/data", view="bring-in")
    at.text_input(key="import.path").set_value(str(folder))
    next(b for b in at.button if b.label == "Read it").click().run()
    [view] = open_imports(workspace)
    main(workspace.imports / view.id)
    at.run()
    if into:
        at.selectbox(key=f"import.{view.id}.into").set_value(into).run()
    assert not at.exception
    return at, view.id


def taken(at, workspace, slug):
    """The data set's classes with their labels, after it was accepted."""
    at.button(key="import.accept").click().run()
    assert not at.exception
    [view] = open_imports(workspace)
    main(workspace.imports / view.id)
    return {each.name: each.boxes for each in find(workspace, slug).classes()}


def test_a_class_of_nearly_the_same_name_is_counted_as_the_one_that_is_there(
    workspace, mugs, tmp_path
):
    at, number = reading(workspace, tmp_path / "more", ["Mugs ", "cup", "jar"], mugs.slug)
    key = f"import.{number}.to.{mugs.slug}.as"
    assert at.selectbox(key=f"{key}.0").value == "as mug"
    assert at.selectbox(key=f"{key}.1").value == "own"
    assert at.selectbox(key=f"{key}.0").options == ["A new class, called", *CLASSES, "Leave it out"]
    assert not at.info, "the row says it"
    before = {each.name: each.boxes for each in mugs.classes()}
    at.selectbox(key=f"{key}.1").set_value("as *fork*")
    at.selectbox(key=f"{key}.2").set_value("out").run()
    after = taken(at, workspace, mugs.slug)
    assert after == {**before, "mug": before["mug"] + 1, "*fork*": before["*fork*"] + 1}


def test_a_new_class_may_have_a_name_of_its_own(workspace, mugs, tmp_path):
    at, number = reading(workspace, tmp_path / "more", ["cup", "jar"], mugs.slug)
    key = f"import.{number}.to.{mugs.slug}.name"
    at.text_input(key=f"{key}.0").set_value("tea cup")
    at.text_input(key=f"{key}.1").set_value("tea cup").run()
    assert any("become one class: **tea cup**" in each.value for each in at.info)
    at.text_input(key=f"{key}.1").set_value("mug").run()
    assert any("“jar” counts as **mug**, which is there" in each.value for each in at.info)
    at.text_input(key=f"{key}.1").set_value("tea cup").run()
    assert taken(at, workspace, mugs.slug)["tea cup"] == 2


def test_in_a_new_data_set_one_class_is_counted_as_another_by_one_choice(workspace, tmp_path):
    at, number = reading(workspace, tmp_path / "pets", ["cat", "kitten", "kitty", "dog"])
    at.selectbox(key=f"import.{number}.as.1").set_value("as cat")
    at.selectbox(key=f"import.{number}.as.2").set_value("as kitten").run()  # a kitten is a cat
    at.text_input(key=f"import.{number}.name.0").set_value("Cat").run()
    assert taken(at, workspace, "pets") == {"Cat": 3, "dog": 1}


def test_two_that_are_counted_as_each_other_are_one(workspace, tmp_path):
    at, number = reading(workspace, tmp_path / "pets", ["cat", "kitten", "dog"])
    at.selectbox(key=f"import.{number}.as.0").set_value("as kitten")
    at.selectbox(key=f"import.{number}.as.1").set_value("as cat").run()
    assert taken(at, workspace, "pets") == {"cat": 2, "dog": 1}


@pytest.mark.parametrize("into", [True, False])
def test_eighty_classes_are_turned_page_by_page(into, workspace, mugs, tmp_path):
    names = [f"kind {n}" for n in range(79)] + ["forks", "mug"][: 2 if into else 1]
    at, number = reading(workspace, tmp_path / "many", names, mugs.slug if into else "")
    key = f"import.{number}" + (f".to.{mugs.slug}" if into else "")
    rows = [box.key for box in at.selectbox if (box.key or "").startswith(f"{key}.as.")]
    assert len(rows) == (21 if into else 20)  # the clear one lies folded up
    if into:
        assert rows[0] == f"{key}.as.79", "the guess stands first"
        assert any("1 class has the name of one that is there" in each.label
                   for each in at.expander)  # fmt: skip
        at.selectbox(key=f"{key}.as.0").set_value("out").run()
    chosen = f"{key}.as.79" if into else f"{key}.as.3"
    at.selectbox(key=chosen).set_value("out").run()
    at.session_state[f"{key}.page"] = 3
    at.run()
    rows = [box.key for box in at.selectbox if (box.key or "").startswith(f"{key}.as.")]
    assert chosen not in rows
    assert any("Left out" in each.value for each in at.info), "what another page says still counts"
