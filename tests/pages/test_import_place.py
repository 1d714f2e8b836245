"""A reading can be added to a data set that is there."""

from components.data.importing import import_now, main, open_imports
from components.data.store import find, list_datasets
from tests.data.drawn_sets import picture, text

from .conftest import open_page

DATA = "make/data"


def test_a_reading_is_added_to_a_data_set_that_is_there(workspace, mugs, tmp_path):
    folder = tmp_path / "more"
    text(folder / "data.yaml", "names: [mug, cup]\n")
    for n in range(3):
        picture(folder / "images" / f"{n}.jpg", seed=n)
        text(folder / "labels" / f"{n}.txt", f"{n % 2} 0.5 0.5 0.4 0.5\n")
    parts = {row.id: row.split for row in mugs.rows()}
    at = open_page(DATA, view="bring-in")
    at.text_input(key="import.path").set_value(str(folder))
    next(b for b in at.button if b.label == "Read it").click().run()
    [view] = open_imports(workspace)
    main(workspace.imports / view.id)
    at.run()
    at.selectbox(key=f"import.{view.id}.into").set_value(mugs.slug).run()
    [told] = [each.value for each in at.caption if "which class of the data set" in each.value]
    assert "each one is: 1 is new to the data set." in told
    at.button(key="import.accept").click().run()
    assert not at.exception
    main(workspace.imports / view.id)
    assert len(list_datasets(workspace)) == 1
    after = {row.id: row.split for row in mugs.rows()}
    assert len(after) == len(parts) + 3
    assert {number: after[number] for number in parts} == parts
    assert None not in after.values()
    assert "cup" in [each.name for each in mugs.classes()]
    at = at.run()
    told = "".join(each.value for each in at.markdown)
    assert "was added to **Mugs**" in told
    assert "3 pictures came in later" in told


def test_pictures_of_a_folder_stay_there_when_that_is_chosen(workspace, tmp_path):
    folder = tmp_path / "mine"
    text(folder / "data.yaml", "names: [mug]\n")
    for n in range(3):
        picture(folder / "images" / f"{n}.jpg", seed=n)
        text(folder / "labels" / f"{n}.txt", "0 0.5 0.5 0.4 0.5\n")
    at = open_page(DATA, view="bring-in")
    at.text_input(key="import.path").set_value(str(folder))
    next(b for b in at.button if b.label == "Read it").click().run()
    [view] = open_imports(workspace)
    main(workspace.imports / view.id)
    at.run()
    choice = at.radio(key=f"import.{view.id}.files")
    choice.set_value(choice.options[1]).run()
    at.button(key="import.accept").click().run()
    assert not at.exception
    main(workspace.imports / view.id)
    [card] = list_datasets(workspace)
    images = workspace.datasets / card.slug / "images"
    assert not images.exists() or not list(images.rglob("*.jpg"))
    assert len(list((folder / "images").iterdir())) == 3
    assert len(list((workspace.datasets / card.slug / "thumbnails").rglob("*.jpg"))) == 3


def test_how_many_are_there_already_is_told_before_accepting(workspace, tmp_path):
    old, new = tmp_path / "old", tmp_path / "new"
    for folder, names in ((old, "[mug, cup]"), (new, "[Mug, cup]")):
        text(folder / "data.yaml", f"names: {names}\n")
    for n in range(6):
        picture(old / "images" / f"{n}.jpg", seed=n)
        picture(new / "images" / f"n{n}.jpg", seed=n + 2)
        text(old / "labels" / f"{n}.txt", "0 0.5 0.5 0.4 0.5\n")
        text(new / "labels" / f"n{n}.txt", f"{n % 2} 0.5 0.5 0.4 0.5\n")
    slug = import_now(workspace, [old], "Mugs")
    at = open_page(DATA, view="bring-in")
    at.text_input(key="import.path").set_value(str(new))
    next(b for b in at.button if b.label == "Read it").click().run()
    [view] = open_imports(workspace)
    main(workspace.imports / view.id)
    at.run()
    assert any("4 of these pictures are in **Mugs** already" in each.value for each in at.info)
    at.selectbox(key=f"import.{view.id}.into").set_value(slug).run()

    def said():
        return [each.value for each in at.markdown if "in the data set already" in each.value]

    assert said() == ["**4 of 6 pictures are in the data set already**: 2 with the same labels "
                      "and 2 with other labels."]  # fmt: skip
    choice = at.radio(key=f"import.{view.id}.conflicts")
    assert "2 pictures stay as they are in the data set." in choice.proto.captions
    assert at.button(key="import.accept").label == "Accept and bring in 2 new pictures"
    at.selectbox(key=f"import.{view.id}.to.{slug}.as.1").set_value("as mug").run()
    assert "all with the same labels." in said()[0]
    assert not [each for each in at.radio if each.key == f"import.{view.id}.conflicts"]
    at.selectbox(key=f"import.{view.id}.to.{slug}.as.1").set_value("as cup").run()
    at.radio(key=f"import.{view.id}.conflicts").set_value("replace").run()
    at.button(key="import.accept").click().run()
    assert not at.exception
    main(workspace.imports / view.id)
    boxes = {each.name: each.boxes for each in find(workspace, slug).classes()}
    assert boxes == {"mug": 5, "cup": 3}


def test_a_data_set_that_changed_meanwhile_can_be_counted_again(workspace, mugs, tmp_path):
    picture(tmp_path / "new" / "a.jpg", seed=1)
    at = open_page(DATA, view="bring-in")
    at.text_input(key="import.path").set_value(str(tmp_path / "new"))
    next(b for b in at.button if b.label == "Read it").click().run()
    [view] = open_imports(workspace)
    main(workspace.imports / view.id)
    at.run()
    at.selectbox(key=f"import.{view.id}.into").set_value(mugs.slug).run()
    assert any("The picture is not in the data set yet" in each.value for each in at.markdown)
    mugs.rename_classes({"mug": "beaker"})
    at.run()
    assert any("has changed since this was read" in each.value for each in at.caption)
    at.button(key=f"import.{view.id}.recount").click().run()
    main(workspace.imports / view.id)
    at.run()
    assert any("The picture is not in the data set yet" in each.value for each in at.markdown)
